// SPDX-License-Identifier: Apache-2.0
// Truth: the phases of simulated bends (minimum jerk) on fixed seeds, without and with the noise of an angle; movements
// written by hand for what is no bend; and what the messages have to name.
#include "unguard/clinical/bend_phases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/processor.hpp"
#include "unguard/core/random.hpp"
#include "unguard/simulate/bending.hpp"

namespace unguard {
namespace {

static_assert(Processor<LiveBendPhases<BendPhases>>);

constexpr Hertz rate{1000};
StreamFormat angle_format(Hertz of = rate) {
  return {.rate = of, .channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}})};
}

std::vector<PhaseReport> run(const BendPhases& spec, const std::vector<double>& degrees,
                             const std::vector<Marks>& marks = {}, Hertz of = rate) {
  auto live = start(spec, angle_format(of));
  Sink<PhaseReport> sink(1000);
  EXPECT_EQ(live.process({degrees.data(), std::ssize(degrees), 1, marks.empty() ? nullptr : marks.data()}, sink).status,
            Status::ok);
  EXPECT_EQ(live.finish(sink), Status::ok);
  return {sink.items().begin(), sink.items().end()};
}
std::vector<PhaseReport> closed(const std::vector<PhaseReport>& reports) {
  std::vector<PhaseReport> found;
  for (const PhaseReport& e : reports)
    if (e.report == Report::close) found.push_back(e);
  return found;
}
std::vector<Context> phases_of(const std::vector<PhaseReport>& reports) {
  std::vector<Context> found;
  for (const PhaseReport& e : closed(reports)) found.push_back(e.phase);
  return found;
}

// From angle to angle in so many seconds, as people move; noise of an IMU: white, SD in degrees a sample at 100 Hz.
struct Script {
  std::vector<double> degrees{};
  double at;
  explicit Script(double from) : at(from) {}
  Script& hold(double seconds) {
    degrees.insert(degrees.end(), static_cast<std::size_t>(seconds * rate.value), at);
    return *this;
  }
  Script& to(double target, double seconds) {
    const double from = at;
    const auto n = static_cast<std::size_t>(seconds * rate.value);
    for (std::size_t i = 0; i < n; ++i) {
      const double u = static_cast<double>(i) / static_cast<double>(n);
      degrees.push_back(from + (target - from) * u * u * u * (10 + u * (6 * u - 15)));
    }
    at = target;
    return *this;
  }
  Script& noise(double sd, std::uint64_t seed) {
    RandomStream random(seed, "angle");
    double held = 0;
    for (std::size_t i = 0; i < degrees.size(); ++i) {
      if (i % 10 == 0) held = sd * random.normal();
      degrees[i] += held;
    }
    return *this;
  }
};

using C = Context;
const std::vector<Context> one_bend{C::standing, C::bending, C::full_flexion, C::returning, C::standing};

TEST(BendPhases, AreTheFourOfABendInOrder) {
  const auto reports = run({}, Script(2).hold(3).to(90, 4).hold(4).to(2, 4).hold(3).degrees);
  EXPECT_EQ(phases_of(reports), one_bend);
  for (const PhaseReport& e : reports) {
    EXPECT_LE(e.onset, e.decided);
    EXPECT_EQ(e.reasons, mark::none);
  }
  const auto all = closed(reports);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].onset, all[i - 1].offset) << "phases lie end to end";
}

// Truth: the phases of 400 simulated bends, by the noise of the angle (SD of each hundredth of a second) and the range.
TEST(BendPhases, BeginWithinAHundredMillisecondsOfTheTruth) {
  struct Case {
    double noise, full;
  };
  for (const Case of : {Case{0, 100}, {0.3, 100}, {0.5, 100}, {0.3, 60}, {0.1, 32}}) {
    std::vector<double> off;
    int bends = 0, found = 0;
    for (int person = 0; person < 40; ++person) {
      const Bending spec{.rest = {5}, .full_flexion = {of.full}};
      const auto cycles = draw_cycles(spec, RandomStream(400 + person, "cycles"), {60000}, rate);
      AnglePlayer angle(spec, cycles);
      Script script(0);
      for (int i = 0; i < 60000; ++i) script.degrees.push_back(angle.next());
      const auto all = closed(run({}, script.noise(of.noise, 500 + person).degrees));
      for (const BendingCycle& c : cycles) {
        ++bends;
        const auto bend = std::find_if(all.begin(), all.end(), [&](const PhaseReport& e) {
          return e.phase == C::bending && std::llabs(e.onset - c.bend) < 1000;
        });
        if (all.end() - bend < 3 || bend[1].phase != C::full_flexion || bend[2].phase != C::returning) continue;
        ++found;
        for (const std::int64_t d :
             {bend[0].onset - c.bend, bend[1].onset - c.hold, bend[2].onset - c.back, bend[2].offset - c.end})
          off.push_back(std::fabs(static_cast<double>(d)));
      }
    }
    std::sort(off.begin(), off.end());
    const auto within = std::upper_bound(off.begin(), off.end(), 100.0) - off.begin();
    std::printf(
        "[ MEASURED ] noise %g deg, range %g: %d of %d bends, edges off by %.0f ms in the median, %.0f at most\n",
        of.noise, of.full - 2, found, bends, off[off.size() / 2], off.back());
    EXPECT_EQ(found, bends);
    EXPECT_GE(bends, 100);
    EXPECT_EQ(within, std::ssize(off));
  }
}

// People do not all move with the least jerk: a cosine, and a straight line with round ends.
TEST(BendPhases, BeginWhereOtherMovementsDo) {
  for (const bool cosine : {true, false}) {
    Script script(0);
    script.hold(3);
    const auto begin = static_cast<std::int64_t>(script.degrees.size());
    for (int i = 0; i < 4000; ++i) {
      const double u = i / 4000.0;
      const double line = u < 0.1 ? 5 * u * u : u > 0.9 ? 0.9 - 5 * (1 - u) * (1 - u) : u - 0.05;
      script.degrees.push_back(cosine ? 45 * (1 - std::cos(std::numbers::pi * u)) : 100 * line);
    }
    script.at = 90;
    script.hold(4).to(0, 4).hold(3).noise(0.2, 1);
    const auto all = closed(run({}, script.degrees));
    ASSERT_EQ(phases_of(all), one_bend);
    std::printf("[ MEASURED ] %s: begins %+lld ms, ends %+lld ms off\n", cosine ? "cosine" : "straight line",
                static_cast<long long>(all[1].onset.value - begin),
                static_cast<long long>(all[2].onset.value - begin - 4000));
    EXPECT_NEAR(static_cast<double>(all[1].onset.value), static_cast<double>(begin), 250);
    EXPECT_NEAR(static_cast<double>(all[2].onset.value), static_cast<double>(begin) + 4000, 250);
  }
}

TEST(BendPhases, NeedNoHold) {
  const auto reports = run({}, Script(0).hold(3).to(60, 3).to(0, 3).hold(3).degrees);
  EXPECT_EQ(phases_of(reports), (std::vector{C::standing, C::bending, C::returning, C::standing}));
}
TEST(BendPhases, AreAskedForByTheirOwnPeak) {
  // 20 degrees in 8 s: never faster than 4.7 deg/s.
  EXPECT_EQ(phases_of(run({}, Script(0).hold(3).to(20, 8).hold(5).to(0, 8).hold(5).degrees)), one_bend);
  EXPECT_EQ(phases_of(run({}, Script(0).hold(3).to(110, 0.8).hold(2).to(0, 0.8).hold(3).degrees)), one_bend);
}
TEST(BendPhases, TakeBackWhatWasAPauseOrNoBend) {
  const auto paused = run({}, Script(0).hold(3).to(45, 3).hold(2).to(90, 3).hold(4).to(0, 4).hold(3).degrees);
  EXPECT_EQ(phases_of(paused), one_bend);
  const auto cancelled = std::count_if(paused.begin(), paused.end(), [](const PhaseReport& e) {
    return e.report == Report::cancel && e.phase == C::full_flexion;
  });
  EXPECT_EQ(cancelled, 1);
  const auto all = closed(paused);
  EXPECT_NEAR(static_cast<double>(all[1].onset.value), 3000, 100);
  EXPECT_NEAR(static_cast<double>(all[2].onset.value), 11000, 100);
  const auto nod = run({}, Script(0).hold(3).to(10, 1).hold(1).to(0, 1).hold(3).degrees);
  EXPECT_EQ(phases_of(nod), (std::vector{C::standing}));
  EXPECT_EQ(std::count_if(nod.begin(), nod.end(), [](const PhaseReport& e) { return e.report == Report::cancel; }), 1);
  // A pause on the way up, and a start that was none.
  EXPECT_EQ(phases_of(run({}, Script(0).hold(3).to(90, 3).hold(3).to(40, 2).hold(1).to(0, 2).hold(3).degrees)),
            one_bend);
  const auto hesitating =
      run({}, Script(0).hold(3).to(90, 3).hold(3).to(84, 1).to(90, 1).hold(3).to(0, 3).hold(3).degrees);
  EXPECT_EQ(phases_of(hesitating), one_bend);
}
TEST(BendPhases, GoOnWhenSomebodyDoesNotStandInBetween) {
  const auto reports =
      run({}, Script(0).hold(3).to(90, 3).hold(3).to(30, 3).to(90, 3).hold(3).to(0, 4).hold(3).degrees);
  EXPECT_EQ(phases_of(reports), (std::vector{C::standing, C::bending, C::full_flexion, C::returning, C::bending,
                                             C::full_flexion, C::returning, C::standing}));
}
TEST(BendPhases, StandWhereSomebodyStaysBent) {
  const Script script = Script(0).hold(3).to(90, 3).hold(3).to(35, 3).hold(6).to(80, 3).hold(3).to(34, 3).hold(4);
  EXPECT_EQ(phases_of(run({}, script.degrees)),
            (std::vector{C::standing, C::bending, C::full_flexion, C::returning, C::standing, C::bending,
                         C::full_flexion, C::returning, C::standing}));
}

TEST(BendPhases, BridgeAGapAndKnowNothingBehindALongOne) {
  const auto script = Script(2).hold(3).to(90, 4).hold(4).to(2, 4).hold(3);
  std::vector<Marks> marks(script.degrees.size(), mark::none);
  std::fill(marks.begin() + 4500, marks.begin() + 4800, mark::missing);
  const auto bridged = run({}, script.degrees, marks);
  EXPECT_EQ(phases_of(bridged), one_bend);
  EXPECT_TRUE(closed(bridged)[1].reasons & mark::missing);
  EXPECT_EQ(closed(bridged)[3].reasons, mark::none);
  std::fill(marks.begin() + 4500, marks.begin() + 6500, mark::missing);
  const auto lost = run({}, script.degrees, marks);
  ASSERT_GE(closed(lost).size(), 2u);
  EXPECT_EQ(closed(lost)[1].phase, C::bending);
  EXPECT_TRUE(closed(lost)[1].reasons & mark::gap);
  EXPECT_LE(closed(lost)[1].offset.value, 4600) << "nothing is known of what came behind";
  for (const PhaseReport& e : closed(lost)) EXPECT_NE(e.phase, C::full_flexion) << "whether it is one, nobody saw";
}

TEST(BendPhases, RefuseByName) {
  const auto message = [](const BendPhases& spec, const StreamFormat& format) {
    return unguard::message(try_start(spec, format).fault());
  };
  EXPECT_EQ(message({}, {.rate = rate, .channels = Channels::unnamed(2)}),
            "angle is not given: expected the name of one of the stream's 2 channels (BendPhases.angle)");
  EXPECT_EQ(message({.angle = "hip"}, angle_format()),
            "angle is \"hip\": expected the name of one of the stream's channels (BendPhases.angle)");
  EXPECT_EQ(message({}, {.rate = rate, .channels = Channels::unnamed(1)}),
            "channels is \"channel 1\" in uV: expected a trunk angle in deg (StreamFormat.channels)");
  EXPECT_EQ(message({.begun = {20}}, angle_format()),
            "begun is 20 deg: expected below least_range, 15 deg (BendPhases.begun)");
  EXPECT_EQ(message({}, angle_format({50})), "rate is 50 Hz: expected at least 100 Hz (StreamFormat.rate)");
}

}  // namespace
}  // namespace unguard
