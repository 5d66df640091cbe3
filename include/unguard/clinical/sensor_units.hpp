// SPDX-License-Identifier: Apache-2.0
// Whether a record of inertial sensors is in the units that trunk_angle.hpp reads: g, by what gravity is most of the
// time, and deg/s, by what the gyroscope has turned where the accelerometer says that the sensor leant. In other units
// an angle comes out that looks like one. Rule proposed here. Cost: an arc tangent a sample. Offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/trunk_angle.hpp"

namespace unguard {

namespace sensor_units_detail {

// Most people are still most of the time: the median is gravity.
inline constexpr double least_gravity = 0.8, most_gravity = 1.2;
// A lean is read from so much, and compared over so much: what shakes a sensor goes on for less.
inline constexpr Seconds read_over{0.4}, compared_over{2};
// A lean that no shaking makes, and how many of them are enough.
inline constexpr double least_lean = 15;  // deg
inline constexpr std::size_t least_leans = 3;
// In rad/s the gyroscope tells 1/57 of the lean; between half and twice that it is no error of a sensor.
inline constexpr double share_in_radians = 1 / tilt_detail::degrees_a_radian;

inline double middle(std::vector<double>& values) {
  const auto half = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

// Of one sensor, as far as all of it is known.
struct Motion {
  std::vector<double> gravity{};  // g
  std::vector<double> shares{};   // of each lean that the accelerometer saw, what the gyroscope saw
};
inline Motion motion_of(const LiveTrunkAngle::Sensor& sensor, const TrunkAngle& spec, ConstBlock record, Hertz rate) {
  Motion found;
  const std::int64_t mean = samples_in(read_over, rate), apart = samples_in(compared_over, rate);
  Vector3 pull{};
  double turned = 0, turned_before = 0, before = 0;
  bool compared = false;  // there is one before
  std::int64_t in_a_row = 0;
  for (std::int64_t i = 0; i < record.frames; ++i) {
    Vector3 acceleration{}, turning{};
    bool known = true;
    for (std::size_t k = 0; k < 3; ++k)
      for (const auto& [value, column] :
           {std::pair{&acceleration[k], sensor.acceleration[k]}, {&turning[k], sensor.turning[k]}}) {
        *value = record(i, column);
        known = known && std::isfinite(*value) && !(record.marks && record.marks[i * record.channels + column]);
      }
    if (!known) {
      pull = {};
      turned = 0;
      in_a_row = 0;
      compared = false;
      continue;
    }
    found.gravity.push_back(tilt_detail::length(acceleration));
    turned += tilt_detail::leaning(turning, spec.up, spec.forward) / rate.value;
    const std::int64_t into = in_a_row++ % apart;
    if (into < mean)
      for (std::size_t k = 0; k < 3; ++k) pull[k] += acceleration[k];
    if (into == mean / 2) turned_before = std::exchange(turned, 0.0);
    if (into != mean - 1) continue;
    const double lean = tilt_detail::lean_of(pull, spec.up, spec.forward);
    const double leant = std::fabs(std::remainder(lean - before, 360.0));
    if (compared && leant >= least_lean) found.shares.push_back(std::fabs(turned_before) / leant);
    before = lean;
    compared = true;
    pull = {};
  }
  return found;
}

}  // namespace sensor_units_detail

// Why a record is not in these units, or nothing where it may be.
inline std::optional<Fault> refuse_units(const LiveTrunkAngle& live, ConstBlock record) {
  using namespace sensor_units_detail;
  const TrunkAngle& spec = live.spec();
  for (std::size_t s = 0; s < live.sensors().size(); ++s) {
    const std::string name = s == 0 ? spec.thorax : spec.pelvis;
    Motion found = motion_of(live.sensors()[s], spec, record, live.from().rate);
    if (found.gravity.empty()) continue;
    const double gravity = middle(found.gravity);
    if (!(gravity >= least_gravity && gravity <= most_gravity))
      return Fault{"trunk_angle", "imu", "a median acceleration of " + to_text(gravity) + " at \"" + name + "\"",
                   "0.8 to 1.2: acceleration in g (1 g is 9.81 m/s2)"};
    if (spec.by == TiltBy::accelerometer || found.shares.size() < least_leans) continue;
    const double share = middle(found.shares);
    if (share > share_in_radians / 2 && share < share_in_radians * 2)
      return Fault{"trunk_angle", "imu",
                   "turning of \"" + name + "\" that makes " + to_text(share) + " of the lean its accelerometer shows",
                   "about 1: turning in deg/s (1 rad/s is 57.3 deg/s)"};
  }
  return std::nullopt;
}

}  // namespace unguard
