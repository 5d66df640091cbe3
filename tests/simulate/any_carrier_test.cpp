// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/any_carrier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

constexpr CarrierKind kinds[] = {CarrierKind::gaussian, CarrierKind::laplacian, CarrierKind::motor_units};

// Truth: the power of what was played, behind a causal band-pass. T = 1000 s; standard error of a Gaussian carrier's
// 1 / sqrt(B_s T) = 0.3 %, of a Laplacian one's at most sqrt(5 / 2) of that; bound at 4.5 of them.
TEST(AnyCarrier, KnowsItsPowerBehindABandPassWithoutPlaying) {
  const Hertz rate{2000};
  const Sections band = *design(Bandpass{.low = {20}, .high = {450}, .order = 2}, rate);
  for (auto kind : kinds) {
    AnyCarrier carrier(kind, CarrierPreset::trunk, rate, RandomStream(2, "band"));
    EXPECT_EQ(carrier.kind(), kind);
    std::vector<SectionState> state(band.size());
    double power = 0;
    constexpr int n = 2000000;
    for (int i = 0; i < n; ++i) {
      double y = carrier.next();
      for (std::size_t k = 0; k < band.size(); ++k) y = step(band[k], state[k], y);
      power += y * y;
    }
    std::printf("[ MEASURED ] %s: power behind 20 to 450 Hz %.4f, stated %.4f\n", to_text(kind).c_str(), power / n,
                carrier.power_behind(band));
    EXPECT_NEAR(power / n / carrier.power_behind(band), 1, 4.5 * 0.005) << to_text(kind);
  }
}

// Truth: the law that a copy is the original, and that the seed decides every bit.
TEST(AnyCarrier, IsAValueThatTheSeedDecides) {
  for (auto kind : kinds) {
    const auto made = [&](std::uint64_t seed) {
      return AnyCarrier(kind, CarrierPreset::limb, {1000}, RandomStream(seed, "value"));
    };
    AnyCarrier a = made(4), same = made(4), other = made(5);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(a.next(), same.next());
    AnyCarrier copy = a;
    bool differs = false;
    for (int i = 0; i < 3000; ++i) {
      const double x = a.next();
      ASSERT_EQ(copy.next(), x);
      differs |= other.next() != x;
    }
    EXPECT_TRUE(differs) << to_text(kind);
  }
}

}  // namespace
}  // namespace unguard
