// SPDX-License-Identifier: Apache-2.0
// What is said of the four phases of a bend: OPEN, UPDATE, CLOSE and CANCEL under ids that count up, on their way to a
// sink. What was missing since the last phase opened is said of all that are open. When, phase_machine.hpp decides. A
// value; no allocation behind the start. Cost: a copy a report.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "unguard/clinical/phase_report.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct BendReports {
  static constexpr std::size_t most_at_once = 8;

  PhaseReport standing{}, bending{}, full{}, returning{};  // id 0: there is none
  PhaseQueue queue{most_at_once};
  std::uint64_t ids = 0;
  Marks reasons = mark::none;  // met since the last phase opened
  SampleIndex decided{};       // the frame under way

  // As just started.
  void clear() noexcept {
    standing = bending = full = returning = {};
    queue.clear();
    ids = 0;
    reasons = mark::none;
  }
  // Whether somebody came to rest at the bottom.
  bool hung() const noexcept { return full.id != 0; }

  void meet(Marks why) noexcept { reasons = static_cast<Marks>(reasons | why); }
  void open(PhaseReport& e, Context phase, SampleIndex onset) noexcept {
    // What was met until now is of the phases before.
    for (PhaseReport* before : {&standing, &bending, &full, &returning})
      if (before->id != 0) before->reasons = static_cast<Marks>(before->reasons | reasons);
    e = {.id = ++ids, .report = Report::open, .phase = phase, .onset = std::min(onset, decided), .decided = decided};
    reasons = mark::none;
    queue.push(e);
  }
  void refine(PhaseReport& e, SampleIndex onset) noexcept {
    e.onset = std::min(onset, decided);
    say(e, Report::update);
  }
  void close(PhaseReport& e, SampleIndex offset) noexcept {
    e.offset = std::max(offset, e.onset);
    say(e, Report::close);
  }
  void cancel(PhaseReport& e) noexcept {
    e.offset = decided;
    say(e, Report::cancel);
    e = {};
  }

 private:
  void say(PhaseReport& e, Report report) noexcept {
    e.report = report;
    e.reasons = static_cast<Marks>(e.reasons | reasons);
    queue.push(e);
  }
};

}  // namespace unguard
