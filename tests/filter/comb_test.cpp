// SPDX-License-Identifier: Apache-2.0
// Truth: the notches it is made of, one at each harmonic, all of one width.
#include "unguard/filter/comb.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"
#include "refusal.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

using namespace literals;

std::string refusal(const Comb& spec, Hertz rate = test_rate) { return why(design(spec, rate)); }

TEST(Comb, IsANotchOfTheSameWidthAtEveryHarmonic) {
  const Comb spec{.frequency = 50_Hz, .width = 3_Hz, .notches = 9};
  Sections notches;
  for (int k = 1; k <= 9; ++k) notches.push_back(sections_of(Notch{.frequency = 50_Hz * k, .width = 3_Hz})[0]);
  EXPECT_EQ(sections_of(spec), notches);
  EXPECT_EQ(sections_of(Comb{.frequency = 50_Hz, .width = 3_Hz, .highest = 450_Hz}), notches);
  EXPECT_EQ(sections_of(Comb{.frequency = 50_Hz, .width = 3_Hz, .highest = 499_Hz}), notches);
  EXPECT_EQ(sections_of(Comb{}).size(), 19u) << "every harmonic below 1000 Hz";
}

// What is left between 20 and 450 Hz: constant Q would take half of it.
TEST(Comb, LeavesTheRestOfTheEmg) {
  const auto power_kept = [](const Sections& sections) {
    double sum = 0;
    int count = 0;
    for (double f = 20; f <= 475; f += 0.05, ++count) sum += std::norm(response(sections, {f}, test_rate));
    return sum / count;
  };
  Sections constant_q;
  for (int k = 1; k <= 9; ++k) constant_q.push_back(sections_of(Notch{.frequency = 50_Hz * k, .q = 10.0})[0]);
  const double narrow = power_kept(sections_of(Comb{.notches = 9})), q10 = power_kept(constant_q);
  std::printf("[ MEASURED ] white power kept: width 2 Hz %.3f, Q 10 %.3f\n", narrow, q10);
  EXPECT_GT(narrow, 0.9);
  EXPECT_LT(q10, 0.55);
}

TEST(Comb, RefusesHarmonicsThatCannotBe) {
  EXPECT_EQ(refusal({.notches = 20}),
            "notches is 20: expected harmonics below half the sampling rate, 1000 Hz: the last is at 1000 Hz "
            "(Comb.notches)");
  EXPECT_EQ(refusal({.notches = 19}), "accepted");
  EXPECT_EQ(refusal({.highest = 1000_Hz}),
            "highest is 1000 Hz: expected below half the sampling rate, 1000 Hz (Comb.highest)");
  EXPECT_EQ(refusal({.highest = 40_Hz}), "highest is 40 Hz: expected at least frequency, 50 Hz (Comb.highest)");
  EXPECT_EQ(refusal({.notches = 3, .highest = 200_Hz}),
            "highest is 200 Hz: expected notches or highest, not both (Comb.highest)");
  EXPECT_EQ(refusal({.width = 50_Hz}), "width is 50 Hz: expected below frequency, 50 Hz (Comb.width)");
  EXPECT_EQ(refusal({.frequency = 1000_Hz}),
            "frequency is 1000 Hz: expected below half the sampling rate, 1000 Hz (Comb.frequency)");
  EXPECT_EQ(refusal({.frequency = 3_Hz, .width = 0.1_Hz}),
            "frequency is 3 Hz: expected at most 256 harmonics; notches says how many (Comb.frequency)");
}

}  // namespace
}  // namespace unguard
