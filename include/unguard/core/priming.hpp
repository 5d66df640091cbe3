// SPDX-License-Identifier: Apache-2.0
// An explicit start: for `length` the output is 0 and marked settling, then the chain begins in the steady state for
// the median of what came. An electrode offset of 300 mV otherwise rings for a quarter of a second behind a 20 Hz
// high-pass. The initial condition is that of Gustafsson 1996, doi:10.1109/78.492552, for a constant. First element of
// a Chain only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/median.hpp"

namespace unguard {

struct Priming {
  Seconds length{0.020};

  friend bool operator==(const Priming&, const Priming&) = default;
};
constexpr SpecInfo info(const Priming*) {
  return {"Priming", "starts a chain in the steady state for the median of its first samples",
          "Gustafsson 1996, doi:10.1109/78.492552"};
}
constexpr auto fields(const Priming*) {
  return field_list(
      field<&Priming::length>("length", "how long to listen before the first output", between(0.0, 10.0)));
}

// Collects the first samples of a stream.
class Primer {
 public:
  Primer(int channels, std::int64_t length)
      : channels_(channels),
        length_(length),
        seen_(static_cast<std::size_t>(length * channels)),
        column_(static_cast<std::size_t>(length)) {}

  std::int64_t missing() const noexcept { return length_ - have_; }
  void take(const double* frames, std::int64_t n) noexcept {
    std::copy_n(frames, n * channels_, seen_.data() + have_ * channels_);
    have_ += n;
  }
  // The median of a channel.
  double level(int channel) noexcept {
    for (std::int64_t i = 0; i < length_; ++i)
      column_[static_cast<std::size_t>(i)] = seen_[static_cast<std::size_t>(i * channels_ + channel)];
    return median(column_.begin(), column_.end());
  }
  void reset() noexcept { have_ = 0; }
  // Priming belongs to the start of a stream: when the other is through with it, so is this one. While the other still
  // listens, this one listens at least one sample longer, because its end is what sets the steady state.
  void adopt(const Primer& other) noexcept {
    have_ = other.missing() == 0 ? length_ : std::min(other.have_, std::max<std::int64_t>(0, length_ - 1));
    std::copy_n(other.seen_.begin(), std::min(seen_.size(), other.seen_.size()), seen_.begin());
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(have_);
    archive(seen_);
    if (have_ < 0 || have_ > length_) have_ = 0;
  }

 private:
  int channels_;
  std::int64_t length_;
  std::int64_t have_ = 0;
  std::vector<double> seen_;
  std::vector<double> column_;
};

}  // namespace unguard
