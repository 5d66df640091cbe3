// SPDX-License-Identifier: Apache-2.0
// How long a BayesianEnvelope takes to believe a jump: until what the samples say of the new level outweighs how seldom
// jumps are, at the rate at which they say it (Kullback & Leibler 1951, doi:10.1214/aoms/1177729694; Wald's identity,
// as Lorden 1971, doi:10.1214/aoms/1177693055, has it for the quickest detection). Of the belief alone, until it is
// half-way as the logarithm goes: what a filter in front takes comes on top. Of independent samples within a third from
// four times on. A smaller jump is met half-way by the drift: x2 takes half of what is stated to a fifth more, x1.5 a
// fifth to a half. On EMG behind a band-pass of order 2 the same, and up to 9 ms more. Cost: none.
#pragma once

#include <cmath>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"

namespace unguard {

// The mean time from a jump of the level to `ratio` times itself, steady before and after, until the belief has moved
// there. ratio: above 0, not 1.
inline Result<Seconds> jump_delay(const BayesianEnvelope& spec, double ratio, Hertz rate) {
  if (!(ratio > 0 && ratio != 1 && std::isfinite(ratio)))
    return fault_in_words<BayesianEnvelope>("ratio", to_text(ratio), "a finite number above 0, and not 1");
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(1)};
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = validate(format)) return *fault;
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  // What a sample of the new level says for it and against the old one, on average.
  const double grows = spec.likelihood == Likelihood::gaussian ? (ratio * ratio - 1) / 2 : ratio - 1;
  const double information = kernel->power() * (grows - std::log(ratio));
  const double chance = (ratio > 1 ? spec.rises : spec.falls) / rate;
  return Seconds{std::log(kernel->levels() / chance) / information / rate.value};
}

}  // namespace unguard
