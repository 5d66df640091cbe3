// SPDX-License-Identifier: Apache-2.0
// Slopes over time, and what they say of fatigue. Their Python faces are unguard.trend and unguard.fatigue.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "intervals.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/trend.hpp"
#include "unguard/spectrum/fatigue_band.hpp"
#include "unguard/spectrum/fatigue_cycles.hpp"
#include "unguard/spectrum/fatigue_indicator.hpp"
#include "unguard/spectrum/jasa.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace given {
struct Line {
  static constexpr auto name = const_name("unguard._core.TrendLine");
};
struct Point {
  static constexpr auto name = const_name("unguard._core.CyclePoint");
};
struct Joint {
  static constexpr auto name = const_name("unguard._core.Jasa");
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
py::dict told(const Trend& t) {
  py::dict d;
  d["slope"] = with_interval(t.slope);
  d["intercept"] = with_interval(t.intercept);
  d["normalised"] = t.normalised ? py::object(with_interval(*t.normalised)) : py::none();
  d["correlation"] = t.correlation;
  d["nearly_random_walk"] = t.nearly_random_walk;
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

using One = OneThread<LiveFatigueIndicator>;

// Their Python classes are where a person reads of them.
py::object fatigue_of(const Fatigue& f, SpectralIndex index) {
  return py::module_::import("unguard.jasa").attr("fatigue_of")(told(f), to_text(index));
}

void push(One& one, const Given<given::Float>& seconds, const Given<given::Float>& spectrum,
          const Given<given::Float>& amplitude) {
  const auto value = [](const char* name, const py::handle& v) {
    const auto found = as_number(v);
    if (!found) raise_argument(name, shown(v), "a number, NaN for a window without one");
    return *found;
  };
  const double at = value("seconds", seconds);
  const double of_spectrum = value("spectrum", spectrum), of_amplitude = value("amplitude", amplitude);
  if (one.alone([&](LiveFatigueIndicator& l) { return l.push(at, of_spectrum, of_amplitude); }) != Status::ok)
    raise_argument("seconds", to_text(at), "a finite time, at least a thousandth of a step after the one before it");
}

void bind_indicator(py::module_& m) {
  py::class_<One> live(m, "LiveFatigueIndicator",
                       "Fatigue while it happens: the trends so far, brought up to date by every window; memory does "
                       "not grow.\n\nOrdinary least squares; the bits of unguard.fatigue.jasa() over the same windows "
                       "where they come at exactly the step of the spec (0.25 and 0.5 s are exact, 0.1 s to the last "
                       "digits). It belongs to one thread at a time. Latency: a slope belongs to the middle of the "
                       "effort so far.");
  auto spec = bind_spec<FatigueIndicator>(m);
  define(
      spec, "start", [](const FatigueIndicator& s) { return std::make_unique<One>(take(try_start(s))); },
      "Bring it to life for one effort.");
  define(
      live, "push", &push, py::arg("seconds"), py::arg("spectrum"), py::arg("amplitude"),
      "Take a window: its middle in s, its MDF, MNF (Hz) or FInsm5, its RMS in uV. NaN: left out and counted. Raises "
      "ConfigError for a time that is not a thousandth of a step after the one before it.");
  define(
      live, "reading",
      [](const One& one) -> py::object {
        std::optional<Fatigue> reading;
        one.alone([&](const LiveFatigueIndicator& l) {
          const GilReleased released;
          reading = l.reading();
        });
        return reading ? fatigue_of(*reading, one.live().spec().index) : py::none();
      },
      "What can be said so far, an unguard.fatigue.Fatigue; None, not yet, below `least` windows.");
  define(
      live, "reset", [](One& one) { one.alone([](LiveFatigueIndicator& l) { l.reset(); }); }, "As just started.");
  define(
      live, "save", [](const One& one) { return saved(one); }, "The whole state as bytes, for load().");
  define(
      live, "load", [](One& one, const Given<given::Bytes>& state) { load(one, state, "fatigue indicator"); },
      py::arg("state"),
      "Go on from a state that save() gave, with the same bits. Raises ConfigError, and stays as it was, where it "
      "belongs to another spec or is damaged.");
  define(live, "__copy__", [](const One& one) { return std::make_unique<One>(one); });
  live.def_property_readonly(
      "spec", [](const One& one) { return one.live().spec(); }, "What it was started from.");
  live.def_property_readonly(
      "windows", [](const One& one) { return one.live().windows(); }, "How many windows went into it.");
  live.def_property_readonly(
      "left_out", [](const One& one) { return one.live().left_out(); }, "How many had no value.");
  live.def("__repr__", [](const One& one) { return "<live " + to_text(one.live().spec()) + ">"; });
}

}  // namespace

void register_fatigue(py::module_& m) {
  bind_spec<TrendLine>(m);
  bind_spec<Jasa>(m);
  bind_spec<CyclePoint>(m);
  bind_indicator(m);
  define(
      m, "_trend",
      [](const Given<given::Array>& seconds, const Given<given::Array>& values, const Given<given::Line>& line) {
        const Samples t = samples("seconds", seconds), y = samples("values", values);
        return told(take(trend(course(t), course(y), line_of(line))));
      },
      py::arg("seconds"), py::arg("values"), py::arg("line"));
  define(
      m, "_jasa",
      [](const Given<given::Array>& seconds, const Given<given::Array>& spectrum, const Given<given::Array>& amplitude,
         const Given<given::Joint>& spec) {
        const Samples t = samples("seconds", seconds), s = samples("spectrum", spectrum),
                      a = samples("amplitude", amplitude);
        const Jasa& how = object_of<Jasa>("spec", spec, "a Jasa");
        return fatigue_of(take(jasa(course(t), course(s), course(a), how)), how.index);
      },
      py::arg("seconds"), py::arg("spectrum"), py::arg("amplitude"), py::arg("spec"));
  define(
      m, "_cycle_frames",
      [](const Given<given::Array>& angle, const Given<given::Point>& point) {
        const Samples a = samples("angle", angle);
        return take(cycle_frames(course(a), object_of<CyclePoint>("point", point, "a CyclePoint")));
      },
      py::arg("angle"), py::arg("point"));
  define(
      m, "_windows_at",
      [](const Given<given::Array>& seconds, const Given<given::Array>& points, const Given<given::Float>& reach) {
        const Samples w = samples("seconds", seconds), p = samples("points", points);
        return take(windows_at(course(w), course(p), {number("reach", reach, "a finite number of seconds")}));
      },
      py::arg("seconds"), py::arg("points"), py::arg("reach"));
  define(
      m, "_highpass_corner",
      [](const Given<given::FiltersOrText>& filters, const Given<given::OptionalFloat>& fs) -> std::optional<double> {
        const auto words = as_text(filters);
        std::optional<Hertz> corner;
        if (words) {
          corner = highpass_corner(*words);
        } else {
          const RuntimeChain chain = chain_of(filters.value);
          if (fs.value.is_none()) raise_argument("fs", "None", "the rate in Hz at which the filters run");
          corner = take(highpass_corner(chain, stream_format(fs, 1).rate));
        }
        if (!corner) return std::nullopt;
        return corner->value;
      },
      py::arg("filters"), py::arg("fs"));
  define(
      m, "_biases_fatigue",
      [](const Given<given::Float>& corner) {
        return biases_fatigue(Hertz{number("corner", corner, "a corner of at least 0 Hz")});
      },
      py::arg("corner"));
}

}  // namespace unguard::python
