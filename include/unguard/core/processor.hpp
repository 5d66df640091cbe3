// SPDX-License-Identifier: Apache-2.0
// The five kinds of processor, as concepts. Whatever start() returns is one of them, is ready, and is a value.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/reading.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

// What all kinds share: values that start afresh, say their latency, and can be saved in mid-stream.
template <class P>
concept Processor = std::copyable<P> && requires(P p, const P c, SampleIndex at, std::span<const std::byte> bytes) {
  { p.reset() }
  noexcept;
  { p.begin_at(at) }
  noexcept;
  { c.period() }
  noexcept->std::same_as<std::int64_t>;
  { c.position() }
  noexcept->std::same_as<SampleIndex>;
  { c.latency() } -> std::same_as<Latency>;
  { c.save() } -> std::same_as<SavedState>;
  { p.load(bytes) }
  noexcept->std::same_as<Status>;
};

// Frame for frame.
template <class P>
concept Filter = Processor<P> && requires(P p, ConstBlock in, Block out, P next) {
  { p.process(in, out) }
  noexcept->std::same_as<Status>;
  { p.change(std::move(next)) }
  noexcept->std::same_as<P>;
};

// Another rate at the output; only at the edges of a Chain. `out` must have room for `most_written(frames)`, and at the
// end of the stream for `tail()`.
template <class P>
concept Resampler = Processor<P> && requires(P p, const P c, ConstBlock in, Block out, std::int64_t n) {
  { p.process(in, out) }
  noexcept->std::same_as<Produced>;
  { c.most_written(n) }
  noexcept->std::same_as<std::int64_t>;
  { c.tail() }
  noexcept->std::same_as<std::int64_t>;
  { p.finish(out) }
  noexcept->std::same_as<Produced>;
};

// Readings at its own pace.
template <class P>
concept Analyser = Processor<P> && requires(P p, ConstBlock in, Sink<Reading>& sink) {
  { p.process(in, sink) }
  noexcept->std::same_as<Consumed>;
  { p.finish(sink) }
  noexcept->std::same_as<Status>;
};

// Events as they live.
template <class P>
concept Detector = Processor<P> && requires(P p, ConstBlock in, Sink<Event>& sink) {
  { p.process(in, sink) }
  noexcept->std::same_as<Consumed>;
  { p.finish(sink) }
  noexcept->std::same_as<Status>;
};

// Two or more aligned inputs of the same number of frames.
template <class P>
concept Combiner = Processor<P> && requires(P p, std::span<const ConstBlock> in, Block out) {
  { p.process(in, out) }
  noexcept->std::same_as<Status>;
};

}  // namespace unguard
