// SPDX-License-Identifier: Apache-2.0
// Truth: the innovations that an autoregressive process was made from, and levels of simulated rest on fixed seeds.
#include "unguard/detect/change_evidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

constexpr double rate = 2000;

ChangeBank bank(std::size_t lags = 1) {
  return ChangeBank({*change_size(std::vector<double>(lags), 1), *change_size(std::vector<double>(lags), 10)}, 6);
}

// Truth: x[n] = 1.1 x[n - 1] - 0.6 x[n - 2] + 3 e[n]: whitened it is e again, to rounding; and e is white with variance
// 1 (n = 200,000: SD of its variance 0.32 %, of its correlation 0.22 %).
TEST(ChangeEvidence, WhitensAKnownProcessToItsInnovations) {
  ChangeEvidence evidence({-1.1, 0.6}, 3, bank(), {}, 8);
  RandomStream random(1, "innovations");
  constexpr int n = 200000;
  double before[2] = {}, square = 0, product = 0, e_before = 0;
  for (int i = 0; i < n; ++i) {
    const double e = random.normal(), x = 1.1 * before[0] - 0.6 * before[1] + 3 * e;
    before[1] = before[0];
    before[0] = x;
    evidence.step(x);
    const double white = evidence.white()[0];
    ASSERT_NEAR(white, e, 1e-10);
    square += white * white;
    product += white * e_before;
    e_before = white;
  }
  EXPECT_NEAR(square / n, 1, 0.011);
  EXPECT_NEAR(product / n, 0, 0.0075);
}

// Truth: a bank that is handed the whitened samples by itself; before both predictions have their past there is none.
TEST(ChangeEvidence, IsTheBanksOnWhitenedSamplesOnceThereIsAPast) {
  ChangeEvidence evidence({-0.5}, 2, bank(3), {}, 0);
  ChangeBank alone = bank(3);
  RandomStream random(2, "noise");
  double before = 0;
  std::vector<double> white(4);
  for (int i = 0; i < 500; ++i) {
    const double x = 2 * random.normal() * (i > 300 ? 3 : 1);
    white.insert(white.begin(), (x - 0.5 * before) / 2);
    before = x;
    const double said = evidence.step(x);
    if (i < 4)
      EXPECT_EQ(said, 0) << i;
    else
      EXPECT_NEAR(said, alone.step(white.data()), 1e-9) << i;
  }
}

// Truth: x[n] = 0.99 x[n - 1] + e[n] is 50 times as loud as e, and so is what is predicted from no past. Rest at its
// calibrated level is followed nowhere by the first look, after a start, a restart and a gap: in the mean of 500 looks
// at 20 samples, whose logarithms have an SD of 0.32 and count as 0.3 off at most, within four standard errors, 0.06.
// The sample without a past alone would add 0.2.
TEST(ChangeEvidence, WhatHasNoPastSaysNothingOfRest) {
  RestFollowing rule = rest_following(20, 160, 1, 10);
  rule.from_unsure = 5;
  RandomStream random(5, "rest");
  double x = 0;
  const auto mean_of_first_looks = [&](auto&& begin) {
    double sum = 0;
    for (int k = 0; k < 500; ++k) {
      for (int i = 0; i < 300; ++i) x = 0.99 * x + random.normal();
      ChangeEvidence evidence({-0.99}, 1, bank(0), rule, 0);
      begin(evidence);
      for (double before = evidence.scale(); evidence.scale() == before;) {
        x = 0.99 * x + random.normal();
        evidence.step(x);
        evidence.rest();
      }
      sum += std::log(evidence.scale());
    }
    return sum / 500;
  };
  EXPECT_NEAR(mean_of_first_looks([](ChangeEvidence&) {}), 0, 0.06);
  EXPECT_NEAR(mean_of_first_looks([](ChangeEvidence& evidence) {
                evidence.step(1000);
                evidence.restart();
              }),
              0, 0.06);
  EXPECT_NEAR(mean_of_first_looks([&](ChangeEvidence& evidence) {
                for (int i = 0; i < 10; ++i) {
                  x = 0.99 * x + random.normal();
                  evidence.step(x);
                }
                evidence.skip();
              }),
              0, 0.06);
}

// Truth: told that rest is at 2 dB and rises 0.2 dB a look, it begins there, every time, and goes on so: x of exactly
// that level is rest of mean square 1, which moves nothing.
TEST(ChangeEvidence, BeginsWhereItIsTold) {
  RestFollowing rule = rest_following(50, 160, 1, 10);
  constexpr double nats_a_dB = 0.23025850929940458;
  rule.from_level = 2 * nats_a_dB;
  rule.from_drift = 0.2 * nats_a_dB;
  ChangeEvidence evidence({}, 3, bank(0), rule, 0);
  for (int again = 0; again < 2; ++again) {
    EXPECT_NEAR(std::log(evidence.scale()), 2 * nats_a_dB, 1e-12);
    for (int look = 0; look < 5; ++look) {
      // A look of 50 squares takes its logarithm for 1/50 too low: so much lower is what it takes for rest.
      const double level = 3 * std::sqrt(evidence.scale() * std::exp(-1.0 / 50));
      for (int i = 0; i < 50; ++i) {
        evidence.step(i % 2 ? -level : level);
        evidence.rest();
      }
    }
    EXPECT_NEAR(std::log(evidence.scale()), 3 * nats_a_dB, 1e-9);
    evidence.reset();
  }
}

// White rest of the stated level, sample by sample, followed as ActivityDetector does: 2.5 % a second, 4 s, a factor 2.
struct Followed {
  RestFollowing rule = rest_following(50, 160, 2 * std::log1p(0.025) * 0.025, 2 * std::log(2.0));
  ChangeEvidence evidence{{0}, 1, bank(), rule, 0};
  RandomStream random;
  double fastest = 0;  // change of the logarithm of power, in a look

  explicit Followed(std::uint64_t seed) : random(seed, "rest") {}
  // For so long; level(seconds) and what is added to it, of the sample.
  void run(
      double seconds, const std::function<double(double)>& level,
      const std::function<void(double t, double amplitude)>& look = [](double, double) {},
      const std::function<double(int)>& added = [](int) { return 0.0; }) {
    for (int i = 0; i < seconds * rate; ++i) {
      const double before = evidence.scale(), t = i / rate;
      evidence.step(level(t) * random.normal() + added(i));
      evidence.rest();
      fastest = std::max(fastest, std::fabs(std::log(evidence.scale() / before)));
      look(t, std::sqrt(evidence.scale()));
    }
  }
};

// Truth: of a level that is known to an SD of 0.2 nats, and of looks whose logarithms have a variance of 2/n, the least
// squares estimate: their mean, drawn to what was known as one more value of that variance (Kalman 1960). Of a level
// that is known, nothing but the gains; and of one that is not, no more once they are reached.
TEST(ChangeEvidence, ALevelThatIsNotKnownIsLearntFromItsFirstLooks) {
  RestFollowing rule = rest_following(50, 160, 0.01, 3);
  rule.drift_gain = 0;
  const double sure = rule.level_gain;
  RandomStream random(17, "looks");
  double level = 0, drift = 0, unsure = 0.04, sum = 0, known = 0, none = 0;
  int looks = 0;
  while (unsure / (unsure + 0.04) > sure) {
    const double look = 0.2 + 0.05 * random.normal();
    rule.look(std::exp(look - 1.0 / 50), level, drift, unsure);
    rule.look(std::exp(look - 1.0 / 50), known, drift, none);
    sum += look;
    ++looks;
    ASSERT_NEAR(level, sum / (looks + 1), 1e-9) << looks;
  }
  EXPECT_NEAR(level, 0.2, 0.02);
  EXPECT_NEAR(looks, 1 / sure, 2);
  EXPECT_EQ(none, 0);
  EXPECT_LT(known, 0.15);
  const double before = level;
  rule.look(std::exp(before + 0.1 - 1.0 / 50), level, drift, unsure);
  EXPECT_NEAR(level - before, 0.1 * sure, 1e-9);
}

// Truth: the level of the rest, 1.8 % a second up and then down, as LevelDrift's 3 dB in 120 s at their steepest.
TEST(ChangeEvidence, FollowsADriftOfOnePointEightPercentASecond) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Followed f(seed);
    const auto level = [](double t) { return std::pow(1.018, t < 30 ? t : 60 - t); };
    double worst = 0, sum = 0;
    int n = 0;
    f.run(60, level, [&](double t, double amplitude) {
      if (std::fmod(t, 30) < 15) return;  // the turn
      const double off = std::log(amplitude / level(t));
      worst = std::max(worst, std::fabs(off));
      sum += off;
      ++n;
    });
    std::printf("[ MEASURED ] drift of 1.8 %% a second: off by %.1f %% at most, %.1f %% on average\n", 100 * worst,
                100 * sum / n);
    EXPECT_LT(worst, 0.07);
    EXPECT_NEAR(sum / n, 0, 0.03);
    EXPECT_LE(f.fastest, 2 * f.rule.fastest + 1e-12);
  }
}

// Truth: the drift. Rest rises by 1.5 % a second for 20 s; the last 3 are something else. It drifts on, as far as it is
// remembered (4 s) and no farther.
TEST(ChangeEvidence, RestDriftsOnBeneathSomethingElseForAsLongAsItIsRemembered) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Followed f(seed);
    f.run(17, [](double t) { return std::pow(1.015, t); });
    const auto something_else = [&](double seconds) {
      for (int i = 0; i < seconds * rate; ++i) {
        f.evidence.step(10 * f.random.normal());
        f.evidence.drift_on();
      }
    };
    something_else(3);
    EXPECT_NEAR(std::sqrt(f.evidence.scale()), std::pow(1.015, 20), 0.06 * std::pow(1.015, 20));
    something_else(1);
    const double after_4_s = f.evidence.scale();
    something_else(30);
    EXPECT_EQ(f.evidence.scale(), after_4_s);
  }
}

// Truth: the rule. Of a sudden change no more than stated a look, and never farther than the cap.
TEST(ChangeEvidence, MovesNoFasterThanStatedAndNoFartherThanTheCap) {
  for (const double level : {0.05, 8.0}) {
    Followed f(7);
    f.run(60, [&](double) { return level; });
    EXPECT_LE(f.fastest, 2 * f.rule.fastest + 1e-12);
    EXPECT_GT(f.fastest, f.rule.fastest);
    EXPECT_NEAR(std::sqrt(f.evidence.scale()), level > 1 ? 2 : 0.5, 1e-9);
  }
  Followed still(8);
  still.rule.fastest = 0;
  still.evidence.follow_like(still.rule, 6);
  still.run(5, [](double) { return 3.0; });
  EXPECT_EQ(still.evidence.scale(), 1);
}

// Truth: the level of the rest without them. An action potential of 10 ms and eight times the rest in every fourth look
// of 25 ms: ten a second.
TEST(ChangeEvidence, ActionPotentialsInAQuarterOfTheLooksMoveItByLittle) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Followed f(seed);
    double sum = 0, worst = 0;
    int n = 0;
    f.run(
        60, [](double) { return 1.0; },
        [&](double t, double amplitude) {
          if (t < 20) return;
          sum += amplitude;
          worst = std::max(worst, std::fabs(amplitude - 1));
          ++n;
        },
        [](int i) {
          const int in = i % 200;
          return in < 20 ? 8 * std::sin(2 * 3.14159265 * in / 20) : 0.0;
        });
    std::printf("[ MEASURED ] action potentials in a quarter of the looks: level %.3f on average, %.3f off at most\n",
                sum / n, worst);
    EXPECT_LT(sum / n, 1.1);
    EXPECT_GT(sum / n, 0.97);
    EXPECT_LT(worst, 0.15);
  }
}

// Truth: the same samples without those that were none. A look that was interrupted begins anew.
TEST(ChangeEvidence, DoesNotCountALookThatMayHaveBeenNoRest) {
  Followed f(9);
  for (int i = 0; i < 20000; ++i) {
    f.evidence.step(5);
    f.evidence.rest();
    if (i % 49 == 0) f.evidence.not_rest();
  }
  EXPECT_EQ(f.evidence.scale(), 1);
}

}  // namespace
}  // namespace unguard
