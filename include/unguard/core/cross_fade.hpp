// SPDX-License-Identifier: Apache-2.0
// From one filter to the next without a jump: the old one is heard while the new one settles, then the two are mixed
// along a line. A new set of coefficients on an old state answers an electrode offset with hundreds of microvolts.
// Cost: both filters run meanwhile; the old one's memory is set up beforehand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace unguard {

template <class K>
class CrossFade {
 public:
  // With nothing to fade from.
  CrossFade() = default;
  // From kernels like `leaving`: the new one unheard for `unheard` samples, then mixed in over `mixed`, at least one.
  CrossFade(K leaving, std::int64_t unheard, std::int64_t mixed, std::int64_t channels, std::int64_t most_frames)
      : leaving_(std::move(leaving)),
        unheard_(unheard),
        mixed_(std::max<std::int64_t>(1, mixed)),
        channels_(channels),
        old_(static_cast<std::size_t>(most_frames * channels)) {}

  // Samples until the new filter is heard alone.
  std::int64_t left() const noexcept { return left_; }
  // Begins with the state of `current`; false when that is no filter of the design this was made for.
  bool begin(const K& current) noexcept {
    if (!leaving_ || !leaving_->adopt(current)) return false;
    left_ = unheard_ + mixed_;
    return true;
  }
  void end() noexcept { left_ = 0; }

  // The old one's output for x, which must still be there when mix() has to put it before y.
  void run(const double* x, std::int64_t n) noexcept { leaving_->run(x, old_.data(), n); }
  void mix(double* y, std::int64_t n) noexcept {
    const double* old = old_.data();
    for (std::int64_t i = 0; i < n && --left_ > 0; ++i, y += channels_, old += channels_) {
      const double weight = std::max(0.0, 1 - static_cast<double>(left_) / static_cast<double>(mixed_));
      for (std::int64_t c = 0; c < channels_; ++c) y[c] = old[c] + weight * (y[c] - old[c]);
    }
  }
  void settle(int channel, double level) noexcept { leaving_->settle(channel, level); }

  template <class Archive>
  void state(Archive& archive) {
    archive(left_);
  }

 private:
  std::optional<K> leaving_{};
  std::int64_t unheard_ = 0;
  std::int64_t mixed_ = 1;
  std::int64_t channels_ = 0;
  std::vector<double> old_{};
  std::int64_t left_ = 0;
};

}  // namespace unguard
