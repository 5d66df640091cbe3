// SPDX-License-Identifier: Apache-2.0
// The last values of one channel as one piece of memory, newest first: what a filter or a look back wants to run over.
// Every value is written twice, half a buffer apart. Cost: two stores a value.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace unguard {

class NewestFirst {
 public:
  explicit NewestFirst(std::size_t length) : length_(std::max<std::size_t>(1, length)), values_(2 * length_) {}

  void add(double value) noexcept {
    at_ = at_ == 0 ? length_ - 1 : at_ - 1;
    values_[at_] = values_[at_ + length_] = value;
  }
  // [0] is the newest; as many as `length`.
  const double* data() const noexcept { return values_.data() + at_; }
  std::size_t length() const noexcept { return length_; }
  void reset() noexcept {
    std::fill(values_.begin(), values_.end(), 0.0);
    at_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
    archive(at_);
    if (at_ >= length_) at_ = 0;
  }

 private:
  std::size_t length_;
  std::vector<double> values_;
  std::size_t at_ = 0;
};

}  // namespace unguard
