// SPDX-License-Identifier: Apache-2.0
// The area under every channel's envelope between any two of the last samples, as differences of a running sum: an
// event's edges are known only when it is over. Cost: an addition a channel and sample. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unguard {

class EnvelopeArea {
 public:
  // The last `kept` samples can be looked back at.
  EnvelopeArea(int channels, std::int64_t kept)
      : channels_(static_cast<std::size_t>(channels)),
        rows_(static_cast<std::size_t>(std::max<std::int64_t>(1, kept)) + 1),
        sums_(channels_ * rows_) {}

  // Before the channels of the next sample are added.
  void begin_sample(std::int64_t at) noexcept {
    newest_ = at;
    row_ = row_ + 1 == rows_ ? 0 : row_ + 1;
  }
  void add(int channel, double height) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    sums_[row_ * channels_ + c] = sums_[row_at(1) * channels_ + c] + height;
  }
  // All before that sample; as far as samples have come, and none but the last ones are kept.
  double before(int channel, std::int64_t sample) const noexcept {
    const std::int64_t back = std::clamp<std::int64_t>(newest_ + 1 - sample, 0, static_cast<std::int64_t>(rows_) - 1);
    return sums_[row_at(static_cast<std::size_t>(back)) * channels_ + static_cast<std::size_t>(channel)];
  }

  // As new: the next sample is that one.
  void reset(std::int64_t next) noexcept {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    row_ = 0;
    newest_ = next - 1;
  }
  // Goes on in that channel where the other one is, as far as both look back.
  void adopt(const EnvelopeArea& other, int channel) noexcept {
    newest_ = other.newest_;
    for (std::size_t back = 0; back < rows_; ++back)
      sums_[row_at(back) * channels_ + static_cast<std::size_t>(channel)] =
          other.before(channel, newest_ + 1 - static_cast<std::int64_t>(back));
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(sums_);
    archive(row_);
    archive(newest_);
    if (row_ >= rows_ || newest_ < -far_off || newest_ > far_off ||
        !std::all_of(sums_.begin(), sums_.end(), [](double s) { return std::isfinite(s); }))
      reset(0);  // not from here
  }

 private:
  static constexpr std::int64_t far_off = std::int64_t{1} << 61;

  std::size_t row_at(std::size_t back) const noexcept { return back <= row_ ? row_ - back : row_ + rows_ - back; }

  std::size_t channels_;
  std::size_t rows_;
  std::vector<double> sums_;  // a row a sample
  std::size_t row_ = 0;       // of the newest sample
  std::int64_t newest_ = -1;
};

}  // namespace unguard
