// SPDX-License-Identifier: Apache-2.0
// Trunk EMG and a heart, mixed at a ratio of powers between 20 and 450 Hz, with the R peaks known to a fraction of a
// sample: what the tests of the heart are held to. Rhythm and waves: simulate/ecg_artefact.hpp; ectopic beats of ours.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/ecg_artefact.hpp"

namespace unguard::hearts {

struct Mix {
  Hertz rate{2000};
  Seconds duration{120};
  double emg_over_ecg_dB = 0;
  Microvolts emg{20};
  int channels = 1;
  double beats_per_minute = 65;
  double variability = 0.1;  // of the rhythm
  double ectopic = 0;        // share of beats that come early, wide, and followed by a pause
  Microvolts sensor_noise{0.5};
  std::uint64_t seed = 1;
};

struct Mixed {
  std::int64_t frames = 0;
  std::vector<double> x, emg;   // frames x channels
  std::vector<double> r_peaks;  // samples
  std::vector<bool> ectopic;    // one a peak
};

// What is left between 20 and 450 Hz, or as much of it as the rate has.
inline std::vector<double> in_band(const std::vector<double>& x, int channels, Hertz rate) {
  std::vector<double> y(x.size());
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(channels)};
  auto band = start(Bandpass{.low = {20}, .high = {std::min(450.0, 0.45 * rate.value)}}, format);
  const auto frames = static_cast<std::int64_t>(x.size()) / channels;
  band.process({x.data(), frames, channels}, {y.data(), frames, channels});
  return y;
}
inline double power(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v * v;
  return sum / static_cast<double>(x.size());
}

// Broad and turned over, as from a ventricle: no P, R and S of 20 ms.
inline double ectopic_beat(double t) {
  const auto wave = [t](double centre, double sigma, double height) {
    const double u = (t - centre) / sigma;
    return height * std::exp(-0.5 * u * u);
  };
  return wave(0, 0.02, 0.9) + wave(0.04, 0.018, -1.0) + wave(0.26, 0.05, -0.35);
}

inline Mixed mix(const Mix& m) {
  const double fs = m.rate.value;
  Mixed out;
  out.frames = samples_in(m.duration, m.rate);
  const auto n = static_cast<std::size_t>(out.frames), wide = static_cast<std::size_t>(m.channels);
  const EcgArtefact ecg{.beats_per_minute = m.beats_per_minute, .variability = m.variability};
  RandomStream random(m.seed, "ectopic");
  const auto drawn = draw_r_peaks(ecg, RandomStream(m.seed, "rhythm"), {out.frames}, m.rate);
  std::vector<double> normal;
  std::vector<double> heart(n);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const bool early = i > 0 && random.uniform() < m.ectopic && !(out.ectopic.size() && out.ectopic.back());
    const double at = early ? drawn[i] - 0.3 * (drawn[i] - drawn[i - 1]) : drawn[i];
    if (!early) normal.push_back(at);
    if (at >= 0 && at < static_cast<double>(out.frames)) {
      out.r_peaks.push_back(at);
      out.ectopic.push_back(early);
    }
    for (double k = std::ceil(at - 0.15 * fs); early && k < at + 0.6 * fs; ++k)
      if (k >= 0 && k < static_cast<double>(n)) heart[static_cast<std::size_t>(k)] += ectopic_beat((k - at) / fs);
  }
  EcgPlayer player(ecg, normal, m.rate);
  for (auto& v : heart) v += player.next();

  out.x.resize(n * wide);
  out.emg.resize(n * wide);
  const double ecg_power = power(in_band(heart, 1, m.rate));
  for (std::size_t c = 0; c < wide; ++c) {
    Carrier carrier(corners(CarrierPreset::trunk), m.rate, RandomStream(m.seed, "emg", static_cast<int>(c)));
    RandomStream noise(m.seed, "sensor", static_cast<int>(c));
    std::vector<double> emg(n);
    for (auto& v : emg) v = m.emg.value * carrier.next();
    // Every channel sees it another way up.
    const double gain = (c % 2 ? -1 : 1) *
                        std::sqrt(power(in_band(emg, 1, m.rate)) / ecg_power * std::pow(10, -m.emg_over_ecg_dB / 10));
    for (std::size_t i = 0; i < n; ++i) {
      out.emg[i * wide + c] = emg[i];
      out.x[i * wide + c] = emg[i] + gain * heart[i] + m.sensor_noise.value * noise.normal();
    }
  }
  return out;
}

}  // namespace unguard::hearts
