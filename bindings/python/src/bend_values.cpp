// SPDX-License-Identifier: Apache-2.0
// What is told of a bend: levels of its phases, their ratios, and left against right.
#include <optional>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "doubts.hpp"
#include "pickled.hpp"
#include "register.hpp"
#include "unguard/clinical/asymmetry.hpp"
#include "unguard/clinical/bend.hpp"

namespace unguard::python {

namespace given {
struct Bends {
  static constexpr auto name = const_name("collections.abc.Iterable[unguard._core.Bend]");
};
struct Level {
  static constexpr auto name = const_name("unguard._core.PhaseLevel");
};
}  // namespace given

namespace {

py::object known(const PhaseLevel& level) { return level.known() ? py::cast(level) : py::none(); }
template <class T>
py::object known(const std::optional<T>& found) {
  return found ? py::cast(*found) : py::none();
}
template <class Value>
py::object pair_if(bool there, const Value& first, const Value& second) {
  if (!there) return py::none();
  return py::make_tuple(first.value, second.value);
}

BendRatio ratio_named(const py::handle& which) {
  try {
    return FieldValue<BendRatio>::from(which);
  } catch (const Unfit&) {
    raise_argument("which", shown(which), FieldValue<BendRatio>::expected({}, ""));
  }
}

void bind_level(py::module_& m) {
  py::class_<PhaseLevel> level(m, "PhaseLevel",
                               "How strong a muscle was in one phase of a bend, its noise taken off in power.");
  bind_pickle(level, [](auto& archive, PhaseLevel& l) {
    archive(l.level.value);
    archive(l.spread);
    archive(l.share);
    archive(l.at_floor);
  });
  level
      .def(
          "__eq__", [](const PhaseLevel& a, const PhaseLevel& b) { return a == b; }, py::is_operator())
      .def_property_readonly(
          "level_uV", [](const PhaseLevel& l) { return l.level.value; },
          "RMS, microvolts; the floor where it is at it.")
      .def_readonly("spread", &PhaseLevel::spread, "Standard error of its logarithm.")
      .def_readonly("share", &PhaseLevel::share, "Of the phase that could be believed, 0 to 1.")
      .def_readonly("at_floor", &PhaseLevel::at_floor, "Whether it is no further above the noise than the floor.")
      .def("__repr__", [](const PhaseLevel& l) {
        return std::string("<") + (l.at_floor ? "at most " : "") + to_text(l.level) + ">";
      });
}

void bind_ratio(py::module_& m) {
  py::class_<Ratio> of_two(m, "Ratio", "What two levels are to each other, with a 95 % interval.");
  bind_pickle(of_two, [](auto& archive, Ratio& r) {
    for (double* number : {&r.value, &r.low, &r.high}) archive(*number);
    archive(r.at_least);
    archive(r.at_most);
    archive(r.bends);
  });
  of_two
      .def(
          "__eq__", [](const Ratio& a, const Ratio& b) { return a == b; }, py::is_operator())
      .def_readonly("value", &Ratio::value, "Without a unit.")
      .def_readonly("low", &Ratio::low, "End of the interval; 0 where it is at most the value.")
      .def_readonly("high", &Ratio::high, "End of the interval; infinite where it is at least the value.")
      .def_readonly("at_least", &Ratio::at_least,
                    "Whether what it is over is at the floor, so that it is at least this.")
      .def_readonly("at_most", &Ratio::at_most, "Whether what is over it is at the floor, so that it is at most this.")
      .def_readonly("bends", &Ratio::bends, "That went into it.")
      .def("__repr__", [](const Ratio& r) {
        return std::string("<") +
               (r.at_least  ? ">= "
                : r.at_most ? "<= "
                            : "") +
               to_text(r.value) + " [" + to_text(r.low) + ", " + to_text(r.high) + "]>";
      });
  py::class_<Asymmetry> sides(m, "Asymmetry", "100 (L - R) / (L + R), with its 95 % interval.");
  bind_pickle(sides, [](auto& archive, Asymmetry& a) {
    for (double* number : {&a.value, &a.low, &a.high}) archive(*number);
    archive(a.at_floor);
  });
  sides
      .def(
          "__eq__", [](const Asymmetry& a, const Asymmetry& b) { return a == b; }, py::is_operator())
      .def_readonly("value", &Asymmetry::value, "%, from -100, all right, to 100, all left.")
      .def_readonly("low", &Asymmetry::low, "End of the interval, %.")
      .def_readonly("high", &Asymmetry::high, "End of the interval, %.")
      .def_readonly("at_floor", &Asymmetry::at_floor, "Whether of one side nothing is left above its noise.")
      .def("__repr__", [](const Asymmetry& a) {
        return "<" + to_text(a.value) + " % [" + to_text(a.low) + ", " + to_text(a.high) + "]>";
      });
}

using BendClass = py::class_<Bend>;

void bind_edges(BendClass& bend) {
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
          "deepest_deg", [](const Bend& b) { return b.deepest.value; }, "Trunk angle in full flexion.");
}
void bind_levels(BendClass& bend) {
  bend.def_property_readonly(
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
          "silence", [](const Bend& b) { return pair_if(b.has_silence, b.silence_begins, b.silence_ends); },
          "(first sample, one past the last) of the silence; None where there is none, or its edges are not clear.")
      .def_property_readonly(
          "silence_deg", [](const Bend& b) { return pair_if(b.has_silence, b.silence_from, b.silence_to); },
          "Trunk angles at which it begins and ends; None as above.")
      .def_property_readonly(
          "doubts", [](const Bend& b) { return doubts_in_words(b.doubts); },
          "Why the bend may not be what it seems, in words.")
      .def_property_readonly(
          "reasons", [](const Bend& b) { return mark_names(b.reasons); }, "Marks met in its phases.");
}

void bind_bend(py::module_& m) {
  BendClass bend(m, "Bend", "One bend of one muscle; indices count samples of the stream.");
  bind_pickle(bend);
  bind_edges(bend);
  bind_levels(bend);
  bend.def(
          "__eq__", [](const Bend& a, const Bend& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const Bend& b) {
        return "<bend " + std::to_string(b.number) + " of muscle " + std::to_string(b.channel) + ">";
      });
  bend.attr("__hash__") = py::none();
  define(
      bend, "ratio", [](const Bend& b, const Given<given::Text>& which) { return known(ratio(b, ratio_named(which))); },
      py::arg("which"),
      "\"ERR\" (max EXT / mean FULL), \"FRR\" (max FLEX / mean FULL), \"RR\" (mean FULL / max FLEX), \"SFR\" (mean "
      "STAND / mean FULL), \"FER\" (max FLEX / max EXT) or \"hFRR\" (mean HALF / mean FULL), as a Ratio; None where a "
      "level is not known, less than half of its phase could be believed, or both are at the floor. Raises "
      "ConfigError.\n"
      "Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6.");
}

py::object ratio_of_bends(const Given<given::Bends>& bends, const Given<given::Text>& which) {
  std::vector<Bend> all;
  const py::handle given = bends;
  if (!py::isinstance<py::iterable>(given)) raise_argument("bends", shown(given), "Bend objects");
  for (const auto& one : given) {
    if (!py::isinstance<Bend>(one)) raise_argument("bends", shown(one) + " among others", "Bend objects");
    all.push_back(one.cast<Bend>());
  }
  return known(ratio(all, ratio_named(which)));
}

}  // namespace

void register_bend_values(py::module_& m) {
  bind_level(m);
  bind_ratio(m);
  bind_bend(m);
  define(m, "bend_ratio", &ratio_of_bends, py::arg("bends"), py::arg("which"),
         "The geometric mean of a ratio over bends of one muscle, as a Ratio, with a 95 % interval by how far they "
         "differ (Student's t), no narrower than what each leaves; None where none has one. Raises ConfigError.\n"
         "Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6.");
  define(
      m, "asymmetry",
      [](const Given<given::Level>& left, const Given<given::Level>& right) {
        const auto& l = object_of<PhaseLevel>("left", left, "a PhaseLevel");
        return known(asymmetry(l, object_of<PhaseLevel>("right", right, "a PhaseLevel")));
      },
      py::arg("left"), py::arg("right"),
      "100 (L - R) / (L + R) of two levels of the same phase, as an Asymmetry; None where both are at the floor. "
      "Low-back "
      "pain does not show in it: a change is one beyond what the same person differs by from day to day, and says no "
      "more. Raises ConfigError.\n"
      "Source: Lariviere, Gagnon & Loisel 2005, J. Rehabil. Res. Dev. 42:235.");
}

}  // namespace unguard::python
