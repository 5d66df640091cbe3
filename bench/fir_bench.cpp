// SPDX-License-Identifier: Apache-2.0
// Where overlap-save overtakes the direct form, and with which block: what FirKernel chooses by. One row a number of
// taps; arguments: taps, block (0 is direct), channels, frames a call. items_per_second counts samples x channels.
//   build/bench/bench/bench_fir --benchmark_filter=taps/
#include <benchmark/benchmark.h>

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

void sizes(benchmark::internal::Benchmark* b) {
  for (int channels : {1, 8, 64})
    for (int frames : {1, 64})
      for (int length : {101, 201, 301, 401, 601, 1001, 2001, 4001, 8001})
        for (int block : {0, 32, 64, 128, 256})
          if (length > 2 * block && (block > 0 || length <= 4001)) b->Args({length, block, channels, frames});
}

BENCHMARK(taps)->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
