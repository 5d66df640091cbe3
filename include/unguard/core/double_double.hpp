// SPDX-License-Identifier: Apache-2.0
// A number as the sum of two doubles, 106 bits in all, the same on every machine. Dekker 1971, doi:10.1007/BF01397083;
// Joldes, Muller & Popescu 2017, doi:10.1145/3121432. Cost: an addition 20 operations, a product 24; offline only.
#pragma once

#include <cmath>
#include <limits>

namespace unguard {

class DoubleDouble {
 public:
  constexpr DoubleDouble(double v = 0) : high_(v) {}
  constexpr explicit operator double() const { return high_; }

  constexpr DoubleDouble operator-() const { return {-high_, -low_}; }
  friend constexpr DoubleDouble operator+(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble s = sum(a.high_, b.high_), t = sum(a.low_, b.low_);
    const DoubleDouble v = ordered_sum(s.high_, s.low_ + t.high_);
    return ordered_sum(v.high_, t.low_ + v.low_);
  }
  friend constexpr DoubleDouble operator-(const DoubleDouble& a, const DoubleDouble& b) { return a + -b; }
  friend constexpr DoubleDouble operator*(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble p = product(a.high_, b.high_);
    return ordered_sum(p.high_, p.low_ + (a.high_ * b.low_ + a.low_ * b.high_));
  }
  friend constexpr DoubleDouble operator/(const DoubleDouble& a, const DoubleDouble& b) {
    const double first = a.high_ / b.high_;
    const DoubleDouble left = a - b * first;
    return ordered_sum(first, left.high_ / b.high_);
  }
  constexpr DoubleDouble& operator+=(const DoubleDouble& b) { return *this = *this + b; }
  constexpr DoubleDouble& operator-=(const DoubleDouble& b) { return *this = *this - b; }
  constexpr DoubleDouble& operator*=(const DoubleDouble& b) { return *this = *this * b; }
  constexpr DoubleDouble& operator/=(const DoubleDouble& b) { return *this = *this / b; }
  friend constexpr bool operator>(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high_ > b.high_ || (a.high_ == b.high_ && a.low_ > b.low_);
  }
  friend DoubleDouble sqrt(const DoubleDouble& a) {
    if (!(a.high_ > 0)) return std::sqrt(a.high_);
    const double first = std::sqrt(a.high_);
    const DoubleDouble left = a - product(first, first);
    return ordered_sum(first, left.high_ / (2 * first));
  }

 private:
  constexpr DoubleDouble(double high, double low) : high_(high), low_(low) {}

  // Exact: the rounded sum and what it lacks.
  static constexpr DoubleDouble sum(double a, double b) {
    const double s = a + b, b_there = s - a, a_there = s - b_there;
    return {s, (a - a_there) + (b - b_there)};
  }
  // The same where a is the larger.
  static constexpr DoubleDouble ordered_sum(double a, double b) {
    const double s = a + b;
    return {s, b - (s - a)};
  }
  // Exact, by halves of 26 bits; without a fused multiply-add, which not every machine has.
  static constexpr DoubleDouble product(double a, double b) {
    const auto upper = [](double v) {
      const double c = 0x1.0000002p27 * v;
      return c - (c - v);
    };
    const double p = a * b, a1 = upper(a), a2 = a - a1, b1 = upper(b), b2 = b - b1;
    return {p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2};
  }

  double high_ = 0, low_ = 0;
};

}  // namespace unguard

template <>
class std::numeric_limits<unguard::DoubleDouble> {
 public:
  static constexpr bool is_specialized = true;
  static constexpr unguard::DoubleDouble epsilon() noexcept { return 0x1p-104; }
};
