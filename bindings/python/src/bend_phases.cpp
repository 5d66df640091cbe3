// SPDX-License-Identifier: Apache-2.0
// Phases of bends by the trunk angle, live and over whole records; and that angle from inertial sensors.
#include "unguard/clinical/bend_phases.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "pickled.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/sensor_units.hpp"
#include "unguard/clinical/trunk_angle.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace given {
struct BendPhasesSpec {
  static constexpr auto name = const_name("unguard._core.BendPhases");
};
struct TrunkAngleSpec {
  static constexpr auto name = const_name("unguard._core.TrunkAngle");
};
}  // namespace given

namespace {

using LivePhases = LiveBendPhases<BendPhases>;
using OnePhases = OneThread<LivePhases>;
using OneAngle = OneThread<LiveTrunkAngle>;

void bind_report(py::module_& m) {
  py::class_<PhaseReport> report(m, "PhaseReport",
                                 "One report of a phase's life; indices count samples of the stream.");
  bind_pickle(report);
  report.def_readonly("id", &PhaseReport::id, "Counts from 1; all reports of one phase share it.")
      .def_property_readonly(
          "report", [](const PhaseReport& p) { return to_text(p.report); }, "OPEN, UPDATE, CLOSE or CANCEL.")
      .def_property_readonly(
          "phase", [](const PhaseReport& p) { return to_text(p.phase); },
          "\"standing\", \"bending\", \"full flexion\" or \"returning\".")
      .def_property_readonly(
          "onset", [](const PhaseReport& p) { return p.onset.value; }, "Estimated first sample.")
      .def_property_readonly(
          "decided", [](const PhaseReport& p) { return p.decided.value; }, "The sample at which it was said.")
      .def_property_readonly(
          "offset",
          [](const PhaseReport& p) -> py::object {
            return p.report == Report::close ? py::object(py::int_(p.offset.value)) : py::none();
          },
          "One past the last sample; None before CLOSE.")
      .def_property_readonly(
          "reasons", [](const PhaseReport& p) { return mark_names(p.reasons); }, "Marks of the angle met meanwhile.")
      .def(
          "__eq__", [](const PhaseReport& a, const PhaseReport& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const PhaseReport& p) {
        return "<" + to_text(p.report) + " " + to_text(p.phase) + " " + std::to_string(p.id) + " from " +
               std::to_string(p.onset.value) + ">";
      });
  report.attr("__hash__") = py::none();
}

LivePhases started(const BendPhases& spec, const StreamFormat& format) {
  // A lone channel needs no name to be the angle.
  if (!spec.angle.empty() || format.channels.count() != 1) return take(try_start(spec, as_it_reads(spec, format)));
  StreamFormat angle = format;
  Channel only = *format.channels.begin();
  only.unit = "deg";
  angle.channels = Channels(std::vector<Channel>{std::move(only)});
  return take(try_start(spec, angle));
}

py::list phases_of(const Given<given::BendPhasesSpec>& spec, const Given<given::Array>& x,
                   const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                   const Given<given::Marks>& marks) {
  const auto& s = object_of<BendPhases>("spec", spec, "a BendPhases");
  const WholeRecord record(x, fs, channels, marks);
  LivePhases live = started(s, record.format);
  return listed(over_record<PhaseReport>(live, record.block()));
}

void bind_phases(py::module_& m) {
  bind_report(m);
  py::class_<OnePhases> live(m, "LiveBendPhases",
                             "Phases of bends looked for in one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<BendPhases>(m);
  define(
      spec, "start",
      [](const BendPhases& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OnePhases>(started(s, stream_format(fs, channels)));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring it to life for one stream: fs in Hz, at least 100; channels as a list of names, the angle's among them, "
      "or 1. Raises ConfigError, naming the argument.");
  bind_stream<PhaseReport>(live,
                           "The next block, (frames, channels), the angle in degrees; returns what is said of phases. "
                           "The GIL is released meanwhile.\n"
                           "marks: reason bits of the block, uint32 of its shape. Raises ConfigError, naming the "
                           "argument; also after finish().",
                           "End of the stream: phases under way end there.",
                           "Samples by which a movement is told late, half of the smoothing.");
  bind_states(live, "phases");
  live.def_property_readonly(
          "phase", [](const OnePhases& one) { return to_text(one.live().phase()); },
          "As decided so far; \"none\" where nothing is known.")
      .def_property_readonly("fs", [](const OnePhases& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const OnePhases& one) { return channel_names(one.live().format()); })
      .def("__repr__", [](const OnePhases& one) {
        return "<live " + to_text(one.live().spec()) + " at " + to_text(one.live().format().rate) + ">";
      });
  define(m, "_bend_phases", &phases_of, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels"), py::arg("marks") = py::none());
}

// The sensors' channels are told by their names, and their units with them.
StreamFormat of_sensors(StreamFormat format) {
  std::vector<Channel> channels(format.channels.begin(), format.channels.end());
  for (Channel& c : channels) {
    if (c.name.find(" acc ") != std::string::npos) c.unit = "g";
    if (c.name.find(" gyro ") != std::string::npos) c.unit = "deg/s";
  }
  format.channels = Channels(std::move(channels));
  return format;
}
// In other units an angle comes out that looks like one.
void refuse_other_units(const LiveTrunkAngle& live, const Samples& in, const py::handle& marks) {
  refuse_other_channels(in, live.from().channels.count(), "angle");
  const MarkChoice choice = mark_choice(marks, in);
  const auto fault = without_gil([&] {
    return refuse_units(live, {in.array.data(), in.frames, in.channels, choice.in.data});
  });
  if (fault) raise(*fault);
}
// The angles alone, or beside their marks.
py::object angles_of(OneAngle& one, const Samples& in, const py::handle& marks) {
  const int channels = one.live().from().channels.count(), angles = one.live().format().channels.count();
  refuse_other_channels(in, channels, "angle");
  const MarkChoice choice = mark_choice(marks, in);
  py::array_t<double> out({in.frames, static_cast<std::int64_t>(angles)});
  std::optional<py::array_t<Marks>> out_marks;
  if (choice.out) out_marks = py::array_t<Marks>({in.frames, static_cast<std::int64_t>(angles)});
  const Block to{out.mutable_data(), in.frames, angles, out_marks ? out_marks->mutable_data() : nullptr};
  one.alone([&](LiveTrunkAngle& live) {
    const Status status = without_gil([&] {
      return live.process({in.array.data(), in.frames, in.channels, choice.in.data}, to);
    });
    if (status != Status::ok) throw std::runtime_error(std::string(to_text(status)));
  });
  if (out_marks) return py::make_tuple(out, *out_marks);
  return out;
}

void bind_angle(py::module_& m) {
  py::class_<OneAngle> live(m, "LiveTrunkAngle",
                            "Trunk angles from inertial sensors of one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<TrunkAngle>(m);
  define(
      spec, "start",
      [](const TrunkAngle& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneAngle>(take(try_start(s, of_sensors(stream_format(fs, channels)))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels"),
      "Bring it to life for one stream: fs in Hz; channels as a list of names, \"<sensor> acc x\" in g and \"<sensor> "
      "gyro x\" in deg/s among them, and so y and z. Raises ConfigError, naming the argument.");
  define(
      live, "process",
      [](OneAngle& one, const Given<given::Array>& x, const Given<given::MarksOrBool>& marks) {
        return angles_of(one, samples("block", x, max_channels), marks);
      },
      py::arg("block"), py::kw_only(), py::arg("marks") = false,
      "Angles of the next block, (frames, 1): trunk; of two sensors (frames, 3): trunk, pelvis, lumbar; degrees, "
      "flexion "
      "positive. With marks=True (angles, marks); marks: reason bits of the block bring in what is known: such a frame "
      "leaves the angle where it was. The GIL is released meanwhile. Raises ConfigError, naming the argument.");
  define(
      live, "reset", [](OneAngle& one) { one.alone([](LiveTrunkAngle& l) { l.reset(); }); }, "As just started.");
  bind_states(live, "angle");
  live.def_property_readonly("fs", [](const OneAngle& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const OneAngle& one) { return channel_names(one.live().from()); })
      .def_property_readonly("angles", [](const OneAngle& one) { return channel_names(one.live().format()); });
  define(
      m, "_trunk_angle",
      [](const Given<given::TrunkAngleSpec>& asked, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::MarksOrBool>& marks) {
        const auto& s = object_of<TrunkAngle>("spec", asked, "a TrunkAngle");
        const Samples in = samples("x", x);
        OneAngle one(take(try_start(s, of_sensors(stream_format(fs, channels, in)))));
        refuse_other_units(one.live(), in, marks);
        return angles_of(one, in, marks);
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"), py::arg("marks") = false);
}

}  // namespace

void register_bend_phases(py::module_& m) {
  bind_phases(m);
  bind_angle(m);
}

}  // namespace unguard::python
