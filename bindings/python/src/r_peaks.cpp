// SPDX-License-Identifier: Apache-2.0
// Heartbeats in EMG, live. Whole records: detect(), in detectors.cpp.
#include "unguard/denoise/r_peaks.hpp"

#include <memory>

#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"

namespace unguard::python {

namespace {

using OneHeart = OneThread<LiveRPeaks>;

void bind_findings(py::class_<OneHeart>& live) {
  live.def_property_readonly("fs", [](const OneHeart& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const OneHeart& one) { return channel_names(one.live().format()); })
      .def_property_readonly(
          "believable", [](const OneHeart& one) { return one.live().believable(); },
          "Whether there is a heart to be heard: not while it is being looked for, nor where muscle drowns it.")
      .def_property_readonly(
          "prominence", [](const OneHeart& one) { return one.live().prominence(); },
          "How far beats stand out from what lies between them, in its standard deviations; noise alone comes to 3.5.")
      .def_property_readonly(
          "interval", [](const OneHeart& one) { return one.live().interval().value; },
          "From beat to beat as it is now, seconds.")
      .def_property_readonly(
          "best_channel", [](const OneHeart& one) { return one.live().best_channel(); },
          "Index of the channel that says most, or of the lead.")
      .def("__repr__", [](const OneHeart& one) {
        return "<live " + to_text(one.live().spec()) + " at " + to_text(one.live().format().rate) + ", " +
               std::to_string(one.live().format().channels.count()) + " channels>";
      });
}

}  // namespace

void register_r_peaks(py::module_& m) {
  py::class_<OneHeart> live(m, "LiveRPeaks", "R peaks looked for in one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<RPeaks>(m);
  register_detector_class(detector_class<RPeaks>(spec));
  define(
      spec, "start",
      [](const RPeaks& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneHeart>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Begin to look for a heart in one stream: fs in Hz, at least 250; channels as a number (1 to 1024) or a list of "
      "names. Raises ConfigError, naming the argument.");
  bind_stream(
      live,
      "The next block of EMG or ECG before any high-pass, (frames,) or (frames, channels) in microvolts; returns the "
      "reports it led to. A beat opens when it is found, with its R peak as onset, and closes 250 ms later, or is "
      "cancelled where a better one is found instead. Confidence 0: no heart was believed.\n"
      "marks: reason bits of the block, uint32 of its shape. Raises ConfigError, naming the argument; also after "
      "finish(). The GIL is released meanwhile.",
      "End of the stream: the last beat closes.",
      "Decision delay in samples, from an R peak to its report where the heart is not loud; half as long where it is.");
  bind_states(live, "detector");
  bind_findings(live);
}

}  // namespace unguard::python
