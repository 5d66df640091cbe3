// SPDX-License-Identifier: Apache-2.0
// How much of a channel is mains hum, at 50 or at 60 Hz with the third and fifth harmonic: resonators that forget as
// fast as the power they are compared with. What is left of a hum that is cleaned away. Leaky resonators: Goertzel
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

#include "unguard/core/simd.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Of every channel, at the last frame.
struct Hum {
  const double* of_mains = nullptr;  // power at 50 or at 60 Hz with the harmonics, whichever is more, uV^2
  const double* of_all = nullptr;    // power above about 10 Hz, uV^2
};

class HumCheck {
 public:
  // Resonators and power forget with this time constant.
  HumCheck(int channels, Seconds memory, Hertz rate)
      : channels_(channels),
        leak_(-std::expm1(-1 / (memory * rate))),
        baseline_(-std::expm1(-2 * std::numbers::pi * (below / rate))),
        level_(static_cast<std::size_t>(channels)),
        power_(static_cast<std::size_t>(channels)),
        hum_(static_cast<std::size_t>(2 * channels)),
        unknown_(static_cast<std::size_t>(channels), 1),
        sums_(static_cast<std::size_t>(2 * lines * channels)) {
    for (int k = 0; k < lines; ++k) {
      const double f = (k < lines / 2 ? 50 : 60) * (2 * (k % (lines / 2)) + 1);
      // What lies too near half the rate cannot be told from its image.
      heard_[static_cast<std::size_t>(k)] = f < 0.45 * rate.value;
      turns_[static_cast<std::size_t>(k)] = std::polar(1 - leak_, 2 * std::numbers::pi * f / rate.value);
    }
  }

  // One value a channel.
  Hum take(const double* x) noexcept {
    if (any_unknown_) begin(x);
    int c = 0;
    for (; c + 4 <= channels_; c += 4) resonate<Four>(x + c, c);
    for (; c < channels_; ++c) resonate<One>(x + c, c);
    for (c = 0; c < channels_; ++c) hum_[at(c)] = std::max(hum_[at(c)], hum_[at(channels_ + c)]);
    return {hum_.data(), power_.data()};
  }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept {
    unknown_[at(channel)] = 1;
    any_unknown_ = true;
  }
  void reset() noexcept {
    for (int c = 0; c < channels_; ++c) forget(c);
  }
  // What a changed processor keeps from the one it replaces; of the same number of channels and rate.
  void adopt(const HumCheck& other) noexcept {
    std::copy(other.level_.begin(), other.level_.end(), level_.begin());
    std::copy(other.power_.begin(), other.power_.end(), power_.begin());
    std::copy(other.unknown_.begin(), other.unknown_.end(), unknown_.begin());
    any_unknown_ = other.any_unknown_;
    std::copy(other.sums_.begin(), other.sums_.end(), sums_.begin());
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(level_);
    archive(power_);
    archive(unknown_);
    archive(any_unknown_);
    archive(sums_);
  }

 private:
  static constexpr Hertz below{10};
  static constexpr int lines = 6;

  struct One {
    static double load(const double* p) { return *p; }
    static void store(double* p, double v) { *p = v; }
    static double fill(double v) { return v; }
  };
  struct Four {
    static f64x4 load(const double* p) { return load4(p); }
    static void store(double* p, const f64x4& v) { store4(p, v); }
    static f64x4 fill(double v) { return fill4(v); }
  };
  static std::size_t at(int i) noexcept { return static_cast<std::size_t>(i); }

  template <class L>
  void resonate(const double* x, int c) noexcept {
    const auto now = L::load(x), leak = L::fill(leak_);
    const auto level = L::load(&level_[at(c)]) + L::fill(baseline_) * (now - L::load(&level_[at(c)]));
    L::store(&level_[at(c)], level);
    const auto v = now - level, power = L::load(&power_[at(c)]);
    L::store(&power_[at(c)], power + leak * (v * v - power));
    for (int half = 0; half < 2; ++half) {
      auto hum = L::fill(0);
      for (int k = half * lines / 2; k < (half + 1) * lines / 2; ++k) {
        if (!heard_[at(k)]) continue;
        double* sum = &sums_[at(2 * k * channels_ + c)];
        const auto re = L::load(sum), im = L::load(sum + channels_);
        const auto cosine = L::fill(turns_[at(k)].real()), sine = L::fill(turns_[at(k)].imag());
        const auto turned = cosine * re - sine * im + leak * v, other = cosine * im + sine * re;
        L::store(sum, turned);
        L::store(sum + channels_, other);
        hum = hum + (turned * turned + other * other);
      }
      L::store(&hum_[at(half * channels_ + c)], hum + hum);
    }
  }
  void begin(const double* x) noexcept {
    for (int c = 0; c < channels_; ++c) {
      if (!unknown_[at(c)]) continue;
      unknown_[at(c)] = 0;
      level_[at(c)] = x[c];
      power_[at(c)] = 0;
      for (int k = 0; k < 2 * lines; ++k) sums_[at(k * channels_ + c)] = 0;
    }
    any_unknown_ = false;
  }

  int channels_;
  double leak_, baseline_;
  std::array<std::complex<double>, lines> turns_{};
  std::array<bool, lines> heard_{};
  std::vector<double> level_, power_, hum_;
  std::vector<std::uint8_t> unknown_;
  bool any_unknown_ = true;
  std::vector<double> sums_;  // by frequency: real parts of all channels, then imaginary ones
};

}  // namespace unguard
