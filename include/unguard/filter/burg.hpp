// SPDX-License-Identifier: Apache-2.0
// An autoregressive model of a stretch of signal, x[n] = -a1 x[n - 1] - a2 x[n - 2] - ... + e[n], by Burg's method:
// each reflection coefficient makes the power of the forward and backward prediction errors least, so that the model is
// always stable. Burg 1975, Maximum Entropy Spectral Analysis, Stanford; over several stretches with one model: de
// Waele & Broersen 2000, IEEE Trans. Signal Process. 48:2876. Cost: O(N p); allocates, so not for the real-time thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unguard {

struct ArModel {
  std::vector<double> coefficients{};  // a1, a2, ... as Whitening takes them
  double error_power = 0;              // mean square of e, in the square of the signal's unit
  double power = 0;                    // mean square of the signal
  std::int64_t samples = 0;            // that went into it

  friend bool operator==(const ArModel&, const ArModel&) = default;
};

// The model of that order of what all stretches have in common, as when gaps cut a recording into them. A stretch that
// is too short for an order says nothing of it. Where all are, or nothing is left to predict, the coefficients from
// there on are 0. A signal without power has the error power 0. Not to be given what is not finite.
inline ArModel burg(std::span<const std::span<const double>> stretches, int order) {
  ArModel model;
  model.coefficients.assign(static_cast<std::size_t>(order), 0.0);
  std::vector<std::vector<double>> forward, backward;
  double energy = 0;
  for (const auto& stretch : stretches) {
    forward.emplace_back(stretch.begin(), stretch.end());
    backward.emplace_back(stretch.begin(), stretch.end());
    for (const double x : stretch) energy += x * x;
    model.samples += static_cast<std::int64_t>(stretch.size());
  }
  if (!(energy > 0)) return model;
  model.power = model.error_power = energy / static_cast<double>(model.samples);
  auto& a = model.coefficients;
  std::vector<double> before;
  for (std::size_t m = 1; m <= a.size(); ++m) {
    double cross = 0, both = 0;
    for (std::size_t s = 0; s < forward.size(); ++s)
      for (std::size_t n = m; n < forward[s].size(); ++n) {
        const double f = forward[s][n], b = backward[s][n - 1];
        cross += f * b;
        both += f * f + b * b;
      }
    if (!(both > 0)) break;
    const double k = -2 * cross / both;
    before.assign(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(m - 1));
    for (std::size_t i = 0; i + 1 < m; ++i) a[i] = before[i] + k * before[m - 2 - i];
    a[m - 1] = k;
    model.error_power *= (1 - k) * (1 + k);
    for (std::size_t s = 0; s < forward.size(); ++s)
      for (std::size_t n = forward[s].size(); n-- > m;) {  // backward[n - 1] is read before it is written
        const double f = forward[s][n], b = backward[s][n - 1];
        forward[s][n] = f + k * b;
        backward[s][n] = b + k * f;
      }
  }
  return model;
}
inline ArModel burg(std::span<const double> stretch, int order) { return burg(std::span{&stretch, 1}, order); }

}  // namespace unguard
