// SPDX-License-Identifier: Apache-2.0
// From poles, zeros and gain to the sections that run: rounded once, then checked: stable, finite, the gain as
// specified where it was specified, and every section as exact by the edge of its own resonance, where rounding moves
// it most. A spec takes part by `Result<zpk::Design> unrounded(const Spec&, Hertz rate)`.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <concepts>
#include <cstddef>

#include "unguard/core/fields.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/filter/zpk.hpp"

namespace unguard {

template <class S>
concept ZpkSpec = Spec<S> && requires(const S& s, Hertz rate) {
  { unrounded(s, rate) } -> std::same_as<Result<zpk::Design>>;
};

namespace design_detail {

// The gain by the edge of the resonance, of the section that runs over the exact one.
inline double gain_kept(const zpk::Factor& exact, const Section& rounded) {
  const auto& poles = exact.poles;
  // Of real poles half way from the nearer one to 0 Hz, where no zero lies.
  const zpk::Real nearer = poles.real ? std::min(std::abs(poles.s), std::fabs(poles.second_s)) : std::abs(poles.s);
  const zpk::Real w = poles.real || poles.single ? nearer / 2 : std::fabs(poles.s.real()) + std::fabs(poles.s.imag());
  const zpk::Point edge = zpk::at_analogue(w * w);
  const zpk::Complex back = std::conj(edge.z);
  const auto at = [back](zpk::Real c0, zpk::Real c1, zpk::Real c2) { return std::abs(c0 + back * (c1 + back * c2)); };
  const zpk::Real expected = exact.g * exact.zeros.distance(edge) / poles.distance(edge);
  return static_cast<double>(at(rounded.b0, rounded.b1, rounded.b2) / at(1, rounded.a1, rounded.a2) / expected);
}

}  // namespace design_detail

template <ZpkSpec S>
Result<Sections> design(const S& spec, Hertz rate) {
  const auto exact = unrounded(spec, rate);
  if (!exact) return exact.fault();
  Sections sections;
  for (const auto& factor : (*exact).factors) sections.push_back(factor.rounded());
  const auto refused = [&](double gain, double expected) {
    return fault_of<S>((*exact).parameter, (*exact).edge,
                       "a frequency whose poles double precision can place: this design came out with gain " +
                           to_text(gain) + (expected == 1 ? "" : " in place of " + to_text(expected)) +
                           (stable(sections) ? "" : " and unstable"));
  };
  const auto far = [](double gain, double expected) { return !(std::fabs(gain / expected - 1) < 1e-3); };
  const double gain = std::abs(response(sections, (*exact).reference, rate));
  const double expected = static_cast<double>((*exact).gain);
  if (!stable(sections) || far(gain, expected)) return refused(gain, expected);
  for (std::size_t i = 0; i < sections.size(); ++i)
    if (const double kept = design_detail::gain_kept((*exact).factors[i], sections[i]); far(kept, 1))
      return refused(kept, 1);
  return sections;
}

}  // namespace unguard
