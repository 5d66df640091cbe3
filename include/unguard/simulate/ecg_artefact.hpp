// SPDX-License-Identifier: Apache-2.0
// The heart as trunk electrodes see it: P, Q, R, S, T as Gaussians around beats of varying distance. McSharry et al.
// 2003, doi:10.1109/TBME.2003.808805, with a sharper QRS than theirs (sigma 13 ms), which any 30 Hz high-pass would
// remove and so flatter the remedy. Cost: about five exponentials a sample, shared by all channels.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"

namespace unguard {

struct EcgArtefact {
  PerChannel<Microvolts> r_peak{Microvolts{30}};
  double beats_per_minute = 65;
  double variability = 0.06;
  Seconds qrs_sigma{0.0065};

  friend bool operator==(const EcgArtefact&, const EcgArtefact&) = default;
};
constexpr SpecInfo info(const EcgArtefact*) {
  return {"EcgArtefact", "heartbeat in every channel", "McSharry et al. 2003, doi:10.1109/TBME.2003.808805"};
}
constexpr auto fields(const EcgArtefact*) {
  return field_list(
      field<&EcgArtefact::r_peak>("r_peak", "height of the R peak; negative turns the beat over",
                                  between(-10000, 10000)),
      field<&EcgArtefact::beats_per_minute>("beats_per_minute", "mean heart rate", between(30, 200)),
      field<&EcgArtefact::variability>("variability", "largest deviation of a beat's length from the mean, as a share",
                                       between(0, 0.4)),
      field<&EcgArtefact::qrs_sigma>("qrs_sigma", "standard deviation of the R wave", between(0.002, 0.007)));
}

// RMS of the whole ECG over its R peak, at the default rate and QRS.
inline constexpr double ecg_rms_per_r_peak = 0.132;

// The R peak whose ECG lies so many dB below an EMG of this RMS (above it, when negative).
inline Microvolts r_peak_for(Microvolts emg_rms, double emg_over_ecg_dB) {
  return emg_rms * std::pow(10.0, -emg_over_ecg_dB / 20) / ecg_rms_per_r_peak;
}

// Times of the R peaks in samples, from just before the record to just after it. The beat's length follows breathing
// (0.25 Hz), blood pressure (0.1 Hz) and chance, 5 : 3 : 2.
inline std::vector<double> draw_r_peaks(const EcgArtefact& spec, RandomStream random, SampleIndex end, Hertz rate) {
  using std::numbers::pi;
  const double mean = 60 / spec.beats_per_minute, last = static_cast<double>(end.value) / rate.value + 1;
  const double breathing = random.uniform(0, 2 * pi), pressure = random.uniform(0, 2 * pi);
  std::vector<double> peaks;
  for (double t = -1 - mean * random.uniform(); t < last;) {
    peaks.push_back(t * rate.value);
    t += mean * (1 + spec.variability * (0.5 * std::sin(2 * pi * 0.25 * t + breathing) +
                                         0.3 * std::sin(2 * pi * 0.1 * t + pressure) + 0.2 * random.uniform(-1, 1)));
  }
  return peaks;
}

// The waveform with an R peak of 1.
class EcgPlayer {
 public:
  EcgPlayer(const EcgArtefact& spec, std::vector<double> peaks, Hertz rate)
      : spec_(spec), peaks_(std::move(peaks)), rate_(rate) {}

  double next() noexcept {
    const double now = static_cast<double>(at_++);
    while (first_ < peaks_.size() && now - peaks_[first_] > 0.9 * rate_.value) ++first_;
    double sum = 0;
    for (std::size_t i = first_; i < peaks_.size() && peaks_[i] - now < 0.4 * rate_.value; ++i)
      sum += beat((now - peaks_[i]) / rate_.value);
    return sum;
  }

 private:
  struct Wave {
    double centre, sigma, height;
  };
  double beat(double t) const noexcept {
    const double s = spec_.qrs_sigma.value, rr = 60 / spec_.beats_per_minute;
    const std::array<Wave, 5> waves{{{-0.16, 0.02, 0.08},
                                     {-0.022, 0.9 * s, -0.15},
                                     {0, s, 1},
                                     {0.025, s, -0.3},
                                     {0.27 * std::sqrt(rr), 0.04, 0.22}}};
    double sum = 0;
    for (const auto& w : waves) {
      const double u = (t - w.centre) / w.sigma;
      if (std::fabs(u) < 7) sum += w.height * std::exp(-0.5 * u * u);  // 2e-11 at 7 sigma
    }
    return sum;
  }

  EcgArtefact spec_;
  std::vector<double> peaks_;
  Hertz rate_;
  std::size_t first_ = 0;
  std::int64_t at_ = 0;
};

}  // namespace unguard
