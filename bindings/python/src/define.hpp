// SPDX-License-Identifier: Apache-2.0
// Functions and methods whose wrong call is refused in Python's own words ("missing 1 required keyword-only argument:
// 'fs'"), where pybind11 would list C++ signatures. Parameters are objects, so only their number and names can be
// wrong.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "arguments.hpp"

namespace unguard::python {

namespace define_detail {

inline void append(std::string& parameters, const std::string& one) {
  parameters += (parameters.empty() ? "" : ", ") + one;
}
inline void describe(std::string& parameters, const py::arg& a) { append(parameters, a.name); }
inline void describe(std::string& parameters, const py::arg_v& a) { append(parameters, std::string(a.name) + "=None"); }
inline void describe(std::string& parameters, const py::kw_only&) { append(parameters, "*"); }
template <class Other>
void describe(std::string&, const Other&) {}

// Answers a call of `function(parameters)` that does not fit: always Python's TypeError.
struct Refusal {
  std::string function;
  std::string parameters;
  void operator()(const py::args& arguments, const py::kwargs& keywords) const;
};
std::string doc_of(const py::handle& function);
void set_doc(const py::handle& function, const std::string& doc);

}  // namespace define_detail

// A class whose C++ type is not at hand: takes methods as py::class_ does.
struct AnyClass : py::object {
  explicit AnyClass(const py::object& c) : py::object(c) {}
  template <class Function, class... Extra>
  AnyClass& def(const char* name, Function&& function, const Extra&... extra) {
    py::setattr(*this, name,
                py::cpp_function(std::forward<Function>(function), py::name(name), py::is_method(*this),
                                 py::sibling(py::getattr(*this, name, py::none())), extra...));
    return *this;
  }
};

// `where.def(name, function, extra...)`, and the refusal of every other call. The function's docstring stays its own.
template <class Where, class Function, class... Extra>
Where& define(Where& where, const char* name, Function&& function, const Extra&... extra) {
  using namespace define_detail;
  constexpr bool method = !std::is_same_v<Where, py::module_>;
  std::string parameters = method ? "self" : "";
  (describe(parameters, extra), ...);
  const std::string front = method ? std::string(py::str(where.attr("__name__"))) + "." : "";
  where.def(name, std::forward<Function>(function), extra...);
  const std::string doc = doc_of(where.attr(name));
  where.def(name, Refusal{front + name, parameters});
  set_doc(where.attr(name), doc);
  return where;
}

// The same for a static method.
template <class Class, class Function, class... Extra>
Class& define_static(Class& where, const char* name, Function&& function, const Extra&... extra) {
  using namespace define_detail;
  std::string parameters;
  (describe(parameters, extra), ...);
  where.def_static(name, std::forward<Function>(function), extra...);
  const std::string doc = doc_of(where.attr(name));
  where.def_static(name, Refusal{std::string(py::str(where.attr("__name__"))) + "." + name, parameters});
  set_doc(where.attr(name), doc);
  return where;
}

}  // namespace unguard::python
