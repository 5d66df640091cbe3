// SPDX-License-Identifier: Apache-2.0
// Slopes over time, and what they say of fatigue. Their Python faces are unguard.trend and unguard.fatigue.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/trend.hpp"
#include "unguard/spectrum/fatigue.hpp"
#include "unguard/spectrum/fatigue_band.hpp"
#include "unguard/spectrum/fatigue_cycles.hpp"
#include "unguard/spectrum/fatigue_indicator.hpp"

namespace unguard::python {

namespace given {
struct Line {
  static constexpr auto name = const_name("unguard._core.TrendLine");
};
struct Point {
  static constexpr auto name = const_name("unguard._core.CyclePoint");
};
struct Indicator {
  static constexpr auto name = const_name("unguard._core.FatigueIndicator");
};
struct FiltersOrText {
  static constexpr auto name = const_name("unguard._core.Spec | unguard._core.Chain | str");
};
}  // namespace given

namespace {

// One number a window.
std::span<const double> course(const Samples& s) {
  if (!s.flat) raise_argument(s.argument, "two-dimensional", "one number a window, (windows,)");
  return {s.array.data(), static_cast<std::size_t>(s.frames)};
}
py::tuple told(const Estimate& e) { return py::make_tuple(e.value, e.low, e.high); }
py::dict told(const Trend& t) {
  py::dict d;
  d["slope"] = told(t.slope);
  d["intercept"] = told(t.intercept);
  d["normalised"] = t.normalised ? py::object(told(*t.normalised)) : py::none();
  d["correlation"] = t.correlation;
  d["values"] = t.values;
  d["left_out"] = t.left_out;
  d["level"] = t.level;
  return d;
}
py::dict told(const Fatigue& f) {
  py::dict d;
  d["spectrum"] = told(f.spectrum);
  d["amplitude"] = told(f.amplitude);
  d["quadrant"] = to_text(f.quadrant);
  d["below_change_limit"] = f.below_change_limit;
  return d;
}
const TrendLine& line_of(const py::handle& line) { return object_of<TrendLine>("line", line, "a TrendLine"); }
SpectralIndex index_of(const py::handle& index) {
  try {
    return FieldValue<SpectralIndex>::from(index);
  } catch (const Unfit&) {
    raise_argument("index", shown(index), FieldValue<SpectralIndex>::expected({}, ""));
  }
}

void bind_indicator(py::module_& m) {
  py::class_<LiveFatigueIndicator> live(m, "_LiveFatigueIndicator");
  define(
      live, "__init__",
      [](py::detail::value_and_holder& holder, const Given<given::Indicator>& spec) {
        holder.value_ptr() =
            new LiveFatigueIndicator(take(try_start(object_of<FatigueIndicator>("spec", spec, "a FatigueIndicator"))));
      },
      py::detail::is_new_style_constructor(), py::arg("spec"));
  define(
      live, "push",
      [](LiveFatigueIndicator& one, const Given<given::Float>& seconds, const Given<given::Float>& spectrum,
         const Given<given::Float>& amplitude) {
        const auto value = [](const char* name, const py::handle& v) {
          const auto found = as_number(v);
          if (!found) raise_argument(name, shown(v), "a number, NaN for a window without one");
          return *found;
        };
        const double at = value("seconds", seconds);
        const double of_spectrum = value("spectrum", spectrum), of_amplitude = value("amplitude", amplitude);
        if (one.push(at, of_spectrum, of_amplitude) != Status::ok)
          raise_argument("seconds", to_text(at), "a finite time, later than the one before it");
      },
      py::arg("seconds"), py::arg("spectrum"), py::arg("amplitude"));
  live.def("reading",
           [](const LiveFatigueIndicator& one) -> py::object {
             const auto reading = one.reading();
             if (!reading) return py::none();
             return told(*reading);
           })
      .def("reset", &LiveFatigueIndicator::reset)
      .def("__copy__", [](const LiveFatigueIndicator& one) { return LiveFatigueIndicator(one); })
      .def_property_readonly("windows", &LiveFatigueIndicator::windows)
      .def_property_readonly("left_out", &LiveFatigueIndicator::left_out);
}

}  // namespace

void register_fatigue(py::module_& m) {
  bind_spec<TrendLine>(m);
  bind_spec<CyclePoint>(m);
  bind_spec<FatigueIndicator>(m);
  bind_indicator(m);
  define(
      m, "_trend",
      [](const Given<given::Array>& seconds, const Given<given::Array>& values, const Given<given::Line>& line) {
        const Samples t = samples("seconds", seconds), y = samples("values", values);
        return told(take(trend(course(t), course(y), line_of(line))));
      },
      py::arg("seconds"), py::arg("values"), py::arg("line"));
  define(
      m, "_fatigue",
      [](const Given<given::Array>& seconds, const Given<given::Array>& spectrum, const Given<given::Array>& amplitude,
         const Given<given::Text>& index, const Given<given::Line>& line) {
        const Samples t = samples("seconds", seconds), s = samples("spectrum", spectrum),
                      a = samples("amplitude", amplitude);
        return told(take(fatigue(course(t), course(s), course(a), index_of(index), line_of(line))));
      },
      py::arg("seconds"), py::arg("spectrum"), py::arg("amplitude"), py::arg("index"), py::arg("line"));
  define(
      m, "_cycle_frames",
      [](const Given<given::Array>& angle, const Given<given::Point>& point) {
        const Samples a = samples("angle", angle);
        return take(cycle_frames(course(a), object_of<CyclePoint>("point", point, "a CyclePoint")));
      },
      py::arg("angle"), py::arg("point"));
  define(
      m, "_windows_at",
      [](const Given<given::Array>& middles, const Given<given::Array>& points, const Given<given::Float>& reach) {
        const Samples w = samples("middles", middles), p = samples("points", points);
        return windows_at(course(w), course(p), number("reach", reach, "a finite number of seconds"));
      },
      py::arg("middles"), py::arg("points"), py::arg("reach"));
  define(
      m, "_highpass_corner",
      [](const Given<given::FiltersOrText>& filters) -> std::optional<double> {
        const auto words = as_text(filters);
        const auto corner = highpass_corner(words ? *words : to_text(chain_of(filters.value)));
        if (!corner) return std::nullopt;
        return corner->value;
      },
      py::arg("filters"));
}

}  // namespace unguard::python
