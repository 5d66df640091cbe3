// SPDX-License-Identifier: Apache-2.0
// Truth: bursts of white noise in white noise whose model is exact, placed by hand; what each is called, joined to and
// taken back for is the rule's word (event_detector.hpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/detect/event_detector.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{2000};
constexpr double rest_uV = 2;

// Alarms of white noise as its own exact model: ChangeBank.
EventDetector detector(int channels) {
  const auto n = static_cast<std::size_t>(channels);
  EventDetector spec{.all_rest = true};
  ActivityCalibration& c = spec.activity.calibration;
  c.noise = {.rate = rate, .order = 1, .coefficients = std::vector<double>(n)};
  c.noise.level.per_channel.assign(n, {rest_uV, rest_uV, rest_uV});
  c.level = c.noise.level;
  c.log_alarms.assign(n, -2);
  c.decay.assign(n, 1);
  return spec;
}
StreamFormat of(Channels channels) { return {.rate = rate, .channels = std::move(channels)}; }

struct Burst {
  double from, to;  // s
  double times = 6;
};
struct Record {
  std::vector<double> x;
  std::vector<Marks> marks;
  int channels;
  std::int64_t frames() const { return static_cast<std::int64_t>(x.size()) / channels; }
  ConstBlock part(std::int64_t first, std::int64_t n) const {
    return ConstBlock{x.data(), frames(), channels, marks.data()}.part(first, n);
  }
};
Record record(double seconds, const std::vector<std::vector<Burst>>& channels) {
  const auto frames = samples_in({seconds}, rate);
  const std::size_t n = channels.size();
  Record r{std::vector<double>(static_cast<std::size_t>(frames) * n), {}, static_cast<int>(n)};
  r.marks.resize(r.x.size());
  for (std::size_t c = 0; c < n; ++c) {
    auto x = onsets::white(frames, rest_uV, c + 1);
    for (const Burst& b : channels[c])
      for (std::int64_t i = samples_in({b.from}, rate); i < samples_in({b.to}, rate); ++i)
        x[static_cast<std::size_t>(i)] *= b.times;
    for (std::size_t i = 0; i < x.size(); ++i) r.x[i * n + c] = x[i];
  }
  return r;
}
std::vector<Event> reports(const EventDetector& spec, const Record& r, Channels channels) {
  auto live = start(spec, of(std::move(channels)));
  Sink<Event> sink(1000);
  live.process(r.part(0, r.frames()), sink);
  live.finish(sink);
  return {sink.items().begin(), sink.items().end()};
}
std::vector<Event> reports(const EventDetector& spec, const Record& r) {
  return reports(spec, r, Channels::unnamed(r.channels));
}
std::vector<Event> said(const std::vector<Event>& all, Report what) {
  std::vector<Event> some;
  for (const Event& e : all)
    if (e.report == what) some.push_back(e);
  return some;
}
// What closed, in the order in which it did.
std::vector<EventKind> kinds(const std::vector<Event>& all) {
  std::vector<EventKind> some;
  for (const Event& e : said(all, Report::close)) some.push_back(e.kind);
  return some;
}
double seconds(SampleIndex at) { return static_cast<double>(at.value) / rate.value; }
using Kinds = std::vector<EventKind>;
constexpr auto spike = EventKind::spike, burst = EventKind::phasic_burst, tonic = EventKind::tonic,
               episode = EventKind::phasic_episode, activity = EventKind::activity, artefact = EventKind::artefact;

TEST(EventDetector, CallsWhatItFindsByDurationAndInDeclaredRestOnly) {
  const Record r = record(16, {{{2, 2.1}, {5, 5.6}, {8, 11}}});
  const auto all = reports(detector(1), r);
  EXPECT_EQ(kinds(all), (Kinds{spike, burst, tonic}));
  for (const Event& e : said(all, Report::open)) EXPECT_EQ(e.kind, activity);
  const auto ends = said(all, Report::close);
  EXPECT_NEAR(seconds(ends[0].onset), 2, 0.01);
  EXPECT_NEAR(seconds(ends[2].offset), 11, 0.01);
  EXPECT_EQ(ends[0].context, Context::rest);
  EventDetector unknown = detector(1);
  unknown.all_rest = false;
  EXPECT_EQ(kinds(reports(unknown, r)), (Kinds{activity, activity, activity}));
}

TEST(EventDetector, SaysWhatAnEventHasBecomeAsSoonAsItIsSure) {
  // An update is due when the event is older than the border by what its end may be behind, 50 ms: not when it closes.
  const Record r = record(8, {{{2, 5}}});
  auto live = start(detector(1), of(Channels::unnamed(1)));
  std::map<EventKind, double> at;
  for (std::int64_t i = 0; i < r.frames(); ++i) {
    Sink<Event> sink(4);
    live.process(r.part(i, 1), sink);
    for (const Event& e : sink.items())
      if (!at.contains(e.kind)) at[e.kind] = static_cast<double>(i) / rate.value;
  }
  EXPECT_NEAR(at[activity], 2, 0.02);
  EXPECT_NEAR(at[burst], 2.30, 0.02);
  EXPECT_NEAR(at[tonic], 4.05, 0.02);
}

TEST(EventDetector, AShortGapIsNone) {
  const auto of_two = [](double gap, double first, EventDetector spec) {
    return kinds(reports(spec, record(10, {{{2, 2 + first}, {2 + first + gap, 2.1 + first + gap}}})));
  };
  EXPECT_EQ(of_two(0.15, 0.1, detector(1)), (Kinds{burst})) << "together longer than a spike";
  EXPECT_EQ(of_two(0.3, 0.1, detector(1)), (Kinds{spike, spike}));
  EXPECT_EQ(of_two(0.4, 2.5, detector(1)), (Kinds{tonic}));
  EXPECT_EQ(of_two(0.6, 2.5, detector(1)), (Kinds{tonic, spike}));
  EventDetector unknown = detector(1);
  unknown.all_rest = false;
  EXPECT_EQ(of_two(0.4, 0.1, unknown), (Kinds{activity}));
  EXPECT_EQ(of_two(0.6, 0.1, unknown), (Kinds{activity, activity}));
}

TEST(EventDetector, WhatIsNotLoudEnoughStaysActivity) {
  // Six times rest, and peaks of 25 ms of twice that at most.
  EventDetector spec = detector(1);
  spec.rise = 11;
  EXPECT_EQ(kinds(reports(spec, record(6, {{{2, 3}}}))), (Kinds{activity}));
  EXPECT_EQ(kinds(reports(detector(1), record(6, {{{2, 3}}}))), (Kinds{burst}));
}

TEST(EventDetector, KnowsTheContextOfTheOnset) {
  auto live = start(EventDetector{detector(1).activity}, of(Channels::unnamed(1)));
  ASSERT_EQ(live.declare({{samples_in({3}, rate)}, MarkerKind::rest_begins}), Status::ok);
  ASSERT_EQ(live.declare({{samples_in({4.5}, rate)}, MarkerKind::rest_ends}), Status::ok);
  const Record r = record(8, {{{2, 2.1}, {4, 5}, {6, 6.1}}});
  Sink<Event> sink(100);
  live.process(r.part(0, r.frames()), sink);
  live.finish(sink);
  EXPECT_EQ(kinds({sink.items().begin(), sink.items().end()}), (Kinds{activity, burst, activity}));
}

TEST(EventDetector, ThreeBurstsInARowAreAnEpisodeOfItsOwn) {
  const auto all = reports(detector(1), record(16, {{{2, 2.5}, {4, 4.5}, {6, 6.5}}}));
  EXPECT_EQ(kinds(all), (Kinds{burst, burst, burst, episode}));
  const Event first = said(all, Report::open).back(), last = said(all, Report::close).back();
  EXPECT_EQ(first.kind, episode);
  EXPECT_EQ(first.id, last.id);
  EXPECT_NEAR(seconds(first.onset), 2, 0.01);
  EXPECT_NEAR(seconds(first.decided), 6.72, 0.03) << "when the third closes";
  EXPECT_NEAR(seconds(last.offset), 6.5, 0.01);
}

TEST(EventDetector, OnlyBurstsMakeAnEpisode) {
  EXPECT_EQ(kinds(reports(detector(1), record(12, {{{2, 2.5}, {4, 4.5}}}))), (Kinds{burst, burst}));
  EXPECT_EQ(kinds(reports(detector(1), record(14, {{{2, 2.5}, {4, 4.5}, {8, 8.5}}}))), (Kinds{burst, burst, burst}))
      << "3.5 s apart";
  EXPECT_EQ(kinds(reports(detector(1), record(14, {{{2, 2.5}, {4, 4.5}, {5.5, 5.6}, {7, 7.5}}}))),
            (Kinds{burst, burst, spike, burst, episode}));
  EXPECT_EQ(kinds(reports(detector(1), record(14, {{{2, 2.5}, {4, 4.5}, {5.5, 8}, {9, 9.5}}}))),
            (Kinds{burst, burst, tonic, burst}));
}

TEST(EventDetector, WhatIsTakenBackIsTakenBackWithin150Milliseconds) {
  // A click of 8 ms is shorter than any event.
  const auto all = reports(detector(1), record(4, {{{2, 2.008, 20}}}));
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(all.front().report, Report::open);
  EXPECT_EQ(all.back().report, Report::cancel);
  EXPECT_EQ(said(all, Report::cancel).size(), 1u);
  auto live = start(detector(1), of(Channels::unnamed(1)));
  const Record r = record(4, {{{2, 2.008, 20}}});
  Sink<Event> sink(10);
  live.process(r.part(0, all[0].decided.value + 300), sink);
  EXPECT_EQ(sink.items().size(), all.size());
}

const Channels three_muscles(std::vector<Channel>{
    {"a", "longissimus"}, {"b", "multifidus"}, {"c", "iliocostalis"}, {"d", "trapezius"}});

TEST(EventDetector, UnrelatedMusclesThatGoOnAtOnceAreAnArtefact) {
  // Of different strengths, so that the alarms do not come together; the fourth goes on 20 ms later.
  const Record r = record(4, {{{2, 2.3, 3}}, {{2, 2.3, 6}}, {{2, 2.3, 20}}, {{2.02, 2.32}}});
  const auto all = reports(detector(4), r, three_muscles);
  std::map<std::uint64_t, Event> opened;
  for (const Event& e : said(all, Report::open)) opened[e.id] = e;
  const auto taken_back = said(all, Report::cancel);
  ASSERT_EQ(taken_back.size(), 3u);
  for (const Event& e : taken_back) {
    EXPECT_NE(e.channel, 3);
    EXPECT_LE(e.offset - opened[e.id].decided, samples_in({0.15}, rate));
  }
  EXPECT_EQ(kinds(all).size(), 4u);
  for (const Event& e : said(all, Report::close)) {
    EXPECT_EQ(e.kind, e.channel == 3 ? burst : artefact);
    EXPECT_NEAR(seconds(e.onset), e.channel == 3 ? 2.02 : 2, 0.005);
    EXPECT_NEAR(seconds(e.offset), e.channel == 3 ? 2.32 : 2.3, 0.01);
  }
}

TEST(EventDetector, BothSidesOfAMuscleAreOne) {
  const Channels two(std::vector<Channel>{{"a", "longissimus", Side::left},
                                          {"b", "longissimus", Side::right},
                                          {"c", "multifidus", Side::left},
                                          {"d", "multifidus", Side::right}});
  const Record r = record(4, {{{2, 2.1}}, {{2, 2.1}}, {{2, 2.1}}, {{2, 2.1}}});
  EXPECT_EQ(kinds(reports(detector(4), r, two)), (Kinds{spike, spike, spike, spike}));
  // Of whom nobody said which muscles they are, neither.
  EXPECT_EQ(kinds(reports(detector(4), r)), (Kinds{spike, spike, spike, spike}));
  // With one of a third and a fourth muscle beside, all are.
  const Channels four(std::vector<Channel>{
      {"a", "longissimus", Side::left}, {"b", "longissimus", Side::right}, {"c", "multifidus"}, {"d", "trapezius"}});
  EXPECT_EQ(kinds(reports(detector(4), r, four)), (Kinds{artefact, artefact, artefact, artefact}));
}

TEST(EventDetector, AnArtefactWithinAnEventEndsIt) {
  // The gap of 0.1 s would be none.
  const Record r = record(5, {{{1.5, 1.9}, {2, 2.3}}, {{2, 2.3}}, {{2, 2.3}}, {}});
  const auto all = reports(detector(4), r, three_muscles);
  EXPECT_EQ(kinds(all), (Kinds{burst, artefact, artefact, artefact}));
  EXPECT_NEAR(seconds(said(all, Report::close)[0].offset), 1.9, 0.01);
  // Nor does one that is over at once take back what was before it.
  for (const double length : {0.006, 0.012, 0.02, 0.03}) {
    const Burst click{2, 2 + length, 15};
    const auto kept = reports(detector(4), record(5, {{{1.8, 1.9}, click}, {click}, {click}, {}}), three_muscles);
    const auto closed = said(kept, Report::close);
    const auto first = std::find_if(closed.begin(), closed.end(), [](const Event& e) { return e.kind == spike; });
    ASSERT_NE(first, closed.end()) << length;
    EXPECT_NEAR(seconds(first->offset), 1.9, 0.01);
  }
}

TEST(EventDetector, AMarkedStretchWithinAnEventIsNoGap) {
  Record r = record(8, {{{2, 5}}});
  for (std::int64_t i = samples_in({4}, rate); i < samples_in({4.4}, rate); ++i)
    r.marks[static_cast<std::size_t>(i)] = mark::jump;
  const auto all = reports(detector(1), r);
  EXPECT_EQ(kinds(all), (Kinds{tonic}));
  EXPECT_NEAR(seconds(all.back().offset), 5, 0.01);
  EXPECT_EQ(all.back().reasons, mark::jump);
  // Nobody knows for how long, behind more than half a second.
  for (std::int64_t i = samples_in({3}, rate); i < samples_in({4.4}, rate); ++i)
    r.marks[static_cast<std::size_t>(i)] = mark::jump;
  EXPECT_EQ(kinds(reports(detector(1), r)), (Kinds{burst, burst}));
}

// An electrode comes off in a contraction: silence, and 150 ms later the mark that says why.
TEST(EventDetector, SilenceThatIsMarkedLateIsNoEndToBeBelieved) {
  for (const Marks why : {mark::flat, mark::contact_lost, mark::hum}) {
    Record r = record(8, {{{2, 8}}});
    for (std::int64_t i = samples_in({4}, rate); i < r.frames(); ++i) {
      r.x[static_cast<std::size_t>(i)] = 0;
      if (i >= samples_in({4.15}, rate)) r.marks[static_cast<std::size_t>(i)] = why;
    }
    const auto closed = said(reports(detector(1), r), Report::close);
    ASSERT_EQ(closed.size(), 1u);
    EXPECT_EQ(closed[0].reasons, why);
  }
  // What is marked long after an event says nothing about it.
  Record later = record(8, {{{2, 4}}});
  for (std::int64_t i = samples_in({4.35}, rate); i < later.frames(); ++i)
    later.marks[static_cast<std::size_t>(i)] = mark::flat;
  EXPECT_EQ(said(reports(detector(1), later), Report::close).at(0).reasons, mark::none);
}

// The artefact is over within its own activity's cancel; another one follows at once and may not move its onset.
TEST(EventDetector, AnArtefactKeepsItsOnsetWhateverFollows) {
  for (const double length : {0.004, 0.008, 0.012, 0.02})
    for (const double later : {0.03, 0.05, 0.07, 0.09}) {
      const Burst click{2, 2 + length, 15};
      const auto all =
          reports(detector(4), record(5, {{click, {2 + later, 2.4}}, {click}, {click}, {}}), three_muscles);
      for (const Event& e : all) EXPECT_LE(e.onset, e.decided) << length << " " << later;
    }
}

TEST(EventDetector, AClonusHasItsRhythm) {
  for (const double beats : {4.0, 6.0, 9.0, 12.0}) {
    std::vector<Burst> of_each;
    for (int i = 0; i < static_cast<int>(3 * beats); ++i) of_each.push_back({2 + i / beats, 2 + (i + 0.5) / beats});
    const auto all = reports(detector(1), record(8, {of_each}));
    ASSERT_EQ(kinds(all), (Kinds{tonic})) << beats;
    EXPECT_NEAR(all.back().attributes.rhythm_Hz, beats, 0.03 * beats);
    EXPECT_GT(all.back().attributes.regularity, 0.6) << beats;
    EXPECT_EQ(all.front().attributes, Attributes{}) << "nothing is known at OPEN";
  }
  const auto even = reports(detector(1), record(8, {{{2, 5}}}));
  EXPECT_EQ(even.back().attributes, Attributes{});
}

TEST(EventDetector, AClonusOfShortBurstsIsOneEvent) {
  // Ten bursts of 40 ms a second, of ten and of 2.7 times rest; 12 trains each, each beginning a little later.
  for (const double ratio : {10.0, 2.7})
    for (int train = 0; train < 12; ++train) {
      const double first = 2 + 0.0173 * train;
      std::vector<Burst> of_each;
      for (int i = 0; i < 30; ++i) of_each.push_back({first + i / 10.0, first + 0.04 + i / 10.0, ratio});
      const auto all = reports(detector(1), record(8, {of_each}));
      ASSERT_EQ(kinds(all), (Kinds{tonic})) << ratio << ", train " << train;
      EXPECT_NEAR(static_cast<double>(all.back().offset - all.back().onset) / rate.value, 2.94, 0.05);
      EXPECT_NEAR(all.back().attributes.rhythm_Hz, 10, 0.3);
    }
}

TEST(EventDetector, AlarmsTakenBackInARowAreASingleUnit) {
  // Action potentials of 8 ms, ten a second; and as many once a second, which no unit does.
  const auto taken_back = [](double apart) {
    std::vector<Burst> firings;
    for (int i = 0; i < 6; ++i) firings.push_back({2 + i * apart, 2.008 + i * apart, 8});
    std::vector<bool> units;
    for (const Event& e : said(reports(detector(1), record(10, {firings})), Report::cancel))
      units.push_back(e.attributes.single_unit);
    return units;
  };
  EXPECT_EQ(taken_back(0.15), (std::vector<bool>{false, false, true, true, true, true}));
  EXPECT_EQ(taken_back(1), std::vector<bool>(6, false));
}

// Events behind which, within what would be no gap, a cable is touched; what ActivityDetector says of the same record
// is what an event may be made of.
TEST(EventDetector, IsMadeOfTheActivitiesThatStand) {
  constexpr int records = 40;
  std::vector<std::vector<Burst>> of_each;
  for (int i = 0; i < records; ++i) {
    const double length = 0.05 + 0.01 * (i % 30), gap = 0.06 + 0.02 * (i % 7);
    of_each.push_back({{2, 2 + length, i % 2 ? 1.6 : 4}, {2 + length + gap, 2.006 + length + gap, 25}});
  }
  const Record r = record(4, of_each);
  const auto spec = detector(records);
  auto activities = start(spec.activity, of(Channels::unnamed(records)));
  Sink<Event> heard(2000);
  activities.process(r.part(0, r.frames()), heard);
  activities.finish(heard);
  const auto all = reports(spec, r);
  std::map<std::uint64_t, EventKind> so_far;
  int clicks = 0;
  for (const Event& e : all) {
    if (e.report != Report::close) {
      so_far[e.id] = e.kind;
      continue;
    }
    Event made{};
    for (const Event& a : heard.items()) {
      if (a.channel != e.channel || a.onset < e.onset) continue;
      clicks += a.report == Report::cancel && a.onset - e.offset < samples_in(spec.join, rate);
      if (a.report != Report::close || a.offset > e.offset) continue;
      made.peak = std::max(made.peak, a.peak);
      made.area_uV_s += a.area_uV_s;
      made.confidence = std::max(made.confidence, a.confidence);
    }
    EXPECT_EQ(e.peak.value, made.peak.value) << e.channel;
    EXPECT_EQ(e.area_uV_s, made.area_uV_s) << e.channel;
    EXPECT_EQ(e.confidence, made.confidence) << e.channel;
    // Of rest that is twice as loud, or not.
    const bool short_one = e.offset - e.onset < samples_in(spec.burst, rate);
    if (made.peak.value < 1.8 * rest_uV) {
      EXPECT_EQ(e.kind, activity) << e.channel;
    } else if (made.peak.value > 2.2 * rest_uV) {
      EXPECT_EQ(e.kind, short_one ? spike : burst) << e.channel;
    }
    EXPECT_EQ(so_far[e.id], e.kind == spike ? activity : e.kind) << e.channel;
  }
  EXPECT_GT(clicks, 20);
}

TEST(EventDetector, GoesOnFromASavedStateInAnArtefactAnEpisodeOrAClonus) {
  // The run without a break; saved and loaded into another one every 37 ms.
  std::vector<Burst> mixed{{2, 2.5}, {3, 3.5}, {4, 4.5}};
  for (int i = 0; i < 15; ++i) mixed.push_back({8 + i / 6.0, 8.08 + i / 6.0});
  const Record r = record(12, {mixed, {{6, 6.3}}, {{6, 6.3}}, {{6, 6.3}}});
  auto live = start(detector(4), of(three_muscles));
  Sink<Event> sink(1000);
  for (std::int64_t i = 0; i < r.frames(); i += 74) {
    live.process(r.part(i, std::min<std::int64_t>(74, r.frames() - i)), sink);
    auto next = start(detector(4), of(three_muscles));
    ASSERT_EQ(next.load(live.save()), Status::ok);
    live = next;
  }
  live.finish(sink);
  const std::vector<Event> all(sink.items().begin(), sink.items().end());
  EXPECT_EQ(all, reports(detector(4), r, three_muscles));
  const auto ends = kinds(all);
  for (const EventKind kind : {episode, artefact, tonic})
    EXPECT_NE(std::find(ends.begin(), ends.end(), kind), ends.end()) << to_text(kind);
}

TEST(EventDetector, AChangeOfTheBordersHoldsForWhatIsOpen) {
  const Record r = record(8, {{{2, 3}}});
  const auto changed = [&](const EventDetector& to) {
    auto live = start(detector(1), of(Channels::unnamed(1)));
    Sink<Event> sink(100);
    live.process(r.part(0, 5000), sink);
    const auto old = live.change(start(to, of(Channels::unnamed(1))));
    EXPECT_EQ(old.spec(), detector(1));
    live.process(r.part(5000, r.frames() - 5000), sink);
    live.finish(sink);
    return std::vector<Event>(sink.items().begin(), sink.items().end());
  };
  EXPECT_EQ(changed(detector(1)), reports(detector(1), r));
  EventDetector sooner = detector(1);
  sooner.tonic = {0.8};
  EXPECT_EQ(kinds(changed(sooner)), (Kinds{tonic}));
  // One that whitens otherwise begins anew: the event waits for it, and goes on.
  EventDetector other = detector(1);
  other.activity.sizes = {0, 6, 12};
  EXPECT_EQ(kinds(changed(other)), (Kinds{burst}));
}

}  // namespace
}  // namespace unguard
