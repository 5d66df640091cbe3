// SPDX-License-Identifier: Apache-2.0
// An angle that stops dead, as at the end of a sensor's range or where one has frozen: it comes on at speed and is then
// the same to the last digit. A trunk slows down before it rests, and a sensor has noise; one of coarse steps repeats
// values too, but comes to them a step at a time. So what is too fast on arrival is judged less one step, and against
// the fastest of late. Rule proposed here. Cost: a comparison a sample.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/clinical/phase_report.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class StuckAngle {
 public:
  // `moving`: from this speed on somebody moves.
  StuckAngle(DegreesPerSecond moving, Hertz rate)
      : length_(tick_length(rate)),
        held_(samples_in(held, rate)),
        least_(moving.value * static_cast<double>(back * length_) / rate.value) {}

  void begin() noexcept {
    before_.fill(0);
    same_ = 0;
    last_ = fastest_ = 0;
    step_ = std::numeric_limits<double>::max();
    begun_ = dead_ = false;
  }
  // What comes next has nothing to do with what was.
  void lose() noexcept { begun_ = false; }
  // The next sample, `at` in the stream; whether it is stuck.
  bool add(double degrees, std::int64_t at) noexcept {
    if (!begun_) {
      before_.fill(degrees);
      last_ = degrees;
      same_ = 0;
      begun_ = true;
      dead_ = false;
    }
    const auto slot = static_cast<std::size_t>(at / length_ % back);
    const double come = std::fabs(degrees - before_[slot]);
    if (degrees != last_) {
      step_ = std::min(step_, std::fabs(degrees - last_));
      fastest_ = std::max(fastest_, come);
      dead_ = come - step_ > std::max(least_, too_fast * fastest_);
      same_ = 0;
      last_ = degrees;
    }
    if (at % length_ == length_ - 1) {
      before_[slot] = degrees;
      fastest_ *= kept;
    }
    return ++same_ >= held_ && dead_;
  }

  template <class Archive>
  void state(Archive& archive) {
    for (double& angle : before_) {
      archive(angle);
      if (!std::isfinite(angle)) angle = 0;  // not from here
    }
    archive(same_);
    archive(last_);
    archive(fastest_);
    archive(step_);
    archive(begun_);
    archive(dead_);
    for (double* v : {&last_, &fastest_, &step_})
      if (!std::isfinite(*v)) *v = 0;
    if (!(same_ >= 0)) same_ = 0;
  }

 private:
  // Bends of least jerk in half a second and more come to rest with less than 0.17 of their fastest tenth of a second
  // in the last; one of 2.5 s that is cut off at 85 of 91 degrees with 0.45.
  static constexpr std::int64_t back = 10;  // ticks that an arrival is seen over
  static constexpr double too_fast = 0.2;
  static constexpr Seconds held{0.2};
  static constexpr double kept = 0.9986;  // of the fastest, a tick: half in 5 s

  std::int64_t length_;
  std::int64_t held_;                  // samples
  double least_;                       // deg
  std::array<double, back> before_{};  // one a tick
  std::int64_t same_ = 0;              // samples in a row
  double last_ = 0;
  double fastest_ = 0;                                // deg within `back`, of late
  double step_ = std::numeric_limits<double>::max();  // deg, the smallest so far
  bool begun_ = false;
  bool dead_ = false;  // it came to this value at speed
};

}  // namespace unguard
