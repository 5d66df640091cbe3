// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, y[k] = sum of h[centre + k down - m up] x[m], in extended precision; a sinusoid's closed form;
// the response of the taps. SciPy's resample_poly is asked in Python (bindings/python/tests/filter/test_resample.py).
#include "unguard/filter/resample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/resample_record.hpp"

namespace unguard {
namespace {

StreamFormat format(double rate = 2000, int channels = 1) {
  return {.rate = {rate}, .channels = Channels::unnamed(channels)};
}
ConstBlock block(const std::vector<double>& x) { return {x.data(), static_cast<std::int64_t>(x.size()), 1}; }
std::vector<double> sinusoid(double f, double rate, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = 100 * std::cos(2 * std::numbers::pi * f * static_cast<double>(i) / rate + 0.7);
  return x;
}

TEST(Resample, IsItsDefinition) {
  std::mt19937 generator(5);
  std::normal_distribution<double> normal(0, 100);
  for (const auto& [up, down] : {std::pair{1, 1}, {1, 4}, {4, 1}, {3, 2}, {2, 3}, {160, 147}, {7, 30}, {6, 4}})
    for (const int frames : {0, 1, 2, 31, 200}) {
      std::vector<double> x(static_cast<std::size_t>(frames));
      for (auto& v : x) v = normal(generator);
      const ResampleBy spec{.up = up, .down = down};
      const ResamplerDesign design = *design_resampler(spec, format());
      const auto y = resample(spec, block(x), format())->samples;
      const auto [u, d] = design.ratio;
      ASSERT_EQ(static_cast<std::int64_t>(y.size()), (frames * u + d - 1) / d);
      for (std::size_t k = 0; k < y.size(); ++k) {
        long double expected = 0;
        for (std::int64_t m = 0; m < frames; ++m) {
          const std::int64_t tap = design.centre + static_cast<std::int64_t>(k) * d - m * u;
          if (tap >= 0 && tap < static_cast<std::int64_t>(design.taps.size()))
            expected += static_cast<long double>(design.taps[static_cast<std::size_t>(tap)]) *
                        static_cast<long double>(x[static_cast<std::size_t>(m)]);
        }
        ASSERT_NEAR(y[k], static_cast<double>(expected), 1e-12 * 400) << up << ":" << down << " frame " << k;
      }
    }
}

// The closed form: the same sinusoid on the other grid. Off by no more than ripple and images.
TEST(Resample, ASinusoidKeepsAmplitudeAndPhase) {
  double worst = 0;
  for (const double to : {500.0, 1000.0, 1600.0, 2048.0, 3000.0, 4000.0})
    for (const double part : {0.1, 0.4, 0.8}) {
      const double f = part * std::min(to, 2000.0) / 2;
      const auto y = resample(Resample{.to = {to}}, block(sinusoid(f, 2000, 4000)), format())->samples;
      const auto expected = sinusoid(f, to, y.size());
      for (std::size_t i = y.size() / 4; i < y.size() * 3 / 4; ++i)
        worst = std::max(worst, std::fabs(y[i] - expected[i]));
    }
  std::printf("[ MEASURED ] a sinusoid of 100 uV is off by %.3g uV at most\n", worst);
  EXPECT_LE(worst, 0.2);  // the ripple and what the images leave, a thousandth each
}

// Of the taps, in parts of half the slower rate.
struct Band {
  double ripple, stop;
};
Band measured(const ResamplerDesign& design, double pass_to, double stop_from) {
  const auto longer = static_cast<double>(std::max(design.ratio.up, design.ratio.down));
  const auto gain = [&](double f) {
    return std::abs(response(design.taps, {f}, {2 * longer})) / static_cast<double>(design.ratio.up);
  };
  Band band{0, 0};
  for (double f = 0; f <= pass_to; f += 0.002) band.ripple = std::max(band.ripple, std::fabs(gain(f) - 1));
  for (double f = stop_from; f <= longer; f += 0.002) band.stop = std::max(band.stop, gain(f));
  return band;
}

TEST(Resample, RejectsAliasesBy60dBAndPassesWithin1In1000) {
  for (const auto& [up, down] : {std::pair{1, 2}, {1, 10}, {3, 2}, {2, 1}, {160, 147}}) {
    const auto design = *design_resampler(ResampleBy{.up = up, .down = down}, format());
    const Band band = measured(design, 0.8, 1.2);
    std::printf("[ MEASURED ] %d:%d pass band 0 to 0.8: ripple %.3g dB, stop band from 1.2: %.2f dB\n", up, down,
                20 * std::log10(1 + band.ripple), 20 * std::log10(band.stop));
    EXPECT_LE(band.stop, 1e-3);
    EXPECT_LE(band.ripple, 1e-3);
  }
  // More is had by asking.
  const auto design = *design_resampler(Decimate{.factor = 4, .attenuation = 80, .half_length = 16}, format());
  const Band band = measured(design, 0.84, 1.16);
  std::printf("[ MEASURED ] 1:4 at 80 dB: ripple %.3g dB, stop band %.2f dB\n", 20 * std::log10(1 + band.ripple),
              20 * std::log10(band.stop));
  EXPECT_LE(band.stop, 1e-4);
  // A tone that would alias, through the resampler itself: 700 Hz to 1 kHz is 300 Hz.
  const auto y = resample(Resample{}, block(sinusoid(700, 2000, 4000)), format())->samples;
  double most = 0;
  for (std::size_t i = 500; i < 1500; ++i) most = std::max(most, std::fabs(y[i]));
  EXPECT_LE(most, 100 * 1e-3);
}

TEST(Resample, FindsTheRatioOfTwoRates) {
  const auto ratio = [](double from, double to) { return rate_ratio({from}, {to}).value_or(RateRatio{0, 0}); };
  EXPECT_EQ(ratio(2000, 1000), (RateRatio{1, 2}));
  EXPECT_EQ(ratio(2048, 1000), (RateRatio{125, 256}));
  EXPECT_EQ(ratio(44100, 48000), (RateRatio{160, 147}));
  EXPECT_EQ(ratio(2000, 2000), (RateRatio{1, 1}));
  EXPECT_EQ(ratio(1, 1000), (RateRatio{1000, 1}));
  EXPECT_EQ(ratio(1000, 1), (RateRatio{1, 1000}));
  // As files round them: 20000 / 9 and 34000 / 27 Hz.
  EXPECT_EQ(ratio(2222.222, 1000), (RateRatio{9, 20}));
  EXPECT_EQ(ratio(1259.259, 2000), (RateRatio{27, 17}));
  for (const double to : {1414.2136, 1001.0, 1.9, 2.1e6, 1e-300, 1e300}) EXPECT_EQ(ratio(2000, to), (RateRatio{0, 0}));
  std::mt19937 generator(3);
  for (int i = 0; i < 10000; ++i) {
    const RateRatio wanted = reduced(1 + generator() % 1000, 1 + generator() % 1000);
    ASSERT_EQ(ratio(1e6 / 7, 1e6 / 7 * static_cast<double>(wanted.up) / static_cast<double>(wanted.down)), wanted);
  }
}

TEST(Resample, SaysTheFormatOfItsOutput) {
  const auto live = start(Resample{}, format(2222.222, 3));
  EXPECT_EQ(live.output_format().channels, format(1, 3).channels);
  EXPECT_DOUBLE_EQ(live.output_format().rate.value, 2222.222 * 9 / 20);
  EXPECT_EQ(start(Resample{}, format(2048)).output_format().rate, Hertz{1000});
  EXPECT_EQ(start(Decimate{.factor = 4}, format()).output_format().rate, Hertz{500});
}

TEST(Resample, IsLateByTenSamplesOfTheSlowerRate) {
  EXPECT_EQ(start(Resample{}, format()).latency().total(), Seconds{0.010});
  EXPECT_EQ(start(Resample{.to = {4000}}, format()).latency().total(), Seconds{0.005});
  EXPECT_EQ(start(Resample{.to = {2000}}, format()).latency().total(), Seconds{0});
  EXPECT_EQ(to_text(start(Decimate{.factor = 4}, format()).latency()),
            "Decimate 40 samples (group delay at 100 Hz) = 40 samples, 0.02 s");
}

TEST(Resample, EndsOnceAndStartsAgain) {
  auto live = start(Resample{}, format());
  const std::vector<double> x(100, 5.0);
  std::vector<double> y(50);
  const Produced begun = live.process(block(x), {y.data(), 50, 1});
  EXPECT_EQ(begun, (Produced{Status::ok, 100, 40}));
  EXPECT_EQ(live.tail(), 10);
  EXPECT_EQ(live.finish({y.data() + 40, 10, 1}), (Produced{Status::ok, 0, 10}));
  EXPECT_EQ(live.process(block(x), {y.data(), 50, 1}), (Produced{Status::ended, 0, 0}));
  EXPECT_EQ(live.output_position(), SampleIndex{50});
  live.reset();
  EXPECT_EQ(live.process(block(x), {y.data(), 50, 1}), begun);
}

TEST(Resample, MarksForAsLongAsABadSampleIsFelt) {
  auto x = sinusoid(50, 2000, 2000);
  x[1000] = std::numeric_limits<double>::quiet_NaN();
  const auto made = *resample(Resample{}, block(x), format());
  const auto clean = *resample(Resample{}, block(sinusoid(50, 2000, 2000)), format());
  std::size_t marked = 0;
  for (std::size_t i = 0; i < made.marks.size(); ++i) {
    EXPECT_TRUE(made.marks[i] == mark::none || made.marks[i] == mark::non_finite);
    marked += made.marks[i] != mark::none;
    if (made.marks[i] == mark::none) {
      EXPECT_LE(std::fabs(made.samples[i] - clean.samples[i]), 1.0) << i;
    }
  }
  EXPECT_EQ(made.marks[500], mark::non_finite);
  EXPECT_GE(marked, 10u);
  EXPECT_LE(marked, 21u) << "the taps reach 20 samples to either side, ten frames";
}

// How a resampler stands at the edge of a chain: one processor hands frames and marks to the next, in any cut.
TEST(Resample, GoesBeforeAndBehindAChainWithItsMarks) {
  auto x = sinusoid(60, 2000, 4000);
  x[600] = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> all;
  for (const std::size_t piece : {4000u, 7u}) {
    auto before = start(Chain{Bandpass{}, Notch{}}, format());
    auto down = start(Resample{}, format());
    auto behind = start(Rms{.window = {0.1}}, down.output_format());
    std::vector<double> y(x.size()), slow(2000), level;
    std::vector<Marks> marks(x.size()), slow_marks(2000);
    const auto pass_on = [&](std::int64_t frames) {
      std::vector<double> z(static_cast<std::size_t>(frames));
      std::vector<Marks> z_marks(z.size());
      ASSERT_EQ(behind.process({slow.data(), frames, 1, slow_marks.data()}, {z.data(), frames, 1, z_marks.data()}),
                Status::ok);
      for (std::size_t i = 0; i < z.size(); ++i) level.push_back(z_marks[i] == mark::none ? z[i] : -1);
    };
    for (std::size_t at = 0; at < x.size(); at += piece) {
      const auto n = static_cast<std::int64_t>(std::min(piece, x.size() - at));
      ASSERT_EQ(before.process({x.data() + at, n, 1}, {y.data(), n, 1, marks.data()}), Status::ok);
      pass_on(down.process({y.data(), n, 1, marks.data()}, {slow.data(), 2000, 1, slow_marks.data()}).written);
    }
    pass_on(down.finish({slow.data(), 2000, 1, slow_marks.data()}).written);
    all.push_back(level);
  }
  ASSERT_EQ(all[0].size(), 2000u);
  EXPECT_EQ(all[0], all[1]);
  EXPECT_NEAR(all[0][280], 100 / std::numbers::sqrt2, 1);
  EXPECT_EQ(all[0][310], -1) << "a mark of the input's";
  EXPECT_GT(all[0].back(), 0);
}

TEST(Resample, RefusesByName) {
  const auto refusal = [](const auto& spec, double rate = 2000) { return why(try_start(spec, format(rate))); };
  EXPECT_EQ(refusal(Resample{.to = {1414.2136}}),
            "to is 1414.2136 Hz: expected a rate whose ratio to the input's, 2000 Hz, is one of whole numbers up to "
            "1000 to half a part in a million (Resample.to)");
  EXPECT_EQ(refusal(Resample{.to = {2e6}}, 1e6), "to is 2000000 Hz: expected at most 1000000 Hz (Resample.to)");
  EXPECT_EQ(refusal(ResampleBy{.up = 3}, 1e6),
            "up is 3: expected one that leads to at most 1000000 Hz (ResampleBy.up)");
  EXPECT_EQ(refusal(ResampleBy{.up = 1000, .down = 999, .half_length = 17}),
            "half_length is 17: expected one that takes at most 32768 taps; this takes 34001 (ResampleBy.half_length)");
  EXPECT_EQ(refusal(Decimate{.beta = 5.0, .taps = {1}}),
            "beta is 5: expected no beta where the taps are given: it is the Kaiser window's (Decimate.beta)");
  EXPECT_EQ(refusal(Decimate{.taps = std::vector<double>(32769, 1.0)}),
            "taps is 32769 numbers: expected none, or 1 to 32768 numbers (Decimate.taps)");
  EXPECT_NE(refusal(Decimate{.taps = {1e94}}).find("below 1e+100 all the way through"), std::string::npos);
  EXPECT_EQ(refusal(ResampleBy{.up = 1000, .down = 999}), "accepted");
  const std::vector<double> x(6);
  EXPECT_EQ(message(resample(Resample{}, {x.data(), 3, 2}, format()).fault()),
            "channels is 2: expected 1 as in the format (record.channels)");
}

}  // namespace
}  // namespace unguard
