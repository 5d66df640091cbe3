// SPDX-License-Identifier: Apache-2.0
// Truth: the mean, and a mean that goes on where it was.
#include "unguard/denoise/common_average.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace unguard {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Of frames of four electrodes, one after the other.
std::vector<double> levels_of(CommonAverage& average, const std::vector<double>& x, const std::vector<Marks>& marks) {
  std::vector<double> levels;
  for (std::size_t i = 0; i < x.size(); i += 4)
    levels.push_back(average.take({x.data() + i, 1, 4, marks.empty() ? nullptr : marks.data() + i}).level);
  return levels;
}

TEST(CommonAverage, IsTheMean) {
  CommonAverage average(4, 1e7);
  EXPECT_EQ(levels_of(average, {1, 2, 3, 6, 10, 20, 30, 60}, {}), (std::vector<double>{3, 30}));
}

TEST(CommonAverage, GoesOnWhereItWasWhenAnElectrodeGoesOrComesBack) {
  CommonAverage average(4, 1e7);
  // The fourth lies 100 mV away, is lost, and comes back elsewhere; all others rise by 1 uV a frame.
  const std::vector<double> x{0, 2, 4, 1e5, 1, 3, 5, 1e6, 2, 4, 6, none, 3, 5, 7, -3e4, 4, 6, 8, -3e4 + 1};
  const std::vector<Marks> marks{0, 0, 0, 0, 0, 0, 0, mark::clipped, 0, 0, 0, mark::clipped, 0, 0, 0, 0, 0, 0, 0, 0};
  const double first = 1e5 / 4 + 1.5;
  const std::vector<double> levels = levels_of(average, x, marks);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(levels[i], first + static_cast<double>(i), 1e-9) << i;
}

TEST(CommonAverage, GoesOnWhereItWasBehindALossOfAll) {
  CommonAverage average(4, 1e7);
  const std::vector<double> x{0, 2, 4, 6, 9, 9, 9, 9, 100, 102, 104, 106, 101, 103, 105, 107};
  std::vector<Marks> marks(16);
  std::fill_n(marks.begin() + 4, 4, mark::gap);
  EXPECT_EQ(levels_of(average, x, marks), (std::vector<double>{3, 3, 3, 4}));
}

TEST(CommonAverage, MarksWhatWasFoundTooLateOnce) {
  CommonAverage average(4, 1e7);
  const double x[4]{};
  const Marks off[] = {0, 0, mark::lead_off | mark::missing, 0}, leapt[] = {mark::jump | mark::missing, 0, 0, 0};
  EXPECT_EQ(average.take({x, 1, 4}).marks, mark::none);
  EXPECT_EQ(average.take({x, 1, 4, leapt}).marks, mark::none) << "found at once: it was never in";
  EXPECT_EQ(average.take({x, 1, 4, off}).marks, mark::motion);
  EXPECT_EQ(average.take({x, 1, 4, off}).marks, mark::none);
}

// Electrodes that come and go at random, far apart: the average never leaps by more than the electrodes moved.
TEST(CommonAverage, NeverLeaps) {
  std::mt19937 random(61);
  std::normal_distribution<double> normal;
  CommonAverage average(8, 1e7);
  std::vector<double> x(8), far(8);
  std::vector<Marks> marks(8);
  for (double& level : far) level = 1e5 * normal(random);
  double before = 0, worst = 0;
  for (int i = 0; i < 20000; ++i) {
    for (std::size_t c = 0; c < 8; ++c) {
      if (random() % 50 == 0) {
        marks[c] = marks[c] ? mark::none : mark::jump;
        if (marks[c]) far[c] = 1e5 * normal(random);  // it comes back elsewhere
      }
      x[c] = far[c] + std::sin(0.01 * i);
    }
    const double now = average.take({x.data(), 1, 8, marks.data()}).level;
    if (i > 0) worst = std::max(worst, std::fabs(now - before));
    before = now;
  }
  EXPECT_LT(worst, 0.0101);
}

TEST(CommonAverage, ResetIsFresh) {
  const std::vector<double> x{1, 2, 3, 6, 1, 2, 3, 9e3};
  const std::vector<Marks> marks{0, 0, 0, 0, 0, 0, 0, mark::flat};
  CommonAverage average(4, 1e7);
  const auto once = levels_of(average, x, marks);
  average.reset();
  EXPECT_EQ(levels_of(average, x, marks), once);
}

}  // namespace
}  // namespace unguard
