// SPDX-License-Identifier: Apache-2.0
// Results as pickle carries them from one process to another, with the bytes that a saved state has of them. Those of
// another version of the library are refused: they are for the way, not for keeping.
#pragma once

#include <pybind11/pybind11.h>

#include <span>
#include <string>

#include "unguard/core/state.hpp"

namespace unguard::python {

namespace py = pybind11;

// `list` is a generic function (archive, value) that hands the archive every part of the value.
template <class T, class List>
void bind_pickle(py::class_<T>& c, List list) {
  const std::string name = py::str(c.attr("__name__"));
  c.def(py::pickle(
      [list](T value) {
        state_detail::Writer archive;
        list(archive, value);
        const SavedState bytes = archive.take();
        return py::make_tuple(UNGUARD_VERSION, py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
      },
      [list, name](const py::tuple& told) {
        if (told.size() != 2 || !py::isinstance<py::str>(told[0]) || !py::isinstance<py::bytes>(told[1]))
          throw py::value_error("what was pickled is no " + name);
        const std::string made_by = told[0].cast<std::string>(), bytes = told[1].cast<std::string>();
        if (made_by != UNGUARD_VERSION)
          throw py::value_error("a " + name + " pickled by unguard " + made_by + " is not read by " UNGUARD_VERSION);
        T value{};
        state_detail::Reader archive(std::as_bytes(std::span(bytes)));
        list(archive, value);
        if (!archive.good()) throw py::value_error("what was pickled is no " + name);
        return value;
      }));
}

// Of what an engine keeps in its own saved states.
template <class T>
void bind_pickle(py::class_<T>& c) {
  bind_pickle(c, [](auto& archive, T& value) { archive_report(archive, value); });
}

}  // namespace unguard::python
