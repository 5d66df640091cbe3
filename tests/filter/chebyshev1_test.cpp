// SPDX-License-Identifier: Apache-2.0
// Truth: |H|^2 = 1 / (1 + e^2 T_N(w)^2) with e^2 = 10^(ripple / 10) - 1.
#include "unguard/filter/chebyshev1.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"

namespace unguard {
namespace {

using namespace literals;

template <class Visit>
void for_each_design(Visit&& visit) {
  for (int order = 1; order <= 12; ++order)
    for (const Decibels ripple : {0.01_dB, 0.5_dB, 3_dB})
      for_each_band<Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop>(
          order, [&](auto spec) {
            spec.ripple = ripple;
            visit(spec);
          });
}

TEST(Chebyshev1, IsTheClosedForm) {
  double worst = 0;
  for_each_design([&](const auto& spec) {
    const double e2 = std::pow(10, spec.ripple.value / 10) - 1;
    const double off = worst_difference(spec, [&](double w) {
      const double t = chebyshev(spec.order, w);
      return 1 / std::sqrt(1 + e2 * t * t);
    });
    EXPECT_LT(off, 1e-5) << to_text(spec);
    worst = std::max(worst, off);
  });
  std::printf("[ MEASURED ] off the closed form by %.2e\n", worst);
}

TEST(Chebyshev1, FallsToTheRippleAtItsEdgesAndNeverBelowItNorAboveOneBetweenThem) {
  for_each_design([&](const auto& spec) {
    const Sections sections = sections_of(spec);
    for (const Hertz edge : edges_of(spec))
      EXPECT_NEAR(decibels(gain(sections, edge)), -spec.ripple.value, 1e-5) << to_text(spec);
    for (double f = 0.7; f < 999; f *= 1.013) {
      const double level = decibels(gain(sections, {f}));
      EXPECT_LT(level, 1e-5) << to_text(spec);
      if (seen_by_prototype(spec, {f}) <= 1) {
        EXPECT_GT(level, -spec.ripple.value - 1e-5) << to_text(spec);
      }
    }
  });
}

TEST(Chebyshev1, OfEvenOrderIsDownByTheRippleAtItsReference) {
  for (int order = 1; order <= 12; ++order) {
    const double expected = order % 2 == 0 ? -1 : 0;
    const auto level = [](const auto& spec, double f) { return decibels(gain(sections_of(spec), {f})); };
    EXPECT_NEAR(level(Chebyshev1Lowpass{.order = order, .ripple = 1_dB}, 0), expected, 1e-9);
    EXPECT_NEAR(level(Chebyshev1Highpass{.order = order, .ripple = 1_dB}, 1000), expected, 1e-9);
    EXPECT_NEAR(level(Chebyshev1Bandstop{.order = order, .ripple = 1_dB}, 0), expected, 1e-9);
    EXPECT_NEAR(level(Chebyshev1Bandstop{.order = order, .ripple = 1_dB}, 1000), expected, 1e-9);
  }
}

}  // namespace
}  // namespace unguard
