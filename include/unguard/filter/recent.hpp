// SPDX-License-Identifier: Apache-2.0
// The last samples of every channel, each channel's in one piece. A ring that is written twice, half its size apart:
// whatever was last lies side by side, and every frame costs the same. Cost: two stores a sample; memory twice the
// ring.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace unguard {

class Recent {
 public:
  Recent(std::int64_t length, int channels)
      : length_(length), channels_(channels), samples_(static_cast<std::size_t>(2 * length * channels)) {}

  std::int64_t length() const noexcept { return length_; }
  // n interleaved frames, n <= length.
  void take(const double* x, std::int64_t n) noexcept {
    const std::int64_t before_turn = std::min(n, length_ - at_);
    for (int c = 0; c < channels_; ++c) {
      double* to = ring(c) + at_;
      const double* from = x + c;
      for (std::int64_t i = 0; i < n; ++i, ++to, from += channels_) {
        if (i == before_turn) to -= length_;
        to[0] = to[length_] = *from;
      }
    }
    at_ = at_ + n < length_ ? at_ + n : at_ + n - length_;
  }
  // A channel's last `count` samples, the oldest first, count <= length.
  const double* last(int channel, std::int64_t count) const noexcept {
    return samples_.data() + 2 * length_ * channel + at_ + length_ - count;
  }
  // Where the next frame goes, and how far that is from the beginning.
  std::int64_t at() const noexcept { return at_; }

  // As if every sample so far had been 0, with the next going to `at`, 0 <= at < length.
  void reset(std::int64_t at = 0) noexcept {
    std::fill(samples_.begin(), samples_.end(), 0.0);
    at_ = at;
  }
  // As if every sample of a channel so far had been `level`.
  void fill(int channel, double level) noexcept { std::fill_n(ring(channel), 2 * length_, level); }
  bool adopt(const Recent& other) noexcept {
    if (other.length_ != length_ || other.channels_ != channels_) return false;
    std::copy(other.samples_.begin(), other.samples_.end(), samples_.begin());
    at_ = other.at_;
    return true;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(samples_);
    archive(at_);
    if (at_ < 0 || at_ >= length_) reset();  // a state from elsewhere must not point outside
  }

 private:
  double* ring(int channel) noexcept { return samples_.data() + 2 * length_ * channel; }

  std::int64_t length_;
  int channels_;
  std::vector<double> samples_;
  std::int64_t at_ = 0;
};

}  // namespace unguard
