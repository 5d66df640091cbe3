// SPDX-License-Identifier: Apache-2.0
// Endless noise as a NoiseModel says it is: normal numbers through the model's recursion, run in until stationary. What
// false alarms are counted on. Cost: a normal number and p multiplications a sample.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/detect/newest_first.hpp"
#include "unguard/detect/noise_model.hpp"

namespace unguard {

class ModelNoise {
 public:
  ModelNoise(const NoiseModel& model, int channel, std::uint64_t seed)
      : a_(model.of(channel).begin(), model.of(channel).end()),
        error_(model.error(channel)),
        past_(a_.size()),
        random_(seed, "model noise", channel) {
    // Poles of noise behind a high-pass of some hertz lie close to the unit circle: a second and a half.
    const std::int64_t run_in = samples_in({1.5}, model.rate);
    for (std::int64_t i = 0; i < run_in; ++i) next();
  }
  double next() noexcept {
    double x = error_ * random_.normal();
    const double* past = past_.data();
    for (std::size_t i = 0; i < a_.size(); ++i) x -= a_[i] * past[i];
    past_.add(x);
    return x;
  }

 private:
  std::vector<double> a_;
  double error_;
  NewestFirst past_;
  RandomStream random_;
};

}  // namespace unguard
