// SPDX-License-Identifier: Apache-2.0
// Truth: |H|^2 = 1 / (1 + (10^(attenuation / 10) - 1) / T_N(1 / w)^2).
#include "unguard/filter/chebyshev2.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"

namespace unguard {
namespace {

using namespace literals;

template <class Visit>
void for_each_design(Visit&& visit) {
  for (int order = 1; order <= 12; ++order)
    for (const Decibels attenuation : {20_dB, 40_dB, 80_dB})
      for_each_band<Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop>(
          order, [&](auto spec) {
            spec.attenuation = attenuation;
            visit(spec);
          });
}

TEST(Chebyshev2, IsTheClosedForm) {
  double worst = 0;
  for_each_design([&](const auto& spec) {
    const double loss = std::pow(10, spec.attenuation.value / 10) - 1;
    const double off = worst_difference(spec, [&](double w) {
      const double t = chebyshev(spec.order, 1 / w);
      return 1 / std::sqrt(1 + loss / (t * t));
    });
    EXPECT_LT(off, 1e-5) << to_text(spec);
    worst = std::max(worst, off);
  });
  std::printf("[ MEASURED ] off the closed form by %.2e\n", worst);
}

TEST(Chebyshev2, ReachesTheAttenuationAtItsEdgesAndKeepsItBeyond) {
  for_each_design([&](const auto& spec) {
    const Sections sections = sections_of(spec);
    for (const Hertz edge : edges_of(spec))
      EXPECT_NEAR(decibels(gain(sections, edge)), -spec.attenuation.value, 1e-4) << to_text(spec);
    for (double f = 0.7; f < 999; f *= 1.013)
      if (seen_by_prototype(spec, {f}) >= 1) {
        EXPECT_LT(decibels(gain(sections, {f})), -spec.attenuation.value + 1e-4) << to_text(spec);
      }
  });
}

TEST(Chebyshev2, LosesAnOffsetWithOddOrdersOnly) {
  for (int order = 1; order <= 12; ++order) {
    const auto at_zero = [](const auto& spec) { return gain(sections_of(spec), {0}); };
    const double expected = order % 2 == 0 ? 0.01 : 0;
    EXPECT_NEAR(at_zero(Chebyshev2Highpass{.order = order}), expected, 1e-9) << order;
    EXPECT_NEAR(at_zero(Chebyshev2Bandpass{.order = order}), expected, 1e-9) << order;
  }
}

}  // namespace
}  // namespace unguard
