// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/priming.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels = 1) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }

struct Output {
  std::vector<double> y;
  std::vector<Marks> marks;
};
template <class S>
Output run(const S& spec, const std::vector<double>& x, int channels = 1) {
  Output out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  const auto frames = static_cast<std::int64_t>(x.size()) / channels;
  auto filter = start(spec, format(channels));
  EXPECT_EQ(filter.process({x.data(), frames, channels}, {out.y.data(), frames, channels, out.marks.data()}),
            Status::ok);
  return out;
}
double worst_from(const std::vector<double>& y, std::size_t first) {
  double worst = 0;
  for (std::size_t i = first; i < y.size(); ++i) worst = std::max(worst, std::fabs(y[i]));
  return worst;
}

// Truth: the definition: 20 ms at 2 kHz are 40 samples of 0, marked settling, and no mark behind them.
TEST(Priming, PutsOutMarkedZerosForAsLongAsItListens) {
  const auto out = run(Chain{Priming{}, Bandpass{}}, std::vector<double>(100, 3e5));
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(out.y[i], 0) << i;
    EXPECT_EQ(out.marks[i], mark::settling) << i;
  }
  for (std::size_t i = 40; i < 100; ++i) EXPECT_EQ(out.marks[i], mark::none) << i;
}

// Truth: a band-pass passes no constant. Bar of reliability 5.8: 300 mV leave less than 1e-3 uV; without priming they
// ring above 1 uV for a quarter of a second.
TEST(Priming, LeavesNothingOfAnElectrodeOffset) {
  const std::vector<double> x(4000, 3e5);
  const double residue = worst_from(run(Chain{Priming{}, Bandpass{}}, x).y, 40);
  const double unprimed = worst_from(run(Bandpass{}, x).y, 500);
  std::printf("[ MEASURED ] of 300 mV primed %.3g uV from the first output on, unprimed %.3g uV after 250 ms\n",
              residue, unprimed);
  EXPECT_LT(residue, 1e-3);
  EXPECT_GT(unprimed, 1);
}

// Truth: the median of what came, which one loud sample does not move; for an even count the mean of the middle two.
TEST(Priming, BeginsInTheSteadyStateForTheMedian) {
  std::vector<double> x(200, 1000);
  x[3] = 4e8;
  x[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_LT(worst_from(run(Chain{Priming{}, Highpass{}}, x).y, 40), 1e-5);
  // 2 samples listened to: the level is 15 and a low-pass that stays there has it at its output at once.
  std::vector<double> two(50, 15);
  two[0] = 10;
  two[1] = 20;
  for (std::size_t i = 2; i < 50; ++i) EXPECT_NEAR(run(Chain{Priming{{0.001}}, Lowpass{}}, two).y[i], 15, 1e-9) << i;
  std::vector<double> three{10, 40, 20, 20, 20, 20};
  for (std::size_t i = 3; i < 6; ++i) EXPECT_NEAR(run(Chain{Priming{{0.0015}}, Lowpass{}}, three).y[i], 20, 1e-9) << i;
}

// Truth: each channel its own offset.
TEST(Priming, IsOfEachChannel) {
  std::vector<double> x;
  for (int i = 0; i < 500; ++i) x.insert(x.end(), {3e5, -2e5, 17});
  EXPECT_LT(worst_from(run(Chain{Priming{}, Bandpass{}}, x, 3).y, 120), 1e-3);
}

// Truth: the law of any cut, with the first block of every size around the length.
TEST(Priming, DependsOnTheSampleIndexOnly) {
  std::mt19937 generator(7);
  std::normal_distribution<double> normal(20000, 30);
  std::vector<double> x(300);
  for (auto& v : x) v = normal(generator);
  const auto whole = run(Chain{Priming{}, Bandpass{}, Rms{}}, x);
  for (std::int64_t first = 0; first <= 90; ++first) {
    auto filter = start(Chain{Priming{}, Bandpass{}, Rms{}}, format());
    Output cut{std::vector<double>(300), std::vector<Marks>(300)};
    filter.process({x.data(), first, 1}, {cut.y.data(), first, 1, cut.marks.data()});
    filter.process({x.data() + first, 300 - first, 1},
                   {cut.y.data() + first, 300 - first, 1, cut.marks.data() + first});
    ASSERT_EQ(cut.y, whole.y) << first;
    ASSERT_EQ(cut.marks, whole.marks) << first;
  }
}

// Truth: the output without priming.
TEST(Priming, OfNoLengthIsNone) {
  const std::vector<double> x(100, 50);
  const auto none = run(Chain{Priming{{0}}, Bandpass{}}, x), plain = run(Bandpass{}, x);
  EXPECT_EQ(none.y, plain.y);
  EXPECT_EQ(none.marks, plain.marks);
}

// Truth: all of a record shorter than its priming is listened to, and nothing else happens.
TEST(Priming, LongerThanTheRecordGivesMarkedZerosOnly) {
  const auto out = run(Chain{Priming{{1}}, Bandpass{}}, std::vector<double>(100, 50));
  EXPECT_EQ(worst_from(out.y, 0), 0);
  EXPECT_TRUE(std::all_of(out.marks.begin(), out.marks.end(), [](Marks m) { return m == mark::settling; }));
}

// Truth: the message; a priming that would be passed over in silence.
TEST(Priming, StandsFirstOrNotAtAll) {
  const std::string first =
      "stages is Priming after another stage: expected Priming first, or not at all (Chain.stages)";
  EXPECT_EQ(why(try_start(RuntimeChain{{Bandpass{}, Priming{}}}, format())), first);
  EXPECT_EQ(why(try_start(RuntimeChain{{Bandpass{}, Priming{{0}}}}, format())), first);
  EXPECT_EQ(why(try_start(RuntimeChain{{Bandpass{}, RuntimeChain{{Priming{}, Rms{}}}}}, format())), first);
  EXPECT_EQ(why(try_start(Chain{Bandpass{}, Chain{Priming{}, Rms{}}}, format())), first);
  EXPECT_EQ(why(try_start(Chain{Chain{Priming{}, Bandpass{}}, Rms{}}, format())), "accepted");
  EXPECT_EQ(why(try_start(RuntimeChain{{RuntimeChain{{Priming{}, Bandpass{}}}, Rms{}}}, format())), "accepted");
}

// Truth: a chain within a chain that begins with Priming is primed like one that is not nested.
TEST(Priming, WorksAtTheHeadOfANestedChain) {
  const std::vector<double> x(200, 3e5);
  const auto flat = run(Chain{Priming{}, Bandpass{}, Rms{}}, x).y;
  EXPECT_EQ(run(Chain{Chain{Priming{}, Bandpass{}}, Rms{}}, x).y, flat);
  EXPECT_EQ(run(RuntimeChain{{RuntimeChain{{Priming{}, Bandpass{}}}, Rms{}}}, x).y, flat);
}

// Truth: priming belongs to the start of a stream: a change an hour later must not silence it.
TEST(Priming, IsNotRepeatedByALiveChange) {
  using Spec = Chain<Priming, Lowpass>;
  std::vector<double> x(400, 15), y(400);
  std::vector<Marks> marks(400);
  for (const double longer : {0.0, 0.01, 0.02, 0.5}) {
    auto filter = start(Spec{Priming{{0.02}}, Lowpass{}}, format());
    filter.process({x.data(), 100, 1}, {y.data(), 100, 1});
    auto old = filter.change(start(Spec{Priming{{longer}}, Lowpass{}}, format()));
    filter.process({x.data(), 300, 1}, {y.data(), 300, 1, marks.data()});
    for (std::size_t i = 0; i < 300; ++i) ASSERT_NEAR(y[i], 15, 1e-9) << longer << " s, sample " << i;
  }
  // While the old one still listens the new one does too, and ends in the steady state.
  for (const double other : {0.005, 0.02, 0.05}) {
    auto filter = start(Spec{Priming{{0.02}}, Lowpass{}}, format());
    filter.process({x.data(), 20, 1}, {y.data(), 20, 1});
    auto old = filter.change(start(Spec{Priming{{other}}, Lowpass{}}, format()));
    filter.process({x.data(), 300, 1}, {y.data(), 300, 1, marks.data()});
    const auto first = std::find_if(y.begin(), y.begin() + 300, [](double v) { return v != 0; });
    EXPECT_NEAR(*first, 15, 1e-9) << other;
    EXPECT_EQ(first - y.begin(), std::max<std::int64_t>(1, samples_in({other}, {2000}) - 20)) << other;
  }
}

}  // namespace
}  // namespace unguard
