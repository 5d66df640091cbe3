// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/all_within.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernels.hpp"

namespace unguard {
namespace {

bool plainly_within(const double* x, std::int64_t n, double limit) {
  for (std::int64_t i = 0; i < n; ++i)
    if (!(std::fabs(x[i]) <= limit)) return false;
  return true;
}

struct Build {
  std::string name;
  AllWithin within;
};
// Every build of the loop that this machine can run.
std::vector<Build> builds() {
  std::vector<Build> all{
      {"header", &all_within}, {"baseline", baseline_kernels().within}, {"chosen", best_all_within()}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back({"avx2", avx2_kernels().within});
#endif
  return all;
}

// Truth: the plain loop, for every length up to 200 and every place of one bad value.
TEST(AllWithin, FindsOneBadValueWhereverItIs) {
  const double bad[] = {std::numeric_limits<double>::quiet_NaN(),
                        std::numeric_limits<double>::signaling_NaN(),
                        HUGE_VAL,
                        -HUGE_VAL,
                        1e308,
                        -1e308,
                        std::nextafter(420.0, 1e9),
                        -std::nextafter(420.0, 1e9)};
  for (const Build& build : builds())
    for (std::int64_t n = 0; n <= 200; n += n < 70 ? 1 : 13) {
      std::vector<double> x(static_cast<std::size_t>(n), 420.0);
      EXPECT_TRUE(build.within(x.data(), n, 420)) << build.name << " " << n << ": the limit itself is within";
      for (std::int64_t i = 0; i < n; ++i) {
        auto& v = x[static_cast<std::size_t>(i)];
        v = bad[i % 8];
        ASSERT_FALSE(build.within(x.data(), n, 420)) << build.name << " " << n << " at " << i;
        v = i % 2 ? -420.0 : 5e-324;
      }
    }
}

// Truth: the plain loop on random values, lengths and alignments. Seed 4.
TEST(AllWithin, EveryBuildEqualsThePlainLoop) {
  std::mt19937_64 generator(4);
  std::vector<double> x(600);
  int good = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    for (auto& v : x) v = static_cast<double>(static_cast<std::int64_t>(generator() % 2001) - 1000);
    const auto n = static_cast<std::int64_t>(generator() % 500), first = static_cast<std::int64_t>(generator() % 100);
    const double limit = 1000 - (generator() % 2 ? 0.0 : 3.0);
    const bool expected = plainly_within(x.data() + first, n, limit);
    ++(expected ? good : refused);
    for (const Build& build : builds())
      ASSERT_EQ(build.within(x.data() + first, n, limit), expected) << build.name << " round " << round;
  }
  EXPECT_GT(good, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace unguard
