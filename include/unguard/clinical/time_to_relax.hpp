// SPDX-License-Identifier: Apache-2.0
// How long a muscle takes to let go once somebody stands again: until its level is back at that of standing before the
// bend, or at a given one, and stays there for a second. The instant is the one from which on every stretch of the next
// second has less power than asked for, taken together: where the sum of power less that is largest, which is where a
// falling level passes it (isotonic regression: Barlow et al. 1972; change point: Page 1954,
// doi:10.1093/biomet/41.1-2.100). No smoothing, no delay. Censored where the next bend, or the record's end, comes
// first. Slower recovery goes with back pain (Burns 2006, doi:10.1037/1528-3542.6.2.309), and with much else. Cost: an
// addition a tick. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct TimeToRelax {
  Microvolts level{0};  // to come back to; 0: that of standing before the bend, and `above` of it
  double above = 0.25;
  Seconds held{1};
  Seconds kept_off{0.5};  // before the bend begins: no longer standing
  Seconds least_standing{1};
  Microvolts noise{0};  // of electrode and amplifier, taken off in power
  Microvolts floor{0.5};

  friend bool operator==(const TimeToRelax&, const TimeToRelax&) = default;
};
constexpr SpecInfo info(const TimeToRelax*) {
  return {"TimeToRelax", "from standing again until a muscle is as it was before the bend",
          "rule proposed here; Burns 2006, doi:10.1037/1528-3542.6.2.309; Page 1954, doi:10.1093/biomet/41.1-2.100"};
}
constexpr auto fields(const TimeToRelax*) {
  using T = TimeToRelax;
  return field_list(
      field<&T::level>("level", "to come back to; 0: that of standing before the bend", not_negative),
      field<&T::above>("above", "share by which standing may be exceeded", between(0.05, 5)),
      field<&T::held>("held", "for how long it has to stay there", between(0.1, 60)),
      field<&T::kept_off>("kept_off", "before the bend begins: no longer standing", between(0, 5)),
      field<&T::least_standing>("least_standing", "before the bend", between(0.1, 60)),
      field<&T::noise>("noise", "RMS of electrode and amplifier in the band of the EMG", not_negative),
      field<&T::floor>("floor", "a level no further above the noise is at most that", between(0.01, 100)));
}

struct Relaxing {
  Seconds time{};         // until it has let go; censored: at least that
  bool censored = false;  // it had not, or not for long enough, or nobody saw when
  Microvolts target{};    // what it had to come back to
  double share = 0;       // of the time that was looked at that had a power

  friend bool operator==(const Relaxing&, const Relaxing&) = default;
};

// What a heartbeat hides, and no more, may lie between the last that was too loud and the first that was not.
inline constexpr Seconds longest_unseen{0.25};

// Of one channel: `bend` is over, and up to sample `until`, where the next one begins or the record ends, is looked.
// Nothing where standing is not known.
inline Result<std::optional<Relaxing>> time_to_relax(const TimeToRelax& spec, const PowerCourse& course, int channel,
                                                     const BendEdges& bend, std::int64_t until) {
  if (auto fault = validate(spec)) return *fault;
  const auto ticks = [](Seconds s) { return std::max<std::int64_t>(1, std::llround(s * tick_rate)); };
  const double noise = spec.noise.value * spec.noise.value, floor = spec.floor.value * spec.floor.value;
  std::optional<Relaxing> none;
  Relaxing found;
  found.target = spec.level;
  if (!(spec.level.value > 0)) {
    const std::int64_t from = bend.standing_tick(course.length()),
                       to = bend.bending / course.length() - ticks(spec.kept_off);
    if (from < course.begin() || to - from < ticks(spec.least_standing)) return none;
    const PhaseLevel standing = phase_level(course.over(channel, from, to), noise, floor);
    if (standing.share < 0.5) return none;
    found.target = standing.level * (1 + spec.above);
  }
  const double most = found.target.value * found.target.value + noise;
  const std::int64_t first = bend.end / course.length(), last = std::min(until / course.length(), course.end());
  // `sum` of power beyond what is asked for; its largest value so far, behind tick `top`. What was not believed is no
  // rest: `rested` counts the ticks since then that were. The last long gap, and the ticks in a row that are missing.
  double sum = 0, largest = 0;
  std::int64_t top = first, there = 0, rested = 0;
  constexpr std::int64_t never = -1;
  std::int64_t gap = never, gap_end = never, missing = 0;
  const std::int64_t hidden = ticks(longest_unseen);
  found.censored = true;
  std::int64_t tick = std::max(first, course.begin());
  for (; tick < last && found.censored; ++tick) {
    const double power = course.at(channel, tick);
    if (power >= 0) {
      ++there;
      ++rested;
      sum += power - most;
      missing = 0;
    } else if (++missing > hidden) {
      gap_end = tick + 1;
      gap = gap_end - missing;
    }
    if (sum > largest) {
      largest = sum;
      top = tick + 1;
      rested = 0;
    }
    found.censored = rested < ticks(spec.held);
  }
  // It may have let go anywhere in a gap before which it had not, unless it was seen to be loud behind it.
  const bool unseen = gap != never && top >= gap && top <= gap_end + hidden;
  const std::int64_t looked = tick - first;
  found.share = looked > 0 ? static_cast<double>(there) / static_cast<double>(looked) : 0;
  if (found.share < 0.5) return none;
  found.time = Seconds{static_cast<double>((unseen ? gap : found.censored ? last : top) - first) / tick_rate.value};
  found.censored |= unseen;
  return std::optional(found);
}

}  // namespace unguard
