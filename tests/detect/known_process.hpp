// SPDX-License-Identifier: Apache-2.0
// Autoregressive processes of order 2 whose power and correlation are known in closed form (Yule and Walker), for the
// tests of what models noise.
#pragma once

#include <cmath>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/detect/noise_model.hpp"

namespace unguard::known {

// x[n] = -a1 x[n - 1] - a2 x[n - 2] + e[n].
struct Process {
  double a1 = 0, a2 = 0;

  double power_over_error() const { return (1 + a2) / ((1 - a2) * ((1 + a2) * (1 + a2) - a1 * a1)); }
  // At lags 0, 1, ...
  std::vector<double> correlation(std::size_t lags) const {
    std::vector<double> r{1, -a1 / (1 + a2)};
    while (r.size() <= lags) r.push_back(-a1 * r[r.size() - 1] - a2 * r[r.size() - 2]);
    return r;
  }
  // How many samples are worth one independent square: Bartlett's sum of squared correlations.
  double of_squares() const {
    double sum = 1;
    for (const auto r = correlation(400); const double v : r) sum += 2 * v * v;
    return sum - 2;
  }
};
inline const Process processes[] = {{-1.1, 0.6}, {-0.4, -0.3}, {0.9, 0.5}, {0, 0}};

inline NoiseModel model(const Process& p, double level) {
  NoiseModel noise{.order = 2, .coefficients = {p.a1, p.a2}};
  noise.level.per_channel = {{level, level, level}};
  return noise;
}
// Stationary samples of that level.
inline std::vector<double> samples(const Process& p, double level, std::size_t n, std::uint64_t seed) {
  RandomStream random(seed, "known process");
  const double error = level / std::sqrt(p.power_over_error());
  std::vector<double> x;
  double one = 0, two = 0;
  for (std::size_t i = 0; i < n + 500; ++i) {
    const double now = -p.a1 * one - p.a2 * two + error * random.normal();
    two = one;
    one = now;
    if (i >= 500) x.push_back(now);
  }
  return x;
}

}  // namespace unguard::known
