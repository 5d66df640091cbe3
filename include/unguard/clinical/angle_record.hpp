// SPDX-License-Identifier: Apache-2.0
// An angle of a whole record a hundred times a second, how fast it changes, and where its bends lie: what measures of
// movements are made of. By angle_course.hpp and bend_phases.hpp. Cost: that of both. Offline.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/bend_follower.hpp"
#include "unguard/clinical/bend_phases.hpp"
#include "unguard/clinical/record_ends.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

struct AngleRecord {
  std::int64_t length = 1;        // samples of a tick
  Hertz rate{};                   // of the ticks
  std::vector<double> degrees{};  // of each tick
  std::vector<double> speeds{};   // deg/s
  std::vector<bool> good{};       // both are known

  std::int64_t ticks() const noexcept { return static_cast<std::int64_t>(degrees.size()); }
};

// `column` of the record; speeds by the line through so much of it. At both ends half of that is not known.
inline Result<AngleRecord> angle_record(ConstBlock record, const StreamFormat& format, int column,
                                        Seconds smoothing = {0.1}) {
  const auto refuse = [](const char* what, std::string found, std::string expected) {
    return Fault{"angle_record", what, std::move(found), std::move(expected)};
  };
  if (auto fault = validate(format)) return *fault;
  if (record.channels != format.channels.count() || record.frames < 0 || (record.frames > 0 && !record.data))
    return refuse("record", std::to_string(record.channels) + " channels",
                  "a block of the record's " + std::to_string(format.channels.count()) + " channels");
  if (column < 0 || column >= record.channels || format.channels[column].unit != "deg")
    return refuse("column", std::to_string(column), "one of the record's channels in deg");
  if (!(format.rate >= tick_rate)) return refuse("fs", to_text(format.rate), "at least " + to_text(tick_rate));
  if (!(smoothing.value >= 0.03 && smoothing.value <= 1)) return refuse("smoothing", to_text(smoothing), "0.03 to 1 s");
  AngleCourse course(smoothing, format.rate);
  AngleRecord made{.length = course.length(), .rate = {1 / course.tick().value}};
  const auto n = static_cast<std::size_t>(record.frames / course.length());
  made.degrees.resize(n);
  made.speeds.resize(n);
  made.good.resize(n);
  for (std::int64_t i = 0; i < record.frames; ++i) {
    const bool good = !is_marked(record, i, column);
    if (!course.add(good ? record(i, column) : 0.0, good)) continue;
    const AngleTick t = course.at();
    if (t.number < 0) continue;
    const auto k = static_cast<std::size_t>(t.number);
    made.degrees[k] = t.degrees;
    made.speeds[k] = t.speed;
    made.good[k] = t.good;
  }
  return made;
}

struct RecordedBend {
  BendEdges edges{};
  Doubts doubts = doubt::none;

  friend bool operator==(const RecordedBend&, const RecordedBend&) = default;
};

// All bends of a record that are over in it.
inline Result<std::vector<RecordedBend>> bends_by_angle(const BendPhases& spec, ConstBlock record,
                                                        const StreamFormat& format) {
  auto phases = try_start(spec, format);
  if (!phases) return phases.fault();
  if (record.channels != format.channels.count() || record.frames < 0 || (record.frames > 0 && !record.data))
    return fault_in_words<BendPhases>(
        "record", std::to_string(record.channels) + " channels",
        "a block of the record's " + std::to_string(format.channels.count()) + " channels");
  BendFollower follower(std::move(*phases));
  follower.begin_at({});
  std::vector<RecordedBend> found;
  const RecordEnds ends(record, *bend_phases_detail::angle_column(spec, format), format.rate);
  for (std::int64_t i = 0; i < record.frames; ++i) {
    if (!follower.step(record.part(i, 1)).ended) continue;
    const BendEdges& e = follower.last();
    const Degrees upright = follower.phases().angle_at({e.bending}),
                  deepest = follower.phases().angle_at({(e.full + e.returning) / 2});
    found.push_back({e, follower.doubts() | doubts_of_upright(upright) | ends.of(upright, deepest)});
  }
  return found;
}

}  // namespace unguard
