// SPDX-License-Identifier: Apache-2.0
// How hard and how long a muscle works: amplitude distribution, gaps and rest, exposure variation.
#include <cmath>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "pickled.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/amplitude_distribution.hpp"
#include "unguard/clinical/exposure_variation.hpp"
#include "unguard/clinical/muscle_rest.hpp"

namespace unguard::python {

namespace given {
struct MuscleRestSpec {
  static constexpr auto name = const_name("unguard._core.MuscleRest");
};
struct ExposureSpec {
  static constexpr auto name = const_name("unguard._core.ExposureVariation");
};
}  // namespace given

namespace {

// Levels of one channel, one a sample; NaN where there is none.
std::vector<double> levels_of(const py::handle& given) {
  const Samples in = samples("levels", given);
  if (!in.flat) raise_argument("levels", "two-dimensional", "levels of one channel");
  return {in.array.data(), in.array.data() + in.frames};
}
Hertz rate_of(const py::handle& fs) { return {number("fs", fs, "a number above 0 Hz")}; }

void bind_distribution(py::module_& m) {
  using A = AmplitudeDistribution;
  py::class_<A> distribution(
      m, "AmplitudeDistribution",
      "How much of the time one channel spends at which level, counted while levels come: bins of "
      "less than 0.8 % of the level (Jonsson 1982, J. Hum. Ergol. 11:73).");
  distribution.def(py::init<>());
  define(
      distribution, "add",
      [](A& one, const Given<given::Array>& levels) {
        for (const double level : levels_of(levels)) one.add(level);
      },
      py::arg("levels"), "The next levels, (samples,), in any unit; NaN is none of the time. Raises ConfigError.");
  define(
      distribution, "quantile",
      [](const A& one, const Given<given::Float>& share) {
        const double s = number("share", share, "0 to 1");
        if (!(s >= 0 && s <= 1)) raise_argument("share", to_text(s), "0 to 1");
        return one.quantile(s);
      },
      py::arg("share"),
      "The level that the lowest share (0 to 1) of the time stays at or below: 0.1 static, 0.5 median, 0.9 peak; NaN "
      "while nothing has come. Raises ConfigError.");
  define(
      distribution, "share_below",
      [](const A& one, const Given<given::Float>& level) {
        return one.share_below(number("level", level, "a number"));
      },
      py::arg("level"), "Share of the time, 0 to 1, at or below a level; NaN while nothing has come.");
  distribution.def_property_readonly("count", &A::count, "Levels that have come.");
  bind_pickle(distribution, [](auto& archive, A& one) { one.state(archive); });
  distribution
      .def(
          "__eq__", [](const A& a, const A& b) { return a == b; }, py::is_operator())
      .def("__repr__",
           [](const A& one) { return "<AmplitudeDistribution of " + std::to_string(one.count()) + " levels>"; });
  distribution.attr("__hash__") = py::none();
  define(
      m, "amplitude_quantile",
      [](const Given<given::Array>& levels, const Given<given::Float>& share) {
        return take(amplitude_quantile(levels_of(levels), number("share", share, "0 to 1")));
      },
      py::arg("levels"), py::arg("share"),
      "The level that the lowest share (0 to 1) of the time stays at or below, exactly (as numpy.quantile): 0.1 "
      "static, "
      "0.5 median, 0.9 peak load. levels: (samples,), NaN left out. Limits of Jonsson hold for % MVC and nothing else. "
      "Raises ConfigError.\n"
      "Source: Jonsson 1982, J. Hum. Ergol. 11:73.");
}

py::dict rest_of(const Given<given::MuscleRestSpec>& spec, const Given<given::Array>& levels,
                 const Given<given::Float>& fs) {
  MuscleRestCounter counter = take(try_start(object_of<MuscleRest>("spec", spec, "a MuscleRest"), rate_of(fs)));
  for (const double level : levels_of(levels)) counter.add(level);
  const RestTime rest = counter.so_far();
  py::dict told;
  told["observed_s"] = rest.observed.value;
  told["resting_s"] = rest.resting.value;
  told["rest_share"] = rest.rest_share();
  told["gaps"] = rest.gaps;
  told["gaps_a_minute"] = rest.gaps_a_minute();
  told["in_gaps_s"] = rest.in_gaps.value;
  told["longest_without_s"] = rest.longest_without.value;
  return told;
}

py::dict exposure_of(const Given<given::ExposureSpec>& spec, const Given<given::Array>& levels,
                     const Given<given::Float>& fs) {
  ExposureVariationCounter counter =
      take(try_start(object_of<ExposureVariation>("spec", spec, "an ExposureVariation"), rate_of(fs)));
  for (const double level : levels_of(levels)) counter.add(level);
  py::array_t<double> shares({counter.level_classes(), counter.length_classes()});
  for (std::size_t l = 0; l < counter.level_classes(); ++l)
    for (std::size_t t = 0; t < counter.length_classes(); ++t)
      *shares.mutable_data(static_cast<py::ssize_t>(l), static_cast<py::ssize_t>(t)) = counter.share(l, t);
  py::dict told;
  told["shares"] = shares;
  told["observed_s"] = counter.observed().value;
  told["deviation"] = counter.deviation();
  return told;
}

}  // namespace

void register_muscle_load(py::module_& m) {
  bind_distribution(m);
  bind_spec<MuscleRest>(m);
  bind_spec<ExposureVariation>(m);
  define(m, "_muscle_rest", &rest_of, py::arg("spec"), py::arg("levels"), py::kw_only(), py::arg("fs"));
  define(m, "_exposure_variation", &exposure_of, py::arg("spec"), py::arg("levels"), py::kw_only(), py::arg("fs"));
}

}  // namespace unguard::python
