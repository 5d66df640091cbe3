// SPDX-License-Identifier: Apache-2.0
// Bending forward by the trunk angle: standing, bending, full flexion, returning, in this order. By how fast the angle
// changes, seen against the peak of the same movement, so that slow and small bends count as well; phases of Paoletti
// et al. 2020, doi:10.3390/electronics9071044. Cost: phase_machine.hpp.
#pragma once

#include <string>
#include <utility>

#include "unguard/clinical/live_bend_phases.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

// All other channels of the stream are left alone.
struct BendPhases {
  std::string angle{};         // name of the channel with the trunk angle; none: the stream's only one
  Seconds smoothing{0.3};      // of the line that says how fast
  DegreesPerSecond moving{4};  // from here on somebody moves
  double still = 0.05;         // of a movement's peak speed, below which it is over
  Seconds dwell{0.3};          // for so long
  Degrees begun{3};            // of a movement, before anything is said of it
  Degrees least_range{15};     // of a bend
  Degrees near_upright{5};     // back in standing; or `near_share` of the range
  double near_share = 0.15;
  Seconds longest_pause{2};  // on the way back; who stands still for longer stands
  Seconds longest_gap{0.5};  // in the angle; beyond it nothing is known of the phase

  friend bool operator==(const BendPhases&, const BendPhases&) = default;
};
constexpr SpecInfo info(const BendPhases*) {
  return {"BendPhases", "standing, bending, full flexion and returning, by the trunk angle",
          "rules proposed here; phases: Paoletti et al. 2020, doi:10.3390/electronics9071044"};
}
constexpr auto fields(const BendPhases*) {
  using B = BendPhases;
  return field_list(
      field<&B::angle>("angle", "name of the channel with the trunk angle in degrees; none: the stream's only one"),
      field<&B::smoothing>("smoothing", "of the line that says how fast the angle changes", between(0.05, 1)),
      field<&B::moving>("moving", "from here on somebody moves", between(0.5, 100)),
      field<&B::still>("still", "share of a movement's peak speed below which it is over", between(0.01, 0.5)),
      field<&B::dwell>("dwell", "how long it has to be below that", between(0.05, 5)),
      field<&B::begun>("begun", "of a movement, before anything is said of it", between(0.5, 45)),
      field<&B::least_range>("least_range", "smallest range of a bend", between(2, 90)),
      field<&B::near_upright>("near_upright", "this close to where the bend began somebody stands again",
                              between(0.5, 45)),
      field<&B::near_share>("near_share", "the same as a share of the range; the larger one counts", between(0.0, 0.5)),
      field<&B::longest_pause>("longest_pause", "on the way back; who stands still for longer stands",
                               between(0.1, 60)),
      field<&B::longest_gap>("longest_gap", "in the angle; beyond it nothing is known of the phase",
                             between(0.05, 10)));
}

namespace bend_phases_detail {

// The column of the angle, or why there is none.
inline Result<int> angle_column(const BendPhases& spec, const StreamFormat& format) {
  using B = BendPhases;
  int column = 0;
  if (spec.angle.empty()) {
    if (format.channels.count() != 1)
      return fault_in_words<B>(
          "angle", "not given",
          "the name of one of the stream's " + std::to_string(format.channels.count()) + " channels");
  } else {
    const auto named = format.channels.find(spec.angle);
    if (!named) return fault_in_words<B>("angle", "\"" + spec.angle + "\"", "the name of one of the stream's channels");
    column = *named;
  }
  if (format.channels[column].unit != "deg")
    return Fault{"StreamFormat", "channels",
                 "\"" + format.channels[column].name + "\" in " + format.channels[column].unit, "a trunk angle in deg"};
  return column;
}

}  // namespace bend_phases_detail

// The detector for this stream, or why there is none.
inline Result<LiveBendPhases<BendPhases>> try_start(const BendPhases& spec, const StreamFormat& format) {
  using B = BendPhases;
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (!(spec.begun < spec.least_range))
    return fault_of<B>("begun", spec.begun, "below least_range, " + to_text(spec.least_range));
  if (!(format.rate >= tick_rate))
    return Fault{"StreamFormat", "rate", to_text(format.rate), "at least " + to_text(tick_rate)};
  auto column = bend_phases_detail::angle_column(spec, format);
  if (!column) return column.fault();
  return LiveBendPhases<B>(spec, format, *column);
}

#if defined(__cpp_exceptions)
// The detector for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveBendPhases<BendPhases> start(const BendPhases& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
