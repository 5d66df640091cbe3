// SPDX-License-Identifier: Apache-2.0
// Truth: the session that was not changed, or was begun by the new plan; what must go on goes on.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <numbers>
#include <random>

#include "laws/realtime_guard.hpp"
#include "stream/session_stream.hpp"

namespace unguard {
namespace {

using namespace literals;
using sessions::Listener, sessions::Told;

constexpr Hertz rate{1000};
const StreamFormat format = sessions::format_at(rate);
using Plan = decltype(sessions::whole_plan(rate));
SpasmDetector& spasms(Plan& plan) { return std::get<SpasmDetector>(*plan.events); }
// Nothing but cleaning, level and readings.
Plan bare() {
  Plan plan = sessions::whole_plan(rate);
  plan.mains.reset();
  plan.heart = {};
  plan.events.reset();
  return plan;
}
const sessions::Stream& stream() {
  static const sessions::Stream s = sessions::spoilt(rate, 24_s);
  return s;
}
// Muscle at rest on an offset, and nothing else.
const sessions::Stream& calm() {
  static const sessions::Stream s = [] {
    auto m =
        hearts::mix({.rate = rate, .duration = 12_s, .emg_over_ecg_dB = 60, .emg = {20}, .channels = 2, .seed = 481});
    for (auto& x : m.x) x += 5000;
    return sessions::Stream{m.x, std::vector<Marks>(m.x.size()), m.frames};
  }();
  return s;
}
constexpr std::int64_t half = 11037;
// One plan to here and another from here on, prepared or just started.
Told changed(const sessions::Stream& s, const Plan& before, const Plan& then, std::int64_t at, bool prepared = true) {
  auto live = start(before, format);
  if (live.events()) live.events()->declare({{0}, MarkerKind::rest_begins});
  Listener listener(100000);
  listener.hear(live, s, 0, at);
  const auto old = live.change(prepared ? live.prepare(then) : start(then, format));
  EXPECT_TRUE(old.spec() == before);
  EXPECT_TRUE(live.spec() == then);
  EXPECT_EQ(live.position(), SampleIndex{at});
  listener.hear(live, s, at, s.frames);
  listener.finish(live);
  return listener.told();
}

TEST(PipelineChange, ToTheSamePlanChangesNothing) {
  const Plan plan = sessions::whole_plan(rate);
  const Told expected = changed(stream(), plan, plan, 0);
  EXPECT_GT(expected.events.size(), 20u);
  EXPECT_TRUE(changed(stream(), plan, plan, half) == expected);
  EXPECT_TRUE(changed(stream(), plan, plan, half, false) == expected);
}

TEST(PipelineChange, OfThePaceOrTheDetectorLeavesTheLevelAlone) {
  const Plan plan = sessions::whole_plan(rate);
  const Told expected = changed(stream(), plan, plan, 0);
  Plan then = plan;
  then.readings.interval = 10_ms;
  spasms(then).rise = 2;
  const Told told = changed(stream(), plan, then, half);
  // Every reading there would have been is there, and as many between two of them.
  std::map<std::pair<std::int64_t, int>, Reading> by_sample;
  for (const Reading& r : told.readings) by_sample.emplace(std::pair{r.at().value, r.channel()}, r);
  EXPECT_EQ(by_sample.size(), told.readings.size()) << "none twice";
  for (const Reading& r : expected.readings) {
    const auto found = by_sample.find({r.at().value, r.channel()});
    ASSERT_NE(found, by_sample.end());
    EXPECT_TRUE(found->second == r) << r.at().value;
  }
  std::int64_t least = 0;
  for (const Reading& r : told.readings) least += r.at().value >= half && r.channel() == 0;
  EXPECT_EQ(least, stream().frames / 10 - half / 10);
}

TEST(PipelineChange, OfTheDetectorKeepsOpenEventsAndTheirIds) {
  const Plan plan = sessions::whole_plan(rate);
  for (const bool windows : {false, true}) {
    Plan then = plan;
    spasms(then).rise = 0.9;
    if (windows) spasms(then).slow = spasms(then).rest.slow = 80_ms;
    long open_across = 0;
    for (std::int64_t at = 9000; at < 9000 + 2000; at += 157) {
      const Told told = changed(stream(), plan, then, at);
      std::map<std::uint64_t, std::pair<long, long>> lives;
      std::uint64_t last = 0;
      for (const Event& e : told.events) {
        auto& [opened, ended] = lives[e.id];
        if (e.report == Report::open) {
          EXPECT_EQ(e.id, ++last);
          ++opened;
          continue;
        }
        EXPECT_EQ(opened, 1);
        EXPECT_EQ(ended, 0);
        ended += e.report == Report::close || e.report == Report::cancel;
        if (e.report == Report::close) open_across += e.onset.value < at && e.offset.value >= at;
      }
      for (const auto& [id, life] : lives)
        EXPECT_EQ(life, std::pair(1L, 1L)) << "event " << id << ", changed at " << at;
    }
    EXPECT_GT(open_across, 3) << "no change fell into an event";
  }
}

TEST(PipelineChange, OfTheCleaningIsNoJump) {
  Plan then = bare();
  then.cleaning = Chain{Priming{20_ms}, Bandpass{.low = 25_Hz, .high = 400_Hz}};
  const Told told = changed(calm(), bare(), then, 6000);
  const auto alone = [](const Plan& plan) { return changed(calm(), plan, plan, 0); };
  const Told before = alone(bare()), behind = alone(then);
  ASSERT_EQ(told.readings.size(), behind.readings.size());
  for (std::size_t i = 0; i < told.readings.size(); ++i) {
    const Reading& r = told.readings[i];
    if (r.at().value < 2000) continue;
    ASSERT_TRUE(r.value()) << "withheld at " << r.at().value;
    const auto &a = before.readings[i], &b = behind.readings[i];
    EXPECT_GE(*r.value(), 0.9 * std::min(*a.value(), *b.value())) << r.at().value;
    EXPECT_LE(*r.value(), 1.1 * std::max(*a.value(), *b.value())) << r.at().value;
    if (r.at().value < 6000) {
      EXPECT_EQ(*r.value(), *a.value());
    }
    if (r.at().value > 8000) {
      EXPECT_NEAR(*r.value(), *b.value(), 1e-6 * *b.value());
    }
  }
}

// A heart, bursts, and hum that matters little.
sessions::Stream beating(double emg_over_ecg_dB, Seconds duration) {
  auto m = hearts::mix(
      {.rate = rate, .duration = duration, .emg_over_ecg_dB = emg_over_ecg_dB, .emg = {2}, .channels = 2, .seed = 482});
  std::mt19937 random(483);
  std::normal_distribution<double> normal;
  for (std::int64_t i = 0; i < m.frames; ++i)
    for (int c = 0; c < 2; ++c)
      m.x[static_cast<std::size_t>(2 * i + c)] += 5000 +
                                                  0.3 * std::sin(0.1 * std::numbers::pi * static_cast<double>(i)) +
                                                  (i % 2000 > 1700 ? 30 * normal(random) : 0);
  return {m.x, std::vector<Marks>(m.x.size()), m.frames};
}
const sessions::Stream& soft() {
  static const sessions::Stream s = beating(10, 40_s);
  return s;
}
const sessions::Stream& loud() {
  static const sessions::Stream s = beating(0, 40_s);
  return s;
}

// What comes or goes is withheld until it is right again.
TEST(PipelineChange, BringsMainsHeartAndDetectorAndTakesThemAway) {
  constexpr std::int64_t at = 12037;
  const Plan whole = sessions::whole_plan(rate);
  for (const bool comes : {true, false}) {
    const Plan then = comes ? whole : bare(), before = comes ? bare() : whole;
    const Told told = changed(soft(), before, then, at), expected = changed(soft(), then, then, 0);
    long valid = 0, should = 0;
    double worst = 0;
    ASSERT_EQ(told.readings.size(), expected.readings.size());
    for (std::size_t i = 0; i < told.readings.size(); ++i) {
      const Reading &r = told.readings[i], &e = expected.readings[i];
      ASSERT_EQ(r.at(), e.at());
      if (r.at().value < at) continue;
      EXPECT_LT(r.value().value_or(0), 100) << "the offset is heard at " << r.at().value;
      // The heart and the hum are found within some 15 s.
      if (r.at().value < at + (comes ? 15000 : 1000)) continue;
      should += e.value().has_value();
      valid += r.value() && e.value();
      if (r.value() && e.value()) worst = std::max(worst, std::fabs(*r.value() / *e.value() - 1));
    }
    std::printf("[ MEASURED ] %s: %ld of %ld readings, off by %.2g at most\n", comes ? "come" : "gone", valid, should,
                worst);
    EXPECT_GT(should, 500) << comes;
    EXPECT_GE(valid, should * 9 / 10) << comes;
    EXPECT_LE(worst, 0.25) << comes;
    EXPECT_FALSE(told.events.empty());
    for (const Event& e : told.events) EXPECT_EQ(e.decided.value >= at, comes);
  }
}

// The level begins anew: as that of a session which begins here.
TEST(PipelineChange, FromAHeartTakenOffToBeatsLeftOutAndBack) {
  constexpr std::int64_t at = 12037;
  Plan off = sessions::whole_plan(rate);
  off.mains.reset();  // it would know the hum here, and have to find it there
  Plan out = off;
  out.heart = HeartGate{};
  for (const auto& [before, then] : {std::pair{off, out}, {out, off}}) {
    const Told told = changed(loud(), before, then, at);
    auto fresh = start(then, format);
    fresh.begin_at({at});
    fresh.events()->declare({{at}, MarkerKind::rest_begins});
    Listener listener(100000);
    listener.hear(fresh, loud(), at, loud().frames);
    listener.finish(fresh);
    std::map<std::pair<std::int64_t, int>, Reading> expected;
    for (const Reading& r : listener.told().readings) expected.emplace(std::pair{r.at().value, r.channel()}, r);
    long valid = 0, should = 0;
    double worst = 0;
    for (const Reading& r : told.readings) {
      if (r.at().value < at) continue;
      const auto e = expected.find({r.at().value, r.channel()});
      ASSERT_NE(e, expected.end());
      EXPECT_LT(r.value().value_or(0), 100) << "the offset is heard at " << r.at().value;
      should += e->second.value().has_value();
      if (!r.value() || !e->second.value()) continue;
      ++valid;
      worst = std::max(worst, std::fabs(*r.value() / *e->second.value() - 1));
    }
    std::printf("[ MEASURED ] %s: %ld of %ld readings, off by %.2g at most\n",
                std::holds_alternative<HeartGate>(then.heart) ? "left out" : "taken off", valid, should, worst);
    EXPECT_GT(should, 2000);
    EXPECT_GE(valid, should * 99 / 100);
    EXPECT_LE(worst, 1e-9);
  }
  // The same gate goes on; a floor that is asked for as it is stays known, and another one is listened for.
  EXPECT_TRUE(changed(loud(), out, out, at) == changed(loud(), out, out, 0));
  auto live = start(out, format);
  Listener listener(100000);
  listener.hear(live, loud(), 0, at);
  ASSERT_TRUE(live.reasons().noise().floor(0));
  live.change(live.prepare(off));
  EXPECT_TRUE(live.reasons().noise().floor(0));
  Plan other = off;
  other.noise.memory = 6_s;
  live.change(live.prepare(other));
  EXPECT_FALSE(live.reasons().noise().floor(0));
}

TEST(PipelineChange, WhatWasHeardAndNotToldIsToldByTheNewPlan) {
  const Plan plan = sessions::whole_plan(rate);
  Plan then = plan;
  then.heart = {};
  auto live = start(plan, format);
  Listener listener(1);
  std::int64_t at = 0, changes = 0;
  for (bool back = false; at < stream().frames;) {
    const auto n = std::min<std::int64_t>(100, stream().frames - at), done = listener.feed(live, stream().part(at, n));
    at += done;
    if (done == n || at % 7) continue;
    live.change(start(back ? plan : then, format));
    back = !back;
    ++changes;
  }
  listener.finish(live);
  EXPECT_GT(changes, 100);
  std::int64_t next = 19;
  int channel = 0;
  for (const Reading& r : listener.told().readings) {
    ASSERT_EQ(r.at().value, next);
    ASSERT_EQ(r.channel(), channel);
    channel = 1 - channel;
    if (channel == 0) next += 20;
  }
  EXPECT_GT(next, stream().frames - 20);
}

TEST(PipelineChange, ToAnotherFormatOrMontageIsRefused) {
  const Plan plan = sessions::whole_plan(rate);
  auto live = start(plan, format);
  Listener listener(100000);
  listener.hear(live, stream(), 0, 3000);
  const SavedState before = live.save();
  const auto refused = [&](const Plan& other, const StreamFormat& of) {
    auto next = start(other, of);
    const SavedState unchanged = next.save();
    next = live.change(next);
    EXPECT_TRUE(next.save() == unchanged);
    EXPECT_TRUE(live.save() == before);
  };
  StreamFormat other = format;
  other.rate = 1001_Hz;
  refused(plan, other);
  other = format;
  other.converter.step = 1_uV;
  refused(plan, other);
  other = format;
  other.channels = Channels{"left", "right", "middle"};
  Plan no_detector = plan;
  no_detector.events.reset();
  refused(no_detector, other);
  Plan average = plan;
  average.montage.common_average = true;
  refused(average, format);
}

TEST(PipelineChange, IsPureInRealTime) {
  const Plan plan = sessions::whole_plan(rate);
  Plan other = plan;
  other.cleaning = Chain{Priming{20_ms}, Bandpass{.low = 25_Hz, .high = 400_Hz}};
  std::get<EcgSubtraction>(other.heart).look_ahead = 80_ms;
  other.level.window = 0.3_s;
  other.level.least_noise = 0.5_uV;
  other.residual.memory = 0.2_s;
  other.check.recovery = 0.1_s;
  other.mains->canceller.frequency = 60_Hz;
  other.readings.interval = 10_ms;
  spasms(other).slow = spasms(other).rest.slow = 80_ms;
  auto live = start(plan, format);
  auto prepared = live.prepare(other), none = start(bare(), format), again = start(plan, format);
  Sink<Reading> readings(100000);
  Sink<Event> events(100000);
  const auto& all = stream();  // made before it counts
  const auto hear = [&](std::int64_t from) { live.process(all.part(from, 2500), readings, events); };
  laws::expect_pure([&] {
    hear(0);
    auto old = live.change(std::move(prepared));
    hear(2500);
    auto older = live.change(std::move(none));
    hear(5000);
    auto oldest = live.change(std::move(again));
    hear(7500);
    prepared = std::move(old);
    none = std::move(older);
    again = std::move(oldest);
  });
  EXPECT_EQ(live.position(), SampleIndex{10000});
}

}  // namespace
}  // namespace unguard
