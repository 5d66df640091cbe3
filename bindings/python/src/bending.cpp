// SPDX-License-Identifier: Apache-2.0
// What rises while bending, and the person's own profile that it is told from.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detector_class.hpp"
#include "noise_models.hpp"
#include "register.hpp"
#include "unguard/detect/bending_detector.hpp"
#include "unguard/detect/bending_profiler.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

void bind_profile(py::module_& m) {
  py::class_<BendingProfile> profile(m, "BendingProfile",
                                     "A person's own level of each muscle while bending, by trunk angle; and of holds "
                                     "in full flexion, where they are known.");
  define(
      profile, "to_dataframe",
      [](const BendingProfile& p) {
        py::list rows;
        const auto channels = static_cast<std::size_t>(p.movement.channels());
        for (std::size_t c = 0; c < channels; ++c)
          for (std::size_t i = 0; i < p.angles.size(); ++i) {
            py::dict row;
            row["channel"] = c;
            row["angle_deg"] = p.angles[i];
            row["level_uV"] = p.levels[c * p.angles.size() + i];
            row["hold_uV"] = p.holds.empty() ? py::object(py::none()) : py::object(py::float_(p.holds[c]));
            rows.append(row);
          }
        return py::module_::import("pandas").attr("DataFrame")(rows);
      },
      "Return one row per channel and angle: channel, angle_deg, level_uV, hold_uV.");
  bind_plain_values<BendingProfile>(profile, &plain_fields<BendingProfile>, &from_plain_fields<BendingProfile>);
  profile.def("__repr__", [](const BendingProfile& p) {
    return "<BendingProfile of " + std::to_string(p.movement.channels()) + " channels at " +
           std::to_string(p.angles.size()) + " angles" + (p.holds.empty() ? "" : ", and of holds") + ">";
  });
}

std::vector<BendingTrial> trials_of(const char* name, const py::handle& given) {
  const std::string expected = "pairs (first sample, one past the last)";
  std::vector<BendingTrial> trials;
  if (!py::isinstance<py::iterable>(given) || py::isinstance<py::str>(given))
    raise_argument(name, shown(given), expected);
  for (const auto& one : given) {
    if (!py::isinstance<py::sequence>(one) || py::isinstance<py::str>(one) || py::len(one) != 2)
      raise_argument(name, shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    trials.push_back(
        {whole_number(name, py::object(pair[0]), expected), whole_number(name, py::object(pair[1]), expected)});
  }
  return trials;
}

BendingProfile profile_bending(const Given<given::Array>& emg, const Given<given::OptionalArray>& degrees,
                               const Given<given::Stretches>& bends, const Given<given::Stretches>& holds,
                               const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                               const Given<given::Text>& band, const Given<given::Marks>& marks,
                               const Given<given::Profiler>& spec) {
  const auto& profiler = object_of<BendingProfiler>("spec", spec, "a BendingProfiler");
  const WholeRecord record(emg, fs, channels, marks, "emg");
  const std::string words = text("band", band, "what emg has been through, in words");
  std::optional<Samples> angle;
  if (const py::handle given = degrees; !given.is_none()) {
    angle = samples("degrees", given);
    if (!angle->flat) raise_argument("degrees", "two-dimensional", "one angle a sample");
  }
  const auto of_bends = trials_of("bends", bends), of_holds = trials_of("holds", holds);
  const std::span<const double> angles =
      angle ? std::span(angle->array.data(), static_cast<std::size_t>(angle->frames)) : std::span<const double>{};
  return take(without_gil(
      [&] { return try_profile_bending(profiler, record.block(), angles, of_bends, of_holds, record.format, words); }));
}

}  // namespace

void register_bending(py::module_& m) {
  bind_profile(m);
  bind_spec<BendingProfiler>(m);
  bind_detector<BendingDetector>(m);
  define(m, "profile_bending", &profile_bending, py::arg("emg"), py::arg("degrees") = py::none(), py::kw_only(),
         py::arg("bends"), py::arg("holds") = py::list(), py::arg("fs"), py::arg("channels") = py::none(),
         py::arg("band"), py::arg("marks") = py::none(), py::arg("spec") = BendingProfiler{},
         "A person's own profile from good trials of bending: emg (samples,) or (samples, channels), band-passed, in "
         "microvolts; degrees (samples,) the trunk angle, or None with BendingProfiler(angles=1).\n"
         "bends, holds: pairs (first sample, one past the last) of the bends and of the holds in full flexion; without "
         "holds nothing is known of guarding. band: what emg has been through, in words.\n"
         "Raises ConfigError, naming the argument or the channel, the value found and what is expected.\n"
         "Source: Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684.");
}

}  // namespace unguard::python
