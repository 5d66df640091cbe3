// SPDX-License-Identifier: Apache-2.0
// A filter small enough to be seen through: 7 samples of delay. `Toy<Kernel>` is the spec that brings it, or a liar
// made from it, to life.
#pragma once

#include <cstdint>
#include <vector>

#include "unguard/core/chain.hpp"

namespace unguard::laws::toys {

template <class K>
struct Toy {
  friend bool operator==(const Toy&, const Toy&) = default;
};
template <class K>
constexpr SpecInfo info(const Toy<K>*) {
  return {"Toy", "a filter to try the laws on", "unguard"};
}
template <class K>
constexpr auto fields(const Toy<K>*) {
  return field_list();
}
template <class K>
Result<K> make_kernel(const Toy<K>&, const StreamFormat& format) {
  return K(format.channels.count());
}

class Delay {
 public:
  static constexpr std::int64_t length = 7;

  explicit Delay(int channels) : channels_(channels), ring_(static_cast<std::size_t>(length * channels)) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (std::int64_t i = 0; i < n; ++i, x += channels_, y += channels_, ++at_) {
      double* slot = ring_.data() + at_ % length * channels_;
      for (int c = 0; c < channels_; ++c) {
        const double in = x[c];
        y[c] = slot[c];
        slot[c] = in;
      }
    }
  }
  void reset() noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0);
    at_ = 0;
  }
  void seek(std::int64_t n) noexcept { at_ = n; }
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    for (std::int64_t i = 0; i < length; ++i) ring_[static_cast<std::size_t>(i * channels_ + channel)] = level;
    return level;
  }
  bool adopt(const Delay& other) noexcept {
    std::copy(other.ring_.begin(), other.ring_.end(), ring_.begin());
    at_ = other.at_;
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(length, ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }
  StageLatency delay(Hertz f) const { return {"Delay", DelayKind::group_delay, length, f}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(ring_);
    archive(at_);
  }

 protected:
  int channels_;
  std::vector<double> ring_;
  std::int64_t at_ = 0;
};

}  // namespace unguard::laws::toys
