// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG without its heart, and the bursts put into it; seeds fixed beforehand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "laws/realtime_guard.hpp"
#include "stream/usual_session.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

SpasmDetector at_rest(double level) {
  SpasmDetector spec;
  spec.rest = rest_calibration(std::vector<RestNoise>{{level, 0.12 * level, level, 0.25 * level}}, spec.slow, spec.fast,
                               {CalibrationSource::declared, 40000, 2000_Hz, "as made"});
  spec.all_rest = true;
  return spec;
}
auto plan(bool heart, double level) {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  if (heart) plan.heart = EcgSubtraction{};
  plan.readings.interval = 50_ms;
  plan.events = at_rest(level);
  return plan;
}

struct Told {
  std::vector<Reading> readings;
  std::vector<Event> events;
  bool operator==(const Told&) const = default;
};
template <class Live>
Told drive(Live live, const std::vector<double>& x, std::int64_t block) {
  Told told;
  Sink<Reading> readings(x.size());
  Sink<Event> events(100000);
  const auto n = static_cast<std::int64_t>(x.size());
  for (std::int64_t i = 0; i < n; i += block) {
    const std::int64_t m = std::min(block, n - i);
    EXPECT_EQ(live.process({x.data() + i, m, 1}, readings, events), (Consumed{Status::ok, m}));
  }
  EXPECT_EQ(live.finish(readings, events), Status::ok);
  told.readings.assign(readings.items().begin(), readings.items().end());
  told.events.assign(events.items().begin(), events.items().end());
  return told;
}

// Root mean square of the relative error of the readings, %, from 30 s on.
double error_of(const Told& told, const std::vector<double>& emg, std::int64_t delay, long least) {
  Pipeline alone{Chain{Priming{20_ms}, Bandpass{}}};
  alone.readings.interval = {1 / 2000.0};
  alone.level.wait = alone.level.before = {0};
  const Told truth = drive(start(alone, format), emg, 4096);
  double squares = 0;
  long count = 0;
  for (const Reading& r : told.readings) {
    const auto at = r.at().value - delay;
    if (r.at().value < 60000 || !r.value()) continue;
    const auto should = truth.readings[static_cast<std::size_t>(at)].value();
    if (!should) continue;
    squares += std::pow(*r.value() / *should - 1, 2);
    ++count;
  }
  EXPECT_GT(count, least);
  return 100 * std::sqrt(squares / static_cast<double>(count));
}

// How many readings have a value, %, from 45 s on: the mean beat is learnt by then.
double given(const Told& told) {
  double values = 0, all = 0;
  for (const Reading& r : told.readings) {
    if (r.at().value < 90000) continue;
    all += 1;
    values += r.value().has_value();
  }
  return 100 * values / all;
}

TEST(PipelineHeart, IsTakenOffTheLevel) {
  for (const double ratio : {0.0, -10.0}) {
    const auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {20}, .seed = 411});
    const Told with = drive(start(plan(true, 20), format), m.x, 4096),
               without = drive(start(plan(false, 20), format), m.x, 4096);
    const double off = error_of(with, m.emg, samples_in(60_ms, format.rate), 1000),
                 untreated = error_of(without, m.emg, samples_in(50_ms, format.rate), 100);
    std::printf(
        "[ MEASURED ] a session at %+g dB: readings off by %.1f %% with the heart taken off, a value %.1f %% of the "
        "time; untreated %.1f %%, a value %.1f %%\n",
        ratio, off, given(with), untreated, given(without));
    EXPECT_LE(off, ratio == 0 ? 5 : 8);
    EXPECT_GE(given(with), 99);
    // A level that is mostly heart is withheld, so what is left is between the beats.
    EXPECT_LE(given(without), 80);
    EXPECT_LE(untreated, 15);
  }
}

// Whether there is a heart is not known before it has been listened for: a level may hold one, and says so; no event
// can be told from a beat, and there is none.
TEST(PipelineHeart, IsDoubtedUntilItIsKnown) {
  for (const double ratio : {-30.0, -10.0}) {
    const auto m = hearts::mix({.duration = 60_s, .emg_over_ecg_dB = ratio, .emg = {2}, .seed = 451});
    const Told told = drive(start(plan(true, 2), format), m.x, 4096);
    long sure = 0, stood = 0, doubted = 0;
    double known = 0;
    for (const Reading& r : told.readings) {
      const bool said = !r.value() || (r.reasons() & mark::heart);
      if (!said && known == 0) known = static_cast<double>(r.at().value) / 2000;
      sure += known > 0;
    }
    for (const Event& e : told.events) {
      stood += e.report == Report::close;
      doubted += e.report == Report::close && (e.reasons & mark::heart);
    }
    std::printf(
        "[ MEASURED ] a heart at %+g dB is known after %.1f s; %ld events stood in a minute, %ld with a doubt\n", ratio,
        known, stood, doubted);
    EXPECT_LE(known, 25);
    EXPECT_GT(sure, 500);
    EXPECT_GE(stood, 1);
    EXPECT_LE(stood - doubted, 1);
  }
  // Where there is none to be heard, that is known as well.
  const auto m = hearts::mix({.duration = 70_s, .emg_over_ecg_dB = 60, .emg = {2}, .seed = 452});
  long doubted = 0;
  for (const Reading& r : drive(start(plan(true, 2), format), m.x, 4096).readings)
    doubted += r.at().value > 62000 && r.trust() != Trust::ok;
  EXPECT_EQ(doubted, 0);
}

// 5 ms of no number at a time, which are bridged: taking a heart off costs little more than not doing so.
TEST(PipelineHeart, IsTakenOffAgainSoonBehindAFault) {
  for (const double ratio : {60.0, 0.0}) {
    auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {20}, .seed = 453});
    for (std::size_t i = 70000; i < m.x.size(); i += 20000)
      for (std::size_t k = i; k < i + 10; ++k) m.x[k] = std::numeric_limits<double>::quiet_NaN();
    const double with = given(drive(start(plan(true, 20), format), m.x, 4096));
    std::printf("[ MEASURED ] heart at %+g dB, 5 ms of no number every 10 s: a value for %.1f %% of the time\n", ratio,
                with);
    EXPECT_GE(with, 95);
  }
}

auto gated_plan(double level) {
  auto p = plan(false, level);
  p.heart = HeartGate{};
  return p;
}

// A reading is later by the gate's look-ahead and by its own wait.
TEST(PipelineHeart, IsLeftOutOfTheLevelBehindAGate) {
  const std::int64_t late = samples_in(110_ms, format.rate);
  for (const double ratio : {0.0, -10.0}) {
    auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {20}, .seed = 411});
    for (double& v : m.x) v += 12000;  // an electrode's offset
    const Told told = drive(start(gated_plan(20), format), m.x, 4096);
    const double off = error_of(told, m.emg, late, 1000);
    double values = 0, all = 0;
    for (const Reading& r : told.readings) {
      if (r.at().value < 60000) continue;
      all += 1;
      values += r.value().has_value();
      EXPECT_TRUE(!r.value() || r.trust() == Trust::ok || r.trust() == Trust::degraded);
    }
    std::printf(
        "[ MEASURED ] a session at %+g dB: readings off by %.1f %% with beats left out, a value %.1f %% of the time\n",
        ratio, off, 100 * values / all);
    EXPECT_LE(off, ratio == 0 ? 7 : 12);
    EXPECT_GE(values / all, 0.97);
  }
}

// Truth: the bursts and beats that were put in.
TEST(PipelineHeart, DoesNotMakeTheDetectorWaitForTheGate) {
  auto m = hearts::mix({.duration = 60_s, .emg_over_ecg_dB = -10, .emg = {2}, .seed = 441});
  for (std::int64_t i = 90000; i < 91000; ++i) m.x[static_cast<std::size_t>(i)] += i % 2 ? 60 : -60;
  const Told with = drive(start(gated_plan(2), format), m.x, 4096),
             off = drive(start(plan(true, 2), format), m.x, 4096);
  const auto opened = [](const Told& told) {
    std::vector<std::int64_t> all;
    for (const Event& e : told.events)
      if (e.report == Report::open) all.push_back(e.decided.value);
    return all;
  };
  EXPECT_FALSE(opened(with).empty());
  EXPECT_EQ(opened(with), opened(off)) << "both hear the same";
}

TEST(PipelineHeart, TellsALeadThatIsNoChannelAndHowMuchLaterALevelComes) {
  auto wrong = gated_plan(2);
  std::get<HeartGate>(wrong.heart).lead = "nobody";
  EXPECT_FALSE(try_start(wrong, format).has_value());
  Latency late = start(gated_plan(2), format).latency();
  EXPECT_NEAR(late.samples() - start(plan(false, 2), format).latency().samples(), 120, 1e-9);
}

TEST(PipelineHeart, ItsEventsAreCancelledAndThoseOfMuscleAreNot) {
  long bursts = 0, found = 0, beats = 0, opened = 0, false_alarms = 0;
  for (std::uint64_t seed = 421; seed < 425; ++seed) {
    auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = -10, .emg = {2}, .seed = seed});
    RandomStream random(seed, "bursts");
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(seed, "burst"));
    std::vector<std::int64_t> begins;
    for (double t = 20; t < 118; t += random.uniform(1.5, 3)) {
      const auto begin = samples_in({t}, format.rate), lasts = samples_in({random.uniform(0.1, 0.4)}, format.rate);
      begins.push_back(begin);
      for (std::int64_t i = begin; i < begin + lasts; ++i) m.x[static_cast<std::size_t>(i)] += 60 * carrier.next();
    }
    const Told told = drive(start(plan(true, 2), format), m.x, 4096);
    for (double r : m.r_peaks) beats += r > 40000 && r < 236000;
    bursts += static_cast<long>(begins.size());
    std::vector<Event> open;
    std::vector<std::int64_t> alarms;  // onsets of what was not cancelled within 150 ms
    for (const Event& e : told.events) {
      if (e.report == Report::open) {
        open.push_back(e);
        opened += e.decided.value > 40000;
      }
    }
    for (const Event& e : open) {
      const bool cancelled = std::any_of(told.events.begin(), told.events.end(),
                                         [&](const Event& c) { return c.id == e.id && c.report == Report::cancel; });
      if (!cancelled && e.onset.value > 40000) alarms.push_back(e.onset.value);
    }
    for (const auto begin : begins)
      found += std::any_of(alarms.begin(), alarms.end(), [&](std::int64_t a) {
        return a > begin - 100 && a < begin + samples_in(0.5_s, format.rate);
      });
    for (const auto a : alarms)
      false_alarms += std::none_of(begins.begin(), begins.end(), [&](std::int64_t begin) {
        return a > begin - 100 && a < begin + samples_in(0.9_s, format.rate);
      });
  }
  std::printf(
      "[ MEASURED ] %ld beats ten times as strong as the muscle: %ld events opened, %ld stood that no muscle made; %ld "
      "of %ld bursts found\n",
      beats, opened, false_alarms, found, bursts);
  EXPECT_LE(false_alarms, beats / 100);
  EXPECT_GE(static_cast<double>(found), 0.95 * static_cast<double>(bursts));
}

TEST(PipelineHeart, TheOffsetOfAnElectrodeIsNotHeardAtTheBeginning) {
  const auto m = hearts::mix({.duration = 3_s, .emg_over_ecg_dB = 10, .emg = {2}, .seed = 432});
  auto x = m.x;
  for (auto& v : x) v += 50000;
  const Told without = drive(start(plan(true, 2), format), m.x, 100),
             with = drive(start(plan(true, 2), format), x, 100);
  ASSERT_EQ(with.readings.size(), without.readings.size());
  double worst = 0;
  long valid = 0;
  for (std::size_t i = 0; i < with.readings.size(); ++i) {
    ASSERT_EQ(with.readings[i].value().has_value(), without.readings[i].value().has_value()) << i;
    if (!with.readings[i].value()) continue;
    ++valid;
    worst = std::max(worst, std::fabs(*with.readings[i].value() - *without.readings[i].value()));
  }
  std::printf("[ MEASURED ] 50 mV of offset: %.2g uV at most in %ld readings of the first 3 s\n", worst, valid);
  EXPECT_GT(valid, 30);
  EXPECT_LT(worst, 0.01);
}

// Steps that come through a slow input, tugs, losses and dead stretches. Truth: the same heart and muscle without them.
TEST(PipelineHeart, FaultsAreLeftOutOfALevelThatWaitsForTheHeart) {
  auto m = hearts::mix({.duration = 120_s, .emg_over_ecg_dB = 0, .emg = {20}, .seed = 433});
  const auto p = plan(true, 20);
  const Told truth = drive(start(p, format), m.x, 4096);
  std::vector<Marks> marks(m.x.size());
  double level = 0, aim = 0;
  RandomStream random(433, "faults");
  for (std::size_t i = 0; i < m.x.size(); ++i) {
    const std::size_t second = i / 2000, in = i % 2000;
    if (in == 700 && second % 10 == 1) aim += 3000 * (random.uniform() < 0.5 ? -1 : 1);
    level += (aim - level) * (second % 20 == 1 ? 1 : 0.02);  // at once, or over 25 ms
    const double tug =
        second % 10 == 4 && in > 500 && in < 700 ? 2000 * std::sin(0.0157 * (static_cast<double>(in) - 500)) : 0;
    if (second % 5 == 3 && in > 900 && in < 920) marks[i] = mark::missing;
    m.x[i] = second % 20 == 17 && in < 1400 ? m.x[i - 1] : m.x[i] + level + tug;
  }
  auto live = start(p, format);
  Sink<Reading> readings(m.x.size());
  Sink<Event> events(100000);
  ASSERT_EQ(live.process({m.x.data(), m.frames, 1, marks.data()}, readings, events).status, Status::ok);
  ASSERT_EQ(readings.items().size(), truth.readings.size());
  long valid = 0, all = 0;
  double squares = 0, worst = 0;
  for (std::size_t i = 0; i < truth.readings.size(); ++i) {
    const auto &is = readings.items()[i], &should = truth.readings[i];
    if (is.at().value < 60000 || !should.value()) continue;
    ++all;
    if (!is.value()) continue;
    ++valid;
    const double off = std::fabs(*is.value() / *should.value() - 1);
    squares += off * off;
    worst = std::max(worst, off);
  }
  const double rms = 100 * std::sqrt(squares / static_cast<double>(valid));
  std::printf("[ MEASURED ] faults in a session with a heart: %.1f %% of readings, off by %.1f %%, %.0f %% at most\n",
              100.0 * static_cast<double>(valid) / static_cast<double>(all), rms, 100 * worst);
  EXPECT_GT(all, 1500);
  EXPECT_GE(valid, all * 6 / 10);
  EXPECT_LE(rms, 2);
  EXPECT_LE(worst, 0.15);
}

TEST(PipelineHeart, IsTheSameHoweverTheStreamIsCutAndPureInRealTime) {
  const auto m = hearts::mix({.duration = 20_s, .emg_over_ecg_dB = -5, .emg = {2}, .seed = 431});
  for (const auto& live : {start(plan(true, 2), format), start(gated_plan(2), format)}) {
    const Told whole = drive(live, m.x, 1 << 20);
    for (const std::int64_t block : {1, 7, 32, 61, 1000}) EXPECT_TRUE(drive(live, m.x, block) == whole) << block;
    auto pure = live;
    Sink<Reading> readings(100000);
    Sink<Event> events(100000);
    laws::expect_pure([&] {
      pure.process({m.x.data(), 8000, 1}, readings, events);
      pure.reset();
    });
  }
}

}  // namespace
}  // namespace unguard
