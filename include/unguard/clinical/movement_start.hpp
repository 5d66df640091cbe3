// SPDX-License-Identifier: Apache-2.0
// How much a muscle stiffens as a movement starts: its level just before and just after the start, as ln of the ratio
// to how it stood (or hung) before, with the interval that the levels leave. What rises before the start prepares or
// anticipates (Hodges & Richardson 1996, Spine 21:2640, for trunk muscles); it need not be
// guarding. The start is one of movement_edge.hpp: an error of it mixes both windows. Cost: an addition a tick.
// Offline, or as far back as powers are remembered.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <tuple>

#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/quantiles.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct MovementStart {
  Seconds before{0.3};
  Seconds after{0.3};
  Seconds kept_off{0.2};  // between how it stood and the window before
  Seconds least_standing{1};
  Microvolts noise{0};  // of electrode and amplifier, taken off in power
  Microvolts floor{0.5};

  friend bool operator==(const MovementStart&, const MovementStart&) = default;
};
constexpr SpecInfo info(const MovementStart*) {
  return {"MovementStart", "levels before and after a movement's start, against standing",
          "windows proposed here; Hodges & Richardson 1996, Spine 21:2640"};
}
constexpr auto fields(const MovementStart*) {
  using M = MovementStart;
  return field_list(
      field<&M::before>("before", "window before the start", between(0.05, 5)),
      field<&M::after>("after", "window behind it", between(0.05, 5)),
      field<&M::kept_off>("kept_off", "between the stretch that is compared with and the window before", between(0, 5)),
      field<&M::least_standing>("least_standing", "of the stretch that is compared with", between(0.1, 60)),
      field<&M::noise>("noise", "RMS of electrode and amplifier in the band of the EMG", not_negative),
      field<&M::floor>("floor", "a level no further above the noise is at most that", between(0.01, 100)));
}

struct Stiffening {
  PhaseLevel standing{}, before{}, after{};
  Estimate rise_before{};  // ln(before / standing), with its 95 % interval
  Estimate rise_after{};   // ln(after / standing)
  bool at_least = false;   // what they are compared with is at the floor

  friend bool operator==(const Stiffening&, const Stiffening&) = default;
};

namespace movement_start_detail {

// The variance of a tick's power over its mean, as many ticks' means bear it: EMG is narrow, so neighbouring ticks are
// alike, and blocks of them are compared (as power_course.hpp does). `degrees`: of freedom.
struct PowerVariance {
  double of_tick = 0;
  int degrees = 0;
};
inline PowerVariance power_variance(const PowerCourse& course, int channel, std::int64_t from,
                                    std::int64_t to) noexcept {
  constexpr std::int64_t block = 5;
  double differences = 0, sum = 0, before = 0;
  int blocks = 0, pairs = 0;
  bool follows = false;
  for (std::int64_t t = from; t + block <= to; t += block) {
    const StretchPower p = course.over(channel, t, t + block);
    if (p.share < 1) {
      follows = false;
      continue;
    }
    if (follows) {
      differences += (p.power - before) * (p.power - before);
      ++pairs;
    }
    sum += p.power;
    ++blocks;
    before = p.power;
    follows = true;
  }
  if (pairs < 2 || !(sum > 0)) return {};
  const double mean = sum / blocks;
  return {block * differences / (2.0 * pairs) / (mean * mean), pairs};
}

}  // namespace movement_start_detail

// Of one channel: the movement begins at sample `start`, and what it is compared with, at sample `standing`: a bend's
// `bending` and `standing`, or a return's `returning` and `full`. Nothing where too little of standing is there, or one
// of the windows is not.
inline Result<std::optional<Stiffening>> stiffening(const MovementStart& spec, const PowerCourse& course, int channel,
                                                    std::int64_t start, std::int64_t standing) {
  if (auto fault = validate(spec)) return *fault;
  const auto ticks = [&](Seconds s) { return std::max<std::int64_t>(0, std::llround(s * tick_rate)); };
  const std::int64_t at = start / course.length(), before = at - ticks(spec.before), after = at + ticks(spec.after);
  const std::int64_t from = standing / course.length(), to = before - ticks(spec.kept_off);
  const auto level = [&](std::int64_t first, std::int64_t last) {
    return phase_level(course.over(channel, first, last), spec.noise.value * spec.noise.value,
                       spec.floor.value * spec.floor.value);
  };
  std::optional<Stiffening> none;
  if (from < course.begin() || to - from < ticks(spec.least_standing) || after > course.end()) return none;
  Stiffening found{level(from, to), level(before, at), level(at, after), {}, {}, false};
  for (const PhaseLevel* l : {&found.standing, &found.before, &found.after})
    if (l->share < 0.5) return none;
  // Noise of a power is a share of it, the same however strong the muscle is: what standing says of it is known best.
  const auto variance = movement_start_detail::power_variance(course, channel, from, to);
  if (variance.degrees == 0) return none;
  for (const auto& [l, first, last] :
       {std::tuple{&found.standing, from, to}, {&found.before, before, at}, {&found.after, at, after}}) {
    const StretchPower p = course.over(channel, first, last);
    l->spread =
        std::sqrt(variance.of_tick / static_cast<double>(p.ticks)) * p.power / (2 * l->level.value * l->level.value);
  }
  const double times = student_95(variance.degrees);
  const auto rise = [&](const PhaseLevel& l) {
    const double log = std::log(l.level / found.standing.level);
    const double off = times * std::hypot(l.spread, found.standing.spread);
    return Estimate{log, log - off, log + off};
  };
  found.rise_before = rise(found.before);
  found.rise_after = rise(found.after);
  found.at_least = found.standing.at_floor;
  return std::optional(found);
}

}  // namespace unguard
