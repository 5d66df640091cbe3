// SPDX-License-Identifier: Apache-2.0
// Events, every live detector, and every detector over whole records; the detector of spasm-like activity.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "any_detector.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "markers.hpp"
#include "one_thread.hpp"
#include "pickled.hpp"
#include "register.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

void bind_start(const py::object& python_class) {
  AnyClass c(python_class);
  define(
      c, "start",
      [](const py::object& spec, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        const DetectorClass& of = detector_class_of("spec", spec);
        return std::make_unique<LiveDetector>(take(of.start(of.behind(spec), stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring the detector to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names, or of "
      "(name, muscle). Raises ConfigError, naming the argument.");
}

namespace {

// All reports over a whole record, with any number of markers: where no more can wait, the record is worked through up
// to the next one. However a record is cut, its reports are the same.
std::vector<Event> with_markers(AnyDetector& live, ConstBlock record, const std::vector<Marker>& markers) {
  std::vector<Event> all;
  for (const Marker& marker : markers) {
    Status status = live.declare(marker);
    if (status == Status::full) {
      const std::int64_t to = std::min(marker.at.value, live.position().value + record.frames);
      const std::int64_t frames = to - live.position().value;
      const GilReleased released;
      const auto some = feed(live, record.part(0, frames));
      all.insert(all.end(), some.begin(), some.end());
      record = record.part(frames, record.frames - frames);
      status = live.declare(marker);
    }
    refuse_undeclared(status, marker);
  }
  const auto rest = over_record(live, record);
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}
// A heart beats in every context.
void refuse_markers(const std::string& detector, const py::handle& markers) {
  if (!py::isinstance<py::sequence>(markers) || py::len(markers) > 0)
    raise_argument("markers", shown(markers), "none, for " + detector + " knows no context");
}

py::list detect(const Given<given::Detector>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                const Given<given::OptionalChannels>& channels, const Given<given::Markers>& markers,
                const Given<given::Marks>& marks) {
  const WholeRecord record(x, fs, channels, marks);
  const DetectorClass& of = detector_class_of("spec", spec);
  AnyDetector live = take(of.start(of.behind(spec), record.format));
  std::vector<Marker> declared;
  if (of.knows_context)
    declared = markers_from(markers);
  else
    refuse_markers(of.name, markers);
  return listed(with_markers(live, record.block(), declared));
}

}  // namespace

void register_detectors(py::module_& m) {
  py::class_<Event> event(m, "Event", "One report of an event's life; indices count samples of the detector's input.");
  bind_pickle(event);
  event.def_readonly("id", &Event::id, "Counts from 1 within a detector; all reports of one event share it.")
      .def_readonly("channel", &Event::channel, "Index of the channel.")
      .def_property_readonly(
          "report", [](const Event& e) { return to_text(e.report); }, "OPEN, UPDATE, CLOSE or CANCEL.")
      .def_property_readonly(
          "kind", [](const Event& e) { return to_text(e.kind); }, "ACTIVITY, or what it is called in declared rest.")
      .def_property_readonly(
          "context", [](const Event& e) { return to_text(e.context); }, "What had been declared at the onset.")
      .def_property_readonly(
          "onset", [](const Event& e) { return e.onset.value; }, "First sample of the activity, estimated.")
      .def_property_readonly(
          "decided", [](const Event& e) { return e.decided.value; }, "The sample at which the detector said so.")
      .def_property_readonly(
          "offset", [](const Event& e) { return e.offset.value; }, "One past the last sample; final in CLOSE.")
      .def_property_readonly(
          "peak_uV", [](const Event& e) { return e.peak.value; }, "Largest envelope value, microvolts.")
      .def_readonly("area_uV_s", &Event::area_uV_s, "Envelope above rest from onset to offset, microvolt seconds.")
      .def_readonly("confidence", &Event::confidence, "Chance that it is no false alarm, 0 to 1; 0: not known.")
      .def_property_readonly(
          "reasons", [](const Event& e) { return mark_names(e.reasons); }, "Marks met while it was open.")
      .def_property_readonly(
          "rhythm_Hz", [](const Event& e) { return e.attributes.rhythm_Hz; },
          "Beats a second, 3 to 15, of an event that beats as a clonus does; 0: it does not.")
      .def_property_readonly(
          "regularity", [](const Event& e) { return e.attributes.regularity; },
          "Of these beats, up to 1: correlation of the envelope with itself a period later.")
      .def_property_readonly(
          "single_unit", [](const Event& e) { return e.attributes.single_unit; },
          "Taken back as one of a row: a single motor unit fires.")
      .def(
          "__eq__", [](const Event& a, const Event& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const Event& e) {
        return "<" + to_text(e.report) + " " + to_text(e.kind) + " id " + std::to_string(e.id) + " channel " +
               std::to_string(e.channel) + " from " + std::to_string(e.onset.value) + ">";
      });

  py::class_<LiveDetector> live(m, "LiveDetector",
                                "A detector brought to life for one stream. It belongs to one thread at a time.");
  bind_detector<SpasmDetector>(m);

  bind_stream(
      live,
      "The next block of band-passed EMG, (frames,) or (frames, channels) in microvolts; returns the reports it "
      "led to.\n"
      "marks: reason bits of the block, uint32 of its shape, as a chain returns them. Raises ConfigError, naming the "
      "argument; also after finish().",
      "End of the stream: open events close.", "Decision delay in samples.");
  define(
      live, "declare",
      [](LiveDetector& d, const Given<given::Text>& kind, const Given<given::Int>& at,
         const Given<given::Float>& value) { d.alone([&](AnyDetector& l) { declare(l, kind, at, value); }); },
      py::arg("kind"), py::kw_only(), py::arg("at"), py::arg("value") = 0.0,
      "Declare something about the stream from sample `at` on: \"rest begins\", \"rest ends\", \"bending\", ...");
  define(
      live, "change",
      [](LiveDetector& d, const Given<given::Detector>& spec) {
        const DetectorClass& of = detector_class_of("spec", spec);
        AnyDetector next = take(of.start(of.behind(spec), d.live().format()));
        if (!d.alone([&](AnyDetector& l) { return l.change(next); }))
          raise_argument("spec", shown(spec), "another spec of the class that runs, " + d.live().spec_text());
      },
      py::arg("spec"),
      "Go on by another spec of the same class from the next block on. Ids, what was declared and, where only "
      "thresholds differ, all that is open go on; otherwise open events end here. Raises ConfigError, and nothing has "
      "changed, for a spec that does not start, or of another class.");
  define(live, "save", &saved<AnyDetector>, "The state between two blocks, as bytes.");
  define(
      live, "load", [](LiveDetector& d, const Given<given::Bytes>& state) { load(d, state, "detector"); },
      py::arg("state"), "Carry on from a saved state of the same detector, rate and number of channels.");
  live.def("__copy__", [](const LiveDetector& d) { return std::make_unique<LiveDetector>(d); })
      .def("__deepcopy__", [](const LiveDetector& d, const py::dict&) { return std::make_unique<LiveDetector>(d); })
      .def_property_readonly("fs", [](const LiveDetector& d) { return d.live().format().rate.value; })
      .def_property_readonly("channels", [](const LiveDetector& d) { return channel_names(d.live().format()); })
      .def("__repr__", [](const LiveDetector& d) {
        return "<live " + d.live().spec_text() + " at " + to_text(d.live().format().rate) + ", " +
               std::to_string(d.live().format().channels.count()) + " channels>";
      });

  m.attr("_MARKER_KINDS") = [] {
    py::list kinds;
    for (const auto kind : names(static_cast<const MarkerKind*>(nullptr))) kinds.append(std::string(kind));
    return py::tuple(kinds);
  }();
  define(
      m, "detect", &detect, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
      py::arg("channels") = py::none(), py::arg("markers") = py::list(), py::arg("marks") = py::none(),
      "All reports over a whole record, (samples,) or (samples, channels) in microvolts, in order: of EMG before any "
      "high-pass for RPeaks, of band-passed EMG for all other detectors. fs in Hz; channels: names, or (name, muscle), "
      "by which an EventDetector knows unrelated muscles, or None; marks: reason bits, uint32 of the shape of x.\n"
      "markers: (kind, sample) pairs, not for RPeaks. Raises ConfigError, naming the argument. As a table: Events().");
}

}  // namespace unguard::python
