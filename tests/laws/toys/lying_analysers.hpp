// SPDX-License-Identifier: Apache-2.0
// Analysers that are wrong in one way each.
#pragma once

#include "laws/toys/block_mean.hpp"

namespace unguard::laws::toys {

// What does not fit is dropped, and the frame counts as consumed.
struct DropsWhenFull : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    Consumed c = LiveBlockMean::process(in, sink);
    if (c.status != Status::full) return c;
    next_ = 0;
    held_ = false;
    clear();
    position_ = position_ + 1;
    return {c.status, c.frames + 1};
  }
};

// Sums what marks and NaN left, and calls it a value.
struct SpeaksWhileInvalid : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    if (const Status status = shape(in); status != Status::ok || in.frames == 0) return {status, 0};
    for (std::int64_t i = 0; i < in.frames; ++i) {
      if (!held_) add(in.part(i, 1));
      // A bridged gap is good enough.
      for (auto& r : reasons_) r = static_cast<Marks>(r & ~(mark::gap | mark::lead_off));
      held_ = !say(sink);
      if (held_) return {Status::full, i};
      position_ = position_ + 1;
    }
    return {Status::ok, in.frames};
  }
};

// Safe by silence: once something was bad it never speaks again.
struct NeverSpeaksAgain : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    if (const Status status = shape(in); status != Status::ok || in.frames == 0) return {status, 0};
    for (std::int64_t i = 0; i < in.frames; ++i) {
      std::vector<Marks>& r = reasons_;
      if (!held_) add(in.part(i, 1));
      for (std::size_t c = 0; c < r.size(); ++c) r[c] = ever_[c] |= r[c];
      held_ = !say(sink);
      if (held_) return {Status::full, i};
      position_ = position_ + 1;
    }
    return {Status::ok, in.frames};
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    LiveBlockMean::begin_at(at);
    std::fill(ever_.begin(), ever_.end(), mark::none);
  }
  SavedState save() const { return save_state(const_cast<NeverSpeaksAgain&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    LiveBlockMean::state(archive);
    archive(ever_);
  }

 private:
  std::vector<Marks> ever_ = std::vector<Marks>(static_cast<std::size_t>(channels_));
};

// Says to be of the middle of the window, and used its end.
struct DatesItselfBack : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    Sink<Reading>& to = sink;
    if (const Status status = shape(in); status != Status::ok || in.frames == 0) return {status, 0};
    for (std::int64_t i = 0; i < in.frames; ++i) {
      if (!held_) add(in.part(i, 1));
      held_ = false;
      if (due()) {
        for (; next_ < channels_; ++next_) {
          const auto c = static_cast<std::size_t>(next_);
          const SampleIndex middle = position_ - length / 2;
          if (to.push(reasons_[c] ? Reading::invalid(next_, middle, reasons_[c])
                                  : Reading::valid(next_, middle, sum_[c] / static_cast<double>(length))))
            continue;
          held_ = true;
          return {Status::full, i};
        }
        next_ = 0;
        clear();
      }
      position_ = position_ + 1;
    }
    return {Status::ok, in.frames};
  }
  Latency latency() const { return {{2000}, {{"BlockMean", DelayKind::centroid, -0.5, {}}}}; }
};

struct StatesNoDelay : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Latency latency() const { return {{2000}, {{"BlockMean", DelayKind::none, 0, {}}}}; }
};

// Saved in the middle of a frame's readings, it says them twice.
struct ForgetsWhatItHolds : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  SavedState save() const { return save_state(const_cast<ForgetsWhatItHolds&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(sum_);
    archive(reasons_);
    archive(held_);
    archive(ended_);
  }
};

// A single-precision clock: stands still after 16.7 million samples, two hours at 2 kHz.
struct CountsInSinglePrecision : LiveBlockMean {
  using LiveBlockMean::LiveBlockMean;
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    const std::int64_t exact = position_.value;
    if (in.channels == channels_ && !ended_ && exact > (1 << 24)) {
      position_ = {static_cast<std::int64_t>(static_cast<float>(exact))};
      const std::int64_t off = exact - position_.value;
      const Consumed c = LiveBlockMean::process(in, sink);
      position_ = position_ + off;
      return c;
    }
    return LiveBlockMean::process(in, sink);
  }
};

}  // namespace unguard::laws::toys
