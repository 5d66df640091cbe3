// SPDX-License-Identifier: Apache-2.0
// Truth: where activity was put into white noise of a known level, the rules of the header, and what the messages have
// to name. What it finds in EMG is in activity_on_emg_test.cpp.
#include "unguard/detect/activity_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/random.hpp"

namespace unguard {
namespace {

static_assert(Detector<LiveOnsetDetector<ActivityDetector, ChangeChannel>>);

constexpr double rate = 2000;

// White noise of 2 uV needs one coefficient of 0; and its alarms, as ChangeBank's test has them.
ActivityDetector knowing_white(int channels = 1) {
  ActivityDetector spec;
  const auto n = static_cast<std::size_t>(channels);
  spec.calibration.noise = {.order = 1, .coefficients = std::vector<double>(n)};
  spec.calibration.noise.level.per_channel.assign(n, {2, 2, 2});
  spec.calibration.level = spec.calibration.noise.level;
  spec.calibration.log_alarms.assign(n, -2);
  spec.calibration.decay.assign(n, 1);
  return spec;
}
// Rest of 2 uV for so many seconds with stretches at other levels.
struct Stretch {
  double from, to, uV;
};
std::vector<double> rest_with(double seconds, const std::vector<Stretch>& stretches, std::uint64_t seed) {
  auto x = onsets::white(static_cast<std::int64_t>(seconds * rate), 2, seed);
  for (const Stretch& s : stretches)
    for (auto i = static_cast<std::size_t>(s.from * rate); i < static_cast<std::size_t>(s.to * rate); ++i)
      x[i] *= s.uV / 2;
  return x;
}

// Truth: what was put in; 20 dB, n = 100 bursts of 0.3 s.
TEST(ActivityDetector, FindsEveryStrongBurstAndItsEdgesToAFewSamples) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto found = onsets::events(knowing_white(), rest_with(3, {{1.5, 1.8, 20}}, seed));
    ASSERT_EQ(found.size(), 1u) << seed;
    EXPECT_NEAR(static_cast<double>(found[0].onset.value), 3000, 12) << seed;
    EXPECT_NEAR(static_cast<double>(found[0].offset.value), 3600, 12) << seed;
    EXPECT_EQ(found[0].kind, EventKind::activity);
    EXPECT_NEAR(found[0].peak.value, 22, 7);
  }
}

// Truth: nothing goes on where rest comes back to its calibrated level, however quiet it was in between; bursts of 10
// dB behind it do. n = 10 each.
TEST(ActivityDetector, RestThatWasQuieterForAWhileIsNoActivityWhenItComesBack) {
  for (const double quiet : {0.0, 1.0, 1.4, 1.7})
    for (const double lasted : {3.0, 8.0, 20.0})
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const double back = 2 + lasted;
        const std::vector<Stretch> bursts{{2, back, quiet}, {back + 3, back + 3.5, 6.6}, {back + 6, back + 6.5, 6.6}};
        const auto found = onsets::events(knowing_white(), rest_with(back + 9, bursts, seed));
        ASSERT_EQ(found.size(), 2u) << quiet << " uV for " << lasted << " s, seed " << seed;
        for (std::size_t i = 0; i < 2; ++i) {
          EXPECT_NEAR(static_cast<double>(found[i].onset.value), bursts[i + 1].from * rate, 30);
          EXPECT_NEAR(static_cast<double>(found[i].offset.value), bursts[i + 1].to * rate, 30);
        }
      }
}

// Truth: the rule on gaps; n = 40 pairs of bursts each.
TEST(ActivityDetector, JoinsWhatAShorterGapDivides) {
  int events[2] = {};
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    for (const bool is_long : {false, true}) {
      const double gap = is_long ? 0.12 : 0.02;
      events[is_long] += static_cast<int>(
          onsets::events(knowing_white(), rest_with(3, {{1, 1.4, 20}, {1.4 + gap, 2, 20}}, seed)).size());
    }
  EXPECT_EQ(events[0], 40);
  EXPECT_EQ(events[1], 80);
}

// Truth: the rule: shorter is cancelled, longer is not. n = 40 each.
TEST(ActivityDetector, CancelsWhatIsTooShort) {
  int kept = 0, cancelled = 0, long_kept = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const Event& e : onsets::reports(knowing_white(), rest_with(3, {{1.5, 1.51, 20}}, seed))) {
      kept += e.report == Report::close;
      cancelled += e.report == Report::cancel;
    }
    long_kept += static_cast<int>(onsets::events(knowing_white(), rest_with(3, {{1.5, 1.6, 20}}, seed)).size());
  }
  EXPECT_EQ(kept, 0);
  EXPECT_EQ(cancelled, 40);
  EXPECT_EQ(long_kept, 40);
}

// Truth: the rule: who asks for a rise to four times rest is told of no activity of two and a half times; an event is
// where half of that rise is there, though the muscle is on at twice rest before and behind it, and that joins nothing.
// n = 40 each. Without a rise all of it is one event. Of 2000 others the second onset has an SD of 1.6 samples, and 11
// at most, the first offset 1.8 and 15.
TEST(ActivityDetector, ARiseIsAskedForAtBothEndsOfAnEvent) {
  ActivityDetector bursts = knowing_white();
  bursts.rise = 3;
  bursts.join = {0.3};
  int one = 0, weak = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto x = rest_with(4, {{1, 1.5, 16}, {1.5, 2.5, 4}, {2.5, 3, 16}}, seed);
    const auto found = onsets::events(bursts, x);
    ASSERT_EQ(found.size(), 2u) << seed;
    EXPECT_NEAR(static_cast<double>(found[0].offset.value), 3000, 20) << seed;
    EXPECT_NEAR(static_cast<double>(found[1].onset.value), 5000, 20) << seed;
    one += onsets::events(knowing_white(), x).size() == 1;
    weak += static_cast<int>(onsets::events(bursts, rest_with(4, {{1, 3, 5}}, seed)).size());
  }
  EXPECT_GE(one, 38);
  EXPECT_EQ(weak, 0);
}

// Truth: the rule, beyond the time in which alarms are taken back: n = 20 activities of 0.3 s.
TEST(ActivityDetector, CancelsWhatIsShorterThanAskedForHoweverLongThatIs) {
  ActivityDetector spec = knowing_white();
  spec.shortest = {0.5};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto reports = onsets::reports(spec, rest_with(3, {{1.5, 1.8, 20}}, seed));
    ASSERT_FALSE(reports.empty());
    EXPECT_EQ(reports.back().report, Report::cancel);
    EXPECT_EQ(reports.back().confidence, 0);
    EXPECT_EQ(onsets::events(spec, rest_with(3, {{1.2, 1.8, 20}}, seed)).size(), 1u);
  }
}

// Truth: the run without marks: one marked sample, whichever it is, neither keeps an impulse from being taken back nor
// an onset from being looked at again; 10 ms of it move no edge by more than 10 ms.
TEST(ActivityDetector, AMarkedSampleChangesNoRule) {
  ActivityDetector spec = knowing_white();
  spec.on_marks.guard = spec.on_marks.late = {0};
  auto impulses = rest_with(3, {{1.5, 1.51, 20}, {1.57, 1.58, 20}}, 3);
  auto burst = rest_with(3, {{1.5, 1.9, 20}}, 3);
  const auto marked_at = [&](const std::vector<double>& x, std::int64_t first, std::int64_t count) {
    std::vector<Marks> marks(x.size());
    std::fill_n(marks.begin() + first, count, mark::gated | mark::flat);
    auto live = start(spec, onsets::format({rate}));
    Sink<Event> sink(1000);
    live.process({x.data(), static_cast<std::int64_t>(x.size()), 1, marks.data()}, sink);
    live.finish(sink);
    return std::vector<Event>{sink.items().begin(), sink.items().end()};
  };
  for (std::int64_t later = 5; later < 300; later += 5) {
    for (const Event& e : marked_at(impulses, 3000 + later, 1)) EXPECT_NE(e.report, Report::close) << later;
    const auto found = marked_at(burst, 3000 + later, 20);
    ASSERT_FALSE(found.empty()) << later;
    EXPECT_EQ(found.back().report, Report::close) << later;
    EXPECT_NEAR(static_cast<double>(found.back().onset.value), 3000, 20) << later;
    EXPECT_NEAR(static_cast<double>(found.back().offset.value), 3800, 20) << later;
  }
}

// Truth: where it was put, at 5 dB. Nothing is known of 25 samples, those that are lost 10 ms behind the onset and
// those that they are the past of; less than that much of it is hidden. n = 200.
TEST(ActivityDetector, AShortLossBehindAnOnsetDoesNotHideIt) {
  ActivityDetector spec = knowing_white();
  spec.calibration.noise.order = 20;
  spec.calibration.noise.coefficients.assign(20, 0);
  spec.on_marks.guard = spec.on_marks.late = {0};
  double sum = 0;
  int found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto x = rest_with(3, {{1.5, 1.9, 3.56}}, seed);
    std::vector<Marks> marks(x.size());
    std::fill_n(marks.begin() + 3020, 5, mark::missing);
    auto live = start(spec, onsets::format({rate}));
    Sink<Event> sink(1000);
    live.process({x.data(), static_cast<std::int64_t>(x.size()), 1, marks.data()}, sink);
    live.finish(sink);
    for (const Event& e : sink.items()) {
      if (e.report != Report::close || std::abs(e.onset.value - 3000) > 200) continue;
      sum += static_cast<double>(e.onset.value - 3000);
      ++found;
    }
  }
  EXPECT_GE(found, 195);
  std::printf("[ measured ] mean onset error behind a loss of 5 samples: %.1f samples\n", sum / found);
  EXPECT_LE(std::fabs(sum / found), 20);
}

// Truth: the detector that was not saved; saving after a live change in mid-event is only looking.
TEST(ActivityDetector, SavingChangesNothingBehindALiveChange) {
  const auto x = rest_with(4, {{1, 2.3, 5}, {2.3, 3, 3}}, 4);
  const auto run = [&](bool saves) {
    auto live = start(knowing_white(), onsets::format({rate}));
    Sink<Event> sink(1000);
    live.process({x.data(), 3000, 1}, sink);
    ActivityDetector other = knowing_white();
    other.rise = 1;
    other.cap = 1;
    live.change(start(other, onsets::format({rate})));
    if (saves) (void)live.save();
    live.process({x.data() + 3000, static_cast<std::int64_t>(x.size()) - 3000, 1}, sink);
    live.finish(sink);
    return std::pair{std::vector<Event>{sink.items().begin(), sink.items().end()}, live.channel(0).rest_power()};
  };
  EXPECT_EQ(run(true), run(false));
}

// Truth: the rule: no sample gives more than 6 of the some 14 nats that are needed. n = 400 samples a thousand times
// the rest; three in a row are enough.
TEST(ActivityDetector, OneWildSampleOpensNothing) {
  auto x = rest_with(201, {}, 3);
  for (std::size_t i = 1000; i < x.size(); i += 1000) x[i] = i % 2000 ? 2000 : -2000;
  EXPECT_TRUE(onsets::reports(knowing_white(), x).empty());
  for (std::size_t i = 1; i <= 2; ++i) x[10000 + i] = 2000;
  EXPECT_FALSE(onsets::reports(knowing_white(), x).empty());
}

// Truth: the rule. A stronger one is as sure or surer at its end, and who expects more is surer of each.
TEST(ActivityDetector, ConfidenceIsAShareAndRisesWithTheEvidenceAndWithWhatIsExpected) {
  double ends[3] = {};
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    int strength = 0;
    for (const double uV : {3.2, 4.0, 8.0}) {
      const auto x = rest_with(4, {{1.5, 1.7, uV}}, seed);
      ActivityDetector hopeful = knowing_white();
      hopeful.expected = 600;
      const auto reports = onsets::reports(knowing_white(), x), surer = onsets::reports(hopeful, x);
      ASSERT_EQ(reports.size(), surer.size());
      for (std::size_t i = 0; i < reports.size(); ++i) {
        EXPECT_GT(reports[i].confidence, 0);
        EXPECT_LE(reports[i].confidence, surer[i].confidence);
        EXPECT_LE(surer[i].confidence, 1);
      }
      ends[strength++] += reports.empty() ? 0 : reports.back().confidence;
    }
  }
  EXPECT_LE(ends[0], ends[1]);
  EXPECT_LE(ends[1], ends[2]);
  EXPECT_GT(ends[2], 39.9);
}

// Truth: what has come since the last report is in the evidence, whoever ends the event: its own end, the stream's, or
// a loss. A strong one that opened with some doubt is certain by then. n = 20 each.
TEST(ActivityDetector, KnowsAtTheEndHowSureItIsWhateverEndsIt) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto whole = rest_with(3, {{1.5, 2, 6}}, seed);
    const std::vector<double> cut(whole.begin(), whole.begin() + 3600);
    auto lost = whole;
    std::fill(lost.begin() + 3600, lost.end(), nan);
    for (const auto& x : {whole, cut, lost}) {
      const auto reports = onsets::reports(knowing_white(), x);
      ASSERT_GE(reports.size(), 2u);
      EXPECT_LT(reports.front().confidence, 0.9999);
      EXPECT_EQ(reports.back().report, Report::close);
      EXPECT_GT(reports.back().confidence, 1 - 1e-9);
    }
  }
}

// Truth: an event lives on through a change of thresholds, as core/event.hpp has it; and is what it would have been.
TEST(ActivityDetector, KeepsAnOpenEventThroughALiveChangeOfFalseAlarms) {
  const auto x = rest_with(4, {{1.5, 2.5, 20}}, 5);
  const auto f = onsets::format({rate});
  const auto drive = [&](double at, bool change) {
    auto live = start(knowing_white(), f);
    Sink<Event> sink(100);
    const auto middle = static_cast<std::int64_t>(at * rate);
    live.process({x.data(), middle, 1}, sink);
    if (change) {
      ActivityDetector other = knowing_white();
      other.false_alarms = 0.01;
      live.change(start(other, f));
      EXPECT_EQ(live.spec().false_alarms, 0.01);
    }
    live.process({x.data() + middle, static_cast<std::int64_t>(x.size()) - middle, 1}, sink);
    live.finish(sink);
    return std::vector<Event>(sink.items().begin(), sink.items().end());
  };
  for (const double at : {1.505, 2.0, 2.4}) {
    const auto changed = drive(at, true), not_changed = drive(at, false);
    ASSERT_EQ(changed.size(), not_changed.size()) << at;
    ASSERT_GE(changed.size(), 2u);
    EXPECT_EQ(changed.front().report, Report::open);
    EXPECT_EQ(changed.back().report, Report::close);
    EXPECT_EQ(changed.back().onset, not_changed.back().onset);
    EXPECT_EQ(changed.back().offset, not_changed.back().offset);
    for (const Event& e : changed) EXPECT_EQ(e.id, 1u);
  }
  // Another calibration is another detector: the event ends there.
  auto live = start(knowing_white(), f);
  Sink<Event> sink(100);
  live.process({x.data(), 4000, 1}, sink);
  ActivityDetector louder = knowing_white();
  louder.calibration.noise.level.per_channel[0].value = 3;
  live.change(start(louder, f));
  live.process({x.data() + 4000, 10, 1}, sink);
  ASSERT_FALSE(sink.items().empty());
  EXPECT_EQ(sink.items().back().report, Report::close);
  EXPECT_EQ(sink.items().back().offset.value, 4000);
}

// Truth: the levels put in. The area is that of a moving RMS above the rest: of a step of 0.5 s to 20 uV 9 uV s.
TEST(ActivityDetector, KnowsTheLevelOfRestAndTheAreaAboveIt) {
  double area = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto found = onsets::events(knowing_white(), rest_with(3, {{1.5, 2, 20}}, seed));
    ASSERT_EQ(found.size(), 1u);
    area += found[0].area_uV_s / 20;
  }
  EXPECT_NEAR(area, 9, 0.9);
  // Rest that goes from 2 to 2.5 uV in 22 s and stays there. Followed with an SD of some 2 %.
  auto live = start(knowing_white(), onsets::format({rate}));
  EXPECT_EQ(live.channel(0).rest_power(), 4);
  auto x = onsets::white(80000, 2, 9);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] *= std::min(1.25, std::pow(1.01, static_cast<double>(i) / rate));
  Sink<Event> sink(1000);
  live.process({x.data(), 80000, 1}, sink);
  EXPECT_NEAR(std::sqrt(live.channel(0).rest_power()), 2.5, 0.2);
}

// Truth: the level above rest times how long it was put in, for short ones, too, and however long is waited for what
// may join; of 200 each. A moving RMS is below its levels on the way from one to the other: of both halves of a window
// that count, by 14 % of 25 ms.
TEST(ActivityDetector, TheAreaIsThatFromOnsetToOffset) {
  for (const double seconds : {0.05, 0.2, 1.0})
    for (const double join : {0.05, 0.5}) {
      ActivityDetector spec = knowing_white();
      spec.join = {join};
      double area = 0;
      int found = 0;
      for (std::uint64_t seed = 0; seed < 200; ++seed)
        for (const Event& e : onsets::events(spec, rest_with(4, {{1.5, 1.5 + seconds, 20}}, seed))) {
          area += e.area_uV_s;
          ++found;
        }
      EXPECT_GE(found, 198);
      const double put_in = 18 * (seconds - 0.14 * 0.025);
      std::printf("[ MEASURED ] area of %g s, join %g s: %.3f of what was put in\n", seconds, join,
                  area / found / put_in);
      EXPECT_NEAR(area / found, put_in, 0.04 * put_in);
    }
}

// Truth: what each message has to name.
TEST(ActivityDetector, RefusesByNameWhatCannotWork) {
  const auto refused = [](const ActivityDetector& spec, int channels = 1, double fs = rate) {
    const auto made = try_start(spec, {.rate = {fs}, .channels = Channels::unnamed(channels)});
    return made.has_value() ? std::string("accepted") : message(made.fault());
  };
  const auto with = [&](auto change) {
    ActivityDetector spec = knowing_white();
    change(spec);
    return refused(spec);
  };
  const auto names = [](const std::string& text, const char* what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  EXPECT_EQ(refused(knowing_white()), "accepted");
  EXPECT_EQ(refused(ActivityDetector{}),
            "calibration is empty: expected what calibrate_activity() makes of a declared rest "
            "(ActivityDetector.calibration)");
  names(refused(knowing_white(), 2), "one value for each of 2 channels (ActivityDetector.calibration.noise.level)");
  names(refused(knowing_white(), 1, 1000), "(ActivityDetector.calibration.noise.rate)");
  names(with([](auto& s) { s.calibration.level.per_channel.clear(); }), "(ActivityDetector.calibration.level)");
  names(with([](auto& s) { s.calibration.level.per_channel[0].value = 0; }), "above 0 uV");
  names(with([](auto& s) { s.calibration.log_alarms.clear(); }), "(ActivityDetector.calibration.log_alarms)");
  names(with([](auto& s) { s.calibration.log_alarms[0] = std::nan(""); }), "(ActivityCalibration.log_alarms)");
  names(with([](auto& s) { s.calibration.decay[0] = 0; }), "(ActivityDetector.calibration.decay)");
  names(with([](auto& s) { s.calibration.beat_loudness = {1, 2}; }), "(ActivityDetector.calibration.beat_loudness)");
  names(with([](auto& s) { s.calibration.beat_loudness = {1}; }), "(ActivityDetector.calibration.beat_evidence)");
  names(with([](auto& s) { s.calibration.beat_loudness = s.calibration.beat_evidence = {-1}; }),
        "finite numbers of 0 and more");
  names(with([](auto& s) { s.calibration.settled_dB = {1, 2}; }), "(ActivityDetector.calibration.settled_dB)");
  names(with([](auto& s) { s.calibration.settled_dB = {1}; }), "(ActivityDetector.calibration.end_dB)");
  names(with([](auto& s) { s.calibration.settled_dB = s.calibration.end_dB = s.calibration.end_dB_a_second = {41}; }),
        "-40 to 40");
  names(with([](auto& s) { s.calibration.correlation = {0.5}; }), "(ActivityDetector.calibration.correlation)");
  names(with([](auto& s) { s.calibration.correlation.assign(6, 2); }), "calibration.correlation");
  names(with([](auto& s) { s.calibration.correlation = {0.9, -0.9, 0.9, 0.9, -0.9, 0.9}; }),
        "the correlation of some process");
  names(with([](auto& s) { s.calibration.lags = 41; }), "(ActivityCalibration.lags)");
  names(with([](auto& s) { s.sizes.clear(); }), "(ActivityDetector.sizes)");
  names(with([](auto& s) { s.sizes.assign(9, 0); }), "1 to 8 numbers (ActivityDetector.sizes)");
  names(with([](auto& s) { s.sizes = {4, 0}; }), "ascending numbers from -40 to 40 dB (ActivityDetector.sizes)");
  names(with([](auto& s) { s.sizes = {50}; }), "(ActivityDetector.sizes)");
  names(with([](auto& s) { s.false_alarms = 0; }), "(ActivityDetector.false_alarms)");
  auto in_volts = onsets::format({rate});
  in_volts.channels = Channels(std::vector<Channel>{{.name = "emg", .muscle = {}, .side = {}, .unit = "V"}});
  EXPECT_THROW(start(knowing_white(), in_volts), ConfigError);
}

// Truth: the rule: a count of alarms holds for the settings that it was made for; a bound holds for any. What is no
// part of the count may differ; how long a look is decides how loud a beat is, and nothing without beats.
TEST(ActivityDetector, RefusesByNameASettingThatAlarmsWereNotCountedFor) {
  const auto refused = [](bool counted, bool beats, auto change) {
    ActivityDetector spec = knowing_white();
    if (counted) spec.calibration.counted_for = activity_detail::counted_for(spec);
    if (beats) spec.calibration.beat_loudness = spec.calibration.beat_evidence = {1};
    change(spec);
    const auto made = try_start(spec, onsets::format({rate}));
    return made ? std::string("accepted") : message(made.fault());
  };
  EXPECT_EQ(refused(true, false,
                    [](auto& s) {
                      s.sizes = {-12, 0, 12};
                    }),
            "sizes is [-12, 0, 12]: expected [0, 4, 8, 12], which alarms were counted for; give calibrate_activity() "
            "this detector (ActivityDetector.sizes)");
  const auto names = [&](const char* what, auto change) {
    const std::string text = refused(true, false, change);
    EXPECT_NE(text.find(what), std::string::npos) << text;
    EXPECT_EQ(refused(false, false, change), "accepted") << what;
  };
  names("most_a_sample is 1000: expected 6, which", [](auto& s) { s.most_a_sample = 1000; });
  names("tracking is 0.5: expected 0.025, which", [](auto& s) { s.tracking = 0.5; });
  names("memory is 1 s: expected 4 s, which", [](auto& s) { s.memory = {1}; });
  names("cap is 1: expected 2, which", [](auto& s) { s.cap = 1; });
  const auto other_look = [](auto& s) { s.look = {0.01}; };
  EXPECT_EQ(refused(true, false, other_look), "accepted");
  EXPECT_NE(refused(true, true, other_look).find("look is 0.01 s: expected 0.025 s, which"), std::string::npos);
  EXPECT_EQ(refused(true, true,
                    [](auto& s) {
                      s.false_alarms = 20;
                      s.rise = 3;
                      s.back = s.join = s.shortest = {0.2};
                      s.continues = true;
                      s.expected = 5;
                    }),
            "accepted");
}

}  // namespace
}  // namespace unguard
