// SPDX-License-Identifier: Apache-2.0
// Looks for the mains between 45 and 65 Hz where nobody said which: the fundamental, or its first overtones, turn
// against their references by one frequency. A bank of one-pole filters over candidates, every quarter of a hertz; what
// is coherent over a second stands out. Goertzel 1958, doi:10.2307/2310304. Cost: 8 operations a candidate and cycle.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/denoise/mains_loop.hpp"

namespace unguard {

// How each candidate turns against the middle frequency in a cycle, for each line that is listened to.
class LineCandidates {
 public:
  LineCandidates(const MainsLoop& loop, Hertz rate) {
    if (!loop.searches) return;
    using std::numbers::pi;
    const double time = static_cast<double>(loop.cycle) / rate.value;
    memory_ = std::exp(-time);
    for (std::size_t k = 0; k < loop.orders.size() && loop.orders[k] <= 3; ++k) lines_.push_back(k);
    for (double f = MainsLoop::lowest_mains.value; f <= MainsLoop::highest_mains.value; f += 0.25)
      turns_.push_back(2 * pi * f / rate.value);
    for (const double turn : turns_)
      for (const std::size_t k : lines_) {
        const double angle = loop.orders[k] * (turn - loop.start) * static_cast<double>(loop.cycle);
        re_.push_back(memory_ * std::cos(angle));
        im_.push_back(memory_ * std::sin(angle));
      }
  }

  std::size_t count() const noexcept { return turns_.size(); }
  std::size_t lines() const noexcept { return lines_.size(); }
  std::size_t line(std::size_t i) const noexcept { return lines_[i]; }
  double turn(std::size_t candidate) const noexcept { return turns_[candidate]; }
  double re(std::size_t i) const noexcept { return re_[i]; }
  double im(std::size_t i) const noexcept { return im_[i]; }
  double memory() const noexcept { return memory_; }

 private:
  double memory_ = 0;
  std::vector<std::size_t> lines_{};  // indices among the lines of the loop
  std::vector<double> turns_{};       // radians a sample
  std::vector<double> re_{}, im_{};   // [candidate][line]: what a sum is multiplied with before the next cycle
};

class LineFinder {
 public:
  explicit LineFinder(const LineCandidates& all)
      : re_(all.count() * all.lines()), im_(re_.size()), power_(all.lines()) {}

  // One cycle's residual against the references at the middle frequency; the frequency once it is certain. Only its
  // phase counts, so that no burst speaks louder than a second of rest.
  std::optional<double> listen(const LineCandidates& all, const double* found) noexcept {
    by_chance_ = all.memory() * all.memory() * by_chance_ + 1;
    for (std::size_t l = 0; l < all.lines(); ++l) {
      double re = found[2 * all.line(l)], im = found[2 * all.line(l) + 1];
      const double power = re * re + im * im, unit = power > 0 ? 1 / std::sqrt(power) : 0;
      power_[l] = all.memory() * power_[l] + power;
      re *= unit;
      im *= unit;
      for (std::size_t i = l; i < re_.size(); i += all.lines()) {
        const double turned = re_[i] * all.re(i) - im_[i] * all.im(i) + re;
        im_[i] = re_[i] * all.im(i) + im_[i] * all.re(i) + im;
        re_[i] = turned;
      }
    }
    // The strongest of the coherent ones: what leaks from one line into the reference of another is weaker.
    std::optional<double> turn;
    double most = 0;
    for (std::size_t i = 0; i < re_.size(); ++i) {
      const double coherent = re_[i] * re_[i] + im_[i] * im_[i];
      if (coherent < certain * by_chance_ || coherent * power_[i % all.lines()] <= most) continue;
      most = coherent * power_[i % all.lines()];
      turn = all.turn(i / all.lines());
    }
    return turn;
  }
  void reset() noexcept {
    std::fill(re_.begin(), re_.end(), 0.0);
    std::fill(im_.begin(), im_.end(), 0.0);
    std::fill(power_.begin(), power_.end(), 0.0);
    by_chance_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(re_);
    archive(im_);
    archive(power_);
    archive(by_chance_);
  }

 private:
  // Of chance alone the coherent power is exponential with mean by_chance_: this often it is exceeded 1.5 times in
  // 100 million, which is about once in ten days of a channel without hum.
  static constexpr double certain = 18;

  std::vector<double> re_, im_;  // [candidate][line]
  std::vector<double> power_;    // of each line's residual
  double by_chance_ = 0;
};

}  // namespace unguard
