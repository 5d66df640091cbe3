// SPDX-License-Identifier: Apache-2.0
// The Python class of one detector: bind_onset<HodgesBui>(m) gives it its fields, start(), and a place in detect(),
// calibrate_baseline(), count_false_alarms() and for_false_alarms(), as far as its C++ spec has what they need.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "any_detector.hpp"
#include "define.hpp"
#include "spec_class.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/false_alarms.hpp"
#include "unguard/detect/live_onset_detector.hpp"

namespace unguard::python {

// Channels come by name: the one that a spec calls the angle is in degrees.
template <Spec S>
StreamFormat as_it_reads(const S& spec, StreamFormat format) {
  if constexpr (requires { spec.angle; }) {
    std::vector<Channel> channels(format.channels.begin(), format.channels.end());
    for (Channel& channel : channels)
      if (channel.name == spec.angle) channel.unit = "deg";
    format.channels = Channels(std::move(channels));
  }
  return format;
}

template <Spec S>
DetectorClass detector_class(const py::handle& python_class) {
  using Live = typename decltype(try_start(std::declval<const S&>(), std::declval<const StreamFormat&>()))::value_type;
  return {.name = std::string(info_of<S>().name),
          .python_class = python_class,
          .knows_context = requires(Live & live, const Marker& marker){live.declare(marker);
}
, .behind = [](const py::handle& object) { return spec_class<S>().behind(object); },
  .start = [](const void* spec, const StreamFormat& format) -> Result<AnyDetector> {
    auto live = try_start(*static_cast<const S*>(spec), as_it_reads(*static_cast<const S*>(spec), format));
    if (!live) return live.fault();
    return AnyDetector(std::move(*live));
  }
};  // namespace unguard::python
}

// How a detector's spec is brought to life, whichever it is.
void bind_start(const py::object& python_class);

// A detector that nothing else can be asked of.
template <Spec S>
py::class_<S> bind_detector(py::module_& m) {
  auto c = bind_spec<S>(m);
  bind_start(c);
  register_detector_class(detector_class<S>(c));
  return c;
}

// A detector of onsets, which can be tried on noise.
template <OnsetSpec S>
py::class_<S> bind_onset(py::module_& m) {
  auto c = bind_spec<S>(m);
  bind_start(c);
  DetectorClass of = detector_class<S>(c);
  if constexpr (CrossingSpec<S>)
    of.baseline = [](const void* spec, ConstBlock rest, const StreamFormat& format) {
      return try_baseline(*static_cast<const S*>(spec), rest, format);
    };
  of.count_alarms = [](const void* spec, const NoiseModel& noise, int channel, double hours, std::uint64_t seed) {
    return try_count_false_alarms(*static_cast<const S*>(spec), noise, channel, hours, seed);
  };
  if constexpr (requires(S & s) { threshold_of(s); })
    of.for_alarms = [](const void* spec, const NoiseModel& noise, int channel, double per_hour,
                       std::uint64_t seed) -> Result<FoundThreshold> {
      auto found = try_for_false_alarms(*static_cast<const S*>(spec), noise, channel, per_hour, seed);
      if (!found) return found.fault();
      return FoundThreshold{[s = found->spec] { return py::cast(s); }, found->threshold, found->per_hour,
                            found->counted};
    };
  register_detector_class(of);
  return c;
}

}  // namespace unguard::python
