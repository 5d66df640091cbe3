// SPDX-License-Identifier: Apache-2.0
// From poles, zeros and gain to the sections that run: rounded once, then checked: stable, finite, and the gain as
// specified where it was specified. A spec takes part by `Result<zpk::Design> unrounded(const Spec&, Hertz rate)`.
#pragma once

#include <cmath>
#include <complex>
#include <concepts>

#include "unguard/core/fields.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/filter/zpk.hpp"

namespace unguard {

template <class S>
concept ZpkSpec = Spec<S> && requires(const S& s, Hertz rate) {
  { unrounded(s, rate) } -> std::same_as<Result<zpk::Design>>;
};

template <ZpkSpec S>
Result<Sections> design(const S& spec, Hertz rate) {
  const auto exact = unrounded(spec, rate);
  if (!exact) return exact.fault();
  Sections sections;
  for (const auto& factor : (*exact).factors) sections.push_back(factor.rounded());
  const double gain = std::abs(response(sections, (*exact).reference, rate));
  const double expected = static_cast<double>((*exact).gain);
  if (stable(sections) && std::fabs(gain / expected - 1) < 1e-3) return sections;
  return fault_of<S>((*exact).parameter, (*exact).edge,
                     "a frequency whose poles double precision can place: this design came out with gain " +
                         to_text(gain) + (expected == 1 ? "" : " in place of " + to_text(expected)) +
                         (stable(sections) ? "" : " and unstable"));
}

}  // namespace unguard
