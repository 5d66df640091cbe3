// SPDX-License-Identifier: Apache-2.0
// What a contracted build answers is asked in core/contracted/, in a program of its own.
#include "unguard/core/floating_point.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

double halved(double x) {
  volatile double v = x;
  v = v / 2;
  return v;
}
constexpr double smallest_normal = std::numeric_limits<double>::min();

// Truth: IEEE 754: two roundings give 0 where one gives -2^-60.
TEST(FloatingPoint, ThisBuildDoesNotContract) {
  EXPECT_FALSE(arithmetic_is_contracted());
  EXPECT_EQ(why(refuse_contraction()), "accepted");
}

// Truth: half the smallest normal number is subnormal.
TEST(FlushSubnormals, CountsThemAsZeroWhileItLives) {
  EXPECT_GT(halved(smallest_normal), 0);
  {
    const FlushSubnormals guard;
    EXPECT_EQ(halved(smallest_normal), 0);
    volatile double subnormal = 5e-324;
    EXPECT_EQ(subnormal * 1e10, 0) << "operands too";
    {
      const FlushSubnormals inner;
      EXPECT_EQ(halved(smallest_normal), 0);
    }
    EXPECT_EQ(halved(smallest_normal), 0) << "the outer guard still lives";
  }
  EXPECT_GT(halved(smallest_normal), 0);
}

#if defined(__SSE2__)
// Truth: the control register itself, for every rounding mode, flush setting and mask a caller may have; also around
// process().
TEST(FlushSubnormals, RestoresTheCallersStateWhateverItWas) {
  const unsigned before = _mm_getcsr();
  auto filter = start(Lowpass{}, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(3)});
  std::vector<double> x(300, 1e-300);
  x[5] = std::numeric_limits<double>::quiet_NaN();
  int states = 0;
  for (unsigned rounding = 0; rounding < 4; ++rounding)
    for (const unsigned flush : {0x0000u, 0x8000u, 0x0040u, 0x8040u})
      for (const unsigned flags : {0x00u, 0x3fu}) {
        // All exceptions masked: unmasking them would trap on the NaN.
        const unsigned state = 0x1f80u | rounding << 13 | flush | flags;
        unsigned inside = 0, after_guard = 0, after_process = 0;
        _mm_setcsr(state);
        {
          const FlushSubnormals guard;
          inside = _mm_getcsr();
        }
        after_guard = _mm_getcsr();
        filter.process({x.data(), 100, 3}, {x.data(), 100, 3});
        after_process = _mm_getcsr();
        _mm_setcsr(before);
        EXPECT_EQ(inside, state | 0x8040u);
        EXPECT_EQ(after_guard, state);
        EXPECT_EQ(after_process, state);
        ++states;
      }
  EXPECT_EQ(states, 32);
  EXPECT_EQ(_mm_getcsr() & ~0x3fu, before & ~0x3fu);
}
#endif

// Truth: the tail of a filter dies out to zero instead of staying subnormal for ever.
TEST(FlushSubnormals, TailsEndInZero) {
  auto filter = start(Lowpass{.cutoff = {20}}, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(1)});
  std::vector<double> x(60000);
  x[0] = 1;
  filter.process({x.data(), 60000, 1}, {x.data(), 60000, 1});
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_TRUE(x[i] == 0 || std::fabs(x[i]) >= smallest_normal) << i;
  EXPECT_EQ(x.back(), 0);
}

}  // namespace
}  // namespace unguard
