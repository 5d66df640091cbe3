// SPDX-License-Identifier: Apache-2.0
// The constants of the mains canceller for one stream: gains, memories and bounds, all per mains cycle.
// Gains of a line fitted to a growing stretch, 4 / n and 6 / n^2: Brookner 1998, Tracking and Kalman Filtering Made
// Easy, ch. 1. Cost: none; a value.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

struct MainsLoop {
  // Twice what EN 50160 allows a grid that is linked to others in all but 0.5 % of a year.
  static constexpr Hertz strays{1};
  // Where it is looked for when nothing is said.
  static constexpr Hertz lowest_mains{45}, middle_mains{55}, highest_mains{65};

  MainsLoop(std::optional<Hertz> nominal, std::vector<int> multiples, Hertz width, Hertz rate, double most)
      : orders(std::move(multiples)),
        searches(!nominal),
        cycle(std::max<std::int64_t>(1, std::llround(rate / nominal.value_or(middle_mains)))),
        largest(most) {
    using std::numbers::pi;
    const double turn = 2 * pi / rate.value, time = static_cast<double>(cycle) / rate.value;
    const auto memory = [time](Seconds of) { return -std::expm1(-time / of.value); };
    const auto cycles = [time](Seconds of) { return std::ceil(of.value / time); };
    start = turn * nominal.value_or(middle_mains).value;
    lowest = turn * (nominal ? *nominal - strays : lowest_mains).value;
    highest = turn * (nominal ? *nominal + strays : highest_mains).value;

    // Once it has settled: a line's gain makes its width; the frequency's pull, its square, a damping of a half; and
    // with a bow a drift is followed without lag.
    const double bend = pi * width.value * time;
    gain = -std::expm1(-bend);
    pull = bend * bend;
    bow = 0.2 * bend * bend * bend;
    sought = 4 / gain - 4;
    steady = cycles({1.5});
    fastest = turn * 0.1 * time;  // 0.1 Hz/s

    noise_gain = memory({0.25});
    brief_gain = memory({0.1});
    quiet_growth = std::exp(time / 2);
    evidence_gain = memory({1.5});
    opening = memory({0.03});
    closing = memory({0.1});
    heard = cycles({0.15});
    forgotten = cycles({1});
  }

  std::vector<int> orders;          // which multiples of the fundamental the lines are
  bool searches;                    // for the frequency, over the whole range
  std::int64_t cycle;               // samples of about one mains cycle: offset and other lines average out
  double largest;                   // what no amplitude may exceed
  double start, lowest, highest;    // frequencies, in radians a sample
  double gain, pull, bow, fastest;  // of the settled loop; the last is of the drift, radians a sample and cycle
  double sought, steady;            // cycles until a line's gain, and the frequency, have settled
  double noise_gain, brief_gain;    // of averages over 0.25 s and 0.1 s
  double quiet_growth;              // e in 2 s: so slowly is a louder muscle believed to stay
  double evidence_gain;             // of an average over 1.5 s
  double opening, closing;          // of the share that is taken out
  double heard;                     // cycles that are only listened to
  double forgotten;                 // cycles without hum until its frequency counts as unknown
};

}  // namespace unguard
