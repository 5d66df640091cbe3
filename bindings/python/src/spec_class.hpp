// SPDX-License-Identifier: Apache-2.0
// A Python class from a spec's field description: keyword-only constructor, properties, equality, repr, docstring, and
// the description itself as `_fields`. Nothing about a spec is written a second time. What a spec's C++ type is stays
// in a few functions; all else is compiled once for all classes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "convert.hpp"
#include "define.hpp"

namespace unguard {
struct Sos;
}

namespace unguard::python {

// Whether a spec's list of numbers may also come as rows of six: SciPy's sos, an array of (sections, 6) or nested
// lists.
template <class S>
inline constexpr bool takes_rows_of_six = false;
template <>
inline constexpr bool takes_rows_of_six<Sos> = true;
// Those counted one after the other; anything else as it came.
py::object rows_of_six_in_a_row(const py::handle& v);

// TypeError for an object whose __init__ was never called: there is no spec behind it.
void refuse_unmade(const py::handle& object, const std::string& name);

// One field, its C++ type left behind.
struct SpecField {
  std::string name, meaning, unit, type;
  std::string choices;   // what its docstring adds to the meaning
  std::string expected;  // what a refusal asks for
  Limits limits;
  std::size_t offset;  // bytes from the start of the spec
  py::object (*to)(const void* value);
  // Throws Unfit.
  void (*from)(void* value, const py::handle& given);
};

// A spec, its C++ type left behind.
struct SpecClass {
  std::string name, meaning, source;
  std::vector<SpecField> fields;
  const void* defaults;
  void* (*made)(const py::kwargs& arguments);  // a new one; raises as spec_from
  const void* (*behind)(const py::handle& object);
  bool (*equal)(const void* a, const void* b);
  std::string (*text)(const void* spec);

  py::object value(const SpecField& field, const void* spec) const {
    return field.to(static_cast<const std::byte*>(spec) + field.offset);
  }
};

// Sets the fields that are given by name; raises ConfigError for a value of another type, TypeError for a name.
void fill(const SpecClass& of, void* spec, const py::kwargs& arguments);
std::string docstring(const SpecClass& of);
// Gives the class all its methods and properties.
void complete(const py::object& python_class, const SpecClass& of);

template <Spec S>
const SpecClass& spec_class();

// The spec that the given names and values make; raises ConfigError or TypeError.
template <Spec S>
S spec_from(const py::kwargs& arguments) {
  S spec{};
  fill(spec_class<S>(), &spec, arguments);
  if (const auto fault = validate(spec)) raise(*fault);
  return spec;
}

namespace spec_detail {

// What the docstring says of a field's values.
template <class T>
std::string choices(const Limits& limits, std::string_view unit) {
  if constexpr (NamedEnum<T>) {
    std::string list = ": one of";
    for (auto name : names(static_cast<const T*>(nullptr))) list += " \"" + std::string(name) + "\"";
    return list;
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
    return "";
  } else {
    return "; " + field_detail::expected(limits, unit, std::is_integral_v<T>);
  }
}
template <class T>
py::object value_to(const void* value) {
  return FieldValue<T>::to(*static_cast<const T*>(value));
}
template <class S, class T>
void value_from(void* value, const py::handle& given) {
  if constexpr (takes_rows_of_six<S>)
    *static_cast<T*>(value) = FieldValue<T>::from(rows_of_six_in_a_row(given));
  else
    *static_cast<T*>(value) = FieldValue<T>::from(given);
}

template <Spec S>
SpecClass described() {
  static const S defaults{};
  const SpecInfo i = info_of<S>();
  SpecClass made{.name = std::string(i.name),
                 .meaning = std::string(i.meaning),
                 .source = std::string(i.source),
                 .fields = {},
                 .defaults = &defaults,
                 .made = [](const py::kwargs& arguments) -> void* { return new S(spec_from<S>(arguments)); },
                 .behind = [](const py::handle& h) -> const void* {
                   refuse_unmade(h, std::string(info_of<S>().name));
                   return &h.cast<const S&>();
                 },
                 .equal = [](const void* a, const void* b) -> bool {
                   return *static_cast<const S*>(a) == *static_cast<const S*>(b);
                 },
                 .text = [](const void* spec) { return to_text(*static_cast<const S*>(spec)); }};
  for_each_field(defaults, [&](const auto& f, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const auto unit = field_detail::UnitOf<T>::symbol;
    made.fields.push_back({.name = std::string(f.name),
                           .meaning = std::string(f.meaning),
                           .unit = std::string(unit),
                           .type = FieldValue<T>::type(),
                           .choices = choices<T>(f.limits, unit),
                           .expected = FieldValue<T>::expected(f.limits, unit),
                           .limits = f.limits,
                           .offset = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&value) -
                                                              reinterpret_cast<const std::byte*>(&defaults)),
                           .to = &value_to<T>,
                           .from = &value_from<S, T>});
  });
  return made;
}

}  // namespace spec_detail

template <Spec S>
const SpecClass& spec_class() {
  static const SpecClass made = spec_detail::described<S>();
  return made;
}

template <Spec S>
py::class_<S> bind_spec(py::module_& m) {
  const SpecClass& of = spec_class<S>();
  py::class_<S> c(m, of.name.c_str(), docstring(of).c_str());
  complete(c, of);
  return c;
}

}  // namespace unguard::python
