// SPDX-License-Identifier: Apache-2.0
// A kernel is the mathematics of one filter for one stream: designed, allocated, and trusting what it is given.
// LiveFilter puts the safety around it (shapes, quarantine, marks, priming, state); Chain puts kernels in a row.
// To add a filter: write its spec, its kernel and `Result<Kernel> make_kernel(const Spec&, const StreamFormat&)`.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"

namespace unguard {

// filter/linear.hpp; named here so that a kernel of unknown type can still be asked what it is made of.
struct LinearPart;

// Sizes of input errors, from the smallest to the largest, in multiples of what may be neglected; and for how many
// samples each can be felt: one that may have lasted for ever, and one of a single sample.
using ErrorRatios = std::vector<double>;
struct RingingSamples {
  std::vector<std::int64_t> lasting{};
  std::vector<std::int64_t> single{};
  bool to_the_end = false;  // nothing at all is left then, as behind a window

  friend bool operator==(const RingingSamples&, const RingingSamples&) = default;
};
// Longer than any stream: seventeen years at 2 kHz.
inline constexpr std::int64_t felt_for_ever = std::int64_t{1} << 40;
// What depends neither on the size nor on how long the error lasted.
inline RingingSamples rings_for(std::int64_t samples, const ErrorRatios& ratios) {
  const std::vector<std::int64_t> all(ratios.size(), samples);
  return {all, all, true};
}
// To be filled in for each of them.
inline RingingSamples unanswered(const ErrorRatios& ratios) {
  const std::vector<std::int64_t> none(ratios.size());
  return {none, none};
}

// No value inside a kernel may come near this for any input within full scale: far above all that can be meant, and low
// enough that squares, their sums over the longest window, and a second run backwards stay finite.
inline constexpr double largest_value = 1e100;

namespace kernel_detail {
// What is asked of a cascade or a chain that could overflow.
inline std::string expected_reach(const std::string& of_what, const StreamFormat& format) {
  return of_what + " that keep full scale, " + to_text(format.full_scale()) + ", below " + to_text(largest_value) +
         " all the way through";
}
struct AnyArchive {
  template <class T>
  void operator()(T&) {}
};
}  // namespace kernel_detail

template <class K>
concept Kernel = std::copyable<K> &&
    requires(K k, const K c, K other, const double* x, double* y, std::int64_t n, ErrorRatios ratios, int channel,
             double level, Hertz f, kernel_detail::AnyArchive archive) {
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
  // One channel in steady state for a constant input, at any time; returns the output's level.
  { k.settle(channel, level) }
  noexcept->std::same_as<double>;
  // Takes over the state of the kernel it replaces, so that nothing jumps; false when it cannot.
  { k.adopt(other) }
  noexcept->std::same_as<bool>;
  // For each ratio: samples until an input error of that size leaves less than 1 at the output.
  { c.ringing(ratios) } -> std::same_as<RingingSamples>;
  // What an error of 1 at the input, however long, can come to at the output at most.
  { c.error_gain() } -> std::same_as<double>;
  // What the output cannot exceed while the input stays within +-level; infinite when something inside may reach
  // `largest_value`.
  { c.reach(level) } -> std::same_as<double>;
  // Algorithmic delay; a group delay is that at f.
  { c.delay(f) } -> std::same_as<StageLatency>;
  {k.state(archive)};
};

// A kernel may also have something to say of a level that it gives: `said_of(channel, level)` returns the marks of a
// level that cannot be what it reads, as at an end of what the kernel knows of. By the level alone, so that it is said
// however the stream is cut; of a chain's stages the last one is asked.
template <class K>
concept SaysOfLevels = requires(const K k, int channel, double level) {
  { k.said_of(channel, level) }
  noexcept->std::same_as<Marks>;
};
// Says of n frames of levels what there is to say.
template <class K>
void say_of(const K& kernel, const double* levels, std::int64_t n, int channels, Marks* marks) noexcept {
  if constexpr (requires { kernel.say_of(levels, n, channels, marks); })
    kernel.say_of(levels, n, channels, marks);
  else if constexpr (SaysOfLevels<K>)
    for (std::int64_t i = 0; i < n; ++i, levels += channels, marks += channels)
      for (int c = 0; c < channels; ++c) marks[c] |= kernel.said_of(c, levels[c]);
}

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
