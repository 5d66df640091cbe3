// SPDX-License-Identifier: Apache-2.0
// Group delay of one polynomial c[0] + c[1] z^-1 + ..., such as a finite impulse response or either side of a transfer
// function. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5.1 and 5.7. Cost: once over the
// coefficients.
#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// Same forwards and backwards, but for the sign: the phase is linear.
inline bool symmetric(const std::vector<double>& c) {
  return std::equal(c.begin(), c.end(), c.rbegin()) ||
         std::equal(c.begin(), c.end(), c.rbegin(), [](double a, double b) { return a == -b; });
}

namespace polynomial_detail {

using Real = long double;

// Near z = 1 next to nothing is left of coefficients of up to 6: in more digits.
inline std::complex<Real> value(const std::vector<double>& c, std::complex<Real> z1) {
  std::complex<Real> sum = 0;
  for (std::size_t k = c.size(); k-- > 0;) sum = static_cast<Real>(c[k]) + z1 * sum;
  return sum;
}
inline std::complex<Real> on_circle(Hertz f, Hertz rate) {
  return std::polar(Real(1), -2 * std::numbers::pi_v<Real> * (f / rate));
}

}  // namespace polynomial_detail

// In samples, at z1 = z^-1. Linear phase delays by half the length at every frequency, also where the gain is zero; a
// zero at 0 Hz or half the rate by half a sample at every frequency, also there.
inline double polynomial_delay(const std::vector<double>& c, std::complex<polynomial_detail::Real> z1) {
  using polynomial_detail::Real;
  const auto counts = [](double v) { return v != 0; };
  const auto first = std::find_if(c.begin(), c.end(), counts);
  if (first == c.end()) return 0;
  const std::vector<double> core(first, std::find_if(c.rbegin(), c.rend(), counts).base());
  auto whole = static_cast<double>(first - c.begin());
  if (symmetric(core)) return whole + 0.5 * static_cast<double>(core.size() - 1);
  std::vector<Real> rest(core.begin(), core.end());
  for (const Real zero : {Real(1), Real(-1)})
    while (rest.size() > 1) {
      auto quotient = rest;
      for (std::size_t k = 1; k < quotient.size(); ++k) quotient[k] += zero * quotient[k - 1];
      if (quotient.back() != 0) break;
      quotient.pop_back();
      rest = std::move(quotient);
      whole += 0.5;
    }
  std::complex<Real> sum = 0, moment = 0;
  for (std::size_t k = rest.size(); k-- > 0;) {
    sum = rest[k] + z1 * sum;
    moment = static_cast<Real>(k) * rest[k] + z1 * moment;
  }
  return whole + static_cast<double>((moment / sum).real());
}

}  // namespace unguard
