// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/random.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

namespace unguard {
namespace {

// Truth: the C++ standard, [rand.predef]: the 10000th value of a default engine.
TEST(RandomStream, StandsOnAnEngineThatTheStandardFixes) {
  std::mt19937_64 engine;
  engine.discard(9999);
  EXPECT_EQ(engine(), 9981545732273789042ULL);
}

// Truth: libm's log, within a few units in the last place; and 0 exactly at 1.
TEST(PortableLog, IsTheLogarithm) {
  EXPECT_EQ(portable_log(1.0), 0.0);
  RandomStream random(1, "log");
  for (int i = 0; i < 100000; ++i) {
    const double x = std::exp(random.uniform(-700, 700));
    ASSERT_NEAR(portable_log(x) / std::log(x), 1, 1e-15) << x;
    const double near = random.uniform(0.9, 1.1);
    ASSERT_NEAR(portable_log(near), std::log(near), 3e-17 + 4e-16 * std::fabs(std::log(near))) << near;
  }
}

// Truth: moments of the normal distribution. n = 2e6; bounds at 4.5 standard errors.
TEST(RandomStream, GivesNormalNumbers) {
  constexpr int n = 2000000;
  RandomStream random(20, "normal");
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0, lag = 0, last = 0;
  int beyond3 = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    m1 += x;
    m2 += x * x;
    m3 += x * x * x;
    m4 += x * x * x * x;
    lag += x * last;
    last = x;
    beyond3 += std::fabs(x) > 3;
  }
  const double se = 4.5 / std::sqrt(n);
  EXPECT_NEAR(m1 / n, 0, se);
  EXPECT_NEAR(m2 / n, 1, se * std::sqrt(2.0));
  EXPECT_NEAR(m3 / n, 0, se * std::sqrt(15.0));
  EXPECT_NEAR(m4 / n, 3, se * std::sqrt(96.0));
  EXPECT_NEAR(lag / n, 0, se);
  const double p = std::erfc(3 / std::sqrt(2.0));
  EXPECT_NEAR(static_cast<double>(beyond3) / n, p, se * std::sqrt(p));
}

// Truth: independence. n = 1e5 pairs; the correlation of independent streams is 0 within 4.5 / sqrt(n).
TEST(RandomStream, IsAnotherOneForEveryNameIndexAndSeed) {
  constexpr int n = 100000;
  const auto draw = [](std::uint64_t seed, const char* name, int index) {
    RandomStream random(seed, name, index);
    std::vector<double> x(n);
    for (auto& v : x) v = random.normal();
    return x;
  };
  const std::vector<std::vector<double>> streams{draw(1, "a", 0), draw(1, "b", 0), draw(1, "a", 1), draw(2, "a", 0),
                                                 draw(2, "b", 1)};
  for (std::size_t i = 0; i < streams.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += streams[i][k] * streams[j][k];
      EXPECT_NEAR(sum / n, 0, 4.5 / std::sqrt(n)) << i << " and " << j;
    }
}

// Truth: a golden value, made with g++ 12 on x86-64 by this very loop; every conforming compiler must repeat it.
TEST(RandomStream, RepeatsBitForBitEverywhere) {
  RandomStream random(2024, "portable", 3);
  std::uint64_t hash = 0;
  for (int i = 0; i < 100000; ++i) hash = (hash ^ std::bit_cast<std::uint64_t>(random.normal())) * 1099511628211ULL;
  EXPECT_EQ(hash, 13431406826523668173ULL);
}

// Truth: the definition. n = 1e5; counts of equal log intervals differ by chance alone (4.5 standard errors).
TEST(RandomStream, LogUniformFillsEveryOctaveAlike) {
  RandomStream random(3, "octaves");
  int counts[4] = {};
  for (int i = 0; i < 100000; ++i) {
    const double x = random.log_uniform(1, 16);
    ASSERT_GE(x, 1);
    ASSERT_LE(x, 16);
    ++counts[std::min(3, static_cast<int>(std::log2(x)))];
  }
  for (int c : counts) EXPECT_NEAR(c, 25000, 4.5 * std::sqrt(25000 * 0.75));
}

}  // namespace
}  // namespace unguard
