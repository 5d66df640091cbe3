// SPDX-License-Identifier: Apache-2.0
#include "unguard/detect/spasm_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/core/processor.hpp"

namespace unguard {
namespace {

using streams::drive;
using streams::format;
using streams::in;
using streams::known_rest;
using streams::known_spec;
using streams::only;
using streams::rate;
using streams::run;
using streams::Wave;

static_assert(Detector<LiveSpasmDetector<SpasmDetector>>);
static_assert(Spec<SpasmDetector>);
static_assert(Spec<RestCalibration>);

// A rest of 2 uV, 2 s of it, then what `add` puts in, then rest again.
template <class Add>
Wave in_rest(Add add) {
  Wave wave;
  wave.square(2, 2);
  add(wave);
  return wave.square(2, 2), wave;
}
std::vector<Event> closed(const SpasmDetector& spec, const Wave& wave) { return only(run(spec, wave), Report::close); }

// Truth: square waves, whose envelope is known exactly.
TEST(SpasmDetector, NamesByEdgeRefinedDurationInDeclaredRest) {
  const struct {
    double seconds;
    EventKind kind;
  } cases[] = {{0.032, EventKind::spike},        {0.2, EventKind::spike},      {0.248, EventKind::spike},
               {0.252, EventKind::phasic_burst}, {1, EventKind::phasic_burst}, {1.998, EventKind::phasic_burst},
               {2.002, EventKind::tonic},        {5, EventKind::tonic}};
  for (const auto& c : cases) {
    const auto wave = in_rest([&](Wave& w) { w.square(c.seconds, 10); });
    const auto events = closed(known_spec(), wave);
    ASSERT_EQ(events.size(), 1u) << c.seconds;
    EXPECT_EQ(to_text(events[0].kind), to_text(c.kind)) << c.seconds;
    EXPECT_EQ(events[0].onset.value, in(2));
    EXPECT_EQ(events[0].offset.value, in(2 + c.seconds));
    EXPECT_EQ(events[0].context, Context::rest);
    EXPECT_NEAR(events[0].peak.value, 10, c.seconds < 0.1 && c.kind != EventKind::spike ? 5 : 1e-9);
    // Out of rest the same is ACTIVITY, once the slow envelope sees it.
    const auto neutral = closed(known_spec(false), wave);
    ASSERT_EQ(neutral.size(), 1u) << c.seconds;
    EXPECT_EQ(neutral[0].kind, EventKind::activity);
    EXPECT_EQ(neutral[0].context, Context::none);
    EXPECT_EQ(neutral[0].onset.value, in(2));
    EXPECT_EQ(neutral[0].offset.value, in(2 + c.seconds));
  }
}

// Truth: the rule, enter above level + max(k spread, rise level, margin), with b = 2 uV.
TEST(SpasmDetector, EntersAboveTheLargestOfItsThreeRises) {
  const auto opens = [](SpasmDetector spec, double level) {
    return only(run(spec, in_rest([&](Wave& w) { w.square(1, level); })), Report::open).size();
  };
  EXPECT_EQ(opens(known_spec(), 3.99), 0u);
  EXPECT_EQ(opens(known_spec(), 4.01), 1u);
  auto spec = known_spec();
  spec.margin = {5};
  EXPECT_EQ(opens(spec, 6.99), 0u);
  EXPECT_EQ(opens(spec, 7.01), 1u);
  spec = known_spec(false);
  spec.rest.spread.per_channel[0].value = 1;
  EXPECT_EQ(opens(spec, 5.99), 0u);
  EXPECT_EQ(opens(spec, 6.01), 1u);
}

// Truth: the rule, leave at 0.6 of the entering rise: at 2 + 0.6 x 2 = 3.2 uV.
TEST(SpasmDetector, LeavesAtALowerLevelThanItEnters) {
  for (const auto& [level, stays] : {std::pair{3.25, true}, std::pair{3.15, false}}) {
    auto detector = start(known_spec(), format());
    Wave wave;
    wave.square(2, 2).square(0.5, 10).square(3, level);
    const auto reports = drive(detector, wave.block(), 100, {1 << 20}, false);
    EXPECT_EQ(only(reports, Report::close).size(), stays ? 0u : 1u) << level;
  }
}

// Truth: the first event alone. What comes a quarter of a second after it, however loud, is not its peak.
TEST(SpasmDetector, KeepsTheNextEventOutOfTheOneThatCloses) {
  const auto first_of = [](Wave wave) {
    auto detector = start(known_spec(), format());
    for (const Event& e : drive(detector, wave.block(), 100))
      if (e.report == Report::close) return e;
    return Event{};
  };
  const Event alone = first_of(Wave().square(1, 2).square(0.1, 5).square(3, 2));
  const Event followed = first_of(Wave().square(1, 2).square(0.1, 5).square(0.25, 2).square(0.1, 1000).square(3, 2));
  EXPECT_EQ(followed.kind, alone.kind);
  EXPECT_EQ(followed.peak, alone.peak);
  EXPECT_EQ(followed.confidence, alone.confidence);
  EXPECT_EQ(followed.offset, alone.offset);
}

// Truth: the rule on gaps, by refined edges.
TEST(SpasmDetector, JoinsShortGapsOnly) {
  const auto count = [](bool rest, double first, double gap) {
    return closed(known_spec(rest), in_rest([&](Wave& w) { w.square(first, 10).square(gap, 2).square(0.4, 10); }))
        .size();
  };
  EXPECT_EQ(count(true, 0.4, 0.19), 1u);
  EXPECT_EQ(count(true, 0.4, 0.21), 2u);
  EXPECT_EQ(count(true, 2.5, 0.21), 1u);  // within a TONIC
  EXPECT_EQ(count(true, 2.5, 0.49), 1u);
  EXPECT_EQ(count(true, 2.5, 0.51), 2u);
  EXPECT_EQ(count(false, 0.4, 0.49), 1u);
  EXPECT_EQ(count(false, 0.4, 0.51), 2u);
}

TEST(SpasmDetector, CancelsWhatIsTooShort) {
  const auto reports = run(known_spec(), in_rest([](Wave& w) { w.square(0.02, 20); }));
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].report, Report::open);
  EXPECT_EQ(reports[1].report, Report::cancel);
  EXPECT_EQ(reports[0].id, reports[1].id);
}

// Truth: the life cycle as core/event.hpp has it.
TEST(SpasmDetector, ReportsAnEventAsItLives) {
  const auto reports = run(known_spec(), in_rest([](Wave& w) { w.square(3, 10); }));
  ASSERT_EQ(reports.size(), 4u);
  EXPECT_EQ(reports[0].report, Report::open);
  EXPECT_EQ(reports[0].kind, EventKind::activity);
  EXPECT_GE(reports[0].decided.value, in(2));
  EXPECT_LE(reports[0].decided.value, in(2) + in(0.025));
  EXPECT_EQ(reports[1].report, Report::update);
  EXPECT_EQ(reports[1].kind, EventKind::phasic_burst);
  EXPECT_EQ(reports[2].report, Report::update);
  EXPECT_EQ(reports[2].kind, EventKind::tonic);
  EXPECT_EQ(reports[3].report, Report::close);
  EXPECT_EQ(reports[3].kind, EventKind::tonic);
  for (const Event& e : reports) {
    EXPECT_EQ(e.id, 1u);
    EXPECT_EQ(e.decided, reports[0].decided);
    EXPECT_EQ(e.reasons, mark::none);
    EXPECT_GE(e.confidence, 0);
    EXPECT_LE(e.confidence, 1);
  }
  EXPECT_GT(reports[3].confidence, 0.999);
  // 8 uV above rest for 3 s; the envelope's own edges add half a per cent.
  EXPECT_NEAR(reports[3].area_uV_s, 24, 0.3);
}

TEST(SpasmDetector, ClosesOpenEventsAtTheEndOfTheStream) {
  auto detector = start(known_spec(), format());
  Wave wave;
  wave.square(2, 2).square(1, 10);
  const auto reports = drive(detector, wave.block(), 100);
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().report, Report::close);
  EXPECT_EQ(reports.back().offset.value, in(3));
  EXPECT_EQ(reports.back().kind, EventKind::phasic_burst);
  Sink<Event> sink(10);
  EXPECT_EQ(detector.finish(sink), Status::ok);
  EXPECT_EQ(sink.items().size(), 0u);
  EXPECT_EQ(detector.process(wave.block(), sink).status, Status::ended);
}

// Truth: the context in force at the refined onset.
TEST(SpasmDetector, TakesTheContextFromMarkers) {
  Wave wave;
  for (int i = 0; i < 4; ++i) wave.square(2, 2).square(0.1, 10);
  wave.square(2, 2);
  auto detector = start(known_spec(false), format());
  EXPECT_EQ(detector.declare({{in(3)}, MarkerKind::rest_begins}), Status::ok);
  EXPECT_EQ(detector.declare({{in(5.5)}, MarkerKind::rest_ends}), Status::ok);
  EXPECT_EQ(detector.declare({{in(8)}, MarkerKind::bending}), Status::ok);
  const auto events = only(drive(detector, wave.block(), 100), Report::close);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].context, Context::none);
  EXPECT_EQ(events[0].kind, EventKind::activity);
  EXPECT_EQ(events[1].context, Context::rest);
  EXPECT_EQ(events[1].kind, EventKind::spike);
  EXPECT_EQ(events[2].context, Context::none);
  EXPECT_EQ(events[2].kind, EventKind::activity);
  EXPECT_EQ(events[3].context, Context::bending);
  EXPECT_EQ(events[3].kind, EventKind::activity);
  EXPECT_EQ(detector.declare({{in(1)}, MarkerKind::rest_begins}), Status::too_late);
}

// Truth: the sample at which OPEN says it was decided, against latency(), for a step to twice the entering level.
TEST(SpasmDetector, LatencyIsTheDecisionDelayOfAStepToTwiceTheEnteringLevel) {
  for (const bool rest : {true, false}) {
    auto detector = start(known_spec(rest), format());
    const auto stated = detector.latency();
    ASSERT_EQ(stated.stages.size(), 1u);
    EXPECT_EQ(stated.stages[0].kind, DelayKind::decision);
    const auto opens = only(run(known_spec(rest), in_rest([](Wave& w) { w.square(1, 8); })), Report::open);
    ASSERT_EQ(opens.size(), 1u);
    EXPECT_EQ(static_cast<double>(opens[0].decided.value - in(2)), stated.samples());
  }
}

// Truth: nothing is known before it is learnt.
TEST(SpasmDetector, LearnsTheDeclaredFirstStretchAndReportsNothingMeanwhile) {
  SpasmDetector spec;
  spec.all_rest = true;
  spec.learn = {5};
  Wave wave;
  wave.noise(2, 2, 1).noise(0.5, 30, 2).noise(4.5, 2, 3).noise(0.5, 30, 4).noise(2, 2, 5);
  auto detector = start(spec, format());
  EXPECT_EQ(detector.standing(0), mark::settling);
  EXPECT_FALSE(detector.learnt("").has_value());
  const auto first = drive(detector, wave.block().part(0, in(4)), 100, {64}, false);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(detector.standing(0), mark::settling);
  const auto events = only(drive(detector, wave.block().part(in(4), wave.frames() - in(4)), 100), Report::close);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_NEAR(static_cast<double>(events[0].onset.value), static_cast<double>(in(7)), 20);
  EXPECT_EQ(events[0].kind, EventKind::phasic_burst);
  EXPECT_EQ(detector.standing(0), mark::none);
  const auto learnt = detector.learnt("none");
  ASSERT_TRUE(learnt.has_value());
  EXPECT_EQ(learnt->level.source, CalibrationSource::learnt);
  EXPECT_NEAR(learnt->at(0).level, 2, 0.1);
}

TEST(SpasmDetector, LearnsOnWhenTheFirstStretchIsFlatOrMarked) {
  SpasmDetector spec;
  spec.learn = {2};
  Wave wave;
  wave.square(3, 0).noise(6, 2, 1).noise(1, 30, 2).noise(2, 2, 3);
  std::vector<Marks> marks(wave.x.size());
  std::fill_n(marks.begin() + in(3), in(2), mark::lead_off);
  const auto events = only(run(spec, wave, &marks), Report::close);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_NEAR(static_cast<double>(events[0].onset.value), static_cast<double>(in(9)), 20);
}

// Truth: the rule on marks.
TEST(SpasmDetector, MarkedSamplesOpenNoEvent) {
  const auto wave = in_rest([](Wave& w) { w.square(0.3, 50); });
  std::vector<Marks> marks(wave.x.size());
  std::fill_n(marks.begin() + in(2), in(0.3), mark::motion);
  EXPECT_TRUE(run(known_spec(), wave, &marks).empty());
}

TEST(SpasmDetector, CancelsAnEventThatMarksReachWhileItIsYoung) {
  const auto wave = in_rest([](Wave& w) { w.square(0.3, 50); });
  std::vector<Marks> marks(wave.x.size());
  std::fill_n(marks.begin() + in(2.05), in(0.3), mark::jump);
  const auto reports = run(known_spec(), wave, &marks);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].report, Report::open);
  EXPECT_EQ(reports[1].report, Report::cancel);
  EXPECT_EQ(reports[1].reasons, mark::jump);
}

TEST(SpasmDetector, ClosesAnEventWithReasonsWhereALongMarkedStretchReachesIt) {
  const auto wave = in_rest([](Wave& w) { w.square(3, 10); });
  std::vector<Marks> marks(wave.x.size());
  std::fill_n(marks.begin() + in(3), in(4), mark::lead_off);
  const auto events = only(run(known_spec(), wave, &marks), Report::close);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].offset.value, in(3));
  EXPECT_EQ(events[0].reasons, mark::lead_off);
  EXPECT_EQ(events[0].kind, EventKind::phasic_burst);
}

TEST(SpasmDetector, BridgesAShortMarkedStretchAndSaysSo) {
  auto wave = in_rest([](Wave& w) { w.square(3, 10); });
  std::vector<Marks> marks(wave.x.size());
  std::fill_n(marks.begin() + in(3), in(0.04), mark::gap);
  for (std::int64_t i = in(3); i < in(3.04); ++i) wave.x[static_cast<std::size_t>(i)] = 0;
  const auto events = only(run(known_spec(), wave, &marks), Report::close);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, EventKind::tonic);
  EXPECT_EQ(events[0].offset.value, in(5));
  EXPECT_EQ(events[0].reasons, mark::gap);
}

// Truth: what was put in. Whatever cuts an event short is in its CLOSE: every mark, in whichever phase the event meets
// it, and what the detector itself finds unfit.
TEST(SpasmDetector, SaysWhatCutAnEventShort) {
  const auto reasons = [](const Wave& wave, const std::vector<Marks>* marks) {
    const auto events = only(run(known_spec(), wave, marks), Report::close);
    EXPECT_EQ(events.size(), 1u);
    return events.empty() ? mark::none : events[0].reasons;
  };
  const auto wave = in_rest([](Wave& w) { w.square(3, 10); });
  for (int bit = 0; bit < mark::bits; ++bit) {
    const auto which = static_cast<Marks>(1 << bit);
    const Marks told = which == mark::missing ? mark::gap : which;  // no value came: bridged
    std::vector<Marks> marks(wave.x.size());
    std::fill_n(marks.begin() + in(3), in(1), which);
    std::fill_n(marks.begin() + in(4), in(3), mark::lead_off);  // after the CLOSE: none of its business
    EXPECT_EQ(reasons(wave, &marks), told) << "active, " << mark::names[static_cast<std::size_t>(bit)];
    marks.assign(wave.x.size(), mark::none);
    std::fill_n(marks.begin() + in(5.15), in(1), which);
    EXPECT_EQ(reasons(wave, &marks), told) << "leaving, " << mark::names[static_cast<std::size_t>(bit)];
    Wave cut;
    cut.square(2, 2).square(1, 10);
    marks.assign(cut.x.size(), mark::none);
    std::fill_n(marks.end() - in(0.03), in(0.03), which);
    EXPECT_EQ(reasons(cut, &marks), told) << "the stream ends, " << mark::names[static_cast<std::size_t>(bit)];
  }
  const auto spoilt = [&](double value) {
    auto w = wave;
    std::fill_n(w.x.begin() + in(3), in(1), value);
    std::fill_n(w.x.begin() + in(4), in(1), 2.0);
    return reasons(w, nullptr);
  };
  EXPECT_EQ(spoilt(std::numeric_limits<double>::quiet_NaN()), mark::non_finite);
  EXPECT_EQ(spoilt(2 * default_full_scale.value), mark::out_of_range);
}

// Truth: 2 % a minute, compounded; 1.5 times the calibrated level at most; nothing while an event is open.
TEST(SpasmDetector, TracksTheLevelSlowlyAndWithinItsCap) {
  const auto level_after = [](SpasmDetector spec, const Wave& wave) {
    auto detector = start(spec, format());
    Sink<Event> sink(10000);
    EXPECT_EQ(detector.process(wave.block(), sink).status, Status::ok);
    return detector.rest(0).level;
  };
  const auto spec = known_spec(false);
  // A minute 25 % above: up by 2 % and no more.
  EXPECT_NEAR(level_after(spec, Wave{}.square(60.1, 2.5)), 2 * 1.02, 1e-3);
  EXPECT_LE(level_after(spec, Wave{}.square(60, 2.5)), 2 * 1.0202);
  EXPECT_NEAR(level_after(spec, Wave{}.square(60.1, 1.5)), 2 / 1.02, 1e-3);
  // An hour at 3.8 uV, below the entering level: stops at 1.5 times.
  EXPECT_EQ(level_after(spec, Wave{}.square(1500, 3.8)), 3);
  EXPECT_EQ(level_after(spec, Wave{}.square(1500, 0.1)), 2 / 1.5);
  // Frozen in an event.
  EXPECT_LE(level_after(spec, Wave{}.square(0.2, 10).square(60, 10)), 2.001);
  auto fixed = spec;
  fixed.tracking = 0;
  EXPECT_EQ(level_after(fixed, Wave{}.square(60, 2.5)), 2);
}

// Truth: what each message has to name.
TEST(SpasmDetector, RefusesWhatCannotWork) {
  const auto refused = [](SpasmDetector spec, StreamFormat f = format()) {
    const auto result = try_start(spec, f);
    return result.has_value() ? std::string("accepted") : message(result.fault());
  };
  EXPECT_EQ(refused(SpasmDetector{}), "accepted");
  EXPECT_EQ(refused(known_spec()), "accepted");
  auto spec = known_spec();
  spec.fast = {0.2};
  EXPECT_NE(refused(spec).find("below slow, 0.1 s (SpasmDetector.fast)"), std::string::npos);
  spec = known_spec();
  spec.slow = {0.125};
  EXPECT_NE(refused(spec).find("the window the rest was calibrated with, 0.1 s"), std::string::npos);
  EXPECT_NE(refused(known_spec(), format(2)).find("one value for each of 2 channels (SpasmDetector.rest.level)"),
            std::string::npos);
  spec = known_spec();
  spec.rest.spread.per_channel[0].value = 0;
  EXPECT_NE(refused(spec).find("above 0 uV"), std::string::npos);
  spec = known_spec();
  spec.rest.level.unit = "%";
  EXPECT_NE(refused(spec).find("a calibration in uV"), std::string::npos);
  spec = known_spec();
  spec.leave = 1;
  EXPECT_NE(refused(spec).find("0.05 to 0.95"), std::string::npos);
  spec = known_spec();
  spec.tonic = {0.2};
  EXPECT_NE(refused(spec).find("below tonic"), std::string::npos);
  spec = known_spec();
  spec.tonic_join = {0.1};
  EXPECT_NE(refused(spec).find("at least join"), std::string::npos);
  spec = SpasmDetector{};
  spec.learn = {1};
  EXPECT_NE(refused(spec).find("2 to 600 s"), std::string::npos);
  auto f = format();
  f.channels = Channels(std::vector<Channel>{{.name = "force", .muscle = {}, .side = {}, .unit = "N"}});
  EXPECT_NE(refused(known_spec(), f).find("channels in uV"), std::string::npos);
  EXPECT_THROW(start(spec, f), ConfigError);
}

TEST(SpasmDetector, AnswersWrongShapesWithAStatus) {
  auto detector = start(known_spec(), format());
  Sink<Event> sink(4);
  const double x = 0;
  EXPECT_EQ(detector.process({&x, 1, 2}, sink).status, Status::wrong_channels);
  EXPECT_EQ(detector.process({&x, -1, 1}, sink).status, Status::wrong_frames);
  EXPECT_EQ(detector.process({nullptr, 1, 1}, sink).status, Status::missing_data);
  EXPECT_EQ(detector.process({nullptr, 0, 1}, sink).status, Status::ok);
  EXPECT_EQ(detector.position().value, 0);
}

}  // namespace
}  // namespace unguard
