// SPDX-License-Identifier: Apache-2.0
// Where exactly a variance changed: the maximum-likelihood instant in a short stretch of squared samples, so that an
// edge is not where a smeared envelope crosses a threshold. Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3.
// Cost: one pass over the stretch, only when a threshold is crossed. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace unguard {

// What one squared sample says for `active` against `rest`, both variances: Gaussian log-likelihood ratio.
class ActivityEvidence {
 public:
  ActivityEvidence(double rest, double active) noexcept
      : slope_(0.5 * (1 / rest - 1 / active)), offset_(0.5 * std::log(active / rest)) {}
  double operator()(double square) const noexcept { return slope_ * square - offset_; }

 private:
  double slope_;
  double offset_;
};

// The last `length` frames of one value a channel.
class History {
 public:
  History(std::int64_t length, int channels)
      : length_(length), channels_(channels), values_(static_cast<std::size_t>(length * channels)) {}

  std::int64_t length() const noexcept { return length_; }
  void add(const double* frame) noexcept {
    std::copy_n(frame, channels_, values_.data() + next_ * channels_);
    next_ = next_ + 1 == length_ ? 0 : next_ + 1;
  }
  // The value `ago` frames before the last one added, 0 <= ago < length.
  double at(int channel, std::int64_t ago) const noexcept {
    std::int64_t i = next_ - 1 - ago;
    if (i < 0) i += length_;
    return values_[static_cast<std::size_t>(i * channels_ + channel)];
  }
  void reset() noexcept {
    std::fill(values_.begin(), values_.end(), 0.0);
    next_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
    archive(next_);
    if (next_ < 0 || next_ >= length_) next_ = 0;
  }

 private:
  std::int64_t length_;
  int channels_;
  std::vector<double> values_;
  std::int64_t next_ = 0;
};

// How many frames ago the activity began, looking back from `newest` to `oldest` frames ago: the start of the stretch
// up to `newest` with the most evidence.
inline std::int64_t began_ago(const History& squares, int channel, std::int64_t oldest, std::int64_t newest,
                              ActivityEvidence evidence) noexcept {
  double sum = 0, best = -std::numeric_limits<double>::infinity();
  std::int64_t began = newest;
  for (std::int64_t ago = newest; ago <= oldest; ++ago) {
    sum += evidence(squares.at(channel, ago));
    if (sum > best) {
      best = sum;
      began = ago;
    }
  }
  return began;
}

// How many frames ago the last active frame was: the end of the stretch from `oldest` on with the most evidence.
inline std::int64_t ended_ago(const History& squares, int channel, std::int64_t oldest, std::int64_t newest,
                              ActivityEvidence evidence) noexcept {
  double sum = 0, best = -std::numeric_limits<double>::infinity();
  std::int64_t ended = oldest;
  for (std::int64_t ago = oldest; ago >= newest; --ago) {
    sum += evidence(squares.at(channel, ago));
    if (sum > best) {
      best = sum;
      ended = ago;
    }
  }
  return ended;
}

}  // namespace unguard
