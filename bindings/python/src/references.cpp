// SPDX-License-Identifier: Apache-2.0
// What a declared effort comes to, and levels in percent of it.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calibration_parts.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/detect/reference_calibrator.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

py::dict to_dict(const ReferenceCalibration& r) {
  py::dict d;
  d["effort"] = to_text(r.effort);
  d["holds"] = r.holds;
  d["level"] = plain_values(r.level);
  d["rest"] = r.rest.per_channel.empty() ? py::object(py::none()) : plain_values(r.rest);
  d["variation"] = r.variation;
  return d;
}
ReferenceCalibration reference_from(const py::handle& d) {
  ReferenceCalibration r;
  r.effort = at_key<Effort>(d, "effort");
  r.holds = at_key<int>(d, "holds");
  r.variation = at_key<std::vector<double>>(d, "variation");
  if (!d.contains("level") || !d.contains("rest")) throw Unfit{};
  r.level = calibration_from(py::object(d["level"]));
  if (const py::object rest = d["rest"]; !rest.is_none()) r.rest = calibration_from(rest);
  const std::size_t channels = r.level.per_channel.size();
  if (channels == 0 || r.variation.size() != channels) throw Unfit{};
  if (!r.rest.per_channel.empty() && r.rest.per_channel.size() != channels) throw Unfit{};
  for (const Estimate& e : r.level.per_channel)
    if (!(e.value > 0)) throw Unfit{};
  return r;
}
py::object table_of(const ReferenceCalibration& r) {
  py::dict more;
  more["effort"] = to_text(r.effort);
  more["holds"] = r.holds;
  const py::object table = long_table({&r.level, &r.rest}, more);
  // The rest does not vary between holds.
  std::vector<std::optional<double>> variation(r.variation.begin(), r.variation.end());
  variation.resize(variation.size() + r.rest.per_channel.size());
  table.attr("insert")(table.attr("shape")[py::int_(1)], "variation", variation);
  return table;
}

std::vector<Hold> holds_from(const py::handle& holds) {
  const std::string expected = "pairs (begin, end) of samples of x";
  if (!PySequence_Check(holds.ptr()) || py::isinstance<py::str>(holds) || py::isinstance<py::bytes>(holds))
    raise_argument("holds", shown(holds), expected);
  std::vector<Hold> all;
  for (const auto& one : py::reinterpret_borrow<py::sequence>(holds)) {
    if (!PySequence_Check(one.ptr()) || py::isinstance<py::str>(one) || PySequence_Size(one.ptr()) != 2)
      raise_argument("holds", shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    const auto begin = as_whole_number(py::object(pair[0])), end = as_whole_number(py::object(pair[1]));
    if (!begin || !end) raise_argument("holds", shown(one) + " among others", expected);
    all.push_back({*begin, *end});
  }
  return all;
}

ReferenceCalibration calibrated(const Given<given::Array>& x, const Given<given::Float>& fs,
                                const Given<given::Holds>& holds, const Given<given::OptionalChannels>& channels,
                                const Given<given::Text>& band, const Given<given::Marks>& marks,
                                const Given<given::OptionalRest>& rest, const Given<given::ReferenceSpec>& spec) {
  const auto& calibrator = object_of<ReferenceCalibrator>("spec", spec, "a ReferenceCalibrator");
  const WholeRecord record(x, fs, channels, marks);
  const std::string words = text("band", band, "what x has been through, in words");
  const std::vector<Hold> ranges = holds_from(holds);
  const py::handle given = rest;
  const RestCalibration* off =
      given.is_none() ? nullptr : &object_of<RestCalibration>("rest", given, "a RestCalibration, or None");
  return take(without_gil(
      [&] { return try_calibrate_reference(calibrator, record.block(), record.format, ranges, words, off); }));
}

py::array_t<double> percent(const ReferenceCalibration& r, const Given<given::Array>& level) {
  const Samples in = samples("level", level, max_channels);
  const auto channels = static_cast<int>(r.level.per_channel.size());
  if (in.channels != channels)
    raise_argument(in.argument, in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the reference has");
  auto out = like(in);
  const double* x = in.array.data();
  double* y = out.mutable_data();
  for (std::int64_t i = 0; i < in.frames; ++i)
    for (int c = 0; c < in.channels; ++c) *y++ = percent_of(r, c, *x++);
  return out;
}

}  // namespace

void register_references(py::module_& m) {
  py::class_<ReferenceCalibration> reference(
      m, "ReferenceCalibration",
      "Level of a declared effort in every channel, rest taken off, with its 95 % interval and how it was found.");
  bind_plain_values<ReferenceCalibration>(reference, &to_dict, &reference_from);
  define(reference, "to_dataframe", &table_of,
         "Return one row per quantity (reference, rest taken off) and channel: channel, quantity, value, low, high (95 "
         "% interval), unit, samples, duration_s, source, how, effort, holds, variation.");
  define(reference, "percent", &percent, py::arg("level"),
         "Levels, (samples,) or (samples, channels) in microvolts, in percent of the reference, in an array of that "
         "shape: 100 sqrt(A^2 - n^2) / sqrt(A_ref^2 - n^2), the rest n taken off both in power; 0 for a level below "
         "rest, NaN stays NaN. Raises ConfigError, naming the argument.\n"
         "Source: Burden 2010, doi:10.1016/j.jelekin.2010.07.004.");
  reference
      .def_property_readonly(
          "unit", [](const ReferenceCalibration& r) { return std::string(unit_of(r.effort)); },
          "Of percent(): \"%RVE\" of a submaximal reference, \"%MVC\" of a maximal one.")
      .def("__repr__", [](const ReferenceCalibration& r) { return to_text(r.level); });

  bind_spec<ReferenceCalibrator>(m);
  const ReferenceCalibrator defaults;
  define(
      m, "calibrate_reference", &calibrated, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("holds"),
      py::arg("channels") = py::none(), py::arg("band"), py::arg("marks") = py::none(), py::arg("rest") = py::none(),
      py::arg("spec") = defaults,
      "The level of a declared effort from holds of it: x band-passed, (samples,) or (samples, channels) in "
      "microvolts; holds: pairs (begin, end) of samples of x, in order. Of each the middle counts; its RMS, the "
      "rest taken off in power, and the mean of all holds.\n"
      "band: what x has been through, in words. marks: reason bits of x, uint32 of its shape. rest: a "
      "RestCalibration of the same band, or None: nothing is taken off, and no hold is too weak.\n"
      "Raises ConfigError, naming the hold, the channel, the value found and what is expected, for a hold too "
      "short, with too many marked samples, clipped, not above rest, with peaks as of a heart (take it off first) or "
      "with a trend, and for holds that disagree.\n"
      "Source: Dankaerts et al. 2004, doi:10.1016/j.jelekin.2003.07.001.");
}

}  // namespace unguard::python
