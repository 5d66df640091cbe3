// SPDX-License-Identifier: Apache-2.0
// Truth: the transitions as drawn in the header, and a few thousand random mark sequences that must obey them.
#include "unguard/quality/trust.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace unguard {
namespace {

// States of one channel, a letter a sample: w, o, d, h, i.
std::string states(const std::vector<Marks>& marks, std::int64_t hold, std::int64_t warmup) {
  TrustMachines machines(1, hold, warmup);
  std::string text;
  for (std::size_t i = 0; i < marks.size(); ++i)
    text += "wodhi"[static_cast<int>(machines.step(0, marks[i], {static_cast<std::int64_t>(i)}))];
  return text;
}
std::vector<Marks> sequence(std::initializer_list<std::pair<int, Marks>> parts) {
  std::vector<Marks> all;
  for (const auto& [n, marks] : parts) all.insert(all.end(), static_cast<std::size_t>(n), marks);
  return all;
}

TEST(Trust, WarmsUpBeforeItSpeaks) { EXPECT_EQ(states(sequence({{5, mark::none}}), 3, 2), "wwooo"); }
TEST(Trust, WarmsUpFromTheLastBadSample) {
  EXPECT_EQ(states(sequence({{1, mark::none}, {2, mark::settling}, {4, mark::none}}), 3, 2), "wwwwwoo");
}
TEST(Trust, OfWhatIsTakenOutIsDegraded) {
  EXPECT_EQ(states(sequence({{3, mark::none}, {2, mark::heart}, {2, mark::none}}), 3, 1), "wooddoo");
}
TEST(Trust, HoldsForAShortLossAndGoesOn) {
  EXPECT_EQ(states(sequence({{3, mark::none}, {3, mark::gap}, {2, mark::none}}), 3, 1), "woohhhoo");
}
TEST(Trust, IsInvalidAfterALongOneAndWarmsUpAgain) {
  EXPECT_EQ(states(sequence({{3, mark::none}, {5, mark::jump}, {4, mark::none}}), 3, 2), "wwohhhiiwwoo");
}
TEST(Trust, IsInvalidAtOnceWithoutContact) {
  EXPECT_EQ(states(sequence({{3, mark::none}, {1, mark::flat}, {3, mark::none}}), 3, 1), "wooiwoo");
  EXPECT_EQ(states(sequence({{2, mark::lead_off}, {3, mark::none}}), 3, 1), "iiwoo");
}

TEST(Trust, NeverSpeaksOnWhatForbidsIt) {
  std::mt19937 random(61);
  for (int n = 0; n < 2000; ++n) {
    TrustMachines machines(1, static_cast<std::int64_t>(random() % 20), static_cast<std::int64_t>(random() % 20));
    Trust before = Trust::warmup;
    Marks marks = mark::none;
    for (std::int64_t i = 0; i < 300; ++i) {
      if (random() % 4 == 0) marks = random() % 2 ? mark::none : static_cast<Marks>(1 << random() % mark::bits);
      const Trust now = machines.step(0, marks, {i});
      const bool speaks = now == Trust::ok || now == Trust::degraded;
      EXPECT_FALSE(speaks && (marks & mark::withholding));
      EXPECT_EQ(now == Trust::degraded, speaks && marks != mark::none);
      EXPECT_FALSE(now == Trust::invalid && !(marks & mark::withholding)) << "every INVALID has a reason";
      if (before == Trust::invalid) {
        EXPECT_NE(now, Trust::hold);
      }
      EXPECT_LE(machines.since(0).value, i + 1);
      before = now;
    }
  }
}

// Truth: the lists of marks.
TEST(Trust, HasAnOpinionOnEveryMark) {
  EXPECT_EQ(mark::withholding | mark::degrading, (1 << mark::bits) - 1);
  EXPECT_EQ(mark::withholding & mark::degrading, 0);
  EXPECT_EQ(mark::contact_lost & mark::withholding, mark::contact_lost);
}

}  // namespace
}  // namespace unguard
