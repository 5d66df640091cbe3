// SPDX-License-Identifier: Apache-2.0
// How much of a channel is mains hum, at 50 or at 60 Hz with the third and fifth harmonic: resonators that forget as
// fast as the power they are compared with. An open input shows little else, and much of it. Leaky resonators: Goertzel
// 1958, doi:10.2307/2310304, with a pole inside the circle. Cost: 6 complex multiplications a sample and channel.
// Latency: about the time constant.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

struct HumShare {
  double share = 0;      // of the power above about 10 Hz
  double power_uV2 = 0;  // of the hum
};

class HumCheck {
 public:
  HumCheck(int channels, Hertz rate)
      : channels_(channels),
        leak_(-std::expm1(-1 / (memory * rate))),
        baseline_(-std::expm1(-2 * std::numbers::pi * (below / rate))),
        level_(static_cast<std::size_t>(channels)),
        power_(static_cast<std::size_t>(channels)),
        known_(static_cast<std::size_t>(channels)) {
    for (const double mains : {50.0, 60.0})
      for (const double order : {1.0, 3.0, 5.0}) {
        const double f = mains * order;
        // What lies too near half the rate cannot be told from its image.
        turns_.push_back(f < 0.45 * rate.value ? std::polar(1 - leak_, 2 * std::numbers::pi * f / rate.value) : 0);
      }
    sums_.resize(static_cast<std::size_t>(channels) * 2 * turns_.size());
  }

  HumShare take(int channel, double x) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    if (!known_[c]) {
      level_[c] = x;
      known_[c] = 1;
    }
    level_[c] += baseline_ * (x - level_[c]);
    const double v = x - level_[c];
    power_[c] += leak_ * (v * v - power_[c]);
    std::array<double, 2> hum{};
    double* sum = sums_.data() + c * 2 * turns_.size();
    for (std::size_t k = 0; k < turns_.size(); ++k, sum += 2) {
      const double re = turns_[k].real() * sum[0] - turns_[k].imag() * sum[1] + leak_ * v;
      const double im = turns_[k].real() * sum[1] + turns_[k].imag() * sum[0];
      sum[0] = re;
      sum[1] = im;
      if (turns_[k] != 0.0) hum[k / 3] += 2 * (re * re + im * im);
    }
    const double most = std::max(hum[0], hum[1]);
    return {power_[c] > 0 ? std::min(most / power_[c], 1.0) : 0, most};
  }
  void forget(int channel) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    known_[c] = 0;
    power_[c] = 0;
    std::fill_n(sums_.begin() + static_cast<std::ptrdiff_t>(c * 2 * turns_.size()), 2 * turns_.size(), 0.0);
  }
  void reset() noexcept {
    for (int c = 0; c < channels_; ++c) forget(c);
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(level_);
    archive(power_);
    archive(known_);
    archive(sums_);
  }

 private:
  static constexpr Seconds memory{0.05};
  static constexpr Hertz below{10};

  int channels_;
  double leak_, baseline_;
  std::vector<std::complex<double>> turns_;
  std::vector<double> level_, power_;
  std::vector<std::uint8_t> known_;
  std::vector<double> sums_;  // per channel and frequency: real and imaginary part
};

}  // namespace unguard
