// SPDX-License-Identifier: Apache-2.0
// The rules an event obeys, in samples, and what it is called: by its edge-refined duration, and only in declared rest.
// Durations from the analogues (bruxism, REM sleep without atonia): see docs of SpasmDetector. Cost: none.
#pragma once

#include <cstdint>

#include "unguard/core/event.hpp"

namespace unguard {

struct ActivityRule {
  std::int64_t slow = 0;           // window of the slow envelope
  std::int64_t fast = 0;           // of the fast one
  std::int64_t look = 0;           // how much later an edge is looked at again
  std::int64_t shortest = 0;       // shorter is not an event
  std::int64_t burst = 0;          // from here on not a SPIKE but a PHASIC BURST
  std::int64_t tonic = 0;          // beyond: TONIC
  std::int64_t join = 0;           // a shorter gap is none
  std::int64_t tonic_join = 0;     // the same within a TONIC
  std::int64_t activity_join = 0;  // the same outside declared rest
  std::int64_t bridge = 0;         // a longer marked stretch ends an event
  std::int64_t guard = 0;          // a mark this close behind an onset cancels it
  std::int64_t late = 0;           // the same of marks of what is found late
  double slow_looks = 0;           // windows in the time that confidence speaks about
  double fast_looks = 0;
  double rate = 0;
};

// What an event of this duration is in this context. A SPIKE must have crossed the fast envelope's threshold, the
// others the slow one's; what has not stays ACTIVITY.
constexpr EventKind kind_of(const ActivityRule& rule, Context context, std::int64_t duration, bool fast_entered,
                            bool slow_entered) {
  if (context != Context::rest) return EventKind::activity;
  if (duration < rule.burst) return fast_entered ? EventKind::spike : EventKind::activity;
  if (!slow_entered) return EventKind::activity;
  return duration <= rule.tonic ? EventKind::phasic_burst : EventKind::tonic;
}

}  // namespace unguard
