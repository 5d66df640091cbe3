// SPDX-License-Identifier: Apache-2.0
// Truth: histories with edges where they were put, whose evidence is a closed form, and every stretch tried one by one.
#include "unguard/detect/change_edges.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

// Noise that is white as it comes: the samples are the history, oldest first.
ChangeEvidence history(const std::vector<double>& white, const std::vector<double>& sizes,
                       const std::vector<double>& correlation = {}) {
  std::vector<ChangeSize> bank;
  for (const double s : sizes) bank.push_back(*change_size(correlation, s));
  ChangeEvidence made({}, 1, ChangeBank(std::move(bank), 1e9), {}, static_cast<std::int64_t>(white.size()));
  for (const double w : white) made.step(w);
  return made;
}
// So many samples of each mean square, every one of it, with alternating signs.
struct Stretch {
  std::int64_t samples = 0;
  double square = 0;
};
std::vector<double> samples_of(const std::vector<Stretch>& stretches) {
  std::vector<double> made;
  for (const auto& s : stretches)
    for (std::int64_t i = 0; i < s.samples; ++i) made.push_back((i % 2 ? -1 : 1) * std::sqrt(s.square));
  return made;
}
constexpr double quiet = 0.5;  // square of a sample that says nothing for any activity

// Truth: every stretch tried one by one; of integers, so that sums are exact and some are equal.
TEST(ChangeEdges, TheStretchWithMoreIsTheOneOfAllThatHasMost) {
  RandomStream random(1, "integers");
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<double> says(1 + static_cast<std::size_t>(trial % 20));
    for (double& s : says) s = std::round(2 * random.normal());
    const auto oldest = static_cast<std::int64_t>(says.size()) - 1;
    const auto said = [&](std::int64_t ago) { return says[static_cast<std::size_t>(ago)]; };
    double most = -std::numeric_limits<double>::infinity();
    for (std::int64_t first = oldest; first >= 0; --first) {
      double sum = 0;
      for (std::int64_t ago = first; ago >= 0; --ago) most = std::max(most, sum += said(ago));
    }
    double best = most - 1;
    std::int64_t began = -1;
    ASSERT_TRUE(change_detail::has_more(oldest, said, best, began));
    EXPECT_EQ(best, most);
    ASSERT_TRUE(began >= 0 && began <= oldest);
    double sum = 0, from_there = -std::numeric_limits<double>::infinity();
    for (std::int64_t ago = began; ago >= 0; --ago) from_there = std::max(from_there, sum += said(ago));
    EXPECT_EQ(from_there, most);
  }
}

// Truth: the definition: as much is not more, and of no samples there is no stretch.
TEST(ChangeEdges, NothingIsFoundWhereNoStretchHasMore) {
  const auto said = [](std::int64_t ago) { return ago >= 3 && ago < 7 ? 1.0 : -1.0; };
  double best = 4;
  std::int64_t began = 99;
  EXPECT_FALSE(change_detail::has_more(10, said, best, began));
  EXPECT_FALSE(change_detail::has_more(-1, said, best, began));
  EXPECT_EQ(best, 4);
  EXPECT_EQ(began, 99);
  best = 3.5;
  EXPECT_TRUE(change_detail::has_more(10, said, best, began));
  EXPECT_EQ(best, 4);
  EXPECT_EQ(began, 6);
}

// Truth: n samples of the square 1 + s say n (s - ln(1 + s)) / 2 for the size s, less for any other, and what is quiet
// speaks against it. So it begins where it was put, wherever it ends; and of two that are too far apart to be one,
// where the longer one does.
TEST(ChangeEdges, AnActivityBeganWhereItWasPutAndHasItsSize) {
  const std::vector<double> sizes{1, 4, 16};
  for (const std::int64_t since : {0, 1, 40})
    for (const std::int64_t lasts : {1, 7, 50})
      for (std::size_t k = 0; k < sizes.size(); ++k) {
        const double loud = 1 + sizes[k];
        const std::int64_t apart = 200 * lasts;
        const auto alone = history(samples_of({{100, quiet}, {lasts, loud}, {since, quiet}}), sizes);
        const auto after_another =
            history(samples_of({{20, quiet}, {lasts, loud}, {apart, quiet}, {lasts + 1, loud}, {since, quiet}}), sizes);
        std::size_t size = 99;
        EXPECT_EQ(began_ago(alone, 90 + lasts + since, 0, size), lasts + since - 1);
        EXPECT_EQ(size, k);
        EXPECT_EQ(began_ago(after_another, 10 + apart + 2 * lasts + since, 0, size), lasts + since);
        EXPECT_EQ(size, k);
      }
}

// Truth: the square 1.2 says less than nothing for any size, (0.6 - ln 2) / 2 for the size 1 and less for the size 4;
// what is quiet says less still.
TEST(ChangeEdges, WhereNothingSpeaksForAnActivityItBeganWhereLeastSpeaksAgainst) {
  std::size_t size = 99;
  EXPECT_EQ(began_ago(history(samples_of({{50, quiet}, {1, 1.2}, {5, quiet}}), {1, 4}), 40, 0, size), 5);
  EXPECT_EQ(size, 0u);
}

// Truth: every stretch tried for every size, of white noise and of a step in it, in a bank that knows a correlation.
TEST(ChangeEdges, ABeginningIsThatOfTheStretchWithTheMostEvidenceOfAnySize) {
  RandomStream random(2, "steps");
  constexpr std::int64_t n = 60;
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> white;
    for (int i = 0; i < n + 2; ++i) white.push_back((i < trial ? 1 : 3) * random.normal());
    const auto heard = history(white, {1, 6}, {0.5, -0.2});
    double most = -std::numeric_limits<double>::infinity();
    std::int64_t began = 0;
    std::size_t of = 0;
    for (std::size_t k = 0; k < 2; ++k)
      for (std::int64_t first = n - 1; first >= 0; --first) {
        double sum = 0;
        for (std::int64_t ago = first; ago >= 0; --ago)
          if ((sum += heard.says(k, ago)) > most) {
            most = sum;
            began = first;
            of = k;
          }
      }
    std::size_t size = 99;
    EXPECT_EQ(began_ago(heard, n - 1, 0, size), began) << trial;
    EXPECT_EQ(size, of) << trial;
  }
}

// Truth: the level half way from 1 to 2 has the square 2.25. What has more than rest and less than that begins an
// activity of any rise, and one that doubles the level begins behind it.
TEST(ChangeEdges, ARiseBeganWhereHalfOfItIsThere) {
  EXPECT_EQ(half_a_rise(0), 1);
  EXPECT_EQ(half_a_rise(4), 2.25);
  const auto heard = history(samples_of({{50, quiet}, {30, 2}, {20, 5}}), {1});
  std::size_t size = 99;
  EXPECT_EQ(began_ago(heard, 90, 0, size), 49);
  EXPECT_EQ(began_ago(heard, 90, 4, size), 19);
  EXPECT_EQ(began_ago(history(samples_of({{50, quiet}, {20, 2}, {10, 2.2}}), {1}), 70, 4, size), 29)
      << "none rose so far";
}

// Truth: rest where it was put, of any length, and none. The square 5 says (4 - ln 5) / 2 = 1.2 for the size 4, less
// than thirty samples of rest say against it.
TEST(ChangeEdges, AnActivityEndedWhereRestWasPut) {
  for (const double size : {1.0, 4.0, 16.0})
    for (const std::int64_t rest : {0, 1, 7, 50})
      EXPECT_EQ(ended_ago(history(samples_of({{100, 1 + size}, {rest, quiet}}), {size}), 90 + rest, 0, 20, 0), rest);
  const auto with_a_spike = history(samples_of({{100, 5}, {30, quiet}, {1, 5}, {20, quiet}}), {4});
  EXPECT_EQ(ended_ago(with_a_spike, 140, 0, 20, 0), 51);
}

// Truth: by likelihood, 3 is nearer to half of a rise to twice the level, the square 2.25, than to an activity of 5 to
// 7 (magnitudes that are all alike count as Gaussian noise of pi / 2 times their power), and nearer to that than to 1;
// 4.5 is nearer to the activity than to either.
TEST(ChangeEdges, ARiseEndedWhereHalfOfItIsGone) {
  const auto sinks_to = [](double square) { return history(samples_of({{100, 5}, {40, square}}), {4}); };
  EXPECT_EQ(ended_ago(sinks_to(3), 130, 0, 20, 4), 40);
  EXPECT_EQ(ended_ago(sinks_to(3), 130, 0, 20, 0), 0);
  EXPECT_EQ(ended_ago(sinks_to(4.5), 130, 0, 20, 4), 0);
}

// Truth: half of the samples have the magnitude 100 and half 10, as Gaussian noise of the power 4750 has on average: a
// twentieth of that is above 100, the square of what rings, and a thousandth is below.
TEST(ChangeEdges, WhatAStrongActivityRingsWithIsNone) {
  const auto heard = history(samples_of({{60, 10000}, {60, 100}}), {16});
  EXPECT_EQ(ended_ago(heard, 119, 0, 20, 0), 60);
  EXPECT_EQ(ended_ago(heard, 119, 0, 1000, 0), 0);
}

}  // namespace
}  // namespace unguard
