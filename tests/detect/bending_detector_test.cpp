// SPDX-License-Identifier: Apache-2.0
// Truth: spikes and holds of simulated bending on fixed seeds; rises put into white noise of a known level; the rules
// of the header; and what the messages have to name.
#include "unguard/detect/bending_detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "unguard/core/processor.hpp"
#include "unguard/core/random.hpp"
#include "unguard/detect/bending_profiler.hpp"
#include "unguard/filter/one_channel_sections.hpp"
#include "unguard/simulate/onset_trial.hpp"
#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

static_assert(Detector<LiveBendingDetector<BendingDetector>>);

constexpr Hertz rate{2000};
constexpr int muscles = 4;

// A simulated record behind the band-pass, EMG alone and with the angle as a fifth channel.
struct Scene {
  Truth truth{};
  std::vector<double> emg{}, degrees{}, all{};

  explicit Scene(const Paraspinal& spec) {
    Simulator simulator = start_simulator(spec);
    truth = simulator.truth();
    const std::vector<OneChannelSections> fresh(muscles, OneChannelSections(design(onset_band(rate), rate).take()));
    auto band = fresh;
    emg.resize(static_cast<std::size_t>(simulator.frames() * muscles));
    degrees.resize(static_cast<std::size_t>(simulator.frames()));
    simulator.generate({emg.data(), simulator.frames(), muscles}, {}, degrees);
    for (std::size_t i = 0; i < degrees.size(); ++i) {
      for (std::size_t m = 0; m < muscles; ++m) {
        emg[muscles * i + m] = band[m].step(emg[muscles * i + m]);
        all.push_back(emg[muscles * i + m]);
      }
      all.push_back(degrees[i]);
    }
  }
  std::vector<BendingTrial> trials(Context phase) const {
    std::vector<BendingTrial> all_of;
    for (const TruePhase& p : truth.phases)
      if (p.phase == phase) all_of.push_back({p.begin.value, p.end.value});
    return all_of;
  }
  BendingProfile profile(int angles, bool with_holds) const {
    const StreamFormat format{.rate = rate, .channels = paraspinal_channel_list()};
    return try_profile_bending({.angles = angles}, {emg.data(), std::ssize(degrees), muscles}, degrees,
                               trials(Context::bending),
                               with_holds ? trials(Context::full_flexion) : std::vector<BendingTrial>{}, format, "")
        .take();
  }
};
Paraspinal person(const char* name, double seconds, std::int64_t seed, bool spikes) {
  Paraspinal spec = scenario(name, {seconds}, seed);
  if (!spikes) spec.bending.spikes = 0;
  return spec;
}
StreamFormat with_angle() {
  auto channels = paraspinal_channel_list();
  std::vector<Channel> list(channels.begin(), channels.end());
  list.push_back({"trunk", "", {}, "deg"});
  return {.rate = rate, .channels = Channels(list)};
}
// The last report of every event.
std::vector<Event> run(const BendingDetector& spec, const StreamFormat& format, ConstBlock block,
                       const std::vector<Marker>& markers) {
  auto live = start(spec, format);
  std::map<std::uint64_t, Event> last;
  Sink<Event> sink(10000);
  const auto take = [&] {
    for (const Event& e : sink.items()) last[e.id] = e;
    sink.clear();
  };
  std::size_t next = 0;
  // Markers come as they happen, and the queue holds few.
  for (std::int64_t at = 0; at < block.frames; at += 1000) {
    for (; next < markers.size() && markers[next].at.value < at + 1000; ++next) live.declare(markers[next]);
    live.process(block.part(at, std::min<std::int64_t>(1000, block.frames - at)), sink);
    take();
  }
  while (live.finish(sink) == Status::full) take();
  take();
  std::vector<Event> events;
  for (const auto& [id, e] : last) events.push_back(e);
  return events;
}

struct Score {
  int spikes = 0, found = 0, wrong = 0, holds = 0, guarded = 0, wrong_holds = 0, taken_back = 0;
};
Score score(const Truth& truth, const std::vector<Event>& events) {
  Score s;
  const auto meets = [](const TrueEvent& t, const Event& e) {
    return t.channel == e.channel && e.onset < t.offset + 100 && t.onset < e.offset + 100;
  };
  const auto any_true = [&](EventKind kind, const Event& e) {
    return std::any_of(truth.events.begin(), truth.events.end(),
                       [&](const TrueEvent& t) { return t.kind == kind && meets(t, e); });
  };
  for (const Event& e : events) {
    s.taken_back += e.report == Report::cancel;
    if (e.report != Report::close) continue;
    s.wrong += e.kind == EventKind::spike_on_bending && !any_true(e.kind, e);
    s.wrong_holds += e.kind == EventKind::guarding && !any_true(e.kind, e);
  }
  for (const TrueEvent& t : truth.events) {
    const bool found = std::any_of(events.begin(), events.end(), [&](const Event& e) {
      return e.report == Report::close && e.kind == t.kind && meets(t, e);
    });
    if (t.kind == EventKind::spike_on_bending) {
      ++s.spikes;
      s.found += found;
    } else if (t.kind == EventKind::guarding) {
      ++s.holds;
      s.guarded += found;
    }
  }
  return s;
}
void print(const char* what, const Score& s) {
  std::printf(
      "[ MEASURED ] %s: %d of %d spikes on bending found, %d false; %d of %d guarded holds said, %d false; %d taken "
      "back\n",
      what, s.found, s.spikes, s.wrong, s.guarded, s.holds, s.wrong_holds, s.taken_back);
}

// Truth: the simulator's spikes and holds. A guarded back against its own bends without spikes, n = 15 min of four
// channels, some 400 spikes; its holds against a healthy back's. And with a profile that has no angle.
TEST(BendingDetector, FindsTheSpikesOfAGuardedBackAndItsGuardedHolds) {
  const Scene scene(person("guarded", 900, 21, true));
  const Scene own(person("guarded", 180, 22, false));
  const auto healthy = Scene(person("healthy", 180, 23, true)).profile(8, true);
  for (const int angles : {8, 1}) {
    BendingDetector spec;
    spec.profile = own.profile(angles, false);
    spec.profile.holds = healthy.holds;
    spec.profile.spreads = healthy.spreads;
    if (angles > 1) spec.angle = "trunk";
    const auto events =
        angles > 1 ? run(spec, with_angle(), {scene.all.data(), std::ssize(scene.degrees), 5}, scene.truth.markers)
                   : run(spec, {.rate = rate, .channels = paraspinal_channel_list()},
                         {scene.emg.data(), std::ssize(scene.degrees), muscles}, scene.truth.markers);
    const Score s = score(scene.truth, events);
    print(angles > 1 ? "guarded back, with the angle" : "guarded back, without an angle", s);
    ASSERT_GT(s.spikes, 300);
    EXPECT_GE(s.found, 0.95 * s.spikes);
    EXPECT_LE(s.wrong, 0);
    EXPECT_GE(s.guarded, 0.95 * s.holds);
    EXPECT_EQ(s.wrong_holds, 0);
    for (const Event& e : events) {
      EXPECT_EQ(e.context, e.kind == EventKind::guarding ? Context::full_flexion : Context::bending);
      EXPECT_TRUE(e.kind == EventKind::guarding || e.kind == EventKind::spike_on_bending ||
                  e.kind == EventKind::activity);
    }
  }
}

// Truth: the simulator, whose healthy back has no spikes and is silent in full flexion. n = 10 min of four channels.
TEST(BendingDetector, FindsNothingInAHealthyBack) {
  const Scene scene(person("healthy", 600, 31, true));
  BendingDetector spec;
  spec.profile = Scene(person("healthy", 180, 32, true)).profile(8, true);
  spec.angle = "trunk";
  const Score s = score(scene.truth,
                        run(spec, with_angle(), {scene.all.data(), std::ssize(scene.degrees), 5}, scene.truth.markers));
  print("healthy back", s);
  EXPECT_EQ(s.wrong, 0);
  EXPECT_EQ(s.wrong_holds, 0);
}

// One muscle of white noise, 10 uV at every angle or as the levels say, and the angle.
BendingDetector knowing(std::vector<double> angles, std::vector<double> levels) {
  BendingDetector spec;
  if (angles.size() > 1) spec.angle = "trunk";
  spec.profile = {.angles = std::move(angles), .levels = std::move(levels)};
  spec.profile.movement = {.order = 1, .coefficients = {0}};
  spec.profile.movement.level.per_channel = {{1, 1, 1}};
  spec.profile.holds = {10};
  spec.profile.spreads = {0.2};
  return spec;
}
StreamFormat one_muscle(bool angle) {
  std::vector<Channel> list;
  if (angle) list.push_back({"trunk", "", {}, "deg"});
  list.push_back({"emg", "", {}, "uV"});
  return {.rate = rate, .channels = Channels(list)};
}
// 10 s at the level, 6 s of it bending from the second 1 to 7, then 2 s of full flexion; a rise to five times the level
// from 3 s for 0.15 s.
struct Bend {
  std::vector<double> emg{}, degrees{};
  std::vector<Marks> marks = std::vector<Marks>(20000);  // of the EMG
  std::vector<Marker> markers{
      {{2000}, MarkerKind::bending}, {{14000}, MarkerKind::full_flexion}, {{18000}, MarkerKind::returning}};

  explicit Bend(std::uint64_t seed, double rise = 5, double seconds = 0.15) {
    RandomStream random(seed, "bend");
    for (std::int64_t i = 0; i < 20000; ++i) {
      const bool risen = i >= 6000 && i < 6000 + samples_in({seconds}, rate);
      emg.push_back(10 * (risen ? rise : 1) * random.normal());
      degrees.push_back(100 * std::clamp((static_cast<double>(i) - 2000) / 12000, 0.0, 1.0));
    }
  }
  std::vector<Event> events(const BendingDetector& spec) const {
    if (spec.angle.empty()) return run(spec, one_muscle(false), {emg.data(), 20000, 1, marks.data()}, markers);
    std::vector<double> both;
    std::vector<Marks> marks_of_both;
    for (std::size_t i = 0; i < emg.size(); ++i) {
      both.insert(both.end(), {degrees[i], emg[i]});
      marks_of_both.insert(marks_of_both.end(), {mark::none, marks[i]});
    }
    return run(spec, one_muscle(true), {both.data(), 20000, 2, marks_of_both.data()}, markers);
  }
};
int closed(const std::vector<Event>& events, EventKind kind) {
  return static_cast<int>(std::count_if(events.begin(), events.end(),
                                        [&](const Event& e) { return e.report == Report::close && e.kind == kind; }));
}

// Truth: what was put in, at its place; n = 40 seeds each.
TEST(BendingDetector, NamesARiseWhereItIsAndHowLargeItIs) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto events = Bend(seed).events(knowing({0}, {10}));
    ASSERT_EQ(events.size(), 1u) << seed;
    EXPECT_EQ(events[0].report, Report::close);
    EXPECT_EQ(events[0].kind, EventKind::spike_on_bending);
    EXPECT_EQ(events[0].channel, 0);
    EXPECT_NEAR(static_cast<double>(events[0].onset.value), 6000, 15);
    EXPECT_NEAR(static_cast<double>(events[0].offset.value), 6300, 40);
    EXPECT_NEAR(events[0].peak.value, 57, 15);
    EXPECT_NEAR(events[0].area_uV_s, 40 * 0.15, 2.5);
  }
}

// Truth: the rule. Without declared bending nothing is a spike on bending, and no hold is one that was not declared.
TEST(BendingDetector, FindsNothingWithoutDeclaredBending) {
  Bend bend(1);
  bend.markers.clear();
  EXPECT_TRUE(bend.events(knowing({0}, {10})).empty());
  bend.markers = {{{2000}, MarkerKind::standing}, {{9000}, MarkerKind::bending}};
  EXPECT_TRUE(bend.events(knowing({0}, {10})).empty());
}

// Truth: the rules: what peaks lower than `rise` or lasts longer than `longest` is ACTIVITY, as it turned out.
TEST(BendingDetector, CallsWhatIsLowOrLongActivity) {
  BendingDetector spec = knowing({0}, {10});
  spec.rise = 20;
  EXPECT_EQ(closed(Bend(2).events(spec), EventKind::activity), 1);
  spec.rise = 1.5;
  spec.longest = {0.1};
  EXPECT_EQ(closed(Bend(2).events(spec), EventKind::activity), 1);
  spec.longest = {0.5};
  EXPECT_EQ(closed(Bend(2).events(spec), EventKind::spike_on_bending), 1);
}

// Truth: the level of the angle. The same EMG is loud where the person is silent and is expected where they are not.
TEST(BendingDetector, AsksWhatIsExpectedAtThisAngle) {
  // 30 degrees at 3 s, where the rise is to 50 uV; silent beyond 80 degrees, where the EMG stays at 10 uV.
  EXPECT_EQ(closed(Bend(3).events(knowing({0, 20, 45, 100}, {10, 60, 60, 10})), EventKind::spike_on_bending), 0);
  BendingDetector falls_silent = knowing({0, 60, 80}, {10, 10, 1});
  falls_silent.least_share = 0;
  falls_silent.longest = {10};
  const auto events = Bend(3).events(falls_silent);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_NEAR(static_cast<double>(events[0].onset.value), 6000, 15);
  // Up to 8 degrees later, 68 degrees and more, it is still the old level; then it falls to a tenth within 20 degrees.
  EXPECT_GT(events[1].onset.value, 2000 + 68 * 120);
  EXPECT_LT(events[1].onset.value, 2000 + 88 * 120);
  EXPECT_EQ(events[1].channel, 1);
}

// Truth: the rule: while the angle is lost nothing is judged.
TEST(BendingDetector, SaysNothingWhileTheAngleIsLost) {
  Bend bend(4);
  const BendingDetector spec = knowing({0, 100}, {10, 10});
  EXPECT_EQ(closed(bend.events(spec), EventKind::spike_on_bending), 1);
  for (std::size_t i = 5500; i < 7500; ++i) bend.degrees[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(bend.events(spec).empty());
  // A few samples are bridged.
  Bend shortly(4);
  for (std::size_t i = 6100; i < 6110; ++i) shortly.degrees[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(closed(shortly.events(spec), EventKind::spike_on_bending), 1);
}

// Truth: the rule on marks, and on values that no electrode gives: beyond the rails, or 10 V, they are none. Divided by
// the level they would be.
TEST(BendingDetector, SaysNothingOfWhatIsMarkedOrCannotHaveBeenMeasured) {
  Bend marked(5);
  std::fill_n(marked.marks.begin() + 5900, 600, mark::motion);
  Bend impossible(5);
  for (std::size_t i = 6000; i < 6300; ++i) impossible.emg[i] = i % 2 ? 3e7 : -3e7;
  for (const BendingDetector& spec : {knowing({0}, {10}), knowing({0, 100}, {10, 10})}) {
    EXPECT_TRUE(marked.events(spec).empty());
    EXPECT_TRUE(impossible.events(spec).empty());
  }
}

// Truth: the levels put in: a hold of 30 uV where 10 are expected, spreads of 0.2: 5.5 of them above.
TEST(BendingDetector, SaysThatAHoldIsGuardedOnceItHasSeenEnoughOfIt) {
  Bend bend(6);
  for (std::size_t i = 14000; i < 18000; ++i) bend.emg[i] *= 3;
  const auto events = bend.events(knowing({0, 100}, {10, 10}));
  ASSERT_EQ(events.size(), 2u);
  const Event& hold = events[1];
  EXPECT_EQ(hold.kind, EventKind::guarding);
  EXPECT_EQ(hold.report, Report::close);
  EXPECT_EQ(hold.channel, 1);
  EXPECT_EQ(hold.onset.value, 14000);
  EXPECT_EQ(hold.offset.value, 18000);
  // Half a second is left out, half a second looked at.
  EXPECT_EQ(hold.decided.value, 14000 + 2000 - 1);
  EXPECT_NEAR(hold.peak.value, 30, 2);
  EXPECT_NEAR(hold.area_uV_s, 20 * 1.5, 3);
  EXPECT_GT(hold.confidence, 0.999);
}

// Truth: the rule: what is open goes on by the new rule. Of the same hold and the same rise, changed in the middle.
TEST(BendingDetector, KeepsWhatIsOpenThroughALiveChange) {
  Bend bend(7);
  for (std::size_t i = 14000; i < 18000; ++i) bend.emg[i] *= 3;
  const BendingDetector spec = knowing({0}, {10});
  BendingDetector other = spec;
  other.false_alarms = 0.1;
  other.guarded = 1.5;
  for (const std::int64_t at : {6100, 16500, 17999}) {
    auto live = start(spec, one_muscle(false));
    for (const Marker& m : bend.markers) live.declare(m);
    Sink<Event> sink(100);
    live.process({bend.emg.data(), at, 1}, sink);
    live.change(start(other, one_muscle(false)));
    EXPECT_EQ(live.spec(), other);
    live.process({bend.emg.data() + at, 20000 - at, 1}, sink);
    live.finish(sink);
    std::map<std::uint64_t, Event> last;
    for (const Event& e : sink.items()) last[e.id] = e;
    ASSERT_EQ(last.size(), 2u) << at;
    EXPECT_EQ(last[1].kind, EventKind::spike_on_bending);
    EXPECT_EQ(last[1].report, Report::close);
    EXPECT_EQ(last[2].kind, EventKind::guarding) << at;
    EXPECT_EQ(last[2].report, Report::close) << at;
    EXPECT_EQ(last[2].onset.value, 14000);
    EXPECT_EQ(last[2].offset.value, 18000);
    EXPECT_NEAR(last[2].peak.value, 30, 2);
  }
  // Another format is handed back.
  auto live = start(spec, one_muscle(false));
  const auto back = live.change(start(knowing({0, 100}, {10, 10}), one_muscle(true)));
  EXPECT_EQ(live.spec(), spec);
  EXPECT_EQ(back.format().channels.count(), 2);
}

// Truth: what each message has to name.
TEST(BendingDetector, RefusesByNameWhatCannotWork) {
  const auto refused = [](const BendingDetector& spec, const StreamFormat& format) {
    const auto made = try_start(spec, format);
    return made.has_value() ? std::string("accepted") : message(made.fault());
  };
  const auto names = [](const std::string& text, const char* what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  BendingDetector with = knowing({0, 100}, {10, 10}), without = knowing({0}, {10});
  EXPECT_EQ(refused(with, one_muscle(true)), "accepted");
  EXPECT_EQ(refused(without, one_muscle(false)), "accepted");
  EXPECT_EQ(refused(BendingDetector{}, one_muscle(false)),
            "profile is empty: expected what profile_bending() makes of the person's own trials "
            "(BendingDetector.profile)");
  names(refused(with, one_muscle(false)), "the name of one of the stream's channels (BendingDetector.angle)");
  names(refused(without, one_muscle(true)), "for each of 2 channels (BendingDetector.profile.levels)");
  BendingDetector no_name = with;
  no_name.angle.clear();
  names(refused(no_name, one_muscle(false)), "for the profile has several (BendingDetector.angle)");
  auto radians = one_muscle(true);
  radians.channels = Channels(std::vector<Channel>{{"trunk", "", {}, "rad"}, {"emg", "", {}, "uV"}});
  names(refused(with, radians), "\"trunk\" in rad: expected a trunk angle in deg");
  auto volts = one_muscle(true);
  volts.channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}, {"emg", "", {}, "V"}});
  names(refused(with, volts), "channels in uV");
  names(refused(with, {.rate = {1000}, .channels = one_muscle(true).channels}), "profile.movement.rate");
  auto bad = with;
  bad.sizes = {6, 2};
  names(refused(bad, one_muscle(true)), "(BendingDetector.sizes)");
  bad = with;
  bad.shortest = {3};
  names(refused(bad, one_muscle(true)), "below longest, 2 s (BendingDetector.shortest)");
  EXPECT_THROW(start(bad, one_muscle(true)), ConfigError);
  auto alone = with;
  auto angle_only = one_muscle(true);
  angle_only.channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}});
  EXPECT_NE(refused(alone, angle_only), "accepted");
}

}  // namespace
}  // namespace unguard
