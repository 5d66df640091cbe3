// SPDX-License-Identifier: Apache-2.0
// The detector of spasm-like activity, live; and every detector over whole records.
#include "convert.hpp"
#include "define.hpp"
#include "detector_parts.hpp"
#include "markers.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/detect/spasm_detector.hpp"

namespace unguard::python {

namespace {

using Live = LiveSpasmDetector<SpasmDetector>;
using LiveDetector = OneThread<Live>;
static_assert(Detector<Live>);

void declare_all(Live& live, const py::handle& markers) {
  const std::string expected = "pairs (kind, sample)";
  if (!py::isinstance<py::sequence>(markers) || py::isinstance<py::str>(markers))
    raise_argument("markers", shown(markers), expected);
  for (const auto& one : markers) {
    if (!(py::isinstance<py::tuple>(one) || py::isinstance<py::list>(one)) || py::len(one) != 2)
      raise_argument("markers", shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    declare(live, py::object(pair[0]), py::object(pair[1]), py::float_(0.0));
  }
}
// A heart beats in every context.
void refuse_markers(const py::handle& markers) {
  if (!py::isinstance<py::sequence>(markers) || py::len(markers) > 0)
    raise_argument("markers", shown(markers), "none, for RPeaks knows no context");
}

}  // namespace

void register_detectors(py::module_& m) {
  py::class_<Event>(m, "Event", "One report of an event's life; indices count samples of the detector's input.")
      .def_readonly("id", &Event::id, "Counts from 1 within a detector; all reports of one event share it.")
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
      .def_readonly("confidence", &Event::confidence, "One minus the false-alarm tail probability.")
      .def_property_readonly(
          "reasons", [](const Event& e) { return mark_names(e.reasons); }, "Marks met while it was open.")
      .def(
          "__eq__", [](const Event& a, const Event& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const Event& e) {
        return "<" + to_text(e.report) + " " + to_text(e.kind) + " id " + std::to_string(e.id) + " channel " +
               std::to_string(e.channel) + " from " + std::to_string(e.onset.value) + ">";
      });

  py::class_<LiveDetector> live(m, "LiveDetector",
                                "A detector brought to life for one stream. It belongs to one thread at a time.");
  auto detector = bind_spec<SpasmDetector>(m);
  define(
      detector, "start",
      [](const SpasmDetector& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<LiveDetector>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring the detector to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names.");

  bind_stream<Live>(
      live,
      "The next block of band-passed EMG, (frames,) or (frames, channels) in microvolts; returns the reports it "
      "led to.\n"
      "marks: reason bits of the block, uint32 of its shape, as a chain returns them. Raises ConfigError, naming the "
      "argument; also after finish().",
      "End of the stream: open events close.", "Decision delay in samples.");
  define(
      live, "declare",
      [](LiveDetector& d, const Given<given::Text>& kind, const Given<given::Int>& at,
         const Given<given::Float>& value) { d.alone([&](Live& l) { declare(l, kind, at, value); }); },
      py::arg("kind"), py::kw_only(), py::arg("at"), py::arg("value") = 0.0,
      "Declare something about the stream from sample `at` on: \"rest begins\", \"rest ends\", \"bending\", ...");
  live.def("__repr__", [](const LiveDetector& d) { return "<live " + to_text(d.live().spec()) + ">"; });

  define(
      m, "detect",
      [](const Given<given::Detector>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Markers>& markers,
         const Given<given::Marks>& marks) {
        const Samples in = samples("x", x);
        const auto started = [&](const auto& asked) { return take(try_start(asked, stream_format(fs, channels, in))); };
        const auto reports = [&](auto&& live) {
          const MarkArray mark = optional_mark_array(marks, in);
          return listed(over_record(live, {in.array.data(), in.frames, in.channels, mark.data}));
        };
        if (py::isinstance<RPeaks>(spec)) {
          auto live = started(spec.value.cast<const RPeaks&>());
          refuse_markers(markers);
          return reports(live);
        }
        auto live = started(object_of<SpasmDetector>("spec", spec, "a SpasmDetector or RPeaks"));
        declare_all(live, markers);
        return reports(live);
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(),
      py::arg("markers") = py::list(), py::arg("marks") = py::none(),
      "All reports over a whole record, (samples,) or (samples, channels) in microvolts, in order: of band-passed EMG "
      "for a SpasmDetector, of EMG before any high-pass for RPeaks. fs in Hz; channels: names, or None; marks: reason "
      "bits, uint32 of the shape of x.\n"
      "markers: (kind, sample) pairs, for a SpasmDetector only. Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
