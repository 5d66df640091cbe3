// SPDX-License-Identifier: Apache-2.0
// The sliding spectrum, live: blocks in, readings out as a list.
#include "unguard/spectrum/sliding_spectrum.hpp"

#include <memory>
#include <optional>
#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "readings.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/processor.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

using Live = LiveSlidingSpectrum;
using One = OneThread<Live>;
static_assert(Processor<Live>);

std::optional<double> one_of(const SpectrumReading& r, std::optional<double> (*value)(const SpectrumValues&)) {
  return r.values() ? value(*r.values()) : std::nullopt;
}

py::list process(One& one, const Given<given::Array>& block, const Given<given::Marks>& marks) {
  const Samples in = samples("block", block, max_channels);
  refuse_other_channels(in, one.live().format().channels.count(), "sliding spectrum");
  const MarkArray mark = optional_mark_array(marks, in);
  const auto readings = one.alone([&](Live& live) {
    refuse_ended<SpectrumReading>(live);
    const GilReleased released;
    return feed<SpectrumReading>(live, {in.array.data(), in.frames, in.channels, mark.data});
  });
  py::list all;
  for (const auto& r : readings) all.append(r);
  return all;
}

// A reading as pickle carries it.
py::tuple parts_of(const SpectrumReading& r) {
  const auto& v = r.values();
  const py::object values =
      v ? py::object(py::make_tuple(v->mean.value, v->median.value, v->rms.value, v->finsm5, v->at_floor)) : py::none();
  return py::make_tuple(r.channel(), r.at().value, r.reasons(), to_text(r.trust()), values);
}
SpectrumReading reading_of(const py::tuple& parts) {
  if (parts.size() != 5) throw py::value_error("what was pickled is no SpectrumReading");
  const auto channel = parts[0].cast<int>();
  const SampleIndex at{parts[1].cast<std::int64_t>()};
  const auto reasons = parts[2].cast<Marks>();
  if (parts[4].is_none()) return SpectrumReading::invalid(channel, at, reasons, trust_of(parts[3]));
  const py::tuple v = parts[4];
  if (v.size() != 5) throw py::value_error("what was pickled is no SpectrumReading");
  const SpectrumValues values{.mean = {v[0].cast<double>()},
                              .median = {v[1].cast<double>()},
                              .rms = {v[2].cast<double>()},
                              .finsm5 = v[3].cast<std::optional<double>>(),
                              .at_floor = v[4].cast<double>()};
  return SpectrumReading::valid(channel, at, values, reasons);
}

void bind_reading(py::module_& m) {
  py::class_<SpectrumReading> reading(
      m, "SpectrumReading",
      "The spectrum of one channel at one time in numbers: they are there only if they can be believed.");
  reading.def(py::pickle(&parts_of, &reading_of));
  reading
      .def_property_readonly(
          "channel", [](const SpectrumReading& r) { return r.channel(); }, "Index of the channel.")
      .def_property_readonly(
          "at", [](const SpectrumReading& r) { return r.at().value; }, "The last sample that went into it.")
      .def_property_readonly(
          "mnf_hz",
          [](const SpectrumReading& r) {
            return one_of(r, [](const SpectrumValues& v) { return std::optional(v.mean.value); });
          },
          "Mean frequency of the band, Hz; None where it cannot be believed, as all that follow.")
      .def_property_readonly(
          "mdf_hz",
          [](const SpectrumReading& r) {
            return one_of(r, [](const SpectrumValues& v) { return std::optional(v.median.value); });
          },
          "Median frequency of the band, Hz.")
      .def_property_readonly(
          "rms_uV",
          [](const SpectrumReading& r) {
            return one_of(r, [](const SpectrumValues& v) { return std::optional(v.rms.value); });
          },
          "Root of the power in the band, microvolts.")
      .def_property_readonly(
          "finsm5",
          [](const SpectrumReading& r) { return one_of(r, [](const SpectrumValues& v) { return v.finsm5; }); },
          "Dimitrov's index, Hz^-6; None, too, where the stream is too slow for its band.")
      .def_property_readonly(
          "at_floor",
          [](const SpectrumReading& r) {
            return one_of(r, [](const SpectrumValues& v) { return std::optional(v.at_floor); });
          },
          "Share of the band that noise subtraction left at 0.")
      .def_property_readonly(
          "trust", [](const SpectrumReading& r) { return to_text(r.trust()); }, "WARMUP, OK, DEGRADED or INVALID.")
      .def_property_readonly(
          "reasons", [](const SpectrumReading& r) { return mark_names(r.reasons()); },
          "Why it is less, or not, to be trusted.")
      .def(
          "__eq__", [](const SpectrumReading& a, const SpectrumReading& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const SpectrumReading& r) {
        return "<" + to_text(r.trust()) + " channel " + std::to_string(r.channel()) + " at " +
               std::to_string(r.at().value) +
               (r.values() ? ": MDF " + to_text(r.values()->median) + ", MNF " + to_text(r.values()->mean) : "") + ">";
      });
}

}  // namespace

void register_sliding_spectrum(py::module_& m) {
  bind_reading(m);
  py::class_<One> live(m, "LiveSlidingSpectrum",
                       "A sliding spectrum brought to life for one stream. It belongs to one thread at a time.");
  define(
      m, "fast_length",
      [](const Given<given::Int>& least) {
        const auto found = whole_number("least", least, "1 to 536870912 samples");
        if (found < 1 || found > (1 << 29)) raise_argument("least", std::to_string(found), "1 to 536870912 samples");
        return fast_length(static_cast<int>(found));
      },
      py::arg("least"),
      "The shortest length that transforms are fastest at, a product of 2, 3 and 5, that holds so many samples. Raises "
      "ConfigError.");
  auto spec = bind_spec<SlidingSpectrum>(m);
  define(
      spec, "start",
      [](const SlidingSpectrum& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<One>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
      "ConfigError, naming the argument.");
  define(
      live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = py::none(),
      "The next block of band-passed EMG, (frames,) or (frames, channels) in microvolts; returns the readings that "
      "fell due, a list of SpectrumReading. The GIL is released meanwhile.\n"
      "marks: reason bits of the block, uint32 of its shape, as a chain returns them. Raises ConfigError, naming the "
      "argument; also after finish().");
  define(
      live, "finish",
      [](One& one) {
        one.alone([](Live& l) {
          Sink<SpectrumReading> none(1);
          l.finish(none);
        });
      },
      "End of the stream: nothing is held back.");
  define(
      live, "reset", [](One& one) { one.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const One& one) { return one.live().latency().samples(); },
      "Samples from the middle of a window to its reading.");
  define(
      live, "save", [](const One& one) { return saved(one); }, "The whole state as bytes, for load().");
  define(
      live, "load", [](One& one, const Given<given::Bytes>& state) { load(one, state, "sliding spectrum"); },
      py::arg("state"),
      "Go on from a state that save() gave. Raises ConfigError where it belongs to another spec or format.");
  live.def_property_readonly(
      "position", [](const One& one) { return one.live().position().value; }, "Samples processed since the start.");
  live.def_property_readonly(
      "channels", [](const One& one) { return channel_names(one.live().format()); }, "Names of the channels.");
  live.def("__repr__", [](const One& one) { return "<live " + to_text(one.live().spec()) + ">"; });
}

}  // namespace unguard::python
