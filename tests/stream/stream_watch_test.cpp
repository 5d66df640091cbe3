// SPDX-License-Identifier: Apache-2.0
// Truth: the clock simulated, with jitter and batches; silences of known length.
#include "unguard/stream/stream_watch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "laws/realtime_guard.hpp"
#include "refusal.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

// Packets of 10 samples at a true rate, in batches of 60 ms, with a jitter of 5 ms, on a clock that began long ago.
struct Device {
  double rate;
  std::mt19937 random;
  std::normal_distribution<double> jitter{0, 0.005};
  std::int64_t samples = 0;
  double now = 1e6;
  void run(LiveStreamWatch& watch, double seconds) {
    for (const double end = now + seconds; now < end; now += 0.06) {
      const std::int64_t come = static_cast<std::int64_t>((now - 1e6) * rate) / 10 * 10;
      samples = std::max(samples, come);
      watch.arrived({samples}, {now + std::fabs(jitter(random))});
    }
  }
};

TEST(StreamWatch, FindsAWrongRateWithinSixSecondsAndNoOther) {
  int missed = 0, wrong = 0;
  for (int n = 0; n < 400; ++n) {
    std::mt19937 random(static_cast<unsigned>(100 + n));
    // Right: within 0.2 %; wrong: 0.9 to 1.1 times, but for the middle per cent, and twice.
    const bool right = n % 2;
    std::uniform_real_distribution<double> within(-0.002, 0.002), off(0.01, 0.1);
    const double share = right ? within(random) : n % 20 == 0 ? 1 : n % 4 ? off(random) : -off(random);
    Device device{2000 * (1 + share), random};
    auto watch = start(StreamWatch{}, format);
    device.run(watch, 6);
    const bool found = watch.at_wrong_rate();
    missed += !right && !found;
    device.run(watch, 30);
    wrong += right && (found || watch.at_wrong_rate());
    EXPECT_EQ(watch.at_wrong_rate(), !right) << share;
  }
  std::printf("[ MEASURED ] wrong rates: %d of 200 missed within 6 s, %d of 200 right ones called wrong\n", missed,
              wrong);
  EXPECT_LE(missed, 2);
  EXPECT_EQ(wrong, 0);
}

TEST(StreamWatch, LetsNoValueStandWhenNothingComes) {
  auto watch = start(StreamWatch{}, format);
  EXPECT_EQ(watch.trust({5}), Trust::warmup);
  EXPECT_EQ(watch.reasons({5}), mark::stale);
  watch.arrived({100}, {10});
  const Reading good = Reading::valid(0, {99}, 7);
  const auto at = [&](double now) { return watch.standing(good, {now}); };
  EXPECT_EQ(at(10.1), good);
  EXPECT_EQ(at(10.11), Reading::invalid(0, {99}, mark::stale, Trust::hold));
  EXPECT_EQ(at(10.51), Reading::invalid(0, {99}, mark::stale, Trust::invalid));
  // Open, but silent: the same count again is no sample.
  watch.arrived({100}, {10.6});
  EXPECT_EQ(watch.trust({10.61}), Trust::invalid);
  watch.arrived({110}, {10.7});
  EXPECT_EQ(at(10.71), good);
  // What was not good does not get better by standing.
  const Reading bad = Reading::invalid(0, {99}, mark::flat);
  EXPECT_EQ(watch.standing(bad, {10.85}), Reading::invalid(0, {99}, mark::flat | mark::stale, Trust::invalid));
}

TEST(StreamWatch, TakesNoNonsense) {
  auto watch = start(StreamWatch{}, format);
  watch.arrived({10}, {NAN});
  EXPECT_FALSE(watch.silent_for({1}));
  watch.arrived({10}, {2});
  watch.arrived({20}, {1});
  EXPECT_EQ(watch.silent_for({3}), 1_s);
  for (const double now : {static_cast<double>(NAN), 1.5}) {
    EXPECT_EQ(watch.trust({now}), Trust::invalid) << now;
    EXPECT_FALSE(watch.standing(Reading::valid(0, {9}, 3), {now}).value()) << now;
  }
  watch.reset();
  EXPECT_FALSE(watch.silent_for({3}));
  EXPECT_EQ(why(try_start(StreamWatch{.hold = 1_s, .invalid = 500_ms}, format)),
            "invalid is 0.5 s: expected at least hold, 1 s (StreamWatch.invalid)");
}

TEST(StreamWatch, IsPureInRealTime) {
  auto watch = start(StreamWatch{}, format);
  laws::expect_pure([&] {
    for (int i = 1; i < 5000; ++i) {
      watch.arrived({10 * i}, {0.005 * i});
      watch.standing(Reading::valid(0, {i}, 1), {0.005 * i});
    }
  });
  EXPECT_EQ(watch.trust({25}), Trust::ok);
}

}  // namespace
}  // namespace unguard
