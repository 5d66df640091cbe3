// SPDX-License-Identifier: Apache-2.0
// How far a sensor leans forward, in one plane: what the gyroscope has turned, drawn slowly to what the accelerometer
// says is up (complementary filter: Higgins 1975, doi:10.1109/TAES.1975.308081). For a trunk that bends and hardly
// turns. Cost: two dozen multiplications and an arc tangent a sample. Latency: none of the gyroscope's share.
#pragma once

#include <algorithm>
#include <cmath>

#include "unguard/clinical/sensor_axis.hpp"

namespace unguard {

// Gravity is believed the less the further what the accelerometer reads is from 1 g.
class ComplementaryTilt {
 public:
  ComplementaryTilt(SensorAxis up, SensorAxis forward, double seconds, double rate)
      : up_(up), forward_(forward), step_(1 / rate), share_(1 / (1 + seconds * rate)) {}

  // `acceleration` in g, `turning` in deg/s; the lean in degrees.
  double take(const Vector3& acceleration, const Vector3& turning) noexcept {
    const double read = tilt_detail::lean_of(acceleration, up_, forward_);
    if (!begun_) {
      begun_ = true;
      return lean_ = read;
    }
    lean_ += tilt_detail::leaning(turning, up_, forward_) * step_;
    const double off = std::fabs(tilt_detail::length(acceleration) - 1);
    // The shorter way round.
    const double apart = std::remainder(read - lean_, 360.0);
    lean_ = std::remainder(lean_ + share_ * std::max(0.0, 1 - 2 * off) * apart, 360.0);
    return lean_;
  }
  double lean() const noexcept { return lean_; }
  void reset() noexcept {
    lean_ = 0;
    begun_ = false;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(lean_);
    archive(begun_);
    if (!(std::fabs(lean_) <= 180)) lean_ = 0;  // not from here
  }

 private:
  SensorAxis up_, forward_;
  double step_, share_;
  double lean_ = 0;
  bool begun_ = false;
};

}  // namespace unguard
