// SPDX-License-Identifier: Apache-2.0
// Heartbeats marked in a stream, to be left out of a level; and the band of trunk EMG with a heart in it.
#include "unguard/denoise/heart_gate.hpp"

#include <memory>

#include "convert.hpp"
#include "define.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/denoise/trunk_band.hpp"

namespace unguard::python {

namespace {

using OneGate = OneThread<LiveHeartGate>;

void bind_live(py::class_<OneGate>& live) {
  define(
      live, "process",
      [](OneGate& one, const Given<given::Array>& block, const Given<given::MarksOrBool>& marks) {
        return run_filter(one, samples("block", block, max_channels), marks, "gate");
      },
      py::arg("block"), py::kw_only(), py::arg("marks") = false,
      "The next block of EMG before any high-pass, (frames,) or (frames, channels) in microvolts; returns the samples "
      "as they were, `look_ahead` later.\n"
      "marks: True also returns the reason bits of every output sample, uint32 of the shape of block, `heart` among "
      "them around every beat that is believed; an array of such bits for the block does too, and its marks travel "
      "with the samples. The GIL is released meanwhile. Raises ConfigError, naming the argument.");
  define(
      live, "reset", [](OneGate& one) { one.alone([](LiveHeartGate& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const OneGate& one, const Given<given::Float>& at) { return latency_of(one.live(), at); },
      py::kw_only(), py::arg("at") = 100.0,
      "Algorithmic delay by stage and in sum: look_ahead. Compute time is not in it.");
  define(live, "save", &saved<LiveHeartGate>, "The state between two blocks, as bytes.");
  define(
      live, "load", [](OneGate& one, const Given<given::Bytes>& state) { load(one, state, "gate"); }, py::arg("state"),
      "Carry on from a saved state of the same gate, rate and channels.");
  live.def("__copy__", [](const OneGate& one) { return std::make_unique<OneGate>(one); })
      .def("__deepcopy__", [](const OneGate& one, const py::dict&) { return std::make_unique<OneGate>(one); })
      .def_property_readonly("fs", [](const OneGate& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const OneGate& one) { return channel_names(one.live().format()); })
      .def_property_readonly(
          "position", [](const OneGate& one) { return one.live().position().value; },
          "Samples processed since the start.")
      .def_property_readonly(
          "believable", [](const OneGate& one) { return one.live().believable(); },
          "Whether there is a heart to be left out.")
      .def_property_readonly(
          "prominence", [](const OneGate& one) { return one.live().prominence(); },
          "How far beats stand out from what lies between them, in its standard deviations; noise alone comes to 3.5.")
      .def("__repr__", [](const OneGate& one) {
        return "<live " + to_text(one.live().spec()) + " at " + to_text(one.live().format().rate) + ", " +
               std::to_string(one.live().format().channels.count()) + " channels>";
      });
}

}  // namespace

void register_heart_gate(py::module_& m) {
  py::class_<OneGate> live(m, "LiveHeartGate", "Heartbeats marked in one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<HeartGate>(m);
  define(
      spec, "__call__",
      [](const HeartGate& s, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::MarksOrBool>& marks) {
        const Samples in = samples("x", x);
        OneGate one(take(try_start(s, stream_format(fs, channels, in))));
        return run_filter(one, in, marks, "gate");
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("marks") = false,
      "A whole record, (samples,) or (samples, channels) in microvolts, before any high-pass, as a stream would be: "
      "`look_ahead` later. fs in Hz, at least 250; channels: names, for a lead.\n"
      "marks: True also returns the reason bits of every sample, uint32 of the shape of x, `heart` among them; an "
      "array of such bits for x does too. Raises ConfigError, naming the argument.");
  define(
      spec, "start",
      [](const HeartGate& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneGate>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring it to life for one stream: fs in Hz, at least 250; channels as a number (1 to 1024) or a list of names. "
      "Raises ConfigError, naming the argument.");
  bind_live(live);
  define(
      m, "trunk_band", [] { return py::cast(trunk_band()); },
      "Bandpass(low=30, high=450, order=4): the band of trunk EMG with a heart in it. A high-pass at 30 Hz takes out "
      "most of a heart and, of trunk EMG, a sixth of the power between 20 and 450 Hz; levels compare with those of the "
      "same band only. fs above 900 Hz.\n"
      "Source: Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003, whose high-pass was not causal.");
}

}  // namespace unguard::python
