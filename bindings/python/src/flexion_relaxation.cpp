// SPDX-License-Identifier: Apache-2.0
// Flexion-relaxation: live by the trunk angle, and over whole records by angle, by cues or by what the muscles do.
#include "unguard/clinical/flexion_relaxation.hpp"

#include <memory>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "markers.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/activity_phases.hpp"
#include "unguard/clinical/record_bends.hpp"

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
using One = OneThread<Live>;

Live started(const FlexionRelaxation& spec, const StreamFormat& format) {
  return take(try_start(spec, as_it_reads(spec.phases, format)));
}

Bend so_far(const One& one, const Given<given::Int>& muscle) {
  const int muscles = one.live().format().channels.count() - 1;
  const std::string expected = "0 to " + std::to_string(muscles - 1);
  const auto m = whole_number("muscle", muscle, expected);
  if (m < 0 || m >= muscles) raise_argument("muscle", std::to_string(m), expected);
  return one.alone([&](const Live& l) { return l.so_far(static_cast<int>(m)); });
}

void bind_live(py::class_<One>& live) {
  bind_stream<Bend>(
      live,
      "The next block, (frames, channels): band-passed EMG without the heart in microvolts, and the trunk angle in "
      "degrees; returns the bends that are over, one a muscle. The GIL is released meanwhile.\n"
      "marks: reason bits of the block, uint32 of its shape; what is withheld, and what a heart dominates, is left "
      "out. "
      "Raises ConfigError, naming the argument; also after finish().",
      "End of the stream: bends that are over; one that is not is none.",
      "Samples from the end of a return until it is decided.");
  bind_states(live, "flexion-relaxation");
  define(live, "so_far", &so_far, py::arg("muscle"),
         "The bend under way: a Bend whose levels are there as far as it has come. muscle: its index, the angle not "
         "counted. Raises ConfigError.");
  live.def_property_readonly(
          "phase", [](const One& one) { return to_text(one.live().phase()); },
          "\"standing\", \"bending\", \"full flexion\", \"returning\", or \"none\" where nothing is known.")
      .def_property_readonly("fs", [](const One& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const One& one) { return channel_names(one.live().format()); })
      .def("__repr__", [](const One& one) {
        return "<live " + std::string(info_of<FlexionRelaxation>().name) + " at " + to_text(one.live().format().rate) +
               ", " + std::to_string(one.live().format().channels.count() - 1) + " muscles>";
      });
}

// A record and what is known of it.
struct Record {
  Samples in;
  StreamFormat format;
  MarkArray marks;

  Record(const py::handle& x, const py::handle& fs, const py::handle& channels, const py::handle& given_marks)
      : in(samples("x", x)), format(stream_format(fs, channels, in)), marks(optional_mark_array(given_marks, in)) {}
  ConstBlock block() const { return {in.array.data(), in.frames, in.channels, marks.data}; }
};
const FlexionRelaxation& spec_of(const py::handle& given) {
  return object_of<FlexionRelaxation>("spec", given, "a FlexionRelaxation");
}

py::list by_angle(const Given<given::FlexionRelaxationSpec>& spec, const Given<given::Array>& x,
                  const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                  const Given<given::Marks>& marks) {
  const auto& s = spec_of(spec);
  const Record record(x, fs, channels, marks);
  Live live = started(s, record.format);
  return listed(over_record<Bend>(live, record.block()));
}
py::list by_cues(const Given<given::FlexionRelaxationSpec>& spec, const Given<given::Array>& x,
                 const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                 const Given<given::Markers>& cues, const Given<given::Marks>& marks) {
  const auto& s = spec_of(spec);
  const Record record(x, fs, channels, marks);
  const auto all = markers_from(cues);
  auto found = [&] {
    const py::gil_scoped_release release;
    return bends_by_cues(s, record.block(), record.format, all);
  }();
  return listed(take(std::move(found)));
}
py::list by_activity(const Given<given::FlexionRelaxationSpec>& spec, const Given<given::PhasesSpec>& phases,
                     const Given<given::Array>& x, const Given<given::Float>& fs,
                     const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
  const auto& s = spec_of(spec);
  const auto& by = object_of<ActivityPhases>("phases", phases, "an ActivityPhases");
  const Record record(x, fs, channels, marks);
  auto found = [&] {
    const py::gil_scoped_release release;
    return bends_by_activity(s, by, record.block(), record.format);
  }();
  return listed(take(std::move(found)));
}

}  // namespace

void register_flexion_relaxation(py::module_& m) {
  bind_spec<ActivityPhases>(m);
  py::class_<One> live(m, "LiveFlexionRelaxation",
                       "Flexion-relaxation brought to life for one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<FlexionRelaxation>(m);
  define(
      spec, "start",
      [](const FlexionRelaxation& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<One>(started(s, stream_format(fs, channels)));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels"),
      "Bring it to life for one stream: fs in Hz, at least 100; channels as a list of names, the angle's among them. "
      "Raises ConfigError, naming the argument.");
  bind_live(live);
  define(m, "_bends_by_angle", &by_angle, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels"), py::arg("marks") = py::none());
  define(m, "_bends_by_cues", &by_cues, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels"), py::arg("cues"), py::arg("marks") = py::none());
  define(m, "_bends_by_activity", &by_activity, py::arg("spec"), py::arg("phases"), py::arg("x"), py::kw_only(),
         py::arg("fs"), py::arg("channels"), py::arg("marks") = py::none());
}

}  // namespace unguard::python
