// SPDX-License-Identifier: Apache-2.0
// How Python gives a spec what it was calibrated with.
#pragma once

#include "convert.hpp"
#include "unguard/envelope/whitening_calibration.hpp"

namespace unguard::python {

template <>
struct FieldValue<WhiteningCalibration> : CalibrationField<WhiteningCalibration> {};

}  // namespace unguard::python
