// SPDX-License-Identifier: Apache-2.0
// Truth: the tables of Savitzky & Golay 1964 (as corrected by Steinier 1972), and that polynomials are reproduced.
// (SciPy and mpmath: the Python tests.)
#include "unguard/filter/savitzky_golay.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/filter/savitzky_golay_record.hpp"

namespace unguard {
namespace {

void expect_table(const SavitzkyGolay& spec, const std::vector<double>& table, double over) {
  const auto taps = *design_taps(spec, {1});
  ASSERT_EQ(taps.size(), table.size());
  // The table runs with time, taps against it.
  for (std::size_t k = 0; k < taps.size(); ++k) EXPECT_DOUBLE_EQ(taps[k], table[table.size() - 1 - k] / over) << k;
}

TEST(SavitzkyGolay, ReproducesThePublishedTables) {
  expect_table({.length = 5, .order = 2}, {-3, 12, 17, 12, -3}, 35);
  expect_table({.length = 7, .order = 3}, {-2, 3, 6, 7, 6, 3, -2}, 21);
  expect_table({.length = 11, .order = 2}, {-36, 9, 44, 69, 84, 89, 84, 69, 44, 9, -36}, 429);
  expect_table({.length = 7, .order = 4}, {5, -30, 75, 131, 75, -30, 5}, 231);
  expect_table({.length = 5, .order = 2, .derivative = 1}, {-2, -1, 0, 1, 2}, 10);
  expect_table({.length = 5, .order = 3, .derivative = 1}, {1, -8, 0, 8, -1}, 12);
  expect_table({.length = 5, .order = 2, .derivative = 2}, {2, -1, -2, -1, 2}, 7);
}

TEST(SavitzkyGolay, KeepsAPolynomialOfItsOrderUpToTheEdges) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(2)};
  std::vector<double> x, slope;
  for (int i = 0; i < 60; ++i) {
    const double t = i / 2000.0;
    x.insert(x.end(), {3 + 400 * t - 1e4 * t * t, -2 * t * t * t * 1e6});
    slope.insert(slope.end(), {400 - 2e4 * t, -6 * t * t * 1e6});
  }
  const auto kept = *savitzky_golay({.length = 15, .order = 3}, {x.data(), 60, 2}, format);
  const auto steep = *savitzky_golay({.length = 15, .order = 3, .derivative = 1}, {x.data(), 60, 2}, format);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(kept[i], x[i], 1e-12 * 54) << i;
    EXPECT_NEAR(steep[i], slope[i], 1e-12 * 54 * 2000) << i;
  }
}

TEST(SavitzkyGolay, RefusesByName) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  const auto refusal = [&](const SavitzkyGolay& spec) { return why(make_kernel(spec, format)); };
  EXPECT_EQ(refusal({.length = 10}), "length is 10: expected an odd number: a middle to fit at (SavitzkyGolay.length)");
  EXPECT_EQ(refusal({.length = 3}), "order is 3: expected below the length, 3 (SavitzkyGolay.order)");
  EXPECT_EQ(refusal({.derivative = 4}),
            "derivative is 4: expected at most the order, 3: beyond it all is 0 (SavitzkyGolay.derivative)");
  const std::vector<double> x(10);
  EXPECT_EQ(why(savitzky_golay({}, {x.data(), 10, 1}, format)),
            "frames is 10: expected at least the length, 11, to fit the edges (record.frames)");
  EXPECT_EQ(why(savitzky_golay({}, {x.data(), 5, 2}, format)),
            "channels is 2: expected 1 as in the format (record.channels)");
}

}  // namespace
}  // namespace unguard
