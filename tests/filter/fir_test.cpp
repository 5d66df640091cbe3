// SPDX-License-Identifier: Apache-2.0
// Truth: the convolution sum in long double; the sentences of the refusals.
#include "unguard/filter/fir.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/fir_design.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/zero_phase.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels = 1) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }

std::vector<double> noise(std::size_t count, unsigned seed, double offset = 0) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(offset, 1);
  std::vector<double> x(count);
  for (auto& v : x) v = normal(generator);
  return x;
}
// Interleaved.
std::vector<double> convolved(const Taps& taps, const std::vector<double>& x, int channels) {
  std::vector<double> y(x.size());
  const auto width = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < x.size(); ++i) {
    long double sum = 0;
    for (std::size_t k = 0; k < taps.size() && k * width <= i; ++k)
      sum += static_cast<long double>(taps[k]) * static_cast<long double>(x[i - k * width]);
    y[i] = static_cast<double>(sum);
  }
  return y;
}
template <class Engine>
std::vector<double> run(Engine engine, const std::vector<double>& x, int channels) {
  std::vector<double> y(x.size());
  engine.run(x.data(), y.data(), static_cast<std::int64_t>(x.size()) / channels);
  return y;
}
double worst_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::fabs(a[i] - b[i]));
  return worst;
}

TEST(Fir, IsTheConvolutionSumForEveryLength) {
  double worst = 0;
  for (const int channels : {1, 3}) {
    for (std::size_t length = 1; length <= 70; ++length) {
      const auto taps = noise(length, static_cast<unsigned>(length)),
                 x = noise(150 * static_cast<std::size_t>(channels), 5);
      const double difference =
          worst_difference(run(FirKernel("Fir", taps, format(channels)), x, channels), convolved(taps, x, channels));
      worst = std::max(worst, difference / absolute_sum(taps));
    }
    for (const std::size_t length : {399u, 400u, 401u, 448u, 511u, 512u, 513u, 999u, 2999u, 3000u, 3457u}) {
      const auto taps = noise(length, static_cast<unsigned>(length)),
                 x = noise(9000 * static_cast<std::size_t>(channels), 6);
      const double difference =
          worst_difference(run(FirKernel("Fir", taps, format(channels)), x, channels), convolved(taps, x, channels));
      worst = std::max(worst, difference / absolute_sum(taps));
    }
  }
  std::printf("[ MEASURED ] worst error %.2g of the gain\n", worst);
  EXPECT_LE(worst, 1e-15);
}

TEST(Fir, BothEnginesAgreeForEveryBlock) {
  double worst = 0;
  for (const std::int64_t block : {32, 64, 128, 256})
    for (const std::int64_t more : {1, 2, 31, 64, 65, 300}) {
      const auto taps = noise(static_cast<std::size_t>(2 * block + more), static_cast<unsigned>(block + more));
      const auto x = noise(3 * 2500, 8, 100);
      worst = std::max(worst, worst_difference(run(OverlapSave(taps, block, 3), x, 3), run(DirectFir(taps, 3), x, 3)) /
                                  (100 * absolute_sum(taps)));
    }
  std::printf("[ MEASURED ] overlap-save against direct: worst %.2g of the gain\n", worst);
  EXPECT_LE(worst, 1e-15);
}

// The work of a block is spread over its frames by channel: no cut and no number of channels may show.
TEST(OverlapSave, GivesAChannelTheSameBitsAmongAnyOthersAndInAnyCut) {
  const auto taps = noise(500, 1);
  const auto x = noise(1500, 2);
  const auto alone = run(OverlapSave(taps, 64, 1), x, 1);
  std::mt19937 generator(4);
  for (const int channels : {2, 63, 64, 65, 200}) {
    std::vector<double> all(x.size() * static_cast<std::size_t>(channels)), y(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = x[i / static_cast<std::size_t>(channels)] * (i % static_cast<std::size_t>(channels) % 2 == 0 ? 1 : -1);
    OverlapSave engine(taps, 64, channels);
    for (std::int64_t at = 0, n; at < 1500; at += n) {
      n = std::min<std::int64_t>(1500 - at, generator() % 70);
      engine.run(all.data() + at * channels, y.data() + at * channels, n);
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t frame = i / static_cast<std::size_t>(channels), c = i % static_cast<std::size_t>(channels);
      ASSERT_EQ(y[i], c % 2 == 0 ? alone[frame] : -alone[frame]) << channels << " channels, " << c << " at " << frame;
    }
  }
}

TEST(Fir, SettlesToTheSteadyStateOfAConstant) {
  for (const std::size_t length : {1u, 7u, 100u, 401u, 1000u}) {
    const auto taps = noise(length, 9);
    FirKernel kernel("Fir", taps, format(2));
    kernel.seek(77);  // in the middle of a block
    const std::vector<double> level{kernel.settle(0, 300), kernel.settle(1, -2e4)};
    double sum = 0;
    for (const double tap : taps) sum += tap;
    EXPECT_NEAR(level[0], 300 * sum, 1e-12 * 300 * absolute_sum(taps));
    std::vector<double> x, y(4000);
    for (int i = 0; i < 2000; ++i) x.insert(x.end(), {300, -2e4});
    kernel.run(x.data(), y.data(), 2000);
    for (std::size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], level[i % 2], 1e-14 * 2e4 * absolute_sum(taps)) << length << " at " << i;
  }
}

// What other taps make of an offset is another level: without a fade that is a jump of 20 mV nobody is told of.
TEST(Fir, OtherTapsOfTheSameNumberAreFadedToOrMarked) {
  const FirHighpass before{.cutoff = {20}, .length = 301};
  const FirHighpass after{.cutoff = {10}, .length = 301};
  const std::vector<double> x(2000, 20e3);
  for (const bool prepared : {true, false}) {
    auto live = start(before, format());
    std::vector<double> y(x.size());
    std::vector<Marks> marks(x.size());
    ASSERT_EQ(live.process({x.data(), 1000, 1}, {y.data(), 1000, 1, marks.data()}), Status::ok);
    const double level = y[999];
    live.change(prepared ? live.prepare(after) : start(after, format()));
    ASSERT_EQ(live.process({x.data(), 2000, 1}, {y.data(), 2000, 1, marks.data()}), Status::ok);
    const double last = response(*linear(after, {2000}), {0}, {2000}).real() * 20e3;
    ASSERT_GT(std::fabs(last - level), 5);
    EXPECT_NEAR(y[1999], last, 1e-6);
    EXPECT_EQ(marks[0], prepared ? mark::none : mark::settling);
    for (std::size_t i = 1; i < y.size(); ++i)
      if (!marks[i]) {
        EXPECT_LE(std::fabs(y[i] - y[i - 1]), std::fabs(last - level) / 39) << i;
      }
  }
}

// Taps as many as before may ring longer than they: what a loss left is marked for as long as it is felt.
TEST(Fir, ALossIsMarkedForAsLongAsTheNextTapsKeepIt) {
  std::vector<double> direct(101), mean(101, 1.0 / 101);
  direct[0] = 1;
  direct[100] = 1e-6;
  const auto x = noise(4000, 3, 50);
  auto bad = x;
  std::vector<Marks> in(x.size()), marks(x.size());
  for (std::size_t i = 1000; i < 1003; ++i) {
    bad[i] += 900;
    in[i] = mark::gap;
  }
  const auto run_both = [&](const std::vector<double>& samples, Marks* out) {
    auto live = start(Fir{direct}, format());
    std::vector<double> y(x.size());
    live.process({samples.data(), 1010, 1, in.data()}, {y.data(), 1010, 1, out});
    live.change(live.prepare(Fir{mean}));
    live.process({samples.data() + 1010, 2990, 1, in.data() + 1010},
                 {y.data() + 1010, 2990, 1, out ? out + 1010 : out});
    return y;
  };
  const auto y = run_both(x, nullptr), z = run_both(bad, marks.data());
  for (std::size_t i = 0; i < y.size(); ++i)
    if (!marks[i]) {
      EXPECT_LE(std::fabs(y[i] - z[i]), 1) << i;
    }
  EXPECT_EQ(marks.back(), mark::none);
}

TEST(Fir, TheSameLongTapsCarryOnAndOthersStartInSteadyState) {
  const auto x = noise(3000, 3, 5000);
  const auto taps = noise(1000, 1);
  auto other = taps;
  other[700] += 1;
  const auto expected = run(FirKernel("Fir", taps, format()), x, 1);
  auto live = start(Fir{taps}, format());
  std::vector<double> y(x.size());
  ASSERT_EQ(live.process({x.data(), 1111, 1}, {y.data(), 1111, 1}), Status::ok);
  live.change(start(Fir{taps}, format()));
  ASSERT_EQ(live.process({x.data() + 1111, 1889, 1}, {y.data() + 1111, 1889, 1}), Status::ok);
  EXPECT_EQ(std::memcmp(y.data(), expected.data(), y.size() * sizeof(double)), 0);
  live.change(start(Fir{other}, format()));
  ASSERT_EQ(live.process({x.data(), 1, 1}, {y.data(), 1, 1}), Status::ok);
  double sum = 0;
  for (const double tap : other) sum += tap;
  EXPECT_NEAR(y[0], sum * x[2999] + other[0] * (x[0] - x[2999]), 1e-9);
}

TEST(Fir, RingsForAsLongAsItsTailsSumSaysAndAfterOneSampleAsItsTapsDo) {
  const FirKernel kernel("Fir", {0.5, 0.25, -0.125, 0.0625}, format());
  EXPECT_EQ(kernel.ringing({1, 6, 1e6}), (RingingSamples{{0, 3, 4}, {0, 2, 4}}));
  EXPECT_EQ(kernel.error_gain(), 0.9375);
}

TEST(Fir, RefusesByName) {
  const auto refusal = [](std::vector<double> taps) { return why(try_start(Fir{std::move(taps)}, format())); };
  EXPECT_EQ(refusal({}), "taps is 0 numbers: expected 1 to 32768 numbers (Fir.taps)");
  EXPECT_EQ(refusal(std::vector<double>(32769, 1.0)), "taps is 32769 numbers: expected 1 to 32768 numbers (Fir.taps)");
  EXPECT_EQ(refusal(std::vector<double>(32768, 1e-5)), "accepted");
  EXPECT_EQ(
      refusal({1e93, -1e93}),
      "taps is of absolute sum 2e+93: expected taps that keep full scale, 1e+07, below 1e+100 all the way through "
      "(Fir.taps)");
  EXPECT_EQ(refusal({1.7e308, 1.7e308}),
            "taps is of absolute sum inf: expected taps that keep full scale, 1e+07, below 1e+100 all the way through "
            "(Fir.taps)");
  EXPECT_EQ(refusal({1e92}), "accepted");
  EXPECT_NE(why(try_start(Chain{Fir{{1e60}}, Fir{{1e60}}}, format())).find("below 1e+100 all the way through"),
            std::string::npos);
}

TEST(Fir, IsItsTapsToWhoeverAsks) {
  const Fir spec{noise(41, 2)};
  const auto parts = *linear(Chain{spec, Fir{{0.5, 0.5}}}, {2000});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].taps, spec.taps);
  EXPECT_EQ(parts[1].taps, (Taps{0.5, 0.5}));
  EXPECT_EQ(start(Fir{{1, 2, 1}}, format()).latency({100}).samples(), 1);
}

}  // namespace
}  // namespace unguard
