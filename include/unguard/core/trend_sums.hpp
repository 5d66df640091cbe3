// SPDX-License-Identifier: Apache-2.0
// A straight line through values that are correlated in time, kept as sums: for each of a fixed set of correlations phi
// of neighbours a unit of time apart (phi^(gap / unit) over any other gap), what generalised and ordinary least squares
// need, and how likely phi is by restricted maximum likelihood. Patterson & Thompson 1971, doi:10.1093/biomet/58.3.545.
// Cost: some 60 x 30 operations a value, constant memory, no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "unguard/core/quantiles.hpp"

namespace unguard {

namespace trend_detail {

// The correlations that are tried, each as likely beforehand as any other: the middles of equal parts of -0.99 to 0.99.
inline constexpr int correlations = 60;
constexpr double correlation(int j) { return -0.99 + 1.98 * (j + 0.5) / correlations; }

// Gaps this close to a whole number of units count as whole: times are written with few digits.
inline constexpr double whole_gap = 0.01;
inline bool is_whole(double gap) noexcept { return std::fabs(gap - std::round(gap)) <= whole_gap && gap > 0.5; }

// phi^gap. Of a negative phi only whole powers exist; 0 stands for the others, and they take no part. One unit is the
// rule, and needs no library whose last bit is its own.
inline double over_gap(double phi, double gap) noexcept {
  if (gap == 1) return phi;
  const double power = std::exp((phi > 0 ? gap : std::round(gap)) * std::log(std::fabs(phi)));
  if (phi > 0) return power;
  if (!is_whole(gap)) return 0;
  return std::fmod(std::round(gap), 2) == 0 ? power : -power;
}

}  // namespace trend_detail

// How uncertain a line a + b tau is, tau in units of time since the first value: one covariance of (a, b) a correlation
// phi, and how likely phi is. What is asked of it is answered by the mixture of Student's t over all phi.
struct TrendSpread {
  struct Part {
    double weight, aa, ab, bb;
  };
  std::array<Part, trend_detail::correlations> parts{};
  int degrees = 1;          // of freedom
  double correlation = 0;   // phi, its mean
  double close_to_one = 0;  // the chance that phi is above 0.9

  // Beyond so many degrees of freedom t is taken to have no more: its ends lie 1e-5 too far out, and it stays a sum
  // that ends soon.
  static constexpr int most_degrees = 100'000;

  // The chance that an error of la a + lb b stays within `size`, in absolute value.
  double within(double size, double la, double lb) const noexcept {
    double sum = 0;
    const int counted = std::min(degrees, most_degrees);
    for (const Part& p : parts) {
      if (p.weight < 1e-12) continue;
      const double variance = la * la * p.aa + 2 * la * lb * p.ab + lb * lb * p.bb;
      sum += p.weight * (variance > 0 ? student_within(size / std::sqrt(variance), counted) : 1.0);
    }
    return sum;
  }
  // The size that it stays within with that chance.
  double half_width(double level, double la, double lb) const noexcept {
    double low = 0, high = 0;
    bool known = false;
    for (const Part& p : parts)
      if (p.weight >= 1e-12) {
        const double variance = la * la * p.aa + 2 * la * lb * p.ab + lb * lb * p.bb;
        if (!std::isfinite(variance)) return std::numeric_limits<double>::infinity();
        high = std::max(high, std::sqrt(std::max(0.0, variance)));
        known = true;
      }
    // Sums that have left the range of numbers know nothing, and not that there is no error.
    if (!known) return std::numeric_limits<double>::infinity();
    if (!(high > 0)) return 0;
    double under = -level, over = within(high, la, lb) - level;
    for (int i = 0; i < 200 && over < 0; ++i) low = high, under = over, high *= 2, over = within(high, la, lb) - level;
    // Regula falsi, Illinois: the end that stays counts half the next time (Dowell & Jarratt 1971,
    // doi:10.1007/BF01934364).
    for (int i = 0, stayed = 0; i < 100 && high - low > 1e-13 * high && over > 0; ++i) {
      const double next = low + (high - low) * under / (under - over), miss = within(next, la, lb) - level;
      if (!(low < next && next < high)) break;
      if (miss < 0) {
        low = next, under = miss;
        if (stayed == 1) over /= 2;
        stayed = 1;
      } else {
        high = next, over = miss;
        if (stayed == -1) under /= 2;
        stayed = -1;
      }
      if (std::fabs(miss) < 1e-14) return next;
    }
    return high;
  }
};

// Between two values, of the usual time from one to the next.
inline constexpr double least_gap = 1e-3;
// Sizes of values, 0 apart: squares of others leave the range of numbers.
inline constexpr double least_trend_size = 1e-100, largest_trend_size = 1e100;

constexpr bool is_trend_value(double v) noexcept {
  const double size = v < 0 ? -v : v;
  return v == 0 || (size >= least_trend_size && size <= largest_trend_size);
}

class TrendSums {
 public:
  // `unit` is the usual time from one value to the next, in seconds.
  explicit TrendSums(double unit) : unit_(unit) {}

  // A value as is_trend_value() has it, each time at least `least_gap` units after the one before it.
  void push(double seconds, double value) noexcept {
    using namespace trend_detail;
    if (count_ == 0) first_time_ = seconds, first_value_ = value;
    const double tau = (seconds - first_time_) / unit_, y = value - first_value_;
    const double gap = tau - tau_;
    if (count_ > 0) whole_ = whole_ && is_whole(gap);
    for (int j = 0; j < correlations; ++j) {
      Sums& s = of_[static_cast<std::size_t>(j)];
      const double r = count_ == 0 ? 0 : over_gap(trend_detail::correlation(j), gap);
      const double left = (1 - r) * (1 + r);
      const double u = 1 - (count_ == 0 ? 0 : r), ut = tau - r * tau_, uy = y - r * y_;
      s.g11 += u * u / left;
      s.g1t += u * ut / left;
      s.gtt += ut * ut / left;
      s.h1 += u * uy / left;
      s.ht += ut * uy / left;
      s.hyy += uy * uy / left;
      s.log_det += std::log(left);
      s.s1 = 1 + r * s.s1;
      s.st = tau + r * s.st;
      s.m11 += 2 * s.s1 - 1;
      s.m1t += s.st + tau * s.s1 - tau;
      s.mtt += tau * (2 * s.st - tau);
    }
    ++count_;
    tau_ = tau;
    y_ = y;
    sum_t_ += tau;
    sum_tt_ += tau * tau;
    sum_y_ += y;
    sum_ty_ += tau * y;
  }

  // What has come, for save and load. The unit belongs to the spec.
  template <class Archive>
  void state(Archive& archive) {
    archive(count_);
    archive(first_time_);
    archive(first_value_);
    archive(tau_);
    archive(y_);
    archive(sum_t_);
    archive(sum_tt_);
    archive(sum_y_);
    archive(sum_ty_);
    archive(whole_);
    for (Sums& s : of_)
      for (double* sum :
           {&s.g11, &s.g1t, &s.gtt, &s.h1, &s.ht, &s.hyy, &s.log_det, &s.s1, &s.st, &s.m11, &s.m1t, &s.mtt})
        archive(*sum);
  }
  // Whether other sums are of values at the same times; and whether such times can be.
  bool is_beside(const TrendSums& other) const noexcept {
    return count_ >= 0 && count_ == other.count_ && first_time_ == other.first_time_ && tau_ == other.tau_ &&
           tau_ >= 0 && std::isfinite(first_time_) && std::isfinite(tau_) && sum_t_ == other.sum_t_ &&
           sum_tt_ == other.sum_tt_ && whole_ == other.whole_;
  }

  std::int64_t count() const noexcept { return count_; }
  double unit() const noexcept { return unit_; }
  double mean_tau() const noexcept { return sum_t_ / static_cast<double>(count_); }

  // The ordinary least squares line: its value at the first time, and its rise a unit of time. From two values on.
  double slope() const noexcept {
    const double n = static_cast<double>(count_);
    return (sum_ty_ - sum_t_ * sum_y_ / n) / (sum_tt_ - sum_t_ * sum_t_ / n);
  }
  double at_first() const noexcept { return first_value_ + (sum_y_ - slope() * sum_t_) / static_cast<double>(count_); }

  // How uncertain that line is. From three values on.
  TrendSpread spread() const noexcept {
    using namespace trend_detail;
    TrendSpread spread = unit_spread();
    for (int j = 0; j < correlations; ++j) {
      auto& p = spread.parts[static_cast<std::size_t>(j)];
      const double variance = residual(of_[static_cast<std::size_t>(j)]) / spread.degrees;
      p.aa *= variance;
      p.ab *= variance;
      p.bb *= variance;
    }
    return spread;
  }
  // The same for values of variance 1.
  TrendSpread unit_spread() const noexcept {
    using namespace trend_detail;
    TrendSpread spread;
    spread.degrees = static_cast<int>(std::min<std::int64_t>(count_ - 2, 1 << 30));
    std::array<double, correlations> likely;
    double most = -1e300;
    for (int j = 0; j < correlations; ++j) {
      const Sums& s = of_[static_cast<std::size_t>(j)];
      const double rss = residual(s), det = s.g11 * s.gtt - s.g1t * s.g1t;
      likely[static_cast<std::size_t>(j)] =
          -0.5 * (s.log_det + std::log(det) + (rss > 0 ? spread.degrees * std::log(rss) : 0.0));
      if (takes_part(j)) most = std::max(most, likely[static_cast<std::size_t>(j)]);
    }
    double all = 0;
    const double n = static_cast<double>(count_), det = n * sum_tt_ - sum_t_ * sum_t_;
    const double i11 = sum_tt_ / det, i1t = -sum_t_ / det, itt = n / det;  // the inverse of X'X
    for (int j = 0; j < correlations; ++j) {
      const Sums& s = of_[static_cast<std::size_t>(j)];
      auto& p = spread.parts[static_cast<std::size_t>(j)];
      p.weight = takes_part(j) ? std::exp(likely[static_cast<std::size_t>(j)] - most) : 0;
      all += p.weight;
      // inverse x X'RX x inverse
      const double a1 = i11 * s.m11 + i1t * s.m1t, at = i11 * s.m1t + i1t * s.mtt;
      const double b1 = i1t * s.m11 + itt * s.m1t, bt = i1t * s.m1t + itt * s.mtt;
      p.aa = a1 * i11 + at * i1t;
      p.ab = a1 * i1t + at * itt;
      p.bb = b1 * i1t + bt * itt;
    }
    for (int j = 0; j < correlations; ++j) {
      auto& p = spread.parts[static_cast<std::size_t>(j)];
      p.weight /= all;
      spread.correlation += p.weight * trend_detail::correlation(j);
      if (trend_detail::correlation(j) > 0.9) spread.close_to_one += p.weight;
    }
    return spread;
  }

 private:
  // Of x'R^-1 x (g), x'R^-1 y (h), x'R x (m); s carries sum over the past of phi^gap x.
  struct Sums {
    double g11 = 0, g1t = 0, gtt = 0, h1 = 0, ht = 0, hyy = 0, log_det = 0;
    double s1 = 0, st = 0, m11 = 0, m1t = 0, mtt = 0;
  };
  // With times between whole units, a correlation that alternates has no meaning.
  bool takes_part(int j) const noexcept { return whole_ || trend_detail::correlation(j) > 0; }
  // The residual sum of squares of generalised least squares; 0 where it is rounding alone.
  static double residual(const Sums& s) noexcept {
    const double det = s.g11 * s.gtt - s.g1t * s.g1t;
    const double a = (s.gtt * s.h1 - s.g1t * s.ht) / det, b = (s.g11 * s.ht - s.g1t * s.h1) / det;
    const double rss = s.hyy - a * s.h1 - b * s.ht;
    return rss > 1e-13 * s.hyy ? rss : 0;
  }

  double unit_;
  std::int64_t count_ = 0;
  double first_time_ = 0, first_value_ = 0, tau_ = 0, y_ = 0;
  double sum_t_ = 0, sum_tt_ = 0, sum_y_ = 0, sum_ty_ = 0;
  bool whole_ = true;
  std::array<Sums, trend_detail::correlations> of_{};
};

}  // namespace unguard
