// SPDX-License-Identifier: Apache-2.0
// The level of one channel's hold in full flexion so far, against what this person's good trials have: how many spreads
// above. On the logarithm, where levels of trials scatter evenly. The beginning, in which the bend dies away, is left
// out. Cost: one addition a sample, a logarithm a look.
#pragma once

#include <cmath>
#include <cstdint>

namespace unguard {

class HoldWatch {
 public:
  HoldWatch(double level, double spread, std::int64_t left_out) : level_(level), spread_(spread), left_out_(left_out) {}

  void begin() noexcept {
    seen_ = count_ = 0;
    sum_ = 0;
  }
  void add(double square, bool good) noexcept {
    if (seen_++ < left_out_ || !good) return;
    sum_ += square;
    ++count_;
  }
  std::int64_t count() const noexcept { return count_; }
  double rms() const noexcept { return count_ > 0 ? std::sqrt(sum_ / static_cast<double>(count_)) : 0; }
  // Spreads above the expected level; 0 of nothing.
  double above() const noexcept { return count_ > 0 && sum_ > 0 ? std::log(rms() / level_) / spread_ : 0; }

  template <class Archive>
  void state(Archive& archive) {
    archive(seen_);
    archive(count_);
    archive(sum_);
  }

 private:
  double level_;
  double spread_;
  std::int64_t left_out_;
  std::int64_t seen_ = 0;
  std::int64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace unguard
