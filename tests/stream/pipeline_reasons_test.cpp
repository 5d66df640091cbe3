// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG without its heart, its noise and its tugs; seeds fixed beforehand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "laws/realtime_guard.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/stream/pipeline.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

auto plan() {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  plan.readings.interval = 50_ms;
  return plan;
}
template <class Live>
std::vector<Reading> drive(Live live, const std::vector<double>& x, std::int64_t block = 4096) {
  Sink<Reading> readings(x.size());
  Sink<Event> events(1);
  const auto n = static_cast<std::int64_t>(x.size());
  for (std::int64_t i = 0; i < n; i += block) {
    const std::int64_t m = std::min(block, n - i);
    EXPECT_EQ(live.process({x.data() + i, m, 1}, readings, events), (Consumed{Status::ok, m}));
  }
  return {readings.items().begin(), readings.items().end()};
}

// A reading is what comes 50 ms late over 250 ms of the cleaned signal: the power of each part of it, by itself.
std::vector<double> levels(const std::vector<double>& x) {
  auto p = plan();
  p.readings.interval = {1 / 2000.0};
  p.level.least_noise = p.residual.least_noise = {0};
  auto band = start(p.cleaning, format);
  std::vector<double> y(x.size()), out(x.size());
  band.process({x.data(), static_cast<std::int64_t>(x.size()), 1}, {y.data(), static_cast<std::int64_t>(x.size()), 1});
  MovingSum sum(500, 1);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double square = i < 100 ? 0 : y[i - 100] * y[i - 100];
    sum.add(&square, &out[i]);
    out[i] /= 500;
  }
  return out;
}

TEST(PipelineReasons, ALoudHeartIsSaidAndNotTakenForMovement) {
  for (const double ratio : {-20.0, -10.0, -5.0, 0.0, 5.0, 10.0}) {
    long readings = 0, valid = 0, without = 0, mostly = 0, said = 0, wrongly = 0, hardly = 0, motion = 0;
    double share = 0;
    for (std::uint64_t seed = 501; seed < 504; ++seed) {
      const auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {5}, .seed = seed});
      std::vector<double> heart(m.x.size());
      for (std::size_t i = 0; i < heart.size(); ++i) heart[i] = m.x[i] - m.emg[i];
      const auto of_heart = levels(heart), of_all = levels(m.x);
      auto live = start(plan(), format);
      Sink<Reading> told(100000);
      Sink<Event> events(1);
      live.process({m.x.data(), m.frames, 1}, told, events);
      const auto measured = live.reasons().heart_share(0);
      share += (measured ? *measured : -1) / 3;
      auto deaf = plan();
      deaf.heart_share.prominence = 100;
      for (const Reading& r : drive(start(deaf, format), m.x)) without += r.at().value >= 40000 && r.value();
      for (const Reading& r : told.items()) {
        if (r.at().value < 40000) continue;
        ++readings;
        valid += r.value().has_value();
        motion += (r.reasons() & mark::motion) != 0;
        const double true_share =
            of_heart[static_cast<std::size_t>(r.at().value)] / of_all[static_cast<std::size_t>(r.at().value)];
        const bool heard = r.reasons() & mark::heart;
        if (true_share > 0.7) ++mostly, said += heard;
        if (true_share < 0.35) ++hardly, wrongly += heard;
      }
    }
    const double truth = 1 / (1 + std::pow(10, ratio / 10));
    const auto percent = [](long of, long all) {
      return all ? 100.0 * static_cast<double>(of) / static_cast<double>(all) : 0;
    };
    std::printf(
        "[ MEASURED ] a heart at %+g dB: share %.2f, in truth %.2f; %.1f %% of readings have a value (%.1f %% motion), "
        "unheard %.1f %%; %.1f %% of %ld mostly heart are said to be, %.1f %% of %ld hardly heart\n",
        ratio, share, truth, percent(valid, readings), percent(motion, readings), percent(without, readings),
        percent(said, mostly), mostly, percent(wrongly, hardly), hardly);
    EXPECT_NEAR(share, truth, 0.15) << ratio;
    EXPECT_GE(percent(valid, readings), 95) << ratio;
    if (mostly > 50) {
      EXPECT_GE(percent(said, mostly), 95) << ratio;
    }
    EXPECT_LE(percent(wrongly, hardly), 1) << ratio;
  }
}

// Half sines of 0.5 to 10 mV and 50 to 300 ms, two seconds apart at least; `alike`: all the same, once a second, give
// or take a tenth, as steps come.
std::vector<double> tugs(std::size_t n, bool alike, std::vector<std::int64_t>& begins) {
  std::vector<double> x(n);
  RandomStream random(alike ? 512 : 511, "tugs");
  for (std::int64_t at = 60000;;) {
    const auto length = samples_in({alike ? random.uniform(0.15, 0.25) : random.uniform(0.05, 0.3)}, format.rate);
    const double height = alike ? random.log_uniform(1000, 3000) : random.log_uniform(500, 10000);
    if (at + length + 4000 > static_cast<std::int64_t>(n)) return x;
    begins.push_back(at);
    for (std::int64_t i = 0; i < length; ++i)
      x[static_cast<std::size_t>(at + i)] +=
          height * std::sin(std::numbers::pi * static_cast<double>(i) / static_cast<double>(length));
    at += samples_in({alike ? random.uniform(0.9, 1.1) : random.uniform(2.3, 4)}, format.rate);
  }
}

TEST(PipelineReasons, RealMovementIsFoundUnderALoudHeart) {
  for (const double ratio : {-10.0, 0.0}) {
    long tugged = 0, found = 0, off[2]{}, values[2]{};
    for (std::uint64_t seed = 521; seed < 524; ++seed) {
      auto m = hearts::mix({.duration = 180_s, .emg_over_ecg_dB = ratio, .emg = {5}, .seed = seed});
      std::vector<std::int64_t> begins;
      const auto moved = tugs(m.x.size(), false, begins);
      const auto still = levels(m.x);
      auto x = m.x;
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += moved[i];
      const auto truly = levels(x);
      for (const bool heard : {true, false}) {
        auto p = plan();
        // Beats that stand out by that much are none: as if there were no heart to be heard.
        if (!heard) p.heart_share.prominence = 100;
        const auto told = drive(start(p, format), x);
        for (const Reading& r : told) {
          if (r.at().value < 60000 || !r.value()) continue;
          ++values[heard];
          off[heard] += *r.value() > 1.5 * std::sqrt(still[static_cast<std::size_t>(r.at().value)]);
        }
        if (!heard) continue;
        for (const auto begin : begins) {
          double most = 0;
          for (std::int64_t i = begin; i < begin + 1200; ++i)
            most = std::max(most, truly[static_cast<std::size_t>(i)] / still[static_cast<std::size_t>(i)]);
          if (most < 2.25) continue;
          ++tugged;
          found += std::any_of(told.begin(), told.end(), [&](const Reading& r) {
            return r.at().value > begin && r.at().value < begin + 1200 && !r.value();
          });
        }
      }
    }
    const auto percent = [](long of, long all) { return 100.0 * static_cast<double>(of) / static_cast<double>(all); };
    std::printf(
        "[ MEASURED ] tugs under a heart at %+g dB: %ld of %ld found; %.2f %% of %ld values more than half too high, "
        "where no heart is heard %.2f %% of %ld\n",
        ratio, found, tugged, percent(off[1], values[1]), values[1], percent(off[0], values[0]), values[0]);
    EXPECT_GT(tugged, 50);
    EXPECT_GE(static_cast<double>(found), 0.99 * static_cast<double>(tugged));
    EXPECT_LE(percent(off[1], values[1]), 0.5);
    EXPECT_GT(values[1], values[0]);
  }
}

// Movement as regular as a heart, and no heart: not taken for one.
TEST(PipelineReasons, StepsAreNoHeart) {
  long moving = 0, given = 0, off = 0;
  for (int n = 0; n < 3; ++n) {
    std::vector<std::int64_t> begins;
    auto x = tugs(360000, true, begins);
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(531, "emg", n));
    std::vector<double> emg(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += emg[i] = 5 * carrier.next();
    const auto still = levels(emg), all = levels(x);
    for (const Reading& r : drive(start(plan(), format), x)) {
      const auto i = static_cast<std::size_t>(r.at().value);
      if (r.at().value < 80000 || all[i] < 2.25 * still[i]) continue;
      ++moving;
      given += r.value().has_value();
      off += r.value() && *r.value() > 1.5 * std::sqrt(still[i]);
    }
  }
  std::printf(
      "[ MEASURED ] steps once a second: %ld of %ld readings of movement have a value, %ld of them half too high\n",
      given, moving, off);
  EXPECT_GT(moving, 1000);
  EXPECT_LE(static_cast<double>(off), 0.005 * static_cast<double>(moving));
}

// Truth: the power of the noise and of the EMG, each by itself.
TEST(PipelineReasons, ReadingsThatAreMostlyNoiseSaySo) {
  for (const double floor : {0.5, 2.0, 3.0}) {
    long mostly = 0, said = 0, hardly = 0, wrongly = 0, noisy = 0, invalid = 0;
    double worst = 0;
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(541, "emg"));
    RandomStream random(541, "noise");
    std::vector<double> emg(600 * 2000), noise(emg.size()), x(emg.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      emg[i] = (i % 8000 < 2500 ? 20 : 1.5) * carrier.next();
      noise[i] = floor * std::sqrt(1000 / 430.0) * random.normal();
      x[i] = emg[i] + noise[i];
    }
    auto live = start(plan(), format);
    Sink<Reading> told(1);
    Sink<Event> events(1);
    const auto of_emg = levels(emg), of_noise = levels(noise);
    for (std::int64_t i = 0; i < std::ssize(x); ++i) {
      told.clear();
      live.process({x.data() + i, 1, 1}, told, events);
      if (i < 20000 || told.items().empty()) continue;
      const Reading& r = told.items()[0];
      const auto k = static_cast<std::size_t>(i);
      const double share = of_noise[k] / (of_noise[k] + of_emg[k]);
      const bool low = r.reasons() & mark::low_snr;
      if (share > 0.8) ++mostly, said += low;
      if (share < 0.35) ++hardly, wrongly += low;
      noisy += (r.reasons() & mark::noise) != 0;
      invalid += !r.value();
      const auto snr = live.reasons().snr(0);
      ASSERT_TRUE(snr);
      if (of_emg[k] > 3 * of_noise[k])
        worst = std::max(worst, std::fabs(snr->value - 10 * std::log10(of_emg[k] / (floor * floor))));
    }
    std::printf(
        "[ MEASURED ] a floor of %.1f uV under rest of 1.5 uV: %ld of %ld readings that are mostly noise say so, %ld "
        "of "
        "%ld wrongly; SNR off by up to %.1f dB\n",
        floor, said, mostly, wrongly, hardly, worst);
    EXPECT_EQ(said, mostly);
    EXPECT_EQ(wrongly, 0);
    EXPECT_EQ(noisy, 0);
    EXPECT_EQ(invalid, 0);
    EXPECT_EQ(mostly > 100, floor >= 3);
    EXPECT_LE(worst, 3);
  }
}

// Truth: what stood before the noise began, and the noise.
TEST(PipelineReasons, NoiseIsSaidAndWithholdsNothing) {
  auto live = start(plan(), format);
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(551, "emg"));
  RandomStream random(551, "noise");
  Sink<Reading> told(1);
  Sink<Event> events(1);
  std::int64_t found = -1;
  const std::int64_t begins = 40000;
  const std::int64_t bound = samples_in(live.reasons().noise().within(), format.rate);
  for (std::int64_t i = 0; i < begins + 40000; ++i) {
    const double x = 10 * carrier.next() + (i < begins ? 1 : 6) * std::sqrt(1000 / 430.0) * random.normal();
    told.clear();
    live.process({&x, 1, 1}, told, events);
    if (told.items().empty() || i < 2000) continue;
    const Reading& r = told.items()[0];
    EXPECT_TRUE(r.value());
    const bool noisy = r.reasons() & mark::noise;
    EXPECT_EQ(r.trust(), r.reasons() ? Trust::degraded : Trust::ok);
    if (noisy && found < 0) found = i;
    EXPECT_EQ(noisy, found >= 0) << i;
  }
  EXPECT_GT(found, begins);
  EXPECT_LE(found, begins + bound);
}

TEST(PipelineReasons, AreTheSameHoweverTheStreamIsCutAndPureInRealTime) {
  const auto m = hearts::mix({.duration = 40_s, .emg_over_ecg_dB = -10, .emg = {5}, .sensor_noise = {12}, .seed = 561});
  const auto live = start(plan(), format);
  const auto whole = drive(live, m.x, 1 << 20);
  Marks all = mark::none;
  for (const Reading& r : whole) all |= r.value() ? r.reasons() : mark::none;
  EXPECT_EQ(all & (mark::heart | mark::noise), mark::heart | mark::noise);
  for (const std::int64_t block : {1, 7, 32, 61, 1000}) EXPECT_TRUE(drive(live, m.x, block) == whole) << block;
  auto pure = live;
  Sink<Reading> readings(100000);
  Sink<Event> events(1);
  laws::expect_pure([&] {
    pure.process({m.x.data(), m.frames, 1}, readings, events);
    pure.reset();
  });
}

TEST(PipelineReasons, EveryOneHasABound) {
  const auto said = [](Hertz rate) {
    std::vector<Marks> all;
    auto p = plan();
    p.cleaning = Chain{Priming{20_ms}, Bandpass{.high = rate * 0.4}};
    for (const auto& b : start(p, StreamFormat{.rate = rate, .channels = Channels::unnamed(1)}).reasons().bounds()) {
      EXPECT_FALSE(b.of.empty());
      EXPECT_EQ(std::isinf(b.within.value), b.of.starts_with("nothing: "));
      all.push_back(b.reason);
    }
    return all;
  };
  const std::vector<Marks> every{mark::noise, mark::low_snr, mark::heart};
  EXPECT_EQ(said(2000_Hz), every);
  EXPECT_EQ(said(500_Hz), every);
  EXPECT_EQ(said(200_Hz), every);
}

}  // namespace
}  // namespace unguard
