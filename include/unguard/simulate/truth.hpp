// SPDX-License-Identifier: Apache-2.0
// What really happened in a simulated record, to the sample: plain values, nothing estimated.
// Kinds and durations as in the operational taxonomy (docs: spike 30-250 ms, phasic burst 0.25-2 s, tonic above 2 s).
// Cost: memory in proportion to the number of events.
#pragma once

#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/marker.hpp"

namespace unguard {

// An event of one channel. Onset is the first sample whose gain is above 0, offset is one past the last, ramps
// included. GUARDING and SPIKE ON BENDING lie upon an ACTIVITY; all other events of a channel never overlap.
struct TrueEvent {
  int channel = 0;
  EventKind kind = EventKind::activity;
  Context context = Context::none;
  SampleIndex onset{};
  SampleIndex offset{};
  Microvolts level{};  // RMS of the event's own EMG on its plateau, whole band
  double snr_dB = 0;   // power of that over the channel's resting power: resting EMG and sensor noise, whole band

  friend bool operator==(const TrueEvent&, const TrueEvent&) = default;
};

// A phase of the protocol; the phases of a record lie end to end.
struct TruePhase {
  Context phase = Context::none;
  SampleIndex begin{};
  SampleIndex end{};

  friend bool operator==(const TruePhase&, const TruePhase&) = default;
};

// The silence of a healthy back at full flexion: from the sample at which its EMG has fallen to the resting level to
// the one at which it rises again, and the trunk angle at both.
struct TrueSilence {
  int channel = 0;
  SampleIndex onset{};
  SampleIndex offset{};
  Degrees onset_angle{};
  Degrees offset_angle{};

  friend bool operator==(const TrueSilence&, const TrueSilence&) = default;
};

// A stretch of one channel that is not muscle alone: mark::lead_off, and mark::hum beside it when the open input hums;
// mark::jump for a tug.
struct TrueDisturbance {
  int channel = 0;
  SampleIndex begin{};
  SampleIndex end{};
  Marks reasons = 0;

  friend bool operator==(const TrueDisturbance&, const TrueDisturbance&) = default;
};

// A train of one motor unit in a muscle at rest: from the first sample of its first action potential to one past the
// last of its last.
struct TrueTrain {
  int channel = 0;
  SampleIndex begin{};
  SampleIndex end{};
  Hertz rate{};  // mean rate of firing, as drawn
  int firings = 0;

  friend bool operator==(const TrueTrain&, const TrueTrain&) = default;
};

struct Truth {
  std::vector<TrueEvent> events{};  // by onset, then channel
  std::vector<TruePhase> phases{};
  std::vector<TrueSilence> silences{};
  std::vector<TrueDisturbance> disturbances{};  // by begin, then channel
  std::vector<TrueTrain> trains{};              // by begin, then channel; no events
  std::vector<double> r_peak_times{};           // in samples; peaks fall between samples
  std::vector<SampleIndex> r_peaks{};           // the nearest sample to each
  std::vector<Marker> markers{};                // what an operator would have declared

  friend bool operator==(const Truth&, const Truth&) = default;
};

}  // namespace unguard
