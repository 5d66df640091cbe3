// SPDX-License-Identifier: Apache-2.0
// The exponential envelope, p += (1 - a)(x^2 - p) and its root, or the same of |x|: one pole, the least memory there
// is. As smooth as a boxcar of twice its time constant; lags one time constant, and forgets a burst slowest of all.
// Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5. Latency: a / (1 - a) samples, the centroid.
#pragma once

#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/smoothed_kernel.hpp"
#include "unguard/filter/one_pole.hpp"

namespace unguard {

struct ExponentialEnvelope {
  Seconds time_constant{0.0625};
  Detection detection = Detection::power;

  friend bool operator==(const ExponentialEnvelope&, const ExponentialEnvelope&) = default;
};
constexpr SpecInfo info(const ExponentialEnvelope*) {
  return {"ExponentialEnvelope", "one pole on power or on |x|, causal",
          "Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5"};
}
constexpr auto fields(const ExponentialEnvelope*) {
  return field_list(field<&ExponentialEnvelope::time_constant>(
                        "time_constant", "what came so long ago counts 1 / e; half the boxcar that is as smooth",
                        between(1e-6, 3600)),
                    field<&ExponentialEnvelope::detection>("detection", "what is smoothed: |x| or x^2 (then rooted)"));
}

inline Result<SmoothedKernel> make_kernel(const ExponentialEnvelope& spec, const StreamFormat& format) {
  auto sections = design(OnePole{.time_constant = spec.time_constant}, format.rate);
  if (!sections) {
    Fault fault = sections.fault();
    fault.owner = std::string(info_of<ExponentialEnvelope>().name);
    return fault;
  }
  return SmoothedKernel("ExponentialEnvelope", std::move(*sections), spec.detection, format);
}

}  // namespace unguard
