// SPDX-License-Identifier: Apache-2.0
// Levels of tension asked for and produced, met and held; and the level that is noticed, by a staircase.
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "intervals.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/staircase.hpp"
#include "unguard/clinical/tension_discrimination.hpp"
#include "unguard/clinical/tension_hold.hpp"
#include "unguard/clinical/tension_trial.hpp"
#include "unguard/core/state.hpp"
#include "whole_record.hpp"

namespace unguard::python {

namespace given {
struct DiscriminationSpec {
  static constexpr auto name = const_name("unguard._core.TensionDiscrimination");
};
struct Trials {
  static constexpr auto name = const_name("collections.abc.Iterable[tuple[float, float]]");
};
}  // namespace given

namespace {

// What goes on from one call to the next, with what its saved state belongs to.
template <class Kept>
struct Lasting {
  Kept kept;
  std::uint64_t belongs_to;
};
using Judge = Lasting<TensionHoldJudge>;
using Run = Lasting<StaircaseRun>;

template <class Kept>
void bind_state(py::class_<Lasting<Kept>>& c, const std::string& what) {
  using L = Lasting<Kept>;
  define(
      c, "save",
      [](L& one) {
        const auto bytes = save_state(one.kept, one.belongs_to);
        return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      },
      "The state between two calls, as bytes.");
  define(
      c, "load",
      [what](L& one, const Given<given::Bytes>& state) {
        const py::handle given = state;
        if (!py::isinstance<py::bytes>(given)) raise_argument("state", shown(given), "the bytes save() gave");
        const auto view = static_cast<std::string_view>(py::reinterpret_borrow<py::bytes>(given));
        const Status status =
            load_state(one.kept, {reinterpret_cast<const std::byte*>(view.data()), view.size()}, one.belongs_to);
        if (status != Status::ok)
          raise_argument("state", std::to_string(view.size()) + " bytes",
                         "the state of the same " + what + ": " + std::string(to_text(status)));
      },
      py::arg("state"), ("Carry on from a saved state of the same " + what + ". Raises ConfigError.").c_str());
  define(
      c, "reset", [](L& one) { one.kept.reset(); }, "As just started.");
}

std::vector<TensionTrial> trials_of(const py::handle& given) {
  const std::string expected = "pairs (target, produced)";
  if (!py::isinstance<py::iterable>(given) || py::isinstance<py::str>(given))
    raise_argument("trials", shown(given), expected);
  std::vector<TensionTrial> all;
  for (const auto& one : given) {
    if (!py::isinstance<py::sequence>(one) || py::isinstance<py::str>(one) || py::len(one) != 2)
      raise_argument("trials", shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    all.push_back({number("trials", py::object(pair[0]), expected), number("trials", py::object(pair[1]), expected)});
  }
  return all;
}
py::dict perceived(const Given<given::DiscriminationSpec>& spec, const Given<given::Trials>& trials) {
  const auto& s = object_of<TensionDiscrimination>("spec", spec, "a TensionDiscrimination");
  const TensionPerception found = take(tension_discrimination(trials_of(trials), s));
  py::list targets, pairs;
  for (const TensionTarget& t : found.targets)
    targets.append(py::make_tuple(t.target, t.trials, t.produced, with_interval(t.error)));
  for (const TensionPair& p : found.neighbours)
    pairs.append(py::make_tuple(p.lower, p.higher, with_interval(p.area),
                                found.spread > 0 ? py::object(with_interval(p.d_prime)) : py::object(py::none())));
  py::dict d;
  d["slope"] = with_interval(found.slope);
  d["bias"] = with_interval(found.bias);
  d["spread"] = found.spread;
  d["targets"] = targets;
  d["neighbours"] = pairs;
  return d;
}

py::object level_of_hold(const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::Int>& begin,
                         const Given<given::Int>& end, const Given<given::Float>& noise,
                         const Given<given::Float>& floor, const Given<given::Marks>& marks) {
  const WholeRecord record(x, fs, py::none(), marks);
  if (record.in.channels != 1) raise_argument("x", std::to_string(record.in.channels) + " channels wide", "one muscle");
  const std::string samples = "samples of the record, 0 to " + std::to_string(record.in.frames) + ", in order";
  const auto from = whole_number("begin", begin, samples), to = whole_number("end", end, samples);
  if (!(from >= 0 && from < to)) raise_argument("begin", std::to_string(from), samples);
  if (to > record.in.frames) raise_argument("end", std::to_string(to), samples);
  const auto level = [](const char* name, const py::handle& given, double least) {
    const std::string expected = "microvolts RMS, at least " + to_text(least);
    const double found = number(name, given, expected);
    if (!(found >= least && std::isfinite(found))) raise_argument(name, to_text(found), expected);
    return Microvolts{found};
  };
  const auto off = level("noise", noise, 0), least = level("floor", floor, 0.01);
  const PhaseLevel found = held_level(power_course_of(record.block(), record.format.rate), 0, from, to, off, least);
  return found.known() ? py::cast(found) : py::object(py::none());
}

void bind_judge(py::module_& m) {
  py::class_<Judge> judge(m, "TensionHoldJudge",
                          "Whether a level of tension is met and held, judged while levels come. A level that has no "
                          "value, NaN, is outside.");
  auto spec = bind_spec<TensionHold>(m);
  define(
      spec, "start",
      [](const TensionHold& s, const Given<given::Float>& fs) {
        const Hertz rate{number("fs", fs, "a number above 0 Hz")};
        return std::make_unique<Judge>(Judge{take(try_start(s, rate)), hash_text(to_text(s) + " at " + to_text(rate))});
      },
      py::kw_only(), py::arg("fs"), "Begin to listen: fs of the levels, Hz. Raises ConfigError, naming the argument.");
  define(
      judge, "add",
      [](Judge& one, const Given<given::Array>& levels) {
        const Samples in = samples("levels", levels);
        if (!in.flat) raise_argument("levels", "two-dimensional", "levels of one channel");
        for (std::int64_t i = 0; i < in.frames; ++i) one.kept.add(in.array.data()[i]);
        return to_text(one.kept.state());
      },
      py::arg("levels"),
      "The next levels, (samples,), in the unit of the target; returns the state behind them: \"waiting\", "
      "\"holding\", \"held\" or \"failed\"; the last two stay. Raises ConfigError.");
  judge
      .def_property_readonly(
          "state", [](const Judge& one) { return to_text(one.kept.state()); },
          "\"waiting\", \"holding\", \"held\" or \"failed\".")
      .def_property_readonly(
          "inside_s", [](const Judge& one) { return one.kept.inside().value; },
          "How long within the band, s: of the hold under way, or the one that was held.")
      .def_property_readonly(
          "produced",
          [](const Judge& one) -> py::object {
            return one.kept.produced() > 0 ? py::object(py::float_(one.kept.produced())) : py::none();
          },
          "Its RMS there, in the unit of the levels; None where there is none.")
      .def_property_readonly(
          "seen_s", [](const Judge& one) { return one.kept.seen().value; }, "Since it began to listen, s.")
      .def("__repr__", [](const Judge& one) {
        return "<tension " + to_text(one.kept.state()) + ", " + to_text(one.kept.inside()) + " within the band>";
      });
  bind_state(judge, "hold and rate");
}

void bind_staircase(py::module_& m) {
  py::class_<Run> run(m, "StaircaseRun", "A staircase on its way: what to show next, and what it has found.");
  auto spec = bind_spec<Staircase>(m);
  define(
      spec, "start",
      [](const Staircase& s) {
        return std::make_unique<Run>(Run{take(try_start(s)), hash_text(to_text(s))});
      },
      "Begin. Raises ConfigError, naming the argument.");
  spec.def_property_readonly("chance", &Staircase::chance,
                             "Of \"yes\", that the levels gather around: (up / (up + down))^(1 / down_after).");
  define(
      run, "next",
      [](Run& one, const Given<given::Bool>& yes) {
        const auto answer = as_yes_or_no(yes);
        if (!answer) raise_argument("yes", shown(yes), "True or False");
        return one.kept.next(*answer);
      },
      py::arg("yes"),
      "The answer to what was shown: whether it was noticed, or right; returns the next level. Once it is done, "
      "nothing "
      "changes. Raises ConfigError.");
  define(
      run, "threshold",
      [](const Run& one) {
        const Estimate e = take(one.kept.threshold());
        return std::tuple(e.value, e.low, e.high);
      },
      "(value, low, high): the level that is noticed with the chance aimed at, and its 95 % interval. Raises "
      "ConfigError where there were too few reversals, or an end of the range was hit.");
  run.def_property_readonly(
         "level", [](const Run& one) { return one.kept.level(); }, "What to show next.")
      .def_property_readonly(
          "done", [](const Run& one) { return one.kept.done(); }, "Whether it is over.")
      .def_property_readonly(
          "trials", [](const Run& one) { return one.kept.trials(); }, "Answers that have come.")
      .def_property_readonly(
          "reversals", [](const Run& one) { return one.kept.reversals(); }, "The first four included.")
      .def("__repr__", [](const Run& one) {
        return "<staircase at " + to_text(one.kept.level()) + ", " + std::to_string(one.kept.trials()) + " trials>";
      });
  bind_state(run, "staircase");
}

}  // namespace

void register_tension(py::module_& m) {
  bind_spec<TensionDiscrimination>(m);
  define(m, "_tension_discrimination", &perceived, py::arg("spec"), py::arg("trials"));
  define(m, "_held_level", &level_of_hold, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("begin"), py::arg("end"),
         py::arg("noise"), py::arg("floor"), py::arg("marks") = py::none());
  bind_judge(m);
  bind_staircase(m);
}

}  // namespace unguard::python
