// SPDX-License-Identifier: Apache-2.0
// What crosses between Python and the engine: values of fields, arrays of samples, errors. Quantities are floats in
// their unit.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unguard/core/chain.hpp"

namespace unguard::python {

namespace py = pybind11;

// Raises unguard.ConfigError with the engine's words.
[[noreturn]] void raise(const Fault& fault);
// Raises unguard.ConfigError for an argument that is not a spec's field.
[[noreturn]] void raise_argument(const std::string& argument, const std::string& found, const std::string& expected);

template <class T>
T take(Result<T> result) {
  if (!result) raise(result.fault());
  return std::move(*result);
}

// Samples as the engine reads them: (frames, channels), float64, C order. One-dimensional input stays one-dimensional.
struct Samples {
  py::array_t<double> array;
  std::int64_t frames = 0;
  int channels = 1;
  bool flat = true;
  ConstBlock block() const { return {array.data(), frames, channels}; }
};
// Converts what it must exactly once; refuses what is not a one- or two-dimensional array of real numbers.
Samples samples(const py::handle& x);
// A new array of the same shape.
py::array_t<double> like(const Samples& s);

// A format for `fs` and either a list of channel names or a number of channels.
StreamFormat stream_format(double fs, const py::object& channels);
StreamFormat stream_format(double fs, int channels);

// --- one field's value
// -------------------------------------------------------------------------------------------------

template <class T>
struct FieldValue {
  static T from(const py::handle& v) { return v.cast<T>(); }
  static py::object to(const T& v) { return py::cast(v); }
  static std::string type() {
    if constexpr (std::is_same_v<T, bool>) return "bool";
    if constexpr (std::is_integral_v<T>) return "int";
    if constexpr (std::is_same_v<T, std::string>) return "str";
    return "float";
  }
};
template <NamedEnum T>
struct FieldValue<T> {
  static T from(const py::handle& v) {
    const auto text = v.cast<std::string>();
    const auto all = names(static_cast<const T*>(nullptr));
    std::string list = "one of";
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == text) return static_cast<T>(i);
      list += " \"" + std::string(all[i]) + "\"";
    }
    throw py::value_error(list);
  }
  static py::object to(const T& v) { return py::str(to_text(v)); }
  static std::string type() { return "str"; }
};
template <class U>
struct FieldValue<Quantity<U>> {
  static Quantity<U> from(const py::handle& v) { return {v.cast<double>()}; }
  static py::object to(const Quantity<U>& v) { return py::float_(v.value); }
  static std::string type() { return "float"; }
};
template <class T>
struct FieldValue<std::optional<T>> {
  static std::optional<T> from(const py::handle& v) {
    if (v.is_none()) return std::nullopt;
    return FieldValue<T>::from(v);
  }
  static py::object to(const std::optional<T>& v) { return v ? FieldValue<T>::to(*v) : py::none(); }
  static std::string type() { return FieldValue<T>::type() + " | None"; }
};
template <class T>
struct FieldValue<std::vector<T>> {
  static std::vector<T> from(const py::handle& v) {
    // A two-dimensional array (SciPy's sos) counts as its rows in turn.
    const py::object flat = py::hasattr(v, "ravel") ? v.attr("ravel")() : py::reinterpret_borrow<py::object>(v);
    std::vector<T> all;
    for (const auto& item : flat) all.push_back(FieldValue<T>::from(item));
    return all;
  }
  static py::object to(const std::vector<T>& v) {
    py::list all;
    for (const auto& item : v) all.append(FieldValue<T>::to(item));
    return all;
  }
  static std::string type() { return "collections.abc.Iterable[" + FieldValue<T>::type() + "]"; }
};
template <class T>
struct FieldValue<PerChannel<T>> {
  static PerChannel<T> from(const py::handle& v) {
    if (py::isinstance<py::sequence>(v) || py::hasattr(v, "ravel"))
      return PerChannel<T>(FieldValue<std::vector<T>>::from(v));
    return PerChannel<T>(FieldValue<T>::from(v));
  }
  static py::object to(const PerChannel<T>& v) {
    return v.values.size() == 1 ? FieldValue<T>::to(v.values[0]) : FieldValue<std::vector<T>>::to(v.values);
  }
  static std::string type() { return FieldValue<T>::type() + " | " + FieldValue<std::vector<T>>::type(); }
};

}  // namespace unguard::python
