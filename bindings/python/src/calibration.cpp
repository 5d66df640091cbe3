// SPDX-License-Identifier: Apache-2.0
// What rest is like: calibration from a declared stretch, or from the quietest windows of a record.
#include <optional>
#include <string>
#include <utility>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/detect/quietest_rest.hpp"
#include "unguard/detect/rest_calibrator.hpp"

namespace unguard::python {

namespace {

py::dict to_dict(const Calibration& c) {
  py::dict d;
  d["quantity"] = c.quantity;
  d["unit"] = c.unit;
  d["source"] = to_text(c.source);
  d["duration_s"] = c.duration.value;
  d["samples"] = c.samples;
  d["how"] = c.how;
  py::list all;
  for (const auto& e : c.per_channel) {
    py::dict one;
    one["value"] = e.value;
    one["low"] = e.low;
    one["high"] = e.high;
    all.append(one);
  }
  d["per_channel"] = all;
  return d;
}

// A key of a dict as a plain value; Unfit where it is missing or of another type.
template <class T>
T at_key(const py::handle& d, const char* key) {
  if (!PyDict_Check(d.ptr()) || !py::reinterpret_borrow<py::dict>(d).contains(key)) throw Unfit{};
  return FieldValue<T>::from(d[key]);
}

Calibration calibration_from(const py::handle& d) {
  Calibration c;
  c.quantity = at_key<std::string>(d, "quantity");
  c.unit = at_key<std::string>(d, "unit");
  c.source = at_key<CalibrationSource>(d, "source");
  c.duration = at_key<Seconds>(d, "duration_s");
  c.samples = at_key<std::int64_t>(d, "samples");
  c.how = at_key<std::string>(d, "how");
  if (!d.contains("per_channel") || !py::isinstance<py::list>(d["per_channel"])) throw Unfit{};
  for (const auto& one : d["per_channel"])
    c.per_channel.push_back({at_key<double>(one, "value"), at_key<double>(one, "low"), at_key<double>(one, "high")});
  return c;
}

RestCalibration rest_from(const py::handle& d) {
  RestCalibration r;
  r.slow = at_key<Seconds>(d, "slow_s");
  r.fast = at_key<Seconds>(d, "fast_s");
  for (const auto& [key, member] : {std::pair{"level", &RestCalibration::level},
                                    {"spread", &RestCalibration::spread},
                                    {"fast_level", &RestCalibration::fast_level},
                                    {"fast_spread", &RestCalibration::fast_spread}}) {
    if (!d.contains(key)) throw Unfit{};
    r.*member = calibration_from(py::object(d[key]));
  }
  return r;
}

py::dict to_dict(const RestCalibration& r) {
  py::dict d;
  d["slow_s"] = r.slow.value;
  d["fast_s"] = r.fast.value;
  d["level"] = to_dict(r.level);
  d["spread"] = to_dict(r.spread);
  d["fast_level"] = to_dict(r.fast_level);
  d["fast_spread"] = to_dict(r.fast_spread);
  return d;
}

template <class Calibrate>
RestCalibration calibrate(Calibrate&& how, const Given<given::Calibrator>& spec, const Given<given::Array>& x,
                          const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                          const Given<given::Text>& band, const Given<given::Marks>& marks) {
  const RestCalibrator& calibrator = object_of<RestCalibrator>("spec", spec, "a RestCalibrator");
  const Samples in = samples("x", x);
  const StreamFormat format = stream_format(fs, channels, in);
  const std::string words = text("band", band, "what x has been through, in words");
  const MarkArray m = optional_mark_array(marks, in);
  const ConstBlock block(in.array.data(), in.frames, in.channels, m.data);
  std::optional<Result<RestCalibration>> made;
  {
    const py::gil_scoped_release release;
    made.emplace(how(calibrator, block, format, words));
  }
  return take(std::move(*made));
}

}  // namespace

void register_calibration(py::module_& m) {
  py::class_<RestCalibration> rest(m, "RestCalibration",
                                   "Level and spread of the envelopes at rest, with how they were found.");
  define(rest, "to_dict", py::overload_cast<const RestCalibration&>(&to_dict), "Everything in it, as plain values.");
  define_static(
      rest, "from_dict",
      [](const Given<given::Dict>& d) {
        try {
          return rest_from(d);
        } catch (const Unfit&) {
          raise_argument(
              "calibration",
              PyDict_Check(d.value.ptr()) ? "a dict without a key or with a value of another type" : shown(d),
              "what RestCalibration.to_dict() gives");
        }
      },
      py::arg("calibration"), "The inverse of to_dict().");
  rest.def(
          "__eq__", [](const RestCalibration& a, const RestCalibration& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const RestCalibration& r) { return to_text(r.level); });

  bind_spec<RestCalibrator>(m);

  const RestCalibrator defaults;
  define(
      m, "calibrate_rest",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Text>& band, const Given<given::Marks>& marks, const Given<given::Calibrator>& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_rest(a...); }, spec, x, fs, channels, band, marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Rest level and spread from a stretch declared to be rest, band-passed, in microvolts. band: what it has been "
      "through, in words.");
  define(
      m, "calibrate_quietest",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Text>& band, const Given<given::Marks>& marks, const Given<given::Calibrator>& spec) {
        return calibrate([](auto&&... a) { return try_calibrate_quietest_offline(a...); }, spec, x, fs, channels, band,
                         marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = defaults,
      "Offline only: rest level and spread from the quietest windows of a whole record, corrected for the choice.");
}

}  // namespace unguard::python
