// SPDX-License-Identifier: Apache-2.0
// What spectra cost. sliding: nanoseconds a sample and channel on average (items_per_second), and of a frame that has a
// reading beside the usual one; arguments: channels, tapers. welch: a record of 60 s; argument: samples of a segment.
//   build/bench/bench/bench_spectrum
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

#include "unguard/spectrum/sliding_spectrum.hpp"
#include "unguard/spectrum/welch.hpp"

namespace {

using namespace unguard;

std::vector<double> noise(std::size_t samples) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  std::vector<double> x(samples);
  for (double& v : x) v = normal(generator);
  return x;
}

void sliding(benchmark::State& state) {
  const int channels = static_cast<int>(state.range(0));
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(channels)};
  auto live = start(SlidingSpectrum{.tapers = static_cast<int>(state.range(1))}, format);
  const std::int64_t every = live.period();
  const auto x = noise(static_cast<std::size_t>(every * channels));
  Sink<SpectrumReading> sink(static_cast<std::size_t>(channels));
  // The window fills.
  for (int i = 0; i < 4; ++i) {
    live.process({x.data(), every, channels}, sink);
    sink.clear();
  }
  std::vector<double> fastest(static_cast<std::size_t>(every), 1e9);
  for (auto _ : state)
    for (std::int64_t i = 0; i < every; ++i) {
      const auto before = std::chrono::steady_clock::now();
      live.process({x.data() + i * channels, 1, channels}, sink);
      const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - before;
      sink.clear();
      double& best = fastest[static_cast<std::size_t>(i)];
      best = std::min(best, took.count());
    }
  std::sort(fastest.begin(), fastest.end());
  state.counters["usual_ns"] = fastest[fastest.size() / 2];
  state.counters["reading_ns"] = fastest.back();
  state.SetItemsProcessed(state.iterations() * every * channels);
}

void welch(benchmark::State& state) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  const auto x = noise(120000);
  const Welch spec{.segment = {static_cast<double>(state.range(0)) / 2000}};
  for (auto _ : state) {
    const auto made = power_spectrum(spec, {x.data(), 120000, 1}, format);
    benchmark::DoNotOptimize(made.has_value());
  }
  state.SetItemsProcessed(state.iterations() * 120000);
}

BENCHMARK(sliding)->Args({1, 3})->Args({16, 3})->Args({16, 7});
BENCHMARK(welch)->Arg(500)->Arg(1000)->Arg(1024)->Arg(2000)->Arg(997);

}  // namespace

BENCHMARK_MAIN();
