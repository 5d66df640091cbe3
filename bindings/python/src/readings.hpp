// SPDX-License-Identifier: Apache-2.0
// Readings as Python sees them: one at a time, in a row, and a row of them as an array.
#pragma once

#include <vector>

#include "arguments.hpp"
#include "convert.hpp"
#include "unguard/core/reading.hpp"

namespace unguard::python {

// A row that becomes Python objects only where somebody looks: hours of readings are millions.
struct Readings {
  std::vector<Reading> all{};
};

// What a pickled reading says of itself.
inline Trust trust_of(const py::handle& pickled) {
  try {
    return FieldValue<Trust>::from(pickled);
  } catch (const Unfit&) {
    throw py::value_error("the trust of what was pickled is " + shown(pickled));
  }
}

void register_readings(py::module_& m);

}  // namespace unguard::python
