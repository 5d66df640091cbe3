// SPDX-License-Identifier: Apache-2.0
// The slope of values over time, with an interval that holds though neighbours are correlated: ordinary least squares
// or Theil-Sen (Sen 1968, doi:10.1080/01621459.1968.10480934). The correlation is not taken as known: every one counts
// as much as restricted likelihood gives it (Patterson & Thompson 1971, doi:10.1093/biomet/58.3.545), so that the
// interval is as wide as what few values say of it. Cost: 2 us a value and some ms; Theil-Sen takes 4 n^2 bytes;
// offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/median.hpp"
#include "unguard/core/trend_sums.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

namespace unit {
struct PercentPerSecond {
  static constexpr std::string_view symbol = "%/s";
};
}  // namespace unit
using PercentPerSecond = Quantity<unit::PercentPerSecond>;

enum class TrendFit { least_squares, theil_sen };
constexpr std::array<std::string_view, 2> names(const TrendFit*) { return {"least squares", "Theil-Sen"}; }

struct TrendLine {
  TrendFit fit = TrendFit::least_squares;
  double level = 0.95;

  friend bool operator==(const TrendLine&, const TrendLine&) = default;
};
constexpr SpecInfo info(const TrendLine*) {
  return {"TrendLine", "slope over time, with an interval that holds under autocorrelation",
          "Sen 1968, doi:10.1080/01621459.1968.10480934; Patterson & Thompson 1971, doi:10.1093/biomet/58.3.545"};
}
constexpr auto fields(const TrendLine*) {
  return field_list(
      field<&TrendLine::fit>("fit", "how the line is laid: Theil-Sen bears a few values that are far off"),
      field<&TrendLine::level>("level", "the chance with which intervals hold the truth", between(0.5, 0.999)));
}

// Ends of intervals are infinite where too few values say nothing of them.
struct Trend {
  Estimate slope{};                      // a second, in the values' unit
  Estimate intercept{};                  // at the first value's time, in the values' unit
  std::optional<Estimate> normalised{};  // 100 slope / intercept, %/s; none where the intercept may be 0
  double correlation = 0;                // of neighbouring values, about the line
  // That correlation is above 0.9 with a chance of 15 % and more: what is tried ends at 0.99, and intervals of
  // values that wander so are too short.
  bool nearly_random_walk = false;
  std::int64_t values = 0;    // that went into it
  std::int64_t left_out = 0;  // not finite
  double level = 0.95;        // of the intervals

  friend bool operator==(const Trend&, const Trend&) = default;
};

// A line has two unknowns, its noise two more: below this an interval would be all but infinite.
inline constexpr std::int64_t least_trend_values = 5;
// From this chance on it cannot be ruled out that values wander: what random walks reach almost always, and
// correlations of one half almost never.
inline constexpr double nearly_random_walk_share = 0.15;
// Theil-Sen looks at every pair: 100 MB.
inline constexpr std::int64_t most_theil_sen_values = 5000;

namespace trend_detail {

// 100 b / a with Fieller's interval (Fieller 1954): all ratios theta for which b - theta a may be 0.
inline std::optional<Estimate> normalised(double intercept, double slope, double unit, const TrendSpread& spread,
                                          double level) {
  const auto may_be = [&](double theta) {  // theta a second
    return spread.within(std::fabs(slope / unit - theta * intercept), -theta, 1 / unit) <= level;
  };
  if (intercept == 0 || !(spread.within(std::fabs(intercept), 1, 0) > level)) return std::nullopt;
  const double ratio = slope / unit / intercept;
  const double step = spread.half_width(level, 0, 1 / unit) / std::fabs(intercept);
  if (!std::isfinite(step)) return std::nullopt;
  const auto end = [&](double towards) {
    double inside = 0, outside = step;
    if (!(step > 0)) return ratio;
    for (int i = 0; may_be(ratio + towards * outside); ++i, outside *= 2) {
      inside = outside;
      if (i == 200) return towards * std::numeric_limits<double>::infinity();
    }
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (may_be(ratio + towards * middle) ? inside : outside) = middle;
    }
    return ratio + towards * outside;
  };
  return Estimate{100 * ratio, 100 * end(-1), 100 * end(1)};
}

inline Trend read(const TrendSums& sums, double intercept, double slope, const TrendSpread& spread, double level) {
  const double of_slope = spread.half_width(level, 0, 1 / sums.unit());
  const double of_intercept = spread.half_width(level, 1, 0);
  Trend trend;
  trend.slope = {slope / sums.unit(), slope / sums.unit() - of_slope, slope / sums.unit() + of_slope};
  trend.intercept = {intercept, intercept - of_intercept, intercept + of_intercept};
  trend.normalised = normalised(intercept, slope, sums.unit(), spread, level);
  trend.correlation = spread.correlation;
  trend.nearly_random_walk = spread.close_to_one >= nearly_random_walk_share;
  trend.values = sums.count();
  trend.level = level;
  return trend;
}

// The values' ranks, 1 and up; equal ones share the mean of theirs.
inline std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0, end; i < order.size(); i = end) {
    for (end = i; end < order.size() && values[order[end]] == values[order[i]];) ++end;
    for (std::size_t k = i; k < end; ++k) ranks[order[k]] = 0.5 * static_cast<double>(i + 1 + end);
  }
  return ranks;
}

// Kendall's S, the number of pairs that rise less those that fall, under correlation phi: the variance without it, as
// tables have it, times what phi does to its projection on single ranks (Hamed & Rao 1998,
// doi:10.1016/S0022-1694(97)00125-X, for any times).
inline double variance_of_s(std::span<const double> seconds, double unit, double phi) {
  const double n = static_cast<double>(seconds.size());
  double carried = 0, correlated = 0, alone = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const double c = 2 * static_cast<double>(i) + 1 - n;
    carried = c + (i == 0 ? 0 : over_gap(phi, (seconds[i] - seconds[i - 1]) / unit) * carried);
    correlated += c * (2 * carried - c);
    alone += c * c;
  }
  return n * (n - 1) * (2 * n + 5) / 18 * correlated / alone;
}

inline Trend theil_sen(std::span<const double> seconds, std::span<const double> values, const TrendSums& sums,
                       double level) {
  const std::size_t n = values.size();
  std::vector<double> slopes;
  slopes.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = i + 1; k < n; ++k) slopes.push_back((values[k] - values[i]) / (seconds[k] - seconds[i]));
  const double slope = median(slopes.begin(), slopes.end());
  std::vector<double> rest(n);
  for (std::size_t i = 0; i < n; ++i) rest[i] = values[i] - slope * (seconds[i] - seconds[0]);

  // Ranks say how correlated the rest is, however far off a few of it are.
  TrendSums of_ranks(sums.unit());
  const auto rank = ranks(rest);
  for (std::size_t i = 0; i < n; ++i) of_ranks.push(seconds[i], rank[i]);
  TrendSpread of_s = of_ranks.unit_spread(), spread = of_s;
  for (int j = 0; j < correlations; ++j) {
    auto& part = of_s.parts[static_cast<std::size_t>(j)];
    part.bb = part.weight < 1e-12 ? 0 : variance_of_s(seconds, sums.unit(), correlation(j));
  }
  // Slopes from the k-th smallest to the k-th largest: those with which S may be 0.
  const double k = std::floor((static_cast<double>(slopes.size()) - of_s.half_width(level, 0, 1)) / 2);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Estimate of_slope{slope, -infinity, infinity};
  if (k >= 1) {
    const auto place = static_cast<std::ptrdiff_t>(k) - 1;
    std::nth_element(slopes.begin(), slopes.begin() + place, slopes.end());
    of_slope.low = slopes[static_cast<std::size_t>(place)];
    std::nth_element(slopes.begin(), slopes.end() - 1 - place, slopes.end());
    of_slope.high = slopes[slopes.size() - 1 - static_cast<std::size_t>(place)];
  }

  // What the intercept's interval is made of: for Gaussian noise the slope has pi / 3 times the variance of least
  // squares and a median pi / 2 times that of a mean, and the size of the noise follows from the slope's interval.
  const double mean = sums.mean_tau();
  for (auto& p : spread.parts) {
    const double level_variance = p.aa + 2 * mean * p.ab + mean * mean * p.bb, cross = p.ab + mean * p.bb;
    p.bb *= std::numbers::pi / 3;
    const double of_median = level_variance + (std::numbers::pi / 2 - 1) / static_cast<double>(n);
    p.ab = cross - mean * p.bb;
    p.aa = of_median - 2 * mean * cross + mean * mean * p.bb;
  }
  const double alone = spread.half_width(level, 0, 1 / sums.unit());
  const double noise = 0.5 * (of_slope.high - of_slope.low) / alone;
  const double at_first = median(rest.begin(), rest.end());
  Trend trend;
  if (std::isfinite(noise)) {
    for (auto& p : spread.parts) p.aa *= noise * noise, p.ab *= noise * noise, p.bb *= noise * noise;
    trend = read(sums, at_first, slope * sums.unit(), spread, level);
  } else {
    trend.intercept = {at_first, -infinity, infinity};
    trend.correlation = spread.correlation;
    trend.nearly_random_walk = spread.close_to_one >= nearly_random_walk_share;
    trend.values = sums.count();
    trend.level = level;
  }
  trend.slope = of_slope;
  return trend;
}

}  // namespace trend_detail

// The trend of values at these times in seconds, ascending. Values that are not finite are left out and counted. Times
// need not be even: neighbours are correlated by phi^(gap / median gap).
inline Result<Trend> trend(std::span<const double> seconds, std::span<const double> values,
                           const TrendLine& spec = {}) {
  using namespace trend_detail;
  if (auto fault = validate(spec)) return *fault;
  const auto refuse = [](std::string_view what, std::string found, std::string expected) {
    return Fault{"TrendLine", std::string(what), std::move(found), std::move(expected)};
  };
  if (seconds.size() != values.size())
    return refuse("seconds", to_text(seconds.size()) + " times",
                  "one for each of " + to_text(values.size()) + " values");
  std::vector<double> t, y;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(seconds[i]) || (i > 0 && !(seconds[i] > seconds[i - 1])))
      return refuse("seconds[" + to_text(i) + "]", to_text(seconds[i]), "a finite time, later than the one before it");
    if (!std::isfinite(values[i])) continue;
    if (!is_trend_value(values[i]))
      return refuse("values[" + to_text(i) + "]", to_text(values[i]), "0, or 1e-100 to 1e+100 in size");
    t.push_back(seconds[i]);
    y.push_back(values[i]);
  }
  const auto n = static_cast<std::int64_t>(y.size());
  if (n < least_trend_values)
    return refuse("values", to_text(n) + " finite values", "at least " + to_text(least_trend_values));
  if (spec.fit == TrendFit::theil_sen && n > most_theil_sen_values)
    return refuse("values", to_text(n) + " values", "at most " + to_text(most_theil_sen_values) + " for Theil-Sen");
  std::vector<double> gaps;
  for (std::size_t i = 1; i < t.size(); ++i) gaps.push_back(t[i] - t[i - 1]);
  const double usual = median(gaps.begin(), gaps.end());
  // What is measured twice at once would be told twice, as if it were two.
  for (std::size_t i = 1; i < t.size(); ++i)
    if (!(t[i] - t[i - 1] >= least_gap * usual))
      return refuse("seconds", to_text(t[i] - t[i - 1]) + " s between two values",
                    "at least a thousandth of the usual " + to_text(usual) + " s");
  TrendSums sums(usual);
  for (std::size_t i = 0; i < t.size(); ++i) sums.push(t[i], y[i]);
  Trend made = spec.fit == TrendFit::theil_sen ? theil_sen(t, y, sums, spec.level)
                                               : read(sums, sums.at_first(), sums.slope(), sums.spread(), spec.level);
  made.left_out = static_cast<std::int64_t>(values.size()) - n;
  return made;
}

}  // namespace unguard
