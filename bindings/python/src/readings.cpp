// SPDX-License-Identifier: Apache-2.0
// Readings: what a session says of each channel, in a row and as an array.
#include "readings.hpp"

#include <pybind11/numpy.h>

#include <cstdint>
#include <limits>
#include <string>

#include "convert.hpp"
#include "define.hpp"

namespace unguard::python {

namespace {

// A reading as a row of an array.
struct Row {
  std::int64_t at;
  double value_uV;
  std::int32_t channel;
  Marks reasons;
  std::uint8_t trust;
};

Row row_of(const Reading& r) {
  return {.at = r.at().value,
          .value_uV = r.value().value_or(std::numeric_limits<double>::quiet_NaN()),
          .channel = r.channel(),
          .reasons = r.reasons(),
          .trust = static_cast<std::uint8_t>(r.trust())};
}

// A reading as pickle carries it.
py::tuple parts_of(const Reading& r) {
  return py::make_tuple(r.channel(), r.at().value, r.reasons(), to_text(r.trust()), r.value());
}
Reading reading_of(const py::tuple& parts) {
  if (parts.size() != 5) throw py::value_error("what was pickled is no Reading");
  const auto channel = parts[0].cast<int>();
  const SampleIndex at{parts[1].cast<std::int64_t>()};
  const auto reasons = parts[2].cast<Marks>();
  if (!parts[4].is_none()) return Reading::valid(channel, at, parts[4].cast<double>(), reasons);
  return Reading::invalid(channel, at, reasons, trust_of(parts[3]));
}

py::array_t<Row> to_array(const Readings& readings) {
  py::array_t<Row> out(static_cast<py::ssize_t>(readings.all.size()));
  Row* rows = out.mutable_data();
  for (std::size_t i = 0; i < readings.all.size(); ++i) rows[i] = row_of(readings.all[i]);
  return out;
}

// Equal to any row of the same readings, a list among others.
bool equal(const Readings& readings, const py::handle& other) {
  if (py::isinstance<Readings>(other)) return other.cast<const Readings&>().all == readings.all;
  if (!PySequence_Check(other.ptr()) || py::isinstance<py::str>(other)) return false;
  const auto row = py::reinterpret_borrow<py::sequence>(other);
  if (row.size() != readings.all.size()) return false;
  for (std::size_t i = 0; i < readings.all.size(); ++i) {
    const py::object one = row[i];
    if (!py::isinstance<Reading>(one) || !(one.cast<const Reading&>() == readings.all[i])) return false;
  }
  return true;
}

// One by index, or a part by slice, as of a list.
py::object item(const Readings& readings, const py::handle& index) {
  const auto count = static_cast<py::ssize_t>(readings.all.size());
  if (py::isinstance<py::slice>(index)) {
    py::ssize_t start = 0, stop = 0, step = 0, length = 0;
    if (!py::reinterpret_borrow<py::slice>(index).compute(count, &start, &stop, &step, &length))
      throw py::error_already_set();
    Readings part;
    for (py::ssize_t i = 0; i < length; ++i)
      part.all.push_back(readings.all[static_cast<std::size_t>(start + i * step)]);
    return py::cast(std::move(part));
  }
  const auto given = as_whole_number(index);
  if (!given) throw py::type_error("Readings indices must be integers or slices, not " + shown(index));
  const std::int64_t at = *given < 0 ? *given + count : *given;
  if (at < 0 || at >= count) throw py::index_error("Readings index out of range");
  return py::cast(readings.all[static_cast<std::size_t>(at)]);
}

}  // namespace

void register_readings(py::module_& m) {
  PYBIND11_NUMPY_DTYPE(Row, at, value_uV, channel, reasons, trust);
  py::class_<Reading> reading(m, "Reading",
                              "The level of one channel at one time: there is a value only if it can be believed.");
  reading.def(py::pickle(&parts_of, &reading_of));
  reading
      .def_property_readonly(
          "channel", [](const Reading& r) { return r.channel(); }, "Index of the channel.")
      .def_property_readonly(
          "at", [](const Reading& r) { return r.at().value; }, "The last sample that went into it.")
      .def_property_readonly(
          "value_uV", [](const Reading& r) { return r.value(); }, "Microvolts; None where it cannot be believed.")
      .def_property_readonly(
          "trust", [](const Reading& r) { return to_text(r.trust()); }, "WARMUP, OK, DEGRADED, HOLD or INVALID.")
      .def_property_readonly(
          "reasons", [](const Reading& r) { return mark_names(r.reasons()); }, "Why it is less, or not, to be trusted.")
      .def(
          "__eq__", [](const Reading& a, const Reading& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const Reading& r) {
        return "<" + to_text(r.trust()) + " channel " + std::to_string(r.channel()) + " at " +
               std::to_string(r.at().value) + (r.value() ? ": " + to_text(*r.value()) + " uV" : "") + ">";
      });

  py::class_<Readings> readings(m, "Readings",
                                "Readings in a row, as a list of Reading or, by to_array(), as one array.");
  readings.def("__len__", [](const Readings& r) { return r.all.size(); })
      .def("__getitem__", [](const Readings& r, const Given<given::Index>& index) { return item(r, index); })
      .def(
          "__iter__", [](const Readings& r) { return py::make_iterator(r.all.begin(), r.all.end()); },
          py::keep_alive<0, 1>())
      .def(
          "__eq__", [](const Readings& r, const py::object& other) { return equal(r, other); }, py::is_operator())
      .def("__repr__", [](const Readings& r) { return "<" + std::to_string(r.all.size()) + " readings>"; });
  readings.attr("__hash__") = py::none();
  readings.def(py::pickle(
      [](const Readings& r) {
        py::list all;
        for (const Reading& one : r.all) all.append(parts_of(one));
        return py::tuple(all);
      },
      [](const py::tuple& all) {
        Readings r;
        for (const auto& one : all) r.all.push_back(reading_of(py::reinterpret_borrow<py::tuple>(one)));
        return r;
      }));
  define(
      readings, "to_array", [](const Readings& r) { return to_array(r); },
      "The readings as a structured array, shape (readings,), with the fields\n"
      "at: the last sample that went into it, int64. value_uV: microvolts, float64, NaN where it cannot be believed.\n"
      "channel: index of the channel, int32. reasons: bits as in MARKS, uint32. trust: as in TRUST, uint8.");
  py::dict trust;
  const auto states = names(static_cast<const Trust*>(nullptr));
  for (std::size_t i = 0; i < states.size(); ++i) trust[py::str(std::string(states[i]))] = i;
  m.attr("TRUST") = trust;
}

}  // namespace unguard::python
