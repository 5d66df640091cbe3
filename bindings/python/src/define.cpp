// SPDX-License-Identifier: Apache-2.0
#include "define.hpp"

#include <pybind11/eval.h>

#include <cstdlib>
#include <cstring>

namespace unguard::python::define_detail {

void Refusal::operator()(const py::args& arguments, const py::kwargs& keywords) const {
  // Python itself says what is wrong with the call of a function that has these parameters.
  const py::object like = py::eval("lambda " + parameters + ": None");
  like.attr("__qualname__") = function;
  like.attr("__name__") = function;
  like(*arguments, **keywords);
  throw py::type_error(function + "() is called on an object of another class");
}

namespace {
PyMethodDef* definition_of(const py::handle& function) {
  return reinterpret_cast<PyCFunctionObject*>(py::detail::get_function(function).ptr())->m_ml;
}
}  // namespace

std::string doc_of(const py::handle& function) {
  const char* doc = definition_of(function)->ml_doc;
  return doc ? doc : "";
}

void set_doc(const py::handle& function, const std::string& doc) {
  // pybind11 allocates the text this way and frees it with the function.
  PyMethodDef* definition = definition_of(function);
  std::free(const_cast<char*>(definition->ml_doc));
  char* copy = static_cast<char*>(std::malloc(doc.size() + 1));
  std::memcpy(copy, doc.c_str(), doc.size() + 1);
  definition->ml_doc = copy;
}

}  // namespace unguard::python::define_detail
