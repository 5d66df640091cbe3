// SPDX-License-Identifier: Apache-2.0
// Truth: the law that whatever comes in, what is said is finite: of states that no detector has ever saved, with a
// checksum that says they are sound.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "laws/wild_state.hpp"
#include "unguard/core/random.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/bending_detector.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{500};

NoiseModel white(double level) {
  NoiseModel noise{.rate = rate, .order = 1, .coefficients = {0, 0}};
  noise.level.per_channel.assign(2, {level, level, level});
  return noise;
}
ActivityDetector activity() {
  ActivityDetector spec;
  spec.calibration = {.noise = white(2), .level = white(2).level, .log_alarms = {-2, -2}, .decay = {1, 1}};
  return spec;
}
BendingDetector bending() {
  BendingDetector spec;
  spec.angle = "trunk";
  spec.profile = {.angles = {0, 50, 100},
                  .levels = {2, 3, 2, 2, 3, 2},
                  .movement = white(1),
                  .holds = {2, 2},
                  .spreads = {0.1, 0.1}};
  return spec;
}

// Rest of 2 uV, in which both muscles are on for half a second out of two; and the angle, if there is one, lost here
// and there.
std::vector<double> stream(std::int64_t frames, bool angle) {
  RandomStream random(1, "stream");
  std::vector<double> x;
  for (std::int64_t i = 0; i < frames; ++i) {
    for (int c = 0; c < 2; ++c) x.push_back((i % 1000 < 250 ? 20 : 2) * random.normal());
    if (angle) x.push_back(i % 97 == 0 ? std::nan("") : 50 + 50 * std::sin(0.002 * static_cast<double>(i)));
  }
  return x;
}

// Of every value a few wild ones; all of them in the slow tier.
template <class Live>
void expect_no_harm(Live live, int channels, const std::vector<Marker>& markers, std::int64_t at) {
  const auto x = stream(at + 1500, channels == 3);
  for (const Marker& m : markers) ASSERT_EQ(live.declare(m), Status::ok);
  Sink<Event> sink(10000);
  live.process({x.data(), at, channels}, sink);
  const auto said_before = sink.items().size();
  EXPECT_GT(said_before, 0u);
  laws::Places places;
  live.state(places);
  const SavedState saved = live.save();
  const unsigned every = std::getenv("UNGUARD_CUTS") ? 1 : 11;
  std::mt19937 random(7);
  long loaded = 0, refused = 0;
  for (const auto& place : places.all())
    for (const auto& wild : place.wild) {
      if (random() % every) continue;
      auto other = live;
      const Status status = other.load(laws::with(saved, place.at, wild));
      ASSERT_TRUE(status == Status::ok || status == Status::wrong_state);
      ++(status == Status::ok ? loaded : refused);
      if (status != Status::ok) continue;
      sink.clear();
      other.process({x.data() + at * channels, 1500, channels}, sink);
      other.finish(sink);
      for (const Event& e : sink.items()) {
        // What was said before and waits is as it was given.
        ASSERT_TRUE(std::isfinite(e.peak.value) && std::isfinite(e.area_uV_s))
            << "byte " << place.at << " value " << testing::PrintToString(wild);
        ASSERT_TRUE(e.confidence >= 0 && e.confidence <= 1) << "byte " << place.at << ": " << e.confidence;
        ASSERT_TRUE(e.channel >= 0 && e.channel < channels)
            << "byte " << place.at << " value " << testing::PrintToString(wild);
      }
      other.latency();
      other.save();
    }
  std::printf("[ MEASURED ] of %zu values, %ld wild ones were refused and %ld lived with\n", places.all().size(),
              refused, loaded);
  EXPECT_GT(refused, 10);
  EXPECT_GT(loaded, 100);
}

TEST(DetectorState, OfNoActivityDetectorAtAllDoesNoHarm) {
  // In rest, in the middle of a burst and where it is being left.
  for (const std::int64_t at : {2900, 3120, 3255})
    expect_no_harm(start(activity(), {.rate = rate, .channels = Channels::unnamed(2)}), 2,
                   {{{100}, MarkerKind::rest_begins}, {{9000}, MarkerKind::rest_ends}}, at);
}

TEST(DetectorState, OfNoBendingDetectorAtAllDoesNoHarm) {
  const StreamFormat format{
      .rate = rate,
      .channels = Channels(std::vector<Channel>{{"a", "", {}, "uV"}, {"b", "", {}, "uV"}, {"trunk", "", {}, "deg"}})};
  // In a rise, and in a guarded hold.
  for (const std::int64_t at : {3120, 4700})
    expect_no_harm(start(bending(), format), 3,
                   {{{100}, MarkerKind::bending},
                    {{4000}, MarkerKind::full_flexion},
                    {{5000}, MarkerKind::bending},
                    {{5500}, MarkerKind::full_flexion}},
                   at);
}

}  // namespace
}  // namespace unguard
