// SPDX-License-Identifier: Apache-2.0
// What rest looks like in one channel: median and 1.4826 MAD of the moving RMS over a slow and over a fast window.
// Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408: half of the stretch may be something else.
// Cost: one value a quarter window; the median once, in place. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/median.hpp"

namespace unguard {

struct RestNoise {
  double level = 0;  // uV, median of the slow envelope
  double spread = 0;
  double fast_level = 0;
  double fast_spread = 0;

  friend bool operator==(const RestNoise&, const RestNoise&) = default;
};

namespace rest_detail {

// 1 / Phi^-1(3/4): makes the median absolute deviation a standard deviation for normal values.
inline constexpr double mad_to_sd = 1.482602218505602;

struct MedianAndSpread {
  double median = 0;
  double spread = 0;
};

// Overwrites the values.
inline MedianAndSpread median_and_spread(std::span<double> values) noexcept {
  if (values.empty()) return {};
  MedianAndSpread found;
  found.median = unguard::median(values.begin(), values.end());
  for (double& v : values) v = std::fabs(v - found.median);
  found.spread = mad_to_sd * unguard::median(values.begin(), values.end());
  return found;
}

// One value a quarter window: closer ones say nearly the same.
inline std::int64_t hop_of(std::int64_t window) noexcept { return std::max<std::int64_t>(1, window / 4); }

}  // namespace rest_detail

// Gathers envelope values of one channel until it has those of `length` good samples.
class RestCollector {
 public:
  RestCollector(std::int64_t slow_window, std::int64_t fast_window, std::int64_t length)
      : slow_hop_(rest_detail::hop_of(slow_window)),
        fast_hop_(rest_detail::hop_of(fast_window)),
        slow_(static_cast<std::size_t>(std::max<std::int64_t>(1, length / slow_hop_))),
        fast_(static_cast<std::size_t>(std::max<std::int64_t>(1, length / fast_hop_))) {}

  // The mean square over both windows at the next sample, and whether each window was free of marks.
  void take(double slow_power, bool slow_good, double fast_power, bool fast_good) noexcept {
    if (slow_good && slow_count_ < slow_.size() && seen_ % slow_hop_ == 0) slow_[slow_count_++] = std::sqrt(slow_power);
    if (fast_good && fast_count_ < fast_.size() && seen_ % fast_hop_ == 0) fast_[fast_count_++] = std::sqrt(fast_power);
    ++seen_;
  }
  bool full() const noexcept { return slow_count_ == slow_.size() && fast_count_ == fast_.size(); }
  // Samples the gathered slow values stand for.
  std::int64_t samples() const noexcept { return static_cast<std::int64_t>(slow_count_) * slow_hop_; }
  // Uses the gathered values up.
  RestNoise noise() noexcept {
    const auto slow = rest_detail::median_and_spread({slow_.data(), slow_count_});
    const auto fast = rest_detail::median_and_spread({fast_.data(), fast_count_});
    return {slow.median, slow.spread, fast.median, fast.spread};
  }
  void reset() noexcept {
    std::fill(slow_.begin(), slow_.end(), 0.0);
    std::fill(fast_.begin(), fast_.end(), 0.0);
    slow_count_ = fast_count_ = 0;
    seen_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(slow_);
    archive(fast_);
    archive(slow_count_);
    archive(fast_count_);
    archive(seen_);
    slow_count_ = std::min(slow_count_, slow_.size());
    fast_count_ = std::min(fast_count_, fast_.size());
  }

 private:
  std::int64_t slow_hop_;
  std::int64_t fast_hop_;
  std::vector<double> slow_;
  std::vector<double> fast_;
  std::size_t slow_count_ = 0;
  std::size_t fast_count_ = 0;
  std::int64_t seen_ = 0;
};

}  // namespace unguard
