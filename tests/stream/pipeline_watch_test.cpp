// SPDX-License-Identifier: Apache-2.0
// Truth: the device's clock simulated, with jitter and batches; silences of known length.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "laws/realtime_guard.hpp"
#include "refusal.hpp"
#include "stream/usual_session.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(2)};

auto watching() {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  plan.readings.interval = 20_ms;
  plan.watch = StreamWatch{};
  return plan;
}

// Muscle at rest, in packets of 60 samples whenever they come; its clock runs at `share` of the rate it says.
struct Device {
  explicit Device(double share_of_rate, unsigned seed = 471)
      : share(share_of_rate),
        random(seed),
        carriers{Carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(seed, "emg", 0)),
                 Carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(seed, "emg", 1))} {}
  template <class Live>
  void run(Live& live, double seconds) {
    for (const double end = now + seconds; now < end; now += 60 / format.rate.value / share) {
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = 20 * carriers[i % 2].next();
      live.process({x.data(), 60, 2}, readings, events);
      samples += 60;
      live.arrived({samples}, {now + std::fabs(0.005 * normal(random))});
      readings.clear();
    }
  }
  double share;
  std::mt19937 random;
  std::normal_distribution<double> normal{};
  std::array<Carrier, 2> carriers;
  std::vector<double> x = std::vector<double>(120);
  Sink<Reading> readings{1000};
  Sink<Event> events{1};
  std::int64_t samples = 0;
  double now = 5e5;
};

TEST(PipelineWatch, NoReadingOfADeviceThatHasStalledStands) {
  auto live = start(watching(), format);
  Device device(1);
  EXPECT_EQ(live.standing(0, {device.now}).trust(), Trust::warmup);
  device.run(live, 3);
  for (int c = 0; c < 2; ++c) {
    const Reading fresh = live.standing(c, {device.now});
    ASSERT_TRUE(fresh.value());
    EXPECT_EQ(fresh.channel(), c);
    EXPECT_EQ(fresh.reasons(), mark::none);
    const Reading held = live.standing(c, {device.now + 0.2}), gone = live.standing(c, {device.now + 0.6});
    EXPECT_FALSE(held.value() || gone.value());
    EXPECT_EQ(held.reasons(), mark::stale);
    EXPECT_EQ(held.trust(), Trust::hold);
    EXPECT_EQ(gone.trust(), Trust::invalid);
    EXPECT_EQ(held.at(), fresh.at());
  }
  // A clock that has gone back, or is none, vouches for nothing.
  EXPECT_FALSE(live.standing(0, {device.now - 10}).value());
  EXPECT_FALSE(live.standing(0, {std::nan("")}).value());
  device.now += 3;
  device.run(live, 1);
  EXPECT_TRUE(live.standing(0, {device.now}).value()) << "it goes on";
}

TEST(PipelineWatch, FindsADeviceTwoPerCentTooFastAndNoneThatOnlyJitters) {
  for (unsigned seed = 471; seed < 481; ++seed) {
    auto fast = start(watching(), format), right = start(watching(), format);
    Device wrong(1.02, seed), good(1.0005, seed);
    wrong.run(fast, 6.1);
    const Reading standing = fast.standing(1, {wrong.now});
    EXPECT_FALSE(standing.value()) << seed;
    EXPECT_EQ(standing.reasons(), mark::wrong_rate);
    long withheld = 0, asked = 0;
    good.run(right, 1);
    for (int i = 0; i < 600; ++i, ++asked) {
      good.run(right, 0.1);
      withheld += !right.standing(0, {good.now}).value();
    }
    EXPECT_EQ(withheld, 0) << seed << ", of " << asked;
  }
}

TEST(PipelineWatch, WithoutOneNothingIsVouchedForAndWithOneNothingElseChanges) {
  auto plan = watching();
  plan.watch.reset();
  auto live = start(plan, format), watched = start(watching(), format);
  Device device(1), other(1);
  device.run(live, 2);
  other.run(watched, 2);
  EXPECT_EQ(live.readings().trust(0), Trust::ok);
  EXPECT_EQ(live.standing(0, {device.now}).reasons(), mark::stale);
  EXPECT_EQ(live.standing(0, {device.now}).at(), watched.standing(0, {other.now}).at());
  EXPECT_EQ(live.watch(), nullptr);
  plan.watch = StreamWatch{.hold = 1_s};
  EXPECT_EQ(why(try_start(plan, format)), "invalid is 0.5 s: expected at least hold, 1 s (StreamWatch.invalid)");
  // A copy knows the clock; a state does not, and is stale until something comes.
  auto copy = watched, loaded = watched;
  ASSERT_EQ(loaded.load(watched.save()), Status::ok);
  EXPECT_TRUE(copy.standing(0, {other.now}).value());
  EXPECT_FALSE(loaded.standing(0, {other.now}).value());
  Device later(1);
  later.run(loaded, 0.1);
  EXPECT_TRUE(loaded.standing(0, {later.now}).value());
  // Another plan with the same watch goes on with it.
  auto then = watching();
  then.readings.interval = 10_ms;
  copy.change(copy.prepare(then));
  EXPECT_TRUE(copy.standing(0, {other.now}).value());
  laws::expect_pure([&] {
    copy.arrived({other.samples + 60}, {other.now + 0.03});
    copy.standing(0, {other.now});
  });
}

}  // namespace
}  // namespace unguard
