// SPDX-License-Identifier: Apache-2.0
// An event is reported as it lives: OPEN, UPDATE, then CLOSE or CANCEL, under one id. Alarms act on OPEN, measures use
// CLOSE. ACTIVITY is the neutral kind: the muscle is on. Spasm-like kinds are ACTIVITY plus context; without context
// there are none.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class EventKind {
  activity,
  spike,
  phasic_burst,
  tonic,
  phasic_episode,
  guarding,
  spike_on_bending,
  heart,
  artefact,
};
constexpr std::array<std::string_view, 9> names(const EventKind*) {
  return {"ACTIVITY",         "SPIKE", "PHASIC BURST", "TONIC", "PHASIC EPISODE", "GUARDING",
          "SPIKE ON BENDING", "ECG",   "ARTEFACT"};
}

enum class Report { open, update, close, cancel };
constexpr std::array<std::string_view, 4> names(const Report*) { return {"OPEN", "UPDATE", "CLOSE", "CANCEL"}; }

// In which declared context an event began.
enum class Context { none, rest, bending, full_flexion, returning, standing };
constexpr std::array<std::string_view, 6> names(const Context*) {
  return {"none", "rest", "bending", "full flexion", "returning", "standing"};
}

// What else an event showed, of detectors that look for it.
struct Attributes {
  double rhythm_Hz = 0;      // it beats, as a clonus does, 3 to 15 times a second; 0: not that
  double regularity = 0;     // of these beats: correlation of the envelope with itself a period later
  bool single_unit = false;  // taken back as one of a row: a single motor unit fires

  friend constexpr bool operator==(const Attributes&, const Attributes&) = default;
};

struct Event {
  std::uint64_t id = 0;  // counts from 1 within a detector
  int channel = 0;
  Report report = Report::open;
  EventKind kind = EventKind::activity;
  Context context = Context::none;
  SampleIndex onset{};    // estimated first sample of the activity
  SampleIndex decided{};  // the sample at which this causal detector said so
  SampleIndex offset{};   // one past the last sample; meaningful in CLOSE
  Microvolts peak{};      // largest envelope value so far
  double area_uV_s = 0;   // envelope above baseline, integrated from onset to offset
  double confidence = 0;  // chance that it is no false alarm, as its detector counts it; 0: not known, or CANCEL
  Marks reasons = 0;      // marks met while the event was open; `heart` from OPEN on: it may be a beat
  Attributes attributes{};

  friend constexpr bool operator==(const Event&, const Event&) = default;
};

}  // namespace unguard
