// SPDX-License-Identifier: Apache-2.0
// A number that may be missing: a float in its unit, or None.
#pragma once

#include <optional>

#include "arguments.hpp"
#include "unguard/core/units.hpp"

namespace unguard::python {

inline py::object or_none(const std::optional<double>& value) {
  return value ? py::object(py::float_(*value)) : py::none();
}
template <class Unit>
py::object or_none(const std::optional<Quantity<Unit>>& value) {
  return value ? py::object(py::float_(value->value)) : py::none();
}

}  // namespace unguard::python
