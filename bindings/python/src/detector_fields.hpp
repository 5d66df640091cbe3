// SPDX-License-Identifier: Apache-2.0
// How Python gives a detector's spec what it was calibrated with.
#pragma once

#include "convert.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/bending_profile.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard::python {

template <>
struct FieldValue<OnsetBaseline> : CalibrationField<OnsetBaseline> {};
template <>
struct FieldValue<NoiseModel> : CalibrationField<NoiseModel> {};
template <>
struct FieldValue<ActivityCalibration> : CalibrationField<ActivityCalibration> {};
template <>
struct FieldValue<BendingProfile> : CalibrationField<BendingProfile> {};

}  // namespace unguard::python
