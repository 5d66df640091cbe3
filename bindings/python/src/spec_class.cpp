// SPDX-License-Identifier: Apache-2.0
#include "spec_class.hpp"

#include <utility>

namespace unguard::python {

namespace {

std::string shown_value(const SpecClass& of, const SpecField& field, const void* spec) {
  return py::repr(of.value(field, spec)).cast<std::string>();
}

std::string init_signature(const SpecClass& of) {
  std::string text = "__init__(self: unguard._core." + of.name;
  bool first = true;
  for (const SpecField& f : of.fields) {
    text += (first ? ", *, " : ", ") + f.name + ": " + f.type + " = " + shown_value(of, f, of.defaults);
    first = false;
  }
  return text + ") -> None";
}

std::string replace_signature(const SpecClass& of) {
  const std::string self = "unguard._core." + of.name;
  std::string text = "replace(self: " + self;
  bool first = true;
  for (const SpecField& f : of.fields) {
    text += (first ? ", *, " : ", ") + f.name + ": " + f.type + " = ...";
    first = false;
  }
  return text + ") -> " + self;
}

std::string parameter_names(const SpecClass& of) {
  std::string all;
  for (const SpecField& f : of.fields) all += (all.empty() ? "" : ", ") + f.name;
  return all.empty() ? "none" : all;
}

py::tuple description(const SpecClass& of) {
  py::list described;
  for (const SpecField& f : of.fields) {
    py::dict d;
    d["name"] = f.name;
    d["meaning"] = f.meaning;
    d["unit"] = f.unit;
    d["type"] = f.type;
    d["default"] = of.value(f, of.defaults);
    d["low"] = f.limits.low;
    d["high"] = f.limits.high;
    d["low_included"] = f.limits.low_included;
    d["high_included"] = f.limits.high_included;
    described.append(d);
  }
  return py::tuple(described);
}

void refuse_positional(const SpecClass& of, const std::string& called, const py::args& positional) {
  if (!positional.empty())
    throw py::type_error(called + "() takes its parameters by name only: " + parameter_names(of));
}

py::dict values_by_name(const SpecClass& of, const void* spec) {
  py::dict d;
  for (const SpecField& f : of.fields) d[py::str(f.name)] = of.value(f, spec);
  return d;
}

// The class as its methods need it: the spec behind an object that is one.
struct Self {
  const SpecClass* of;
  py::handle python_class;

  bool is(const py::handle& object) const { return py::isinstance(object, python_class); }
  const void* operator()(const py::handle& object) const {
    if (!is(object)) throw py::type_error("expected a " + of->name + ", not " + shown(object));
    return of->behind(object);
  }
};

}  // namespace

py::object rows_of_six_in_a_row(const py::handle& v) {
  constexpr py::ssize_t section = 6;
  if (in_two_directions(v)) {
    const py::tuple shape = v.attr("shape");
    if (shape.size() != 2 || shape[1].cast<py::ssize_t>() != section) throw Unfit{};
    return v.attr("ravel")();
  }
  const bool nested = PySequence_Check(v.ptr()) && PySequence_Size(v.ptr()) > 0 &&
                      (PyList_Check(v[py::int_(0)].ptr()) || PyTuple_Check(v[py::int_(0)].ptr()));
  if (!nested) return py::reinterpret_borrow<py::object>(v);
  py::list flat;
  for (const auto& row : v) {
    if (!(PyList_Check(row.ptr()) || PyTuple_Check(row.ptr())) || PySequence_Size(row.ptr()) != section) throw Unfit{};
    for (const auto& item : row) flat.append(item);
  }
  return flat;
}

void refuse_unmade(const py::handle& object, const std::string& name) {
  auto* instance = reinterpret_cast<py::detail::instance*>(object.ptr());
  if (!instance->get_value_and_holder().holder_constructed())
    throw py::type_error("this " + name + " was never made: its __init__() was not called");
}

void fill(const SpecClass& of, void* spec, const py::kwargs& arguments) {
  std::size_t used = 0;
  for (const SpecField& f : of.fields) {
    if (!arguments.contains(f.name)) continue;
    ++used;
    const py::object given = arguments[f.name.c_str()];
    try {
      f.from(static_cast<std::byte*>(spec) + f.offset, given);
    } catch (const Unfit&) {
      raise_argument(f.name, shown(given), f.expected + " (" + of.name + "." + f.name + ")");
    }
  }
  if (used != arguments.size()) {
    for (const auto& item : arguments) {
      const auto name = item.first.cast<std::string>();
      bool found = false;
      for (const SpecField& f : of.fields) found |= f.name == name;
      if (!found) throw py::type_error(of.name + "() has no parameter '" + name + "'; it has: " + parameter_names(of));
    }
  }
}

std::string docstring(const SpecClass& of) {
  std::string text = of.meaning + "\n\n";
  if (!of.fields.empty()) text += "Parameters\n----------\n";
  for (const SpecField& f : of.fields)
    text += f.name + " : " + f.type + (f.unit.empty() ? "" : ", in " + f.unit) + ", default " +
            std::string(py::str(of.value(f, of.defaults))) + "\n    " + f.meaning + f.choices + ".\n";
  return text + "\nSource: " + of.source + ".\n";
}

void complete(const py::object& python_class, const SpecClass& of) {
  AnyClass c(python_class);
  const Self self{&of, c};
  const std::string init = init_signature(of);
  {
    py::options options;
    options.disable_function_signatures();
    c.def(
        "__init__",
        [self](py::detail::value_and_holder& holder, const py::args& positional, const py::kwargs& arguments) {
          refuse_positional(*self.of, self.of->name, positional);
          holder.value_ptr() = self.of->made(arguments);
        },
        py::detail::is_new_style_constructor(), init.c_str());
    const auto replace = [self](const py::object& spec, const py::args& positional, const py::kwargs& changes) {
      refuse_positional(*self.of, self.of->name + ".replace", positional);
      py::dict d = values_by_name(*self.of, self(spec));
      for (const auto& [name, value] : changes) d[name] = value;
      return py::type::of(spec)(**d);
    };
    const std::string doc =
        "\n\nThe same with other values in the fields given by name. Raises ConfigError for a value, TypeError for a "
        "name.";
    c.def("replace", replace, (replace_signature(of) + doc).c_str());
    // What copy.replace() calls, from Python 3.13 on.
    const std::string self_type = "unguard._core." + of.name;
    c.def("__replace__", replace,
          ("__replace__(self: " + self_type + ", **changes: typing.Any) -> " + self_type + doc).c_str());
  }
  const auto property = py::module_::import("builtins").attr("property");
  for (const SpecField& f : of.fields)
    py::setattr(c, f.name.c_str(),
                property(py::cpp_function([self, &f](const py::object& spec) { return self.of->value(f, self(spec)); },
                                          py::is_method(c))));
  c.attr("_fields") = description(of);
  c.def(
      "__eq__",
      [self](const py::object& a, const py::object& b) -> py::object {
        if (!self.is(b)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        return py::bool_(self.of->equal(self(a), self(b)));
      },
      py::is_operator());
  c.def("__hash__", [self](const py::object& spec) { return hash_text(self.of->text(self(spec))) >> 1; });
  c.def("__repr__", [self](const py::object& spec) {
    std::string text;
    for (const SpecField& f : self.of->fields)
      text += (text.empty() ? "" : ", ") + f.name + "=" + shown_value(*self.of, f, self(spec));
    return self.of->name + "(" + text + ")";
  });
  // Copied and pickled as a call with all its fields by name.
  c.def("__reduce__", [self](const py::object& spec) -> py::tuple {
    const py::dict d = values_by_name(*self.of, self(spec));
    const auto call = py::module_::import("functools").attr("partial")(py::type::of(spec), **d);
    return py::make_tuple(call, py::tuple());
  });
}

}  // namespace unguard::python
