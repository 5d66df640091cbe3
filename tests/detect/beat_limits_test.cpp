// SPDX-License-Identifier: Apache-2.0
// Truth: the distribution that values were drawn from; pulses put into white noise; and simulated hearts on fixed
// seeds.
#include "unguard/detect/beat_limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/core/random.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/rest_whitener.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/one_channel_sections.hpp"
#include "unguard/simulate/ecg_artefact.hpp"

namespace unguard {
namespace {

// Truth: the chance asked for. n = 30,000 samples of each size: 3.3 SDs of a share of 1 % are 0.0019.
TEST(UpperPredictionLimit, IsExceededByOneMoreValueAsOftenAsWasAskedFor) {
  RandomStream random(1, "prediction limit");
  for (const std::size_t n : {5u, 7u, 20u}) {
    constexpr int trials = 30000;
    int beyond = 0;
    std::vector<double> values(n);
    for (int i = 0; i < trials; ++i) {
      for (double& v : values) v = 3 + 2 * random.normal();
      beyond += 3 + 2 * random.normal() > upper_prediction_limit(values, 0.01);
    }
    std::printf("[ MEASURED ] %zu values: one more is beyond the 1 %% limit in %.3f %%\n", n, 100.0 * beyond / trials);
    EXPECT_NEAR(static_cast<double>(beyond) / trials, 0.01, 0.0019) << n;
  }
}

// Truth: by hand: five beats in 3 s are 0.75 s apart.
TEST(UpperPredictionLimit, OneBeatAnHourIsAShareOfThem) {
  const std::vector<std::int64_t> peaks{1600, 100, 850, 2350, 3100};
  EXPECT_DOUBLE_EQ(one_beat_an_hour(peaks, {1000}), 0.75 / 3600);
}

// Truth: pulses of 30 SD in white noise: the whitener is the identity. A look of 10 samples holds a pulse of 3 samples
// once: 270 + 7 / 10 of noise, whose SD is 1.3 + that of the cross term, 5.2 each. The level of such a rest is followed
// down, and the loudness is not. A beat next to a mark is left out.
TEST(BeatSizes, AreThoseOfThePulsesPutIn) {
  constexpr std::int64_t beats = 40, apart = 1000;
  std::vector<double> x = onsets::white(beats * apart + 100, 1, 5);
  std::vector<std::int64_t> peaks;
  for (std::int64_t b = beats - 1; b >= 0; --b) {
    const std::int64_t at = 500 + b * apart;
    for (std::int64_t i = at; i < at + 3; ++i) x[static_cast<std::size_t>(i)] += 30;
    peaks.push_back(at);
  }
  std::vector<Marks> marks(x.size());
  marks[500 + 7 * apart + 20] = mark::missing;
  const auto size = change_size(std::vector<double>{}, 4);
  // Calibrated at twice the level: a quarter of the power.
  const ChangeEvidence evidence({}, 2, ChangeBank({*size}, 6), rest_following(25, 40, 0.1, 2), 10);
  const auto found = beat_sizes(evidence, {x.data(), static_cast<std::int64_t>(x.size()), 1, marks.data()}, 0, 1e9,
                                peaks, {.before = 30, .after = 80, .look = 10});
  ASSERT_EQ(found.log_loudness.size(), static_cast<std::size_t>(beats - 1));
  ASSERT_EQ(found.evidence.size(), found.log_loudness.size());
  double mean = 0;
  for (const double v : found.log_loudness) mean += std::exp(v) / static_cast<double>(beats - 1);
  EXPECT_NEAR(mean, 0.25 * 272, 4);
  // No sample gives more than 6 nats; noise beside it may add some.
  for (const double e : found.evidence) {
    EXPECT_GE(e, 18);
    EXPECT_LE(e, 28);
  }
}

constexpr Hertz slow{250};

// A rest of 2 uV white noise with a heart, 78 beats a minute, behind 20 to 112 Hz.
struct Beating {
  std::vector<double> x{};
  std::vector<std::int64_t> r_peaks{};
};
std::vector<double> banded(std::vector<double> x) {
  OneChannelSections band(design(Bandpass{.low = {20}, .high = {112}, .order = 2}, slow).take());
  for (double& v : x) v = band.step(v);
  return x;
}
Beating beating(double seconds, double r_peak_uV, std::uint64_t seed) {
  const std::int64_t n = samples_in({seconds}, slow);
  const EcgArtefact ecg{.beats_per_minute = 78};
  const auto peaks = draw_r_peaks(ecg, RandomStream(seed, "beats"), {n}, slow);
  EcgPlayer heart(ecg, peaks, slow);
  Beating made{onsets::white(n, 2, seed)};
  for (double& v : made.x) v += r_peak_uV * heart.next();
  made.x = banded(std::move(made.x));
  for (const double p : peaks)
    if (p >= 0 && p < static_cast<double>(n) - 1) made.r_peaks.push_back(static_cast<std::int64_t>(p + 0.5));
  return made;
}
std::size_t opened(const ActivityDetector& spec, const std::vector<double>& x) {
  const auto reports = onsets::reports(spec, x, slow);
  return static_cast<std::size_t>(
      std::count_if(reports.begin(), reports.end(), [](const Event& e) { return e.report == Report::open; }));
}

// Truth: the beats and the bursts that were put in. A heart of 250 uV in a rest of 2 uV at 250 Hz, where its QRS fills
// the band: known from 20 s of it, it opens next to nothing in half an hour, 2,340 beats: half a beat is expected
// beyond a limit that one an hour exceeds, more than 4 have a chance below 0.001. Where it is forgotten, a fifth and
// more of them do. Bursts whose power is 12 dB above the beats' are found, every one of 40, and no beat makes one
// longer by half a second.
TEST(BeatLimits, AHeartLouderThanRestOpensNothingAndLouderBurstsDo) {
  const Beating known = beating(20, 250, 1);
  const ActivityCalibrator calibrator{.noise = {.order = 20, .shortest = {1}}};
  ActivityDetector spec;
  spec.calibration =
      calibrate_activity(calibrator, {known.x.data(), static_cast<std::int64_t>(known.x.size()), 1}, {},
                         {.rate = slow, .channels = Channels::unnamed(1)}, "20-112 Hz", spec, known.r_peaks);
  const ActivityCalibration& c = spec.calibration;
  const double enough = activity_detail::enough_evidence(spec, slow, c.log_alarms[0], c.decay[0]);
  std::printf("[ MEASURED ] of a loud heart: one beat an hour brings %.0f nats (enough: %.1f) and is %.1f dB loud\n",
              c.beat_evidence[0], enough, 10 * std::log10(c.beat_loudness[0]));
  ASSERT_GT(c.beat_evidence[0], enough);
  const Beating heard = beating(1800, 250, 2);
  const std::size_t opens = opened(spec, heard.x);
  ActivityDetector forgetful = spec;
  forgetful.calibration.beat_loudness.clear();
  forgetful.calibration.beat_evidence.clear();
  const std::size_t without = opened(forgetful, heard.x);
  std::printf("[ MEASURED ] of %zu loud beats %zu open, %zu where the limit is not known\n", heard.r_peaks.size(),
              opens, without);
  EXPECT_LE(opens, 4u);
  EXPECT_GT(without, heard.r_peaks.size() / 5);

  // How loud a burst of 1 uV is, whitened, and how loud the beats of the rest are in the middle.
  const auto noise = c.noise.of(0);
  const double error = c.noise.error(0);
  RestWhitener whitener(noise, error * error);
  const auto one = banded(onsets::white(20000, 1, 3));
  double power = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double w = whitener.step(one[i], static_cast<std::int64_t>(i)).value_or(0);
    power += w * w / static_cast<double>(one.size());
  }
  const ChangeEvidence evidence(
      {noise.begin(), noise.end()}, error,
      ChangeBank(*activity_detail::change_sizes<ActivityDetector>(spec.sizes, c.correlation_of(0)), 6),
      activity_detail::following(spec, slow), 6);
  auto beats = beat_sizes(evidence, {known.x.data(), static_cast<std::int64_t>(known.x.size()), 1}, 0, 1e9,
                          known.r_peaks, {samples_in({0.03}, slow), samples_in({0.08}, slow), 6})
                   .log_loudness;
  std::nth_element(beats.begin(), beats.begin() + static_cast<std::ptrdiff_t>(beats.size() / 2), beats.end());
  const double of_burst = std::sqrt(std::exp(beats[beats.size() / 2]) * std::pow(10, 1.2) / power);
  Beating active = beating(200, 250, 4);
  const auto muscle = banded(onsets::white(static_cast<std::int64_t>(active.x.size()), of_burst, 6));
  for (std::size_t i = 0; i < active.x.size(); ++i)
    if (i % 1250 >= 625 && i % 1250 < 875) active.x[i] += muscle[i];
  const auto found = onsets::events(spec, active.x, slow);
  ASSERT_EQ(found.size(), 40u);
  double late = 0, longer = 0;
  for (std::size_t k = 0; k < found.size(); ++k) {
    const double onset = static_cast<double>(k) * 1250 + 625;
    late = std::max(late, std::fabs(static_cast<double>(found[k].onset.value) - onset) / slow.value);
    longer = std::max(longer, std::fabs(static_cast<double>(found[k].offset.value) - onset - 250) / slow.value);
  }
  std::printf(
      "[ MEASURED ] 40 bursts of %.0f uV 12 dB above the beats: onsets within %.0f ms, offsets within %.0f ms\n",
      of_burst, 1000 * late, 1000 * longer);
  EXPECT_LE(late, 0.2);
  EXPECT_LE(longer, 0.5);
}

// Truth: the rule. Three loud beats say nothing of the next one; three that are no louder than noise need not.
TEST(BeatLimits, FewBeatsAreRefusedWhereTheyAreLoud) {
  const auto calibrated = [](double r_peak_uV) {
    const Beating rest = beating(2.3, r_peak_uV, 9);
    EXPECT_LT(rest.r_peaks.size(), activity_detail::fewest_beats);
    const ActivityCalibrator calibrator{.noise = {.order = 4, .shortest = {0.2}, .most_change = 10, .most_peaked = 10}};
    return try_calibrate_activity(calibrator, {rest.x.data(), static_cast<std::int64_t>(rest.x.size()), 1}, {},
                                  {.rate = slow, .channels = Channels::unnamed(1)}, "", {}, rest.r_peaks);
  };
  auto loud = calibrated(200), soft = calibrated(1);
  ASSERT_FALSE(loud);
  EXPECT_NE(message(loud.fault()).find("at least 5 where they are (ActivityCalibrator.r_peaks)"), std::string::npos)
      << message(loud.fault());
  ASSERT_TRUE(soft) << message(soft.fault());
  EXPECT_EQ(soft->beat_loudness, std::vector<double>{0});
  EXPECT_EQ(soft->beat_evidence, std::vector<double>{0});
}

}  // namespace
}  // namespace unguard
