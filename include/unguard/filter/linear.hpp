// SPDX-License-Identifier: Apache-2.0
// What a linear filter comes down to: cascades of second-order sections, finite impulse responses and polynomials in a
// row. Its response, group delay, settle time and zero-phase twin are made from that. Oppenheim & Schafer 2010,
// Discrete-Time Signal Processing, ch. 5-6. Cost, at set-up only.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <optional>
#include <utility>

#include "unguard/core/chain.hpp"
#include "unguard/filter/linear_answer.hpp"
#include "unguard/filter/linear_part.hpp"

namespace unguard {

// The complex gain at frequency f.
inline std::complex<double> response(const Linear& linear, Hertz f, Hertz rate) {
  std::complex<double> h = 1;
  for (const auto& part : linear) h *= part.of([&](const auto& of) { return response(of, f, rate); });
  return h;
}

// Group delay at frequency f, in samples.
inline double group_delay(const Linear& linear, Hertz f, Hertz rate) {
  double delay = 0;
  for (const auto& part : linear) delay += part.of([&](const auto& of) { return group_delay(of, f, rate); });
  return delay;
}

namespace linear_detail {

template <class K>
bool append(const K& kernel, Linear& to) {
  if constexpr (requires { kernel.linear(); }) {
    const LinearPart* part = kernel.linear();
    if (part && part->cascade() && !to.empty() && to.back().cascade()) {
      auto& sections = to.back().sections;
      sections.insert(sections.end(), part->sections.begin(), part->sections.end());
    } else if (part) {
      to.push_back(*part);
    }
    return part != nullptr;
  } else {
    return false;
  }
}
inline bool append(const Through&, Linear&) { return true; }
inline bool append(const AnyKernel& kernel, Linear& to) {
  return kernel.passes_through() || append<AnyKernel>(kernel, to);
}
inline bool append(const ChainKernel& kernel, Linear& to) {
  for (const AnyKernel* stage : kernel.stages())
    if (!append(*stage, to)) return false;
  return true;
}

template <class S>
Fault not_linear(const S& spec) {
  return {"Chain", "stages", to_text(spec), "linear filters only: an envelope has no frequency response"};
}

}  // namespace linear_detail

// Samples after which the memory of an input is below 1e-12 of it.
inline std::int64_t memory(const Linear& linear) {
  std::int64_t all = 1;
  for (const auto& part : linear) all += part.of([](const auto& of) { return memory(of); });
  return all;
}

// Samples until the answer to a step of `ratio` stays within 1 of its final value; nothing where the filter remembers
// for longer than can be followed.
inline std::optional<std::int64_t> settle_samples(const Linear& linear, double ratio) {
  const double final = response(linear, {0}, {1}).real();
  const std::int64_t length = memory(linear);
  if (length > longest_followed) return std::nullopt;
  const LinearAnswer answer(linear);
  const auto away = [&](double v) { return std::fabs(v - final) * ratio >= 1; };
  std::int64_t at = answer.delay(), last = away(0) ? at : 0;
  answer.to_step(length - at, [&](double v) {
    ++at;
    if (away(v)) last = at;
  });
  return last;
}

// The linear parts that a spec or chain begins with at this rate, up to the first stage that is not linear;
// neighbouring cascades are one. `whole` says whether that is all of it.
struct LeadingLinear {
  Linear parts{};
  bool whole = false;
};
template <FilterSpec S>
Result<LeadingLinear> leading_linear(const S& spec, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(1)};
  if (auto fault = validate(format)) return *fault;
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  LeadingLinear found;
  found.whole = linear_detail::append(*kernel, found.parts);
  return found;
}

// What any linear spec or chain of them is made of at this rate.
template <FilterSpec S>
Result<Linear> linear(const S& spec, Hertz rate) {
  auto found = leading_linear(spec, rate);
  if (!found) return found.fault();
  if (!found->whole) return linear_detail::not_linear(spec);
  return std::move(found->parts);
}

}  // namespace unguard
