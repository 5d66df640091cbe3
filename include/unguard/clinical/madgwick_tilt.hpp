// SPDX-License-Identifier: Apache-2.0
// How far a sensor leans forward, by its rotation in space: also of who twists while bending. A quaternion turned by
// the gyroscope and, at a fixed rate, down the slope to where gravity would be read (Madgwick, Harrison & Vaidyanathan
// 2011, doi:10.1109/ICORR.2011.5975346). That rate is the gain: the root of 3/4 times the gyroscope's error; for the
// first seconds a larger one. Cost: a hundred multiplications, two roots and an arc tangent a sample. Latency: none.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "unguard/clinical/sensor_axis.hpp"

namespace unguard {

class MadgwickTilt {
 public:
  // `gain` in rad/s; for the first `settling` seconds, `settling_gain`.
  MadgwickTilt(SensorAxis up, SensorAxis forward, double gain, double settling_gain, double settling, double rate)
      : up_(up),
        forward_(forward),
        gain_(gain),
        settling_gain_(settling_gain),
        settling_(static_cast<std::int64_t>(settling * rate)),
        step_(1 / rate) {}

  double take(const Vector3& acceleration, const Vector3& turning) noexcept {
    const double size = tilt_detail::length(acceleration);
    if (!begun_ && size > 0) {
      begin(acceleration, size);
      return lean();
    }
    auto& [w, x, y, z] = q_;
    const double a = turning[0] / tilt_detail::degrees_a_radian, b = turning[1] / tilt_detail::degrees_a_radian,
                 c = turning[2] / tilt_detail::degrees_a_radian;
    std::array<double, 4> rate{0.5 * (-x * a - y * b - z * c), 0.5 * (w * a + y * c - z * b),
                               0.5 * (w * b - x * c + z * a), 0.5 * (w * c + x * b - y * a)};
    if (size > 0) {
      // The steepest way to where gravity would lie along what was read.
      const double fx = 2 * (x * z - w * y) - acceleration[0] / size, fy = 2 * (w * x + y * z) - acceleration[1] / size,
                   fz = 1 - 2 * (x * x + y * y) - acceleration[2] / size;
      std::array<double, 4> slope{-2 * y * fx + 2 * x * fy, 2 * z * fx + 2 * w * fy - 4 * x * fz,
                                  -2 * w * fx + 2 * z * fy - 4 * y * fz, 2 * x * fx + 2 * y * fy};
      double most = 0;
      for (const double s : slope) most += s * s;
      most = std::sqrt(most);
      const double gain = taken_ < settling_ ? settling_gain_ : gain_;
      for (std::size_t i = 0; i < 4 && most > 0; ++i) rate[i] -= gain * slope[i] / most;
    }
    ++taken_;
    double norm = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      q_[i] += rate[i] * step_;
      norm += q_[i] * q_[i];
    }
    for (double& part : q_) part /= std::sqrt(norm);
    return lean();
  }
  double lean() const noexcept {
    const auto& [w, x, y, z] = q_;
    return tilt_detail::lean_of({2 * (x * z - w * y), 2 * (w * x + y * z), 1 - 2 * (x * x + y * y)}, up_, forward_);
  }
  void reset() noexcept {
    q_ = {1, 0, 0, 0};
    taken_ = 0;
    begun_ = false;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (double& part : q_) archive(part);
    archive(taken_);
    archive(begun_);
    double norm = 0;
    for (const double part : q_) norm += part * part;
    if (!(std::fabs(norm - 1) < 1e-6)) reset();  // not from here
    if (!(taken_ >= 0)) taken_ = 0;
  }

 private:
  // The least rotation that makes what is read up.
  void begin(const Vector3& a, double size) noexcept {
    begun_ = true;
    const double ux = a[0] / size, uy = a[1] / size, uz = a[2] / size;
    // Half way between z and what is read; upside down any axis across will do.
    const double w = std::sqrt(std::max(0.0, (1 + uz) / 2));
    if (w > 1e-6)
      q_ = {w, uy / (2 * w), -ux / (2 * w), 0};
    else
      q_ = {0, 1, 0, 0};
  }

  SensorAxis up_, forward_;
  double gain_, settling_gain_;
  std::int64_t settling_;
  double step_;
  std::array<double, 4> q_{1, 0, 0, 0};  // w, x, y, z: turns the earth's axes into the sensor's
  std::int64_t taken_ = 0;
  bool begun_ = false;
};

}  // namespace unguard
