// SPDX-License-Identifier: Apache-2.0
// Truth: the multitaper spectrum of the same window, offline, bit for bit.
#include "unguard/spectrum/sliding_spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "laws/realtime_guard.hpp"
#include "unguard/spectrum/multitaper.hpp"

namespace unguard {
namespace {

const StreamFormat two{.rate = {2000}, .channels = Channels::unnamed(2)};

std::vector<double> noise(std::int64_t frames, std::uint64_t seed, double sd = 30) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, sd);
  std::vector<double> x(static_cast<std::size_t>(2 * frames));
  for (double& v : x) v = normal(generator);
  return x;
}
std::vector<SpectrumReading> all_of(LiveSlidingSpectrum& live, ConstBlock in) {
  Sink<SpectrumReading> sink(10000);
  EXPECT_EQ(live.process(in, sink), (Consumed{Status::ok, in.frames}));
  return {sink.items().begin(), sink.items().end()};
}

TEST(SlidingSpectrum, IsTheMultitaperOfTheNewestWindow) {
  const auto x = noise(5300, 1);
  const ConstBlock in{x.data(), 5300, 2};
  const SlidingSpectrum spec{.window = {0.3}, .interval = {0.1}, .tapers = 4};
  auto live = start(spec, two);
  const auto readings = all_of(live, in);
  ASSERT_EQ(readings.size(), 52u);
  int compared = 0;
  for (const auto& r : readings) {
    EXPECT_EQ((r.at().value + 1) % 200, 0);
    if (r.at().value < 599) {
      EXPECT_EQ(r, SpectrumReading::invalid(r.channel(), r.at(), mark::settling, Trust::warmup));
      continue;
    }
    const auto made = power_spectrum(Multitaper{.count = 4}, in.part(r.at().value - 599, 600), two);
    ASSERT_TRUE(made);
    const Density d = (*made).channel(r.channel());
    const FrequencyBand band{{20}, {450}};
    ASSERT_TRUE(r.values());
    EXPECT_EQ(r.trust(), Trust::ok);
    EXPECT_EQ(r.values()->median.value, *median_frequency(d, band));
    EXPECT_EQ(r.values()->mean.value, *mean_frequency(d, band));
    EXPECT_EQ(r.values()->rms.value, std::sqrt(band_power(d, band)));
    EXPECT_EQ(r.values()->finsm5, fatigue_index(d, dimitrov_band));
    EXPECT_EQ(r.values()->at_floor, 0);
    ++compared;
  }
  EXPECT_EQ(compared, 48);
}

TEST(SlidingSpectrum, TakesTheNoiseOff) {
  // White noise of 30 uV has 0.9 uV^2/Hz. Of half of it the RMS of the band is the root of half the power; of far more,
  // nothing is left.
  const auto x = noise(40000, 2);
  SlidingSpectrum spec{.interval = {0.25}, .tapers = 10, .noise = std::vector<double>(501, 0.45)};
  auto live = start(spec, two);
  double power = 0, floor = 0;
  int n = 0;
  for (const auto& r : all_of(live, {x.data(), 40000, 2}))
    if (r.values()) {
      power += r.values()->rms.value * r.values()->rms.value;
      floor += r.values()->at_floor;
      ++n;
    }
  EXPECT_NEAR(power / n, 430 * 0.45, 0.05 * 430 * 0.45);
  EXPECT_GT(floor / n, 0);
  EXPECT_LT(floor / n, 0.1);

  // What has the noise's own spectrum, and nothing else, has no spectrum left, however often chance lets some bins out.
  spec.noise.assign(501, 0.9);
  auto rest = start(spec, two);
  for (const auto& r : all_of(rest, {x.data(), 40000, 2})) EXPECT_FALSE(r.values()) << r.at().value;
  // 6 dB over it: given, but not without a word.
  spec.noise.assign(501, 0.18);
  auto low = start(spec, two);
  int told = 0;
  for (const auto& r : all_of(low, {x.data(), 40000, 2}))
    if (r.at().value >= 999) {
      EXPECT_EQ(r.trust(), Trust::degraded);
      EXPECT_EQ(r.reasons(), mark::low_snr);
      told += r.values().has_value();
    }
  EXPECT_GT(told, 100);

  spec.noise.assign(501, 1000);
  auto drowned = start(spec, two);
  for (const auto& r : all_of(drowned, {x.data(), 4000, 2}))
    if (r.at().value >= 999) {
      EXPECT_EQ(r, SpectrumReading::invalid(r.channel(), r.at(), mark::low_snr));
    }
}

TEST(SlidingSpectrum, SaysNothingOfAWindowWithAHeartbeat) {
  const auto x = noise(8000, 5);
  std::vector<Marks> marks(x.size(), mark::none);
  marks[2 * 3000] = mark::heart;
  marks[2 * 5000 + 1] = mark::gated;
  auto live = start(SlidingSpectrum{.interval = {0.25}}, two);
  int withheld = 0;
  for (const auto& r : all_of(live, {x.data(), 8000, 2, marks.data()})) {
    const std::int64_t at = r.channel() == 0 ? 3000 : 5000;
    if (r.at().value < 999) continue;
    const bool within = r.at().value >= at && r.at().value < at + 1000;
    EXPECT_EQ(!r.values(), within) << r.at().value;
    withheld += within;
  }
  EXPECT_EQ(withheld, 4);
}

TEST(SlidingSpectrum, OfAPrimeWindowIsThatOfTheNextFastLengthAndAllocatesNothing) {
  const auto x = noise(8000, 6);
  auto live = start(SlidingSpectrum{.window = {997 / 2000.0}, .interval = {0.25}}, two);
  Sink<SpectrumReading> sink(100);
  if (laws::can_watch()) {
    const laws::Watch watch;
    live.process({x.data(), 8000, 2}, sink);
    EXPECT_EQ(watch.allocations(), 0);
  } else {
    live.process({x.data(), 8000, 2}, sink);
  }
  double median = 0;
  int n = 0;
  for (const auto& r : sink.items())
    if (r.values()) median += r.values()->median.value, ++n;
  EXPECT_NEAR(median / n, 235, 8);  // the middle of white noise from 20 to 450 Hz
}

TEST(SlidingSpectrum, WithholdsAWindowWithASampleThatMustNotBeBelieved) {
  const auto x = noise(8000, 3);
  std::vector<Marks> marks(x.size(), mark::none);
  marks[2 * 3000] = mark::clipped;    // channel 0
  marks[2 * 5000 + 1] = mark::noise;  // channel 1: degrades
  auto live = start(SlidingSpectrum{.interval = {0.25}}, two);
  for (const auto& r : all_of(live, {x.data(), 8000, 2, marks.data()})) {
    if (r.at().value < 999) continue;
    const bool clipped = r.channel() == 0 && r.at().value >= 3000 && r.at().value < 4000;
    const bool noisy = r.channel() == 1 && r.at().value >= 5000 && r.at().value < 6000;
    EXPECT_EQ(r.values().has_value(), !clipped) << r.at().value;
    EXPECT_EQ(r.reasons(), clipped ? mark::clipped : noisy ? mark::noise : mark::none);
    EXPECT_EQ(r.trust(), clipped ? Trust::invalid : noisy ? Trust::degraded : Trust::ok);
  }
}

TEST(SlidingSpectrum, KeepsWhatHasComeWhenItsSpecChanges) {
  const auto x = noise(9000, 4);
  const ConstBlock in{x.data(), 9000, 2};
  const SlidingSpectrum before{.window = {0.5}}, shorter{.window = {0.2}}, longer{.window = {0.8}};
  for (const auto& after : {before, shorter, longer}) {
    auto live = start(before, two), other = start(after, two);
    all_of(live, in.part(0, 3300));
    const auto old = live.change(other);
    EXPECT_EQ(old.spec(), before);
    EXPECT_EQ(live.spec(), after);
    all_of(other, in.part(0, 3300));
    const auto changed = all_of(live, in.part(3300, 5700)), always = all_of(other, in.part(3300, 5700));
    // A longer window knows only as much as the shorter one held.
    ASSERT_EQ(changed.size(), always.size());
    for (std::size_t i = 0; i < changed.size(); ++i)
      if (after != longer || changed[i].at().value >= 3300 + 600) {
        EXPECT_EQ(changed[i], always[i]);
      } else {
        EXPECT_EQ(changed[i].trust(), Trust::warmup);
      }
  }
  auto live = start(before, two);
  const auto foreign = start(before, {.rate = {1000}, .channels = Channels::unnamed(2)});
  EXPECT_EQ(live.change(foreign).format().rate, Hertz{1000}) << "handed back";
}

// An index over another band is another number: of the same EMG 60 times as large at 250 Hz.
TEST(SlidingSpectrum, HasNoIndexOfAStreamThatIsTooSlowForIt) {
  const auto x = noise(4000, 8);
  for (const double rate : {250.0, 999.0, 1000.0}) {
    const StreamFormat format{.rate = {rate}, .channels = Channels::unnamed(2)};
    auto live = start(SlidingSpectrum{.interval = {0.25}}, format),
         asked = start(SlidingSpectrum{.index_high = Hertz{120}}, format);
    int values = 0;
    for (const auto& r : all_of(live, {x.data(), 4000, 2}))
      if (r.values()) {
        EXPECT_EQ(r.values()->finsm5.has_value(), rate == 1000);
        ++values;
      }
    for (const auto& r : all_of(asked, {x.data(), 4000, 2}))
      EXPECT_EQ(r.values().has_value(), r.values() && r.values()->finsm5);
    EXPECT_GT(values, 10);
  }
}

// White noise of 30 uV: 19.7 uV of it between 20 and 450 Hz at 2 kHz.
TEST(SlidingSpectrum, SaysNothingOfARestItKnows) {
  const auto x = noise(20000, 9);
  const auto trusted = [&](double rest) {
    auto live = start(SlidingSpectrum{.interval = {0.25}, .rest = Microvolts{rest}}, two);
    std::map<Trust, int> all;
    for (const auto& r : all_of(live, {x.data(), 20000, 2})) {
      ++all[r.trust()];
      EXPECT_EQ((r.reasons() & mark::low_snr) != 0, r.trust() == Trust::degraded || r.trust() == Trust::invalid);
      EXPECT_EQ(r.values().has_value(), r.trust() == Trust::ok || r.trust() == Trust::degraded);
    }
    return all;
  };
  EXPECT_EQ(trusted(19.7)[Trust::ok] + trusted(19.7)[Trust::degraded], 0);
  EXPECT_EQ(trusted(10)[Trust::invalid] + trusted(10)[Trust::ok], 0);
  EXPECT_EQ(trusted(3)[Trust::invalid] + trusted(3)[Trust::degraded], 0);
  EXPECT_GT(trusted(3)[Trust::ok], 50);
}

TEST(SlidingSpectrum, RefusesByNameWhatCannotBe) {
  const auto refused = [](const SlidingSpectrum& spec, double rate = 2000) {
    const auto made = try_start(spec, {.rate = {rate}, .channels = Channels::unnamed(1)});
    EXPECT_FALSE(made);
    return made ? std::string() : made.fault().parameter;
  };
  EXPECT_EQ(refused({.high = Hertz{450}}, 800), "high");
  EXPECT_EQ(refused({.index_high = Hertz{500}}, 900), "index_high");
  EXPECT_EQ(refused({}, 30), "low");
  EXPECT_EQ(refused({.low = {450}}), "low");
  EXPECT_EQ(refused({.index_low = {500}}), "index_low");
  EXPECT_EQ(refused({.window = {0.001}}), "window");
  EXPECT_EQ(refused({.interval = {1e-5}}), "interval");
  EXPECT_EQ(refused({.noise = {1, 2}}), "noise");
  EXPECT_EQ(refused({.rest = Microvolts{1}, .noise = std::vector<double>(501, 1.0)}), "rest");
  // Without edges they are those of the stream.
  for (const double rate : {250.0, 500.0, 1000.0})
    EXPECT_TRUE(try_start(SlidingSpectrum{}, {.rate = {rate}, .channels = Channels::unnamed(1)})) << rate;
}

}  // namespace
}  // namespace unguard
