// SPDX-License-Identifier: Apache-2.0
// The converter: rounds to the nearest multiple of its step and stops at its rails.
// Widrow & Kollar 2008, Quantization Noise, doi:10.1017/CBO9780511754661. Cost: one division.
#pragma once

#include <algorithm>
#include <cmath>

#include "unguard/core/fields.hpp"

namespace unguard {

struct Digitiser {
  Microvolts step{0.05};
  Microvolts low_rail{-375000};
  Microvolts high_rail{375000};

  friend bool operator==(const Digitiser&, const Digitiser&) = default;
};
constexpr SpecInfo info(const Digitiser*) {
  return {"Digitiser", "analogue-to-digital converter", "Widrow & Kollar 2008, doi:10.1017/CBO9780511754661"};
}
constexpr auto fields(const Digitiser*) {
  return field_list(field<&Digitiser::step>("step", "one code", between(1e-4, 1e4)),
                    field<&Digitiser::low_rail>("low_rail", "lowest value", between(-1e7, 0)),
                    field<&Digitiser::high_rail>("high_rail", "highest value", between(0, 1e7)));
}

// A whole number of steps, within the rails; a half rounds up.
inline double digitise(const Digitiser& d, double x) noexcept {
  const double code = std::floor(x / d.step.value + 0.5);
  return d.step.value * std::clamp(code, std::ceil(d.low_rail / d.step), std::floor(d.high_rail / d.step));
}

}  // namespace unguard
