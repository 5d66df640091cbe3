// SPDX-License-Identifier: Apache-2.0
// A filter as one numerator and one denominator polynomial in z^-1, and what it does: response, group delay, how
// long it remembers. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. For low orders: the
// coefficients of many poles close together say too little of each.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/filter/polynomial_delay.hpp"
#include "unguard/filter/schur_cohn.hpp"

namespace unguard {

// H(z) = (b[0] + b[1] z^-1 + ...) / (1 + a[1] z^-1 + ...); both of one length.
struct Polynomials {
  std::vector<double> b{}, a{};

  bool empty() const noexcept { return a.empty(); }
  std::size_t order() const noexcept { return a.size() - 1; }
  friend bool operator==(const Polynomials&, const Polynomials&) = default;
};

inline bool stable(const Polynomials& p) { return schur_cohn::roots_inside(p.a); }

namespace polynomials_detail {

using polynomial_detail::on_circle;
using polynomial_detail::Real;
using polynomial_detail::value;

inline Real gain_at_zero(const Polynomials& p) { return value(p.b, 1).real() / value(p.a, 1).real(); }

}  // namespace polynomials_detail

// The complex gain at frequency f.
inline std::complex<double> response(const Polynomials& p, Hertz f, Hertz rate) {
  const auto z1 = polynomials_detail::on_circle(f, rate);
  const auto h = polynomials_detail::value(p.b, z1) / polynomials_detail::value(p.a, z1);
  return {static_cast<double>(h.real()), static_cast<double>(h.imag())};
}

// Group delay at frequency f, in samples.
inline double group_delay(const Polynomials& p, Hertz f, Hertz rate) {
  const auto z1 = polynomials_detail::on_circle(f, rate);
  return polynomial_delay(p.b, z1) - polynomial_delay(p.a, z1);
}

// One channel, one sample, in scipy.signal.lfilter's order of operations; `state` holds order() values.
template <class T>
T step(const Polynomials& p, T* state, T x) {
  const std::size_t n = p.order();
  if (n == 0) return p.b[0] * x;
  const T y = state[0] + p.b[0] * x;
  for (std::size_t k = 1; k < n; ++k) state[k - 1] = (state[k] + x * p.b[k]) - y * p.a[k];
  state[n - 1] = x * p.b[n] - y * p.a[n];
  return y;
}

// Samples after which the memory of an input is below 1e-12 of it: as for sections of two poles each.
inline std::int64_t memory(const Polynomials& p) {
  const auto delays = static_cast<std::int64_t>(p.order()) + 1;
  const auto decay = static_cast<double>(schur_cohn::decay(p.a));
  const double pairs = std::ceil(0.5 * static_cast<double>(p.order()));
  return delays + static_cast<std::int64_t>(std::min(0x1p50, 28 * (1 + 0.25 * pairs) / decay));
}

}  // namespace unguard
