// SPDX-License-Identifier: Apache-2.0
// EMG of one muscle with a level written down for each instant: noise as narrow as trunk EMG, some 100 Hz.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/clinical/power_course.hpp"
#include "unguard/core/random.hpp"

namespace unguard::written {

inline constexpr Hertz rate{2000};

// `level(seconds)` in uV RMS; white noise of the electrode added.
template <class Level>
std::vector<double> emg(double seconds, Level&& level, std::uint64_t seed, double noise = 0) {
  RandomStream random(seed, "written");
  constexpr std::size_t wide = 10;
  std::vector<double> x, last(wide);
  double sum = 0;
  const auto n = static_cast<std::size_t>(seconds * rate.value);
  for (std::size_t i = 0; i < n + wide; ++i) {
    const double fresh = random.normal();
    sum += fresh - last[i % wide];
    last[i % wide] = fresh;
    if (i < wide) continue;
    x.push_back(level(static_cast<double>(i - wide) / rate.value) * sum / std::sqrt(static_cast<double>(wide)) +
                noise * random.normal());
  }
  return x;
}
template <class Level>
PowerCourse course(double seconds, Level&& level, std::uint64_t seed, double noise = 0) {
  const std::vector<double> x = emg(seconds, level, seed, noise);
  return power_course_of({x.data(), std::ssize(x), 1}, rate);
}

}  // namespace unguard::written
