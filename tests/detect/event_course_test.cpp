// SPDX-License-Identifier: Apache-2.0
// Truth: activities placed by hand, each with its peak and whether it is taken back. An event is what its activities
// are that stand: what was taken back leaves nothing on it.
#include "unguard/detect/event_course.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "unguard/detect/event_detector.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{1000};                          // a sample is a millisecond
constexpr double quiet = 1.5, loud = 6, click = 50;  // times rest, of which 2 is spasm-like
constexpr auto spike = EventKind::spike, burst = EventKind::phasic_burst, tonic = EventKind::tonic,
               episode = EventKind::phasic_episode, activity = EventKind::activity, artefact = EventKind::artefact;

// One that ActivityDetector finds: when it says so, and when that it is over, or none.
struct Found {
  std::int64_t onset, offset;
  double peak;
  std::int64_t taken_back = 0;  // 0: it stands
  Marks reasons = mark::none;
  double confidence = 0.9;

  std::int64_t opened() const { return onset + 5; }
  std::int64_t ended() const { return taken_back ? taken_back : offset + 30; }
  Event says(Report what) const {
    Event e{.report = what, .onset = {onset}, .decided = {opened()}, .peak = {what == Report::open ? 1 : peak}};
    e.confidence = taken_back && what == Report::cancel ? 0 : confidence;
    e.area_uV_s = peak;
    e.reasons = reasons;
    if (what == Report::close || what == Report::cancel) e.offset = {offset};
    return e;
  }
};

EventRule rule() { return event_detail::event_rule(EventDetector{}, rate); }

// One channel's course in declared rest of 1 uV, driven as LiveEventDetector drives it.
struct Driven {
  std::function<Marks(std::int64_t)> marks = [](std::int64_t) { return mark::none; };
  std::function<double(std::int64_t)> power = [](std::int64_t) { return 1.0; };
  std::int64_t artefact_at = -1;  // when unrelated muscles are found to have jumped

  std::vector<Event> run(const std::vector<Found>& all, std::int64_t samples) const {
    const EventRule rules = rule();
    const DeclaredContext rest(Context::rest);
    EventCourse course(rate);
    EventQueue queue(1000);
    std::uint64_t ids = 0;
    CourseView v{rules, rest, 0, 1, 1, 0, mark::none, ids, queue};
    for (; v.now < samples; ++v.now) {
      v.marks = marks(v.now);
      v.power = power(v.now);
      v.peak_power = 0;
      for (const Found& a : all) {
        if (a.opened() == v.now) course.take(v, a.says(Report::open));
        if (a.opened() <= v.now && v.now < a.ended()) v.peak_power = a.peak * a.peak;
        if (a.ended() == v.now) course.take(v, a.says(a.taken_back ? Report::cancel : Report::close));
      }
      if (v.now == artefact_at) course.becomes_artefact(v);
      course.pass(v);
    }
    course.finish(v);
    Sink<Event> sink(1000);
    queue.deliver(sink);
    return {sink.items().begin(), sink.items().end()};
  }
};

std::vector<Event> said(const std::vector<Event>& all, Report what) {
  std::vector<Event> some;
  for (const Event& e : all)
    if (e.report == what) some.push_back(e);
  return some;
}
std::vector<EventKind> kinds(const std::vector<Event>& all, Report what) {
  std::vector<EventKind> some;
  for (const Event& e : said(all, what)) some.push_back(e.kind);
  return some;
}
using Kinds = std::vector<EventKind>;

TEST(EventCourse, AClickThatIsTakenBackMakesNothingOfAQuietActivity) {
  const Found still{1000, 1400, quiet};
  const auto alone = Driven{}.run({still}, 3000), all = Driven{}.run({still, {1500, 1510, click, 1620}}, 3000);
  EXPECT_EQ(kinds(alone, Report::close), (Kinds{activity}));
  EXPECT_EQ(all, alone);
}

TEST(EventCourse, ASpikeKeepsItsOwnPeak) {
  const Found first{1000, 1100, loud, 0, mark::none, 0.7};
  const auto all = Driven{}.run({first, {1250, 1260, click, 1370, mark::none, 1}}, 3000);
  ASSERT_EQ(kinds(all, Report::close), (Kinds{spike}));
  EXPECT_EQ(all.back().peak.value, loud);
  EXPECT_EQ(all.back().confidence, 0.7);
  EXPECT_EQ(all.back().area_uV_s, loud);
  EXPECT_EQ(all.back().offset.value, 1100);
}

TEST(EventCourse, IsNotNamedByWhatMayBeTakenBack) {
  const auto all = Driven{}.run({{1000, 1100, loud}, {1250, 1260, click, 1370}}, 3000);
  EXPECT_EQ(kinds(all, Report::update), Kinds{});
  EXPECT_EQ(kinds(all, Report::close), (Kinds{spike}));
}

// A contraction right behind a twitch is told of while it lasts, once no mark can take it back any more.
TEST(EventCourse, IsNamedByALaterActivityThatGoesOn) {
  const std::vector<Found> two{{1000, 1100, quiet}, {1200, 4000, loud}};
  const auto all = Driven{}.run(two, 3900);
  ASSERT_EQ(kinds(all, Report::update), (Kinds{burst, tonic}));
  for (const Event& e : said(all, Report::update)) EXPECT_EQ(e.peak.value, loud) << "so far";
  EXPECT_EQ(kinds(Driven{}.run(two, 1510), Report::update), (Kinds{burst}));
}

// Hardly ever is an activity taken back that late; what was said of its event then is, too.
TEST(EventCourse, WhatALaterActivityHasMadeOfItIsTakenBackWithIt) {
  const Found first{1000, 1300, loud};
  for (const std::int64_t taken_back : {1900, 3700}) {
    const auto all = Driven{}.run({first, {1400, 1410, click, taken_back}}, 5000);
    ASSERT_FALSE(said(all, Report::update).empty());
    EXPECT_EQ(said(all, Report::update).back().kind, burst);
    EXPECT_EQ(said(all, Report::update).back().peak.value, loud);
    EXPECT_EQ(all.back().kind, burst);
    EXPECT_EQ(all.back().peak.value, loud);
  }
  const Found twitch{1000, 1100, loud};
  EXPECT_EQ(kinds(Driven{}.run({twitch, {1200, 1210, click, 1900}}, 4000), Report::update), (Kinds{burst, activity}));
}

TEST(EventCourse, AnEpisodeIsNotEndedByATonicThatIsTakenBack) {
  std::vector<Found> bursts{{1000, 1400, loud}, {3000, 3400, loud}, {5000, 5400, loud}};
  const Kinds expected{burst, burst, burst, episode};
  EXPECT_EQ(kinds(Driven{}.run(bursts, 10000), Report::close), expected);
  bursts.push_back({5500, 5510, loud, 8700});
  const auto all = Driven{}.run(bursts, 12000);
  EXPECT_EQ(kinds(all, Report::close), expected);
  const auto so_far = kinds(all, Report::update);
  EXPECT_NE(std::find(so_far.begin(), so_far.end(), tonic), so_far.end());
}

TEST(EventCourse, ReasonsOfWhatIsTakenBackAreNotItsOwn) {
  const Found first{1000, 1400, loud};
  const auto knocked = Driven{}.run({first, {1500, 1510, click, 1550, mark::jump}}, 3000);
  EXPECT_EQ(said(knocked, Report::close).at(0).reasons, mark::none);
  // But what is found late may be why the first one seemed to be over, whatever else is on.
  Driven off;
  off.marks = [](std::int64_t at) { return at == 1560 ? mark::flat : mark::none; };
  EXPECT_EQ(said(off.run({first}, 3000), Report::close).at(0).reasons, mark::flat);
  EXPECT_EQ(said(off.run({first, {1500, 1510, click, 1620}}, 3000), Report::close).at(0).reasons, mark::flat);
}

// So much of a gap that is marked is none, whatever was taken back in it.
TEST(EventCourse, AMarkedGapIsOneNoMoreForWhatIsTakenBackInIt) {
  const std::vector<Found> two{{1000, 1400, loud}, {1800, 2200, loud}};
  Driven marked;
  marked.marks = [](std::int64_t at) { return at >= 1500 && at < 1750 ? mark::jump : mark::none; };
  EXPECT_EQ(said(marked.run(two, 4000), Report::close).size(), 1u);
  EXPECT_EQ(said(marked.run({two[0], {1490, 1495, click, 1600}, two[1]}, 4000), Report::close).size(), 1u);
  EXPECT_EQ(said(Driven{}.run({two[0], {1490, 1495, click, 1600}, two[1]}, 4000), Report::close).size(), 2u);
}

// An artefact that is over as its activity is taken back knows nothing of marks before it.
TEST(EventCourse, TheGapBehindAnArtefactIsItsOwn) {
  Driven driven;
  driven.marks = [](std::int64_t at) { return at >= 1450 && at < 1900 ? mark::jump : mark::none; };
  driven.artefact_at = 4030;
  const auto all = driven.run({{1000, 1400, loud}, {4000, 4008, click, 4100}, {4300, 4700, loud}}, 6000);
  EXPECT_EQ(kinds(all, Report::close), (Kinds{burst, artefact, burst}));
}

// A minute with marks here and there, and in it as many activities that are taken back as stand.
struct Minute {
  static constexpr std::int64_t samples = 60000;
  std::vector<Marks> marks = std::vector<Marks>(static_cast<std::size_t>(samples), mark::none);
  std::vector<Found> all, stand;

  explicit Minute(std::uint64_t seed) : random_(seed) {
    for (std::int64_t at = any(0, 4000); at < samples; at += any(100, 4000)) {
      const Marks why = chance() < 0.5 ? mark::jump : mark::flat;
      for (const std::int64_t end = std::min(samples, at + any(1, 300)); at < end; ++at)
        marks[static_cast<std::size_t>(at)] = why;
    }
    for (std::int64_t at = 1000; at < samples - 5000;) {
      const Found next = chance() < 0.5 ? taken_back(at) : standing(at);
      all.push_back(next);
      if (!next.taken_back) stand.push_back(next);
      at = next.ended() + (chance() < 0.7 ? any(1, 250) : any(250, 3500));
    }
  }

 private:
  std::int64_t any(std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
  }
  double chance() { return std::uniform_real_distribution<>(0, 1)(random_); }
  double peak() { return chance() < 0.5 ? quiet : 2 + 10 * chance(); }
  // Longer than two firings of a unit, which some that are taken back in a row look like.
  Found standing(std::int64_t at) {
    const std::int64_t length = chance() < 0.1 ? any(2000, 4000) : any(130, 600);
    return {at, at + length, peak(), 0, mark::none, chance()};
  }
  // Soon, or hardly ever.
  Found taken_back(std::int64_t at) {
    Found a{at, at + any(1, 20), chance() < 0.5 ? click : peak(), 0, mark::none, chance()};
    a.taken_back = a.opened() + any(1, chance() < 0.8 ? 150 : 3000);
    a.reasons = chance() < 0.3 ? mark::jump : mark::none;
    return a;
  }
  std::mt19937_64 random_;
};

TEST(EventCourse, IsAsIfWhatIsTakenBackHadNeverBeen) {
  std::size_t compared = 0, later_ones = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Minute minute(seed);
    Driven driven;
    driven.marks = [&](std::int64_t at) { return minute.marks[static_cast<std::size_t>(at)]; };
    driven.power = [](std::int64_t at) { return 1.0 + static_cast<double>((at * at / 50) % 7); };
    const auto with = driven.run(minute.all, Minute::samples);
    auto ends = said(with, Report::close), as_if = said(driven.run(minute.stand, Minute::samples), Report::close);
    ASSERT_EQ(ends.size(), as_if.size()) << "seed " << seed;
    compared += ends.size();
    later_ones += minute.all.size() - minute.stand.size() - said(with, Report::cancel).size();
    // What was said last before the end is what it ends as: a SPIKE is none before.
    for (const Event& end : ends) {
      Event last{};
      for (const Event& e : with)
        if (e.id == end.id && e.report != Report::close) last = e;
      EXPECT_EQ(last.kind, end.kind == spike ? activity : end.kind) << "seed " << seed;
    }
    // What closes later, for one that was on, may close behind what else it was that closed before.
    for (auto* closed : {&ends, &as_if})
      std::stable_sort(closed->begin(), closed->end(), [](const Event& a, const Event& b) {
        return std::pair(a.onset, a.kind) < std::pair(b.onset, b.kind);
      });
    for (std::size_t i = 0; i < ends.size(); ++i) {
      Event is = ends[i];
      // It then knows of more marks that are found late. An episode opens as its third burst closes; and what was taken
      // back on its own had an id.
      EXPECT_EQ(is.reasons & ~mark::found_late, as_if[i].reasons & ~mark::found_late);
      EXPECT_EQ(is.reasons | as_if[i].reasons, is.reasons);
      is.reasons = as_if[i].reasons;
      is.id = as_if[i].id;
      if (is.kind == episode) is.decided = as_if[i].decided;
      EXPECT_EQ(is, as_if[i]) << "seed " << seed << ", " << to_text(is.kind) << " from " << is.onset.value;
    }
  }
  EXPECT_GT(compared, 700u);
  EXPECT_GT(later_ones, 300u);
}

}  // namespace
}  // namespace unguard
