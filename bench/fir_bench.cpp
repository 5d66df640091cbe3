// SPDX-License-Identifier: Apache-2.0
// Where overlap-save overtakes the direct form, and with which block: what FirKernel chooses by. One row a number of
// taps; arguments: taps, block (0 is direct), channels, frames a call. items_per_second counts samples x channels.
//   build/bench/bench/bench_fir --benchmark_filter=taps/
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "unguard/filter/direct_fir.hpp"
#include "unguard/filter/overlap_save.hpp"

namespace {

using namespace unguard;

template <class Engine>
void run(benchmark::State& state, Engine engine) {
  const std::int64_t channels = state.range(2), block = state.range(3), frames = 2048;
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  std::vector<double> x(static_cast<std::size_t>(frames * channels)), y(x.size());
  for (auto& v : x) v = normal(generator);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < frames; i += block)
      engine.run(x.data() + i * channels, y.data() + i * channels, block);
    benchmark::DoNotOptimize(y.data());
  }
  state.SetItemsProcessed(state.iterations() * frames * channels);
}

void taps(benchmark::State& state) {
  Taps h(static_cast<std::size_t>(state.range(0)));
  for (std::size_t k = 0; k < h.size(); ++k)
    h[k] = std::cos(0.1 * static_cast<double>(k)) / (1.0 + 0.1 * static_cast<double>(k));
  const int channels = static_cast<int>(state.range(2));
  if (state.range(1) == 0)
    run(state, DirectFir(h, channels));
  else
    run(state, OverlapSave(h, state.range(1), channels));
}

// The dearest frame of a block beside the usual one, a frame a call: each the fastest of many, so that what the machine
// does meanwhile does not count. Arguments: taps, block, channels.
void dearest_frame(benchmark::State& state) {
  const auto block = static_cast<std::size_t>(state.range(1));
  const int channels = static_cast<int>(state.range(2));
  OverlapSave engine(Taps(static_cast<std::size_t>(state.range(0)), 0.01), state.range(1), channels);
  std::vector<double> x(static_cast<std::size_t>(channels), 1.0), y(x.size()), fastest(block, 1e9);
  for (auto _ : state)
    for (double& best : fastest) {
      const auto before = std::chrono::steady_clock::now();
      engine.run(x.data(), y.data(), 1);
      const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - before;
      best = std::min(best, took.count());
    }
  std::sort(fastest.begin(), fastest.end());
  state.counters["usual_ns"] = fastest[fastest.size() / 2];
  state.counters["dearest_ns"] = fastest.back();
}

void sizes(benchmark::internal::Benchmark* b) {
  for (int channels : {1, 8, 64})
    for (int frames : {1, 64})
      for (int length : {101, 201, 301, 401, 601, 1001, 2001, 4001, 8001})
        for (int block : {0, 32, 64, 128, 256})
          if (length > 2 * block && (block > 0 || length <= 4001)) b->Args({length, block, channels, frames});
}

BENCHMARK(taps)->Apply(sizes);
BENCHMARK(dearest_frame)->Args({1001, 64, 1})->Args({1001, 64, 16})->Args({1001, 64, 64})->Args({8001, 128, 64});

}  // namespace

BENCHMARK_MAIN();
