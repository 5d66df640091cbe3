// SPDX-License-Identifier: Apache-2.0
// What one channel's state machine sees of its stream at a sample, and what can be read off it: above or below the
// thresholds, where an edge lies, the area under the envelope.
// Edges: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3. Cost: an edge or an area is one pass over the history.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/detect/activity_rule.hpp"
#include "unguard/detect/change_point.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/rest_baseline.hpp"

namespace unguard {

struct ActivityView {
  const ActivityRule& rule;
  const History& squares;      // newest: this sample
  const History& slow_powers;  // the slow envelope, squared
  const DeclaredContext& context;
  const RestBaseline& baseline;
  int channel = 0;
  std::int64_t now = 0;
  double slow = 0;  // mean squares of this sample
  double fast = 0;
  Marks marks = 0;
};

// The fast envelope counts in declared rest only: it is there for spikes.
inline bool in_rest(const ActivityView& v) noexcept { return v.context.at(v.now) == Context::rest; }
inline bool has_entered(const ActivityView& v) noexcept {
  return v.slow > v.baseline.slow().enter || (v.fast > v.baseline.fast().enter && in_rest(v));
}
inline bool has_left(const ActivityView& v) noexcept {
  return v.slow < v.baseline.slow().leave && (v.fast < v.baseline.fast().leave || !in_rest(v));
}

// The variance an edge is told from: that of the event, but no more than twenty times rest's, so that a slow beginning
// of a strong one counts; and no less than that of the entering level where `rise` sets it.
inline ActivityEvidence activity_evidence(const ActivityView& v, double power) noexcept {
  const double rest = v.baseline.power();
  return {rest, std::clamp(power, 4 * rest, 20 * rest)};
}

// The onset of what was decided at `decided`, not before `floor`. It lies within the slow window that crossed: what is
// older did not make it cross. `power` is the mean square of the event so far.
inline std::int64_t activity_began(const ActivityView& v, std::int64_t decided, std::int64_t floor,
                                   double power) noexcept {
  const std::int64_t first = std::max(floor, decided - v.rule.slow);
  const std::int64_t oldest = std::clamp<std::int64_t>(v.now - first, 0, v.squares.length() - 1);
  return v.now - began_ago(v.squares, v.channel, oldest, 0, activity_evidence(v, power));
}

// One past the last active sample of an event that began at `onset`.
inline std::int64_t activity_ended(const ActivityView& v, std::int64_t onset, double power) noexcept {
  const std::int64_t oldest = std::clamp<std::int64_t>(v.now - onset, 0, v.squares.length() - 1);
  return v.now + 1 - ended_ago(v.squares, v.channel, oldest, 0, activity_evidence(v, power));
}

// What one sample of the slow envelope adds to the area above rest, uV s.
inline double area_of(const ActivityView& v, double slow_power) noexcept {
  return std::max(0.0, std::sqrt(slow_power) - v.baseline.noise().level) / v.rule.rate;
}
// The area over samples [first, last), as far as the history goes.
inline double area_under(const ActivityView& v, std::int64_t first, std::int64_t last) noexcept {
  double sum = 0;
  for (std::int64_t i = std::max(first, v.now - v.slow_powers.length() + 1); i < std::min(last, v.now + 1); ++i)
    sum += area_of(v, v.slow_powers.at(v.channel, v.now - i));
  return sum;
}

}  // namespace unguard
