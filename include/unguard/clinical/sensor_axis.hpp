// SPDX-License-Identifier: Apache-2.0
// How a sensor sits on a trunk: which of its axes point up and forward, and what leaning forward is in them. Up at rest
// is what an accelerometer reads. Definitions. Cost: an arc tangent.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string_view>

namespace unguard {

// Which way an axis of the sensor points.
enum class SensorAxis { x, y, z, minus_x, minus_y, minus_z };
constexpr std::array<std::string_view, 6> names(const SensorAxis*) { return {"x", "y", "z", "-x", "-y", "-z"}; }
constexpr int number_of(SensorAxis axis) { return static_cast<int>(axis) % 3; }
constexpr double sign_of(SensorAxis axis) { return static_cast<int>(axis) < 3 ? 1 : -1; }

using Vector3 = std::array<double, 3>;

namespace tilt_detail {

inline constexpr double degrees_a_radian = 180 / std::numbers::pi;

inline double along(const Vector3& v, SensorAxis axis) noexcept {
  return sign_of(axis) * v[static_cast<std::size_t>(number_of(axis))];
}
inline double length(const Vector3& v) noexcept { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }
// How fast a sensor leans forward: its turning about the axis that brings up towards forward.
inline double leaning(const Vector3& turning, SensorAxis up, SensorAxis forward) noexcept {
  const auto u = number_of(up), f = number_of(forward);
  const int side = 3 - u - f;
  const double sign = (u + 1) % 3 == f ? 1 : -1;
  return sign * sign_of(up) * sign_of(forward) * turning[static_cast<std::size_t>(side)];
}
// Upright 0, forward positive, in degrees.
inline double lean_of(const Vector3& up_is, SensorAxis up, SensorAxis forward) noexcept {
  return degrees_a_radian * std::atan2(-along(up_is, forward), along(up_is, up));
}

}  // namespace tilt_detail

}  // namespace unguard
