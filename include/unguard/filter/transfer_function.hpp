// SPDX-License-Identifier: Apache-2.0
// A filter given from outside as numerator and denominator (SciPy's and MATLAB's [b, a] = butter(...)), run as they run
// it; checked for order, scale, stability and gain. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 6.3.
// Cost: 4 operations a channel, sample and order. Latency: group delay.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/transfer_function_kernel.hpp"

namespace unguard {

// Order 4 at most, which is max(length of b, length of a) - 1: higher ones as sections, Sos.
struct TransferFunction {
  std::vector<double> b{};  // numerator, the newest sample's coefficient first
  std::vector<double> a{};  // denominator; all of b and a are divided by a[0], as scipy.signal.lfilter does

  friend bool operator==(const TransferFunction&, const TransferFunction&) = default;
};
constexpr SpecInfo info(const TransferFunction*) {
  return {"TransferFunction", "numerator and denominator polynomials given from outside",
          "scipy.signal.lfilter(b, a, x)"};
}
constexpr auto fields(const TransferFunction*) {
  using T = TransferFunction;
  return field_list(field<&T::b>("b", "numerator coefficients, the newest sample's first"),
                    field<&T::a>("a", "denominator coefficients, the newest sample's first; not 0 there"));
}

namespace transfer_function_detail {

inline std::optional<Fault> refuse_order(const TransferFunction& spec) {
  const std::string most = std::to_string(max_polynomial_order + 1);
  const auto numbers = [](const std::vector<double>& c) { return std::to_string(c.size()) + " numbers"; };
  const auto fault = [&](std::string_view field, const std::vector<double>& c, const std::string& instead) {
    return fault_in_words<TransferFunction>(field, numbers(c), "1 to " + most + " numbers" + instead);
  };
  if (spec.b.empty()) return fault("b", spec.b, "");
  if (spec.a.empty()) return fault("a", spec.a, "");
  const bool long_a = spec.a.size() > max_polynomial_order + 1, long_b = spec.b.size() > max_polynomial_order + 1;
  if (long_b && spec.a.size() == 1)
    return fault("b", spec.b, ": with a single number in a this is a finite impulse response; give it as Fir");
  if (long_a || long_b)
    return fault(long_a ? "a" : "b", long_a ? spec.a : spec.b,
                 ": one polynomial of a higher order loses too many digits; give second-order sections as Sos (SciPy's "
                 "output=\"sos\", tf2sos)");
  return std::nullopt;
}

// As scipy.signal.lfilter divides, and filled up to one length.
inline Polynomials divided(const TransferFunction& spec) {
  Polynomials p{spec.b, spec.a};
  for (auto* c : {&p.b, &p.a}) {
    for (double& v : *c) v /= spec.a[0];
    c->resize(std::max(spec.b.size(), spec.a.size()));
  }
  return p;
}

}  // namespace transfer_function_detail

inline Result<Polynomials> design_polynomials(const TransferFunction& spec, Hertz) {
  using T = TransferFunction;
  if (auto fault = transfer_function_detail::refuse_order(spec)) return *fault;
  if (spec.a[0] == 0) return fault_of<T>("a", spec.a, "the first number not to be 0");
  auto p = transfer_function_detail::divided(spec);
  const auto all_finite = [](const std::vector<double>& c) {
    return std::all_of(c.begin(), c.end(), [](double v) { return std::isfinite(v); });
  };
  if (!all_finite(p.a)) return fault_of<T>("a", spec.a, "numbers that stay finite when divided by the first of them");
  if (!all_finite(p.b)) return fault_of<T>("b", spec.b, "numbers that stay finite when divided by the first of a");
  if (!stable(p)) return fault_of<T>("a", spec.a, "a polynomial with all poles inside the unit circle");
  return p;
}

// Coefficients from outside may come with any gain: what could overflow is refused.
inline Result<TransferFunctionKernel> make_kernel(const TransferFunction& spec, const StreamFormat& format) {
  auto p = design_polynomials(spec, format.rate);
  if (!p) return p.fault();
  TransferFunctionKernel kernel(std::string(info_of<TransferFunction>().name), std::move(*p), format);
  if (!(kernel.reach(format.full_scale()) < largest_value))
    return fault_of<TransferFunction>("b", spec.b, kernel_detail::expected_reach("coefficients", format));
  return kernel;
}

}  // namespace unguard
