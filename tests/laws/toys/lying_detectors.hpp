// SPDX-License-Identifier: Apache-2.0
// Detectors, resamplers and combiners that are wrong in one way each.
#pragma once

#include "laws/toys/above.hpp"
#include "laws/toys/decimate.hpp"
#include "laws/toys/subtract.hpp"

namespace unguard::laws::toys {

// Decides at the third sample and says it knew at the first.
struct SaysItKnewBefore : LiveAbove {
  explicit SaysItKnewBefore(int channels) : LiveAbove(channels) { predates_ = needed - 1; }
  Latency latency() const { return {{2000}, {{"Above", DelayKind::decision, 0, {}}}}; }
};

// The end of the stream leaves events open.
struct NeverCloses : LiveAbove {
  using LiveAbove::LiveAbove;
  Status finish(Sink<Event>& sink) noexcept {
    ended_ = true;
    return queue_.deliver(sink) ? Status::ok : Status::full;
  }
};

// Counts its samples above within a block only.
struct LooksAtBlocks : LiveAbove {
  using LiveAbove::LiveAbove;
  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    if (!held_ && !ended_) std::fill(above_.begin(), above_.end(), 0);
    return LiveAbove::process(in, sink);
  }
};

// Alarms on what is marked.
struct BelievesEverything : LiveAbove {
  using LiveAbove::LiveAbove;
  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    in.marks = nullptr;
    return LiveAbove::process(in, sink);
  }
};

// Begins every call in the middle of nothing.
struct ForgetsTheRest : LiveDecimate {
  using LiveDecimate::LiveDecimate;
  Produced process(ConstBlock in, Block out) noexcept {
    if (shape(in, out) == Status::ok) std::fill(sum_.begin(), sum_.end(), 0.0);
    return LiveDecimate::process(in, out);
  }
};

// Right only where blocks are multiples of four.
struct PromisesTooLittleRoom : LiveDecimate {
  using LiveDecimate::LiveDecimate;
  std::int64_t most_written(std::int64_t frames) const noexcept { return frames / factor; }
  Produced process(ConstBlock in, Block out) noexcept {
    if (in.channels != channels_ || out.channels != channels_) return {Status::wrong_channels, 0, 0};
    if (in.frames < 0 || out.frames < most_written(in.frames)) return {Status::wrong_frames, 0, 0};
    if (in.frames > 0 && (!in.data || !out.data)) return {Status::missing_data, 0, 0};
    std::int64_t written = 0;
    for (std::int64_t i = 0; i < in.frames; ++i) {
      if (written == out.frames && (position_.value + 1) % factor == 0) return {Status::full, i, written};
      written += take(in.part(i, 1), out, written);
    }
    return {Status::ok, in.frames, written};
  }
};

// Throws its marks away on the way.
struct LosesItsMarks : LiveDecimate {
  using LiveDecimate::LiveDecimate;
  Produced process(ConstBlock in, Block out) noexcept {
    const Produced p = LiveDecimate::process(in, out);
    if (out.marks) std::fill_n(out.marks, p.written * channels_, mark::none);
    return p;
  }
};

// Marks only what its own first input has brought.
struct TrustsTheSecondInput : LiveSubtract {
  using LiveSubtract::LiveSubtract;
  Status process(std::span<const ConstBlock> in, Block out) noexcept {
    if (const Status status = shape(in, out); status != Status::ok) return status;
    for (std::int64_t i = 0; i < out.frames; ++i) {
      take(in[0].part(i, 1), in[1].part(i, 1), out.part(i, 1));
      if (out.marks) std::copy_n(marks_a_.data(), channels_, out.marks + i * channels_);
    }
    return Status::ok;
  }
};

// Takes the smaller of the two where they disagree.
struct Chooses : LiveSubtract {
  using LiveSubtract::LiveSubtract;
  Status process(std::span<const ConstBlock> in, Block out) noexcept {
    const Status status = LiveSubtract::process(in, out);
    if (status == Status::ok)
      for (std::int64_t i = 0; i < out.frames * channels_; ++i) out.data[i] = std::max(out.data[i], 0.0) + out.data[i];
    return status;
  }
};

}  // namespace unguard::laws::toys
