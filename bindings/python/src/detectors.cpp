// SPDX-License-Identifier: Apache-2.0
// Rest calibration and the detector of spasm-like activity: live, and over whole records.
#include "convert.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/detect/quietest_rest.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/detect/spasm_detector.hpp"

namespace unguard::python {

namespace {

using Live = LiveSpasmDetector<SpasmDetector>;
using LiveDetector = OneThread<Live>;
static_assert(Detector<Live>);

MarkerKind marker_kind(const std::string& text) {
  try {
    return FieldValue<MarkerKind>::from(py::str(text));
  } catch (const py::value_error& e) {
    raise_argument("marker", "\"" + text + "\"", e.what());
  }
}

void declare(Live& live, const std::string& kind, std::int64_t at, double value) {
  const Status status = live.declare({{at}, marker_kind(kind), value});
  if (status == Status::full)
    raise_argument("marker", "one more than can wait", "no more than 256 at a time that are still to come");
  if (status != Status::ok)
    raise_argument("at", std::to_string(at), "a sample still to come: " + std::string(to_text(status)));
}

// Feeds a block to the end, emptying the sink as often as it fills.
std::vector<Event> feed(Live& live, ConstBlock block, bool finish) {
  std::vector<Event> all;
  Sink<Event> sink(256);
  const auto empty = [&] {
    all.insert(all.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  };
  for (;;) {
    const Consumed done = live.process(block, sink);
    empty();
    if (done.status == Status::ok) break;
    if (done.status != Status::full) throw std::runtime_error(std::string(to_text(done.status)));
    block = block.part(done.frames, block.frames - done.frames);
  }
  while (finish && live.finish(sink) == Status::full) empty();
  empty();
  return all;
}

py::list listed(const std::vector<Event>& events) {
  py::list all;
  for (const auto& e : events) all.append(e);
  return all;
}

Samples of_format(const py::handle& x, const StreamFormat& format) {
  Samples in = samples(x);
  const int channels = format.channels.count();
  if (in.channels != channels)
    raise_argument("x", std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the detector was started with");
  return in;
}

StreamFormat format_for(double fs, const py::object& channels, const Samples& in) {
  const StreamFormat format = channels.is_none() ? stream_format(fs, in.channels) : stream_format(fs, channels);
  if (format.channels.count() != in.channels)
    raise_argument("channels", std::to_string(format.channels.count()) + " names",
                   std::to_string(in.channels) + ", as x has columns");
  return format;
}

py::dict to_dict(const Calibration& c) {
  py::dict d;
  d["quantity"] = c.quantity;
  d["unit"] = c.unit;
  d["source"] = to_text(c.source);
  d["duration_s"] = c.duration.value;
  d["samples"] = c.samples;
  d["how"] = c.how;
  py::list all;
  for (const auto& e : c.per_channel) {
    py::dict one;
    one["value"] = e.value;
    one["low"] = e.low;
    one["high"] = e.high;
    all.append(one);
  }
  d["per_channel"] = all;
  return d;
}

Calibration calibration_from(const py::dict& d) {
  Calibration c;
  c.quantity = d["quantity"].cast<std::string>();
  c.unit = d["unit"].cast<std::string>();
  c.source = FieldValue<CalibrationSource>::from(d["source"]);
  c.duration = {d["duration_s"].cast<double>()};
  c.samples = d["samples"].cast<std::int64_t>();
  c.how = d["how"].cast<std::string>();
  for (const auto& one : d["per_channel"])
    c.per_channel.push_back({one["value"].cast<double>(), one["low"].cast<double>(), one["high"].cast<double>()});
  return c;
}

py::dict to_dict(const RestCalibration& r) {
  py::dict d;
  d["slow_s"] = r.slow.value;
  d["fast_s"] = r.fast.value;
  d["level"] = to_dict(r.level);
  d["spread"] = to_dict(r.spread);
  d["fast_level"] = to_dict(r.fast_level);
  d["fast_spread"] = to_dict(r.fast_spread);
  return d;
}

template <class Calibrate>
RestCalibration calibrate(Calibrate&& how, const RestCalibrator& spec, const py::object& x, double fs,
                          const py::object& channels, const std::string& band, const py::object& marks) {
  const Samples in = samples(x);
  const StreamFormat format = format_for(fs, channels, in);
  const MarkArray m = mark_array(marks, in);
  const ConstBlock block(in.array.data(), in.frames, in.channels, m.data);
  std::optional<Result<RestCalibration>> made;
  {
    const py::gil_scoped_release release;
    made.emplace(how(spec, block, format, band));
  }
  return take(std::move(*made));
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

  py::class_<RestCalibration>(m, "RestCalibration",
                              "Level and spread of the envelopes at rest, with how they were found.")
      .def("to_dict", py::overload_cast<const RestCalibration&>(&to_dict), "Everything in it, as plain values.")
      .def_static(
          "from_dict",
          [](const py::dict& d) {
            try {
              RestCalibration r;
              r.slow = {d["slow_s"].cast<double>()};
              r.fast = {d["fast_s"].cast<double>()};
              r.level = calibration_from(d["level"]);
              r.spread = calibration_from(d["spread"]);
              r.fast_level = calibration_from(d["fast_level"]);
              r.fast_spread = calibration_from(d["fast_spread"]);
              return r;
            } catch (const py::error_already_set&) {
              raise_argument("calibration", "a dict that lacks a key", "what RestCalibration.to_dict() gives");
            } catch (const py::cast_error&) {
              raise_argument("calibration", "a dict with a value of another type",
                             "what RestCalibration.to_dict() gives");
            }
          },
          py::arg("calibration"), "The inverse of to_dict().")
      .def(
          "__eq__", [](const RestCalibration& a, const RestCalibration& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const RestCalibration& r) { return to_text(r.level); });

  bind_spec<RestCalibrator>(m);
  py::class_<LiveDetector> live(m, "LiveDetector",
                                "A detector brought to life for one stream. It belongs to one thread at a time.");
  bind_spec<SpasmDetector>(m).def(
      "start",
      [](const SpasmDetector& s, double fs, const py::object& channels) {
        return std::make_unique<LiveDetector>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring the detector to life for one stream: fs in Hz, channels as a number or a list of names.");

  live.def(
          "process",
          [](LiveDetector& d, const py::object& x, const py::object& marks) {
            const Samples in = of_format(x, d.live().format());
            const MarkArray mark = mark_array(marks, in);
            return listed(d.alone([&](Live& l) {
              const py::gil_scoped_release release;
              return feed(l, {in.array.data(), in.frames, in.channels, mark.data}, false);
            }));
          },
          py::arg("block"), py::kw_only(), py::arg("marks") = py::none(),
          "The next block of band-passed EMG, (frames,) or (frames, channels) in microvolts; returns the reports it "
          "led to.")
      .def(
          "declare",
          [](LiveDetector& d, const std::string& kind, std::int64_t at, double value) {
            d.alone([&](Live& l) { declare(l, kind, at, value); });
          },
          py::arg("kind"), py::kw_only(), py::arg("at"), py::arg("value") = 0.0,
          "Declare something about the stream from sample `at` on: \"rest begins\", \"rest ends\", \"bending\", ...")
      .def(
          "finish",
          [](LiveDetector& d) {
            return listed(d.alone([](Live& l) { return feed(l, {nullptr, 0, l.format().channels.count()}, true); }));
          },
          "End of the stream: open events close.")
      .def(
          "reset", [](LiveDetector& d) { d.alone([](Live& l) { l.reset(); }); }, "As just started.")
      .def(
          "latency", [](const LiveDetector& d) { return d.live().latency().samples(); }, "Decision delay in samples.")
      .def_property_readonly(
          "position", [](const LiveDetector& d) { return d.live().position().value; },
          "Samples processed since the start.")
      .def("__repr__", [](const LiveDetector& d) { return "<live " + to_text(d.live().spec()) + ">"; });

  m.def(
      "detect",
      [](const SpasmDetector& spec, const py::object& x, double fs, const py::object& channels,
         const std::vector<std::pair<std::string, std::int64_t>>& markers, const py::object& marks) {
        const Samples in = samples(x);
        Live live = take(try_start(spec, format_for(fs, channels, in)));
        for (const auto& [kind, at] : markers) declare(live, kind, at, 0);
        const MarkArray mark = mark_array(marks, in);
        std::vector<Event> events;
        {
          const py::gil_scoped_release release;
          events = feed(live, {in.array.data(), in.frames, in.channels, mark.data}, true);
        }
        return listed(events);
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(),
      py::arg("markers") = std::vector<std::pair<std::string, std::int64_t>>{}, py::arg("marks") = py::none(),
      "All reports over a whole record of band-passed EMG, in order. markers: (kind, sample) pairs.");

  const RestCalibrator defaults;
  m.def(
      "calibrate_rest",
      [](const py::object& x, double fs, const py::object& channels, const std::string& band, const py::object& marks,
         const RestCalibrator& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_rest(a...); }, spec, x, fs, channels, band, marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Rest level and spread from a stretch declared to be rest, band-passed, in microvolts. band: what it has been "
      "through, in words.");
  m.def(
      "calibrate_quietest",
      [](const py::object& x, double fs, const py::object& channels, const std::string& band, const py::object& marks,
         const RestCalibrator& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_quietest_offline(a...); }, spec, x, fs, channels, band,
                         marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Offline only: rest level and spread from the quietest windows of a whole record, corrected for the choice.");
}

}  // namespace unguard::python
