// SPDX-License-Identifier: Apache-2.0
// Least-squares smoothing and differentiation: the polynomial that fits a window best, at its middle. Savitzky & Golay
// 1964, doi:10.1021/ac60214a047; weights by Gram polynomials, Gorry 1990, doi:10.1021/ac00205a007, in extended
// precision, = scipy.signal.savgol_coeffs. Cost: see fir_kernel.hpp. Latency: (length - 1) / 2 samples.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/fir_kernel.hpp"

namespace unguard {

struct SavitzkyGolay {
  int length = 11;
  int order = 3;
  int derivative = 0;  // per second to this power

  friend bool operator==(const SavitzkyGolay&, const SavitzkyGolay&) = default;
};
constexpr SpecInfo info(const SavitzkyGolay*) {
  return {"SavitzkyGolay", "least-squares polynomial over a window: smooths or differentiates",
          "Savitzky & Golay 1964, doi:10.1021/ac60214a047"};
}
constexpr auto fields(const SavitzkyGolay*) {
  return field_list(
      field<&SavitzkyGolay::length>("length", "samples in the window, an odd number", between(1, max_taps)),
      field<&SavitzkyGolay::order>("order", "of the polynomial, below the length", between(0, 12)),
      field<&SavitzkyGolay::derivative>("derivative", "which one, in units per second to this power; 0 smooths",
                                        between(0, 12)));
}

namespace savitzky_golay_detail {

using Real = long double;
constexpr int max_order = 12;
using Gram = std::array<Real, max_order + 1>;

// The Gram polynomials of order 0 to `order` over -m..m at i, differentiated `derivative` times.
inline Gram gram(int order, int derivative, Real i, int m) {
  Gram below{}, p{};  // of one derivative less, and of this one
  for (int s = 0; s <= derivative; ++s) {
    below = p;
    p = {};
    p[0] = s == 0 ? 1 : 0;
    for (int k = 1; k <= order; ++k) {
      const auto n = static_cast<std::size_t>(k);
      const Real share = static_cast<Real>(k) * static_cast<Real>(2 * m - k + 1);
      const Real before = k > 1 ? p[n - 2] : 0;
      p[n] = (2 * static_cast<Real>(2 * k - 1) * (i * p[n - 1] + static_cast<Real>(s) * below[n - 1]) -
              static_cast<Real>(k - 1) * static_cast<Real>(2 * m + k) * before) /
             share;
    }
  }
  return p;
}

// The weights of the samples -m..m for the fit's value at `at`, in units of a sample to the power of -derivative.
inline std::vector<Real> weights(const SavitzkyGolay& spec, int at) {
  const int m = spec.length / 2;
  Gram there = gram(spec.order, spec.derivative, static_cast<Real>(at), m);
  Real ratio = 1 / static_cast<Real>(2 * m + 1);  // (2m)(2m - 1)... / ((2m + k + 1)(2m + k)...), k and k + 1 factors
  for (int k = 0; k <= spec.order; ++k) {
    there[static_cast<std::size_t>(k)] *= static_cast<Real>(2 * k + 1) * ratio;
    ratio *= static_cast<Real>(2 * m - k) / static_cast<Real>(2 * m + k + 2);
  }
  std::vector<Real> all;
  for (int i = -m; i <= m; ++i) {
    const Gram here = gram(spec.order, 0, static_cast<Real>(i), m);
    Real sum = 0;
    for (std::size_t k = 0; k <= static_cast<std::size_t>(spec.order); ++k) sum += there[k] * here[k];
    all.push_back(sum);
  }
  return all;
}

// In units per second to the power of the derivative.
inline Real scale(const SavitzkyGolay& spec, Hertz rate) {
  Real all = 1;
  for (int s = 0; s < spec.derivative; ++s) all *= static_cast<Real>(rate.value);
  return all;
}

}  // namespace savitzky_golay_detail

inline Result<Taps> design_taps(const SavitzkyGolay& spec, Hertz rate) {
  using namespace savitzky_golay_detail;
  if (spec.length % 2 == 0) return fault_of<SavitzkyGolay>("length", spec.length, "an odd number: a middle to fit at");
  if (spec.order >= spec.length)
    return fault_of<SavitzkyGolay>("order", spec.order, "below the length, " + to_text(spec.length));
  if (spec.derivative > spec.order)
    return fault_of<SavitzkyGolay>("derivative", spec.derivative,
                                   "at most the order, " + to_text(spec.order) + ": beyond it all is 0");
  const auto w = weights(spec, 0);
  const Real unit = scale(spec, rate);
  Taps taps(w.size());
  // The newest sample first, and exactly as symmetric as the mathematics: the phase is linear.
  for (std::size_t k = 0; 2 * k < w.size(); ++k) {
    const std::size_t other = w.size() - 1 - k;
    taps[k] = static_cast<double>(w[other] * unit);
    taps[other] = spec.derivative % 2 ? -taps[k] : taps[k];
  }
  if (spec.derivative % 2) taps[w.size() / 2] = 0;
  return taps;
}

}  // namespace unguard
