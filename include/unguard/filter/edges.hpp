// SPDX-License-Identifier: Apache-2.0
// What every design refuses of its frequencies, in one voice: nothing at or above half the sampling rate, no band whose
// edges are swapped. Cost: none, at start only.
#pragma once

#include <optional>
#include <string_view>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard::edges {

template <class S>
std::optional<Fault> refuse_above_nyquist(std::string_view parameter, Hertz f, Hertz rate) {
  if (f.value < rate.value / 2) return std::nullopt;
  return fault_of<S>(parameter, f, "below half the sampling rate, " + to_text(rate / 2));
}

template <class S>
std::optional<Fault> refuse_band(const S& spec, Hertz rate) {
  if (auto fault = refuse_above_nyquist<S>("high", spec.high, rate)) return fault;
  if (!(spec.low < spec.high)) return fault_of<S>("low", spec.low, "below high, " + to_text(spec.high));
  return std::nullopt;
}

}  // namespace unguard::edges
