// SPDX-License-Identifier: Apache-2.0
// Truth: the phases of simulated bends (minimum jerk) on fixed seeds, without and with the noise of an angle; movements
// written by hand for what is no bend; and what the messages have to name.
#include "unguard/clinical/bend_phases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/processor.hpp"
#include "unguard/core/random.hpp"
#include "unguard/simulate/bending.hpp"

namespace unguard {
namespace {

static_assert(Detector<LiveBendPhases<BendPhases>>);

constexpr Hertz rate{1000};
StreamFormat angle_format(Hertz of = rate) {
  return {.rate = of, .channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}})};
}

std::vector<Event> run(const BendPhases& spec, const std::vector<double>& degrees, const std::vector<Marks>& marks = {},
                       Hertz of = rate) {
  auto live = start(spec, angle_format(of));
  Sink<Event> sink(1000);
  EXPECT_EQ(live.process({degrees.data(), std::ssize(degrees), 1, marks.empty() ? nullptr : marks.data()}, sink).status,
            Status::ok);
  EXPECT_EQ(live.finish(sink), Status::ok);
  return {sink.items().begin(), sink.items().end()};
}
std::vector<Event> closed(const std::vector<Event>& reports) {
  std::vector<Event> found;
  for (const Event& e : reports)
    if (e.report == Report::close) found.push_back(e);
  return found;
}
std::vector<Context> phases_of(const std::vector<Event>& reports) {
  std::vector<Context> found;
  for (const Event& e : closed(reports)) found.push_back(e.context);
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
  for (const Event& e : reports) {
    EXPECT_EQ(e.kind, EventKind::movement);
    EXPECT_LE(e.onset, e.decided);
    EXPECT_EQ(e.reasons, mark::none);
  }
  const auto all = closed(reports);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].onset, all[i - 1].offset) << "phases lie end to end";
}

}  // namespace
}  // namespace unguard
