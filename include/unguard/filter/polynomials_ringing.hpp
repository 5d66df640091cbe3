// SPDX-License-Identifier: Apache-2.0
// How long a filter given as polynomials rings, and the most it can make of an input that stays within +-1: from its
// impulse response, as for sections (ringing.hpp); Oppenheim & Schafer 2010, ch. 2.4. Cost, at start only: the impulse
// response up to three times.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/polynomials.hpp"
#include "unguard/filter/polynomials_run.hpp"
#include "unguard/filter/ringing.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

namespace polynomials_detail {

// The filter as new, in place.
class InPlace {
 public:
  explicit InPlace(const Polynomials& p) : p_(p), state_(p.order()) {}
  void operator()(double* x, std::int64_t n) {
    run_(p_.b.data(), p_.a.data(), static_cast<int>(p_.order()), 1, state_.data(), x, x, n);
  }

 private:
  Polynomials p_;
  std::vector<double> state_;
  PolynomialsRun run_ = best_polynomials_run();
};

}  // namespace polynomials_detail

inline RingingSamples ringing(const Polynomials& p, const ErrorRatios& ratios) {
  return ringing_detail::lasts(polynomials_detail::InPlace(p), memory(p), ratios);
}

// The absolute sum of the impulse response. Where that cannot be followed, what n poles as slow as the slowest, all in
// phase, could make of b: never below the sum.
inline double error_gain(const Polynomials& p) {
  const std::int64_t length = memory(p);
  if (length <= longest_followed) return ringing_detail::absolute_sum(polynomials_detail::InPlace(p), length);
  const auto lost = static_cast<double>(-std::expm1(-schur_cohn::decay(p.a)));
  return absolute_sum(p.b) / std::pow(lost, static_cast<double>(p.order()));
}

}  // namespace unguard
