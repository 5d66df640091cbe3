// SPDX-License-Identifier: Apache-2.0
// Discrete prolate spheroidal sequences: of all sequences of a length those that keep the most of their energy within
// +-W, each orthogonal to the others. Slepian 1978, doi:10.1002/j.1538-7305.1978.tb02104.x: the eigenvectors of a
// tridiagonal matrix, here by bisection and inverse iteration in extended precision. Cost: O(N) a taper, at set-up
// only.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "unguard/spectrum/tapers.hpp"

namespace unguard {

namespace dpss_detail {

using Real = long double;

// A symmetric tridiagonal matrix; beside[n] stands between n and n + 1.
struct Tridiagonal {
  std::vector<Real> diagonal, beside;

  // How many eigenvalues lie below x, by the signs of Sturm's sequence.
  int below(Real x) const {
    int count = 0;
    Real q = 1;
    for (std::size_t n = 0; n < diagonal.size(); ++n) {
      q = diagonal[n] - x - (n > 0 ? beside[n - 1] * beside[n - 1] / q : 0);
      if (q == 0) q = -std::numeric_limits<Real>::min();
      count += q < 0;
    }
    return count;
  }
  // The eigenvalue with so many below it.
  Real eigenvalue(int rank) const {
    Real low = diagonal[0], high = diagonal[0];  // Gershgorin's discs
    for (std::size_t n = 0; n < diagonal.size(); ++n) {
      const Real radius = (n > 0 ? beside[n - 1] : 0) + (n + 1 < diagonal.size() ? beside[n] : 0);
      low = std::min(low, diagonal[n] - radius);
      high = std::max(high, diagonal[n] + radius);
    }
    for (;;) {
      const Real middle = low + (high - low) / 2;
      if (!(middle > low && middle < high)) return middle;
      (below(middle) > rank ? high : low) = middle;
    }
  }
  // x with (T - value) x = b, by elimination with row exchanges; where a pivot is 0, the smallest there is stands in.
  void solve(Real value, std::vector<Real>& b) const {
    const std::size_t size = diagonal.size();
    std::vector<Real> first(size), second(size), third(size);  // of each row, from its pivot on
    const auto or_least = [](Real pivot) { return pivot == 0 ? std::numeric_limits<Real>::min() * 1e30L : pivot; };
    Real pivot = diagonal[0] - value, next = size > 1 ? beside[0] : 0;
    for (std::size_t n = 0; n + 1 < size; ++n) {
      const Real under = beside[n], under_next = diagonal[n + 1] - value, last = n + 2 < size ? beside[n + 1] : 0;
      if (std::fabs(under) > std::fabs(pivot)) {
        first[n] = under, second[n] = under_next, third[n] = last;
        std::swap(b[n], b[n + 1]);
        const Real factor = pivot / under;
        pivot = next - factor * under_next;
        next = -factor * last;
        b[n + 1] -= factor * b[n];
      } else {
        first[n] = or_least(pivot), second[n] = next, third[n] = 0;
        const Real factor = under / first[n];
        pivot = under_next - factor * next;
        next = last;
        b[n + 1] -= factor * b[n];
      }
    }
    first[size - 1] = or_least(pivot);
    for (std::size_t n = size; n-- > 0;) {
      if (n + 1 < size) b[n] -= second[n] * b[n + 1];
      if (n + 2 < size) b[n] -= third[n] * b[n + 2];
      b[n] /= first[n];
    }
  }
};

inline void normalise(std::vector<Real>& x) {
  Real largest = 0, energy = 0;
  for (const Real v : x) largest = std::max(largest, std::fabs(v));
  for (Real& v : x) {
    v /= largest;
    energy += v * v;
  }
  for (Real& v : x) v /= std::sqrt(energy);
}

}  // namespace dpss_detail

// The first `count` of length >= count, of energy 1 each; `half_bandwidth` is N W, in (0, length / 2). Signs as
// scipy.signal.windows.dpss has them: even ones have a positive mean, odd ones begin with a positive lobe.
inline std::vector<Taper> dpss(int length, double half_bandwidth, int count) {
  using dpss_detail::Real;
  dpss_detail::Tridiagonal matrix;
  const auto size = static_cast<Real>(length);
  const Real turn = std::cos(2 * std::numbers::pi_v<Real> * static_cast<Real>(half_bandwidth) / size);
  for (int n = 0; n < length; ++n) {
    const Real off_centre = (size - 1 - 2 * static_cast<Real>(n)) / 2;
    matrix.diagonal.push_back(off_centre * off_centre * turn);
    if (n > 0) matrix.beside.push_back(static_cast<Real>(n) * (size - static_cast<Real>(n)) / 2);
  }
  std::vector<Taper> all;
  for (int k = 0; k < count; ++k) {
    const Real value = matrix.eigenvalue(length - 1 - k);
    // Neither even nor odd, so that it has something of every one.
    std::vector<Real> x;
    for (int n = 0; n < length; ++n) x.push_back(1 + static_cast<Real>(n) / size);
    for (int pass = 0; pass < 4; ++pass) {
      matrix.solve(value, x);
      dpss_detail::normalise(x);
    }
    Real sum = 0, first_lobe = 0;
    for (const Real v : x) {
      sum += v;
      if (first_lobe == 0 && v * v > std::max(Real{1e-7L}, 1 / size)) first_lobe = v;
    }
    const bool turned = k % 2 == 0 ? sum < 0 : first_lobe < 0;
    Taper& taper = all.emplace_back();
    for (const Real v : x) taper.push_back(static_cast<double>(turned ? -v : v));
  }
  return all;
}

}  // namespace unguard
