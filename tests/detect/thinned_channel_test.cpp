// SPDX-License-Identifier: Apache-2.0
// Truth: the channel itself on the means, worked out beside; simulated onsets by the rate they are sampled at.
#include "unguard/detect/thinned_channel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/onset_record.hpp"

namespace unguard {
namespace {

ActivityDetector knowing(Hertz rate, int mean_of) {
  ActivityDetector spec;
  spec.calibration.mean_of = mean_of;
  spec.calibration.noise = {.rate = rate / mean_of, .order = 1, .coefficients = {0}};
  spec.calibration.noise.level.per_channel = {{1, 1, 1}};
  spec.calibration.level = spec.calibration.noise.level;
  spec.calibration.log_alarms = {-2};
  spec.calibration.decay = {1};
  return spec;
}
ThinnedChannel channel(Hertz rate, int mean_of) {
  return try_onset_channel(knowing(rate, mean_of), {.rate = rate, .channels = Channels::unnamed(1)}, 0).take();
}
// Noise of 1 uV with a burst of 6 uV every second.
std::vector<double> bursts(std::int64_t samples, double a_second) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  std::vector<double> x;
  for (std::int64_t i = 0; i < samples; ++i)
    x.push_back((std::fmod(static_cast<double>(i) / a_second, 1) > 0.8 ? 6 : 1) * normal(generator));
  return x;
}
struct Said {
  std::int64_t at = 0;
  OnsetChange change{};
};
std::vector<Said> said(ThinnedChannel& of, const std::vector<double>& x, std::int64_t first = 0,
                       const std::vector<bool>& lost = {}) {
  std::vector<Said> all;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!lost.empty() && lost[i]) continue;
    const std::int64_t at = first + static_cast<std::int64_t>(i);
    if (const OnsetChange c = of.step(x[i], at); c.says != OnsetSays::nothing) all.push_back({at, c});
  }
  return all;
}

TEST(ThinnedChannel, ASampleBeforeTheFirstLiesInAMeanBeforeTheFirst) {
  EXPECT_EQ(mean_at(7, 5), 1);
  EXPECT_EQ(mean_at(0, 5), 0);
  EXPECT_EQ(mean_at(-1, 5), -1);
  EXPECT_EQ(mean_at(-5, 5), -1);
  EXPECT_EQ(mean_at(-6, 5), -2);
}

// From a sample that is the first of no mean, before the beginning of the stream's numbers and behind it.
TEST(ThinnedChannel, SaysWhatTheChannelSaysOfTheMeans) {
  for (const std::int64_t first : {0, 3, -30002}) {
    const auto x = bursts(60000, 10000);
    ThinnedChannel thinned = channel({10000}, 5), of_means = channel({2000}, 1);
    const auto found = said(thinned, x, first);
    // Means begin at multiples of 5.
    const std::int64_t left_out = ((-first) % 5 + 5) % 5;
    std::vector<double> means;
    for (auto i = static_cast<std::size_t>(left_out); i + 5 <= x.size(); i += 5)
      means.push_back(std::accumulate(x.begin() + static_cast<std::ptrdiff_t>(i),
                                      x.begin() + static_cast<std::ptrdiff_t>(i + 5), 0.0) /
                      5);
    const auto expected = said(of_means, means, (first + left_out) / 5);
    ASSERT_GE(expected.size(), 15U);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].at, 5 * expected[i].at + 4);
      EXPECT_EQ(found[i].change.says, expected[i].change.says);
      EXPECT_EQ(found[i].change.onset, 5 * expected[i].change.onset);
      EXPECT_EQ(found[i].change.offset, 5 * expected[i].change.offset);
      EXPECT_EQ(found[i].change.confidence, expected[i].change.confidence);
    }
  }
}

TEST(ThinnedChannel, KnowsNothingOfAMeanThatASampleIsMissingOf) {
  const auto x = bursts(40000, 10000);
  std::vector<bool> one(x.size()), all_five(x.size());
  for (std::size_t i = 1002; i < x.size(); i += 1000) {
    one[i] = true;
    for (std::size_t k = i - 2; k < i + 3; ++k) all_five[k] = true;
  }
  ThinnedChannel a = channel({10000}, 5), b = channel({10000}, 5), c = channel({10000}, 5);
  const auto found = said(a, x, 0, one), expected = said(b, x, 0, all_five), whole = said(c, x);
  ASSERT_EQ(found.size(), expected.size());
  bool differs = found.size() != whole.size();
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].at, expected[i].at);
    EXPECT_EQ(found[i].change.onset, expected[i].change.onset);
    differs = differs || found[i].at != whole[i].at || found[i].change.confidence != whole[i].change.confidence;
  }
  EXPECT_TRUE(differs);
}

// A step behind a mean's first sample is seen by the next mean: no step is seen later than stated.
TEST(ThinnedChannel, SeesAStepWithinWhatItStates) {
  for (std::int64_t phase = 0; phase < 5; ++phase) {
    ThinnedChannel thinned = channel({10000}, 5);
    std::vector<double> x;
    for (std::int64_t i = 0; i < 20000; ++i) x.push_back((i / 5 % 2 ? 1 : -1) * (i < 10000 + phase ? 1.0 : 1000.0));
    const auto found = said(thinned, x);
    ASSERT_FALSE(found.empty());
    EXPECT_LE(found[0].at - (10000 + phase), thinned.latency()) << phase;
  }
  EXPECT_EQ(channel({10000}, 5).latency(), (channel({2000}, 1).latency() + 1) * 5 - 1);
}

TEST(ThinnedChannel, ANoiseModelOfOtherMeansIsRefused) {
  const auto refused = [](const ActivityDetector& spec, Hertz rate) {
    return why(try_start(spec, {.rate = rate, .channels = Channels::unnamed(1)}));
  };
  EXPECT_EQ(refused(knowing({10000}, 5), {10000}), "accepted");
  EXPECT_EQ(refused(knowing({10000}, 5), {8000}),
            "calibration.mean_of is 5 samples of a stream of 10000 Hz: expected those of the stream, of 8000 Hz "
            "(ActivityDetector.calibration.mean_of)");
  ActivityDetector none = knowing({10000}, 1);
  none.calibration.mean_of = 0;
  EXPECT_EQ(refused(none, {10000}), "mean_of is 0: expected 1 to 1000 (ActivityCalibration.mean_of)");
}

// Truth: the onsets of simulated EMG, calibrated from 9 s of the first trial's rest. What is asked is that
// no rate is worse off than 2000 Hz by more than what a mean and the filter of that rate bring.
TEST(ThinnedChannel, OnsetsAreAsGoodAtAnyRate) {
  for (const double hertz : {2000.0, 4000.0, 5000.0, 10000.0}) {
    const StreamFormat format{.rate = {hertz}, .channels = Channels::unnamed(1)};
    constexpr int trials = 16;
    ActivityDetector spec{.false_alarms = 20};
    std::vector<double> delays, errors;
    int missed = 0, opened = 0;
    for (int k = 0; k < trials; ++k) {
      const OnsetTrial trial{
          .seed = 7000 + k, .rate = {hertz}, .baseline = {10}, .snr_dB = 12, .noise_colour = NoiseColour::trunk};
      const OnsetRecord record = simulate_onset(trial);
      const auto frames = static_cast<std::int64_t>(record.data.size());
      std::vector<double> x(record.data.size());
      auto band = start(Bandpass{}, format);
      band.process({record.data.data(), frames, 1}, {x.data(), frames, 1});
      const std::int64_t from = samples_in({0.5}, format.rate);
      const std::int64_t rest = record.onset.value - samples_in({0.3}, format.rate) - from;
      if (k == 0)
        spec.calibration =
            calibrate_activity({}, {x.data() + from, rest, 1}, ConstBlock{nullptr, 0, 1}, format, "20-450 Hz", spec);
      auto live = start(spec, format);
      live.begin_at({from});
      Sink<Event> sink(1000);
      live.process({x.data() + from, frames - from, 1}, sink);
      live.finish(sink);
      std::uint64_t id = 0;
      for (const Event& e : sink.items()) {
        opened += e.report == Report::open;
        if (id == 0 && e.report == Report::open && e.decided >= record.onset) {
          id = e.id;
          delays.push_back(1000 * static_cast<double>(e.decided - record.onset) / hertz);
        }
        if (e.id == id && e.report == Report::close)
          errors.push_back(1000 * static_cast<double>(e.onset - record.onset) / hertz);
      }
      missed += id == 0;
    }
    ASSERT_EQ(missed, 0) << hertz;
    const int mean_of = spec.calibration.mean_of;
    std::sort(delays.begin(), delays.end());
    double mean = 0, worst = 0;
    for (const double e : errors) mean += e / trials;
    for (const double e : errors) worst = std::max(worst, std::fabs(e));
    std::printf(
        "[ MEASURED ] %5.0f Hz, means of %d: decided after %.1f ms (median), named %.1f ms late, at most %.1f off; %d "
        "opened for %d\n",
        hertz, mean_of, delays[trials / 2], mean, worst, opened, trials);
    EXPECT_EQ(mean_of, static_cast<int>(hertz / 2000));
    EXPECT_LE(delays[trials / 2], 3);
    EXPECT_LE(std::fabs(mean), 1);
    EXPECT_LE(worst, 5);
    EXPECT_LE(opened, trials + 8);
  }
}

// Truth: white noise of 2 uV that goes to 3 uV for a second, at 10 kHz with all of its band: five times as much power
// as its means have. The area above rest is 1 uV s, and nothing is twice as loud as rest, which an event in declared
// rest has to be.
TEST(ThinnedChannel, HowLoudAnEventIsIsSaidOfSamplesAsOfRest) {
  const StreamFormat format{.rate = {10000}, .channels = Channels::unnamed(1)};
  const auto white = [](std::int64_t samples, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal(0, 2);
    std::vector<double> x(static_cast<std::size_t>(samples));
    for (double& v : x) v = normal(generator);
    return x;
  };
  const auto still = white(200000, 1);
  EventDetector spec{.all_rest = true};
  spec.activity.calibration =
      calibrate_activity({}, {still.data(), 200000, 1}, ConstBlock{nullptr, 0, 1}, format, "white", spec.activity);
  double area = 0;
  int found = 0;
  for (std::uint64_t seed = 2; seed < 12; ++seed) {
    auto x = white(40000, seed);
    for (std::size_t i = 20000; i < 30000; ++i) x[i] *= 1.5;
    auto live = start(spec, format);
    Sink<Event> sink(1000);
    live.process({x.data(), 40000, 1}, sink);
    live.finish(sink);
    for (const Event& e : sink.items()) {
      if (e.report != Report::close) continue;
      ++found;
      area += e.area_uV_s;
      EXPECT_EQ(e.kind, EventKind::activity) << seed;
      EXPECT_NEAR(e.peak.value, 3.3, 0.3);
    }
  }
  EXPECT_EQ(found, 10);
  EXPECT_NEAR(area / found, 1, 0.05);
}

}  // namespace
}  // namespace unguard
