// SPDX-License-Identifier: Apache-2.0
// The whole cascade of second-order sections that a spec or a chain of specs comes down to: what its response, its
// settle time and its zero-phase twin are made from. A chain with a stage that is no such cascade (an envelope) has
// none.
#pragma once

#include <tuple>

#include "unguard/core/chain.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"

namespace unguard {

namespace cascade_detail {

template <class K>
bool append(const K&, Sections&) {
  return false;
}
inline bool append(const Through&, Sections&) { return true; }
inline bool append(const SosKernel& kernel, Sections& to) {
  to.insert(to.end(), kernel.sections().begin(), kernel.sections().end());
  return true;
}
inline bool append(const AnyKernel& kernel, Sections& to) {
  if (!kernel.sections()) return false;
  to.insert(to.end(), kernel.sections()->begin(), kernel.sections()->end());
  return true;
}
template <class... K>
bool append(const ChainKernel<K...>& kernel, Sections& to) {
  return std::apply([&](const auto&... stage) { return (append(stage, to) && ...); }, kernel.stages());
}
inline bool append(const RuntimeChainKernel& kernel, Sections& to) {
  for (const auto& stage : kernel.stages())
    if (!append(stage, to)) return false;
  return true;
}

}  // namespace cascade_detail

// The sections of any linear spec at this rate.
template <FilterSpec S>
Result<Sections> cascade(const S& spec, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(1)};
  if (auto fault = validate(format)) return *fault;
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  Sections sections;
  if (!cascade_detail::append(*kernel, sections))
    return Fault{"Chain", "stages", to_text(spec), "linear filters only: an envelope has no frequency response"};
  return sections;
}

}  // namespace unguard
