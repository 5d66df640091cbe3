// SPDX-License-Identifier: Apache-2.0
// Truth: the amplitude that was put in, followed causally; every fixed window on the grid sees the same EMG. Clancy
// 1999 found his the equal of the best fixed window on random targets, and better on targets that step and hold.
#include "unguard/envelope/adaptive_rms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr double rate = 1000;
const StreamFormat format{.rate = {rate}, .channels = Channels::unnamed(1)};
constexpr std::int64_t frames = 600 * 1000;

// Between 5 and 50 % of 200 uV.
std::vector<double> random_target(double hertz) {
  RandomStream random(321, "target");
  std::vector<double> a(frames);
  for (double& v : a) v = random.normal();
  auto slow = start(Lowpass{.cutoff = {hertz}, .order = 2}, format);
  slow.process({a.data(), frames, 1}, {a.data(), frames, 1});
  double power = 0;
  for (const double v : a) power += v * v / frames;
  for (double& v : a) v = 10 + 90 * 0.5 * std::erfc(-v / std::sqrt(2 * power));
  return a;
}
std::vector<double> step_and_hold() {
  RandomStream random(322, "steps");
  std::vector<double> a(frames);
  for (std::int64_t i = 0; i < frames;) {
    const double level = 10 + 90 * random.uniform();
    for (auto left = static_cast<std::int64_t>(rate * (1.5 + 2.5 * random.uniform())); left > 0 && i < frames; --left)
      a[static_cast<std::size_t>(i++)] = level;
  }
  return a;
}

// Root mean square of the error, uV, of a spec that has been running for two seconds. The muscle works harder in front
// of the band-pass: what comes behind it is no step in any band.
template <class S>
double error(const S& spec, const std::vector<double>& target, CarrierPreset preset) {
  const auto emg = carrier_sections(corners(preset), {rate}), band = *design(Bandpass{}, {rate});
  double power = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5)
    power += std::norm(response(emg, {f}, {rate}) * response(band, {f}, {rate})) / rate;
  Carrier carrier(corners(preset), {rate}, RandomStream(323, "emg"));
  auto filter = start(Bandpass{}, format);
  auto live = start(spec, format);
  double sum = 0;
  std::vector<double> x(1000);
  for (std::int64_t first = 0; first < frames; first += 1000) {
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = target[static_cast<std::size_t>(first) + i] * carrier.next() / std::sqrt(power);
    filter.process({x.data(), 1000, 1}, {x.data(), 1000, 1});
    live.process({x.data(), 1000, 1}, {x.data(), 1000, 1});
    if (first < 2000) continue;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double e = x[i] - target[static_cast<std::size_t>(first) + i];
      sum += e * e;
    }
  }
  return std::sqrt(sum / static_cast<double>(frames - 2000));
}

AdaptiveRms adaptive(CarrierPreset preset) { return {.bandwidth = {preset == CarrierPreset::limb ? 190.0 : 100.0}}; }
constexpr CarrierPreset presets[] = {CarrierPreset::trunk, CarrierPreset::limb};

// Against the best of a grid of fixed windows, chosen with hindsight.
double against_the_best(const std::vector<double>& target, CarrierPreset preset, const char* what,
                        Seconds pilot = AdaptiveRms{}.pilot) {
  double best = 1e9, at = 0;
  for (const double ms : {50, 75, 100, 150, 200, 250, 300, 400, 600, 1000})
    if (const double e = error(Rms{.window = {ms / 1000}}, target, preset); e < best) best = e, at = ms;
  AdaptiveRms spec = adaptive(preset);
  spec.pilot = pilot;
  const double ours = error(spec, target, preset);
  std::printf("[ measured ] %s, %s: adaptive %.2f uV, best fixed %.2f uV (%g ms), ratio %.3f\n", what,
              std::string(to_text(preset)).c_str(), ours, best, at, ours / best);
  return ours / best;
}

TEST(AdaptiveRms, EqualsTheBestFixedWindowOnRandomTargets) {
  for (const CarrierPreset preset : presets)
    EXPECT_LT(against_the_best(random_target(0.5), preset, "random target, 0.5 Hz"), 1.04);
  EXPECT_LT(against_the_best(random_target(1), CarrierPreset::trunk, "random target, 1 Hz"), 1.08);
}
// What is best there is a fourth of the pilot that level and slope are taken from: 1.08 is missed by a little. A
// shorter pilot meets it, and is less steady on what is held. If it is ever met, the docs must not say any more that it
// is not.
TEST(AdaptiveRms, IsSomewhatWorseWhereTheBestWindowIsFarShorterThanItsPilot) {
  const double missed = against_the_best(random_target(1), CarrierPreset::limb, "random target, 1 Hz");
  EXPECT_GE(missed, 1.08);
  EXPECT_LT(missed, 1.1);
  EXPECT_LT(against_the_best(random_target(1), CarrierPreset::limb, "random target, 1 Hz, pilot 0.2 s", 200_ms), 1.08);
}
TEST(AdaptiveRms, IsBetterThanAnyFixedWindowOnStepsThatAreHeld) {
  for (const CarrierPreset preset : presets)
    EXPECT_LT(against_the_best(step_and_hold(), preset, "step and hold, 1.5 to 4 s"), 0.97);
}

// Truth: the fixed windows that are best on targets that move; of a steady level this one is steadier.
TEST(AdaptiveRms, IsSteadierOnASteadyLevelThanWindowsThatFollowAsFast) {
  const std::vector<double> steady(frames, 50.0);
  for (const CarrierPreset preset : presets) {
    const double ours = error(adaptive(preset), steady, preset), quick = error(Rms{.window = 150_ms}, steady, preset);
    std::printf("[ measured ] steady, %s: adaptive %.2f uV, 150 ms %.2f uV\n", std::string(to_text(preset)).c_str(),
                ours, quick);
    EXPECT_LT(ours, 0.95 * quick);
  }
}

TEST(AdaptiveRms, RefusesWhatCannotBe) {
  EXPECT_EQ(why(try_start(AdaptiveRms{.shortest = 1_ms}, format)),
            "shortest is 0.001 s: expected at least two samples, 0.002 s (AdaptiveRms.shortest)");
  EXPECT_EQ(why(try_start(AdaptiveRms{.longest = 100_ms}, format)),
            "longest is 0.1 s: expected at least four times shortest, 0.2 s (AdaptiveRms.longest)");
  EXPECT_EQ(why(try_start(AdaptiveRms{.pilot = 50_ms}, format)),
            "pilot is 0.05 s: expected from twice shortest to longest, 0.1 s to 1 s (AdaptiveRms.pilot)");
  EXPECT_EQ(why(try_start(AdaptiveRms{.bandwidth = 501_Hz}, format)),
            "bandwidth is 501 Hz: expected at most half the sampling rate, 500 Hz (AdaptiveRms.bandwidth)");
}

}  // namespace
}  // namespace unguard
