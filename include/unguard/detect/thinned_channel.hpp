// SPDX-License-Identifier: Apache-2.0
// One channel of ActivityDetector on a stream that is sampled faster than EMG needs: it looks at means of so many
// samples. EMG ends at 500 Hz; what a fast converter adds above is noise, and a noise model of some order reaches back
// by samples, not by time. Edges are those of the means. Cost: an addition a sample, and the channel's for each mean.
// Fixed memory.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "unguard/detect/change_channel.hpp"
#include "unguard/detect/onset_channel.hpp"

namespace unguard {

class ThinnedChannel {
 public:
  ThinnedChannel(ChangeChannel channel, int mean_of) : channel_(std::move(channel)), mean_of_(mean_of) {}

  // Means begin at multiples of their length, however the stream is cut. Of one that a sample is missing of nothing is
  // known.
  OnsetChange step(double x, std::int64_t at) noexcept {
    if (mean_of_ == 1) return channel_.step(x, at);
    const std::int64_t into = (at % mean_of_ + mean_of_) % mean_of_;
    if (at - into != first_) {
      first_ = at - into;
      sum_ = 0;
      count_ = 0;
    }
    sum_ += x;
    if (++count_ < mean_of_) return {};
    OnsetChange change = channel_.step(sum_ / static_cast<double>(mean_of_), first_ / mean_of_);
    sum_ = 0;
    count_ = 0;
    change.onset *= mean_of_;
    change.offset *= mean_of_;
    return change;
  }

  bool learning() const noexcept { return channel_.learning(); }
  // A step that begins within a mean is seen by the next one.
  std::int64_t latency() const noexcept { return (channel_.latency() + 1) * mean_of_ - 1; }
  double confidence() const noexcept { return channel_.confidence(); }
  double rest_power() const noexcept { return channel_.rest_power(); }
  std::int64_t period() const noexcept { return mean_of_; }

  void reset() noexcept {
    channel_.reset();
    forget();
  }
  void restart() noexcept {
    channel_.restart();
    forget();
  }
  // Goes on where the other one is, by this one's rule. False, and nothing done, where they do not look at the same.
  bool adopt(const ThinnedChannel& other) noexcept {
    if (mean_of_ != other.mean_of_ || !channel_.adopt(other.channel_)) return false;
    first_ = other.first_;
    sum_ = other.sum_;
    count_ = other.count_;
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    channel_.state(archive);
    archive(first_);
    archive(sum_);
    archive(count_);
    if (count_ < 0 || count_ >= mean_of_ || !std::isfinite(sum_)) forget();  // not from here
  }

 private:
  void forget() noexcept {
    first_ = 0;
    sum_ = 0;
    count_ = 0;
  }

  ChangeChannel channel_;
  std::int64_t mean_of_;
  std::int64_t first_ = 0;  // sample of the mean that is gathered
  double sum_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace unguard
