// SPDX-License-Identifier: Apache-2.0
// A kernel is the mathematics of one filter for one stream: designed, allocated, and trusting what it is given.
// LiveFilter puts the safety around it (shapes, quarantine, marks, priming, state); Chain puts kernels in a row.
// To add a filter: write its spec, its kernel and `Result<Kernel> make_kernel(const Spec&, const StreamFormat&)`.
#pragma once

#include <concepts>
#include <cstdint>

#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"

namespace unguard {

// filter/section.hpp; named here so that a kernel of unknown type can still be asked for its sections.
struct Section;

namespace kernel_detail {
struct AnyArchive {
  template <class T>
  void operator()(T&) {}
};
}  // namespace kernel_detail

template <class K>
concept Kernel = std::copyable<K> && requires(K k, const K c, K other, const double* x, double* y, std::int64_t n,
                                              double ratio, Hertz f, kernel_detail::AnyArchive archive) {
  // n frames from x to y, which may be the same place. The same bits however a stream is cut.
  { k.run(x, y, n) }
  noexcept;
  // As new.
  { k.reset() }
  noexcept;
  // As new, but with the stream's next sample being number n (a multiple of period()).
  { k.seek(n) }
  noexcept;
  { c.period() }
  noexcept->std::same_as<std::int64_t>;
  // The steady state for a constant input: y holds one level a channel, and gets the output's.
  { k.settle(y) }
  noexcept;
  // Takes over the state of the kernel it replaces, so that nothing jumps; false when it cannot.
  { k.adopt(other) }
  noexcept->std::same_as<bool>;
  // Samples until an input error of `ratio` leaves less than 1 at the output.
  { c.ringing(ratio) } -> std::same_as<std::int64_t>;
  // Algorithmic delay; a group delay is that at f.
  { c.delay(f) } -> std::same_as<StageLatency>;
  {k.state(archive)};
};

// A spec that can be brought to life as a filter.
template <class S>
concept FilterSpec = requires(const S& s, const StreamFormat& format) {
  {make_kernel(s, format)};
  requires Kernel<std::remove_cvref_t<decltype(*make_kernel(s, format))>>;
};

template <FilterSpec S>
using KernelOf =
    std::remove_cvref_t<decltype(*make_kernel(std::declval<const S&>(), std::declval<const StreamFormat&>()))>;

}  // namespace unguard
