// SPDX-License-Identifier: Apache-2.0
// What crosses between Python and the engine: values of fields, arrays of samples, errors. Quantities are floats in
// their unit.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/detect/rest_calibration.hpp"

namespace unguard::python {

// Raises unguard.ConfigError with the engine's words.
[[noreturn]] void raise(const Fault& fault);

template <class T>
T take(Result<T> result) {
  if (!result) raise(result.fault());
  return std::move(*result);
}

// Samples as the engine reads them: (frames, channels), float64, C order. One-dimensional input stays one-dimensional.
struct Samples {
  std::string argument;  // what the caller knows them as
  py::array_t<double> array;
  std::int64_t frames = 0;
  int channels = 1;
  bool flat = true;
  ConstBlock block() const { return {array.data(), frames, channels}; }
};
// More columns than these in a whole record are samples: the array lies the other way round.
inline constexpr int most_columns = 256;
// Converts what it must exactly once; refuses what is not a one- or two-dimensional array of real numbers, and masked
// arrays, whose mask would be lost.
Samples samples(const std::string& argument, const py::handle& x, int most_channels = most_columns);
// A new array of the same shape.
py::array_t<double> like(const Samples& s);

// A format for `fs` and either a list of channel names or a number of channels.
StreamFormat stream_format(const py::handle& fs, const py::handle& channels);
StreamFormat stream_format(const py::handle& fs, int channels);
// The format of a whole record; None names no channels.
StreamFormat stream_format(const py::handle& fs, const py::handle& channels, const Samples& in);

// --- one field's value
// -------------------------------------------------------------------------------------------------

// What was given is no value of the field's type.
struct Unfit {};

template <class T>
struct FieldValue {
  static T from(const py::handle& v) {
    if constexpr (std::is_same_v<T, bool>) {
      return fitting(as_yes_or_no(v));
    } else if constexpr (std::is_integral_v<T>) {
      const std::int64_t whole = fitting(as_whole_number(v));
      if (!std::in_range<T>(whole)) throw Unfit{};
      return static_cast<T>(whole);
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(fitting(as_number(v)));
    } else if constexpr (std::is_same_v<T, std::string>) {
      return fitting(as_text(v));
    } else {
      if (!py::isinstance<T>(v)) throw Unfit{};
      return v.cast<T>();
    }
  }
  template <class V>
  static V fitting(std::optional<V> v) {
    if (!v) throw Unfit{};
    return std::move(*v);
  }
  static py::object to(const T& v) { return py::cast(v); }
  // What the field takes, in words.
  static std::string expected(const Limits& limits, std::string_view unit) {
    if constexpr (std::is_same_v<T, bool>) {
      return "True or False";
    } else if constexpr (std::is_arithmetic_v<T>) {
      const bool range = std::isfinite(limits.low) && std::isfinite(limits.high);
      const std::string kind = std::is_integral_v<T> ? "a whole number from " : "a number from ";
      return (range ? kind : "") + field_detail::expected(limits, unit, std::is_integral_v<T>);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return "a text";
    } else {
      return "a " + type();
    }
  }
  static std::string type() {
    if constexpr (Spec<T>)
      return std::string(info_of<T>().name);
    else if constexpr (std::is_same_v<T, bool>)
      return "bool";
    else if constexpr (std::is_integral_v<T>)
      return "int";
    else if constexpr (std::is_same_v<T, std::string>)
      return "str";
    else
      return "float";
  }
};
template <NamedEnum T>
struct FieldValue<T> {
  static T from(const py::handle& v) {
    const auto text = as_text(v);
    const auto all = names(static_cast<const T*>(nullptr));
    for (std::size_t i = 0; i < all.size(); ++i)
      if (text && all[i] == *text) return static_cast<T>(i);
    throw Unfit{};
  }
  static std::string expected(const Limits&, std::string_view) {
    std::string list = "one of";
    for (auto name : names(static_cast<const T*>(nullptr))) list += " \"" + std::string(name) + "\"";
    return list;
  }
  static py::object to(const T& v) { return py::str(to_text(v)); }
  static std::string type() { return "str"; }
};
template <class U>
struct FieldValue<Quantity<U>> {
  static Quantity<U> from(const py::handle& v) { return {FieldValue<double>::from(v)}; }
  static std::string expected(const Limits& limits, std::string_view unit) {
    return FieldValue<double>::expected(limits, unit);
  }
  static py::object to(const Quantity<U>& v) { return py::float_(v.value); }
  static std::string type() { return "float"; }
};
template <class T>
struct FieldValue<std::optional<T>> {
  static std::optional<T> from(const py::handle& v) {
    if (v.is_none()) return std::nullopt;
    return FieldValue<T>::from(v);
  }
  static std::string expected(const Limits& limits, std::string_view unit) {
    return FieldValue<T>::expected(limits, unit) + ", or None";
  }
  static py::object to(const std::optional<T>& v) { return v ? FieldValue<T>::to(*v) : py::none(); }
  static std::string type() { return FieldValue<T>::type() + " | None"; }
};
// Whether an array has more than one direction it is long in. MATLAB's rows and columns have not.
inline bool in_two_directions(const py::handle& v) {
  if (!py::hasattr(v, "ravel") || !py::hasattr(v, "shape")) return false;
  const py::tuple shape = v.attr("shape");
  int directions = 0;
  for (const auto& length : shape) directions += length.cast<py::ssize_t>() != 1;
  return directions > 1;
}
template <class T>
struct FieldValue<std::vector<T>> {
  static std::vector<T> from(const py::handle& v) {
    // Texts, bytes and what has no order are no numbers in a row, and a mask would be lost.
    if (!py::isinstance<py::iterable>(v) || py::isinstance<py::str>(v) || PyByteArray_Check(v.ptr()) ||
        py::isinstance<py::bytes>(v) || PyDict_Check(v.ptr()) || PyAnySet_Check(v.ptr()) || masked(v) ||
        in_two_directions(v))
      throw Unfit{};
    const bool array = py::hasattr(v, "ravel");
    std::vector<T> all;
    for (const auto& item : array ? py::object(v.attr("ravel")()) : py::reinterpret_borrow<py::object>(v))
      all.push_back(FieldValue<T>::from(item));
    return all;
  }
  static std::string expected(const Limits& limits, std::string_view unit) {
    return "numbers in a row, each " + FieldValue<T>::expected(limits, unit);
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
  static std::string expected(const Limits& limits, std::string_view unit) {
    return FieldValue<T>::expected(limits, unit) + ", or one such number for each channel";
  }
  static py::object to(const PerChannel<T>& v) {
    return v.values.size() == 1 ? FieldValue<T>::to(v.values[0]) : FieldValue<std::vector<T>>::to(v.values);
  }
  static std::string type() { return FieldValue<T>::type() + " | " + FieldValue<std::vector<T>>::type(); }
};

// What a spec was calibrated with; not calibrated is None.
template <class C>
struct CalibrationField {
  static C from(const py::handle& v) {
    if (v.is_none()) return {};
    if (!py::isinstance<C>(v)) throw Unfit{};
    return v.cast<C>();
  }
  static std::string expected(const Limits&, std::string_view) {
    const bool vowel = std::string_view("AEIOU").find(info_of<C>().name.front()) != std::string_view::npos;
    return std::string(vowel ? "an " : "a ") + std::string(info_of<C>().name) + ", or None";
  }
  static py::object to(const C& v) { return v.empty() ? py::none() : py::cast(v); }
  static std::string type() { return std::string(info_of<C>().name) + " | None"; }
};
template <>
struct FieldValue<RestCalibration> : CalibrationField<RestCalibration> {};

// Marks beside samples, or null: an array of uint32 of the samples' shape, of bits that have a name.
struct MarkArray {
  py::array_t<Marks> array;
  const Marks* data = nullptr;
};
// `other` is what may be given instead of an array, for the refusal: "None".
MarkArray mark_array(const py::handle& marks, const Samples& s, const std::string& other,
                     const std::string& argument = "marks");
// The marks of a detector or calibrator: None where there are none.
MarkArray optional_mark_array(const py::handle& marks, const Samples& s, const std::string& argument = "marks");
// The names of the bits that are set.
py::list mark_names(Marks marks);

}  // namespace unguard::python
