// SPDX-License-Identifier: Apache-2.0
// What the tests of the designs measure of a cascade, at 2 kHz.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"

namespace unguard {

inline constexpr Hertz test_rate{2000};

template <class S>
Sections sections_of(const S& spec) {
  const auto made = design(spec, test_rate);
  EXPECT_TRUE(made.has_value()) << to_text(spec) << ": " << (made ? "" : message(made.fault()));
  return made ? *made : Sections{};
}

inline double gain(const Sections& sections, Hertz f) { return std::abs(response(sections, f, test_rate)); }
inline double decibels(double gain) { return 20 * std::log10(gain); }

// The frequency that a low-pass prototype with its edge at 1 sees: tan ratios, as the bilinear transform has them.
inline double analogue(Hertz f) { return std::tan(std::numbers::pi * (f / test_rate)); }
template <class S>
double seen_by_prototype(const S& spec, Hertz f) {
  const double w = analogue(f);
  if constexpr (requires { spec.cutoff; }) {
    const double edge = analogue(spec.cutoff);
    return info_of<S>().name.ends_with("Lowpass") ? w / edge : edge / w;
  } else {
    const double low = analogue(spec.low), high = analogue(spec.high);
    const double ratio = std::fabs(w * w - low * high) / (w * (high - low));
    return info_of<S>().name.ends_with("Bandpass") ? ratio : 1 / ratio;
  }
}

// |H| at many frequencies against the prototype's closed form, relative to the larger of the two and 1e-6.
template <class S, class ClosedForm>
double worst_difference(const S& spec, ClosedForm&& magnitude) {
  const Sections sections = sections_of(spec);
  double worst = 0;
  for (double f = 0.7; f < 999; f *= 1.013) {
    const double found = gain(sections, {f}), expected = magnitude(seen_by_prototype(spec, {f}));
    worst = std::max(worst, std::fabs(found - expected) / std::max(expected, 1e-6));
  }
  return worst;
}

// T_N(x), Chebyshev's polynomial, for x >= 0.
inline double chebyshev(int order, double x) {
  return x <= 1 ? std::cos(order * std::acos(x)) : std::cosh(order * std::acosh(x));
}

// visit(spec) for the four band types of a family, set to these orders, wide and narrow.
template <class Low, class High, class Pass, class Stop, class Visit>
void for_each_band(int order, Visit&& visit) {
  for (const double f : {3.0, 180.0, 900.0}) {
    Low low{.cutoff = {f}, .order = order};
    High high{.cutoff = {f}, .order = order};
    visit(low);
    visit(high);
  }
  for (const auto& [low, high] : {std::pair{20.0, 450.0}, {95.0, 120.0}, {600.0, 900.0}}) {
    visit(Pass{.low = {low}, .high = {high}, .order = order});
    visit(Stop{.low = {low}, .high = {high}, .order = order});
  }
}

// The edges that a spec names.
template <class S>
std::vector<Hertz> edges_of(const S& spec) {
  if constexpr (requires { spec.cutoff; })
    return {spec.cutoff};
  else
    return {spec.low, spec.high};
}

}  // namespace unguard
