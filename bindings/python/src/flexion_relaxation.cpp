// SPDX-License-Identifier: Apache-2.0
// Flexion-relaxation: live by the trunk angle, and over whole records by angle, by cues or by what the muscles do.
#include "unguard/clinical/flexion_relaxation.hpp"

#include "live_bends.hpp"
#include "markers.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/activity_phases.hpp"
#include "unguard/clinical/record_bends.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace given {
struct FlexionRelaxationSpec {
  static constexpr auto name = const_name("unguard._core.FlexionRelaxation");
};
struct PhasesSpec {
  static constexpr auto name = const_name("unguard._core.ActivityPhases");
};
}  // namespace given

namespace {

using Live = LiveFlexionRelaxation<FlexionRelaxation>;

const FlexionRelaxation& spec_of(const py::handle& given) {
  return object_of<FlexionRelaxation>("spec", given, "a FlexionRelaxation");
}

py::list by_cues(const Given<given::FlexionRelaxationSpec>& spec, const Given<given::Array>& x,
                 const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                 const Given<given::Markers>& cues, const Given<given::Marks>& marks) {
  const auto& s = spec_of(spec);
  const WholeRecord record(x, fs, channels, marks);
  const auto all = markers_from(cues);
  return listed(take(without_gil([&] { return bends_by_cues(s, record.block(), record.format, all); })));
}
py::list by_activity(const Given<given::FlexionRelaxationSpec>& spec, const Given<given::PhasesSpec>& phases,
                     const Given<given::Array>& x, const Given<given::Float>& fs,
                     const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
  const auto& s = spec_of(spec);
  const auto& by = object_of<ActivityPhases>("phases", phases, "an ActivityPhases");
  const WholeRecord record(x, fs, channels, marks);
  return listed(take(without_gil([&] { return bends_by_activity(s, by, record.block(), record.format); })));
}

}  // namespace

void register_flexion_relaxation(py::module_& m) {
  bind_spec<ActivityPhases>(m);
  py::class_<OneThread<Live>> live(
      m, "LiveFlexionRelaxation",
      "Flexion-relaxation brought to life for one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<FlexionRelaxation>(m);
  bind_start_of_bends<FlexionRelaxation>(spec);
  bind_live_bends(
      live, "flexion-relaxation",
      "The bend under way: a Bend whose levels are there as far as it has come. muscle: its index, the angle not "
      "counted. Raises ConfigError.");
  define_over_record<FlexionRelaxation, given::FlexionRelaxationSpec>(m, "_bends_by_angle");
  define(m, "_bends_by_cues", &by_cues, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels"), py::arg("cues"), py::arg("marks") = py::none());
  define(m, "_bends_by_activity", &by_activity, py::arg("spec"), py::arg("phases"), py::arg("x"), py::kw_only(),
         py::arg("fs"), py::arg("channels"), py::arg("marks") = py::none());
}

}  // namespace unguard::python
