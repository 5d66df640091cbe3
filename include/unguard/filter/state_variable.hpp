// SPDX-License-Identifier: Apache-2.0
// Filters whose cutoff and q may move while they run, without a jump: low-pass and high-pass by order (Butterworth) or
// by q, band-pass and notch by q. Zavalishin 2018, The Art of VA Filter Design, ch. 3-4; the topology-preserving
// transform, prewarped. Cost: 15 operations a section, sample and channel. Latency: group delay.
#pragma once

#include <cmath>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/edges.hpp"
#include "unguard/filter/state_variable_kernel.hpp"

namespace unguard {

// change() from one to another of the same mode and order carries the state over, seamlessly and unmarked.
struct StateVariable {
  StateVariableMode mode = StateVariableMode::highpass;
  Hertz cutoff{20};
  int order = 2;
  std::optional<double> q{};

  friend bool operator==(const StateVariable&, const StateVariable&) = default;
};
constexpr SpecInfo info(const StateVariable*) {
  return {"StateVariable", "state-variable filter, whose cutoff and q may change while it runs",
          "Zavalishin 2018, The Art of VA Filter Design, ch. 3-4"};
}
constexpr auto fields(const StateVariable*) {
  return field_list(
      field<&StateVariable::mode>("mode", "what is let through, or, by a notch, taken out"),
      field<&StateVariable::cutoff>("cutoff", "edge of a low- or high-pass, centre of a band-pass or notch", positive),
      field<&StateVariable::order>("order", "number of poles, 2 for a band-pass or notch", between(1, 12)),
      field<&StateVariable::q>("q",
                               "sharpness of a single section, gain at the edge or centre / width; without it as "
                               "Butterworth, 1 / sqrt(2) for a single section",
                               between(1e-3, 1e6)));
}

namespace state_variable_design {

inline std::optional<Fault> refuse(const StateVariable& spec, Hertz rate) {
  using enum StateVariableMode;
  if (auto fault = edges::refuse_above_nyquist<StateVariable>("cutoff", spec.cutoff, rate)) return fault;
  if ((spec.mode == bandpass || spec.mode == notch) && spec.order != 2)
    return fault_of<StateVariable>("order", spec.order, "2 for a " + to_text(spec.mode));
  if (spec.q && spec.order != 2) return fault_of<StateVariable>("q", *spec.q, "none unless order is 2");
  return std::nullopt;
}

// 1 / q of every section; nothing for one of a single pole. In the order of the equal Butterworth filter.
inline std::vector<std::optional<zpk::Real>> dampings(const StateVariable& spec) {
  if (spec.q) return {1 / static_cast<zpk::Real>(*spec.q)};
  std::vector<std::optional<zpk::Real>> all;
  for (const auto& term : zpk::butterworth(spec.order).terms)
    all.push_back(term.pole.imag() == 0 ? std::nullopt : std::optional(-2 * term.pole.real()));
  return all;
}

inline StateVariableSection section(StateVariableMode mode, std::optional<zpk::Real> damping, zpk::Real g) {
  using enum StateVariableMode;
  StateVariableSection s;
  s.g1 = static_cast<double>(g);
  if (!damping) {
    s.r = 1;
    s.a = static_cast<double>(1 / (1 + g));
    (mode == lowpass ? s.of_band : s.of_high) = 1;
    return s;
  }
  s.g2 = s.g1;
  s.r = static_cast<double>(g + *damping);
  s.a = static_cast<double>(1 / (1 + g * (g + *damping)));
  if (mode == highpass || mode == notch) s.of_high = 1;
  if (mode == lowpass || mode == notch) s.of_low = 1;
  if (mode == bandpass) s.of_band = static_cast<double>(*damping);
  return s;
}

// The same section as poles and zeros: s^2 + damping g s + g^2 in the analogue frequency of the bilinear transform.
inline zpk::Factor factor(StateVariableMode mode, std::optional<zpk::Real> damping, zpk::Real g) {
  using namespace zpk;
  PolePair poles;
  if (!damping) {
    poles = one_real(-g);
  } else if (const Real half = *damping / 2; half < 1) {
    poles = conjugates(Complex(-half * g, std::sqrt((1 - half) * (1 + half)) * g));
  } else {
    const Real large = half + std::sqrt((half - 1) * (half + 1));  // the other without cancellation
    poles = two_real(Complex(-large * g), -g / large);
  }
  switch (mode) {
    case StateVariableMode::lowpass:
      return factor_at(poles, zeros_at(-1, poles), at_zero());
    case StateVariableMode::highpass:
      return factor_at(poles, zeros_at(1, poles), at_nyquist());
    case StateVariableMode::bandpass:
      return factor_at(poles, zeros_at_both_ends(), at_analogue(g * g));
    case StateVariableMode::notch:
      break;
  }
  return factor_at(poles, zeros_on_circle(g * g), at_zero());
}

}  // namespace state_variable_design

// The equal biquads before rounding.
inline Result<zpk::Design> unrounded(const StateVariable& spec, Hertz rate) {
  using enum StateVariableMode;
  if (auto fault = state_variable_design::refuse(spec, rate)) return *fault;
  const zpk::Real g = zpk::prewarp(spec.cutoff, rate);
  const Hertz reference = spec.mode == highpass ? rate / 2 : spec.mode == bandpass ? spec.cutoff : Hertz{0};
  zpk::Design design{{}, reference, 1, "cutoff", spec.cutoff};
  for (const auto& damping : state_variable_design::dampings(spec))
    design.factors.push_back(state_variable_design::factor(spec.mode, damping, g));
  return design;
}

inline Result<StateVariableKernel> make_kernel(const StateVariable& spec, const StreamFormat& format) {
  auto equal = design(spec, format.rate);
  if (!equal) return equal.fault();
  const zpk::Real g = zpk::prewarp(spec.cutoff, format.rate);
  std::vector<StateVariableSection> rows;
  for (const auto& damping : state_variable_design::dampings(spec))
    rows.push_back(state_variable_design::section(spec.mode, damping, g));
  return StateVariableKernel(spec.mode, std::move(rows), std::move(*equal), format);
}

}  // namespace unguard
