// SPDX-License-Identifier: Apache-2.0
// Hum whose phase is a closed form of time, EMG from the simulator's carrier on fixed seeds, and what a canceller makes
// of their sum. Hum and EMG are told apart in its output by a second run with the EMG's sign turned: half the sum of
// the two is what is left of the hum, half the difference what has become of the EMG.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string_view>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard::hum {

using Signal = std::vector<double>;
using Range = std::pair<Seconds, Seconds>;

// Fixed beforehand.
inline constexpr std::uint64_t emg_seed = 4711;

inline std::size_t sample(Seconds at, Hertz rate) { return static_cast<std::size_t>(std::llround(at * rate)); }

// EMG of trunk muscles; its level is a function of time, in uV.
inline Signal emg(Hertz rate, Seconds duration, const std::function<double(double)>& level, int index = 0) {
  Carrier carrier(corners(CarrierPreset::trunk), rate, RandomStream(emg_seed, "line canceller", index));
  Signal x(sample(duration, rate));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = level(static_cast<double>(i) / rate.value) * carrier.next();
  return x;
}
inline Signal emg(Hertz rate, Seconds duration, double level, int index = 0) {
  return emg(
      rate, duration, [=](double) { return level; }, index);
}

// Fundamental and harmonics. With a drift the frequency runs to and fro between 0.2 Hz below and above.
struct Hum {
  Hertz frequency{50};
  double drift = 0;                             // Hz/s
  std::vector<double> lines{1, 0.3, 0.3, 0.3};  // of the 1st, 2nd, ...: RMS over that of the fundamental

  double cycles(double t) const {
    const double f = frequency.value;
    if (drift == 0) return f * t;
    const double sweep = 0.4 / drift, whole = std::floor(t / (2 * sweep)), u = t - whole * 2 * sweep;
    const double w = u - sweep, up = (f - 0.2) * u + drift * u * u / 2;
    return whole * 2 * sweep * f +
           (u < sweep ? up : (f - 0.2) * sweep + drift * sweep * sweep / 2 + (f + 0.2) * w - drift * w * w / 2);
  }
  std::complex<double> reference(std::size_t k, double t) const {
    const double order = static_cast<double>(k + 1), turns = order * cycles(t) + 0.13 * order * order;
    return std::polar(1.0, 2 * std::numbers::pi * (turns - std::floor(turns)));
  }
  // `level`: RMS of the fundamental over time, uV.
  Signal make(Hertz rate, Seconds duration, const std::function<double(double)>& level) const {
    Signal x(sample(duration, rate));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double t = static_cast<double>(i) / rate.value, height = std::numbers::sqrt2 * level(t);
      for (std::size_t k = 0; k < lines.size(); ++k)
        if (lines[k] != 0) x[i] += height * lines[k] * reference(k, t).imag();
    }
    return x;
  }
  Signal make(Hertz rate, Seconds duration, double level) const {
    return make(rate, duration, [=](double) { return level; });
  }
  // Power of all lines in x, each projected on its true phase.
  double power_in(const Signal& x, Hertz rate, Range range) const {
    const std::size_t from = sample(range.first, rate), to = sample(range.second, rate);
    double sum = 0;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (lines[k] == 0) continue;
      std::complex<double> line = 0;
      for (std::size_t i = from; i < to; ++i)
        line += x[i] * std::conj(reference(k, static_cast<double>(i) / rate.value));
      sum += std::norm(line * (2.0 / static_cast<double>(to - from))) / 2;
    }
    return sum;
  }
};

inline Signal mix(const Signal& a, const Signal& b, double of_a = 1, double of_b = 1) {
  Signal sum(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) sum[i] = of_a * a[i] + of_b * b[i];
  return sum;
}
inline double power(const Signal& x, Hertz rate, Range range) {
  const std::size_t from = sample(range.first, rate), to = sample(range.second, rate);
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += x[i] * x[i];
  return sum / static_cast<double>(to - from);
}
inline double rms(const Signal& x, Hertz rate, Range range) { return std::sqrt(power(x, rate, range)); }
inline double decibels(double ratio) { return 10 * std::log10(ratio); }

// One channel.
template <FilterSpec S>
Signal run(const S& spec, Hertz rate, const Signal& x) {
  auto filter = start(spec, StreamFormat{.rate = rate, .channels = Channels::unnamed(1)});
  Signal y(x.size());
  const auto frames = static_cast<std::int64_t>(x.size());
  filter.process({x.data(), frames, 1}, {y.data(), frames, 1});
  return y;
}

struct Parted {
  Signal out;       // for EMG and hum
  Signal hum_left;  // see above
  Signal emg_left;
};
template <FilterSpec S>
Parted part(const S& spec, Hertz rate, const Signal& emg, const Signal& hum) {
  Parted p{run(spec, rate, mix(emg, hum)), {}, {}};
  const Signal turned = run(spec, rate, mix(emg, hum, -1));
  p.hum_left = mix(p.out, turned, 0.5, 0.5);
  p.emg_left = mix(p.out, turned, 0.5, -0.5);
  return p;
}

}  // namespace unguard::hum
