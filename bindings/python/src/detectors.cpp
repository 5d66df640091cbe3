// SPDX-License-Identifier: Apache-2.0
// Rest calibration and the detector of spasm-like activity: live, and over whole records.
#include "convert.hpp"
#include "define.hpp"
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

MarkerKind marker_kind(const py::handle& kind) {
  try {
    return FieldValue<MarkerKind>::from(kind);
  } catch (const Unfit&) {
    raise_argument("marker", shown(kind), FieldValue<MarkerKind>::expected(finite, ""));
  }
}

// After finish() there is no next sample.
void refuse_ended(Live& live) {
  Sink<Event> none(1);
  if (live.process({nullptr, 0, live.format().channels.count()}, none).status == Status::ended)
    raise_argument("the stream", "finished", "reset(), or another start(), before anything more");
}

void declare(Live& live, const py::handle& kind, const py::handle& at, double value) {
  const MarkerKind known = marker_kind(kind);
  const std::int64_t sample = whole_number("at", at, "a whole number, the index of a sample still to come");
  const Status status = live.declare({{sample}, known, value});
  if (status == Status::full)
    raise_argument("marker", "one more than can wait", "no more than 256 at a time that are still to come");
  if (status != Status::ok)
    raise_argument("at", std::to_string(sample), "a sample still to come: " + std::string(to_text(status)));
}

// Feeds a block to the end, emptying the sink as often as it fills.
std::vector<Event> feed(Live& live, ConstBlock block) {
  std::vector<Event> all;
  Sink<Event> sink(256);
  for (;;) {
    const Consumed done = live.process(block, sink);
    all.insert(all.end(), sink.items().begin(), sink.items().end());
    sink.clear();
    if (done.status == Status::ok) return all;
    if (done.status != Status::full) throw std::runtime_error(std::string(to_text(done.status)));
    block = block.part(done.frames, block.frames - done.frames);
  }
}

// The reports that were still to come; none the second time.
std::vector<Event> finish(Live& live) {
  std::vector<Event> all;
  Sink<Event> sink(256);
  for (Status status = Status::full; status == Status::full;) {
    status = live.finish(sink);
    all.insert(all.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  }
  return all;
}

py::list listed(const std::vector<Event>& events) {
  py::list all;
  for (const auto& e : events) all.append(e);
  return all;
}

Samples of_format(const py::handle& block, const StreamFormat& format) {
  Samples in = samples("block", block, max_channels);
  const int channels = format.channels.count();
  if (in.channels != channels)
    raise_argument("block", in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the detector was started with");
  return in;
}

StreamFormat format_for(const py::handle& fs, const py::handle& channels, const Samples& in) {
  const StreamFormat format = channels.is_none() ? stream_format(fs, in.channels) : stream_format(fs, channels);
  if (format.channels.count() != in.channels)
    raise_argument("channels", "for " + std::to_string(format.channels.count()) + " columns",
                   std::to_string(in.channels) + ", as x has columns");
  return format;
}

const SpasmDetector& detector_of(const py::handle& spec) {
  return object_of<SpasmDetector>("spec", spec, "a SpasmDetector");
}

void declare_all(Live& live, const py::handle& markers) {
  const std::string expected = "pairs (kind, sample)";
  if (!py::isinstance<py::sequence>(markers) || py::isinstance<py::str>(markers))
    raise_argument("markers", shown(markers), expected);
  for (const auto& one : markers) {
    if (!(py::isinstance<py::tuple>(one) || py::isinstance<py::list>(one)) || py::len(one) != 2)
      raise_argument("markers", shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    declare(live, py::object(pair[0]), py::object(pair[1]), 0);
  }
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

// A key of a dict as a plain value; Unfit where it is missing or of another type.
template <class T>
T at_key(const py::handle& d, const char* key) {
  if (!PyDict_Check(d.ptr()) || !py::reinterpret_borrow<py::dict>(d).contains(key)) throw Unfit{};
  return FieldValue<T>::from(d[key]);
}

Calibration calibration_from(const py::handle& d) {
  Calibration c;
  c.quantity = at_key<std::string>(d, "quantity");
  c.unit = at_key<std::string>(d, "unit");
  c.source = at_key<CalibrationSource>(d, "source");
  c.duration = at_key<Seconds>(d, "duration_s");
  c.samples = at_key<std::int64_t>(d, "samples");
  c.how = at_key<std::string>(d, "how");
  if (!d.contains("per_channel") || !py::isinstance<py::list>(d["per_channel"])) throw Unfit{};
  for (const auto& one : d["per_channel"])
    c.per_channel.push_back({at_key<double>(one, "value"), at_key<double>(one, "low"), at_key<double>(one, "high")});
  return c;
}

RestCalibration rest_from(const py::handle& d) {
  RestCalibration r;
  r.slow = at_key<Seconds>(d, "slow_s");
  r.fast = at_key<Seconds>(d, "fast_s");
  for (const auto& [key, member] : {std::pair{"level", &RestCalibration::level},
                                    {"spread", &RestCalibration::spread},
                                    {"fast_level", &RestCalibration::fast_level},
                                    {"fast_spread", &RestCalibration::fast_spread}}) {
    if (!d.contains(key)) throw Unfit{};
    r.*member = calibration_from(py::object(d[key]));
  }
  return r;
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
RestCalibration calibrate(Calibrate&& how, const Given<given::Calibrator>& spec, const Given<given::Array>& x,
                          const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                          const Given<given::Text>& band, const Given<given::Marks>& marks) {
  const RestCalibrator& calibrator = object_of<RestCalibrator>("spec", spec, "a RestCalibrator");
  const Samples in = samples("x", x);
  const StreamFormat format = format_for(fs, channels, in);
  const std::string words = text("band", band, "what x has been through, in words");
  const MarkArray m = optional_mark_array(marks, in);
  const ConstBlock block(in.array.data(), in.frames, in.channels, m.data);
  std::optional<Result<RestCalibration>> made;
  {
    const py::gil_scoped_release release;
    made.emplace(how(calibrator, block, format, words));
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

  py::class_<RestCalibration> rest(m, "RestCalibration",
                                   "Level and spread of the envelopes at rest, with how they were found.");
  define(rest, "to_dict", py::overload_cast<const RestCalibration&>(&to_dict), "Everything in it, as plain values.");
  define_static(
      rest, "from_dict",
      [](const Given<given::Dict>& d) {
        try {
          return rest_from(d);
        } catch (const Unfit&) {
          raise_argument(
              "calibration",
              PyDict_Check(d.value.ptr()) ? "a dict without a key or with a value of another type" : shown(d),
              "what RestCalibration.to_dict() gives");
        }
      },
      py::arg("calibration"), "The inverse of to_dict().");
  rest.def(
          "__eq__", [](const RestCalibration& a, const RestCalibration& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const RestCalibration& r) { return to_text(r.level); });

  bind_spec<RestCalibrator>(m);
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

  define(
      live, "process",
      [](LiveDetector& d, const Given<given::Array>& x, const Given<given::Marks>& marks) {
        const Samples in = of_format(x, d.live().format());
        const MarkArray mark = optional_mark_array(marks, in);
        return listed(d.alone([&](Live& l) {
          refuse_ended(l);
          const py::gil_scoped_release release;
          return feed(l, {in.array.data(), in.frames, in.channels, mark.data});
        }));
      },
      py::arg("block"), py::kw_only(), py::arg("marks") = py::none(),
      "The next block of band-passed EMG, (frames,) or (frames, channels) in microvolts; returns the reports it "
      "led to.\n"
      "marks: reason bits of the block, uint16 of its shape, as a chain returns them. Raises ConfigError, naming the "
      "argument; also after finish().");
  define(
      live, "declare",
      [](LiveDetector& d, const Given<given::Text>& kind, const Given<given::Int>& at,
         const Given<given::Float>& value) {
        const double given = number("value", value, "a finite number");
        if (!std::isfinite(given)) raise_argument("value", to_text(given), "a finite number");
        d.alone([&](Live& l) {
          refuse_ended(l);
          declare(l, kind, at, given);
        });
      },
      py::arg("kind"), py::kw_only(), py::arg("at"), py::arg("value") = 0.0,
      "Declare something about the stream from sample `at` on: \"rest begins\", \"rest ends\", \"bending\", ...");
  define(
      live, "finish", [](LiveDetector& d) { return listed(d.alone([](Live& l) { return finish(l); })); },
      "End of the stream: open events close.");
  define(
      live, "reset", [](LiveDetector& d) { d.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const LiveDetector& d) { return d.live().latency().samples(); },
      "Decision delay in samples.");
  live.def_property_readonly(
          "position", [](const LiveDetector& d) { return d.live().position().value; },
          "Samples processed since the start.")
      .def("__repr__", [](const LiveDetector& d) { return "<live " + to_text(d.live().spec()) + ">"; });

  define(
      m, "detect",
      [](const Given<given::Detector>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Markers>& markers,
         const Given<given::Marks>& marks) {
        const SpasmDetector& detector = detector_of(spec);
        const Samples in = samples("x", x);
        Live live = take(try_start(detector, format_for(fs, channels, in)));
        declare_all(live, markers);
        const MarkArray mark = optional_mark_array(marks, in);
        std::vector<Event> events;
        {
          const py::gil_scoped_release release;
          events = feed(live, {in.array.data(), in.frames, in.channels, mark.data});
          const auto last = finish(live);
          events.insert(events.end(), last.begin(), last.end());
        }
        return listed(events);
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(),
      py::arg("markers") = py::list(), py::arg("marks") = py::none(),
      "All reports over a whole record of band-passed EMG, in order. markers: (kind, sample) pairs.");

  const RestCalibrator defaults;
  define(
      m, "calibrate_rest",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Text>& band, const Given<given::Marks>& marks, const Given<given::Calibrator>& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_rest(a...); }, spec, x, fs, channels, band, marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Rest level and spread from a stretch declared to be rest, band-passed, in microvolts. band: what it has been "
      "through, in words.");
  define(
      m, "calibrate_quietest",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Text>& band, const Given<given::Marks>& marks, const Given<given::Calibrator>& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_quietest_offline(a...); }, spec, x, fs, channels, band,
                         marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Offline only: rest level and spread from the quietest windows of a whole record, corrected for the choice.");
}

}  // namespace unguard::python
