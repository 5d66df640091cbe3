// SPDX-License-Identifier: Apache-2.0
// How smooth a movement is, how far opposing muscles work at once, and what a muscle does after a marker.
#include <span>
#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "or_none.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/co_contraction.hpp"
#include "unguard/clinical/dimensionless_jerk.hpp"
#include "unguard/clinical/response.hpp"
#include "unguard/clinical/spectral_arc_length.hpp"

namespace unguard::python {

namespace given {
struct ArcLengthSpec {
  static constexpr auto name = const_name("unguard._core.SpectralArcLength");
};
struct WindowsSpec {
  static constexpr auto name = const_name("unguard._core.ResponseWindows");
};
}  // namespace given

namespace {

// One channel.
struct Course {
  Samples in;
  Course(const std::string& argument, const py::handle& given) : in(samples(argument, given)) {
    if (!in.flat) raise_argument(argument, "two-dimensional", "one channel");
  }
  std::span<const double> values() const { return {in.array.data(), static_cast<std::size_t>(in.frames)}; }
};
Hertz rate_of(const py::handle& fs) { return {number("fs", fs, "a number above 0 Hz")}; }

void bind_smoothness(py::module_& m) {
  bind_spec<SpectralArcLength>(m);
  define(
      m, "spectral_arc_length",
      [](const Given<given::Array>& speed, const Given<given::Float>& fs, const Given<given::ArcLengthSpec>& spec) {
        const Course course("speed", speed);
        return take(spectral_arc_length(course.values(), rate_of(fs),
                                        object_of<SpectralArcLength>("spec", spec, "a SpectralArcLength")));
      },
      py::arg("speed"), py::kw_only(), py::arg("fs"), py::arg("spec") = SpectralArcLength{},
      "Smoothness of one discrete movement (SPARC) from its speed, (samples,) in any unit, not from its angle: -1.41 "
      "for "
      "a single gentle bump, more negative the more often it starts anew; without a unit. Raises ConfigError.\n"
      "Source: Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9.");
  define(
      m, "dimensionless_jerk",
      [](const Given<given::Array>& speed, const Given<given::Float>& fs) {
        const Course course("speed", speed);
        return take(dimensionless_jerk(course.values(), rate_of(fs)));
      },
      py::arg("speed"), py::kw_only(), py::arg("fs"),
      "-(T^3 / peak^2) sum (d2v/dt2)^2 dt of one movement's speed v, (samples,) in any unit; 0 or less. It depends on "
      "where the movement is cut. Raises ConfigError.\n"
      "Source: Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9.");
  define(
      m, "log_dimensionless_jerk",
      [](const Given<given::Array>& speed, const Given<given::Float>& fs) {
        const Course course("speed", speed);
        return take(log_dimensionless_jerk(course.values(), rate_of(fs)));
      },
      py::arg("speed"), py::kw_only(), py::arg("fs"),
      "-ln |dimensionless_jerk|: the larger, the smoother. Raises ConfigError; also for a straight line, which has no "
      "jerk.\n"
      "Source: Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9.");
}

py::dict common_work(const Given<given::Array>& agonist, const Given<given::Array>& antagonist,
                     const Given<given::Float>& noise) {
  const Course a("agonist", agonist), b("antagonist", antagonist);
  const CoContraction found =
      take(co_contraction(a.values(), b.values(), number("noise", noise, "a number of at least 0")));
  py::dict told;
  told["falconer_winter"] = found.falconer_winter;
  told["rudolph"] = found.rudolph;
  told["lewek"] = found.lewek();
  told["directed"] = found.directed;
  told["samples"] = found.samples;
  told["left_out"] = found.left_out;
  return told;
}

py::dict responded(const Given<given::WindowsSpec>& spec, const Given<given::Array>& levels,
                   const Given<given::Float>& fs, const Given<given::Int>& at) {
  const auto& windows = object_of<ResponseWindows>("windows", spec, "a ResponseWindows");
  const Course course("levels", levels);
  const std::int64_t marker = whole_number("at", at, "a whole number, the index of the marker's sample");
  const Response found = take(response(course.values(), rate_of(fs), marker, windows));
  py::dict told;
  told["baseline"] = found.baseline;
  told["task"] = found.task;
  told["reactivity"] = found.reactivity;
  told["peak"] = found.peak;
  told["peak_at_s"] = found.peak_at.value;
  told["latency_s"] = or_none(found.latency);
  told["area_s"] = found.area;
  told["half_time_s"] = or_none(found.half_time);
  told["censored"] = found.censored;
  told["share"] = found.share;
  return told;
}

}  // namespace

void register_movement_measures(py::module_& m) {
  bind_smoothness(m);
  define(m, "_co_contraction", &common_work, py::arg("agonist"), py::arg("antagonist"), py::kw_only(),
         py::arg("noise"));
  bind_spec<ResponseWindows>(m);
  define(m, "_response", &responded, py::arg("windows"), py::arg("levels"), py::kw_only(), py::arg("fs"),
         py::arg("at"));
}

}  // namespace unguard::python
