// SPDX-License-Identifier: Apache-2.0
// OFFLINE ONLY. Onsets and offsets by counting on both sides: Abbink, van der Bilt & van der Glas 1998,
// doi:10.1046/j.1365-2842.1998.00242.x. Of the smoothed rectified EMG, the samples below a threshold within a window
// before a sample and those above it within a window behind are counted: where the sum is largest is an onset, where
// the mirrored one is, an offset. The threshold is the mean at rest and h SD, of the smoothed EMG. The reported sample
// is the first behind the change; the smoothing, centred, lets strong activity begin up to half its window early.
// Windows, h and share: ours. Cost: O(N).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/active_stretch.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard {

struct Abbink {
  Seconds smoothing{0.02};
  double spreads = 3;
  Seconds window{0.1};
  double share = 0.9;

  friend bool operator==(const Abbink&, const Abbink&) = default;
};
constexpr SpecInfo info(const Abbink*) {
  return {"Abbink", "offline: onsets where most samples before lie below a threshold and most behind above it",
          "Abbink, van der Bilt & van der Glas 1998, doi:10.1046/j.1365-2842.1998.00242.x"};
}
constexpr auto fields(const Abbink*) {
  using S = Abbink;
  return field_list(
      field<&S::smoothing>("smoothing", "centred moving average of the rectified EMG", between(1e-3, 10)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the smoothed EMG", between(0.1, 1000)),
      field<&S::window>("window", "in which samples are counted, on either side", between(1e-3, 10)),
      field<&S::share>("share", "of the samples counted that must agree", between(0.5, 1)));
}
inline double& threshold_of(Abbink& spec) { return spec.spreads; }

namespace abbink_detail {
// Means of |x| over 2 half + 1 samples, fewer at the ends.
inline std::vector<double> smooth(std::span<const double> x, std::int64_t half) {
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<double> sums(x.size() + 1), y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) sums[i + 1] = sums[i] + std::fabs(x[i]);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto first = static_cast<std::size_t>(std::max<std::int64_t>(0, i - half));
    const auto end = static_cast<std::size_t>(std::min(n, i + half + 1));
    y[static_cast<std::size_t>(i)] = (sums[end] - sums[first]) / static_cast<double>(end - first);
  }
  return y;
}
}  // namespace abbink_detail

// One channel; `rest`: samples of its rest. What is outside the record counts as rest.
inline Result<std::vector<ActiveStretch>> abbink(const Abbink& spec, std::span<const double> x, Hertz rate,
                                                 std::span<const double> rest) {
  if (auto fault = validate(spec)) return *fault;
  const std::int64_t half = samples_in(spec.smoothing / 2, rate), window = samples_in(spec.window, rate);
  if (window < 1) return fault_of<Abbink>("window", spec.window, "at least one sample at " + to_text(rate));
  if (auto fault = refuse_record<Abbink>("x", x, 2)) return *fault;
  if (auto fault = refuse_record<Abbink>("rest", rest, 20)) return *fault;
  BaselineMoments moments;
  for (const double v : abbink_detail::smooth(rest, half)) moments.add(v);
  const double threshold = moments.mean() + spec.spreads * moments.spread();

  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<std::int64_t> above(x.size() + 1);  // before each sample
  const auto smoothed = abbink_detail::smooth(x, half);
  for (std::size_t i = 0; i < x.size(); ++i) above[i + 1] = above[i] + (smoothed[i] > threshold);
  const auto until = [&](std::int64_t i) { return above[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, n))]; };

  // Below before plus above behind; mirrored, it is 2 windows less that.
  const auto most = static_cast<double>(2 * window);
  std::vector<ActiveStretch> found;
  bool active = false;
  std::int64_t best = 0, at = -1;
  for (std::int64_t i = 0; i <= n; ++i) {
    const std::int64_t agree = window - (until(i) - until(i - window)) + until(i + window) - until(i);
    const std::int64_t counted = active ? 2 * window - agree : agree;
    // Of a stretch of enough agreement, where it is largest first.
    if (static_cast<double>(counted) >= spec.share * most) {
      if (at < 0 || counted > best) {
        best = counted;
        at = i;
      }
    } else if (at >= 0) {
      if (active)
        found.back().offset = {at};
      else
        found.push_back({{at}, {n}});
      active = !active;
      at = -1;
    }
  }
  if (at >= 0 && active) found.back().offset = {at};
  return found;
}

}  // namespace unguard
