// SPDX-License-Identifier: Apache-2.0
// Truth: 1 - p^n, the step response of one pole; (1 + w^2)^(-N / 2), the gain of N equal ones.
#include <gtest/gtest.h>

#include "filter/gains.hpp"
#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/critically_damped.hpp"
#include "unguard/filter/one_pole.hpp"

namespace unguard {
namespace {

using namespace literals;

std::vector<double> step_response(const Sections& sections, std::size_t samples) {
  std::vector<SectionState> state(sections.size());
  std::vector<double> y(samples, 1.0);
  for (double& v : y)
    for (std::size_t k = 0; k < sections.size(); ++k) v = step(sections[k], state[k], v);
  return y;
}

TEST(OnePole, IsWithinOneOverEOfAStepAfterItsTimeConstant) {
  for (const int samples : {1, 2, 40, 200, 20000}) {
    const Seconds time{samples / test_rate.value};
    const auto y = step_response(sections_of(OnePole{.time_constant = time}), static_cast<std::size_t>(samples));
    EXPECT_NEAR(1 - y.back(), std::exp(-1), 1e-10) << samples;
  }
  EXPECT_EQ(sections_of(OnePole{}), sections_of(OnePole{.time_constant = 100_ms}));
}

TEST(OnePole, IsAt3DecibelsAtItsCutoff) {
  for (const double f : {0.02, 1.0, 6.0, 300.0, 999.0}) {
    const auto sections = sections_of(OnePole{.cutoff = Hertz{f}});
    EXPECT_NEAR(gain(sections, {f}), std::sqrt(0.5), 1e-9) << f;
    EXPECT_NEAR(gain(sections, {0}), 1, 1e-10) << f;
  }
}

TEST(OnePole, ItsDelayIsTheCentroid) {
  const OnePole spec{.time_constant = 50_ms};
  const auto live = start(spec, StreamFormat{.rate = test_rate, .channels = Channels::unnamed(1)});
  const double p = std::exp(-1 / 100.0);
  for (const Hertz at : {0_Hz, 100_Hz}) EXPECT_NEAR(live.latency(at).samples(), p / (1 - p), 1e-9);
  EXPECT_EQ(live.latency().stages.at(0).kind, DelayKind::centroid);
}

TEST(OnePole, RefusesBothAndNeitherSample) {
  const auto refusal = [](const OnePole& spec) { return why(design(spec, test_rate)); };
  EXPECT_EQ(refusal({.time_constant = 1_s, .cutoff = 1_Hz}),
            "cutoff is 1 Hz: expected time_constant or cutoff, not both (OnePole.cutoff)");
  EXPECT_EQ(refusal({.time_constant = 0.4_ms}),
            "time_constant is 0.0004 s: expected at least one sample, 0.0005 s (OnePole.time_constant)");
  EXPECT_EQ(refusal({.cutoff = 1000_Hz}),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (OnePole.cutoff)");
}

TEST(CriticallyDamped, IsAt3DecibelsAtItsCutoffAfterAllPasses) {
  double worst = 0;
  for (int order = 1; order <= 12; ++order)
    for (const int passes : {1, 2, 4})
      for (const double f : {0.2, 6.0, 300.0, 950.0}) {
        const CriticallyDamped spec{.cutoff = {f}, .order = order, .passes = passes};
        const auto sections = sections_of(spec);
        EXPECT_NEAR(std::pow(gain(sections, {f}), passes), std::sqrt(0.5), 1e-6) << to_text(spec);
        const double corner = std::sqrt(std::pow(2, 1.0 / (order * passes)) - 1);
        for (double at = 0.7; at < 999; at *= 1.1) {
          const double w = analogue({at}) / analogue({f}) * corner;
          worst = std::max(worst, std::fabs(gain(sections, {at}) - std::pow(1 + w * w, -order / 2.0)));
        }
      }
  std::printf("[ MEASURED ] off the closed form by %.2e\n", worst);
  EXPECT_LT(worst, 1e-6);
}

TEST(CriticallyDamped, NeverOvershoots) {
  for (int order = 1; order <= 12; ++order) {
    const auto y = step_response(sections_of(CriticallyDamped{.cutoff = 20_Hz, .order = order}), 4000);
    for (std::size_t i = 1; i < y.size(); ++i) ASSERT_GE(y[i], y[i - 1] - 1e-12) << order << " at " << i;
    EXPECT_LE(y.back(), 1 + 1e-9);
    EXPECT_NEAR(y.back(), 1, 1e-9);
  }
}

// Robertson & Dowling's correction for a second-order filter run n times: 1 / sqrt(2^(1 / 2n) - 1).
TEST(CriticallyDamped, HasTheCorrectionOfThePaper) {
  for (const int passes : {1, 2, 3}) {
    const auto exact = unrounded(CriticallyDamped{.order = 2, .passes = passes}, test_rate);
    const long double p = (*exact).factors.at(0).poles.p.real();
    const double correction = 1 / std::sqrt(std::pow(2, 1.0 / (2 * passes)) - 1);
    EXPECT_NEAR(static_cast<double>((1 - p) / (1 + p)), analogue(6_Hz) * correction, 1e-15);
  }
}

}  // namespace
}  // namespace unguard
