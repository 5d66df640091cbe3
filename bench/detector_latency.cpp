// SPDX-License-Identifier: Apache-2.0
// How long each call of a detector's process() takes with one frame a call, of noise with bursts of 20 dB.
//   detector_latency NAME CHANNELS FRAMES
// Prints what time_each() prints.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>

#include "time_each.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace {

using namespace unguard;

// Ten seconds; a burst of 0.3 s in each.
constexpr std::int64_t kept = 20000;
std::vector<double> signal(int channels) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 1.0);
  std::vector<double> x(static_cast<std::size_t>(kept * channels));
  for (std::int64_t i = 0; i < kept; ++i)
    for (int c = 0; c < channels; ++c)
      x[static_cast<std::size_t>(i * channels + c)] = (i % 2000 < 600 ? 20 : 2) * normal(generator);
  return x;
}
NoiseModel white(int channels) {
  const auto n = static_cast<std::size_t>(channels);
  NoiseModel noise{.rate = {2000}, .order = 12, .coefficients = std::vector<double>(12 * n)};
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

template <class S>
bool time_one(const S& spec, int channels, std::int64_t frames) {
  auto live = start(spec, {.rate = {2000}, .channels = Channels::unnamed(channels)});
  const auto x = signal(channels);
  Sink<Event> sink(static_cast<std::size_t>(8 * channels));
  time_each(frames, {}, [&](std::int64_t i) {
    sink.clear();
    live.process({x.data() + i % kept * channels, 1, channels}, sink);
  });
  return true;
}
bool time_detector(std::string_view name, int channels, std::int64_t frames) {
  if (name == "ActivityDetector") return time_one(quickest(channels), channels, frames);
  if (name == "HodgesBui") return time_one(HodgesBui{}, channels, frames);
  if (name == "TkeoOnset") return time_one(TkeoOnset{}, channels, frames);
  if (name == "Lidierth") return time_one(Lidierth{}, channels, frames);
  if (name == "MerloWavelet") return time_one(MerloWavelet{}, channels, frames);
  if (name == "Bonato") return time_one(Bonato{}, channels, frames);
  if (name == "Aglr") return time_one(Aglr{}, channels, frames);
  if (name == "SampleEntropyOnset") return time_one(SampleEntropyOnset{}, channels, frames);
  if (name == "GaussianMixtureOnset") return time_one(GaussianMixtureOnset{}, channels, frames);
  if (name == "SpasmDetector") return time_one(SpasmDetector{.all_rest = true}, channels, frames);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && time_detector(argv[1], std::atoi(argv[2]), std::atoll(argv[3]))) return 0;
  return std::fprintf(stderr, "usage: detector_latency NAME CHANNELS FRAMES\n"), 2;
}
