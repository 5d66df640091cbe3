// SPDX-License-Identifier: Apache-2.0
// Exponential smoother, y += (1 - p)(x - y): one pole, no overshoot. Its answer to a step is within 1 / e of the end
// after the time constant, exactly: p = exp(-1 / (time constant x rate)); or its gain is -3 dB at the cutoff, exactly:
// then p comes from |H|^2 = 1 / 2. Oppenheim & Schafer 2010, ch. 5. Latency: p / (1 - p) samples, the centroid; about
// the time constant.
#pragma once

#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/edges.hpp"

namespace unguard {

// Give the time constant or the cutoff; with neither the time constant is 0.1 s.
struct OnePole {
  std::optional<Seconds> time_constant{};
  std::optional<Hertz> cutoff{};

  friend bool operator==(const OnePole&, const OnePole&) = default;
};
constexpr SpecInfo info(const OnePole*) {
  return {"OnePole", "exponential smoother, one pole, by time constant or cutoff",
          "Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5"};
}
constexpr auto fields(const OnePole*) {
  return field_list(
      field<&OnePole::time_constant>(
          "time_constant", "a step is done but for 1 / e; 0.1 s when neither time_constant nor cutoff is given",
          between(1e-6, 3600)),
      field<&OnePole::cutoff>("cutoff", "-3 dB frequency, instead of time_constant", positive));
}

inline Result<zpk::Design> unrounded(const OnePole& spec, Hertz rate) {
  using zpk::Real;
  if (spec.time_constant && spec.cutoff)
    return fault_of<OnePole>("cutoff", *spec.cutoff, "time_constant or cutoff, not both");
  Real missing = 0;  // 1 - p
  if (spec.cutoff) {
    if (auto fault = edges::refuse_above_nyquist<OnePole>("cutoff", *spec.cutoff, rate)) return *fault;
    const Real sine =
        std::sin(std::numbers::pi_v<Real> * static_cast<Real>(spec.cutoff->value) / static_cast<Real>(rate.value));
    const Real d = 2 * sine * sine;
    missing = std::sqrt(d * (2 + d)) - d;
  } else {
    const Seconds time = spec.time_constant.value_or(Seconds{0.1});
    if (!(time * rate >= 1))
      return fault_of<OnePole>("time_constant", time, "at least one sample, " + to_text(Seconds{1 / rate.value}));
    missing = -std::expm1(-1 / (static_cast<Real>(time.value) * static_cast<Real>(rate.value)));
  }
  // Only a cutoff can be too low: a time constant of 3600 s at the highest rate leaves the pole well apart from 1.
  return zpk::Design{{{{.p = 1 - missing, .s = -missing / (2 - missing), .single = true}, {}, missing}},
                     {0},
                     1,
                     "cutoff",
                     spec.cutoff.value_or(Hertz{0})};
}

inline Result<SosKernel> make_kernel(const OnePole& spec, const StreamFormat& format) {
  auto sections = design(spec, format.rate);
  if (!sections) return sections.fault();
  return SosKernel(std::string(info_of<OnePole>().name), std::move(*sections), format, DelayKind::centroid);
}

}  // namespace unguard
