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
#include "stream/usual_session.hpp"
#include "unguard/filter/butterworth.hpp"

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
    long readings = 0, valid = 0, without = 0, mostly = 0, withheld = 0, much = 0, said = 0, wrongly = 0, hardly = 0;
    long motion = 0;
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
        if (true_share > 0.5) ++mostly, withheld += heard && !r.value();
        if (true_share > 0.28) ++much, said += heard;
        if (true_share < 0.1) ++hardly, wrongly += heard;
      }
    }
    const double truth = 1 / (1 + std::pow(10, ratio / 10));
    const auto percent = [](long of, long all) {
      return all ? 100.0 * static_cast<double>(of) / static_cast<double>(all) : 0;
    };
    std::printf(
        "[ MEASURED ] a heart at %+g dB: share %.2f, in truth %.2f; %.1f %% of readings have a value (%.1f %% motion), "
        "unheard %.1f %%; %.1f %% of %ld mostly heart are withheld, %.1f %% of %ld with much of it say so, %.1f %% of "
        "%ld hardly heart\n",
        ratio, share, truth, percent(valid, readings), percent(motion, readings), percent(without, readings),
        percent(withheld, mostly), mostly, percent(said, much), much, percent(wrongly, hardly), hardly);
    EXPECT_NEAR(share, truth, 0.15) << ratio;
    // The mean beat may have been unknown for some of the first readings.
    EXPECT_LE(percent(motion, readings), 5) << ratio;
    // What lies between two beats has its value.
    EXPECT_GE(percent(valid, readings), 55) << ratio;
    if (mostly > 50) {
      EXPECT_GE(percent(withheld, mostly), 95) << ratio;
    }
    EXPECT_GE(percent(said, much), 95) << ratio;
    EXPECT_LE(percent(wrongly, hardly), 1) << ratio;
  }
}

// Of the readings with a value, from 30 s on, against the level of the muscle by itself.
struct Off {
  long readings = 0, values = 0, motion = 0, heart = 0;
  double squares = 0, worst = 0;

  void add(const std::vector<Reading>& told, const std::vector<double>& emg) {
    const auto truth = levels(emg);
    for (const Reading& r : told) {
      if (r.at().value < 60000) continue;
      ++readings;
      motion += (r.reasons() & mark::motion) != 0;
      heart += (r.reasons() & mark::heart) && !r.value();
      if (!r.value()) continue;
      ++values;
      const double off = std::fabs(*r.value() / std::sqrt(truth[static_cast<std::size_t>(r.at().value)]) - 1);
      squares += off * off;
      worst = std::max(worst, off);
    }
  }
  double of_all(long some) const { return 100.0 * static_cast<double>(some) / static_cast<double>(readings); }
  double rms() const { return values ? 100 * std::sqrt(squares / static_cast<double>(values)) : 0; }
};

// A heart of half the power makes a level 41 % too high; a single beat may be larger than the mean.
TEST(PipelineReasons, ALevelThatIsMostlyHeartHasNoValue) {
  for (const double ratio : {-10.0, 0.0, 10.0}) {
    Off off;
    for (std::uint64_t seed = 571; seed < 574; ++seed) {
      const auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {5}, .seed = seed});
      off.add(drive(start(plan(), format), m.x), m.emg);
    }
    std::printf(
        "[ MEASURED ] a heart left in at %+g dB: %.1f %% of readings have a value, off by %.1f %%, %.0f %% at most; "
        "withheld for the heart %.1f %%, for motion %.1f %%\n",
        ratio, off.of_all(off.values), off.rms(), 100 * off.worst, off.of_all(off.heart), off.of_all(off.motion));
    EXPECT_GE(off.of_all(off.values), ratio > 0 ? 90 : 55) << ratio;
    EXPECT_LE(off.rms(), 15) << ratio;
    EXPECT_LE(off.worst, 0.65) << ratio;
    EXPECT_LE(off.of_all(off.motion), 1) << ratio;
    if (ratio <= 0) {
      EXPECT_GE(off.of_all(off.heart), 20) << ratio;
    }
  }
}

TEST(PipelineReasons, MuscleOverAQuietHeartIsNotWithheld) {
  long bursting = 0, withheld = 0, before = 0, rest = 0;
  for (std::uint64_t seed = 575; seed < 578; ++seed) {
    auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = 10, .emg = {2}, .seed = seed});
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(seed, "burst"));
    const auto bursts = [](std::size_t i) { return i > 40000 && i % 5000 < 1500; };
    for (std::size_t i = 0; i < m.x.size(); ++i)
      if (bursts(i)) m.x[i] += 20 * carrier.next();
    for (const Reading& r : drive(start(plan(), format), m.x)) {
      if (r.at().value < 60000) continue;
      // The whole of the level is one burst's.
      const bool inside =
          bursts(static_cast<std::size_t>(r.at().value - 100)) && bursts(static_cast<std::size_t>(r.at().value - 600));
      (inside ? bursting : rest) += 1;
      (inside ? withheld : before) += (r.reasons() & mark::heart) && !r.value();
    }
  }
  std::printf("[ MEASURED ] bursts over a quiet heart: %ld of %ld readings withheld, %ld of %ld others\n", withheld,
              bursting, before, rest);
  EXPECT_GT(bursting, 1000);
  EXPECT_EQ(withheld, 0);
  EXPECT_LE(20 * before, rest);
}

TEST(PipelineReasons, NothingIsWithheldOnceTheHeartIsTakenOff) {
  for (const double ratio : {-10.0, 0.0, 10.0}) {
    auto with = plan();
    with.heart = EcgSubtraction{};
    auto deaf = with;
    deaf.heart_share.prominence = 100;
    long values = 0, heart = 0, all = 0;
    for (std::uint64_t seed = 579; seed < 582; ++seed) {
      const auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {5}, .seed = seed});
      const auto heard = drive(start(with, format), m.x), unheard = drive(start(deaf, format), m.x);
      ASSERT_EQ(heard.size(), unheard.size());
      for (std::size_t i = 0; i < heard.size(); ++i) {
        if (heard[i].at().value < 90000) continue;
        ++all;
        heart += !heard[i].value() && heard[i].reasons() & mark::heart;
        values += heard[i].value() && heard[i].value() == unheard[i].value();
      }
    }
    std::printf("[ MEASURED ] a heart of %+g dB taken off: %ld of %ld readings withheld, %ld as they were\n", ratio,
                heart, all, values);
    EXPECT_EQ(heart, 0) << ratio;
    EXPECT_GE(static_cast<double>(values), 0.99 * static_cast<double>(all)) << ratio;
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

// Damped swings of 12 Hz every 0.55 s, give or take 3 %; `vary`: of height by 25 %, of pitch by 10 %.
std::vector<double> strikes(double height, Seconds damped, bool vary, std::uint64_t seed, std::vector<double>& emg) {
  RandomStream random(seed, "strikes");
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(seed, "emg"));
  emg.resize(240000);
  for (double& v : emg) v = 5 * carrier.next();
  auto x = emg;
  for (double t = 2; t < 118; t += 0.55 * random.uniform(0.97, 1.03)) {
    const double high = height * (vary ? random.uniform(0.75, 1.25) : 1);
    const double hertz = 12 * (vary ? random.uniform(0.9, 1.1) : 1);
    const std::int64_t begin = samples_in({t}, format.rate);
    for (std::int64_t i = 0; i < 2000; ++i) {
      const double s = static_cast<double>(i) / format.rate.value;
      x[static_cast<std::size_t>(begin + i)] +=
          high * std::exp(-s / damped.value) * std::sin(2 * std::numbers::pi * hertz * s);
    }
  }
  return x;
}

// Those of 50 ms and more are no heart by their shape. Shorter ones look like one, and are withheld as one.
TEST(PipelineReasons, StrikesAreNoHeartAndNoMuscle) {
  for (const Seconds damped : {30_ms, 50_ms, 80_ms, 150_ms})
    for (const double height : {300.0, 450.0})
      for (const bool vary : {false, true}) {
        Off off;
        for (std::uint64_t seed = 583; seed < 585; ++seed) {
          std::vector<double> emg;
          const auto x = strikes(height, damped, vary, seed, emg);
          off.add(drive(start(plan(), format), x), emg);
        }
        std::printf(
            "[ MEASURED ] strikes of %.0f uV over %.0f ms%s: %.1f %% of readings have a value, off by %.1f %%, %.0f "
            "%% at most; no value for the heart %.1f %%, for motion %.1f %%\n",
            height, 1000 * damped.value, vary ? ", each its own" : "", off.of_all(off.values), off.rms(),
            100 * off.worst, off.of_all(off.heart), off.of_all(off.motion));
        EXPECT_LE(off.rms(), 15) << height << " " << damped.value << " " << vary;
        if (damped < 50_ms) continue;
        EXPECT_LE(off.of_all(off.values), 5) << height << " " << damped.value << " " << vary;
        EXPECT_LE(off.of_all(off.heart), 5) << height << " " << damped.value << " " << vary;
        EXPECT_GE(off.of_all(off.motion), 30) << height << " " << damped.value << " " << vary;
      }
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

// Of a level that has no value nothing is said: 20 dB of SNR, and a loss that empties the window.
TEST(PipelineReasons, OfNoLevelItIsNotSaidThatItIsNoise) {
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(587, "emg"));
  RandomStream random(587, "noise");
  std::vector<double> x(60000);
  std::vector<Marks> marks(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 20 * carrier.next() + 2 * std::sqrt(1000 / 430.0) * random.normal();
    if (i > 40000 && i < 41000) marks[i] = mark::missing;
  }
  auto p = plan();
  p.readings.interval = {1 / 2000.0};
  auto live = start(p, format);
  Sink<Reading> told(x.size());
  Sink<Event> events(1);
  live.process({x.data(), std::ssize(x), 1, marks.data()}, told, events);
  ASSERT_TRUE(live.reasons().snr(0));
  EXPECT_NEAR(live.reasons().snr(0)->value, 20, 2);
  long without = 0;
  for (const Reading& r : told.items()) {
    if (r.at().value < 20000) continue;
    without += !r.value();
    EXPECT_FALSE(r.reasons() & mark::low_snr) << r.at().value;
  }
  EXPECT_GT(without, 500);
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
