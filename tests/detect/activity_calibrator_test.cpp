// SPDX-License-Identifier: Apache-2.0
// Truth: autoregressive processes of known correlation on fixed seeds, ChangeBank on white noise, and what the messages
// have to name.
#include "unguard/detect/activity_calibrator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "detect/emg_trials.hpp"
#include "detect/known_process.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/false_alarms.hpp"
#include "unguard/detect/thinned_stretch.hpp"

namespace unguard {
namespace {

// 1 kHz: an hour of noise is half as long.
constexpr Hertz rate{1000};
StreamFormat format(int channels = 1) { return {.rate = rate, .channels = Channels::unnamed(channels)}; }
ConstBlock block(const std::vector<double>& x, int channels = 1, const std::vector<Marks>* marks = nullptr) {
  return {x.data(), static_cast<std::int64_t>(x.size()) / channels, channels, marks ? marks->data() : nullptr};
}
std::vector<double> rest(double seconds, std::uint64_t seed = 1) {
  return known::samples({0, 0}, 2, static_cast<std::size_t>(seconds * rate.value), seed);
}
// The same rest with a muscle's part above it.
std::vector<double> contraction(double seconds, const known::Process& p, double level, std::uint64_t seed = 2) {
  auto x = rest(seconds, seed + 100);
  const auto own = known::samples(p, level, x.size(), seed);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += own[i];
  return x;
}

// Truth: the process of the contraction, of which white noise hides nothing. n = 60,000 samples: SD of a correlation at
// most 0.7 %, and as much again by the model of the rest.
TEST(ActivityCalibrator, RecoversTheCorrelationOfAKnownContraction) {
  const known::Process p = known::processes[0];
  const auto made =
      calibrate_activity({}, block(rest(20)), block(contraction(60, p, 6)), format(), "as made", ActivityDetector{});
  const auto rho = p.correlation(6);
  ASSERT_EQ(made.correlation.size(), 6u);
  for (std::size_t lag = 1; lag <= 6; ++lag) EXPECT_NEAR(made.correlation[lag - 1], rho[lag], 0.05) << lag;
  EXPECT_NEAR(made.level.per_channel[0].value, 2, 0.05);
  EXPECT_EQ(made.noise.level.how, "as made; RMS over the stretch");
  EXPECT_FALSE(refuse_activity_calibration<ActivityDetector>(made, 1, rate));
}

// Truth: the calibration of the means, made beside; beats that share a mean are one; of one that reaches in by less
// than a mean nothing is left.
TEST(ActivityCalibrator, OfAFastStreamItIsThatOfItsMeans) {
  constexpr int mean_of = 4;
  const StreamFormat fast{.rate = {8000}, .channels = Channels::unnamed(1)};
  const StreamFormat of_means{.rate = {2000}, .channels = Channels::unnamed(1)};
  auto still = known::samples({0.5, 0}, 2, 64000, 1);
  auto loud = known::samples({0.5, 0}, 20, 16000, 2);
  std::vector<Marks> marks(still.size());
  marks[10002] = mark::gap;
  still[20001] = std::numeric_limits<double>::quiet_NaN();
  const ConstBlock rest{still.data(), 64000, 1, marks.data()};
  std::vector<std::int64_t> peaks{-639, -600, 64199}, peaks_of_means{-150, 16049};
  for (std::int64_t r = 4000; r < 64000; r += 7003) {
    peaks.push_back(r);
    peaks_of_means.push_back(r / mean_of);
  }
  peaks.push_back(4001);
  const auto means = thinned(rest, mean_of, fast.full_scale()), means_loud = thinned(block(loud), mean_of, 1e9);
  for (const bool beats : {false, true}) {
    auto made =
        calibrate_activity({}, rest, block(loud), fast, "as made", {}, beats ? peaks : std::vector<std::int64_t>{});
    EXPECT_EQ(made.mean_of, mean_of);
    EXPECT_EQ(made.noise.rate, Hertz{2000});
    EXPECT_FALSE(refuse_activity_calibration<ActivityDetector>(made, 1, fast.rate));
    const auto of_the_means = calibrate_activity({}, means.block(), means_loud.block(), of_means, "as made", {},
                                                 beats ? peaks_of_means : std::vector<std::int64_t>{});
    // Its level is that of the samples: 2 uV, of which means of four have 0.33, for neighbours differ (correlation
    // -0.5).
    EXPECT_NEAR(made.level.per_channel[0].value, 2, 0.03);
    EXPECT_NEAR(of_the_means.level.per_channel[0].value, 0.66, 0.01);
    EXPECT_EQ(made.level.samples, mean_of * of_the_means.level.samples);
    made.level = of_the_means.level;
    made.mean_of = 1;
    EXPECT_EQ(made, of_the_means);
  }
  EXPECT_EQ(
      calibrate_activity({}, block(still).part(0, 20000), {}, {.rate = {3999}, .channels = Channels::unnamed(1)}, "")
          .mean_of,
      1);
}

// Truth: ChangeBank's on white noise: a sample brings evidence g with 0.1 exp(-g). Counted against models made from 20
// s it comes a little oftener; n = 1 h.
TEST(ActivityCalibrator, CountsHowOftenNoiseBringsEvidence) {
  const auto made = calibrate_activity({}, block(rest(20)), {}, format(), "", ActivityDetector{});
  ASSERT_EQ(made.log_alarms.size(), 1u);
  EXPECT_TRUE(made.correlation.empty());
  EXPECT_GT(made.decay[0], 0.75);
  EXPECT_LE(made.decay[0], 1);
  const double at_ten = made.log_alarms[0] - 10 * made.decay[0];
  std::printf("[ MEASURED ] white rest of 20 s: evidence of 10 nats %.1f times as often as exp(-12) a sample\n",
              std::exp(at_ten + 12));
  EXPECT_GT(at_ten, -13);
  EXPECT_LT(at_ten, -10);
}

// Truth: for the same two rests of 20 s at 2 kHz, the thresholds for 1 and 20 alarms an hour, as means over 30 other
// sets of draws: 13.73 and 10.58 nats of white noise (SD of one set 0.23 and 0.13), 14.78 and 11.28 of noise with the
// spectrum of a trunk muscle (0.25 and 0.15). The draws that all calibrations share may be off by a tenth of the rate.
TEST(ActivityCalibrator, TheDrawsThatAllCalibrationsShareAreTypical) {
  OnsetTrial trunk{
      .seed = 700, .carrier = CarrierPreset::trunk, .baseline = {0.2}, .active = {20.4}, .tail = {0}, .snr_dB = 60};
  auto coloured = emg::filtered(simulate_onset(trunk).data);
  coloured.erase(coloured.begin(), coloured.begin() + samples_in({0.4}, emg::rate));
  coloured.resize(40000);
  const struct {
    const char* what;
    std::vector<double> rest;
    double decay, at_1, at_20;
  } rests[] = {{"white", known::samples({0, 0}, 2, 40000, 900), 0.954, 13.73, 10.58},
               {"trunk", coloured, 0.855, 14.78, 11.28}};
  const ActivityDetector detector;
  const auto sizes = activity_detail::change_sizes<ActivityDetector>(detector.sizes, std::vector<double>(6));
  for (const auto& r : rests) {
    const auto tail = activity_detail::alarm_tail({}, emg::block(r.rest), 0, emg::format(),
                                                  ChangeBank(*sizes, detector.most_a_sample),
                                                  activity_detail::following(detector, emg::rate));
    for (const auto& [an_hour, mean] : {std::pair{1.0, r.at_1}, {20.0, r.at_20}}) {
      const double enough = (tail.log_alarms + std::log(3600 * emg::rate.value / an_hour)) / tail.decay;
      const double times = std::exp(r.decay * (mean - enough));
      std::printf("[ MEASURED ] %s rest, %g an hour: threshold %.2f nats, typical %.2f: %.3f times the alarms\n",
                  r.what, an_hour, enough, mean, times);
      EXPECT_NEAR(times, 1, 0.1) << r.what << " at " << an_hour;
    }
  }
}

// Truth: what the detector was told; whoever starts or tries another one is told which setting it is.
TEST(ActivityCalibrator, KeepsWhatAlarmsWereCountedFor) {
  ActivityDetector told;
  told.sizes = {-3, 6};
  told.most_a_sample = 20;
  told.tracking = 0.01;
  told.memory = {2};
  told.cap = 3;
  told.look = {0.02};
  told.calibration = calibrate_activity({}, block(rest(5)), {}, format(), "", told);
  EXPECT_EQ(told.calibration.counted_for, (CountedFor{{-3, 6}, 20, 0.01, Seconds{2}, 3, Seconds{0.02}}));
  EXPECT_TRUE(try_start(told, format()));
  EXPECT_TRUE(try_start(EventDetector{.activity = told}, format()));
  EXPECT_TRUE(try_count_false_alarms(told, told.calibration.noise, 0, 0.001));

  ActivityDetector other = told;
  other.cap = 2;
  const char* words = "cap is 2: expected 3, which alarms were counted for";
  const auto names_it = [&](const auto& refused) {
    ASSERT_FALSE(refused);
    EXPECT_NE(message(refused.fault()).find(words), std::string::npos) << message(refused.fault());
  };
  names_it(try_start(other, format()));
  names_it(try_start(EventDetector{.activity = other}, format()));
  names_it(try_count_false_alarms(other, told.calibration.noise, 0, 0.001));
  other.calibration = {};
  EXPECT_TRUE(try_count_false_alarms(other, told.calibration.noise, 0, 0.001));
}

// Truth: white noise whose level rises 0.15 dB a second for 20 s, +-1.5 dB about its middle: it ends 1.5 dB above its
// mean, which is the mean of powers, 0.17 dB above the middle. A level that is remembered for 4 s has an SD of some 0.1
// dB, its drift one of 0.03 dB a second; a steady rest stays where it is.
TEST(ActivityCalibrator, KnowsWhereADriftingRestEnded) {
  auto x = rest(20);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] *= std::pow(10, (0.15 * static_cast<double>(i) / rate.value - 1.5) / 20);
  const auto drifting = calibrate_activity({}, block(x), {}, format(), "", ActivityDetector{});
  const auto steady = calibrate_activity({}, block(rest(20)), {}, format(), "", ActivityDetector{});
  std::printf(
      "[ MEASURED ] rest rising 0.15 dB/s for 20 s ends %.2f dB above its mean at %.3f dB/s; steady: %.2f, %.3f\n",
      drifting.end_dB[0], drifting.end_dB_a_second[0], steady.end_dB[0], steady.end_dB_a_second[0]);
  EXPECT_NEAR(drifting.end_dB[0], 1.33, 0.35);
  EXPECT_NEAR(drifting.end_dB_a_second[0], 0.15, 0.1);
  EXPECT_NEAR(steady.end_dB[0], 0, 0.35);
  EXPECT_NEAR(steady.end_dB_a_second[0], 0, 0.1);

  // What goes on from there is rest to a detector that is told so, and to one that knows how far off it may be; as if
  // the rest had ended where it settles, it is an activity.
  auto on = rest(20, 5);
  for (std::size_t i = 0; i < on.size(); ++i)
    on[i] *= std::pow(10, (0.15 * std::min(4.0, static_cast<double>(i) / rate.value) + 1.5) / 20);
  ActivityCalibration as_if_settled = drifting;
  as_if_settled.end_dB = as_if_settled.end_dB_a_second = {0};
  const auto opened = [&](const ActivityCalibration& known, bool continues) {
    const ActivityDetector spec{.calibration = known, .continues = continues};
    auto live = start(spec, format());
    Sink<Event> sink(1000);
    live.process(block(on), sink);
    return sink.items().size();
  };
  EXPECT_EQ(opened(drifting, true), 0u);
  EXPECT_EQ(opened(drifting, false), 0u);
  EXPECT_GT(opened(as_if_settled, false), 0u);
}

// Truth: what each message has to name.
TEST(ActivityCalibrator, RefusesByNameWhatCannotBe) {
  const auto still = rest(5), loud = contraction(5, {0, 0}, 6), weak = contraction(5, {0, 0}, 1);
  const auto refused = [](ConstBlock r, ConstBlock c, StreamFormat f, std::vector<std::int64_t> peaks = {},
                          ActivityCalibrator spec = {}, ActivityDetector detector = {}) {
    const auto made = try_calibrate_activity(spec, r, c, f, "", detector, peaks);
    return made ? std::string("accepted") : message(made.fault());
  };
  const auto names = [](const std::string& text, const char* what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  names(refused(block(still), {}, format(2)), "a block of the stream's 2 channels (ActivityCalibrator.rest)");
  names(refused(block(still, 2), block(loud), format(2)),
        "a block of the stream's 2 channels (ActivityCalibrator.contraction)");
  names(refused(block(rest(1)), {}, format()), "(NoiseCalibrator.rest)");
  names(refused(block(still), block(weak), format()), "at least 1.5 times (ActivityCalibrator.contraction)");
  names(refused(block(still), block(std::vector<double>(5000, 100)), format()), "a mean of 100 uV in channel");
  names(refused(block(still), block(contraction(0.3, {0, 0}, 6)), format()),
        "at least 0.5 s (ActivityCalibrator.contraction)");
  // At 1 kHz a beat is from 30 frames before its R peak to 80 behind it.
  for (const std::int64_t wild : {std::int64_t{-80}, std::int64_t{5030}, std::numeric_limits<std::int64_t>::max(),
                                  std::numeric_limits<std::int64_t>::min()})
    names(refused(block(still), {}, format(), {1000, 2000, wild}), "(ActivityCalibrator.r_peaks)");
  names(refused(block(still), {}, format(), {1000, 2000, 1000}), "frame 1000 twice");
  names(refused(block(still), {}, format(), {1000, 2000, 3000, 4000}),
        "r_peaks is 4 beats: expected at least 5, or no");
  EXPECT_EQ(refused(block(still), {}, format(), {500, 1000, 2000, 3000, 4000}), "accepted");
  EXPECT_EQ(refused(block(still), {}, format(), {}, {.noise = {.order = 100}}), "accepted");
  // So many beats that no rest is left between.
  std::vector<std::int64_t> many;
  for (std::int64_t i = 0; i < 5000; i += 60) many.push_back(i);
  names(refused(block(still), {}, format(), many), "(NoiseCalibrator.rest)");
  names(refused(block(still), {}, format(), {}, {.lags = 41}), "(ActivityCalibrator.lags)");
  ActivityDetector wild;
  wild.sizes = {};
  names(refused(block(still), {}, format(), {}, {}, wild), "(ActivityDetector.sizes)");
  wild = {};
  wild.most_a_sample = 0;
  names(refused(block(still), {}, format(), {}, {}, wild), "(ActivityDetector.most_a_sample)");
  EXPECT_THROW(calibrate_activity({}, block(still), block(weak), format(), ""), ConfigError);
}

// Truth: the rest before the beats, of which two are cut through by its edges; of 20 s at 1 kHz, from 18 s of which the
// level is, it has an SD of 0.5 %.
TEST(ActivityCalibrator, IsToldOfBeatsThatReachIntoTheRest) {
  auto x = rest(20);
  const double quiet = calibrate_noise({}, block(x), format(), "").level.per_channel[0].value;
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<std::int64_t> r_peaks;
  for (std::int64_t r = -5; r <= n + 5; r += (n + 10) / 20) r_peaks.push_back(r);
  for (const std::int64_t r : r_peaks)
    for (std::int64_t i = std::max<std::int64_t>(0, r - 10); i < std::min(n, r + 10); ++i)
      x[static_cast<std::size_t>(i)] += 500;
  auto made = try_calibrate_activity({}, block(x), {}, format(), "", {}, r_peaks);
  ASSERT_TRUE(made) << message(made.fault());
  EXPECT_NEAR(made->level.per_channel[0].value, quiet, 0.02 * quiet);
  // The two at the edges alone make the difference.
  const std::vector<std::int64_t> inside(r_peaks.begin() + 1, r_peaks.end() - 1);
  const auto untold = try_calibrate_activity({}, block(x), {}, format(), "", {}, inside);
  EXPECT_NE(message(untold.fault()).find("a steady rest"), std::string::npos) << message(untold.fault());
}

// Truth: 20 beats of 30 ms are 0.6 s of signal, enough for a model; five of them, 0.15 s, are not.
TEST(ActivityCalibrator, TakesBeatsOfAnyLengthIfThereAreEnough) {
  auto x = rest(20);
  std::vector<std::int64_t> r_peaks;
  for (std::int64_t r = 500; r < 20000; r += 1000) {
    r_peaks.push_back(r);
    for (std::int64_t i = r - 5; i < r + 5; ++i) x[static_cast<std::size_t>(i)] += 100;
  }
  const ActivityCalibrator spec{.before = Seconds{0.015}, .after = Seconds{0.015}};
  const auto made = try_calibrate_activity(spec, block(x), {}, format(), "", {}, r_peaks);
  EXPECT_TRUE(made) << message(made.fault());
  // Of the order 20 and lags enough no beat of 30 samples is a piece that a contraction can be compared with.
  ActivityCalibrator far = spec;
  far.lags = 12;
  const auto none = try_calibrate_activity(far, block(x), block(contraction(5, {0, 0}, 6)), format(), "", {}, r_peaks);
  EXPECT_NE(message(none.fault()).find("no 33 unmarked samples in a row"), std::string::npos) << message(none.fault());
  r_peaks.resize(5);
  for (std::size_t i = 5000; i < x.size(); ++i) x[i] = x[i] > 50 ? x[i] - 100 : x[i];
  const auto few = try_calibrate_activity(spec, block(x), {}, format(), "", {}, r_peaks);
  ASSERT_FALSE(few);
  EXPECT_EQ(message(few.fault()).find("NoiseCalibrator.shortest"), std::string::npos) << message(few.fault());
  EXPECT_NE(message(few.fault()).find("unmarked"), std::string::npos) << message(few.fault());
}

}  // namespace
}  // namespace unguard
