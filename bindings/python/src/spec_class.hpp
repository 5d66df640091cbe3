// SPDX-License-Identifier: Apache-2.0
// A Python class from a spec's field description: keyword-only constructor, properties, equality, repr, docstring, and
// the description itself as `_fields`. Nothing about a spec is written a second time.
#pragma once

#include <string>

#include "convert.hpp"
#include "define.hpp"

namespace unguard::python {

template <Spec S>
std::string signature(const std::string& function, const std::string& self) {
  const S defaults{};
  std::string text = function + "(self: " + self;
  bool first = true;
  for_each_field(defaults, [&](const auto& f, const auto& value) {
    using V = FieldValue<std::remove_cvref_t<decltype(value)>>;
    text +=
        (first ? ", *, " : ", ") + std::string(f.name) + ": " + V::type() + " = " + std::string(py::repr(V::to(value)));
    first = false;
  });
  return text + ") -> None";
}

template <Spec S>
std::string docstring() {
  const auto i = info_of<S>();
  std::string text = std::string(i.meaning) + "\n\n";
  if constexpr (std::tuple_size_v < decltype(fields(static_cast<const S*>(nullptr))) >> 0)
    text += "Parameters\n----------\n";
  const S defaults{};
  for_each_field(defaults, [&](const auto& f, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const auto unit = field_detail::UnitOf<T>::symbol;
    text += std::string(f.name) + " : " + FieldValue<T>::type() + (unit.empty() ? "" : ", in " + std::string(unit)) +
            ", default " + std::string(py::str(FieldValue<T>::to(value))) + "\n    " + std::string(f.meaning);
    if constexpr (NamedEnum<T>) {
      text += ": one of";
      for (auto name : names(static_cast<const T*>(nullptr))) text += " \"" + std::string(name) + "\"";
    } else if constexpr (!std::is_same_v<T, bool> && !std::is_same_v<T, std::string>) {
      text += "; " + field_detail::expected(f.limits, unit, std::is_integral_v<T>);
    }
    text += ".\n";
  });
  return text + "\nSource: " + std::string(i.source) + ".\n";
}

template <Spec S>
std::string parameter_names() {
  std::string all;
  const S defaults{};
  for_each_field(defaults, [&](const auto& f, const auto&) { all += (all.empty() ? "" : ", ") + std::string(f.name); });
  return all;
}

template <Spec S>
S spec_from(const py::kwargs& arguments) {
  S spec{};
  std::size_t used = 0;
  for_each_field(spec, [&](const auto& f, auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const std::string name(f.name);
    if (!arguments.contains(name)) return;
    ++used;
    const py::object given = arguments[name.c_str()];
    try {
      value = FieldValue<T>::from(given);
    } catch (const Unfit&) {
      const auto expected = FieldValue<T>::expected(f.limits, field_detail::UnitOf<T>::symbol);
      raise_argument(name, shown(given), expected + " (" + std::string(info_of<S>().name) + "." + name + ")");
    }
  });
  if (used != arguments.size()) {
    const std::string known = parameter_names<S>();
    for (const auto& item : arguments) {
      const auto name = item.first.cast<std::string>();
      bool found = false;
      for_each_field(spec, [&](const auto& f, const auto&) { found |= f.name == name; });
      if (!found)
        throw py::type_error(std::string(info_of<S>().name) + "() has no parameter '" + name +
                             "'; it has: " + (known.empty() ? "none" : known));
    }
  }
  if (auto fault = validate(spec)) raise(*fault);
  return spec;
}

template <Spec S>
py::class_<S> bind_spec(py::module_& m) {
  static const std::string name(info_of<S>().name);
  static const std::string doc = docstring<S>();
  static const std::string init = signature<S>("__init__", "unguard._core." + name);
  py::class_<S> c(m, name.c_str(), doc.c_str());
  py::options options;
  options.disable_function_signatures();
  c.def(py::init([](const py::args& positional, const py::kwargs& arguments) {
          if (!positional.empty())
            throw py::type_error(name + "() takes its parameters by name only: " +
                                 (parameter_names<S>().empty() ? "it has none" : parameter_names<S>()));
          return spec_from<S>(arguments);
        }),
        init.c_str());
  options.enable_function_signatures();
  const S defaults{};
  py::list described;
  for_each_field(defaults, [&](const auto& f, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    const auto member = f.member;
    c.def_property_readonly(std::string(f.name).c_str(), [member](const S& s) { return FieldValue<T>::to(s.*member); });
    py::dict d;
    d["name"] = std::string(f.name);
    d["meaning"] = std::string(f.meaning);
    d["unit"] = std::string(field_detail::UnitOf<T>::symbol);
    d["type"] = FieldValue<T>::type();
    d["default"] = FieldValue<T>::to(value);
    d["low"] = f.limits.low;
    d["high"] = f.limits.high;
    d["low_included"] = f.limits.low_included;
    d["high_included"] = f.limits.high_included;
    described.append(d);
  });
  c.attr("_fields") = py::tuple(described);
  c.def(
      "__eq__", [](const S& a, const S& b) { return a == b; }, py::is_operator());
  c.def("__hash__", [](const S& s) { return hash_text(to_text(s)) >> 1; });
  c.def("__repr__", [](const S& s) {
    std::string text = name + "(";
    bool first = true;
    for_each_field(s, [&](const auto& f, const auto& value) {
      using V = FieldValue<std::remove_cvref_t<decltype(value)>>;
      text += (first ? "" : ", ") + std::string(f.name) + "=" + std::string(py::repr(V::to(value)));
      first = false;
    });
    return text + ")";
  });
  c.def(py::pickle(
      [](const S& s) {
        py::dict d;
        for_each_field(s, [&](const auto& f, const auto& value) {
          d[py::str(std::string(f.name))] = FieldValue<std::remove_cvref_t<decltype(value)>>::to(value);
        });
        return py::tuple(py::make_tuple(d));
      },
      [](const py::tuple& t) { return spec_from<S>(py::kwargs(t[0].cast<py::dict>())); }));
  return c;
}

}  // namespace unguard::python
