// SPDX-License-Identifier: Apache-2.0
// The chain of the yardstick (band-pass, notch, |x|, low-pass) and parts of it, by channels and block length.
// items_per_second counts samples x channels.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

namespace {

using namespace unguard;

template <FilterSpec S>
void run(benchmark::State& state, const S& spec) {
  const int channels = static_cast<int>(state.range(0));
  const std::int64_t block = state.range(1);
  auto filter = start(spec, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  const std::int64_t frames = std::max<std::int64_t>(256, 4096 / channels);
  std::vector<double> x(static_cast<std::size_t>(frames * channels)), y(x.size());
  for (auto& v : x) v = normal(generator);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < frames; i += block)
      filter.process({x.data() + i * channels, block, channels}, {y.data() + i * channels, block, channels});
    benchmark::DoNotOptimize(y.data());
  }
  state.SetItemsProcessed(state.iterations() * frames * channels);
}

void sizes(benchmark::internal::Benchmark* b) {
  for (int channels : {1, 4, 8, 16, 64})
    for (int block : {1, 16, 64, 256}) b->Args({channels, block});
}

const Chain yardstick{Bandpass{}, Notch{.frequency = {50}, .width = {}, .q = 30.0}, Rectify{},
                      Lowpass{.cutoff = {6}, .order = 2}};

BENCHMARK_CAPTURE(run, yardstick_chain, yardstick)->Apply(sizes);
BENCHMARK_CAPTURE(run, bandpass, Bandpass{})->Apply(sizes);
BENCHMARK_CAPTURE(run, notch, Notch{})->Args({8, 256});
BENCHMARK_CAPTURE(run, lowpass, Lowpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, highpass, Highpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, bandstop, Bandstop{})->Args({8, 256});
BENCHMARK_CAPTURE(run, rectify, Rectify{})->Args({8, 256});
BENCHMARK_CAPTURE(run, rms, Rms{})->Apply(sizes);
BENCHMARK_CAPTURE(run, arv, Arv{})->Args({8, 256});
BENCHMARK_CAPTURE(run, two_pole, TwoPole{})->Args({8, 256});
BENCHMARK_CAPTURE(run, two_pole_power, TwoPole{.window = {0.125}, .detection = Detection::power})->Args({8, 256});

}  // namespace

BENCHMARK_MAIN();
