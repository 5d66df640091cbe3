// SPDX-License-Identifier: Apache-2.0
// Truth: simulated observers whose chance of a yes is a logistic function of the logarithm of the level; a run by hand;
// the messages.
#include "unguard/clinical/staircase.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "unguard/core/random.hpp"
#include "unguard/core/state.hpp"

namespace unguard {
namespace {

// Half at 5 uV; `width`: from 27 to 73 % is twice that, in ln of the level.
struct Observer {
  double half = 5, width = 0.15;
  bool yes(double level, RandomStream& random) const {
    return random.uniform() < 1 / (1 + std::exp(-(std::log(level / half)) / width));
  }
  double at(double chance) const { return half * std::exp(width * std::log(chance / (1 - chance))); }
};

TEST(Staircase, FindsTheLevelOfItsChance) {
  struct Rule {
    Staircase spec;
    double chance;
  };
  const Rule rules[] = {{{}, 0.5},
                        {{.down_after = 2}, std::sqrt(0.5)},
                        {{.down_after = 3}, std::cbrt(0.5)},
                        {{.down = 0.06, .up = 0.18}, 0.75}};
  for (const Rule& rule : rules) {
    EXPECT_NEAR(rule.spec.chance(), rule.chance, 1e-12);
    for (const double width : {0.08, 0.15, 0.3})
      for (const int reversals : {12, 24}) {
        Staircase spec = rule.spec;
        spec.reversals = reversals;
        const Observer observer{5, width};
        double bias = 0, squares = 0, trials = 0;
        int held = 0;
        constexpr int runs = 1000;
        for (int i = 0; i < runs; ++i) {
          RandomStream random(61, "observer", i);
          auto run = try_start(spec).take();
          while (!run.done()) run.next(observer.yes(run.level(), random));
          const auto found = run.threshold().take();
          const double truth = observer.at(rule.chance), off = std::log(found.value / truth);
          bias += off / runs;
          squares += off * off / runs;
          trials += static_cast<double>(run.trials()) / runs;
          held += found.low <= truth && truth <= found.high;
        }
        const double deviation = std::sqrt(squares - bias * bias);
        std::printf(
            "[ MEASURED ] chance %.3f, width %.2f, %d reversals, %.0f trials: off by %+.1f %%, SD %.1f %%; %.1f %% of "
            "intervals hold\n",
            rule.chance, width, reversals, trials, 100 * bias, 100 * deviation, 100.0 * held / runs);
        // Half a step, and what so few answers allow.
        EXPECT_NEAR(bias, 0, 0.06);
        EXPECT_LE(deviation, 0.04 + 0.45 * width);
        EXPECT_GE(held, 850);
      }
  }
}
// By hand: steps of ln 2, three times as large up to the second reversal; every answer written down.
TEST(Staircase, GoesAsWrittenDown) {
  const double two = std::log(2);
  auto run =
      try_start(
          Staircase{.first = 8, .lowest = 1e-3, .highest = 1e3, .down = two, .up = two, .early = 3, .reversals = 4})
          .take();
  EXPECT_DOUBLE_EQ(run.level(), 8);
  EXPECT_NEAR(run.next(true), 1, 1e-12);
  EXPECT_NEAR(run.next(false), 8, 1e-12) << "the first reversal, at 1";
  EXPECT_NEAR(run.next(true), 4, 1e-12) << "the second, at 8; single steps from here";
  EXPECT_NEAR(run.next(true), 2, 1e-12);
  EXPECT_NEAR(run.next(false), 4, 1e-12) << "the third, at 2";
  EXPECT_NEAR(run.next(true), 2, 1e-12) << "the fourth, at 4";
  EXPECT_NEAR(run.next(true), 1, 1e-12);
  EXPECT_FALSE(run.threshold());
  EXPECT_NEAR(run.next(false), 2, 1e-12) << "counts, at 1";
  EXPECT_NEAR(run.next(false), 4, 1e-12);
  EXPECT_NEAR(run.next(true), 2, 1e-12) << "counts, at 4";
  EXPECT_NEAR(run.next(false), 4, 1e-12) << "counts, at 2";
  EXPECT_NEAR(run.next(true), 2, 1e-12) << "counts, at 4, and ends it";
  ASSERT_TRUE(run.done());
  EXPECT_EQ(run.trials(), 12);
  EXPECT_NEAR(run.threshold().take().value, std::pow(2.0, (0 + 2 + 1 + 2) / 4.0), 1e-12);
  EXPECT_NEAR(run.next(true), 2, 1e-12) << "nothing more";
  EXPECT_EQ(run.trials(), 12);
  // Two in a row.
  auto pair = try_start(Staircase{.first = 8, .down_after = 2, .down = two, .up = two, .early = 1}).take();
  EXPECT_NEAR(pair.next(true), 8, 1e-12);
  EXPECT_NEAR(pair.next(true), 4, 1e-12);
  EXPECT_NEAR(pair.next(true), 4, 1e-12);
  EXPECT_NEAR(pair.next(false), 8, 1e-12);
  EXPECT_NEAR(pair.next(true), 8, 1e-12) << "a row begins anew";
}
TEST(Staircase, TellsNoThresholdWhereTheRangeEnds) {
  const Staircase narrow{.first = 4, .lowest = 3, .highest = 6};
  const Observer dull{20, 0.15};
  RandomStream random(63, "observer");
  auto run = try_start(narrow).take();
  while (!run.done()) {
    EXPECT_GE(run.level(), 3 * (1 - 1e-12));
    EXPECT_LE(run.level(), 6 * (1 + 1e-12));
    run.next(dull.yes(run.level(), random));
  }
  const auto found = run.threshold();
  ASSERT_FALSE(found);
  const std::string why = message(found.fault());
  EXPECT_TRUE(why.find("(Staircase.level)") != std::string::npos ||
              why.find("(Staircase.reversals)") != std::string::npos)
      << why;
  auto at_the_end = try_start(Staircase{.first = 4, .lowest = 3, .highest = 64}).take();
  const Observer keen{2.9, 0.15};
  while (!at_the_end.done()) at_the_end.next(keen.yes(at_the_end.level(), random));
  EXPECT_NE(message(at_the_end.threshold().fault()).find("levels that stay within 3 to 64 (Staircase.level)"),
            std::string::npos);
}
TEST(Staircase, GoesOnFromASavedStateAndFromNothing) {
  const Observer observer;
  const auto answers = [&](StaircaseRun& run, int from, int to) {
    for (int i = from; i < to; ++i) {
      RandomStream random(67, "answer", i);
      run.next(observer.yes(run.level(), random));
    }
  };
  auto run = try_start(Staircase{}).take(), whole = run;
  answers(whole, 0, 200);
  answers(run, 0, 13);
  auto other = try_start(Staircase{}).take();
  ASSERT_EQ(load_state(other, save_state(run, 1), 1), Status::ok);
  answers(other, 13, 200);
  EXPECT_EQ(other.threshold().take(), whole.threshold().take());
  EXPECT_EQ(other.trials(), whole.trials());
  run.reset();
  answers(run, 0, 200);
  EXPECT_EQ(run.threshold().take(), whole.threshold().take());
}
TEST(Staircase, RefusesByName) {
  const auto refusal = [](const Staircase& spec) { return message(try_start(spec).fault()); };
  EXPECT_EQ(refusal({.first = 100}), "first is 100: expected 0.5 to 64 (Staircase.first)");
  EXPECT_EQ(refusal({.lowest = 70}), "lowest is 70: expected below highest, 64 (Staircase.lowest)");
  EXPECT_EQ(refusal({.reversals = 7}), "reversals is 7: expected an even number (Staircase.reversals)");
  EXPECT_EQ(refusal({.down_after = 0}), "down_after is 0: expected 1 to 4 (Staircase.down_after)");
  EXPECT_EQ(message(try_start(Staircase{}).take().threshold().fault()),
            "reversals is 0 in 0 trials: expected 12 behind the first four (Staircase.reversals)");
}

}  // namespace
}  // namespace unguard
