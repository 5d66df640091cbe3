// SPDX-License-Identifier: Apache-2.0
// Truth: the indicator that was never stopped, bit for bit; states that no indicator has written.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "laws/wild_state.hpp"
#include "unguard/spectrum/fatigue_indicator.hpp"

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr FatigueIndicator spec{.step = {0.5}, .least = 5};

struct Window {
  double seconds, spectrum, amplitude;
};
// 60 windows that begin at an odd time, with a pause that is no multiple of the step and one window left out.
std::vector<Window> effort() {
  std::mt19937_64 random(41);
  std::normal_distribution<double> normal;
  std::vector<Window> made;
  for (int i = 0; i < 60; ++i) {
    const double t = 3.17 + 0.5 * i + (i > 3 ? 0.2 : 0);
    made.push_back({t, 60 - 0.3 * t + 4 * normal(random), i == 20 ? nan : 30 + 0.2 * t + 3 * normal(random)});
  }
  return made;
}
void push(LiveFatigueIndicator& live, const std::vector<Window>& windows, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i)
    ASSERT_EQ(live.push(windows[i].seconds, windows[i].spectrum, windows[i].amplitude), Status::ok) << i;
}

// Also right behind the window left out, when the last time is not that of the last value.
TEST(FatigueState, GoesOnInAFreshIndicatorAsIfNothingHadHappened) {
  const auto windows = effort();
  for (const std::size_t stopped : {0u, 1u, 2u, 4u, 5u, 20u, 21u, 59u, 60u}) {
    auto always = start(spec);
    push(always, windows, 0, stopped);
    auto next = start(spec);
    ASSERT_EQ(next.load(always.save()), Status::ok) << stopped;
    EXPECT_EQ(next.reading(), always.reading()) << stopped;
    EXPECT_EQ(next.save(), always.save()) << stopped;
    if (stopped > 0) {
      EXPECT_EQ(next.push(windows[stopped - 1].seconds, 60, 30), Status::wrong_time) << stopped;
    }
    for (std::size_t i = stopped; i < windows.size(); ++i) {
      push(always, windows, i, i + 1);
      push(next, windows, i, i + 1);
      EXPECT_EQ(next.reading(), always.reading()) << stopped << ", then " << i;
    }
    EXPECT_EQ(next.left_out(), 1);
    EXPECT_EQ(next.windows(), 59);
    EXPECT_EQ(next.save(), always.save());
  }
}

// Puts one value of the list back to what it is in a fresh indicator; of the sums, that of every correlation.
class Forgetful {
 public:
  static constexpr int before = 3;  // a time, whether there is one, what was left out
  static constexpr int of_line = 10, of_sums = 12;
  static constexpr int line = of_line + of_sums * trend_detail::correlations;
  static constexpr int kinds = before + 2 * (of_line + of_sums);

  explicit Forgetful(int kind) : kind_(kind) {}
  template <class T>
  void operator()(T& value) {
    if (kind_of(next_++) == kind_) value = std::is_same_v<T, bool> ? fresh_bool() : T{};
  }
  int seen() const { return next_; }

 private:
  bool fresh_bool() const { return kind_ >= before; }  // times are whole until one is not
  static int kind_of(int at) {
    if (at < before) return at;
    const int which = (at - before) / line, place = (at - before) % line;
    return before + which * (of_line + of_sums) + (place < of_line ? place : of_line + (place - of_line) % of_sums);
  }
  int kind_, next_ = 0;
};

// What the test above would see of a value that was not saved: with few values every correlation may be.
TEST(FatigueState, HoldsNothingThatCouldBeLost) {
  const auto windows = effort();
  for (int kind = 0; kind < Forgetful::kinds; ++kind) {
    auto always = start(spec);
    push(always, windows, 0, 21);
    auto lost = always;
    Forgetful forgetful(kind);
    lost.state(forgetful);
    ASSERT_EQ(forgetful.seen(), Forgetful::before + 2 * Forgetful::line);
    bool seen = lost.push(windows[20].seconds, 60, 30) != Status::wrong_time;  // what should be refused
    for (std::size_t i = 21; i < 30 && !seen; ++i) {
      always.push(windows[i].seconds, windows[i].spectrum, windows[i].amplitude);
      lost.push(windows[i].seconds, windows[i].spectrum, windows[i].amplitude);
      seen = lost.reading() != always.reading();
    }
    EXPECT_TRUE(seen) << kind;
  }
}

TEST(FatigueState, OfAnotherSpecOrDamagedIsRefusedAndChangesNothing) {
  const auto windows = effort();
  auto live = start(spec);
  push(live, windows, 0, 30);
  const auto good = live.save();
  auto other = start(spec);
  push(other, windows, 0, 10);
  const auto before = other.save();
  const auto refused = [&](const SavedState& bytes) {
    return other.load(bytes) == Status::wrong_state && other.save() == before;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bytes = good;
    bytes[i] ^= std::byte{static_cast<unsigned char>(1u << (i % 8))};
    ASSERT_TRUE(refused(bytes)) << i;
  }
  for (std::size_t size = 0; size < good.size(); size += 7)
    ASSERT_TRUE(refused({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)})) << size;
  auto longer = good;
  longer.push_back(std::byte{});
  EXPECT_TRUE(refused(longer));
  for (const FatigueIndicator& foreign :
       {FatigueIndicator{.step = {0.25}, .least = 5}, FatigueIndicator{.step = {0.5}, .least = 6},
        FatigueIndicator{.step = {0.5}, .index = SpectralIndex::mean_frequency, .least = 5},
        FatigueIndicator{.step = {0.5}, .least = 5, .level = 0.9},
        FatigueIndicator{.step = {0.5}, .least = 5, .change_limit = {0.4}}})
    EXPECT_EQ(start(foreign).load(good), Status::wrong_state);
  EXPECT_EQ(other.load(good), Status::ok);
  EXPECT_EQ(other.reading(), live.reading());
}

// What is not refused counts nothing below 0, takes windows and answers.
TEST(FatigueState, MadeUpWithTheRightChecksumDoesNoHarm) {
  const auto windows = effort();
  auto live = start(spec);
  push(live, windows, 0, 30);
  const auto good = live.save();
  laws::Places places;
  live.state(places);
  int loaded = 0, refused = 0;
  for (std::size_t p = 0; p < places.all().size(); p += p < 20 ? 1 : 17)
    for (const auto& wild : places.all()[p].wild) {
      auto next = start(spec);
      if (next.load(laws::with(good, places.all()[p].at, wild)) != Status::ok) {
        ++refused;
        EXPECT_EQ(next.windows(), 0);
        continue;
      }
      ++loaded;
      EXPECT_GE(next.windows(), 0);
      EXPECT_GE(next.left_out(), 0);
      next.push(windows[30].seconds, 50, 30);
      next.reading();
    }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 20);

  // A count that is long, in both trends alike, ends soon, too.
  auto next = start(spec);
  const std::size_t of_count = places.all()[Forgetful::before].at,
                    of_other = places.all()[Forgetful::before + Forgetful::line].at;
  SavedState many(sizeof(std::int64_t));
  const std::int64_t count = std::int64_t{1} << 60;
  std::memcpy(many.data(), &count, sizeof count);
  ASSERT_EQ(next.load(laws::with(laws::with(good, of_count, many), of_other, many)), Status::ok);
  EXPECT_TRUE(next.reading());
}

}  // namespace
}  // namespace unguard
