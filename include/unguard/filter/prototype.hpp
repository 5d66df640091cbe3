// SPDX-License-Identifier: Apache-2.0
// An analogue low-pass prototype with its edge at 1, and the four filters made from it. Constantinides 1970,
// doi:10.1049/piee.1970.0281. Cost: at start only.
//
// Which poles and zeros share a section, and in which order, so that no intermediate signal grows far beyond the input:
// a pole pair takes the zeros that came from the same place in the prototype (the nearest, where they are finite); the
// least resonant pair goes first, so that a resonance meets what the ones before it have already taken down; in band
// filters the pairs by the two edges alternate, since those of one edge alone are loud there until the others come. In
// a band-pass the zeros at 0 Hz go to the pairs by the lower edge, which come first: an electrode offset is gone after
// the first section (a Chebyshev II filter of even order has no zero there and only attenuates it, as a whole).
// Every section has gain 1 at the reference frequency: 0, rate / 2 or the band's centre. One of a band-stop that is
// louder on one side of the stop band than on the other is as far above 1 there as below it here, until its partner
// comes: less loud would be more lost to rounding.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/edges.hpp"
#include "unguard/filter/zpk.hpp"

namespace unguard::zpk {

struct Prototype {
  struct Term {
    Complex pole;                // upper half plane, or real; the least resonant first
    std::optional<Real> zero{};  // its zeros are +-i times this; at infinity where there is none
  };
  std::vector<Term> terms{};
  Real gain = 1;             // at 0
  bool as_released = false;  // Butterworth, see below
};

// Butterworth's sections came first and are relied on bit for bit: the pairs by the lower edge all before the others in
// a band-pass, and gains from the digital poles, near z = 1 with fewer digits than there are.
namespace released {
inline Real distance(const PolePair& poles, Complex z) {
  const Real first = std::abs(z - poles.p);
  if (poles.single) return first;
  return first * std::abs(z - (poles.real ? Complex(poles.second) : std::conj(poles.p)));
}
inline Real distance(const ZeroPair& zeros, const Point& at) {
  if (zeros.w2) return zeros.distance(at);
  const Complex z1 = Complex(1) / at.z;
  return std::abs(Complex(1) + z1 * (zeros.n1 + z1 * zeros.n2));
}
}  // namespace released

// The g of a section whose gain is 1 at a point.
inline Real unit_gain(const Prototype& prototype, const PolePair& poles, const ZeroPair& zeros, const Point& at) {
  if (prototype.as_released) return released::distance(poles, at.z) / released::distance(zeros, at);
  return poles.distance(at) / zeros.distance(at);
}
// In balance between 0 Hz and rate / 2.
inline Real balanced_gain(const Prototype& prototype, const PolePair& poles, const ZeroPair& zeros) {
  const Point low = at_zero(), high = at_nyquist();
  if (prototype.as_released)
    return std::sqrt(released::distance(poles, 1) / zeros.distance(low) * released::distance(poles, -1) /
                     zeros.distance(high));
  return std::sqrt(poles.distance(low) / zeros.distance(low) * poles.distance(high) / zeros.distance(high));
}

// The gain of the whole, if it is not 1, is given to the first section.
inline Design with_gain(Design design, Real gain) {
  design.gain = gain;
  if (gain != 1) design.factors.front().g *= gain;
  return design;
}

template <class S>
Result<Design> lowpass(const S& spec, const Prototype& prototype, Hertz rate) {
  if (auto fault = edges::refuse_above_nyquist<S>("cutoff", spec.cutoff, rate)) return *fault;
  const Real w = prewarp(spec.cutoff, rate);
  Design design{{}, {0}, 1, "cutoff", spec.cutoff};
  for (const auto& term : prototype.terms) {
    const Complex s = term.pole;
    const PolePair poles = s.imag() == 0 ? one_real(s.real() * w) : conjugates(s * w);
    const ZeroPair zeros = term.zero ? zeros_on_circle(*term.zero * w * (*term.zero * w)) : zeros_at(-1, poles);
    design.factors.push_back({poles, zeros, unit_gain(prototype, poles, zeros, at_zero())});
  }
  return with_gain(std::move(design), prototype.gain);
}

// s -> w / s.
template <class S>
Result<Design> highpass(const S& spec, const Prototype& prototype, Hertz rate) {
  if (auto fault = edges::refuse_above_nyquist<S>("cutoff", spec.cutoff, rate)) return *fault;
  const Real w = prewarp(spec.cutoff, rate);
  Design design{{}, rate / 2, 1, "cutoff", spec.cutoff};
  for (const auto& term : prototype.terms) {
    const Complex s = term.pole;
    const PolePair poles = s.imag() == 0 ? one_real(w / s.real()) : conjugates(w / s);
    const ZeroPair zeros = term.zero ? zeros_on_circle(w / *term.zero * (w / *term.zero)) : zeros_at(1, poles);
    design.factors.push_back({poles, zeros, unit_gain(prototype, poles, zeros, at_nyquist())});
  }
  return with_gain(std::move(design), prototype.gain);
}

// Every prototype pole p becomes two, the roots of s^2 - B p s + w0^2.
template <class S>
Result<Design> bandpass(const S& spec, const Prototype& prototype, Hertz rate) {
  if (auto fault = edges::refuse_band(spec, rate)) return *fault;
  const Real low = prewarp(spec.low, rate), high = prewarp(spec.high, rate);
  const Real half = (high - low) / 2, w0 = std::sqrt(low * high);
  const Point centre = at_analogue(low * high);
  const auto at_centre = [&](const PolePair& poles, const ZeroPair& zeros) -> Factor {
    return {poles, zeros, unit_gain(prototype, poles, zeros, centre)};
  };
  Design design{{}, frequency_of(centre, rate), 1, "low", spec.low};
  std::vector<Factor> upper;
  for (const auto& term : prototype.terms) {
    const Edges poles = split(term.pole * half, w0);
    if (!poles.both) {
      design.factors.push_back(at_centre(poles.lower, zeros_at_both_ends()));
      continue;
    }
    const ZeroEdges zeros =
        term.zero ? split_zero(*term.zero * half, w0) : ZeroEdges{zeros_at(1, poles.lower), zeros_at(-1, poles.upper)};
    design.factors.push_back(at_centre(poles.lower, zeros.lower));
    (prototype.as_released ? upper : design.factors).push_back(at_centre(poles.upper, zeros.upper));
  }
  design.factors.insert(design.factors.end(), upper.begin(), upper.end());
  return with_gain(std::move(design), prototype.gain);
}

// The same with B / p.
template <class S>
Result<Design> bandstop(const S& spec, const Prototype& prototype, Hertz rate) {
  if (auto fault = edges::refuse_band(spec, rate)) return *fault;
  const Real low = prewarp(spec.low, rate), high = prewarp(spec.high, rate);
  const Real half = (high - low) / 2, w0 = std::sqrt(low * high);
  const ZeroPair middle = zeros_on_circle(low * high);
  const auto balanced = [&](const PolePair& poles, const ZeroPair& zeros) -> Factor {
    return {poles, zeros, balanced_gain(prototype, poles, zeros)};
  };
  Design design{{}, {0}, 1, "low", spec.low};
  for (const auto& term : prototype.terms) {
    const Edges poles = split(half / term.pole, w0);
    const ZeroEdges zeros = term.zero ? split_zero(half / *term.zero, w0) : ZeroEdges{middle, middle};
    design.factors.push_back(balanced(poles.lower, zeros.lower));
    if (poles.both) design.factors.push_back(balanced(poles.upper, zeros.upper));
  }
  return with_gain(std::move(design), prototype.gain);
}

}  // namespace unguard::zpk
