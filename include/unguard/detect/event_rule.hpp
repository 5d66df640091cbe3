// SPDX-License-Identifier: Apache-2.0
// The rules of EventDetector in samples, and what an activity is called: by its edge-refined duration, and only in
// declared rest. Durations by analogy with sleep bruxism (Lavigne 1996, doi:10.1177/00220345960750010601) and REM sleep
// without atonia. Cost: none.
#pragma once

#include <cstdint>

#include "unguard/core/event.hpp"

namespace unguard {

struct EventRule {
  std::int64_t shortest = 0;       // shorter is no event
  std::int64_t burst = 0;          // from here on not a SPIKE but a PHASIC BURST
  std::int64_t tonic = 0;          // beyond: TONIC
  std::int64_t join = 0;           // a shorter gap is none
  std::int64_t tonic_join = 0;     // the same within a TONIC
  std::int64_t activity_join = 0;  // the same outside declared rest
  std::int64_t artefact_join = 0;  // the same behind an ARTEFACT
  std::int64_t marked_join = 0;    // of a gap, so much that is marked is none
  std::int64_t sure = 0;           // an activity that is on now may have ended so long ago
  std::int64_t settled = 0;        // one that has been on for so long is hardly ever taken back
  std::int64_t look = 0;           // an onset is known so long after the alarm
  std::int64_t episode_gap = 0;    // bursts so far apart are no episode
  std::int64_t firing = 0;         // firings of a single unit come so close
  std::int64_t late = 0;           // behind an offset: marks that began so soon may be why
  std::int64_t among_units = 0;    // what is shorter, where one fires, is two of its
  int episode_bursts = 3;
  double least_peak = 4;  // mean square of the peak over that of rest, below which nothing is spasm-like
};

// What lasted so long in this context. What is not loud enough stays ACTIVITY.
constexpr EventKind kind_of(const EventRule& rule, Context context, std::int64_t duration, bool is_loud) {
  if (context != Context::rest || !is_loud) return EventKind::activity;
  if (duration < rule.burst) return EventKind::spike;
  return duration <= rule.tonic ? EventKind::phasic_burst : EventKind::tonic;
}

}  // namespace unguard
