// SPDX-License-Identifier: Apache-2.0
// The chain of the yardstick (band-pass, notch, |x|, low-pass) and parts of it, by channels and block length.
// items_per_second counts samples x channels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/ekf_smoother.hpp"
#include "unguard/denoise/line_canceller.hpp"
#include "unguard/denoise/pca_subtraction.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/denoise/wavelet_subtraction.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/chebyshev2.hpp"
#include "unguard/filter/comb.hpp"
#include "unguard/filter/critically_damped.hpp"
#include "unguard/filter/delay.hpp"
#include "unguard/filter/differentiator.hpp"
#include "unguard/filter/fir.hpp"
#include "unguard/filter/fir_design.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/peak.hpp"
#include "unguard/filter/resample.hpp"
#include "unguard/filter/savitzky_golay.hpp"
#include "unguard/filter/state_variable.hpp"
#include "unguard/filter/tkeo.hpp"
#include "unguard/filter/transfer_function.hpp"
#include "unguard/filter/whitening.hpp"
#include "yardstick_chain.hpp"

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

// What try_start() takes: design, checks, and how long the filter rings.
template <FilterSpec S>
void begin(benchmark::State& state, const S& spec) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(8)};
  for (auto _ : state) benchmark::DoNotOptimize(try_start(spec, format));
}

template <class S>
void run_resampler(benchmark::State& state, S spec) {
  const auto channels = static_cast<int>(state.range(0));
  const std::int64_t frames = state.range(1);
  auto live = start(spec, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  const std::vector<double> x(static_cast<std::size_t>(frames * channels), 1.0);
  std::vector<double> y(static_cast<std::size_t>(live.most_written(frames) * channels));
  for (auto _ : state) {
    live.process({x.data(), frames, channels}, {y.data(), live.most_written(frames), channels});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * frames * channels);
}

template <class S>
void run_detector(benchmark::State& state, const S& spec) {
  const auto channels = static_cast<int>(state.range(0));
  auto live = start(spec, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  constexpr std::int64_t frames = 2048;
  std::vector<double> x(static_cast<std::size_t>(frames * channels));
  for (auto& v : x) v = normal(generator);
  Sink<Event> sink(1000);
  for (auto _ : state) {
    live.process({x.data(), frames, channels}, sink);
    sink.clear();
  }
  state.SetItemsProcessed(state.iterations() * frames * channels);
}

// A minute of one channel, a heart beating in noise.
template <HeartMethod M>
void run_record(benchmark::State& state, const M& method) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  std::vector<double> x(120000), r_peaks;
  for (auto& v : x) v = normal(generator);
  for (int r = 500; r < 119000; r += 1700) {
    r_peaks.push_back(r);
    for (int i = -60; i <= 60; ++i) x[static_cast<std::size_t>(r + i)] += 200 * std::exp(-i * i / 338.0);
  }
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  for (auto _ : state) {
    auto y = remove_ecg(method, {x.data(), 120000, 1}, format, r_peaks);
    benchmark::DoNotOptimize(y);
  }
  state.SetItemsProcessed(state.iterations() * 120000);
}

// The dearest frame of a window beside the usual one, a frame a call: each the fastest of many, so that what the
// machine does meanwhile does not count. Arguments: window in samples, channels.
void frames_alike(benchmark::State& state) {
  const std::int64_t window = state.range(0);
  const int channels = static_cast<int>(state.range(1));
  auto filter = start(Rms{.window = {static_cast<double>(window) / 2000}},
                      StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  std::vector<double> x(static_cast<std::size_t>(channels), 1.0), y(x.size());
  std::vector<double> fastest(static_cast<std::size_t>(2 * window), 1e9);
  for (auto _ : state)
    for (double& best : fastest) {
      const auto before = std::chrono::steady_clock::now();
      filter.process({x.data(), 1, channels}, {y.data(), 1, channels});
      const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - before;
      best = std::min(best, took.count());
    }
  std::sort(fastest.begin(), fastest.end());
  state.counters["usual_ns"] = fastest[fastest.size() / 2];
  state.counters["dearest_ns"] = fastest.back();
}

void sizes(benchmark::internal::Benchmark* b) {
  for (int channels : {1, 4, 8, 16, 64})
    for (int block : {1, 16, 64, 256}) b->Args({channels, block});
}

BENCHMARK_CAPTURE(run, yardstick_chain, yardstick_chain())->Apply(sizes);
BENCHMARK_CAPTURE(run, bandpass, Bandpass{})->Apply(sizes);
BENCHMARK_CAPTURE(run, notch, Notch{})->Args({8, 256});
BENCHMARK_CAPTURE(run, lowpass, Lowpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, highpass, Highpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, bandstop, Bandstop{})->Args({8, 256});
BENCHMARK_CAPTURE(run, chebyshev1_bandpass, Chebyshev1Bandpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, chebyshev2_bandpass, Chebyshev2Bandpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, bessel_lowpass, BesselLowpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, peak, Peak{})->Args({8, 256});
BENCHMARK_CAPTURE(run, comb_of_nine, Comb{.notches = 9})->Args({8, 256});
BENCHMARK_CAPTURE(run, line_canceller_of_nine, LineCanceller{.frequency = Hertz{50}})->Args({8, 256})->Args({16, 1});
BENCHMARK_CAPTURE(run, line_canceller_not_told, LineCanceller{})->Args({16, 1});
BENCHMARK_CAPTURE(run, one_pole, OnePole{})->Args({8, 256});
BENCHMARK_CAPTURE(run, critically_damped, CriticallyDamped{})->Args({8, 256});
BENCHMARK_CAPTURE(run, transfer_function, TransferFunction{{0.2, 0, -0.4, 0, 0.2}, {1, -1.9, 1.1, -0.3, 0.1}})
    ->Args({8, 256});
BENCHMARK_CAPTURE(run, fir, Fir{std::vector<double>(101, 0.01)})->Args({8, 256});
BENCHMARK_CAPTURE(run, fir_lowpass, FirLowpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, fir_highpass, FirHighpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, fir_bandpass, FirBandpass{})->Args({8, 256});
BENCHMARK_CAPTURE(run, fir_bandstop, FirBandstop{})->Args({8, 256});
BENCHMARK_CAPTURE(run, savitzky_golay, SavitzkyGolay{})->Args({8, 256});
BENCHMARK_CAPTURE(run, differentiator, Differentiator{})->Args({8, 256});
BENCHMARK_CAPTURE(run, whitening, Whitening{{-1.2, 0.6, -0.1}})->Args({8, 256});
BENCHMARK_CAPTURE(run, tkeo, Tkeo{})->Args({8, 256});
BENCHMARK_CAPTURE(run, delay, Delay{})->Args({8, 256});
BENCHMARK_CAPTURE(run_resampler, resample_to_1_kHz, Resample{})->Args({8, 256});
BENCHMARK_CAPTURE(run_resampler, resample_to_3_kHz, Resample{.to = {3000}})->Args({8, 256});
BENCHMARK_CAPTURE(run_resampler, resample_by_160_to_147, ResampleBy{.up = 160, .down = 147})->Args({8, 256});
BENCHMARK_CAPTURE(run_resampler, decimate_by_10, Decimate{.factor = 10})->Args({8, 256});
BENCHMARK_CAPTURE(run, state_variable, StateVariable{.order = 4})->Args({8, 256});
BENCHMARK_CAPTURE(run, rectify, Rectify{})->Args({8, 256});
BENCHMARK_CAPTURE(run, rms, Rms{})->Apply(sizes);
BENCHMARK(frames_alike)->Args({250, 8})->Args({1000, 64});
BENCHMARK_CAPTURE(run, ecg_subtraction, EcgSubtraction{})->Args({1, 256})->Args({16, 256});
BENCHMARK_CAPTURE(run_detector, r_peaks, RPeaks{})->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(run_record, pca_subtraction, PcaSubtraction{});
BENCHMARK_CAPTURE(run_record, wavelet_subtraction, WaveletSubtraction{});
BENCHMARK_CAPTURE(run_record, ekf_smoother, EkfSmoother{});
BENCHMARK_CAPTURE(run, arv, Arv{})->Args({8, 256});
BENCHMARK_CAPTURE(run, two_pole, TwoPole{})->Args({8, 256});
BENCHMARK_CAPTURE(run, two_pole_power, TwoPole{.window = {0.125}, .detection = Detection::power})->Args({8, 256});
BENCHMARK_CAPTURE(begin, fir_highpass, FirHighpass{});
BENCHMARK_CAPTURE(begin, bandpass_and_notch, Chain{Bandpass{}, Notch{}});
BENCHMARK_CAPTURE(begin, bessel_of_order_12, BesselBandpass{.order = 12});
BENCHMARK_CAPTURE(begin, highpass_of_50_mHz, Highpass{.cutoff = {0.05}});

}  // namespace

BENCHMARK_MAIN();
