// SPDX-License-Identifier: Apache-2.0
// Bends of a whole record without an angle: their phases from what was declared (cues), or from what the muscles do
// (activity_phases.hpp); levels and ratios as FlexionRelaxation has them (bend.hpp). Nothing is guessed in silence: a
// bend whose phases are not seen bears a doubt. Cost: a square a sample, and that of ActivityPhases. Offline.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/activity_phases.hpp"
#include "unguard/clinical/flexion_relaxation.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/marker.hpp"

namespace unguard {

namespace record_bends_detail {

inline std::optional<Fault> refuse_record(const FlexionRelaxation& spec, ConstBlock emg, const StreamFormat& format) {
  if (auto fault = validate(format)) return fault;
  if (auto fault = validate(spec)) return fault;
  if (emg.channels != format.channels.count() || emg.frames < 0 || (emg.frames > 0 && !emg.data))
    return fault_in_words<FlexionRelaxation>(
        "emg", std::to_string(emg.channels) + " channels",
        "a block of the record's " + std::to_string(format.channels.count()) + " channels");
  for (const Channel& c : format.channels)
    if (c.unit != "uV") return Fault{"StreamFormat", "channels", "\"" + c.name + "\" in " + c.unit, "EMG in uV"};
  return std::nullopt;
}

struct ToMeasure {
  BendEdges edges{};
  Doubts doubts = doubt::none;
};
inline Result<std::vector<Bend>> measured(const FlexionRelaxation& spec, const PowerCourse& course, ConstBlock emg,
                                          const std::vector<ToMeasure>& all) {
  auto rule = bend_level_rule(spec, emg.channels);
  if (!rule) return rule.fault();
  BendLevels levels(std::move(*rule));
  levels.remember(course.end());
  std::vector<Bend> bends;
  std::int64_t number = 0;
  for (const ToMeasure& one : all) {
    ++number;
    for (int c = 0; c < emg.channels; ++c) {
      const BendEdges& e = one.edges;
      Bend bend{.number = number,
                .channel = c,
                .bending = {e.bending},
                .full = {e.full},
                .returning = {e.returning},
                .end = {e.end},
                .doubts = one.doubts};
      for (std::int64_t i = e.bending; emg.marks && i < std::min(e.end, emg.frames); ++i)
        bend.reasons |= emg.marks[i * emg.channels + c];
      levels.whole(course, e, bend);
      bends.push_back(bend);
    }
  }
  return bends;
}

}  // namespace record_bends_detail

// Phases by cues: markers `standing`, `bending`, `full flexion` and `returning`, in order of time; a bend is bending to
// the next standing. A muscle that does not fall below what it does beside the hold leaves it open whether the cue was
// followed: phases_uncertain.
inline Result<std::vector<Bend>> bends_by_cues(const FlexionRelaxation& spec, ConstBlock emg,
                                               const StreamFormat& format, std::span<const Marker> cues) {
  using namespace record_bends_detail;
  if (auto fault = refuse_record(spec, emg, format)) return *fault;
  std::vector<ToMeasure> all;
  BendEdges now;
  MarkerKind last = MarkerKind::stimulus;
  std::int64_t before = 0;
  for (const Marker& cue : cues) {
    const std::int64_t at = cue.at.value;
    if (at < before || at > emg.frames)
      return fault_in_words<FlexionRelaxation>(
          "cues", "a cue at " + std::to_string(at),
          "samples of the record, 0 to " + std::to_string(emg.frames) + ", in order");
    before = at;
    const bool standing = cue.kind == MarkerKind::standing;
    if (standing) {
      if (last == MarkerKind::returning) {
        now.end = at;
        all.push_back({now, now.hung ? doubt::none : doubt::no_hold});
      }
      now = {.standing = at, .hung = false};
    } else if (cue.kind == MarkerKind::bending) {
      now.bending = at;
      now.hung = false;
    } else if (cue.kind == MarkerKind::full_flexion && last == MarkerKind::bending) {
      now.full = at;
      now.hung = true;
    } else if (cue.kind == MarkerKind::returning && (last == MarkerKind::full_flexion || last == MarkerKind::bending)) {
      now.returning = at;
      if (!now.hung) now.full = at;
    } else {
      continue;
    }
    last = cue.kind;
  }
  auto bends = measured(spec, power_course_of(emg, format.rate), emg, all);
  if (!bends) return bends.fault();
  for (Bend& b : *bends) {
    const double least = std::min(b.flexing.level.value, b.extending.level.value);
    if (b.flexed.known() && b.flexed.level.value * ActivityPhases{}.least_trough > least)
      b.doubts |= doubt::phases_uncertain;
  }
  return bends;
}

// Phases by what the muscles do.
inline Result<std::vector<Bend>> bends_by_activity(const FlexionRelaxation& spec, const ActivityPhases& phases,
                                                   ConstBlock emg, const StreamFormat& format) {
  using namespace record_bends_detail;
  if (auto fault = refuse_record(spec, emg, format)) return *fault;
  const PowerCourse course = power_course_of(emg, format.rate);
  const auto found = bends_by_activity(course, emg.channels, phases);
  if (!found) return found.fault();
  std::vector<ToMeasure> all;
  for (const ActivityBend& b : *found) all.push_back({b.edges, b.uncertain ? doubt::phases_uncertain : doubt::none});
  return measured(spec, course, emg, all);
}

}  // namespace unguard
