// SPDX-License-Identifier: Apache-2.0
// Calibrations as plain values and as tables: what all of them share.
#pragma once

#include <vector>

#include "convert.hpp"
#include "unguard/core/calibration.hpp"

namespace unguard::python {

py::dict plain_values(const Calibration& c);
// The inverse; Unfit for what plain_values() would not give.
Calibration calibration_from(const py::handle& d);
// A pandas.DataFrame with one row per quantity and channel, and the same columns besides in each.
py::object long_table(const std::vector<const Calibration*>& all, const py::dict& more);

// A key of a dict as a plain value; Unfit where it is missing or of another type.
template <class T>
T at_key(const py::handle& d, const char* key) {
  if (!PyDict_Check(d.ptr()) || !py::reinterpret_borrow<py::dict>(d).contains(key)) throw Unfit{};
  return FieldValue<T>::from(d[key]);
}

}  // namespace unguard::python
