// SPDX-License-Identifier: Apache-2.0
// What measures every bend of a stream, in Python, live and over whole records: the same for all that
// live_bend_measure.hpp brings to life.
#pragma once

#include <memory>
#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_by_angle.hpp"
#include "unguard/clinical/live_bend_measure.hpp"
#include "unguard/clinical/record_ends.hpp"
#include "whole_record.hpp"

namespace unguard::python {

// Where a bend went, as the sensor counts.
inline Degrees lowest_point(const Bend& bend) { return bend.deepest; }
inline Degrees lowest_point(const BendByAngle& bend) { return bend.upright + bend.deepest; }

// Its channels come by name: the angle is in degrees.
template <Spec S>
auto started_bends(const S& spec, const StreamFormat& format) {
  return take(try_start(spec, as_it_reads(spec.phases, format)));
}

template <class Live>
typename Live::Item bend_so_far(const OneThread<Live>& one, const py::handle& muscle) {
  const int muscles = one.live().format().channels.count() - 1;
  const std::string expected = "0 to " + std::to_string(muscles - 1);
  const auto m = whole_number("muscle", muscle, expected);
  if (m < 0 || m >= muscles) raise_argument("muscle", std::to_string(m), expected);
  return one.alone([&](const Live& l) { return l.so_far(static_cast<int>(m)); });
}

// `what` it is, for refusals; `so_far`: what is known of the bend under way, in words.
template <class Live>
void bind_live_bends(py::class_<OneThread<Live>>& live, const std::string& what, const char* so_far) {
  using One = OneThread<Live>;
  bind_stream<typename Live::Item>(
      live,
      "The next block, (frames, channels): band-passed EMG without the heart in microvolts, and the trunk angle in "
      "degrees; returns the bends that are over, one a muscle. The GIL is released meanwhile.\n"
      "marks: reason bits of the block, uint32 of its shape; what is withheld, and what a heart dominates, is left "
      "out. "
      "Raises ConfigError, naming the argument; also after finish().",
      "End of the stream: bends that are over; one that is not is none.",
      "Samples from the end of a return until it is decided.");
  bind_states(live, what);
  define(
      live, "so_far", [](const One& one, const Given<given::Int>& muscle) { return bend_so_far<Live>(one, muscle); },
      py::arg("muscle"), so_far);
  live.def_property_readonly(
          "lost", [](const One& one) { return one.live().lost(); },
          "Bends that a gap in the angle cut off, or that lie in one: nothing is told of them.")
      .def_property_readonly(
          "phase", [](const One& one) { return to_text(one.live().phase()); },
          "\"standing\", \"bending\", \"full flexion\", \"returning\", or \"none\" where nothing is known.")
      .def_property_readonly("fs", [](const One& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const One& one) { return channel_names(one.live().format()); })
      .def("__repr__", [](const One& one) {
        return "<live " + std::string(info_of<typename Live::spec_type>().name) + " at " +
               to_text(one.live().format().rate) + ", " + std::to_string(one.live().format().channels.count() - 1) +
               " muscles>";
      });
}

// The bends of a whole record, and how many a gap in the angle cut off, as function `name` of the module. Beside what
// is told live, a doubt where the record begins and ends bent. GivenSpec: how signatures tell of the spec.
template <Spec S, class GivenSpec>
void define_over_record(py::module_& m, const char* name) {
  define(
      m, name,
      [](const Given<GivenSpec>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
        const S& s = object_of<S>("spec", spec, "a " + std::string(info_of<S>().name));
        const WholeRecord record(x, fs, channels, marks);
        auto live = started_bends(s, record.format);
        auto bends = over_record<typename decltype(live)::Item>(live, record.block());
        const RecordEnds ends(record.block(), live.angle_column(), record.format.rate);
        for (auto& bend : bends) bend.doubts |= ends.of(bend.upright, lowest_point(bend));
        return py::make_tuple(listed(bends), live.lost());
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"), py::arg("marks") = py::none());
}

// How a spec is brought to life.
template <Spec S, class Class>
void bind_start_of_bends(Class& spec) {
  using One = OneThread<decltype(started_bends(std::declval<const S&>(), std::declval<const StreamFormat&>()))>;
  define(
      spec, "start",
      [](const S& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<One>(started_bends(s, stream_format(fs, channels)));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels"),
      "Bring it to life for one stream: fs in Hz, at least 100; channels as a list of names, the angle's among them. "
      "Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
