// SPDX-License-Identifier: Apache-2.0
// An autoregressive model of a stream, x[n] = -a1 x[n - 1] - a2 x[n - 2] - ... + e[n], learnt as it comes: sums of
// products of samples up to p apart, then the Yule-Walker equations (levinson.hpp). The sums of a stretch are those of
// that stretch between zeros, so that the model is always stable. Fixed memory, no allocation: for the real-time
// thread. Cost: p + 1 multiplications a sample; O(p^2) to solve. Burg's method (burg.hpp) is sharper on short
// stretches, and offline.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/filter/levinson.hpp"

namespace unguard {

class LevinsonLearner {
 public:
  explicit LevinsonLearner(int order)
      : sums_(static_cast<std::size_t>(order) + 1),
        past_(static_cast<std::size_t>(order)),
        coefficients_(past_.size()),
        before_(past_.size()) {}

  void add(double x) noexcept {
    sums_[0] += x * x;
    const std::size_t known = std::min(static_cast<std::size_t>(in_a_row_), past_.size());
    for (std::size_t k = 0; k < known; ++k) sums_[k + 1] += x * past_[k];
    if (!past_.empty()) {
      std::shift_right(past_.begin(), past_.end(), 1);
      past_.front() = x;
    }
    ++in_a_row_;
    ++count_;
  }
  // The next sample does not follow upon the last one.
  void interrupt() noexcept { in_a_row_ = 0; }
  std::int64_t count() const noexcept { return count_; }

  // False, and nothing learnt, where there is no power or nothing is left to predict.
  bool solve() noexcept {
    std::fill(coefficients_.begin(), coefficients_.end(), 0.0);
    const auto error = levinson(sums_, coefficients_, before_);
    error_power_ = error ? *error / static_cast<double>(count_) : 0;
    return error.has_value();
  }
  // a1, a2, ... as Whitening takes them; and the mean square of e. Of the last solve().
  std::span<const double> coefficients() const noexcept { return coefficients_; }
  double error_power() const noexcept { return error_power_; }

  void reset() noexcept {
    for (auto* values : {&sums_, &past_, &coefficients_}) std::fill(values->begin(), values->end(), 0.0);
    error_power_ = 0;
    in_a_row_ = count_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(sums_);
    archive(past_);
    archive(coefficients_);
    archive(error_power_);
    archive(in_a_row_);
    archive(count_);
    if (in_a_row_ < 0 || count_ < 0) reset();  // a state from elsewhere must not count backwards
  }

 private:
  std::vector<double> sums_;  // of products of samples 0, 1, ... p apart
  std::vector<double> past_;  // newest first
  std::vector<double> coefficients_, before_;
  double error_power_ = 0;
  std::int64_t in_a_row_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace unguard
