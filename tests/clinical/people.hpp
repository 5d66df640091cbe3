// SPDX-License-Identifier: Apache-2.0
// Bends written down: white noise of a known level in each phase, and the angle that goes with it.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/random.hpp"

namespace unguard::people {

inline constexpr Hertz rate{2000};

// How people move from one angle to another: the share u of the time has passed, and the jerk is least.
inline double least_jerk(double from, double to, double u) {
  return from + (to - from) * u * u * u * (10 + u * (6 * u - 15));
}

// RMS of the muscle's own EMG in each phase, uV.
struct Levels {
  double standing = 2, flexing = 30, flexed = 2, extending = 60;
};

// One muscle and the angle, frame by frame.
struct Person {
  std::vector<double> emg{}, degrees{};

  // From angle to angle, as loud as `level(degrees)` says, uV RMS; noise of the electrode added.
  template <class Level>
  void go_on(double from, double to, double seconds, Level&& level, double noise, RandomStream& random) {
    const auto n = static_cast<std::size_t>(seconds * rate.value);
    for (std::size_t i = 0; i < n; ++i) {
      degrees.push_back(least_jerk(from, to, static_cast<double>(i) / static_cast<double>(n)));
      emg.push_back(level(degrees.back()) * random.normal() + noise * random.normal());
    }
  }

  std::vector<double> frames() const {
    std::vector<double> all;
    for (std::size_t i = 0; i < emg.size(); ++i) {
      all.push_back(emg[i]);
      all.push_back(degrees[i]);
    }
    return all;
  }
};

// From 0 to `deepest` and back in 4 s each, with 4 s in between; noise of the electrode added.
inline Person bends(int count, const Levels& levels, double noise, std::uint64_t seed, double deepest = 90) {
  Person p;
  RandomStream random(seed, "person");
  const auto go_on = [&](double from, double to, double level) {
    p.go_on(
        from, to, 4, [level](double) { return level; }, noise, random);
  };
  for (int i = 0; i < count; ++i) {
    go_on(0, 0, levels.standing);
    go_on(0, deepest, levels.flexing);
    go_on(deepest, deepest, levels.flexed);
    go_on(deepest, 0, levels.extending);
  }
  go_on(0, 0, levels.standing);
  return p;
}

inline StreamFormat format(int muscles = 1) {
  std::vector<Channel> list;
  for (int m = 0; m < muscles; ++m) list.push_back({"muscle " + std::to_string(m + 1), "", {}, "uV"});
  list.push_back({"trunk", "", {}, "deg"});
  return {.rate = rate, .channels = Channels(list)};
}

}  // namespace unguard::people
