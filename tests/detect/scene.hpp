// SPDX-License-Identifier: Apache-2.0
// A small truth for the detector's tests: coloured Gaussian EMG (f_l 40 Hz, f_h 80 Hz, between limb and trunk), gated
// before any filter with 10 ms raised-cosine edges inside the stated duration, white noise, a 0.1 uV converter.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "detect/scorer.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard::scene {

inline constexpr double rate = 2000;

inline StreamFormat format(int channels = 1, double fs = rate) {
  StreamFormat f;
  f.rate = {fs};
  f.channels = Channels::unnamed(channels);
  return f;
}

// Unit-variance-ish coloured noise: P(f) ~ f^2 / ((f^2 + f_l^2) (f^2 + f_h^2)^2).
class Emg {
 public:
  explicit Emg(std::uint64_t seed) : generator_(seed) {
    for (int i = 0; i < 4000; ++i) next();
  }
  double next() {
    const double x = normal_(generator_);
    low1_ += kh * (x - low1_);
    low2_ += kh * (low1_ - low2_);
    slow_ += kl * (low2_ - slow_);
    return low2_ - slow_;
  }

 private:
  static constexpr double kh = 0.2222, kl = 0.1181;  // 1 - exp(-2 pi f / fs)
  std::mt19937_64 generator_;
  std::normal_distribution<double> normal_;
  double low1_ = 0, low2_ = 0, slow_ = 0;
};

// RMS behind the band-pass of n samples.
inline double banded_rms(std::vector<double> x) {
  auto band = start(Bandpass{}, format());
  const auto n = static_cast<std::int64_t>(x.size());
  band.process({x.data(), n, 1}, {x.data(), n, 1});
  double sum = 0;
  for (std::int64_t i = n / 10; i < n; ++i) sum += x[static_cast<std::size_t>(i)] * x[static_cast<std::size_t>(i)];
  return std::sqrt(sum / static_cast<double>(n - n / 10));
}
inline double emg_unit() {
  static const double unit = [] {
    Emg emg(9);
    std::vector<double> x(400000);
    for (auto& v : x) v = emg.next();
    return banded_rms(std::move(x));
  }();
  return unit;
}
// RMS of white noise of unit variance behind the band-pass.
inline double noise_unit() {
  static const double unit = [] {
    std::mt19937_64 generator(8);
    std::normal_distribution<double> normal;
    std::vector<double> x(400000);
    for (auto& v : x) v = normal(generator);
    return banded_rms(std::move(x));
  }();
  return unit;
}

struct Disturbance {
  bool heart = false;
  bool mains = false;
  bool motion = false;
};

struct Scene {
  std::vector<double> x;                 // before the band-pass, microvolts
  std::vector<scoring::Interval> truth;  // spasm-like kinds up to rest_ends, ACTIVITY behind
  std::int64_t rest = 0;                 // the first events-free samples
  std::int64_t rest_ends = 0;
};

// 15 s of rest, `each` events of each kind in declared rest in random order, then half as many voluntary ones of any
// duration. SNR behind the band-pass: 10 to 30 dB.
inline Scene make(std::uint64_t seed, int each, Disturbance disturbance = {}) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal;
  const auto log_between = [&](double a, double b) { return a * std::pow(b / a, uniform(generator)); };
  constexpr double noise = 2;  // uV RMS in band
  constexpr std::array kinds = {EventKind::spike, EventKind::phasic_burst, EventKind::tonic};
  std::vector<EventKind> order;
  for (int i = 0; i < each; ++i) order.insert(order.end(), kinds.begin(), kinds.end());
  std::shuffle(order.begin(), order.end(), generator);
  for (int i = 0; i < each / 2; ++i) order.push_back(EventKind::activity);

  Scene s;
  s.rest = static_cast<std::int64_t>(15 * rate);
  std::int64_t now = s.rest;
  std::vector<double> gain(static_cast<std::size_t>(now));
  for (const EventKind kind : order) {
    if (kind == EventKind::activity && s.rest_ends == 0) {
      gain.resize(gain.size() + static_cast<std::size_t>(rate));
      s.rest_ends = static_cast<std::int64_t>(gain.size());
    }
    gain.resize(gain.size() + static_cast<std::size_t>(log_between(0.8, 3) * rate));
    const double seconds = kind == EventKind::spike          ? log_between(0.03, 0.25)
                           : kind == EventKind::phasic_burst ? log_between(0.25, 2)
                           : kind == EventKind::tonic        ? log_between(2, 8)
                                                             : log_between(0.1, 4);
    const auto length = static_cast<std::int64_t>(seconds * rate);
    const double amplitude = noise * std::pow(10, (10 + 20 * uniform(generator)) / 20) / emg_unit();
    const auto onset = static_cast<std::int64_t>(gain.size());
    const std::int64_t edge = std::min<std::int64_t>(20, length / 2);
    for (std::int64_t i = 0; i < length; ++i) {
      const std::int64_t from_edge = std::min(i, length - 1 - i);
      const double ramp =
          from_edge < edge ? 0.5 - 0.5 * std::cos(std::numbers::pi * static_cast<double>(from_edge + 1) / static_cast<double>(edge + 1))
                           : 1;
      gain.push_back(amplitude * ramp);
    }
    s.truth.push_back({onset, onset + length, kind});
  }
  gain.resize(gain.size() + static_cast<std::size_t>(3 * rate));
  if (s.rest_ends == 0) s.rest_ends = static_cast<std::int64_t>(gain.size());

  Emg emg(seed + 1000003);
  s.x.resize(gain.size());
  for (std::size_t i = 0; i < gain.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    double v = gain[i] * emg.next() + noise / noise_unit() * normal(generator);
    if (disturbance.heart) {
      const double phase = std::fmod(t, 0.83) - 0.4;
      v += 20 * std::exp(-0.5 * phase * phase / (0.007 * 0.007));
    }
    if (disturbance.mains) v += 5 * std::sin(2 * std::numbers::pi * 50.1 * t);
    if (disturbance.motion) {
      const double phase = std::fmod(t, 7.3) - 3;
      v += 300 * std::exp(-0.5 * phase * phase / (0.06 * 0.06));
    }
    s.x[i] = std::round(v / 0.1) * 0.1;
  }
  return s;
}

inline std::vector<double> banded(const std::vector<double>& x, double fs = rate) {
  auto band = start(Bandpass{}, format(1, fs));
  std::vector<double> y(x.size());
  band.process({x.data(), static_cast<std::int64_t>(x.size()), 1}, {y.data(), static_cast<std::int64_t>(x.size()), 1});
  return y;
}

}  // namespace unguard::scene
