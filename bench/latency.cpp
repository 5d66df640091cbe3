// SPDX-License-Identifier: Apache-2.0
// How long each call of process() takes with one frame a call: the yardstick's chain, or a pipeline with all that
// cleans and judges; the clock read before and after.
//   latency CHANNELS FRAMES EVERY      EVERY: microseconds from one frame to the next, as a device sends them;
//                                      0: one after the other
//   latency pipeline CHANNELS FRAMES   one after the other; heart: with the heart taken off; session: and a detector
//   latency envelope NAME CHANNELS FRAMES   one envelope, one frame a call
//   latency clock READINGS             what two readings of the clock take with nothing between them
// Prints "NANOSECONDS HOW_OFTEN" lines in rising order. A twentieth of the frames goes before and is not counted.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "time_each.hpp"
#include "unguard/denoise/line_canceller.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
#include "unguard/envelope/gated.hpp"
#include "unguard/envelope/linear_envelope.hpp"
#include "unguard/envelope/moving_median.hpp"
#include "unguard/envelope/noise_subtracted.hpp"
#include "unguard/envelope/pooled_level.hpp"
#include "unguard/envelope/tkeo_envelope.hpp"
#include "unguard/envelope/whitened_rms.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/stream/pipeline.hpp"
#include "yardstick_chain.hpp"

namespace {

// Frames of EMG with hum on an electrode's offset, again and again.
constexpr std::int64_t kept = 2000;
std::vector<double> signal(int channels) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  std::vector<double> x(static_cast<std::size_t>(kept * channels));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i / static_cast<std::size_t>(channels)) / 2000;
    x[i] = normal(generator) + 50 * std::sin(2 * std::numbers::pi * 50 * t) + 1000;
  }
  return x;
}

void time_chain(int channels, std::int64_t frames, std::int64_t every_us) {
  using namespace unguard;
  auto filter = start(yardstick_chain(), StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  const auto x = signal(channels);
  std::vector<double> y(static_cast<std::size_t>(channels));
  time_each(frames, std::chrono::microseconds(every_us), [&](std::int64_t i) {
    filter.process({x.data() + i % kept * channels, 1, channels}, {y.data(), 1, channels});
  });
}

// The heart taken off before the level, and a detector that does not wait for that.
void time_pipeline(int channels, std::int64_t frames, bool heart, bool detector) {
  using namespace unguard;
  Pipeline plan{Chain{Priming{Seconds{0.02}}, Bandpass{}}};
  plan.mains = Mains{{.frequency = Hertz{50}}};
  if (heart) plan.heart = EcgSubtraction{};
  if (detector) plan.events = SpasmDetector{.all_rest = true};
  auto live = start(plan, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  auto x = signal(channels);
  // Two beats in what is kept: the subtraction has something to do.
  for (std::int64_t i = 0; heart && i < kept; ++i)
    for (int c = 0; c < channels; ++c) {
      const double ms = static_cast<double>(i % (kept / 2) - 300) / 2;
      x[static_cast<std::size_t>(i * channels + c)] += 200 * std::exp(-ms * ms / 50);
    }
  Sink<Reading> readings(static_cast<std::size_t>(2 * channels));
  Sink<Event> events(static_cast<std::size_t>(8 * channels));
  time_each(frames, {}, [&](std::int64_t i) {
    readings.clear();
    events.clear();
    live.process({x.data() + i % kept * channels, 1, channels}, readings, events);
  });
}

// One envelope by name; false where there is none of that name.
template <class S>
void time_one(const S& spec, int channels, std::int64_t frames) {
  auto live = start(spec, {.rate = {2000}, .channels = unguard::Channels::unnamed(channels)});
  const auto x = signal(channels);
  std::vector<double> y(static_cast<std::size_t>(channels));
  std::vector<unguard::Marks> marks(y.size());
  time_each(frames, {}, [&](std::int64_t i) {
    live.process({x.data() + i % kept * channels, 1, channels}, {y.data(), 1, channels, marks.data()});
  });
}
unguard::WhitenedRms whitened(unguard::WhiteningKind kind, int channels) {
  using namespace unguard;
  std::mt19937 generator(4);
  std::normal_distribution<double> normal(0.0, 1.0);
  constexpr std::int64_t frames = 6000;
  std::vector<double> hold(static_cast<std::size_t>(frames * channels)), rest(hold.size());
  for (auto& v : hold) v = 30 * normal(generator);
  for (auto& v : rest) v = 3 * normal(generator);
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(channels)};
  auto made = try_calibrate_whitening(WhiteningCalibrator{}, {hold.data(), frames, channels},
                                      {rest.data(), frames, channels}, format, "as it came");
  return {.kind = kind, .whitening = *made};
}
bool time_envelope(std::string_view name, int channels, std::int64_t frames) {
  using namespace unguard;
  if (name == "rms") return time_one(Rms{}, channels, frames), true;
  if (name == "arv") return time_one(Arv{}, channels, frames), true;
  if (name == "two_pole") return time_one(TwoPole{}, channels, frames), true;
  if (name == "linear") return time_one(LinearEnvelope{}, channels, frames), true;
  if (name == "exponential") return time_one(ExponentialEnvelope{}, channels, frames), true;
  if (name == "tkeo") return time_one(TkeoEnvelope{}, channels, frames), true;
  if (name == "adaptive") return time_one(AdaptiveRms{}, channels, frames), true;
  if (name == "moving_median") return time_one(MovingMedian{}, channels, frames), true;
  if (name == "bayesian") return time_one(BayesianEnvelope{}, channels, frames), true;
  if (name == "gated") return time_one(Gated<Rms>{}, channels, frames), true;
  if (name == "gated_two_pole") return time_one(Gated<TwoPole>{}, channels, frames), true;
  if (name == "noise_subtracted") return time_one(NoiseSubtracted{.noise = Microvolts{1}}, channels, frames), true;
  if (name == "pooled") return time_one(PooledLevel{.reference = Microvolts{1}}, channels, frames), true;
  if (name == "whitened_fixed") return time_one(whitened(WhiteningKind::fixed, channels), channels, frames), true;
  if (name == "whitened_adaptive") return time_one(whitened(WhiteningKind::adaptive, channels), channels, frames), true;
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string_view("clock")) {
    time_each(std::atoll(argv[2]), {}, [](std::int64_t) {});
    return 0;
  }
  if (argc == 5 && argv[1] == std::string_view("envelope") &&
      time_envelope(argv[2], std::atoi(argv[3]), std::atoll(argv[4])))
    return 0;
  if (argc != 4)
    return std::fprintf(
               stderr,
               "usage: latency CHANNELS FRAMES EVERY | latency pipeline|heart|session CHANNELS FRAMES | latency "
               "envelope NAME CHANNELS FRAMES | latency clock READINGS\n"),
           2;
  const std::string_view what = argv[1];
  if (what == "pipeline" || what == "heart" || what == "session")
    time_pipeline(std::atoi(argv[2]), std::atoll(argv[3]), what != "pipeline", what == "session");
  else
    time_chain(std::atoi(argv[1]), std::atoll(argv[2]), std::atoll(argv[3]));
}
