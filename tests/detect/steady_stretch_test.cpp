// SPDX-License-Identifier: Apache-2.0
// Truth: what was put into a stretch: EMG alone, with a heart, with a trend. Seeds fixed before any bound was.
#include "unguard/detect/steady_stretch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/reference_calibrator.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/ecg_artefact.hpp"

namespace unguard {
namespace {

using streams::format;
using streams::in;
using streams::rate;

constexpr int records = 20;  // of each kind that must be refused, or must not be

// What an electrode sees before the band-pass, in uV.
struct Scene {
  CarrierPreset carrier = CarrierPreset::trunk;
  bool laplacian = false;
  double emg = 5;
  double rise = 1;    // of the EMG over the stretch, in a straight line
  double wobble = 0;  // of the EMG, as a share; slow
  double heart = 0;   // at R
  int every = 1;      // which beats are left: all, every third ...
  double beats_per_minute = 65;
};

// Makes a Gaussian number a Laplacian one of variance 1 as well, value by value.
double laplacian(double normal) {
  const double above = std::max(1e-300, std::erfc(std::fabs(normal) / std::numbers::sqrt2));
  return std::copysign(-std::log(above) / std::numbers::sqrt2, normal);
}

std::vector<double> stretch(const Scene& scene, double seconds, std::uint64_t seed) {
  const double settling = 0.5;
  Carrier carrier(corners(scene.carrier), {rate}, RandomStream(seed, "emg", 0));
  RandomStream sensor(seed, "sensor"), slow(seed, "slow");
  const double turn = 2 * std::numbers::pi, phase = slow.uniform(0, turn), frequency = slow.uniform(0.1, 1);
  const EcgArtefact ecg{.beats_per_minute = scene.beats_per_minute};
  const auto all = draw_r_peaks(ecg, RandomStream(seed, "rhythm"), {in(seconds + settling)}, {rate});
  std::vector<double> left;
  for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(scene.every)) left.push_back(all[i]);
  EcgPlayer heart(ecg, left, {rate});
  std::vector<double> x(static_cast<std::size_t>(in(seconds + settling)));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / rate - settling;
    const double tone = (1 + (scene.rise - 1) * std::max(0.0, t) / seconds) *
                        (1 + scene.wobble * std::sin(turn * frequency * t + phase));
    const double emg = carrier.next();
    x[i] = scene.emg * tone * (scene.laplacian ? laplacian(emg) : emg) + 0.5 * sensor.normal();
    if (scene.heart > 0) x[i] += scene.heart * heart.next();
  }
  auto band = start(Bandpass{}, format());
  const auto n = static_cast<std::int64_t>(x.size());
  band.process({x.data(), n, 1}, {x.data(), n, 1});
  x.erase(x.begin(), x.begin() + in(settling));
  return x;
}

ConstBlock block(const std::vector<double>& x) { return {x.data(), static_cast<std::int64_t>(x.size()), 1}; }
Result<RestCalibration> rest_of(const std::vector<double>& x, const RestCalibrator& spec = {}) {
  return try_calibrate_rest(spec, block(x), format(), "20-450 Hz");
}
// `holds` of one length, one behind the other; all of each counts but half a second at both ends.
Result<ReferenceCalibration> reference_of(const std::vector<double>& x, int holds = 1, ReferenceCalibrator spec = {}) {
  const auto length = static_cast<std::int64_t>(x.size()) / holds;
  std::vector<Hold> all;
  for (int i = 0; i < holds; ++i) all.push_back({i * length, (i + 1) * length});
  spec.middle = {static_cast<double>(length) / rate - 1};
  spec.shortest = spec.middle;
  return try_calibrate_reference(spec, block(x), format(), all, "20-450 Hz");
}
std::string said(const auto& result) { return result.has_value() ? "accepted" : message(result.fault()); }

// How many of the records are refused for what `words` say; another refusal fails the test.
int refused(const char* what, const Scene& scene, double seconds, const char* words, std::uint64_t seed,
            auto&& calibrate) {
  int count = 0;
  for (int i = 0; i < records; ++i) {
    const std::string why = said(calibrate(stretch(scene, seconds, seed + static_cast<std::uint64_t>(i))));
    count += why != "accepted";
    EXPECT_TRUE(why == "accepted" || why.find(words) != std::string::npos) << what << ": " << why;
    if (i == 0) std::printf("[ said     ] %s: %s\n", what, why.c_str());
  }
  std::printf("[ MEASURED ] %s: %d of %d refused\n", what, count, records);
  return count;
}
constexpr auto as_rest = [](const std::vector<double>& x) { return rest_of(x); };
constexpr auto as_reference = [](const std::vector<double>& x) { return reference_of(x); };

constexpr const char* peaks = "take the heart off first";
constexpr const char* trend = "third";

TEST(SteadyStretch, AHeartIsNoEffort) {
  for (const double heart : {150.0, 400.0})
    for (const double seconds : {3.0, 10.0, 30.0}) {
      EXPECT_EQ(refused("reference, heart alone", {.emg = 0, .heart = heart}, seconds, peaks, 7100, as_reference),
                records);
      EXPECT_EQ(refused("reference, EMG of 5 uV", {.heart = heart}, seconds, peaks, 7200, as_reference), records);
    }
  // Slow and fast ones; a heart of 50 uV under 5 uV makes the level 18 % too high.
  for (const double beats : {45.0, 65.0, 100.0, 130.0}) {
    EXPECT_EQ(
        refused("reference, fast and slow", {.heart = 150, .beats_per_minute = beats}, 10, peaks, 7300, as_reference),
        records);
    EXPECT_GE(refused("reference, 50 uV", {.heart = 50, .beats_per_minute = beats}, 10, peaks, 7400, as_reference),
              records - 1);
  }
}

TEST(SteadyStretch, AHeartIsNoRest) {
  for (const double heart : {150.0, 400.0})
    for (const double seconds : {5.0, 10.0, 30.0})
      EXPECT_GE(refused("rest", {.heart = heart}, seconds, peaks, 7500, as_rest), records - 1);
  for (const double beats : {65.0, 100.0, 130.0})
    EXPECT_EQ(refused("rest, fast", {.heart = 150, .beats_per_minute = beats}, 30, peaks, 7600, as_rest), records);
}

TEST(SteadyStretch, ATrendIsNeitherRestNorEffort) {
  for (const double rise : {20.0, 5.0, 2.0}) {
    EXPECT_EQ(refused("rest, rising", {.rise = rise}, 30, trend, 7700, as_rest), records);
    EXPECT_EQ(refused("reference, rising", {.emg = 20, .rise = rise}, 30, trend, 7800, as_reference), records);
  }
  EXPECT_EQ(refused("rest, falling", {.emg = 100, .rise = 0.2}, 10, trend, 7900, as_rest), records);
  EXPECT_EQ(refused("reference, rising in 3 s", {.emg = 5, .rise = 5}, 3, trend, 8000, as_reference), records);
}

// Every twentieth beat, as a cleaning may leave them.
TEST(SteadyStretch, AFewBeatsLeftOverThatHardlyMoveTheLevelAreAccepted) {
  Scene scene{.heart = 100, .every = 20};
  EXPECT_LE(refused("rest, every twentieth beat", scene, 60, peaks, 8100, as_rest), 1);
  scene = {.emg = 20, .heart = 100, .every = 20};
  EXPECT_LE(refused("reference, every twentieth beat", scene, 60, peaks, 8200, as_reference), 1);
  double moved_rest = 0, moved_reference = 0;
  for (std::uint64_t i = 0; i < records; ++i) {
    scene = {.heart = 100, .every = 20};
    const auto rest = rest_of(stretch(scene, 60, 8100 + i));
    scene.heart = 0;
    if (rest)
      moved_rest = std::max(moved_rest, (*rest).level.per_channel[0].value /
                                            (*rest_of(stretch(scene, 60, 8100 + i))).level.per_channel[0].value);
    scene = {.emg = 20, .heart = 100, .every = 20};
    const auto effort = reference_of(stretch(scene, 60, 8200 + i));
    scene.heart = 0;
    if (effort)
      moved_reference =
          std::max(moved_reference, (*effort).level.per_channel[0].value /
                                        (*reference_of(stretch(scene, 60, 8200 + i))).level.per_channel[0].value);
  }
  std::printf("[ MEASURED ] a few beats left over move rests by up to %.1f %%, references by up to %.1f %%\n",
              100 * moved_rest - 100, 100 * moved_reference - 100);
  EXPECT_LT(moved_rest, 1.03);
  EXPECT_LT(moved_reference, 1.03);
}

// Truth: EMG alone. Refused without cause: at most 1 % of 1,000 rests and 1,000 references of 1 and 3 holds.
TEST(SteadyStretch, HonestStretchesAreAccepted) {
  int rests = 0, references = 0;
  for (const auto carrier : {CarrierPreset::trunk, CarrierPreset::limb})
    for (const bool laplacian : {false, true}) {
      int rest = 0, reference = 0;
      for (int i = 0; i < 250; ++i) {
        Scene scene{.carrier = carrier, .laplacian = laplacian};
        const auto seed =
            9000 + static_cast<std::uint64_t>(i + 250 * (2 * (carrier == CarrierPreset::limb) + laplacian));
        rest += !rest_of(stretch(scene, std::array{2.0, 4.0, 10.0, 20.0}[static_cast<std::size_t>(i % 4)], seed));
        scene.emg = 50;
        scene.wobble = 0.1;
        const int holds = i % 2 ? 1 : 3;
        reference += !reference_of(stretch(scene, holds * (i % 4 < 2 ? 3.0 : 6.0), seed + 5000), holds);
      }
      std::printf("[ MEASURED ] honest stretches refused, %s %s: %d of 250 rests, %d of 250 references\n",
                  to_text(carrier).c_str(), laplacian ? "Laplacian" : "Gaussian", rest, reference);
      rests += rest;
      references += reference;
    }
  EXPECT_LE(rests, 10);
  EXPECT_LE(references, 10);
}

}  // namespace
}  // namespace unguard
