// SPDX-License-Identifier: Apache-2.0
// For one channel, the filters that whiten its EMG as far as its noise allows, one for each of a row of levels. At a
// level s^2 the power of the EMG is told best by |H|^2 ~ S_e / (s^2 S_e + S_n)^2: whitening, 1 / sqrt(S_e), times the
// Wiener gain s^2 S_e / (s^2 S_e + S_n). Clancy & Farry 2000, IEEE Trans. Biomed. Eng. 47:709 (first
// doi:10.1109/IEMBS.1999.802650); it is also the score of the Gaussian likelihood of s^2, so no quadratic estimator is
// steadier. Each is the prediction error filter of the inverse of |H|^2: of least phase, so it adds next to no delay.
// Where that would do worse than none, as when noise is as strong, none is taken. Cost, at set-up only: some
// transforms.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "unguard/envelope/whitening_calibration.hpp"

namespace unguard {

// One filter and what its output's power is worth: (power - noise) * scale is the EMG's power at the input.
struct WhiteningFilter {
  std::vector<double> taps{};  // the oldest sample's first
  double noise = 0;            // power of the noise at its output
  double scale = 1;
};

namespace whitening_detail {

inline constexpr int bins = 513;

// The prediction error filter of a spectrum, by Levinson's recursion. Oppenheim & Schafer 2010, ch. 11.
inline std::vector<double> prediction_error(const std::vector<double>& spectrum, int order) {
  std::vector<double> r(static_cast<std::size_t>(order) + 1), a{1};
  for (int lag = 0; lag <= order; ++lag)
    r[static_cast<std::size_t>(lag)] = around(bins, [&](std::size_t k) {
      return spectrum[k] * std::cos(std::numbers::pi * static_cast<double>(k) * lag / (bins - 1));
    });
  double error = r[0];
  for (std::size_t m = 1; m <= static_cast<std::size_t>(order); ++m) {
    double sum = 0;
    for (std::size_t i = 0; i < m; ++i) sum += a[i] * r[m - i];
    const double k = -sum / error;
    std::vector<double> next(m + 1);
    for (std::size_t i = 0; i <= m; ++i) next[i] = (i < m ? a[i] : 0) + k * (i > 0 ? a[m - i] : 0);
    a = std::move(next);
    error *= (1 - k) * (1 + k);
  }
  return a;
}

// The spectra of one channel as they were calibrated, powers in uV^2.
struct Spectra {
  std::vector<double> emg, noise;
};
inline Spectra spectra_of(const WhiteningCalibration& w, int channel) {
  const auto c = static_cast<std::size_t>(channel);
  const double level = w.level.per_channel[c].value, quiet = w.noise.per_channel[c].value;
  Spectra s{spectrum(w.contraction_of(channel), level * level + quiet * quiet, bins),
            spectrum(w.rest_of(channel), quiet * quiet, bins)};
  // Where the contraction was no louder than the noise, nothing is known of the EMG but that it is small.
  constexpr double least = 0.02;
  for (std::size_t k = 0; k < s.emg.size(); ++k) s.emg[k] = std::max(s.emg[k] - s.noise[k], least * s.noise[k]);
  const double all = around(bins, [&](std::size_t k) { return s.emg[k]; });
  for (double& v : s.emg) v *= level * level / all;
  return s;
}

// How steadily a filter tells the EMG's power at a level, and what its output is worth.
struct Worth {
  double bandwidth, emg, noise;
};
inline Worth worth_of(const std::vector<double>& gain2, const Spectra& s, double level2) {
  const double emg = around(bins, [&](std::size_t k) { return gain2[k] * s.emg[k]; });
  const double noise = around(bins, [&](std::size_t k) { return gain2[k] * s.noise[k]; });
  const double square = around(bins, [&](std::size_t k) {
    const double p = gain2[k] * (level2 * s.emg[k] + s.noise[k]);
    return p * p;
  });
  return {level2 * emg * level2 * emg / square, emg, noise};
}

}  // namespace whitening_detail

class WhiteningBank {
 public:
  // 5 dB apart, from noise that is 10 dB louder than the EMG to such that is 50 dB quieter.
  static constexpr int levels = 13;

  WhiteningBank(const WhiteningCalibration& w, int channel, int taps) {
    using namespace whitening_detail;
    const Spectra s = spectra_of(w, channel);
    const auto c = static_cast<std::size_t>(channel);
    const double level = w.level.per_channel[c].value, quiet = w.noise.per_channel[c].value;
    noise_ = quiet * quiet;
    const std::vector<double> flat(bins, 1.0);
    for (int i = 0; i < levels; ++i) {
      power_[static_cast<std::size_t>(i)] = noise_ * std::pow(10.0, (5 * i - 10) / 10.0);
      const double level2 = power_[static_cast<std::size_t>(i)] / (level * level);
      std::vector<double> wanted(bins);
      for (std::size_t k = 0; k < wanted.size(); ++k) {
        const double all = level2 * s.emg[k] + s.noise[k];
        wanted[k] = all * all / s.emg[k];
      }
      std::vector<double> a = prediction_error(wanted, taps - 1);
      auto gain2 = inverse_spectrum({a.data() + 1, a.size() - 1}, bins);
      if (worth_of(gain2, s, level2).bandwidth < worth_of(flat, s, level2).bandwidth) {
        std::fill(a.begin() + 1, a.end(), 0.0);
        gain2 = flat;
      }
      const Worth worth = worth_of(gain2, s, level2);
      std::reverse(a.begin(), a.end());
      filters_.push_back({std::move(a), worth.noise, level * level / worth.emg});
    }
  }

  // The EMG's power of each filter, rising; and the noise's at the input.
  const std::array<double, levels>& powers() const noexcept { return power_; }
  double noise() const noexcept { return noise_; }
  const WhiteningFilter& operator[](std::size_t i) const noexcept { return filters_[i]; }

 private:
  std::array<double, levels> power_{};
  double noise_ = 0;
  std::vector<WhiteningFilter> filters_{};
};

}  // namespace unguard
