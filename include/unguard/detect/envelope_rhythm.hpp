// SPDX-License-Identifier: Apache-2.0
// Does an activity beat, as a clonus does? The correlation of its envelope with itself, over lags of the periods from
// 15 down to 3 Hz: the first lag at which it comes back from a dip nearly as high as anywhere. Regularity is that
// correlation: 1 of a clockwork, near 0 of an even contraction. Clonus by its envelope: Mummidisetty et al. 2012,
// doi:10.1016/j.jneumeth.2011.10.017. Cost: some 70 multiplications every 5 ms of an activity. Fixed memory.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class EnvelopeRhythm {
 public:
  // No more than 200 looks a second: `most` of them last for a period of 3 Hz.
  explicit EnvelopeRhythm(Hertz rate)
      : every_(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(0.005 * rate.value - 1e-9)))),
        rate_(rate) {
    const double looks = rate.value / static_cast<double>(every_);
    shortest_ = static_cast<std::size_t>(std::floor(looks / fastest.value));
    longest_ = std::min(most - 2, static_cast<std::size_t>(std::ceil(looks / slowest.value)));
  }

  // The next sample of the activity, or of a gap within; `power`: mean square of 25 ms.
  void step(double power) noexcept {
    if (++since_ < every_) return;
    since_ = 0;
    const double x = std::sqrt(power);
    for (std::size_t lag = 0; lag < most && lag <= count_; ++lag)
      products_[lag] += x * (lag == 0 ? x : past_[(next_ + most - lag) % most]);
    past_[next_] = x;
    next_ = (next_ + 1) % most;
    sum_ += x;
    ++count_;
  }

  // Of what has been stepped through; nothing where it is too short to tell, or does not beat.
  Attributes found() const noexcept {
    const auto n = static_cast<double>(count_);
    const double mean = sum_ / n, variance = products_[0] / n - mean * mean;
    if (count_ < periods * shortest_ || !(variance > least_depth * mean * mean)) return {};
    std::array<double, most> r{};
    const std::size_t last = std::min(longest_ + 1, count_ / periods);
    for (std::size_t lag = 1; lag <= last; ++lag)
      r[lag] = (products_[lag] / (n - static_cast<double>(lag)) - mean * mean) / variance;
    double highest = least_regularity, dip = 1;
    std::size_t at = 0;
    for (std::size_t lag = 1; lag < last; ++lag) {
      dip = std::min(dip, r[lag]);
      const bool peaks = r[lag] >= r[lag - 1] && r[lag] > r[lag + 1];
      // A multiple of the period is as high, give or take.
      if (!peaks || r[lag] - dip < least_dip || r[lag] < (at ? 1.2 * highest : highest)) continue;
      highest = r[lag];
      at = lag;
    }
    if (at < shortest_) return {};  // none, or a faster one, whose multiples are none
    const double bend = r[at - 1] - 2 * r[at] + r[at + 1], off = 0.5 * (r[at - 1] - r[at + 1]) / bend;
    const double period = (static_cast<double>(at) + off) * static_cast<double>(every_) / rate_.value;
    return {.rhythm_Hz = 1 / period, .regularity = std::min(1.0, highest)};
  }

  // Another activity begins.
  void reset() noexcept {
    products_.fill(0);
    past_.fill(0);
    sum_ = 0;
    count_ = next_ = 0;
    since_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (double& p : products_) archive(p);
    for (double& p : past_) archive(p);
    archive(sum_);
    archive(count_);
    archive(next_);
    archive(since_);
    if (next_ >= most) reset();  // not from here
  }

 private:
  static constexpr Hertz slowest{3}, fastest{15};
  static constexpr std::size_t most = 70;  // looks back: a period of 3 Hz, and one beyond
  static constexpr double least_regularity = 0.65, least_dip = 0.5;
  static constexpr double least_depth = 0.12;  // squared, of the mean: an even contraction swings by a third
  static constexpr std::size_t periods = 5;    // that are seen at least

  std::int64_t every_;
  Hertz rate_;
  std::size_t shortest_ = 0, longest_ = 0;  // periods, in looks
  std::array<double, most> products_{};     // of the envelope with itself so many looks before
  std::array<double, most> past_{};
  double sum_ = 0;
  std::size_t count_ = 0, next_ = 0;
  std::int64_t since_ = 0;
};

}  // namespace unguard
