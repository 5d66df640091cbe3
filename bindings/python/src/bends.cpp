// SPDX-License-Identifier: Apache-2.0
// Phases of bends, and flexion-relaxation: live, over whole records, with an angle and without.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "detector_class.hpp"
#include "detector_parts.hpp"
#include "live_parts.hpp"
#include "markers.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/activity_phases.hpp"
#include "unguard/clinical/flexion_relaxation.hpp"
#include "unguard/clinical/record_bends.hpp"

namespace unguard::python {

namespace given {
struct FlexionRelaxationSpec {
  static constexpr auto name = const_name("unguard._core.FlexionRelaxation");
};
struct PhasesSpec {
  static constexpr auto name = const_name("unguard._core.ActivityPhases");
};
struct Bends {
  static constexpr auto name = const_name("collections.abc.Sequence[unguard._core.Bend]");
};
}  // namespace given

namespace {

using Live = LiveFlexionRelaxation<FlexionRelaxation>;
using One = OneThread<Live>;

py::object known(const PhaseLevel& level) { return level.known() ? py::cast(level) : py::none(); }
py::object known(const std::optional<Ratio>& found) { return found ? py::cast(*found) : py::none(); }

BendRatio ratio_named(const py::handle& which) {
  try {
    return FieldValue<BendRatio>::from(which);
  } catch (const Unfit&) {
    raise_argument("which", shown(which), FieldValue<BendRatio>::expected({}, ""));
  }
}

py::list doubts_of(const Bend& b) {
  py::list all;
  for (std::size_t i = 0; i < doubt_names.size(); ++i)
    if (b.doubts & (Doubts{1} << i)) all.append(std::string(doubt_names[i]));
  return all;
}

void bind_values(py::module_& m) {
  py::class_<PhaseLevel>(m, "PhaseLevel",
                         "How strong a muscle was in one phase of a bend, its noise taken off in power.")
      .def_property_readonly(
          "level_uV", [](const PhaseLevel& l) { return l.level.value; },
          "RMS, microvolts; the floor where it is at it.")
      .def_readonly("spread", &PhaseLevel::spread, "Standard error of its logarithm.")
      .def_readonly("share", &PhaseLevel::share, "Of the phase that could be believed, 0 to 1.")
      .def_readonly("at_floor", &PhaseLevel::at_floor, "Whether it is no further above the noise than the floor.")
      .def("__repr__", [](const PhaseLevel& l) {
        return std::string("<") + (l.at_floor ? "at most " : "") + to_text(l.level) + ">";
      });
  py::class_<Ratio>(m, "Ratio", "What two levels are to each other, with a 95 % interval.")
      .def_readonly("value", &Ratio::value, "Without a unit.")
      .def_readonly("low", &Ratio::low, "End of the interval.")
      .def_readonly("high", &Ratio::high, "End of the interval.")
      .def_readonly("at_least", &Ratio::at_least,
                    "Whether what it is over is at the floor, so that it is at least this; of RR, at most.")
      .def_readonly("bends", &Ratio::bends, "That went into it.")
      .def("__repr__", [](const Ratio& r) {
        return std::string("<") + (r.at_least ? ">= " : "") + to_text(r.value) + " [" + to_text(r.low) + ", " +
               to_text(r.high) + "]>";
      });
}

void bind_bend(py::module_& m) {
  py::class_<Bend> bend(m, "Bend", "One bend of one muscle; indices count samples of the stream.");
  bend.def_readonly("number", &Bend::number, "Of the record, from 1.")
      .def_readonly("channel", &Bend::channel, "Index of the muscle, the angle not counted.")
      .def_property_readonly(
          "bending", [](const Bend& b) { return b.bending.value; }, "Where bending begins.")
      .def_property_readonly(
          "full", [](const Bend& b) { return b.full.value; }, "Where full flexion begins.")
      .def_property_readonly(
          "returning", [](const Bend& b) { return b.returning.value; }, "Where returning begins.")
      .def_property_readonly(
          "end", [](const Bend& b) { return b.end.value; }, "Where standing begins again.")
      .def_property_readonly(
          "upright_deg", [](const Bend& b) { return b.upright.value; }, "Trunk angle where it begins.")
      .def_property_readonly(
          "deepest_deg", [](const Bend& b) { return b.deepest.value; }, "Trunk angle in full flexion.")
      .def_property_readonly(
          "standing", [](const Bend& b) { return known(b.standing); }, "Mean level before; None where not known.")
      .def_property_readonly(
          "flexing", [](const Bend& b) { return known(b.flexing); }, "Strongest second on the way down.")
      .def_property_readonly(
          "half", [](const Bend& b) { return known(b.half); }, "Mean level of a pause on the way down.")
      .def_property_readonly(
          "flexed", [](const Bend& b) { return known(b.flexed); }, "Mean level in full flexion.")
      .def_property_readonly(
          "extending", [](const Bend& b) { return known(b.extending); }, "Strongest second on the way up.")
      .def_readonly("silent", &Bend::silent, "Full flexion is below `silence_share` of extending.")
      .def_property_readonly(
          "silence",
          [](const Bend& b) -> py::object {
            if (!b.has_silence) return py::none();
            return py::make_tuple(b.silence_begins.value, b.silence_ends.value);
          },
          "(first sample, one past the last) of the silence; None where there is none, or its edges are not clear.")
      .def_property_readonly(
          "silence_deg",
          [](const Bend& b) -> py::object {
            if (!b.has_silence) return py::none();
            return py::make_tuple(b.silence_from.value, b.silence_to.value);
          },
          "Trunk angles at which it begins and ends; None as above.")
      .def_property_readonly("doubts", &doubts_of, "Why the bend may not be what it seems, in words.")
      .def_property_readonly(
          "reasons", [](const Bend& b) { return mark_names(b.reasons); }, "Marks met in its phases.")
      .def(
          "__eq__", [](const Bend& a, const Bend& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const Bend& b) {
        return "<bend " + std::to_string(b.number) + " of muscle " + std::to_string(b.channel) + ">";
      });
  define(
      bend, "ratio", [](const Bend& b, const Given<given::Text>& which) { return known(ratio(b, ratio_named(which))); },
      py::arg("which"),
      "\"ERR\" (max EXT / mean FULL), \"FRR\" (max FLEX / mean FULL), \"RR\" (mean FULL / max FLEX), \"SFR\" (mean "
      "STAND / "
      "mean FULL), \"FER\" (max FLEX / max EXT) or \"hFRR\" (mean HALF / mean FULL); None where a level is not known, "
      "or "
      "both are at the floor. Raises ConfigError.\n"
      "Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6.");
  define(
      m, "bend_ratio",
      [](const Given<given::Bends>& bends, const Given<given::Text>& which) {
        std::vector<Bend> all;
        for (const auto& one : py::reinterpret_borrow<py::iterable>(bends)) {
          if (!py::isinstance<Bend>(one)) raise_argument("bends", shown(one) + " among others", "Bend objects");
          all.push_back(one.cast<Bend>());
        }
        return known(ratio(all, ratio_named(which)));
      },
      py::arg("bends"), py::arg("which"),
      "The geometric mean of a ratio over bends of one muscle, with a 95 % interval by how far they differ (Student's "
      "t), "
      "no narrower than what each leaves; None where none has one. Raises ConfigError.");
}

py::list listed(const std::vector<Bend>& bends) {
  py::list all;
  for (const auto& b : bends) all.append(b);
  return all;
}

py::list process(One& one, const Given<given::Array>& block, const Given<given::Marks>& marks) {
  const Samples in = samples("block", block, max_channels);
  refuse_other_channels(in, one.live().format().channels.count(), "flexion-relaxation");
  const MarkArray mark = optional_mark_array(marks, in);
  const auto bends = one.alone([&](Live& live) {
    refuse_ended<Bend>(live);
    const py::gil_scoped_release release;
    return feed<Bend>(live, {in.array.data(), in.frames, in.channels, mark.data});
  });
  return listed(bends);
}
py::list finished(One& one) {
  py::list all;
  one.alone([&](Live& live) {
    Sink<Bend> sink(256);
    for (Status status = Status::full; status == Status::full;) {
      status = live.finish(sink);
      for (const Bend& b : sink.items()) all.append(b);
      sink.clear();
    }
  });
  return all;
}

StreamFormat with_angle(const FlexionRelaxation& spec, const StreamFormat& format) {
  return as_it_reads(spec.phases, format);
}

// A whole record by its angle.
py::list over_whole(const FlexionRelaxation& spec, const Samples& in, const StreamFormat& format, const Marks* marks) {
  Live live = take(try_start(spec, with_angle(spec, format)));
  std::vector<Bend> bends;
  {
    const py::gil_scoped_release release;
    bends = feed<Bend>(live, {in.array.data(), in.frames, in.channels, marks});
    Sink<Bend> sink(256);
    for (Status status = Status::full; status == Status::full; sink.clear()) {
      status = live.finish(sink);
      bends.insert(bends.end(), sink.items().begin(), sink.items().end());
    }
  }
  return listed(bends);
}

}  // namespace

void register_bends(py::module_& m) {
  bind_values(m);
  bind_bend(m);
  bind_detector<BendPhases>(m);
  bind_spec<ActivityPhases>(m);
  py::class_<One> live(m, "LiveFlexionRelaxation",
                       "Flexion-relaxation brought to life for one stream. It belongs to one thread at a time.");
  auto spec = bind_spec<FlexionRelaxation>(m);
  define(
      spec, "start",
      [](const FlexionRelaxation& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<One>(take(try_start(s, with_angle(s, stream_format(fs, channels)))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring it to life for one stream: fs in Hz, at least 100; channels as a list of names, the angle's among them. "
      "Raises ConfigError, naming the argument.");
  define(live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = py::none(),
         "The next block, (frames, channels): band-passed EMG without the heart in microvolts, and the trunk angle in "
         "degrees; returns the bends that are over, one a muscle. The GIL is released meanwhile.\n"
         "marks: reason bits of the block, uint32 of its shape; what is withheld, and what a heart dominates, is left "
         "out. "
         "Raises ConfigError, naming the argument; also after finish().");
  define(live, "finish", &finished, "End of the stream: bends that are over; one that is not is none.");
  define(
      live, "reset", [](One& one) { one.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "so_far",
      [](const One& one, const Given<given::Int>& muscle) {
        const int muscles = one.live().format().channels.count() - 1;
        const std::string expected = "0 to " + std::to_string(muscles - 1);
        const auto m = whole_number("muscle", muscle, expected);
        if (m < 0 || m >= muscles) raise_argument("muscle", std::to_string(m), expected);
        return one.alone([&](const Live& l) { return l.so_far(static_cast<int>(m)); });
      },
      py::arg("muscle"),
      "The bend under way: a Bend whose levels are there as far as it has come. muscle: its index, the angle not "
      "counted. "
      "Raises ConfigError.");
  define(
      live, "latency", [](const One& one) { return one.live().latency().samples(); },
      "Samples from the end of a return until it is decided.");
  define(
      live, "save", [](const One& one) { return saved(one); }, "The whole state as bytes, for load().");
  define(
      live, "load", [](One& one, const Given<given::Bytes>& state) { load(one, state, "flexion-relaxation"); },
      py::arg("state"), "Carry on from a saved state of the same spec, rate and channels. Raises ConfigError.");
  live.def("__copy__", [](const One& one) { return std::make_unique<One>(one); })
      .def("__deepcopy__", [](const One& one, const py::dict&) { return std::make_unique<One>(one); })
      .def_property_readonly(
          "phase", [](const One& one) { return to_text(one.live().phase()); },
          "\"standing\", \"bending\", \"full flexion\", \"returning\", or \"none\" where nothing is known.")
      .def_property_readonly(
          "position", [](const One& one) { return one.live().position().value; }, "Samples processed since the start.")
      .def_property_readonly("fs", [](const One& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const One& one) { return channel_names(one.live().format()); });
  define(
      m, "_bends_by_angle",
      [](const Given<given::FlexionRelaxationSpec>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
        const auto& s = object_of<FlexionRelaxation>("spec", spec, "a FlexionRelaxation");
        const Samples in = samples("x", x);
        const MarkArray mark = optional_mark_array(marks, in);
        return over_whole(s, in, stream_format(fs, channels, in), mark.data);
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"), py::arg("marks") = py::none());
  define(
      m, "_bends_by_cues",
      [](const Given<given::FlexionRelaxationSpec>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Markers>& cues,
         const Given<given::Marks>& marks) {
        const auto& s = object_of<FlexionRelaxation>("spec", spec, "a FlexionRelaxation");
        const Samples in = samples("x", x);
        const StreamFormat format = stream_format(fs, channels, in);
        const auto all = markers_from(cues);
        const MarkArray mark = optional_mark_array(marks, in);
        return listed(take([&] {
          const py::gil_scoped_release release;
          return bends_by_cues(s, {in.array.data(), in.frames, in.channels, mark.data}, format, all);
        }()));
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"), py::arg("cues"),
      py::arg("marks") = py::none());
  define(
      m, "_bends_by_activity",
      [](const Given<given::FlexionRelaxationSpec>& spec, const Given<given::PhasesSpec>& phases,
         const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Marks>& marks) {
        const auto& s = object_of<FlexionRelaxation>("spec", spec, "a FlexionRelaxation");
        const auto& by = object_of<ActivityPhases>("phases", phases, "an ActivityPhases");
        const Samples in = samples("x", x);
        const StreamFormat format = stream_format(fs, channels, in);
        const MarkArray mark = optional_mark_array(marks, in);
        return listed(take([&] {
          const py::gil_scoped_release release;
          return bends_by_activity(s, by, {in.array.data(), in.frames, in.channels, mark.data}, format);
        }()));
      },
      py::arg("spec"), py::arg("phases"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels"),
      py::arg("marks") = py::none());
}

}  // namespace unguard::python
