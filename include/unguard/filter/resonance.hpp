// SPDX-License-Identifier: Apache-2.0
// One pole pair by its frequency and its -3 dB width in hertz, exact at every frequency up to half the rate: what a
// notch and a peak are made of. Orfanidis 1996, Introduction to Signal Processing, ch. 11.3. Cost: at start only.
#pragma once

#include <cmath>
#include <numbers>

#include "unguard/core/fields.hpp"
#include "unguard/filter/edges.hpp"
#include "unguard/filter/zpk.hpp"

namespace unguard {

namespace zpk {

struct Resonance {
  PolePair poles;
  ZeroPair at_frequency;  // on the unit circle, where a notch has its zeros
  Real notch_gain;        // 1 / (1 + tan(width / 2)); a peak has what is left to 1
  Real peak_gain;
};
inline Resonance resonance(Hertz frequency, Hertz width, Hertz rate) {
  const Real w0 = 2 * std::numbers::pi_v<Real> * static_cast<Real>(frequency.value) / static_cast<Real>(rate.value);
  const Real u = prewarp(width, rate), g = 1 / (1 + u), half = std::tan(w0 / 2), sine = std::sin(w0);
  const Real mean = g * std::cos(w0), square = (u - sine) * (u + sine), apart = g * std::sqrt(std::fabs(square));
  Resonance made{{}, {.n1 = -2 * std::cos(w0), .n2 = 1, .w2 = half * half}, g, g * u};
  // The analogue poles, of s^2 + u (1 + half^2) s + half^2.
  const Real damped = u * (1 + half * half) / 2, turned = std::sqrt(std::fabs((damped - half) * (damped + half)));
  if (square < 0)
    made.poles = {.p = {mean, apart}, .s = {-damped, turned}};
  else
    made.poles = {.p = mean + apart,
                  .s = -half * half / (damped + turned),
                  .real = true,
                  .second = mean - apart,
                  .second_s = -(damped + turned)};
  return made;
}

}  // namespace zpk

// The width of a spec that gives `width` or `q` or neither, if its frequency and width can be.
template <class S>
Result<Hertz> resonance_width(const S& spec, Hertz otherwise, Hertz rate) {
  if (auto fault = edges::refuse_above_nyquist<S>("frequency", spec.frequency, rate)) return *fault;
  if (spec.width && spec.q) return fault_of<S>("q", *spec.q, "width or q, not both");
  const Hertz width = spec.q ? spec.frequency / *spec.q : spec.width.value_or(otherwise);
  if (width.value < rate.value / 2) return width;
  if (spec.q)
    return fault_of<S>("q", *spec.q,
                       "above " + to_text(spec.frequency / (rate / 2)) + ", a width below half the sampling rate");
  return fault_of<S>("width", width, "below half the sampling rate, " + to_text(rate / 2));
}

}  // namespace unguard
