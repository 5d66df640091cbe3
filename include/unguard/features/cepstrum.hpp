// SPDX-License-Identifier: Apache-2.0
// Cepstral coefficients of an autoregressive model: the logarithm of its spectrum as a series of cosines. Atal 1974,
// doi:10.1121/1.1914702. c1 = -a1; c_p = -a_p - sum over l < p of (1 - l / p) a_l c_(p - l). Cost: order^2.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace unguard::features {

// As many as there are coefficients a1, a2, ... of x[n] = -a1 x[n - 1] - a2 x[n - 2] - ... + e[n].
inline std::vector<double> cepstrum(std::span<const double> a) {
  std::vector<double> c(a.size());
  for (std::size_t p = 1; p <= a.size(); ++p) {
    double sum = -a[p - 1];
    for (std::size_t l = 1; l < p; ++l)
      sum -= (1 - static_cast<double>(l) / static_cast<double>(p)) * a[l - 1] * c[p - l - 1];
    c[p - 1] = sum;
  }
  return c;
}

}  // namespace unguard::features
