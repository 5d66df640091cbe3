// SPDX-License-Identifier: Apache-2.0
// How somebody moves in one bend: how far, how fast, for how long and how smoothly, on the way down and up separately;
// with sensors on pelvis and thorax, which of both bends. Slower and smaller go with back pain (Laird et al. 2014,
// PMC4096432; sizes: Laird et al. 2019, PMC6339318). Smoothness of each movement, never of the whole set, for it
// depends on where that is cut: spectral_arc_length.hpp, dimensionless_jerk.hpp. Cost: two transforms. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unguard/clinical/angle_record.hpp"
#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/dimensionless_jerk.hpp"
#include "unguard/clinical/phase_report.hpp"
#include "unguard/clinical/spectral_arc_length.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct OneMovement {
  Seconds duration{};
  DegreesPerSecond peak{};                      // of the speed, above 0 on both ways
  std::optional<double> spectral_arc_length{};  // SPARC, below 0; none: it could not be measured
  std::optional<double> log_jerk{};             // LDLJ, of the mean speeds 10 times a second
  double share = 0;                             // of the movement in which the angle is known

  friend bool operator==(const OneMovement&, const OneMovement&) = default;
};
struct BendMovement {
  Degrees upright{};  // where it began
  Degrees range{};    // from there to the deepest
  OneMovement down{}, up{};
  Seconds hold{};                             // between both
  std::optional<Degrees> pelvis{}, lumbar{};  // their own ranges, where there are sensors
  friend bool operator==(const BendMovement&, const BendMovement&) = default;
};

namespace movement_detail {

inline constexpr int jerk_every = 10;  // ticks: 10 Hz

inline double mean_degrees(const AngleRecord& angle, std::int64_t around) {
  const std::int64_t last = angle.ticks() - 1;
  double sum = 0;
  for (std::int64_t t = around - 2; t <= around + 2; ++t)
    sum += angle.degrees[static_cast<std::size_t>(std::clamp<std::int64_t>(t, 0, last))];
  return sum / 5;
}
// LDLJ of ticks [from, to) by mean speeds, for a hundred times a second a hundredth of a degree would be most of the
// jerk; with one of them more on either side, because a movement's ends have most of it.
inline std::optional<double> coarse_log_jerk(const AngleRecord& angle, std::int64_t from, std::int64_t to) {
  std::vector<double> speeds;
  for (std::int64_t t = from - jerk_every; t + jerk_every <= to + jerk_every; t += jerk_every) {
    double sum = 0;
    for (std::int64_t k = t; k < t + jerk_every; ++k)
      if (k >= 0 && k < angle.ticks()) sum += angle.speeds[static_cast<std::size_t>(k)];
    speeds.push_back(sum / jerk_every);
  }
  const auto found = log_dimensionless_jerk(speeds, angle.rate / jerk_every);
  if (!found) return std::nullopt;
  // The length of the movement itself counts, in its third power.
  return *found + 3 * std::log(static_cast<double>(speeds.size()) * jerk_every / static_cast<double>(to - from));
}
inline OneMovement one_movement(const AngleRecord& angle, std::int64_t from, std::int64_t to, int way,
                                const SpectralArcLength& arc) {
  OneMovement found;
  found.duration = Seconds{static_cast<double>(to - from) / (angle.rate.value * static_cast<double>(angle.length))};
  std::vector<double> speeds;
  double good = 0;
  for (std::int64_t t = from / angle.length; t < std::min(to / angle.length, angle.ticks()); ++t) {
    const auto k = static_cast<std::size_t>(t);
    good += angle.good[k];
    speeds.push_back(way * angle.speeds[k]);
    found.peak = std::max(found.peak, DegreesPerSecond{speeds.back()});
  }
  if (speeds.empty()) return found;
  found.share = good / static_cast<double>(speeds.size());
  // A hole in the speed would be no smoothness of the person.
  if (found.share < 1) return found;
  if (const auto length = spectral_arc_length(speeds, angle.rate, arc); length) found.spectral_arc_length = *length;
  found.log_jerk = coarse_log_jerk(angle, from / angle.length, to / angle.length);
  return found;
}
// From where a bend began to its hold, or its turn.
inline Degrees range_of(const AngleRecord& angle, const BendEdges& e) {
  return {mean_degrees(angle, (e.full + e.returning) / 2 / angle.length) -
          mean_degrees(angle, e.bending / angle.length)};
}

}  // namespace movement_detail

// Of one bend of the trunk, whose edges lie in the record; pelvis and lumbar angle of the same record, or none.
inline Result<BendMovement> bend_movement(const AngleRecord& trunk, const BendEdges& edges,
                                          const AngleRecord* pelvis = nullptr, const AngleRecord* lumbar = nullptr,
                                          const SpectralArcLength& arc = {}) {
  using namespace movement_detail;
  if (auto fault = validate(arc)) return *fault;
  const auto refuse = [](const char* what, std::string found, std::string expected) {
    return Fault{"bend_movement", what, std::move(found), std::move(expected)};
  };
  const bool in_order =
      0 <= edges.bending && edges.bending < edges.full && edges.full <= edges.returning && edges.returning < edges.end;
  if (!in_order || edges.end > trunk.ticks() * trunk.length)
    return refuse("edges", std::to_string(edges.bending) + " to " + std::to_string(edges.end),
                  "phases in order, within " + std::to_string(trunk.ticks() * trunk.length) + " samples");
  for (const auto& [name, angle] : {std::pair{"pelvis", pelvis}, {"lumbar", lumbar}})
    if (angle && (angle->ticks() != trunk.ticks() || angle->length != trunk.length))
      return refuse(name, std::to_string(angle->ticks()) + " ticks",
                    "of the same record, " + std::to_string(trunk.ticks()));
  BendMovement found;
  found.upright = {mean_degrees(trunk, edges.bending / trunk.length)};
  for (std::int64_t t = edges.bending / trunk.length; t < edges.end / trunk.length; ++t)
    found.range = std::max(found.range, Degrees{mean_degrees(trunk, t)} - found.upright);
  found.down = one_movement(trunk, edges.bending, edges.full, 1, arc);
  found.up = one_movement(trunk, edges.returning, edges.end, -1, arc);
  found.hold = Seconds{static_cast<double>(edges.returning - edges.full) /
                       (trunk.rate.value * static_cast<double>(trunk.length))};
  if (pelvis) found.pelvis = range_of(*pelvis, edges);
  if (lumbar) found.lumbar = range_of(*lumbar, edges);
  return found;
}

}  // namespace unguard
