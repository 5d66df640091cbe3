// SPDX-License-Identifier: Apache-2.0
// Truth: Bayes' rule level by level in long double with the C library's exponential; a matrix for drift and jumps. (On
// simulated EMG: bayesian_on_emg_test.cpp.)
#include "unguard/envelope/bayesian_envelope.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/gated.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

const StreamFormat one_channel{.rate = {1000}, .channels = Channels::unnamed(1)};

// What the rule gives when every level is asked what it makes of the sample as it is.
class Textbook {
 public:
  Textbook(const BayesianEnvelope& spec, double rate) {
    using Real = long double;
    const Real ln_step = std::numbers::ln2_v<Real> / 12;
    while (levels_.empty() || levels_.back() < spec.highest.value)
      levels_.push_back(static_cast<Real>(spec.lowest.value) * std::exp(ln_step * static_cast<Real>(levels_.size())));
    const std::size_t n = levels_.size();
    const Real spreads = spec.drift.value / rate / (ln_step * ln_step);
    moves_.assign(n, std::vector<Real>(n));
    for (std::size_t from = 0; from < n; ++from)
      for (std::size_t to = 0; to < n; ++to) {
        if (to > from) moves_[from][to] += spec.rises.value / rate / static_cast<Real>(n - 1);
        if (to < from) moves_[from][to] += spec.falls.value / rate / static_cast<Real>(n - 1);
        if (to + 1 == from || from + 1 == to) moves_[from][to] += spreads;
      }
    for (std::size_t from = 0; from < n; ++from) {
      Real leaves = 0;
      for (const Real share : moves_[from]) leaves += share;
      moves_[from][from] = 1 - leaves;
    }
    p_.assign(n, 1 / static_cast<Real>(n));
    power_ = std::min(1.0, 2 * spec.bandwidth.value / rate);
    gaussian_ = spec.likelihood == Likelihood::gaussian;
  }
  double next(double x) {
    std::vector<long double> after(p_.size());
    long double sum = 0, mean = 0;
    for (std::size_t to = 0; to < p_.size(); ++to) {
      for (std::size_t from = 0; from < p_.size(); ++from) after[to] += p_[from] * moves_[from][to];
      const long double z = std::fabs(x) / levels_[to];
      after[to] *= std::pow(std::exp(gaussian_ ? -z * z / 2 : -z) / levels_[to], power_);
      sum += after[to];
      mean += after[to] * levels_[to];
    }
    for (auto& p : after) p /= sum;
    p_ = after;
    return static_cast<double>(mean / sum);
  }

 private:
  std::vector<long double> levels_, p_;
  std::vector<std::vector<long double>> moves_;
  long double power_;
  bool gaussian_;
};

TEST(BayesianEnvelope, IsBayesRule) {
  // Off by what places of 1/192 of an octave leave: 0.18 % of a sample, less of a mean over many.
  for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::laplacian}) {
    const BayesianEnvelope spec{.likelihood = likelihood, .lowest = {1}, .highest = {200}};
    Textbook textbook(spec, 1000);
    auto live = start(spec, one_channel);
    std::mt19937_64 generator(31);
    std::normal_distribution<double> normal;
    double worst = 0;
    for (int n = 0; n < 3000; ++n) {
      const double x = (n / 500 % 2 ? 40 : 5) * normal(generator);
      double y = 0;
      live.process({&x, 1, 1}, {&y, 1, 1});
      worst = std::max(worst, std::fabs(y / textbook.next(x) - 1));
    }
    std::printf("[ MEASURED ] %s: %.3f %% off\n", std::string(to_text(likelihood)).c_str(), 100 * worst);
    EXPECT_LE(worst, 0.005);
  }
}

TEST(BayesianEnvelope, DriftsAndJumpsAsStatedWhileNothingCounts) {
  // Without samples the matrix alone works: after n frames from one level, the mean of the logarithm's square.
  const BayesianEnvelope spec{.drift = {0.5}, .rises = {1e-9}, .falls = {1e-9}, .lowest = {1}, .highest = {4096}};
  auto kernel = *make_kernel(spec, one_channel);
  kernel.settle(0, 64);
  const std::uint8_t counts = 0;
  double x = 1e6, y = 0, share = 0;
  for (int n = 0; n < 500; ++n) kernel.run_where(&x, &counts, &y, &share);
  // Normal with variance 2 x 0.5/s x 0.5 s: 95 % within 1.96 of 0.707.
  const LevelBelief found = kernel.belief(0);
  EXPECT_NEAR(std::log(found.high / 64), 1.96 * std::sqrt(0.5), 0.03);
  EXPECT_NEAR(std::log(found.low / 64), -1.96 * std::sqrt(0.5), 0.03);
  EXPECT_NEAR(y, 64 * std::exp(0.25), 0.5);
}

// How often the level lies where the belief says. Of levels that drift and jump as the prior has it, exactly as often
// as it says; of one that holds still, more often, for the belief allows for a drift that is not there.
TEST(BayesianEnvelope, BelievesAsOftenAsIsTrueOfLevelsLikeItsPrior) {
  const BayesianEnvelope spec{.likelihood = Likelihood::gaussian,
                              .bandwidth = {500},
                              .drift = {0.5},
                              .rises = {0.2},
                              .falls = {0.2},
                              .lowest = {1},
                              .highest = {1000}};
  const auto covered = [&](bool moves, double probability) {
    auto kernel = *make_kernel(spec, one_channel);
    std::mt19937_64 generator(17);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> share(0, 1);
    const double ends = std::log(1000), jumps = spec.rises.value / 1000;
    double ln = ends / 2;
    int held = 0, asked = 0;
    for (int n = 0; n < 120000; ++n) {
      if (moves) {
        ln += normal(generator) * std::sqrt(2 * spec.drift.value / 1000);
        ln = ln < 0 ? -ln : ln > ends ? 2 * ends - ln : ln;
        // To every level above it equally, and below: together as often everywhere.
        if (share(generator) < jumps) ln = ends * share(generator);
      }
      const double level = std::exp(ln), x = level * normal(generator);
      double y = 0;
      kernel.run(&x, &y, 1);
      if (n < 2000 || n % 20) continue;
      const LevelBelief found = kernel.belief(0, probability);
      ++asked;
      held += found.low <= level && level <= found.high;
    }
    return static_cast<double>(held) / asked;
  };
  for (const double probability : {0.5, 0.8, 0.95}) {
    const double like = covered(true, probability), still = covered(false, probability);
    std::printf("[ MEASURED ] %.2f: holds %.3f of levels like the prior, %.3f of one that stays\n", probability, like,
                still);
    EXPECT_NEAR(like, probability, 0.02);
    EXPECT_GT(still, probability);
  }
}

TEST(BayesianEnvelope, SaysTheSameWhateverElseIsInTheBlock) {
  const BayesianEnvelope spec{};
  auto alone = start(spec, one_channel);
  auto among = start(spec, StreamFormat{.rate = {1000}, .channels = Channels::unnamed(7)});
  std::mt19937_64 generator(3);
  std::normal_distribution<double> normal(0, 20);
  for (int n = 0; n < 500; ++n) {
    double x[7], y[7], z = 0;
    for (double& v : x) v = normal(generator);
    among.process({x, 1, 7}, {y, 1, 7});
    alone.process({x + 5, 1, 1}, {&z, 1, 1});
    ASSERT_EQ(y[5], z) << n;
  }
}

TEST(BayesianEnvelope, StaysBetweenItsEnds) {
  auto live = start(BayesianEnvelope{}, one_channel);
  double y = 0;
  for (const double x : {0.0, 1e-300, 1e-5, 299000.0, -299000.0}) {
    for (int n = 0; n < 400; ++n) {
      live.process({&x, 1, 1}, {&y, 1, 1});
      ASSERT_TRUE(std::isfinite(y));
      ASSERT_GE(y, 0.5);
      ASSERT_LE(y, 11000);
    }
    if (std::fabs(x) > 1)
      EXPECT_GT(y, 9000);
    else
      EXPECT_LT(y, 0.6);
  }
}

// Truth: what was put in. A level beyond either end reads that end, and no reader may take it for what it reads.
TEST(BayesianEnvelope, SaysWhereItsBeliefEnds) {
  for (const Choice choice : {Choice::mean, Choice::most_probable}) {
    const BayesianEnvelope spec{.likelihood = Likelihood::gaussian, .choice = choice};
    const auto ends = [&](auto live, double level, Marks expected) {
      std::mt19937_64 generator(77);
      std::normal_distribution<double> normal(0, level);
      int said = 0, other = 0;
      for (int n = 0; n < 20000; ++n) {
        double x = level > 0 ? normal(generator) : 0, y = 0;
        Marks marks = mark::none;
        ASSERT_EQ(live.process({&x, 1, 1}, {&y, 1, 1, &marks}), Status::ok);
        if (n >= 1000) ++(marks == expected ? said : other);
      }
      std::printf("[ MEASURED ] %g uV: %d of %d marked as they have to be\n", level, said, said + other);
      EXPECT_EQ(other, 0) << level;
    };
    for (const double level : {0.0, 0.1}) ends(start(spec, one_channel), level, mark::low_snr);
    for (const double level : {1.0, 20.0, 5000.0}) ends(start(spec, one_channel), level, mark::none);
    ends(start(spec, one_channel), 50000, mark::clipped);
    // The same in a chain, and where marked samples are left out.
    ends(start(Chain{Rectify{}, spec}, one_channel), 50000, mark::clipped);
    ends(start(RuntimeChain{{spec}}, one_channel), 0, mark::low_snr);
    ends(start(Gated<BayesianEnvelope>{spec, 0.5, {}}, one_channel), 0, mark::low_snr);
    ends(start(Gated<BayesianEnvelope>{spec, 0.5, {}}, one_channel), 20, mark::none);
  }
}

TEST(BayesianEnvelope, MostProbableIsTheTopOfTheBelief) {
  // A steady level: both say it, the most probable one free of the grid's steps.
  for (const double level : {10.0, 10.3, 10.6}) {
    auto live =
        start(BayesianEnvelope{.likelihood = Likelihood::gaussian, .choice = Choice::most_probable}, one_channel);
    std::mt19937_64 generator(9);
    std::normal_distribution<double> normal(0, level);
    double sum = 0;
    for (int n = 0; n < 60000; ++n) {
      double x = normal(generator), y = 0;
      live.process({&x, 1, 1}, {&y, 1, 1});
      if (n >= 10000) sum += y;
    }
    EXPECT_NEAR(sum / 50000 / level, 1, 0.01) << level;
  }
}

TEST(BayesianEnvelope, RefusesByName) {
  const auto refusal = [](BayesianEnvelope spec) { return why(try_start(spec, one_channel)); };
  EXPECT_EQ(refusal({.lowest = {10}, .highest = {15}}),
            "highest is 15 uV: expected at least twice lowest, 10 uV (BayesianEnvelope.highest)");
  EXPECT_EQ(refusal({.drift = {5}}),
            "drift is 5 Hz: expected at most 0.8341198158302107 Hz at this rate (BayesianEnvelope.drift)");
  EXPECT_NE(refusal({.falls = {0}}), "accepted");
}

TEST(BayesianEnvelope, ForgetsAnErrorWithinWhatItSays) {
  // Runs with an error of one sample, and of one second, beside the same without; what is neglected is 1 uV.
  for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::laplacian})
    for (const double level : {5.0, 50.0, 500.0}) {
      const BayesianEnvelope spec{.likelihood = likelihood, .bandwidth = {200}};
      const auto fresh = *make_kernel(spec, one_channel);
      const std::vector<double> errors{10, 100, 1000, one_channel.full_scale()};
      const auto said = fresh.ringing(errors);
      for (std::size_t e = 0; e < errors.size(); ++e)
        for (const int lasts : {1, 1000}) {
          std::int64_t worst = 0;
          for (int trial = 0; trial < 4; ++trial) {
            auto clean = fresh, spoilt = fresh;
            Carrier carrier(corners(CarrierPreset::limb), {1000}, RandomStream(static_cast<std::uint64_t>(trial), "e"));
            for (std::int64_t n = -2000; n < said.lasting[e] + 500; ++n) {
              double x = level * carrier.next(), y = 0, z = 0;
              clean.run(&x, &y, 1);
              if (n < 0 && n >= -lasts) x += errors[e];
              spoilt.run(&x, &z, 1);
              if (n >= 0 && std::fabs(z - y) > 1) worst = std::max(worst, n + 1);
            }
          }
          EXPECT_LE(worst, lasts == 1 ? said.single[e] : said.lasting[e]) << errors[e] << " at " << level;
        }
    }
}

}  // namespace
}  // namespace unguard
