// SPDX-License-Identifier: Apache-2.0
// Critically damped low-pass: equal real poles, the steepest that never overshoots a step. The poles are moved so that
// the gain is -3 dB at the cutoff, whatever the order and however often it is run: 2 passes for the zero-phase twin.
// Robertson & Dowling 2003, doi:10.1016/S1050-6411(03)00080-4. Latency: the centroid of the impulse response.
#pragma once

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/edges.hpp"

namespace unguard {

struct CriticallyDamped {
  Hertz cutoff{6};
  int order = 2;
  int passes = 1;

  friend bool operator==(const CriticallyDamped&, const CriticallyDamped&) = default;
};
constexpr SpecInfo info(const CriticallyDamped*) {
  return {"CriticallyDamped", "equal real poles: a low-pass that never overshoots",
          "Robertson & Dowling 2003, doi:10.1016/S1050-6411(03)00080-4"};
}
constexpr auto fields(const CriticallyDamped*) {
  return field_list(field<&CriticallyDamped::cutoff>("cutoff", "-3 dB frequency after all passes", positive),
                    field<&CriticallyDamped::order>("order", "number of poles", between(1, 12)),
                    field<&CriticallyDamped::passes>("passes", "how often a record is run through it; 2 for zero phase",
                                                     between(1, 16)));
}

inline Result<zpk::Design> unrounded(const CriticallyDamped& spec, Hertz rate) {
  using zpk::Real;
  if (auto fault = edges::refuse_above_nyquist<CriticallyDamped>("cutoff", spec.cutoff, rate)) return *fault;
  // (1 + (w / pole)^2)^(order passes) = 2 at the cutoff.
  const Real all = static_cast<Real>(spec.order) * static_cast<Real>(spec.passes);
  const Real pole = zpk::prewarp(spec.cutoff, rate) / std::sqrt(std::expm1(std::numbers::ln2_v<Real> / all));
  const zpk::PolePair single = zpk::one_real(-pole);
  const zpk::PolePair pair = zpk::two_real(-pole, -pole);
  zpk::Design design{{}, {0}, 1, "cutoff", spec.cutoff};
  if (spec.order % 2 == 1) design.factors.push_back(zpk::factor_at(single, zpk::zeros_at(-1, single), zpk::at_zero()));
  for (int k = 0; k < spec.order / 2; ++k)
    design.factors.push_back(zpk::factor_at(pair, zpk::zeros_at(-1, pair), zpk::at_zero()));
  return design;
}

inline Result<SosKernel> make_kernel(const CriticallyDamped& spec, const StreamFormat& format) {
  auto sections = design(spec, format.rate);
  if (!sections) return sections.fault();
  return SosKernel(std::string(info_of<CriticallyDamped>().name), std::move(*sections), format, DelayKind::centroid);
}

}  // namespace unguard
