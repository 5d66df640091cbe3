// SPDX-License-Identifier: Apache-2.0
// The record of one onset trial, with its truth: noise and heart as OnsetNoise plays them, and carrier x gate on top.
// Nothing is filtered: that is the detector's part. Staude et al. 2001, doi:10.1155/S1110865701000191.
// Cost: some milliseconds at 2 kHz, most of them to set up the carrier.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/simulate/onset_noise.hpp"

namespace unguard {

struct OnsetRecord {
  Hertz rate{};
  std::vector<double> data;            // uV, unfiltered
  SampleIndex onset{};                 // the first sample with EMG
  SampleIndex offset{};                // one past the last
  std::vector<double> r_peak_times{};  // in samples; peaks fall between samples
  std::vector<SampleIndex> r_peaks{};  // the nearest sample to each
  Microvolts emg_level{};              // RMS over the whole band: of the EMG on its plateau
  Microvolts noise_level{};            // of the noise
  Microvolts r_peak{};                 // height; 0 without a heart
};

inline Result<OnsetRecord> try_simulate_onset(const OnsetTrial& trial) {
  if (auto fault = refuse(trial)) return *fault;
  const OnsetGate gate = onset_gate(trial);
  const std::int64_t frames = gate.offset().value + samples_in(trial.tail, trial.rate);
  auto noise = try_onset_noise(trial, seconds_at({frames}, trial.rate));
  if (!noise) return noise.fault();
  const auto band = design(onset_band(trial.rate), trial.rate);
  if (!band) return band.fault();
  AnyCarrier carrier(trial.kind, trial.carrier, trial.rate,
                     RandomStream(static_cast<std::uint64_t>(trial.seed), "onset carrier"), {.units = trial.units});
  OnsetRecord record{
      .rate = trial.rate,
      .data = std::vector<double>(static_cast<std::size_t>(frames)),
      .onset = gate.onset(),
      .offset = gate.offset(),
      .r_peak_times = noise->r_peak_times(),
      .emg_level = trial.noise * std::pow(10.0, trial.snr_dB / 20) / std::sqrt(carrier.power_behind(*band)),
      .noise_level = noise->level(),
      .r_peak = noise->r_peak()};
  for (double t : record.r_peak_times) record.r_peaks.push_back({static_cast<std::int64_t>(std::floor(t + 0.5))});
  noise->generate(record.data);
  for (SampleIndex i = gate.onset(); i < gate.offset(); i = i + 1)
    record.data[static_cast<std::size_t>(i.value)] += record.emg_level.value * gate.at(i) * carrier.next();
  return record;
}

#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline OnsetRecord simulate_onset(const OnsetTrial& trial) { return try_simulate_onset(trial).take(); }
#endif

}  // namespace unguard
