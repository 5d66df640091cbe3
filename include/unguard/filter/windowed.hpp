// SPDX-License-Identifier: Apache-2.0
// What the designs by window share: how long the response is and which window it has, from what the user gave, and
// ideal bands cut to that length. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 7.5; conventions of
// scipy.signal.firwin. In extended precision, rounded once. Cost: at set-up only.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/fir_kernel.hpp"
#include "unguard/filter/taps.hpp"
#include "unguard/filter/window.hpp"

namespace unguard {

namespace windowed_detail {

using window_detail::Real;

struct Shape {
  int length;
  Window window;
  Real beta;
};

// Edges in order and below half the rate.
template <Spec S>
std::optional<Fault> refuse_edge(std::string_view name, Hertz edge, Hertz rate) {
  if (edge < rate / 2) return std::nullopt;
  return fault_of<S>(name, edge, "below half the sampling rate, " + to_text(rate / 2));
}

// Length and window of a spec with the fields length, transition, attenuation, window and beta. `room` is how far its
// edges are from 0 Hz and half the rate: the transition when neither it nor the length is given.
template <Spec S>
Result<Shape> shape(const S& spec, Hertz room, Hertz rate, bool odd) {
  if (spec.length && spec.transition)
    return fault_of<S>("transition", *spec.transition, "length or transition, not both");
  if (spec.beta && spec.window != Window::kaiser)
    return fault_of<S>("beta", *spec.beta, "no beta without the Kaiser window");
  if (spec.length) {
    if (odd && *spec.length % 2 == 0)
      return fault_of<S>("length", *spec.length, "an odd number: an even one has no gain at half the sampling rate");
    return Shape{*spec.length, spec.window, static_cast<Real>(spec.beta.value_or(kaiser_beta(spec.attenuation)))};
  }
  if (spec.window != Window::kaiser)
    return fault_of<S>("window", spec.window, "\"kaiser\" where no length is given: only its length has a rule");
  const Hertz transition = spec.transition.value_or(room);
  if (!(transition < rate / 2))
    return fault_of<S>("transition", transition, "below half the sampling rate, " + to_text(rate / 2));
  const KaiserOrder order = kaiser_order(spec.attenuation, transition, rate);
  const int length = order.length / 2 * 2 + 1;  // a whole number of samples late
  if (length > max_taps)
    return fault_of<S>(
        "transition", transition,
        "one that takes at most " + std::to_string(max_taps) + " taps; this takes " + std::to_string(length));
  return Shape{length, Window::kaiser, static_cast<Real>(spec.beta.value_or(order.beta))};
}

// sin(pi x) / (pi x)
inline Real sinc(Real x) {
  const Real angle = std::numbers::pi_v<Real> * x;
  return x == 0 ? 1 : std::sin(angle) / angle;
}

// A band that passes; edges in parts of half the rate.
struct Band {
  Real low;
  Real high;
};

// Ideal bands under the window. Scaled: the gain is exactly 1 in the middle of the first band, which is 0 Hz or half
// the rate where it ends there. Empty where the window leaves no gain to scale.
inline Taps bands(std::initializer_list<Band> all, const Shape& shape, bool scaled) {
  const auto w = window_detail::values(shape.window, shape.length, shape.beta);
  const Real half = static_cast<Real>(shape.length - 1) / 2;
  std::vector<Real> h(w.size());
  for (int n = 0; 2 * n < shape.length; ++n) {
    const Real m = static_cast<Real>(n) - half;
    Real sum = 0;
    for (const Band& band : all) sum += band.high * sinc(band.high * m) - band.low * sinc(band.low * m);
    const auto first = static_cast<std::size_t>(n), last = h.size() - 1 - first;
    h[first] = h[last] = sum * w[first];
  }
  Real gain = 1;
  if (scaled) {
    const Band band = *all.begin();
    const Real middle = band.low == 0 ? 0 : band.high == 1 ? 1 : (band.low + band.high) / 2;
    gain = 0;
    for (int n = 0; n < shape.length; ++n)
      gain +=
          h[static_cast<std::size_t>(n)] * std::cos(std::numbers::pi_v<Real> * (static_cast<Real>(n) - half) * middle);
    if (!(std::fabs(gain) > 1e-12L)) return {};
  }
  Taps taps(h.size());
  std::transform(h.begin(), h.end(), taps.begin(), [gain](Real v) { return static_cast<double>(v / gain); });
  return taps;
}

// An edge in parts of half the rate.
inline Real part(Hertz edge, Hertz rate) { return 2 * static_cast<Real>(edge.value) / static_cast<Real>(rate.value); }

template <Spec S>
Result<Taps> taps_or_fault(const S& spec, std::initializer_list<Band> all, Result<Shape> shape) {
  if (!shape) return shape.fault();
  auto taps = bands(all, *shape, spec.scaled);
  if (taps.empty())
    return fault_of<S>("length", shape->length, "one whose taps under this window have a gain to scale");
  return taps;
}

}  // namespace windowed_detail

}  // namespace unguard
