// SPDX-License-Identifier: Apache-2.0
// Sessions that find events by EventDetector. Truth: the same detector on what the same session's cleaning lets
// through; the mix that was made.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "laws/realtime_guard.hpp"
#include "stream/session_stream.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/activity_calibrator.hpp"

namespace unguard {
namespace {

using namespace literals;
using sessions::Listener, sessions::Told;

constexpr Hertz rate{2000};
const StreamFormat format = sessions::format_at(rate);
using Plan = decltype(sessions::whole_plan(rate));
constexpr std::int64_t settled = 2000, begins = 42000;  // rest in between, to calibrate on
constexpr double spike = 14;                            // times rest

Plan bare() {
  Plan plan{Chain{Priming{20_ms}, Bandpass{}}};
  plan.readings.interval = 20_ms;
  return plan;
}

// A heart as loud as the resting muscle, or none; behind `begins` a spike of 80 ms about once a second, in both
// channels, with a heart every other one at an R peak.
struct Mixed {
  sessions::Stream stream;
  std::vector<std::int64_t> r_peaks, spikes;
};
const Mixed& mixed(bool heart) {
  static const std::array<Mixed, 2> both = [] {
    std::array<Mixed, 2> made;
    for (const bool beats : {false, true}) {
      auto m = hearts::mix({.rate = rate,
                            .duration = 60_s,
                            .emg_over_ecg_dB = beats ? 0.0 : 60.0,
                            .emg = {2},
                            .channels = 2,
                            .seed = 977});
      Mixed& to = made[beats];
      for (const auto r : m.r_peaks)
        if (beats) to.r_peaks.push_back(std::llround(r));
      for (std::int64_t at = begins + 2000; at + 2000 < m.frames; at += 2000) {
        std::int64_t onset = at;
        if (beats && to.spikes.size() % 2 == 1)
          onset = *std::lower_bound(to.r_peaks.begin(), to.r_peaks.end(), at - 600) - 10;
        if (!to.spikes.empty() && onset - to.spikes.back() < 1200) continue;
        to.spikes.push_back(onset);
        for (std::int64_t i = onset; i < onset + 160; ++i)
          for (int c = 0; c < 2; ++c) {
            const auto k = static_cast<std::size_t>(2 * i + c);
            m.x[k] += (spike - 1) * m.emg[k];
          }
      }
      to.stream = {m.x, std::vector<Marks>(m.x.size()), m.frames};
    }
    return made;
  }();
  return both[heart];
}

// What the cleaning lets through.
struct Cleaned {
  std::vector<double> x;
  std::vector<Marks> marks;
  ConstBlock block() const { return {x.data(), static_cast<std::int64_t>(x.size()) / 2, 2, marks.data()}; }
};
Cleaned cleaned(const sessions::Stream& s) {
  Cleaned clean{std::vector<double>(s.x.size()), std::vector<Marks>(s.x.size())};
  auto cleaning = start(bare().cleaning, format);
  cleaning.process(s.part(0, s.frames), {clean.x.data(), s.frames, 2, clean.marks.data()});
  return clean;
}
// Calibrated on that, heart and all; once.
EventDetector calibrated(const Mixed& m) {
  const Cleaned clean = cleaned(m.stream);
  std::vector<std::int64_t> beats;
  for (const std::int64_t r : m.r_peaks)
    if (r >= settled && r < begins) beats.push_back(r - settled);
  EventDetector d{.all_rest = true};
  d.activity.calibration = calibrate_activity({}, clean.block().part(settled, begins - settled),
                                              ConstBlock{nullptr, 0, 2}, format, "20-450 Hz", d.activity, beats);
  return d;
}
const EventDetector& detector(bool heart) {
  static std::array<std::optional<EventDetector>, 2> both;
  if (!both[heart]) both[heart] = calibrated(mixed(heart));
  return *both[heart];
}
Told told_of(const Plan& plan, const sessions::Stream& s, std::int64_t piece, std::size_t room = 1000) {
  auto live = start(plan, format);
  Listener listener(room);
  listener.hear(live, s, 0, s.frames, piece);
  listener.finish(live);
  return listener.told();
}

TEST(PipelineEvents, AreThoseOfTheDetectorBehindTheCleaning) {
  const Mixed& m = mixed(false);
  Plan plan = bare();
  plan.events = detector(false);
  const Told told = told_of(plan, m.stream, 100);
  auto alone = try_start(*plan.events, format).take();
  Sink<Event> sink(10000);
  const Cleaned clean = cleaned(m.stream);
  EXPECT_EQ(alone.process(clean.block(), sink).status, Status::ok);
  EXPECT_EQ(alone.finish(sink), Status::ok);
  EXPECT_GE(std::count_if(told.events.begin(), told.events.end(),
                          [](const Event& e) { return e.report == Report::close && e.kind == EventKind::spike; }),
            14);
  EXPECT_TRUE(told.events == std::vector<Event>(sink.items().begin(), sink.items().end()));
  // However the stream is cut and however small the sinks are; and from a state that was saved on the way.
  for (const auto& [piece, room] : {std::pair{7, 1000}, {1000, 1}, {33, 2}})
    EXPECT_TRUE(told_of(plan, m.stream, piece, static_cast<std::size_t>(room)).events == told.events) << piece;
  auto first = start(plan, format), second = start(plan, format);
  Listener before(1000), behind(1000);
  const std::int64_t at = m.spikes[3] + 70;
  before.hear(first, m.stream, 0, at);
  EXPECT_EQ(second.load(first.save()), Status::ok);
  behind.hear(second, m.stream, at, m.stream.frames);
  behind.finish(second);
  auto both = before.told().events;
  both.insert(both.end(), behind.told().events.begin(), behind.told().events.end());
  EXPECT_TRUE(both == told.events);
}

// Both treatments mark beats for a detector that does not know them. This one does.
TEST(PipelineEvents, OfADetectorThatKnowsTheHeartAreFoundAtBeatsToo) {
  const Mixed& m = mixed(true);
  for (const bool off : {false, true}) {
    Plan plan = bare();
    if (off)
      plan.heart = EcgSubtraction{};
    else
      plan.heart = HeartGate{};
    plan.events = detector(true);
    const Told told = told_of(plan, m.stream, 100);
    long found = 0, false_ones = 0, may_be_beats = 0;
    const auto is_true = [&](const Event& e) {
      return std::any_of(m.spikes.begin(), m.spikes.end(),
                         [&](std::int64_t s) { return std::abs(e.onset.value - s) < 100; });
    };
    for (const Event& e : told.events) {
      may_be_beats += (e.reasons & mark::heart) != 0;
      if (e.report == Report::close) (is_true(e) ? found : false_ones) += 1;
    }
    std::printf("[ measured ] %s: %ld of %zu spikes found, %ld false\n", off ? "taken off" : "left out", found,
                2 * m.spikes.size(), false_ones);
    EXPECT_GE(found, static_cast<long>(2 * m.spikes.size()) - 1);
    EXPECT_LE(false_ones, 1);
    EXPECT_EQ(may_be_beats, 0);
  }
}

TEST(PipelineEvents, ChangeOfTheKindOfDetectorBeginsAnewAndNumbersOn) {
  const Mixed& m = mixed(false);
  Plan spasms = bare(), events = bare(), none = bare();
  SpasmDetector known;
  known.rest = rest_calibration(std::vector<RestNoise>(2, {2, 0.3, 2, 0.5}), known.slow, known.fast,
                                {CalibrationSource::declared, 40000, rate, "as made"});
  known.all_rest = true;
  spasms.events = known;
  events.events = detector(false);
  auto live = start(spasms, format);
  Listener listener(10000);
  std::int64_t at = 0;
  const auto hear = [&](std::int64_t until) {
    listener.hear(live, m.stream, at, until);
    at = until;
    return listener.told().events.size();
  };
  const std::size_t first = hear(m.spikes[3] + 100);
  live.change(live.prepare(events));
  const std::size_t second = hear(m.spikes[6] + 100);
  live.change(live.prepare(none));
  const std::size_t third = hear(m.spikes[7] + 100);
  live.change(live.prepare(spasms));
  hear(m.stream.frames);
  listener.finish(live);
  const auto& told = listener.told().events;
  EXPECT_GT(first, 0u);
  EXPECT_GT(second, first);
  EXPECT_EQ(third, second) << "nobody listened";
  EXPECT_GT(told.size(), third);
  std::map<std::uint64_t, long> opened;
  std::uint64_t last = 0;
  for (const Event& e : told) {
    if (e.report == Report::open) {
      EXPECT_GT(e.id, last) << "numbered on";
      last = e.id;
    }
    opened[e.id] += e.report == Report::open;
  }
  for (const auto& [id, times] : opened) EXPECT_EQ(times, 1) << id;
}

TEST(PipelineEvents, ChangeOfTheDetectorKeepsAnOpenEvent) {
  const Mixed& m = mixed(false);
  Plan plan = bare();
  plan.events = detector(false);
  Plan then = plan;
  std::get<EventDetector>(*then.events).burst = 0.3_s;
  auto live = start(plan, format);
  Listener listener(10000);
  listener.hear(live, m.stream, 0, m.spikes[3] + 100);
  const std::uint64_t open = listener.told().events.back().id;
  live.change(live.prepare(then));
  EXPECT_TRUE(live.spec() == then);
  listener.hear(live, m.stream, m.spikes[3] + 100, m.stream.frames);
  const auto& told = listener.told().events;
  EXPECT_EQ(std::count_if(told.begin(), told.end(),
                          [&](const Event& e) { return e.id == open && e.report == Report::close; }),
            1);
}

TEST(PipelineEvents, ArePureInRealTime) {
  const Mixed& m = mixed(false);
  Plan plan = bare();
  plan.events = detector(false);
  auto live = start(plan, format), spasms = start(sessions::whole_plan(rate), format);
  Sink<Reading> readings(100000);
  Sink<Event> events(100000);
  laws::expect_pure([&] {
    live.process(m.stream.part(begins, 8000), readings, events);
    auto old = live.change(std::move(spasms));
    live.process(m.stream.part(begins + 8000, 4000), readings, events);
    spasms = live.change(std::move(old));
    live.process(m.stream.part(begins + 12000, 4000), readings, events);
    live.finish(readings, events);
    live.reset();
  });
}

TEST(PipelineEvents, RefuseADetectorThatKnowsNoRest) {
  Plan plan = bare();
  plan.events = EventDetector{};
  const auto made = try_start(plan, format);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.fault().parameter, "calibration");
}

}  // namespace
}  // namespace unguard
