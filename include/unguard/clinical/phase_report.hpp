// SPDX-License-Identifier: Apache-2.0
// A phase of a movement as it lives: OPEN, UPDATE, then CLOSE or CANCEL, under one id, as an event does; but it is of
// no muscle, and no alarm. Cost: none; a value.
#pragma once

#include <cstdint>
#include <string_view>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/report_queue.hpp"
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
void archive_report(Archive& archive, PhaseReport& p) {
  archive(p.id);
  archive(p.report);
  archive(p.phase);
  archive(p.onset.value);
  archive(p.decided.value);
  archive(p.offset.value);
  archive(p.reasons);
}

using PhaseQueue = ReportQueue<PhaseReport>;

}  // namespace unguard
