// SPDX-License-Identifier: Apache-2.0
// How unforeseeable a window of EMG is: whether stretches of m samples that are alike stay so for one more.
// Sample entropy: Richman & Moorman 2000, doi:10.1152/ajpheart.2000.278.6.H2039. Fuzzy entropy: Chen et al. 2007,
// doi:10.1109/TNSRE.2007.897025, with (d / r)^2 where Chen has d^2 / r, so that units do not matter: for a series
// divided by its standard deviation, Chen's r is the tolerance here squared (0.2 there is 0.447 here).
// Cost: O(N^2 m); offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "unguard/features/amplitude.hpp"

namespace unguard::features {

// -ln(A / B): of all pairs of the first N - m stretches of m samples, B differ nowhere by more than r, and A of these
// not one sample later either. r = tolerance x standard deviation (that divides by N). Undefined without such pairs.
inline double sample_entropy(Window x, int pattern, double tolerance) noexcept {
  const Moments moment = moments(x);
  const double r = tolerance * std::sqrt(moment.second / moment.count);
  const auto m = static_cast<std::size_t>(pattern);
  std::size_t alike = 0, longer = 0;
  for (std::size_t i = 0; i + m < x.size(); ++i)
    for (std::size_t k = i + 1; k + m < x.size(); ++k) {
      std::size_t same = 0;
      while (same < m && std::fabs(x[i + same] - x[k + same]) <= r) ++same;
      if (same < m) continue;
      ++alike;
      longer += std::fabs(x[i + m] - x[k + m]) <= r;
    }
  return moment.spread() && longer > 0 ? -std::log(static_cast<double>(longer) / static_cast<double>(alike))
                                       : undefined;
}

// pattern >= 2. ln(phi_m / phi_(m+1)): phi is the mean likeness exp(-(d / r)^2) of all pairs of the first N - m
// stretches, each without its own mean; d is the largest difference.
inline double fuzzy_entropy(Window x, int pattern, double tolerance) {
  const Moments moment = moments(x);
  if (!moment.spread()) return undefined;
  const double r = tolerance * std::sqrt(moment.second / moment.count);
  const std::size_t count = x.size() - static_cast<std::size_t>(pattern);
  const auto likeness = [&](std::size_t m) {
    std::vector<double> centred(count * m);
    for (std::size_t i = 0; i < count; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < m; ++k) sum += x[i + k];
      for (std::size_t k = 0; k < m; ++k) centred[i * m + k] = x[i + k] - sum / static_cast<double>(m);
    }
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = i + 1; j < count; ++j) {
        double d = 0;
        for (std::size_t k = 0; k < m; ++k) d = std::max(d, std::fabs(centred[i * m + k] - centred[j * m + k]));
        sum += std::exp(-(d / r) * (d / r));
      }
    return sum;
  };
  const auto m = static_cast<std::size_t>(pattern);
  const double shorter = likeness(m), longer = likeness(m + 1);
  return longer > 0 ? std::log(shorter / longer) : undefined;
}

}  // namespace unguard::features
