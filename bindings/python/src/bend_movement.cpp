// SPDX-License-Identifier: Apache-2.0
// How somebody moves in every bend of a record, how much each muscle stiffens as the movements start, and how long it
// takes to let go. Their Python face is unguard.clinical.movement.
#include "unguard/clinical/bend_movement.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "doubts.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/angle_record.hpp"
#include "unguard/clinical/movement_start.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/clinical/time_to_relax.hpp"
#include "whole_record.hpp"

namespace unguard::python {

namespace given {
struct MovementStartSpec {
  static constexpr auto name = const_name("unguard._core.MovementStart");
};
struct TimeToRelaxSpec {
  static constexpr auto name = const_name("unguard._core.TimeToRelax");
};
struct BendPhasesOfRecord {
  static constexpr auto name = const_name("unguard._core.BendPhases");
};
struct ArcLength {
  static constexpr auto name = const_name("unguard._core.SpectralArcLength");
};
struct Noises {
  static constexpr auto name = const_name("collections.abc.Sequence[float]");
};
}  // namespace given

namespace {

py::object or_none(const std::optional<double>& value) { return value ? py::object(py::float_(*value)) : py::none(); }
template <class Unit>
py::object or_none(const std::optional<Quantity<Unit>>& value) {
  return value ? py::object(py::float_(value->value)) : py::none();
}
py::tuple told(const Estimate& e) { return py::make_tuple(e.value, e.low, e.high); }
py::object told(const std::optional<Stiffening>& found) {
  if (!found) return py::none();
  py::dict d;
  d["standing"] = found->standing;
  d["before"] = found->before;
  d["after"] = found->after;
  d["rise_before"] = told(found->rise_before);
  d["rise_after"] = told(found->rise_after);
  d["at_least"] = found->at_least;
  return d;
}
py::object told(const std::optional<Relaxing>& found) {
  if (!found) return py::none();
  py::dict d;
  d["time_s"] = found->time.value;
  d["censored"] = found->censored;
  d["target_uV"] = found->target.value;
  d["share"] = found->share;
  return d;
}
py::dict told(const OneMovement& m) {
  py::dict d;
  d["duration_s"] = m.duration.value;
  d["peak_deg_s"] = m.peak.value;
  d["spectral_arc_length"] = or_none(m.spectral_arc_length);
  d["log_jerk"] = or_none(m.log_jerk);
  d["share"] = m.share;
  return d;
}

// Instants of a record, one behind the other.
std::vector<std::int64_t> in_order(const WholeRecord& record,
                                   const std::vector<std::pair<const char*, py::handle>>& instants) {
  std::string all;
  for (const auto& [name, given] : instants) all += (all.empty() ? "" : ", ") + std::string(name);
  const std::string expected = all + " in order, samples 0 to " + std::to_string(record.in.frames);
  std::vector<std::int64_t> found;
  for (const auto& [name, given] : instants) {
    const std::int64_t at = whole_number(name, given, expected);
    if (at < (found.empty() ? 0 : found.back()) || at > record.in.frames)
      raise_argument(name, std::to_string(at), expected);
    found.push_back(at);
  }
  return found;
}
// EMG of one muscle.
PowerCourse powers_of(const WholeRecord& record) {
  if (record.in.channels != 1) raise_argument("x", std::to_string(record.in.channels) + " channels wide", "one muscle");
  const py::gil_scoped_release release;
  return power_course_of(record.block(), record.format.rate);
}

py::object stiffened(const Given<given::MovementStartSpec>& spec, const Given<given::Array>& x,
                     const Given<given::Float>& fs, const Given<given::Int>& start, const Given<given::Int>& standing,
                     const Given<given::Marks>& marks) {
  const auto& s = object_of<MovementStart>("spec", spec, "a MovementStart");
  const WholeRecord record(x, fs, py::none(), marks);
  const PowerCourse course = powers_of(record);
  const auto at = in_order(record, {{"standing", standing}, {"start", start}});
  return told(take(stiffening(s, course, 0, at[1], at[0])));
}
py::object relaxed(const Given<given::TimeToRelaxSpec>& spec, const Given<given::Array>& x,
                   const Given<given::Float>& fs, const Given<given::Int>& standing, const Given<given::Int>& bending,
                   const Given<given::Int>& end, const Given<given::OptionalInt>& until,
                   const Given<given::Marks>& marks) {
  const auto& s = object_of<TimeToRelax>("spec", spec, "a TimeToRelax");
  const WholeRecord record(x, fs, py::none(), marks);
  const PowerCourse course = powers_of(record);
  const py::handle given_until = until;
  const py::int_ last(record.in.frames);
  const auto at = in_order(record, {{"standing", standing},
                                    {"bending", bending},
                                    {"end", end},
                                    {"until", given_until.is_none() ? py::handle(last) : given_until}});
  return told(take(time_to_relax(s, course, 0, {.standing = at[0], .bending = at[1], .end = at[2]}, at[3])));
}

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
Columns sort_columns(StreamFormat& format, const std::string& trunk, const std::string& pelvis,
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

Result<OfMuscle> of_muscle(const Asked& asked, std::size_t muscle, const PowerCourse& course, int column,
                           const BendEdges& e, std::int64_t until) {
  MovementStart start = asked.start;
  TimeToRelax relax = asked.relax;
  if (!asked.noise.empty()) start.noise = relax.noise = {asked.noise[muscle]};
  OfMuscle found;
  const auto at_start = [&](std::int64_t at, std::int64_t standing) {
    return stiffening(start, course, column, at, standing);
  };
  if (auto down = at_start(e.bending, e.standing))
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

Result<std::vector<OfBend>> of_record(const Asked& asked, const Columns& columns, ConstBlock record,
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

py::dict told(const OfBend& of) {
  const BendEdges& e = of.bend.edges;
  py::dict d;
  for (const auto& [name, at] : {std::pair{"standing", e.standing},
                                 {"bending", e.bending},
                                 {"full", e.full},
                                 {"returning", e.returning},
                                 {"end", e.end}})
    d[name] = at;
  d["hung"] = e.hung;
  d["doubts"] = doubts_in_words(of.bend.doubts);
  d["upright_deg"] = of.movement.upright.value;
  d["range_deg"] = of.movement.range.value;
  d["down"] = told(of.movement.down);
  d["up"] = told(of.movement.up);
  d["hold_s"] = of.movement.hold.value;
  d["pelvis_deg"] = or_none(of.movement.pelvis);
  d["lumbar_deg"] = or_none(of.movement.lumbar);
  py::list muscles;
  for (const OfMuscle& m : of.muscles) {
    py::dict one;
    one["stiffening_down"] = told(m.down);
    one["stiffening_up"] = told(m.up);
    one["relaxing"] = told(m.relaxing);
    muscles.append(one);
  }
  d["muscles"] = muscles;
  return d;
}

py::list movements_of(const Given<given::Array>& x, const Given<given::Float>& fs,
                      const Given<given::OptionalChannels>& channels, const Given<given::BendPhasesOfRecord>& phases,
                      const Given<given::Text>& pelvis, const Given<given::Text>& lumbar,
                      const Given<given::MovementStartSpec>& start, const Given<given::TimeToRelaxSpec>& relax,
                      const Given<given::ArcLength>& arc, const Given<given::Noises>& noise,
                      const Given<given::Marks>& marks) {
  Asked asked{object_of<BendPhases>("phases", phases, "a BendPhases"),
              object_of<MovementStart>("start", start, "a MovementStart"),
              object_of<TimeToRelax>("relax", relax, "a TimeToRelax"),
              object_of<SpectralArcLength>("arc", arc, "a SpectralArcLength"),
              {}};
  try {
    asked.noise = FieldValue<std::vector<double>>::from(noise);
  } catch (const Unfit&) {
    raise_argument("noise", shown(noise), "microvolts RMS, one a muscle");
  }
  WholeRecord record(x, fs, channels, marks);
  const std::string name = "the name of a channel, or \"\"";
  const Columns columns =
      sort_columns(record.format, asked.phases.angle, text("pelvis", pelvis, name), text("lumbar", lumbar, name));
  if (!asked.noise.empty() && asked.noise.size() != columns.muscles.size())
    raise_argument("noise", std::to_string(asked.noise.size()) + " values",
                   "one for each of " + std::to_string(columns.muscles.size()) + " muscles");
  auto found = [&] {
    const py::gil_scoped_release release;
    return of_record(asked, columns, record.block(), record.format);
  }();
  py::list all;
  for (const OfBend& of : take(std::move(found))) all.append(told(of));
  return all;
}

}  // namespace

void register_bend_movement(py::module_& m) {
  bind_spec<MovementStart>(m);
  bind_spec<TimeToRelax>(m);
  define(m, "_stiffening", &stiffened, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("start"),
         py::arg("standing"), py::arg("marks") = py::none());
  define(m, "_time_to_relax", &relaxed, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("standing"), py::arg("bending"), py::arg("end"), py::arg("until") = py::none(),
         py::arg("marks") = py::none());
  define(m, "_bend_movements", &movements_of, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"),
         py::arg("phases"), py::arg("pelvis") = "", py::arg("lumbar") = "", py::arg("start"), py::arg("relax"),
         py::arg("arc"), py::arg("noise"), py::arg("marks") = py::none());
}

}  // namespace unguard::python
