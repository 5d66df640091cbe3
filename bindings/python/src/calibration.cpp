// SPDX-License-Identifier: Apache-2.0
// What rest is like: calibration from a declared stretch, or from the quietest windows of a record.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibration_parts.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/detect/quietest_rest.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

py::dict plain_values(const Calibration& c) {
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

py::object long_table(const std::vector<const Calibration*>& all, const py::dict& more) {
  py::list rows;
  for (const Calibration* c : all)
    for (std::size_t i = 0; i < c->per_channel.size(); ++i) {
      py::dict row;
      row["channel"] = i;
      row["quantity"] = c->quantity;
      row["value"] = c->per_channel[i].value;
      row["low"] = c->per_channel[i].low;
      row["high"] = c->per_channel[i].high;
      row["unit"] = c->unit;
      row["samples"] = c->samples;
      row["duration_s"] = c->duration.value;
      row["source"] = to_text(c->source);
      row["how"] = c->how;
      for (const auto& [key, value] : more) row[key] = value;
      rows.append(row);
    }
  return py::module_::import("pandas").attr("DataFrame")(rows);
}

namespace {

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
  d["level"] = plain_values(r.level);
  d["spread"] = plain_values(r.spread);
  d["fast_level"] = plain_values(r.fast_level);
  d["fast_spread"] = plain_values(r.fast_spread);
  return d;
}

template <class Calibrate>
RestCalibration calibrate(Calibrate&& how, const Given<given::Calibrator>& spec, const Given<given::Array>& x,
                          const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                          const Given<given::Text>& band, const Given<given::Marks>& marks) {
  const RestCalibrator& calibrator = object_of<RestCalibrator>("spec", spec, "a RestCalibrator");
  const WholeRecord record(x, fs, channels, marks);
  const std::string words = text("band", band, "what x has been through, in words");
  return take(without_gil([&] { return how(calibrator, record.block(), record.format, words); }));
}

}  // namespace

void register_calibration(py::module_& m) {
  py::class_<RestCalibration> rest(m, "RestCalibration",
                                   "Level and spread of the envelopes at rest, with how they were found.");
  define(
      rest, "to_dataframe",
      [](const RestCalibration& r) {
        return long_table({&r.level, &r.spread, &r.fast_level, &r.fast_spread}, {});
      },
      "Return one row per quantity and channel: channel, quantity, value, low, high (95 % interval), unit, samples, "
      "duration_s, source, how.");
  bind_plain_values<RestCalibration>(rest, &to_dict, &rest_from);
  rest.def("__repr__", [](const RestCalibration& r) { return to_text(r.level); });

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
      "through, in words.\n"
      "Raises ConfigError, naming the channel, the value found and what is expected, for a stretch too short, with too "
      "many marked samples, flat, with peaks that raise its level, as of a heart (take it off first), or with a level "
      "that differs between its thirds.");
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
