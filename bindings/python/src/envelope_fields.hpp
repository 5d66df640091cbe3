// SPDX-License-Identifier: Apache-2.0
// How Python gives a spec what it was calibrated with.
#pragma once

#include <string>
#include <string_view>

#include "convert.hpp"
#include "unguard/envelope/whitening_calibration.hpp"

namespace unguard::python {

// Not calibrated is None.
template <>
struct FieldValue<WhiteningCalibration> {
  static WhiteningCalibration from(const py::handle& v) {
    if (v.is_none()) return {};
    if (!py::isinstance<WhiteningCalibration>(v)) throw Unfit{};
    return v.cast<WhiteningCalibration>();
  }
  static std::string expected(const Limits&, std::string_view) { return "a WhiteningCalibration, or None"; }
  static py::object to(const WhiteningCalibration& v) { return v.empty() ? py::none() : py::cast(v); }
  static std::string type() { return "WhiteningCalibration | None"; }
};

}  // namespace unguard::python
