// SPDX-License-Identifier: Apache-2.0
// How somebody moves in every bend of a record, how much each muscle stiffens as the movements start, and how long it
// takes to let go. Their Python face is unguard.clinical.movement.
#include "unguard/clinical/bend_movement.hpp"

#include <string>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "doubts.hpp"
#include "letting_go.hpp"
#include "or_none.hpp"
#include "record_movements.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace given {
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

using namespace record_movements;

py::dict told(const OneMovement& m) {
  py::dict d;
  d["duration_s"] = m.duration.value;
  d["peak_deg_s"] = m.peak.value;
  d["spectral_arc_length"] = or_none(m.spectral_arc_length);
  d["log_jerk"] = or_none(m.log_jerk);
  d["share"] = m.share;
  return d;
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
    one["stiffening_down"] = or_none(m.down);
    one["stiffening_up"] = or_none(m.up);
    one["relaxing"] = or_none(m.relaxing);
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
  const auto found = take(without_gil([&] { return of_record(asked, columns, record.block(), record.format); }));
  py::list all;
  for (const OfBend& of : found) all.append(told(of));
  return all;
}

}  // namespace

void register_bend_movement(py::module_& m) {
  define(m, "_bend_movements", &movements_of, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"),
         py::arg("phases"), py::arg("pelvis") = "", py::arg("lumbar") = "", py::arg("start"), py::arg("relax"),
         py::arg("arc"), py::arg("noise"), py::arg("marks") = py::none());
}

}  // namespace unguard::python
