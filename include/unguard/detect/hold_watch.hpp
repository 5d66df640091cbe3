// SPDX-License-Identifier: Apache-2.0
// The level of one channel's hold in full flexion so far, against what this person's good trials have: how many spreads
// above. On the logarithm, where levels of trials scatter evenly; less what the level of so short a stretch may be off,
// two SDs: that of the logarithm of an RMS of n independent values is 1 / sqrt(2 n). The beginning, in which the bend
// dies away, is left out. Cost: one addition a sample, a logarithm a look.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace unguard {

class HoldWatch {
 public:
  // `independent`: values a sample.
  HoldWatch(double level, double spread, std::int64_t left_out, double independent)
      : level_(level), spread_(spread), left_out_(left_out), independent_(independent) {}

  void begin() noexcept {
    seen_ = count_ = 0;
    sum_ = 0;
  }
  void add(double square, bool good) noexcept {
    if (seen_++ < left_out_ || !good) return;
    sum_ += square;
    ++count_;
  }
  // What the other one has seen of this hold, against this one's level.
  void adopt(const HoldWatch& other) noexcept {
    seen_ = other.seen_;
    count_ = other.count_;
    sum_ = other.sum_;
  }
  std::int64_t count() const noexcept { return count_; }
  double rms() const noexcept { return count_ > 0 ? std::sqrt(sum_ / static_cast<double>(count_)) : 0; }
  // Spreads that it is at least above the expected level, or below (negative); 0 where it may be as expected.
  double above() const noexcept {
    if (!(count_ > 0 && sum_ > 0)) return 0;
    const double found = std::log(rms() / level_), off = 2 / std::sqrt(2 * independent_ * static_cast<double>(count_));
    return (found - std::clamp(found, -off, off)) / spread_;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(seen_);
    archive(count_);
    archive(sum_);
    if (!(seen_ >= 0 && seen_ < far_off && count_ >= 0 && count_ <= seen_ && sum_ >= 0 && std::isfinite(sum_)))
      begin();  // not from here
  }

 private:
  static constexpr std::int64_t far_off = std::int64_t{1} << 61;

  double level_;
  double spread_;
  std::int64_t left_out_;
  double independent_;
  std::int64_t seen_ = 0;
  std::int64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace unguard
