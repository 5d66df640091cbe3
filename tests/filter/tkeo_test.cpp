// SPDX-License-Identifier: Apache-2.0
// Truth: Kaiser 1990: of A cos(w n + p) the energy is (A sin w)^2, whatever the phase; of a constant, 0.
#include "unguard/filter/tkeo.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/fir.hpp"

namespace unguard {
namespace {

const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};

std::vector<double> energy(const std::vector<double>& x) {
  std::vector<double> y(x.size());
  TkeoKernel(format).run(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
  return y;
}

TEST(Tkeo, OfASinusoidIsItsEnergyAndOfAConstantNothing) {
  // To the rounding of w n, the phase.
  for (const double w : {0.01, 0.3, 1.0, 3.0}) {
    std::vector<double> x;
    for (int n = 0; n < 200; ++n) x.push_back(50 * std::cos(w * n + 0.7));
    const auto y = energy(x);
    for (std::size_t n = 2; n < y.size(); ++n) EXPECT_NEAR(y[n], std::pow(50 * std::sin(w), 2), 1e-13 * 2500);
  }
  EXPECT_EQ(energy({300, 300, 300, 300})[3], 0);
}

TEST(Tkeo, IsOneSampleLate) {
  EXPECT_EQ(energy({0, 0, 5, 0, 0}), (std::vector<double>{0, 0, 0, 25, 0}));
  EXPECT_EQ(start(Tkeo{}, format).latency().samples(), 1);
}

// An error of 1 uV on a signal at full scale, whose sign is the worst.
TEST(Tkeo, AnErrorComesToNoMoreThanItsGain) {
  const double most = default_full_scale.value, bound = TkeoKernel(format).error_gain();
  for (const double sign : {1.0, -1.0})
    for (const double e : {1.0, -1.0})
      for (const double f : {1.0, -1.0})
        for (const double g : {1.0, -1.0}) {
          const std::vector<double> clean{sign * most, most, -sign * most};
          const double off = energy({clean[0] + e, clean[1] + f, clean[2] + g})[2] - energy(clean)[2];
          EXPECT_LE(std::fabs(off), bound);
        }
  EXPECT_EQ(energy({most + 1, most + 1, -most - 1})[2] - energy({most, most, -most})[2], bound);
}

TEST(Tkeo, TooManyInARowAreRefused) {
  EXPECT_EQ(why(try_start(Chain{Tkeo{}, Tkeo{}, Tkeo{}}, format)), "accepted");
  EXPECT_NE(why(try_start(Chain{Tkeo{}, Tkeo{}, Tkeo{}, Tkeo{}}, format)).find("below 1e+100 all the way through"),
            std::string::npos);
  EXPECT_NE(why(try_start(Chain{Fir{{1e50}}, Tkeo{}}, format)).find("below 1e+100 all the way through"),
            std::string::npos);
}

}  // namespace
}  // namespace unguard
