// SPDX-License-Identifier: Apache-2.0
// How long each call of a detector's process() takes with one frame a call, of noise with bursts of 20 dB.
//   detector_latency NAME CHANNELS FRAMES      BendingDetector: so many channels of EMG, and the angle beside them
// Prints what time_each() prints; fails where nothing was reported, for then nothing of an event has been timed.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

#include "time_each.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bending_detector.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace {

using namespace unguard;

// Ten seconds; a burst of 0.3 s in each, or none.
constexpr std::int64_t kept = 20000;
constexpr double rest = 2, burst = 20;
std::vector<double> signal(int channels, double loudest = burst) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 1.0);
  std::vector<double> x(static_cast<std::size_t>(kept * channels));
  for (std::int64_t i = 0; i < kept; ++i)
    for (int c = 0; c < channels; ++c)
      x[static_cast<std::size_t>(i * channels + c)] = (i % 2000 < 600 ? loudest : rest) * normal(generator);
  return x;
}
NoiseModel white(int channels) {
  const auto n = static_cast<std::size_t>(channels);
  const int order = NoiseCalibrator{}.order;
  NoiseModel noise{
      .rate = {2000}, .order = order, .coefficients = std::vector<double>(static_cast<std::size_t>(order) * n)};
  noise.level.per_channel.assign(n, {2, 2, 2});
  return noise;
}
ActivityDetector quickest(int channels) {
  ActivityDetector spec;
  spec.calibration.noise = white(channels);
  spec.calibration.level = spec.calibration.noise.level;
  spec.calibration.correlation.assign(6 * static_cast<std::size_t>(channels), 0.1);
  spec.calibration.log_alarms.assign(static_cast<std::size_t>(channels), -2);
  spec.calibration.decay.assign(static_cast<std::size_t>(channels), 1);
  return spec;
}

// Whether a detector reported anything: one that does not has not been timed doing what it is for.
template <class Live>
bool time_live(Live live, const std::vector<double>& x, std::int64_t frames) {
  const int channels = live.format().channels.count();
  Sink<Event> sink(static_cast<std::size_t>(8 * channels));
  bool reported = false;
  time_each(frames, {}, [&](std::int64_t i) {
    sink.clear();
    live.process({x.data() + i % kept * channels, 1, channels}, sink);
    reported |= !sink.items().empty();
  });
  return reported;
}
StreamFormat unnamed(int channels) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }
template <class S>
bool time_one(const S& spec, int channels, std::int64_t frames) {
  auto live = start(spec, unnamed(channels));
  // Who learnt rest from bursts would never alarm.
  Sink<Event> of_rest(static_cast<std::size_t>(kept));
  live.process({signal(channels, rest).data(), kept, channels}, of_rest);
  return time_live(std::move(live), signal(channels), frames);
}

// An R wave of 60 uV in the middle of every pause between bursts.
constexpr std::int64_t r_peak = 1300, beat_to_beat = 2000;
void add_beats(std::vector<double>& x, int channels) {
  for (std::int64_t i = 0; i < std::ssize(x); ++i) {
    const double ms = static_cast<double>(i / channels % beat_to_beat - r_peak) / 2;
    x[static_cast<std::size_t>(i)] += 60 * std::exp(-ms * ms / 32);
  }
}
bool time_among_beats(int channels, std::int64_t frames) {
  // 20 s of rest, as in the tests of the calibrator.
  constexpr std::int64_t rest_frames = 40000;
  std::mt19937 generator(5);
  std::normal_distribution<double> normal(0.0, rest);
  std::vector<double> still(static_cast<std::size_t>(rest_frames * channels));
  for (auto& v : still) v = normal(generator);
  add_beats(still, channels);
  std::vector<std::int64_t> r_peaks;
  for (std::int64_t at = r_peak; at < rest_frames; at += beat_to_beat) r_peaks.push_back(at);
  ActivityDetector spec;
  spec.calibration =
      calibrate_activity({}, {still.data(), rest_frames, channels}, {}, unnamed(channels), "as it came", spec, r_peaks);
  auto x = signal(channels);
  add_beats(x, channels);
  return time_live(start(spec, unnamed(channels)), x, frames);
}

// A back that bends and comes up again every ten seconds, declared to bend throughout: then rises are looked for.
bool time_bending(int muscles, std::int64_t frames) {
  const auto n = static_cast<std::size_t>(muscles);
  BendingDetector spec{.angle = "trunk"};
  for (int degrees = 0; degrees <= 90; degrees += 10) spec.profile.angles.push_back(degrees);
  spec.profile.levels.assign(spec.profile.angles.size() * n, 2);
  spec.profile.movement = white(muscles);
  spec.profile.movement.level.per_channel.assign(n, {1, 1, 1});
  spec.profile.holds.assign(n, 2);
  spec.profile.spreads.assign(n, 0.1);
  const auto emg = signal(muscles);
  std::vector<double> x;
  for (std::int64_t i = 0; i < kept; ++i) {
    x.insert(x.end(), emg.begin() + i * muscles, emg.begin() + (i + 1) * muscles);
    x.push_back(90 * (1 - std::fabs(2.0 * static_cast<double>(i) / kept - 1)));
  }
  const auto unnamed_muscles = Channels::unnamed(muscles);
  std::vector<Channel> list(unnamed_muscles.begin(), unnamed_muscles.end());
  list.push_back({"trunk", "", {}, "deg"});
  auto live = start(spec, {.rate = {2000}, .channels = Channels(list)});
  live.declare({{0}, MarkerKind::bending});
  return time_live(std::move(live), x, frames);
}

// Nothing where there is none of that name.
std::optional<bool> time_detector(std::string_view name, int channels, std::int64_t frames) {
  if (name == "ActivityDetector") return time_one(quickest(channels), channels, frames);
  if (name == "ActivityDetector, beats told") return time_among_beats(channels, frames);
  if (name == "EventDetector")
    return time_one(EventDetector{.activity = quickest(channels), .all_rest = true}, channels, frames);
  if (name == "BendingDetector") return time_bending(channels, frames);
  if (name == "HodgesBui") return time_one(HodgesBui{}, channels, frames);
  if (name == "TkeoOnset") return time_one(TkeoOnset{}, channels, frames);
  if (name == "Lidierth") return time_one(Lidierth{}, channels, frames);
  if (name == "MerloWavelet") return time_one(MerloWavelet{}, channels, frames);
  if (name == "Bonato") return time_one(Bonato{}, channels, frames);
  if (name == "Aglr") return time_one(Aglr{}, channels, frames);
  if (name == "SampleEntropyOnset") return time_one(SampleEntropyOnset{}, channels, frames);
  if (name == "GaussianMixtureOnset") return time_one(GaussianMixtureOnset{}, channels, frames);
  if (name == "SpasmDetector") return time_one(SpasmDetector{.all_rest = true}, channels, frames);
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const auto reported =
      argc == 4 ? time_detector(argv[1], std::atoi(argv[2]), std::atoll(argv[3])) : std::optional<bool>{};
  if (!reported) return std::fprintf(stderr, "usage: detector_latency NAME CHANNELS FRAMES\n"), 2;
  if (!*reported) return std::fprintf(stderr, "%s reported nothing in %s frames\n", argv[1], argv[3]), 1;
}
