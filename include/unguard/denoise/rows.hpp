// SPDX-License-Identifier: Apache-2.0
// The last few rows of as many values each: a ring. A definition, no source.
// Cost: one copy a row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unguard {

class Rows {
 public:
  Rows(std::int64_t rows, std::size_t width)
      : rows_(rows), width_(width), values_(static_cast<std::size_t>(rows) * width) {}

  void add(const double* row) noexcept {
    newest_ = newest_ + 1 == rows_ ? 0 : newest_ + 1;
    std::copy_n(row, width_, values_.begin() + newest_ * static_cast<std::int64_t>(width_));
  }
  // The row so many before the newest; fewer than count().
  const double* before(std::int64_t n) const noexcept {
    const std::int64_t i = newest_ - n;
    return values_.data() + (i < 0 ? i + rows_ : i) * static_cast<std::int64_t>(width_);
  }
  std::int64_t count() const noexcept { return rows_; }

  void reset() noexcept {
    std::fill(values_.begin(), values_.end(), 0.0);
    newest_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
    archive(newest_);
    newest_ = std::clamp<std::int64_t>(newest_, 0, rows_ - 1);  // not from here
  }

 private:
  std::int64_t rows_;
  std::size_t width_;
  std::vector<double> values_;
  std::int64_t newest_ = 0;
};

// For every channel: rows since something was wrong with it.
using CleanRows = std::vector<std::int64_t>;

}  // namespace unguard
