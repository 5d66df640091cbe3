// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms of lines and of Student's t; courses whose slope and correlation are known, on seeds fixed
// beforehand.
#include "unguard/core/trend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "refusal.hpp"

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Course {
  std::vector<double> seconds{}, values{};
};
// A fall of 0.3 %/s from 100 over 45 s, with noise of 8 as of median frequencies of EMG in windows of half a second.
Course course(std::mt19937_64& random, int windows, double phi, bool even = true) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> gap(0.5, 1.5);
  Course made;
  double noise = normal(random), t = 0;
  for (int i = 0; i < windows; ++i) {
    if (i > 0) {
      const double g = even ? 1 : gap(random), r = std::pow(phi, g);
      t += g * 45.0 / windows;
      noise = r * noise + std::sqrt(1 - r * r) * normal(random);
    }
    made.seconds.push_back(t);
    made.values.push_back(100 - 0.3 * t + 8 * noise);
  }
  return made;
}
Trend laid(const Course& c, TrendFit fit, double level = 0.95) {
  return trend(c.seconds, c.values, {.fit = fit, .level = level}).take();
}

TEST(Trend, OfValuesOnALineIsThatLineWithoutDoubt) {
  Course c;
  for (int i = 0; i < 20; ++i) c.seconds.push_back(3 + 0.5 * i), c.values.push_back(80 - 0.25 * c.seconds.back());
  for (const TrendFit fit : {TrendFit::least_squares, TrendFit::theil_sen}) {
    const Trend t = laid(c, fit);
    EXPECT_NEAR(t.slope.value, -0.25, 1e-12);
    EXPECT_NEAR(t.slope.low, t.slope.high, 1e-9);
    EXPECT_NEAR(t.intercept.value, 79.25, 1e-10);  // 3 s after 80
    ASSERT_TRUE(t.normalised);
    EXPECT_NEAR(t.normalised->value, -100 * 0.25 / 79.25, 1e-12);
  }
}

TEST(Trend, OfLeastSquaresAndOfTheilSenAreTheDefinitions) {
  const Course c{{0, 1, 2, 4, 5, 7}, {3, 1, 4, 1, 5, 9}};
  const double mean_t = 19.0 / 6, mean_y = 23.0 / 6;
  double along = 0, square = 0;
  for (int i = 0; i < 6; ++i) {
    along += (c.seconds[i] - mean_t) * (c.values[i] - mean_y);
    square += (c.seconds[i] - mean_t) * (c.seconds[i] - mean_t);
  }
  EXPECT_NEAR(laid(c, TrendFit::least_squares).slope.value, along / square, 1e-13);
  EXPECT_NEAR(laid(c, TrendFit::least_squares).intercept.value, mean_y - along / square * mean_t, 1e-13);
  std::vector<double> slopes;
  for (int i = 0; i < 6; ++i)
    for (int k = i + 1; k < 6; ++k) slopes.push_back((c.values[k] - c.values[i]) / (c.seconds[k] - c.seconds[i]));
  std::sort(slopes.begin(), slopes.end());
  EXPECT_EQ(laid(c, TrendFit::theil_sen).slope.value, slopes[7]);
}

// Where one correlation alone is likely, the mixture is Student's t of generalised least squares.
TEST(Trend, SpreadOfOneCorrelationIsStudentsT) {
  TrendSpread s;
  s.degrees = 10;
  s.parts[31] = {.weight = 1, .aa = 4, .ab = 1, .bb = 9};
  EXPECT_NEAR(s.half_width(0.95, 0, 1), 3 * student_95(10), 1e-10);
  EXPECT_NEAR(s.half_width(0.95, 1, 0), 2 * student_95(10), 1e-10);
  EXPECT_NEAR(s.half_width(0.95, 1, 1), std::sqrt(15.0) * student_95(10), 1e-10);
}

// Weights that are no numbers know nothing, which is not to say that there is no error.
TEST(Trend, SpreadThatHasLeftTheRangeOfNumbersIsEndless) {
  TrendSpread s;
  for (auto& part : s.parts) part = {std::nan(""), 1, 0, 1};
  EXPECT_TRUE(std::isinf(s.half_width(0.95, 0, 1)));
  for (auto& part : s.parts) part = {1.0 / 60, HUGE_VAL, 0, 1};
  EXPECT_TRUE(std::isinf(s.half_width(0.95, 1, 0)));
}

// S of independent values varies by n (n - 1) (2 n + 5) / 18: Kendall 1975, Rank Correlation Methods.
TEST(Trend, VarianceOfKendallsSIsTheTabledOneWithoutCorrelation) {
  std::vector<double> t;
  for (int i = 0; i < 10; ++i) t.push_back(i);
  EXPECT_NEAR(trend_detail::variance_of_s(t, 1, 1e-300), 125, 1e-9);
}

// 2,000 courses: for an interval of 95 % the share lies within 92 to 98 % with a chance above 0.999999.
TEST(Trend, IntervalsHoldTheTruthIn95PercentAtCorrelationsUpToOneHalf) {
  for (const TrendFit fit : {TrendFit::least_squares, TrendFit::theil_sen})
    for (const double phi : {0.0, 0.5}) {
      std::mt19937_64 random(611);
      const int courses = 2000;
      int slopes = 0, intercepts = 0, ratios = 0;
      double sum = 0;
      for (int k = 0; k < courses; ++k) {
        const Trend t = laid(course(random, 90, phi), fit);
        sum += t.slope.value;
        slopes += t.slope.low <= -0.3 && -0.3 <= t.slope.high;
        intercepts += t.intercept.low <= 100 && 100 <= t.intercept.high;
        ratios += t.normalised && t.normalised->low <= -0.3 && -0.3 <= t.normalised->high;
      }
      std::printf("[ MEASURED ] %s, correlation %.1f: slope covered %.1f %%, intercept %.1f %%, normalised %.1f %%\n",
                  std::string(to_text(fit)).c_str(), phi, 100.0 * slopes / courses, 100.0 * intercepts / courses,
                  100.0 * ratios / courses);
      for (const int covered : {slopes, intercepts, ratios}) {
        EXPECT_GE(covered, 0.92 * courses);
        EXPECT_LE(covered, 0.98 * courses);
      }
      EXPECT_NEAR(sum / courses, -0.3, 0.02);
    }
}

// A random walk of 90 values, each 2.4 on average from the one before, about the same fall.
Course random_walk(std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Course made;
  double noise = 0;
  for (int i = 0; i < 90; ++i) {
    made.seconds.push_back(0.5 * i);
    made.values.push_back(100 - 0.3 * made.seconds.back() + (noise += 2.4 * normal(random)));
  }
  return made;
}

// 1,000 courses each. Correlations beyond 0.99 are not tried: intervals of what wanders are too short, of 0.9 a little,
// of a random walk by far, and nobody is to be left to believe them.
TEST(Trend, IntervalsOfWhatWandersAreTooShortWhichIsSaid) {
  for (const TrendFit fit : {TrendFit::least_squares, TrendFit::theil_sen}) {
    const auto measured = [fit](double phi) {
      std::mt19937_64 random(617);
      int covered = 0, said = 0;
      for (int k = 0; k < 1000; ++k) {
        const Trend t = laid(phi == 1 ? random_walk(random) : course(random, 90, phi), fit);
        covered += t.slope.low <= -0.3 && -0.3 <= t.slope.high;
        said += t.nearly_random_walk;
      }
      std::printf("[ MEASURED ] %s, correlation %.1f: slope covered %.1f %%, nearly a random walk %.1f %%\n",
                  std::string(to_text(fit)).c_str(), phi, covered / 10.0, said / 10.0);
      return std::pair(covered, said);
    };
    EXPECT_LE(measured(0).second, 5);
    EXPECT_LE(measured(0.5).second, 5);
    EXPECT_GE(measured(0.9).first, 850);
    const auto [covered, said] = measured(1);
    EXPECT_LE(covered, 750) << "what is documented";
    EXPECT_GE(said, 900);
  }
}

// 1,000 courses: within 92 to 98 % with a chance above 0.9999.
TEST(Trend, IntervalsHoldWithWindowsLeftOutAndAtUnevenTimes) {
  for (const bool even : {true, false}) {
    std::mt19937_64 random(612);
    int covered = 0;
    for (int k = 0; k < 1000; ++k) {
      Course c = course(random, 112, 0.5, even);
      if (even)
        for (double& v : c.values)
          if (random() % 5 == 0) v = nan;
      const Trend t = laid(c, TrendFit::least_squares);
      EXPECT_EQ(t.values + t.left_out, 112);
      covered += t.slope.low <= -0.3 && -0.3 <= t.slope.high;
    }
    std::printf("[ MEASURED ] %s: covered %.1f %%\n", even ? "a fifth left out" : "uneven times", covered / 10.0);
    EXPECT_GE(covered, 920);
    EXPECT_LE(covered, 980);
  }
}

TEST(Trend, OfTheilSenBearsValuesThatAreFarOff) {
  std::mt19937_64 random(613);
  Course c = course(random, 90, 0.3);
  const Trend before = laid(c, TrendFit::theil_sen);
  for (const int i : {80, 83, 85, 88}) c.values[static_cast<std::size_t>(i)] = 1e4;
  const Trend after = laid(c, TrendFit::theil_sen);
  EXPECT_NEAR(after.slope.value, before.slope.value, before.slope.high - before.slope.value);
  EXPECT_LT(after.slope.high - after.slope.low, 1.5 * (before.slope.high - before.slope.low));
  EXPECT_GT(std::fabs(laid(c, TrendFit::least_squares).slope.value), 5);
}

TEST(Trend, ScalesAndShiftsWithItsValuesAndTimes) {
  std::mt19937_64 random(614);
  const Course c = course(random, 60, 0.4);
  for (const TrendFit fit : {TrendFit::least_squares, TrendFit::theil_sen}) {
    const Trend one = laid(c, fit);
    Course other = c;
    for (double& v : other.values) v = 1e-13 * v;  // as FInsm5 has them
    for (double& t : other.seconds) t = 2 * t;
    const Trend scaled = laid(other, fit);
    EXPECT_NEAR(scaled.slope.low * 2e13, one.slope.low, 1e-8);
    EXPECT_NEAR(scaled.slope.high * 2e13, one.slope.high, 1e-8);
    EXPECT_NEAR(scaled.normalised->low * 2, one.normalised->low, 1e-8);
    EXPECT_NEAR(scaled.correlation, one.correlation, 1e-8);
    // When the clock was started says nothing.
    for (double& t : other.seconds) t += 1000;
    const Trend later = laid(other, fit);
    EXPECT_NEAR(later.slope.high, scaled.slope.high, 1e-8 * std::fabs(scaled.slope.high));
    EXPECT_NEAR(later.intercept.low, scaled.intercept.low, 1e-8 * std::fabs(scaled.intercept.low));
    EXPECT_NEAR(later.normalised->value, scaled.normalised->value, 1e-8);
    EXPECT_NEAR(later.normalised->low, scaled.normalised->low, 1e-8);
  }
}

TEST(Trend, RefusesWhatIsMeasuredTwiceAtOnce) {
  const std::vector<double> values{1, 2, 3, 4, 5, 6, 7};
  const std::string refusal = why(trend(std::vector<double>{0, 1, 2, 3, 3.0000000000000004, 5, 6}, values));
  EXPECT_NE(refusal.find("at least a thousandth of the usual 1 s"), std::string::npos) << refusal;
  EXPECT_TRUE(trend(std::vector<double>{0, 1, 2, 3, 3.01, 5, 6}, values));
}

TEST(Trend, OfAnInterceptThatMayBeZeroIsNotNormalised) {
  Course c;
  std::mt19937_64 random(615);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 40; ++i) c.seconds.push_back(i), c.values.push_back(normal(random));
  EXPECT_FALSE(laid(c, TrendFit::least_squares).normalised);
}

TEST(Trend, OfTooFewValuesForTheilSenHasEndsWithoutBound) {
  const Trend t = laid({{0, 1, 2, 3, 4}, {5, 3, 4, 2, 1}}, TrendFit::theil_sen);
  EXPECT_LT(t.slope.value, 0);
  EXPECT_EQ(t.slope.low, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(t.slope.high, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(t.normalised);
}

TEST(Trend, WiderLevelsHaveWiderIntervals) {
  std::mt19937_64 random(616);
  const Course c = course(random, 90, 0.2);
  for (const TrendFit fit : {TrendFit::least_squares, TrendFit::theil_sen}) {
    const Trend narrow = laid(c, fit, 0.8), wide = laid(c, fit, 0.99);
    EXPECT_GT(narrow.slope.low, wide.slope.low);
    EXPECT_LT(narrow.slope.high, wide.slope.high);
  }
}

TEST(Trend, RefusesByNameWhatIsNoCourse) {
  const auto said = [](const Course& c) {
    const auto t = trend(c.seconds, c.values);
    return t ? "" : message(t.fault());
  };
  EXPECT_EQ(said({{0, 1, 2, 3, 4, 5}, {1, 2, nan, 4, nan, 6}}),
            "values is 4 finite values: expected at least 5 (TrendLine.values)");
  EXPECT_EQ(said({{0, 1, 1, 3, 4}, {1, 2, 3, 4, 5}}),
            "seconds[2] is 1: expected a finite time, later than the one before it (TrendLine.seconds[2])");
  EXPECT_EQ(said({{0, 1, 2, 3, 4}, {1, 2, 3, 1e200, 5}}),
            "values[3] is 1e+200: expected 0, or 1e-100 to 1e+100 in size (TrendLine.values[3])");
  EXPECT_EQ(said({{0, 1, 2, 3, 4}, {1e-170, 0, 3, 4, 5}}),
            "values[0] is 1e-170: expected 0, or 1e-100 to 1e+100 in size (TrendLine.values[0])");
  EXPECT_EQ(said({{0, 1, 2}, {1, 2}}), "seconds is 3 times: expected one for each of 2 values (TrendLine.seconds)");
}

}  // namespace
}  // namespace unguard
