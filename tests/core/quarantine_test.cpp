// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/quarantine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Admitted {
  std::vector<double> clean;
  std::vector<Marks> marks;
};
Admitted admit(Quarantine& q, const std::vector<double>& x, int channels, std::int64_t at = 0,
               const std::vector<Marks>* marks = nullptr) {
  Admitted a{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  q.admit({x.data(), static_cast<std::int64_t>(x.size()) / channels, channels, marks ? marks->data() : nullptr}, {at},
          a.clean.data(), a.marks.data());
  return a;
}

// Truth: the last good value of the same channel, 0 before the first; the limit itself is good.
TEST(Quarantine, ReplacesWhatMustNotEnterByTheLastGoodValue) {
  Quarantine q(1, 100, 0);
  const auto a = admit(q, {nan, 5, HUGE_VAL, -HUGE_VAL, 1e308, 100, -100, std::nextafter(100.0, 200.0), 7}, 1);
  EXPECT_EQ(a.clean, (std::vector<double>{0, 5, 5, 5, 5, 100, -100, -100, 7}));
  constexpr Marks n = mark::non_finite, o = mark::out_of_range;
  EXPECT_EQ(a.marks, (std::vector<Marks>{n, 0, n, n, o, 0, 0, o, 0}));
  EXPECT_EQ(q.non_finite(), 3);
  EXPECT_EQ(q.out_of_range(), 2);
}

// Truth: each channel for itself.
TEST(Quarantine, KeepsChannelsApart) {
  Quarantine q(2, 100, 1);
  const auto a = admit(q, {1, 2, nan, 3, 4, nan, 5, 6, 7, 8}, 2);
  EXPECT_EQ(a.clean, (std::vector<double>{1, 2, 1, 3, 4, 3, 5, 6, 7, 8}));
  constexpr Marks n = mark::non_finite;
  EXPECT_EQ(a.marks, (std::vector<Marks>{0, 0, n, 0, n, n, 0, n, 0, 0})) << "one sample longer than the cause";
}

// Truth: the ringing stated; each reason for itself, over the ends of blocks.
TEST(Quarantine, MarksLastAsLongAsTheRingingAndOverBlocks) {
  Quarantine q(1, 100, 3);
  EXPECT_TRUE(q.clear({nullptr, 0, 1}, {0}));
  std::vector<double> x(4, 1.0);
  std::vector<Marks> marks{0, mark::gap, 0, mark::hum};
  EXPECT_FALSE(q.clear({x.data(), 4, 1, marks.data()}, {0}));
  EXPECT_EQ(admit(q, x, 1, 0, &marks).marks, (std::vector<Marks>{0, mark::gap, mark::gap, mark::gap | mark::hum}));
  EXPECT_FALSE(q.clear({x.data(), 4, 1}, {4})) << "still ringing";
  EXPECT_EQ(admit(q, x, 1, 4).marks, (std::vector<Marks>{mark::gap | mark::hum, mark::hum, mark::hum, 0}));
  EXPECT_TRUE(q.clear({x.data(), 4, 1}, {8}));
  x[3] = 101;
  EXPECT_FALSE(q.clear({x.data(), 4, 1}, {8}));
}

// Truth: a new one.
TEST(Quarantine, ResetForgetsValuesMarksAndCounts) {
  Quarantine q(1, 100, 50);
  admit(q, {9, nan}, 1);
  q.reset({1000});
  EXPECT_EQ(q.non_finite() + q.out_of_range(), 0);
  const auto a = admit(q, {nan, 1}, 1, 1000);
  EXPECT_EQ(a.clean[0], 0);
}

// Truth: a count of what was put in. Seed 6.
TEST(Quarantine, CountsExactlyThroughAFilter) {
  std::mt19937 generator(6);
  auto filter = start(Rectify{}, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(3)});
  std::vector<double> x(3000, 1.0), y(3000);
  std::int64_t bad = 0, loud = 0;
  for (auto& v : x) {
    const auto die = generator() % 40;
    if (die == 0) v = nan, ++bad;
    if (die == 1) v = -HUGE_VAL, ++bad;
    if (die == 2) v = 1e308, ++loud;
    if (die == 3) v = -default_full_scale.value;
    if (die == 4) v = std::nextafter(default_full_scale.value, HUGE_VAL), ++loud;
  }
  for (std::int64_t i = 0; i < 1000; i += 50) filter.process({x.data() + 3 * i, 50, 3}, {y.data() + 3 * i, 50, 3});
  EXPECT_GT(bad, 50);
  EXPECT_GT(loud, 50);
  EXPECT_EQ(filter.replaced_non_finite(), bad);
  EXPECT_EQ(filter.replaced_out_of_range(), loud);
}

// Truth: the rails, 1.05 times the larger.
TEST(Quarantine, KnowsTheConvertersRails) {
  StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  format.converter = {.low_rail = Microvolts{-1000}, .high_rail = Microvolts{1000}};
  auto filter = start(Rectify{}, format);
  const double x[] = {1000, 1050, 1051};
  double y[3];
  Marks marks[3];
  filter.process({x, 3, 1}, {y, 3, 1, marks});
  EXPECT_EQ(marks[1], mark::none);
  EXPECT_EQ(marks[2], mark::out_of_range);
  EXPECT_EQ(y[2], 1050);
}

// Truth: the same input with nothing to mark; the worst error allowed is the one assumed, 1 mV. Beyond the marks it
// must be below the 1 uV stated, and believing too little would be a failure too.
TEST(Quarantine, MarksAsLongAsTheDisturbanceCanExceedOneMicrovoltAndNotMuchLonger) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  for (const int order : {1, 2, 4, 8}) {
    auto clean = start(Bandpass{.order = order}, format), disturbed = clean;
    std::vector<double> a(4000), b(4000), ya(4000), yb(4000);
    std::vector<Marks> marks(4000);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = b[i] = i >= 1000 ? 1000 : 0;
    b[1000] = nan;  // replaced by 0 where the truth is 1 mV
    clean.process({a.data(), 4000, 1}, {ya.data(), 4000, 1});
    disturbed.process({b.data(), 4000, 1}, {yb.data(), 4000, 1, marks.data()});
    std::int64_t last_marked = 0, last_wrong = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (marks[i]) last_marked = static_cast<std::int64_t>(i);
      if (std::fabs(ya[i] - yb[i]) >= 1) last_wrong = static_cast<std::int64_t>(i);
    }
    EXPECT_GE(last_marked, last_wrong) << "order " << order;
    EXPECT_LE(last_marked, 1000 + disturbed.ringing()) << "order " << order;
    EXPECT_LE(last_marked - 1000, 2 * (last_wrong - 1000) + 20) << "order " << order;
  }
}

}  // namespace
}  // namespace unguard
