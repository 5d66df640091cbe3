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

// The mean that a sample lies in: means begin at multiples of their length, also below 0.
constexpr std::int64_t mean_at(std::int64_t sample, std::int64_t mean_of) noexcept {
  return sample / mean_of - (sample % mean_of < 0 ? 1 : 0);
}

class ThinnedChannel {
 public:
  ThinnedChannel(ChangeChannel channel, int mean_of) : channel_(std::move(channel)), mean_of_(mean_of) {}

  // However the stream is cut, means are the same. Of one that a sample is missing of nothing is known.
  OnsetChange step(double x, std::int64_t at) noexcept {
    if (mean_of_ == 1) return channel_.step(x, at);
    if (const std::int64_t mean = mean_at(at, mean_of_); mean != mean_) {
      mean_ = mean;
      sum_ = 0;
      count_ = 0;
    }
    sum_ += x;
    if (++count_ < mean_of_) return {};
    OnsetChange change = channel_.step(sum_ / static_cast<double>(mean_of_), mean_);
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
  std::int64_t looks_back() const noexcept { return (channel_.looks_back() + 1) * mean_of_; }
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
    mean_ = other.mean_;
    sum_ = other.sum_;
    count_ = other.count_;
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    channel_.state(archive);
    archive(mean_);
    archive(sum_);
    archive(count_);
    if (count_ < 0 || count_ >= mean_of_ || !std::isfinite(sum_)) forget();  // not from here
  }

 private:
  void forget() noexcept {
    mean_ = 0;
    sum_ = 0;
    count_ = 0;
  }

  ChangeChannel channel_;
  std::int64_t mean_of_;
  std::int64_t mean_ = 0;  // that is gathered
  double sum_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace unguard
