// SPDX-License-Identifier: Apache-2.0
// The lowest order that keeps a tolerance scheme, and the edges to design it with: as much of the pass band as is asked
// for is met exactly, the stop band has what is left over (Chebyshev II: the other way round). Parks & Burrus 1987,
// Digital Filter Design, ch. 7, with prewarped frequencies. Cost: none worth naming.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/chebyshev2.hpp"
#include "unguard/filter/edges.hpp"
#include "unguard/filter/zpk.hpp"

namespace unguard {

// One edge each for a low-pass (pass below stop) or a high-pass (above); two each, ascending, for a band-pass (the pass
// band within the stop edges) or a band-stop.
struct Tolerances {
  std::vector<Hertz> passband{{20}, {450}};
  std::vector<Hertz> stopband{{5}, {700}};
  Decibels ripple{1};
  Decibels attenuation{40};

  friend bool operator==(const Tolerances&, const Tolerances&) = default;
};
constexpr SpecInfo info(const Tolerances*) {
  return {"Tolerances", "what a filter must keep and what it must take out",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Tolerances*) {
  return field_list(field<&Tolerances::passband>("passband", "the edge of the pass band, or both", positive),
                    field<&Tolerances::stopband>("stopband", "the edge of the stop band, or both", positive),
                    field<&Tolerances::ripple>("ripple", "the most that is lost within the pass band", ripple_limits),
                    field<&Tolerances::attenuation>("attenuation", "the least that is lost within the stop band",
                                                    attenuation_limits));
}

enum class Band { lowpass, highpass, bandpass, bandstop };

// The lowest order, and the one or two edges of the design that keeps the tolerances with it.
struct OrderEstimate {
  Band band;
  int order;
  std::vector<Hertz> edges;
};

namespace order_detail {

using zpk::Real;

// The scheme as a low-pass prototype sees it: pass band up to 1, stop band from `stop` on.
struct Scheme {
  Band band;
  std::vector<Real> pass;  // analogue frequencies
  Real stop;
  Real pass_loss;  // 10^(ripple / 10) - 1
  Real loss;       // sqrt((10^(attenuation / 10) - 1) / pass_loss)
};

inline std::optional<Fault> refuse(const Tolerances& t, Hertz rate) {
  if (auto fault = validate(t)) return fault;
  const auto& p = t.passband;
  const auto& s = t.stopband;
  if (p.empty() || p.size() > 2) return fault_of<Tolerances>("passband", p, "one edge or two");
  if (s.size() != p.size()) return fault_of<Tolerances>("stopband", s, "as many edges as passband " + to_text(p));
  for (const Hertz f : p)
    if (auto fault = edges::refuse_above_nyquist<Tolerances>("passband", f, rate)) return fault;
  for (const Hertz f : s)
    if (auto fault = edges::refuse_above_nyquist<Tolerances>("stopband", f, rate)) return fault;
  if (p.size() == 1 && p[0] == s[0]) return fault_of<Tolerances>("stopband", s, "another edge than passband's");
  if (p.size() == 2 && !(p[0] < p[1])) return fault_of<Tolerances>("passband", p, "two edges, the lower one first");
  if (p.size() == 2 && !(s[0] < p[0] && p[1] < s[1]) && !(p[0] < s[0] && s[0] < s[1] && s[1] < p[1]))
    return fault_of<Tolerances>("stopband", s, "both edges outside passband " + to_text(p) + " or both inside it");
  if (!(t.attenuation > t.ripple))
    return fault_of<Tolerances>("attenuation", t.attenuation, "above ripple, " + to_text(t.ripple));
  return std::nullopt;
}

inline Scheme scheme(const Tolerances& t, Hertz rate) {
  std::vector<Real> p, s;
  for (const Hertz f : t.passband) p.push_back(zpk::prewarp(f, rate));
  for (const Hertz f : t.stopband) s.push_back(zpk::prewarp(f, rate));
  const Real loss = zpk::power_above_one(t.ripple);
  Scheme made{Band::lowpass, p, 0, loss, std::sqrt(zpk::power_above_one(t.attenuation) / loss)};
  if (p.size() == 1) {
    made.band = p[0] < s[0] ? Band::lowpass : Band::highpass;
    made.stop = made.band == Band::lowpass ? s[0] / p[0] : p[0] / s[0];
    return made;
  }
  made.band = s[0] < p[0] ? Band::bandpass : Band::bandstop;
  // A band-stop lies evenly about its centre. Where the scheme does not, the pass edge that is further out moves in
  // until it does: of all pass bands that contain the one asked for, this needs the lowest order.
  if (made.band == Band::bandstop) {
    const Real even = s[0] * s[1];
    if (p[0] * p[1] < even)
      made.pass[0] = even / p[1];
    else
      made.pass[1] = even / p[0];
  }
  const Real width = made.pass[1] - made.pass[0], middle = made.pass[0] * made.pass[1];
  const auto seen = [&](Real w) {
    const Real ratio = std::fabs(w * w - middle) / (w * width);
    return made.band == Band::bandpass ? ratio : 1 / ratio;
  };
  made.stop = std::min(seen(s[0]), seen(s[1]));
  return made;
}

// The edges that a prototype frequency becomes.
inline std::vector<Hertz> edges_at(const Scheme& scheme, Real w, Hertz rate) {
  const auto frequency = [&](Real analogue) {
    return rate * static_cast<double>(std::atan(analogue) / std::numbers::pi_v<Real>);
  };
  const auto& p = scheme.pass;
  if (scheme.band == Band::lowpass) return {frequency(p[0] * w)};
  if (scheme.band == Band::highpass) return {frequency(p[0] / w)};
  const Real half = (p[1] - p[0]) * (scheme.band == Band::bandpass ? w : 1 / w) / 2, middle = p[0] * p[1];
  const Real high = half + std::sqrt(half * half + middle);
  return {frequency(middle / high), frequency(high)};
}

// `exact` is the order as a real number; `edge(order)` the prototype frequency to design with.
template <class Edge>
Result<OrderEstimate> estimate(const Scheme& scheme, Real exact, Hertz rate, Edge&& edge) {
  const Real order = std::max(Real(1), std::ceil(exact));
  if (!(order <= 12))
    return fault_in_words<Tolerances>("order", to_text(static_cast<double>(order)),
                                      "1 to 12: a wider transition or less attenuation");
  return OrderEstimate{scheme.band, static_cast<int>(order), edges_at(scheme, edge(order), rate)};
}

}  // namespace order_detail

// Edges at -3 dB, so that the gain is -ripple where the pass band ends.
inline Result<OrderEstimate> butterworth_order(const Tolerances& tolerances, Hertz rate) {
  if (auto fault = order_detail::refuse(tolerances, rate)) return *fault;
  const auto s = order_detail::scheme(tolerances, rate);
  return order_detail::estimate(s, std::log(s.loss) / std::log(s.stop), rate,
                                [&](zpk::Real order) { return std::pow(s.pass_loss, -1 / (2 * order)); });
}

// Edges where the pass band ends.
inline Result<OrderEstimate> chebyshev1_order(const Tolerances& tolerances, Hertz rate) {
  if (auto fault = order_detail::refuse(tolerances, rate)) return *fault;
  const auto s = order_detail::scheme(tolerances, rate);
  return order_detail::estimate(s, std::acosh(s.loss) / std::acosh(s.stop), rate,
                                [](zpk::Real) { return zpk::Real(1); });
}

// Edges where the attenuation is reached, so that the gain is -ripple where the pass band ends.
inline Result<OrderEstimate> chebyshev2_order(const Tolerances& tolerances, Hertz rate) {
  if (auto fault = order_detail::refuse(tolerances, rate)) return *fault;
  const auto s = order_detail::scheme(tolerances, rate);
  return order_detail::estimate(s, std::acosh(s.loss) / std::acosh(s.stop), rate,
                                [&](zpk::Real order) { return std::cosh(std::acosh(s.loss) / order); });
}

}  // namespace unguard
