// SPDX-License-Identifier: Apache-2.0
// Every bend of a whole record: how somebody moves in it, and how each muscle stiffens and lets go. Of the engine, with
// no Python in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/angle_record.hpp"
#include "unguard/clinical/bend_movement.hpp"
#include "unguard/clinical/movement_start.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/clinical/time_to_relax.hpp"

namespace unguard::python::record_movements {

// What is asked of one record.
struct Asked {
  BendPhases phases;
  MovementStart start;
  TimeToRelax relax;
  SpectralArcLength arc;
  std::vector<double> noise;  // uV, one a muscle, or none: as the specs have it
};
// Its columns, by what they are; -1: there is none.
struct Columns {
  int trunk = -1, pelvis = -1, lumbar = -1;
  std::vector<int> muscles{};
};
struct OfMuscle {
  std::optional<Stiffening> down{}, up{};
  std::optional<Relaxing> relaxing{};
};
struct OfBend {
  RecordedBend bend{};
  BendMovement movement{};
  std::vector<OfMuscle> muscles{};
};

// Angles are in degrees.
inline Columns sort_columns(StreamFormat& format, const std::string& trunk, const std::string& pelvis,
                            const std::string& lumbar) {
  Columns columns;
  std::vector<Channel> channels(format.channels.begin(), format.channels.end());
  for (int c = 0; c < static_cast<int>(channels.size()); ++c) {
    Channel& channel = channels[static_cast<std::size_t>(c)];
    int* angle = channel.name == trunk                       ? &columns.trunk
                 : !pelvis.empty() && channel.name == pelvis ? &columns.pelvis
                 : !lumbar.empty() && channel.name == lumbar ? &columns.lumbar
                                                             : nullptr;
    if (angle) {
      *angle = c;
      channel.unit = "deg";
    } else {
      columns.muscles.push_back(c);
    }
  }
  format.channels = Channels(std::move(channels));
  return columns;
}

inline Result<OfMuscle> of_muscle(const Asked& asked, std::size_t muscle, const PowerCourse& course, int column,
                                  const BendEdges& e, std::int64_t until) {
  MovementStart start = asked.start;
  TimeToRelax relax = asked.relax;
  if (!asked.noise.empty()) start.noise = relax.noise = {asked.noise[muscle]};
  OfMuscle found;
  const auto at_start = [&](std::int64_t at, std::int64_t standing) {
    return stiffening(start, course, column, at, standing);
  };
  if (auto down = at_start(e.bending, e.standing_tick(course.length()) * course.length()))
    found.down = *down;
  else
    return down.fault();
  if (auto up = at_start(e.returning, e.full))
    found.up = *up;
  else
    return up.fault();
  if (auto relaxing = time_to_relax(relax, course, column, e, until))
    found.relaxing = *relaxing;
  else
    return relaxing.fault();
  return found;
}

inline Result<std::vector<OfBend>> of_record(const Asked& asked, const Columns& columns, ConstBlock record,
                                             const StreamFormat& format) {
  if (auto fault = validate(asked.start)) return *fault;
  if (auto fault = validate(asked.relax)) return *fault;
  auto bends = bends_by_angle(asked.phases, record, format);
  if (!bends) return bends.fault();
  auto trunk = angle_record(record, format, columns.trunk);
  if (!trunk) return trunk.fault();
  std::optional<AngleRecord> pelvis, lumbar;
  for (const auto& [column, angle] : {std::pair{columns.pelvis, &pelvis}, {columns.lumbar, &lumbar}}) {
    if (column < 0) continue;
    auto made = angle_record(record, format, column);
    if (!made) return made.fault();
    *angle = std::move(*made);
  }
  const PowerCourse course = power_course_of(record, format.rate);
  std::vector<OfBend> all;
  for (std::size_t i = 0; i < bends->size(); ++i) {
    const BendEdges& e = (*bends)[i].edges;
    auto movement = bend_movement(*trunk, e, pelvis ? &*pelvis : nullptr, lumbar ? &*lumbar : nullptr, asked.arc);
    if (!movement) return movement.fault();
    OfBend of{(*bends)[i], *movement, {}};
    const std::int64_t until = i + 1 < bends->size() ? (*bends)[i + 1].edges.bending : record.frames;
    for (std::size_t m = 0; m < columns.muscles.size(); ++m) {
      auto muscle = of_muscle(asked, m, course, columns.muscles[m], e, until);
      if (!muscle) return muscle.fault();
      of.muscles.push_back(*muscle);
    }
    all.push_back(std::move(of));
  }
  return all;
}

}  // namespace unguard::python::record_movements
