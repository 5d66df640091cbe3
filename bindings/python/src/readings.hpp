// SPDX-License-Identifier: Apache-2.0
// Readings as Python sees them: one at a time, in a row, and a row of them as an array.
#pragma once

#include <vector>

#include "arguments.hpp"
#include "unguard/core/reading.hpp"

namespace unguard::python {

// A row that becomes Python objects only where somebody looks: hours of readings are millions.
struct Readings {
  std::vector<Reading> all{};
};

void register_readings(py::module_& m);

}  // namespace unguard::python
