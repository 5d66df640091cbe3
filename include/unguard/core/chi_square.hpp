// SPDX-License-Identifier: Apache-2.0
// Quantiles of the chi-square distribution, and with them the exact interval of a count: Garwood 1936,
// doi:10.1093/biomet/28.3-4.437. The incomplete gamma function is Eigen's. Cost: a bisection, some hundred evaluations;
// not for the real-time thread.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <cmath>
#include <cstdint>

#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>

namespace unguard {

inline double chi_square_quantile(double freedom, double share) {
  // Outside +-40 deviations of its cube root (Wilson & Hilferty 1931) there is nothing.
  const double spread = std::sqrt(2 / (9 * freedom));
  double low = 0, high = freedom * std::pow(1 + 40 * spread, 3);
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    // The share of a gamma distribution below half of it.
    (Eigen::numext::igamma(freedom / 2, middle / 2) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

// The 95 % interval of the mean of a Poisson count.
struct CountInterval {
  double low = 0;
  double high = 0;

  friend bool operator==(const CountInterval&, const CountInterval&) = default;
};
inline CountInterval count_interval(std::int64_t count) {
  const auto k = static_cast<double>(count);
  return {count == 0 ? 0.0 : 0.5 * chi_square_quantile(2 * k, 0.025), 0.5 * chi_square_quantile(2 * k + 2, 0.975)};
}

}  // namespace unguard
