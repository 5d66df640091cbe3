// SPDX-License-Identifier: Apache-2.0
// An estimate with its interval: (value, low, high).
#pragma once

#include "arguments.hpp"
#include "unguard/core/calibration.hpp"

namespace unguard::python {

inline py::tuple with_interval(const Estimate& e) { return py::make_tuple(e.value, e.low, e.high); }

}  // namespace unguard::python
