// SPDX-License-Identifier: Apache-2.0
// A phase of a movement as it lives: OPEN, UPDATE, then CLOSE or CANCEL, under one id, as an event does; but it is of
// no muscle, and no alarm. Cost: none; a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

namespace unit {
struct DegreesPerSecond {
  static constexpr std::string_view symbol = "deg/s";
};
}  // namespace unit
using DegreesPerSecond = Quantity<unit::DegreesPerSecond>;

struct PhaseReport {
  std::uint64_t id = 0;  // counts from 1 within a detector
  Report report = Report::open;
  Context phase = Context::none;
  SampleIndex onset{};    // estimated first sample
  SampleIndex decided{};  // the sample at which this causal detector said so
  SampleIndex offset{};   // one past the last sample; meaningful in CLOSE
  Marks reasons = 0;      // marks of the angle met meanwhile

  friend constexpr bool operator==(const PhaseReport&, const PhaseReport&) = default;
};

template <class Archive>
void archive_phase(Archive& archive, PhaseReport& p) {
  archive(p.id);
  archive(p.report);
  archive(p.phase);
  archive(p.onset.value);
  archive(p.decided.value);
  archive(p.offset.value);
  archive(p.reasons);
}

// Reports on their way to a sink: those of one frame at most. First in, first out; fixed capacity.
class PhaseQueue {
 public:
  explicit PhaseQueue(std::size_t capacity) : waiting_(capacity) {}

  void push(const PhaseReport& report) noexcept {
    if (count_ < waiting_.size()) waiting_[count_++] = report;
  }
  // True when all have gone.
  bool deliver(Sink<PhaseReport>& sink) noexcept {
    while (first_ < count_ && sink.push(waiting_[first_])) ++first_;
    if (first_ < count_) return false;
    clear();
    return true;
  }
  void clear() noexcept { first_ = count_ = 0; }

  template <class Archive>
  void state(Archive& archive) {
    archive(first_);
    archive(count_);
    for (auto& p : waiting_) archive_phase(archive, p);
    if (count_ > waiting_.size() || first_ > count_) clear();
  }

 private:
  std::vector<PhaseReport> waiting_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace unguard
