// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <pybind11/numpy.h>

namespace unguard::python {

namespace {

constexpr std::size_t longest_shown = 120;

bool is_instance_of(const py::handle& value, const char* module, const char* name) {
  return py::isinstance(value, py::module_::import(module).attr(name));
}

// 'f', 'i', ... of a NumPy scalar or an array without dimensions; '-' for everything else.
char kind_of_scalar(const py::handle& value) {
  if (!py::hasattr(value, "dtype") || !py::hasattr(value, "ndim") || masked(value)) return '-';
  const auto dimensions = as_whole_number(value.attr("ndim"));
  if (!dimensions || *dimensions != 0 || !py::hasattr(value.attr("dtype"), "kind")) return '-';
  const auto kind = as_text(value.attr("dtype").attr("kind"));
  return kind && kind->size() == 1 ? kind->front() : '-';
}

std::optional<double> converted(const py::handle& value) {
  const double v = PyFloat_AsDouble(value.ptr());
  if (!PyErr_Occurred()) return v;
  PyErr_Clear();  // too large, or what claims to be a number and is none
  return std::nullopt;
}

}  // namespace

void raise_argument(const std::string& argument, const std::string& found, const std::string& expected) {
  const auto error = py::module_::import("unguard.errors").attr("ConfigError");
  PyErr_SetObject(error.ptr(), error(argument, found, expected).ptr());
  throw py::error_already_set();
}

bool masked(const py::handle& value) {
  if (Py_TYPE(value.ptr()) == py::detail::npy_api::get().PyArray_Type_) return false;
  return is_instance_of(value, "numpy.ma", "MaskedArray");
}

std::string shown(const py::handle& value) {
  if (py::isinstance<py::array>(value)) {
    const std::string front = masked(value) ? "a masked array of shape " : "an array of shape ";
    return front + std::string(py::str(value.attr("shape"))) + " and dtype " +
           std::string(py::str(value.attr("dtype")));
  }
  std::string line;
  for (const auto& word : py::repr(value).attr("split")()) line += (line.empty() ? "" : " ") + word.cast<std::string>();
  if (line.size() <= longest_shown) return line;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return line.substr(0, end) + "...";
}

std::optional<double> as_number(const py::handle& value) {
  if (PyBool_Check(value.ptr())) return std::nullopt;
  if (PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr())) return converted(value);
  if (py::hasattr(value, "dtype")) {
    const char kind = kind_of_scalar(value);
    return kind == 'f' || kind == 'i' || kind == 'u' ? converted(value) : std::nullopt;
  }
  return is_instance_of(value, "numbers", "Real") ? converted(value) : std::nullopt;
}

std::optional<std::int64_t> as_whole_number(const py::handle& value) {
  if (PyBool_Check(value.ptr())) return std::nullopt;
  if (!PyLong_Check(value.ptr())) {
    const char kind = kind_of_scalar(value);
    if (kind != 'i' && kind != 'u') return std::nullopt;
  }
  const auto whole = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
  if (!whole) {
    PyErr_Clear();
    return std::nullopt;
  }
  int beyond = 0;
  const long long v = PyLong_AsLongLongAndOverflow(whole.ptr(), &beyond);
  return beyond ? std::nullopt : std::optional<std::int64_t>(v);
}

std::optional<bool> as_yes_or_no(const py::handle& value) {
  if (PyBool_Check(value.ptr())) return value.ptr() == Py_True;
  if (kind_of_scalar(value) != 'b') return std::nullopt;
  return PyObject_IsTrue(value.ptr()) == 1;
}

std::optional<std::string> as_text(const py::handle& value) {
  if (!py::isinstance<py::str>(value)) return std::nullopt;
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (utf8) return std::string(utf8, static_cast<std::size_t>(size));
  PyErr_Clear();  // half of a character
  return std::nullopt;
}

double number(const std::string& argument, const py::handle& value, const std::string& expected) {
  const auto v = as_number(value);
  if (!v) raise_argument(argument, shown(value), expected);
  return *v;
}

std::int64_t whole_number(const std::string& argument, const py::handle& value, const std::string& expected) {
  const auto v = as_whole_number(value);
  if (!v) raise_argument(argument, shown(value), expected);
  return *v;
}

std::string text(const std::string& argument, const py::handle& value, const std::string& expected) {
  const auto v = as_text(value);
  if (!v) raise_argument(argument, shown(value), expected);
  return *v;
}

}  // namespace unguard::python
