// SPDX-License-Identifier: Apache-2.0
// Work of the engine, during which other threads of Python run. It must not touch a Python object.
#pragma once

#include <utility>

#include "arguments.hpp"

namespace unguard::python {

template <class Work>
auto without_gil(Work&& work) {
  const py::gil_scoped_release release;
  return std::forward<Work>(work)();
}

}  // namespace unguard::python
