// SPDX-License-Identifier: Apache-2.0
// Whether all roots of a polynomial lie inside the unit circle, and how close to it the outermost comes, without
// finding them: Schur 1917, doi:10.1515/crll.1917.147.205; Cohn 1922, doi:10.1007/BF01216772. In the compiler's widest
// floating point. Cost, at set-up only: order^2, and for how close a hundred times that.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace unguard {

namespace schur_cohn {

using Real = long double;

// The roots of z^n + c[1] z^(n-1) + ... + c[n], all of them strictly inside; c[0] = 1. What is not finite is not
// inside.
inline bool roots_inside(std::vector<Real> c) {
  for (std::size_t m = c.size() - 1; m > 0; --m) {
    const Real k = c[m];
    if (!(std::fabs(k) < 1)) return false;
    const Real left = (1 - k) * (1 + k);
    for (std::size_t i = 1, j = m - 1; i <= j; ++i, --j) {
      const Real at_i = c[i], at_j = c[j];
      c[i] = (at_i - k * at_j) / left;
      c[j] = (at_j - k * at_i) / left;
    }
  }
  return true;
}
inline bool roots_inside(const std::vector<double>& c) { return roots_inside(std::vector<Real>(c.begin(), c.end())); }

// -log of the largest root's modulus, for roots inside: what the slowest answer loses with every sample. By bisection
// on how far the roots may be scaled and stay inside. Infinite without roots but at 0.
inline Real decay(const std::vector<double>& c) {
  const auto inside = [&](Real scale) {
    std::vector<Real> scaled;
    for (std::size_t k = 0; k < c.size(); ++k) scaled.push_back(c[k] * std::exp(scale * static_cast<Real>(k)));
    return roots_inside(std::move(scaled));
  };
  Real low = 1e-20L, high = 800;  // a root of e^-800 is none
  if (inside(high)) return std::numeric_limits<Real>::infinity();
  if (!inside(low)) return 0;
  for (int i = 0; i < 100; ++i) {
    const Real between = std::sqrt(low * high);
    (inside(between) ? low : high) = between;
  }
  return low;
}

}  // namespace schur_cohn

}  // namespace unguard
