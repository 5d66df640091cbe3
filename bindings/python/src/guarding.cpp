// SPDX-License-Identifier: Apache-2.0
// Levels of every bend by trunk angle, live and over whole records; the profile of good ones, and how far one is
// louder.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "calibration_parts.hpp"
#include "doubts.hpp"
#include "live_bends.hpp"
#include "pickled.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/guarding_index.hpp"
#include "unguard/clinical/guarding_profiler.hpp"
#include "unguard/clinical/levels_by_angle.hpp"

namespace unguard::python {

template <>
inline constexpr bool is_plain_by_fields<AngleBins> = true;

namespace given {
struct LevelsByAngleSpec {
  static constexpr auto name = const_name("unguard._core.LevelsByAngle");
};
struct BendsByAngle {
  static constexpr auto name = const_name("collections.abc.Iterable[unguard._core.BendByAngle]");
};
struct OneBendByAngle {
  static constexpr auto name = const_name("unguard._core.BendByAngle");
};
struct GuardingProfilerSpec {
  static constexpr auto name = const_name("unguard._core.GuardingProfiler");
};
struct Profile {
  static constexpr auto name = const_name("unguard._core.GuardingProfile");
};
}  // namespace given

namespace {

using Live = LiveLevelsByAngle;

void bind_bin_level(py::module_& m) {
  py::class_<BinLevel> level(m, "BinLevel", "How strong a muscle was in one range of angles, on one way of a bend.");
  bind_pickle(level, [](auto& archive, BinLevel& l) {
    archive(l.log);
    archive(l.ticks);
    archive(l.at_floor);
  });
  level.def_readonly("log", &BinLevel::log, "ln of the RMS in microvolts, noise taken off in power.")
      .def_property_readonly(
          "level_uV", [](const BinLevel& l) { return std::exp(l.log); },
          "RMS, microvolts; the floor where it is at it.")
      .def_property_readonly(
          "seconds", [](const BinLevel& l) { return static_cast<double>(l.ticks) / tick_rate.value; },
          "That went into it.")
      .def_readonly("at_floor", &BinLevel::at_floor, "Whether it is no further above the noise than the floor.")
      .def(
          "__eq__", [](const BinLevel& a, const BinLevel& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const BinLevel& l) {
        return std::string("<") + (l.at_floor ? "at most " : "") + to_text(Microvolts{std::exp(l.log)}) + ">";
      });
  level.attr("__hash__") = py::none();
}

py::list levels_on(const BendByAngle& b, BendWay way) {
  py::list all;
  for (int k = 0; k < b.bins.count; ++k)
    all.append(b.at(way, k).known() ? py::cast(b.at(way, k)) : py::object(py::none()));
  return all;
}
void bind_bend(py::module_& m) {
  py::class_<BendByAngle> bend(m, "BendByAngle",
                               "One bend of one muscle by the trunk angle; indices count samples of the stream.");
  bind_pickle(bend);
  bend.def_readonly("number", &BendByAngle::number, "Of the record, from 1.")
      .def_readonly("channel", &BendByAngle::channel, "Index of the muscle, the angle not counted.")
      .def_property_readonly(
          "bending", [](const BendByAngle& b) { return b.bending.value; }, "Where bending begins.")
      .def_property_readonly(
          "end", [](const BendByAngle& b) { return b.end.value; },
          "Where standing begins again; of a bend under way, as far as it has come; the same as `bending`: there is "
          "none.")
      .def_property_readonly(
          "upright_deg", [](const BendByAngle& b) { return b.upright.value; },
          "Trunk angle where it begins, from which all others count.")
      .def_property_readonly(
          "deepest_deg", [](const BendByAngle& b) { return b.deepest.value; }, "Trunk angle where it is deepest.")
      .def_property_readonly(
          "bins", [](const BendByAngle& b) { return b.bins; }, "The ranges of the angle.")
      .def_property_readonly(
          "flexing", [](const BendByAngle& b) { return levels_on(b, BendWay::flexing); },
          "On the way down: a BinLevel a range, None where the bend was not for 50 ms.")
      .def_property_readonly(
          "extending", [](const BendByAngle& b) { return levels_on(b, BendWay::extending); },
          "On the way up, likewise.")
      .def_property_readonly(
          "doubts", [](const BendByAngle& b) { return doubts_in_words(b.doubts); },
          "Why the bend may not be what it seems, in words.")
      .def_property_readonly(
          "reasons", [](const BendByAngle& b) { return mark_names(b.reasons); }, "Marks met in it.")
      .def(
          "__eq__", [](const BendByAngle& a, const BendByAngle& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const BendByAngle& b) {
        return "<bend " + std::to_string(b.number) + " of muscle " + std::to_string(b.channel) + " by angle, to " +
               to_text(b.deepest) + ">";
      });
  bend.attr("__hash__") = py::none();
}

GuardingProfile profile_from(const py::handle& d) {
  auto profile = from_plain_fields<GuardingProfile>(d);
  if (const auto fault = refuse_guarding_profile(profile)) raise(*fault);
  return profile;
}
py::object table_of(const GuardingProfile& p) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  py::list rows;
  for (int c = 0; c < p.channels(); ++c)
    for (const BendWay way : {BendWay::flexing, BendWay::extending})
      for (int k = 0; k < p.bins.count; ++k) {
        const std::size_t at = p.index(c, way, k);
        const bool there = p.spreads[at] > 0;
        py::dict row;
        row["channel"] = c;
        row["way"] = to_text(way);
        row["angle_deg"] = p.bins.middle(k).value;
        row["level_uV"] = there ? std::exp(p.means[at]) : none;
        row["log_mean"] = there ? p.means[at] : none;
        row["log_spread"] = there ? p.spreads[at] : none;
        row["trials"] = p.trials[at];
        rows.append(row);
      }
  return py::module_::import("pandas").attr("DataFrame")(rows);
}
void bind_profile(py::module_& m) {
  py::class_<GuardingProfile> profile(
      m, "GuardingProfile",
      "How loud each muscle is in good bends by trunk angle, down and up, and how much that differs from bend to bend: "
      "what a guarding index is told from. Of a person's own good bends, as profile_guarding() gives it, or of a table "
      "of others, filled into from_dict().");
  profile
      .def_property_readonly(
          "bins", [](const GuardingProfile& p) { return p.bins; }, "The ranges of the angle.")
      .def_readonly("bends", &GuardingProfile::bends, "Good bends, or people of a table.")
      .def_property_readonly("channels", &GuardingProfile::channels, "How many muscles it is of.")
      .def_readonly("how", &GuardingProfile::how, "Band, what bends, when.");
  define(profile, "to_dataframe", &table_of,
         "Return one row per channel, way and range of angles: channel, way, angle_deg (its middle), level_uV "
         "(geometric mean), log_mean and log_spread of ln of the level, trials. NaN where there is no reference.");
  bind_plain_values<GuardingProfile>(profile, &plain_fields<GuardingProfile>, &profile_from);
  profile.def("__repr__", [](const GuardingProfile& p) {
    return "<GuardingProfile of " + std::to_string(p.bends) + " bends, " + std::to_string(p.channels()) +
           " channels at " + std::to_string(p.bins.count) + " angles>";
  });
}

GuardingProfile profiled(const Given<given::GuardingProfilerSpec>& spec, const Given<given::BendsByAngle>& bends,
                         const Given<given::Int>& channels, const Given<given::Text>& how,
                         const Given<given::Int>& left_out) {
  const auto& profiler = object_of<GuardingProfiler>("spec", spec, "a GuardingProfiler");
  const py::handle given = bends;
  if (!py::isinstance<py::iterable>(given)) raise_argument("bends", shown(given), "BendByAngle objects");
  std::vector<BendByAngle> all;
  for (const auto& one : given) {
    if (!py::isinstance<BendByAngle>(one)) raise_argument("bends", shown(one) + " among others", "BendByAngle objects");
    all.push_back(one.cast<BendByAngle>());
  }
  constexpr int most = max_channels;
  const std::string expected = "how many muscles there are, 1 to " + std::to_string(most);
  const auto count = whole_number("channels", channels, expected);
  if (!(count >= 1 && count <= most)) raise_argument("channels", std::to_string(count), expected);
  const auto number = whole_number("left_out", left_out, "the number of a bend, or 0");
  return take(profile_guarding(profiler, all, static_cast<int>(count),
                               text("how", how, "band, what bends, when, in words"), number));
}

py::dict judged(const Given<given::Profile>& profile, const Given<given::OneBendByAngle>& bend) {
  const auto& p = object_of<GuardingProfile>("profile", profile, "a GuardingProfile");
  const GuardingIndex g = guarding_index(p, object_of<BendByAngle>("bend", bend, "a BendByAngle"));
  py::dict told;
  told["why"] = to_text(g.why);
  told["value"] = g.value;
  told["low"] = g.low;
  told["high"] = g.high;
  told["unusual"] = g.unusual;
  told["worst_way"] = to_text(g.worst_way);
  told["worst_angle_deg"] = g.worst_angle.value;
  told["worst_z"] = g.worst_z;
  told["rise"] = py::make_tuple(g.rise.z, to_text(g.rise.way), g.rise.from.value, g.rise.to.value, g.rise.mean);
  told["bins"] = g.bins;
  told["share"] = g.share;
  return told;
}

}  // namespace

void register_guarding(py::module_& m) {
  bind_bin_level(m);
  bind_spec<AngleBins>(m);
  bind_bend(m);
  py::class_<OneThread<Live>> live(
      m, "LiveLevelsByAngle",
      "Levels of bends by trunk angle brought to life for one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<LevelsByAngle>(m);
  bind_start_of_bends<LevelsByAngle>(spec);
  bind_live_bends(
      live, "levels by angle",
      "The bend under way: a BendByAngle as far as it has come; guarding_index() judges it. muscle: its index, the "
      "angle not counted. Raises ConfigError.");
  bind_spec<GuardingProfiler>(m);
  bind_profile(m);
  define_over_record<LevelsByAngle, given::LevelsByAngleSpec>(m, "_levels_by_angle");
  define(m, "_profile_guarding", &profiled, py::arg("spec"), py::arg("bends"), py::kw_only(), py::arg("channels"),
         py::arg("how"), py::arg("left_out") = 0);
  define(m, "_guarding_index", &judged, py::arg("profile"), py::arg("bend"));
}

}  // namespace unguard::python
