// SPDX-License-Identifier: Apache-2.0
// Truth: beats of known height and time, of one shape and of two.
#include "unguard/denoise/ecg_template.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "denoise/heart_mix.hpp"

namespace unguard {
namespace {

constexpr double rate = 2000;

double usual_beat(double t) {
  const auto wave = [t](double centre, double sigma) { return std::exp(-0.5 * std::pow((t - centre) / sigma, 2)); };
  return 100 * (wave(0, 0.0065) - 0.3 * wave(0.025, 0.0065) - 0.15 * wave(-0.022, 0.006));
}

// A second of stream with one beat in it, on an offset, in some noise.
struct OneBeat {
  PastFrames past{1500, 1};
  Moment r{1000};
  OneBeat(double gain, double late, RandomStream& random, bool ectopic = false) {
    for (int i = 0; i < 1400; ++i) {
      const double t = (static_cast<double>(i - r.frame) - late) / rate;
      const double x = 5000 + gain * (ectopic ? 100 * hearts::ectopic_beat(t) : usual_beat(t)) + random.normal();
      past.add(&x);
    }
  }
};

EcgTemplate learnt(RandomStream& random) {
  EcgTemplate known({rate}, 40);
  for (int i = 0; i < 40; ++i) {
    const OneBeat beat(1, 0, random);
    BeatFit fit = known.fit(beat.past, 0, beat.r, 0);
    fit = known.fit(beat.past, 0, beat.r, 1);
    known.learn(beat.past, 0, beat.r, fit);
  }
  return known;
}

TEST(EcgTemplate, IsTheMeanBeat) {
  RandomStream random(71, "template");
  const EcgTemplate known = learnt(random);
  double worst = 0;
  for (int u = -100; u <= 180; ++u)
    worst = std::max(worst, std::fabs(known.value({.shape = 0}, u) - usual_beat(u / rate)));
  std::printf("[ MEASURED ] worst difference %.2f uV of 100, noise 1 uV over 40 beats\n", worst);
  EXPECT_LT(worst, 1);
}

TEST(EcgTemplate, FitsHeightAndTimeOfABeat) {
  RandomStream random(72, "template");
  EcgTemplate known = learnt(random);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    const double gain = 1 + 0.2 * std::sin(0.7 * i), late = 3 * std::sin(1.3 * i);
    const OneBeat beat(gain, late, random);
    known.fit(beat.past, 0, beat.r, 0);
    const BeatFit fit = known.fit(beat.past, 0, beat.r, 1);
    if (i < 30) continue;  // until it is known that hearts of this person vary
    EXPECT_EQ(fit.shape, 0);
    for (int u = -60; u < 100; ++u)
      worst = std::max(worst, std::fabs(known.value(fit, u) - gain * usual_beat((u - late) / rate)));
  }
  std::printf("[ MEASURED ] worst difference %.1f uV of 100\n", worst);
  EXPECT_LT(worst, 6);
}

TEST(EcgTemplate, KnowsAShapeFromItsSecondTimeOn) {
  RandomStream random(73, "template");
  EcgTemplate known = learnt(random);
  for (int i = 0; i < 3; ++i) {
    const OneBeat beat(1, 0, random, true);
    known.fit(beat.past, 0, beat.r, 0);
    const BeatFit fit = known.fit(beat.past, 0, beat.r, 1);
    if (i == 0) {
      EXPECT_EQ(fit.shape, BeatFit::unknown);
    } else {
      EXPECT_EQ(fit.shape, 1);
    }
    known.learn(beat.past, 0, beat.r, fit);
    // And the usual one is still known.
    const OneBeat usual(1, 0, random);
    EXPECT_EQ(known.fit(usual.past, 0, usual.r, 1).shape, 0);
  }
}

TEST(EcgTemplate, LearnsLittleFromABurst) {
  RandomStream random(74, "template");
  EcgTemplate known = learnt(random);
  OneBeat loud(1, 0, random);
  PastFrames burst(1500, 1);
  for (int i = 0; i < 1400; ++i) {
    const double x = loud.past.frame(i)[0] + 300 * random.normal();
    burst.add(&x);
  }
  known.learn(burst, 0, loud.r, {.shape = 0});
  double worst = 0;
  for (int u = -100; u <= 180; ++u)
    worst = std::max(worst, std::fabs(known.value({.shape = 0}, u) - usual_beat(u / rate)));
  EXPECT_LT(worst, 1.2);
}

}  // namespace
}  // namespace unguard
