// SPDX-License-Identifier: Apache-2.0
// How sure it is that an event is a true activity: its posterior chance, told how many come an hour, against the false
// alarms that rest brings with so much evidence. One minus the local false discovery rate: Efron, Tibshirani, Storey &
// Tusher 2001, doi:10.1198/016214501753382129; overshoot of a threshold: Siegmund 1985, Sequential Analysis,
// doi:10.1007/978-1-4757-1862-1. Cost: an exponential a report.
#pragma once

#include <algorithm>
#include <cmath>

namespace unguard {

// Rest alone brings the evidence g, in nats, as often as exp(log_alarms - decay g) a sample.
class EventConfidence {
 public:
  EventConfidence() = default;
  // `expected`: true activities a sample.
  EventConfidence(double expected, double log_alarms, double decay)
      : log_odds_(std::log(expected) - log_alarms), decay_(decay) {}

  // As it opens, with so much evidence at the sample that passed the threshold. Of what passes it by a nat more, e
  // times as much is true, for evidence is a log-likelihood ratio: a true activity comes in longer strides than rest.
  double at_open(double evidence, double threshold) const noexcept {
    return chance(log_odds_ + decay_ * threshold + (evidence - threshold) - stride);
  }

  // Later, of the largest evidence so far. A false alarm has passed the threshold by little; a true activity brings
  // more, and seldom that little: only the weakest and shortest do.
  double at_most(double evidence) const noexcept {
    const double g = std::max(1.0, std::min(1e4, decay_ * evidence));
    return chance(log_odds_ + g + std::log(so_little / g));
  }

  friend bool operator==(const EventConfidence&, const EventConfidence&) = default;

 private:
  // The overshoot, in nats, of which the odds are those of all: minus ln of the mean of exp(-overshoot) of true
  // activities. Of those of 2 to 15 dB it is 1.1; a little less, because rest brings somewhat fewer than `log_alarms`.
  static constexpr double stride = 1;
  // Share of the true activities whose largest evidence is within a factor e, about the threshold. Of those of 2 to 15
  // dB and 30 to 500 ms it is 0.01 to 0.03; a little more, because some are weaker.
  static constexpr double so_little = 0.05;

  static double chance(double log_odds) noexcept { return 1 / (1 + std::exp(-std::clamp(log_odds, -50.0, 50.0))); }

  double log_odds_ = 0;  // true to false, at no evidence
  double decay_ = 1;
};

}  // namespace unguard
