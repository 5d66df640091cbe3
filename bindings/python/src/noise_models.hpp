// SPDX-License-Identifier: Apache-2.0
// Noise models as arguments, and as rows of a table.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "calibration_parts.hpp"
#include "detector_fields.hpp"

namespace unguard::python {

template <>
inline constexpr bool is_plain_by_fields<NoiseModel> = true;

inline const NoiseModel& noise_of(const py::handle& given) {
  return object_of<NoiseModel>("noise", given, "a NoiseModel, as calibrate_noise() gives");
}
inline int channel_of(const NoiseModel& noise, const py::handle& given) {
  const std::string expected = "a channel of the noise model, 0 to " + std::to_string(noise.channels() - 1);
  const std::int64_t channel = whole_number("channel", given, expected);
  if (channel < 0 || channel >= noise.channels()) raise_argument("channel", std::to_string(channel), expected);
  return static_cast<int>(channel);
}
inline std::uint64_t seed_of(const py::handle& given) {
  const std::string expected = "a whole number of 0 or more";
  const std::int64_t seed = whole_number("seed", given, expected);
  if (seed < 0) raise_argument("seed", std::to_string(seed), expected);
  return static_cast<std::uint64_t>(seed);
}
// Numbers without an interval, a value a channel, that were found with that level.
inline Calibration beside(const Calibration& level, std::string quantity, const std::vector<double>& values) {
  Calibration c = level;
  c.quantity = std::move(quantity);
  c.unit.clear();
  c.per_channel.clear();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const double v : values) c.per_channel.push_back({v, none, none});
  return c;
}

}  // namespace unguard::python
