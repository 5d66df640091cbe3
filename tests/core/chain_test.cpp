// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "refusal.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat format(int channels) { return {.rate = 2000_Hz, .channels = Channels::unnamed(channels)}; }

struct Output {
  std::vector<double> y;
  std::vector<Marks> marks;
  friend bool operator==(const Output&, const Output&) = default;
};
template <class S>
Output run(LiveFilter<S> filter, const std::vector<double>& x) {
  Output out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  const int channels = filter.format().channels.count();
  const auto frames = static_cast<std::int64_t>(x.size()) / channels;
  EXPECT_EQ(filter.process({x.data(), frames, channels}, {out.y.data(), frames, channels, out.marks.data()}),
            Status::ok);
  return out;
}
// EMG on an offset, with some bad samples: marks must agree as well.
std::vector<double> noise(std::size_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(20000, 50);
  std::vector<double> x(n);
  for (auto& v : x) v = normal(generator);
  for (int i = 0; i < 3; ++i) x[generator() % n] = std::numeric_limits<double>::quiet_NaN();
  return x;
}

class RandomSpecs {
 public:
  explicit RandomSpecs(unsigned seed) : generator_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(generator_()) / 4294967296.0;
  }
  int whole(int low, int high) { return low + static_cast<int>(generator_() % static_cast<unsigned>(high - low + 1)); }
  Bandpass band() {
    const double low = between(5, 200);
    return {.low = {low}, .high = {between(low + 50, 900)}, .order = whole(1, 6)};
  }
  Lowpass low() { return {.cutoff = {between(5, 900)}, .order = whole(1, 8)}; }
  Highpass high() { return {.cutoff = {between(5, 400)}, .order = whole(1, 8)}; }
  Notch notch() { return {.frequency = {between(45, 65)}, .width = Hertz{between(0.5, 5)}}; }
  Rms rms() { return {.window = {between(0.001, 0.3)}}; }
  Arv arv() { return {.window = {between(0.001, 0.3)}}; }
  TwoPole two_pole() { return {{between(0.005, 0.3)}, whole(0, 1) ? Detection::power : Detection::rectified}; }
  Priming priming() { return {{between(0, 0.05)}}; }

 private:
  std::mt19937 generator_;
};

// Both builds of one chain: same bits, same marks, same latency, same ringing; and a copy of each.
template <class... S>
void expect_the_same(const std::vector<double>& x, int channels, const std::string& which, S... stages) {
  auto fixed = start(Chain{stages...}, format(channels));
  auto open = start(RuntimeChain{{stages...}}, format(channels));
  const auto copy = open;
  const Output a = run(fixed, x), b = run(open, x);
  ASSERT_EQ(a.y, b.y) << which;
  ASSERT_EQ(a.marks, b.marks) << which;
  ASSERT_EQ(run(copy, x), a) << which;
  ASSERT_EQ(fixed.ringing(), open.ringing()) << which;
  ASSERT_EQ(fixed.period(), open.period()) << which;
  const Latency la = fixed.latency(), lb = open.latency();
  ASSERT_EQ(la, lb) << which;
  double sum = 0;
  ((sum += start(Chain{stages}, format(channels)).latency().samples()), ...);
  ASSERT_NEAR(la.samples(), sum, 1e-9) << which;
}

// Truth: the law that both chains run the same kernels, on 120 random ones. Seeds 100 to 119.
TEST(Chain, BuiltAtRunTimeGivesTheSameBitsAndMarks) {
  constexpr int widths[] = {1, 2, 3, 8, 13, 16};
  for (unsigned seed = 100; seed < 120; ++seed) {
    RandomSpecs r(seed);
    const int channels = widths[seed % 6];
    const auto x = noise(static_cast<std::size_t>(channels * 1500), seed);
    const std::string which = "seed " + std::to_string(seed);
    expect_the_same(x, channels, which, r.band());
    expect_the_same(x, channels, which, r.band(), r.notch());
    expect_the_same(x, channels, which, r.high(), r.low(), r.notch(), r.band());
    expect_the_same(x, channels, which, r.priming(), r.band(), r.notch(), r.rms());
    expect_the_same(x, channels, which, r.band(), Rectify{}, r.low(), r.low());
    expect_the_same(x, channels, which, r.priming(), r.notch(), r.arv(), r.two_pole());
  }
}

// Truth: the stages as filters of their own, one after the other; without bad samples, which only the first would see.
TEST(Chain, IsItsStagesOneAfterTheOther) {
  RandomSpecs r(1);
  std::vector<double> x = noise(3000, 1);
  for (auto& v : x)
    if (!(v < 1e9)) v = 20000;
  const auto band = r.band();
  const auto notch = r.notch();
  const auto rms = r.rms();
  const auto one = run(start(band, format(3)), x).y;
  const auto two = run(start(notch, format(3)), one).y;
  const auto three = run(start(rms, format(3)), two).y;
  EXPECT_EQ(run(start(Chain{band, notch, rms}, format(3)), x).y, three);
  EXPECT_EQ(run(start(RuntimeChain{{band, notch, rms}}, format(3)), x).y, three);
}

// Truth: the stages as filters of their own, in one call; the chain in cuts, its state saved and loaded in between.
TEST(Chain, IsItsStagesOneAfterTheOtherWithRectifiersBetweenThem) {
  RandomSpecs r(2);
  for (const int channels : {1, 3, 4, 5, 8, 16, 21}) {
    const auto band = r.band();
    const auto notch = r.notch();
    const auto low = r.low(), again = r.low(), last = r.low();
    std::vector<double> x = noise(static_cast<std::size_t>(400 * channels), 4);
    for (auto& v : x)
      if (!(v < 1e9)) v = 20000;
    std::vector<double> expected = x;
    const auto through = [&](const auto& stage) { expected = run(start(stage, format(channels)), expected).y; };
    through(Rectify{});
    through(band);
    through(notch);
    through(Rectify{});
    through(low);
    through(again);
    through(Rectify{});
    through(last);
    through(Rectify{});

    const Chain spec{Rectify{}, band, notch, Rectify{}, low, again, Rectify{}, last, Rectify{}};
    auto filter = start(spec, format(channels));
    std::vector<double> y(x.size());
    for (std::int64_t done = 0, n = 1; done < 400; done += n, n = std::min<std::int64_t>(2 * n + 1, 400 - done)) {
      const std::int64_t at = done * channels;
      ASSERT_EQ(filter.process({x.data() + at, n, channels}, {y.data() + at, n, channels}), Status::ok);
      auto next = start(spec, format(channels));
      ASSERT_EQ(next.load(filter.save()), Status::ok);
      filter = next;
    }
    EXPECT_EQ(y, expected) << channels << " channels";
    EXPECT_EQ(filter.latency().stages.size(), 9u);
  }
}

// Truth: the original, which a copy must neither share nor disturb.
TEST(Chain, CopiesAreIndependent) {
  const auto x = noise(2000, 2), other = noise(2000, 3);
  for (int assigned = 0; assigned < 2; ++assigned) {
    auto original = start(RuntimeChain{{Bandpass{}, Rms{}}}, format(2));
    std::vector<double> y(2000);
    original.process({x.data(), 500, 2}, {y.data(), 500, 2});
    auto copy = original;
    if (assigned) copy = start(RuntimeChain{{Bandpass{}, Rms{}}}, format(2)), copy = original;
    const auto expected = run(original, x);
    std::vector<double> disturb(2000);
    copy.process({other.data(), 1000, 2}, {disturb.data(), 1000, 2});
    EXPECT_EQ(run(original, x), expected);
  }
}

// Truth: equality and text of the stages.
TEST(Chain, ComparesAndPrintsItsStages) {
  EXPECT_EQ(to_text(Chain{Lowpass{}, Rms{}}), "Chain{Lowpass{cutoff = 450 Hz, order = 4}, Rms{window = 0.125 s}}");
  EXPECT_EQ(to_text(RuntimeChain{{Lowpass{}, Rms{}}}), to_text(Chain{Lowpass{}, Rms{}}));
  EXPECT_EQ(Chain(Lowpass{}), Chain(Lowpass{}));
  EXPECT_FALSE(Chain(Lowpass{}) == Chain(Lowpass{.order = 5}));
  EXPECT_EQ((RuntimeChain{{Lowpass{}}}), (RuntimeChain{{Lowpass{}}}));
  EXPECT_FALSE((RuntimeChain{{Lowpass{}}}) == (RuntimeChain{{Highpass{}}}));
}

// Truth: the messages: a stage answers in its own name, whatever chain it stands in.
TEST(Chain, RefusesWhatAStageRefuses) {
  EXPECT_EQ(why(try_start(RuntimeChain{}, format(1))), "stages is empty: expected at least one filter (Chain.stages)");
  EXPECT_EQ(why(try_start(RuntimeChain{{Lowpass{}, RuntimeChain{}}}, format(1))),
            "stages is empty: expected at least one filter (Chain.stages)");
  const std::string order = "order is 99: expected 1 to 12 (Lowpass.order)";
  EXPECT_EQ(why(try_start(RuntimeChain{{Rms{}, Lowpass{.order = 99}}}, format(1))), order);
  EXPECT_EQ(why(try_start(Chain{Rms{}, Lowpass{.order = 99}}, format(1))), order);
  const std::string nyquist = "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (Lowpass.cutoff)";
  EXPECT_EQ(why(try_start(RuntimeChain{{Rms{}, Lowpass{.cutoff = 1000_Hz}}}, format(1))), nyquist);
  EXPECT_EQ(why(try_start(Chain{Rms{}, Chain{Lowpass{.cutoff = 1000_Hz}}}, format(1))), nyquist);
}

// Truth: what one stage gives: rectifying twice is rectifying, and every low-pass has gain 1 at 0 Hz.
TEST(Chain, MayBeLongAndDeep) {
  RuntimeChain row;
  for (int i = 0; i < 300; ++i) row.stages.push_back(AnyFilterSpec(Rectify{}));
  RuntimeChain nest{{Rectify{}}};
  for (int i = 0; i < 60; ++i) nest = RuntimeChain{{nest, Rectify{}}};
  std::vector<double> x{-1, 2, -3, 4};
  const std::vector<double> expected{1, 2, 3, 4};
  EXPECT_EQ(run(start(row, format(2)), x).y, expected);
  EXPECT_EQ(run(start(nest, format(2)), x).y, expected);
  RuntimeChain sections;
  for (int i = 0; i < 200; ++i) sections.stages.push_back(AnyFilterSpec(Lowpass{.order = 2}));
  auto live = start(sections, format(1));
  EXPECT_EQ(live.latency().stages.size(), 200u);
  std::vector<double> one(20000, 1.0);
  EXPECT_NEAR(run(live, one).y.back(), 1, 1e-9);
}

// Truth: the least common multiple; a product of long windows would overflow.
// A moving sum repeats after half its window: 5 and 7 samples here.
TEST(Chain, RepeatsAfterTheCommonMultipleOfItsStages) {
  EXPECT_EQ(start(Chain{Rms{.window = 0.005_s}, Rms{.window = 0.0075_s}}, format(1)).period(), 35);
  EXPECT_EQ(start(RuntimeChain{{Rms{.window = 0.005_s}, Rms{.window = 0.0075_s}}}, format(1)).period(), 35);
  EXPECT_EQ(start(Chain{Bandpass{}, Rms{}}, format(1)).period(), 125);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(chain_detail::common_period(std::int64_t{1} << 40, (std::int64_t{1} << 40) - 1), most);
  EXPECT_EQ(chain_detail::common_period(most, most), most);
  EXPECT_EQ(chain_detail::common_period(most, 7), most) << "7 divides 2^63 - 1";
}

}  // namespace
}  // namespace unguard
