// SPDX-License-Identifier: Apache-2.0
// How far two opposing muscles work at once, from their normalised envelopes: by the common area (Falconer & Winter
// 1985, Electromyogr. Clin. Neurophysiol. 25:135), by ratio times sum (Rudolph et al. 2000, Knee Surg. Sports
// Traumatol. Arthrosc. 8:262; a hundredfold in Lewek et al. 2004, Osteoarthritis Cartilage 12:745) and by which of both
// leads. They answer different questions: common share, common strength, direction. Cost: a division a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {

struct CoContraction {
  double falconer_winter = 0;  // 200 sum min / sum (A + B), %: 0 to 100
  double rudolph = 0;          // mean of (low / high) (low + high), in the unit of the envelopes
  double directed = 0;         // mean of 1 - B / A where A is higher, A / B - 1 where B is: 1 A alone, -1 B alone
  std::int64_t samples = 0;    // that went into it
  std::int64_t left_out = 0;   // neither is above its noise, or one of both is NaN

  // Rudolph's, a hundredfold, as Lewek et al. have it: of envelopes as shares of a maximum.
  double lewek() const noexcept { return 100 * rudolph; }
  friend bool operator==(const CoContraction&, const CoContraction&) = default;
};

// Of one phase: `agonist` and `antagonist` in the same unit, such as % of a reference, 0 and more. Where both are at or
// below `noise` a ratio would be one of noise: such a sample is left out.
inline Result<CoContraction> co_contraction(std::span<const double> agonist, std::span<const double> antagonist,
                                            double noise = 0) {
  const auto refuse = [](const char* which, std::string found, std::string expected) {
    return Fault{"co_contraction", which, std::move(found), std::move(expected)};
  };
  if (agonist.size() != antagonist.size())
    return refuse("antagonist", std::to_string(antagonist.size()) + " samples",
                  "one for each of " + std::to_string(agonist.size()) + " of the agonist");
  if (!(noise >= 0 && std::isfinite(noise))) return refuse("noise", to_text(noise), "a finite number of at least 0");
  CoContraction found;
  double common = 0, all = 0, ratios = 0, directions = 0;
  for (std::size_t i = 0; i < agonist.size(); ++i) {
    const double a = agonist[i], b = antagonist[i];
    for (const double v : {a, b})
      if (std::isinf(v) || v < 0)
        return refuse(v == a ? "agonist" : "antagonist", to_text(v) + " at sample " + std::to_string(i),
                      "an envelope, 0 and more; NaN where there is no value");
    const double low = std::min(a, b), high = std::max(a, b);
    if (!(a + b >= 0) || high <= noise) {
      ++found.left_out;
      continue;
    }
    ++found.samples;
    common += low;
    all += a + b;
    ratios += low / high * (low + high);
    directions += a >= b ? 1 - b / a : a / b - 1;
  }
  if (found.samples == 0)
    return refuse("agonist", "no sample where either muscle is above " + to_text(noise),
                  "a phase in which one of both works");
  const auto n = static_cast<double>(found.samples);
  found.falconer_winter = 200 * common / all;
  found.rudolph = ratios / n;
  found.directed = directions / n;
  return found;
}

}  // namespace unguard
