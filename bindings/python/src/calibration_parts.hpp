// SPDX-License-Identifier: Apache-2.0
// Calibrations as plain values and as tables: what all of them share.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "unguard/core/calibration.hpp"

namespace unguard::python {

py::dict plain_values(const Calibration& c);
// The inverse; Unfit for what plain_values() would not give.
Calibration calibration_from(const py::handle& d);
// A pandas.DataFrame with one row per quantity and channel, and the same columns besides in each.
py::object long_table(const std::vector<const Calibration*>& all, const py::dict& more);

// A key of a dict as a plain value; Unfit where it is missing or of another type.
template <class T>
T at_key(const py::handle& d, const char* key) {
  if (!PyDict_Check(d.ptr()) || !py::reinterpret_borrow<py::dict>(d).contains(key)) throw Unfit{};
  return FieldValue<T>::from(d[key]);
}

// Whether C++ describes a value by fields that are all one calibration knows: it is a dict of them.
template <class T>
inline constexpr bool is_plain_by_fields = false;

// A calibration as a dict of its fields, and back.
template <class C>
py::dict plain_fields(const C& calibration) {
  py::dict d;
  for_each_field(calibration, [&](const auto& f, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const py::str key{std::string(f.name)};
    if constexpr (std::is_same_v<T, Calibration>)
      d[key] = plain_values(value);
    else if constexpr (is_plain_by_fields<T>)
      d[key] = plain_fields(value);
    else
      d[key] = FieldValue<T>::to(value);
  });
  return d;
}
template <class C>
C from_plain_fields(const py::handle& d) {
  C made{};
  for_each_field(made, [&](const auto& f, auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const std::string key(f.name);
    if (!PyDict_Check(d.ptr()) || !d.contains(key.c_str())) throw Unfit{};
    if constexpr (std::is_same_v<T, Calibration>)
      value = calibration_from(py::object(d[key.c_str()]));
    else if constexpr (is_plain_by_fields<T>)
      value = from_plain_fields<T>(py::object(d[key.c_str()]));
    else
      value = at_key<T>(d, key.c_str());
  });
  return made;
}

// What every calibration has: to_dict() and from_dict(), equality, and pickling as that dict.
template <class C>
void bind_plain_values(py::class_<C>& c, py::dict (*to)(const C&), C (*from)(const py::handle&)) {
  const auto read = [name = std::string(py::str(c.attr("__name__"))), from](const py::handle& d) {
    try {
      return from(d);
    } catch (const Unfit&) {
      raise_argument("calibration",
                     PyDict_Check(d.ptr()) ? "a dict without a key or with a value of another type" : shown(d),
                     "what " + name + ".to_dict() gives");
    }
  };
  define(c, "to_dict", to, "Everything in it, as plain values.");
  define_static(
      c, "from_dict", [read](const Given<given::Dict>& d) { return read(d); }, py::arg("calibration"),
      "The inverse of to_dict().");
  c.def(
       "__eq__", [](const C& a, const C& b) { return a == b; }, py::is_operator())
      .def(py::pickle(to, [read](const py::dict& d) { return read(d); }));
}

}  // namespace unguard::python
