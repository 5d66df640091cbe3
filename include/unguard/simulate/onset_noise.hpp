// SPDX-License-Identifier: Apache-2.0
// What an onset trial is without its burst, for as long as one likes: noise of the stated power in the band, and the
// heart where the trial has one. False alarms are counted on hours of it, and it is made in blocks of any length.
// After the false-alarm rates of Staude et al. 2001, doi:10.1155/S1110865701000191.
// Cost: one normal number a sample, two sections where the noise is coloured; with a heart five exponentials.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/simulate/onset_trial.hpp"

namespace unguard {

// The mean power behind a filter of an ECG whose R peaks are 1: that of one beat, and as many a second as there are.
// Beats do not reach into each other: above 20 Hz little of one is left 0.2 s behind R.
inline double ecg_power_behind(const EcgArtefact& ecg, const Sections& band, Hertz rate) {
  const std::int64_t before = samples_in({0.5}, rate), all = 4 * before;
  EcgPlayer beat(ecg, {static_cast<double>(before)}, rate);
  std::vector<SectionState> state(band.size());
  double energy = 0;
  for (std::int64_t i = 0; i < all; ++i) {
    double x = beat.next();
    for (std::size_t k = 0; k < band.size(); ++k) x = step(band[k], state[k], x);
    energy += x * x;
  }
  return energy / rate.value * ecg.beats_per_minute / 60;
}

class OnsetNoise {
 public:
  // The next samples, in uV, unfiltered. `ended` when more are asked for than are left: nothing is written then.
  Status generate(std::span<double> to) noexcept {
    if (std::ssize(to) > frames_left()) return Status::ended;
    for (double& x : to) {
      x = level_.value * (coloured_ ? coloured_->next() : white_.normal());
      if (heart_) x += r_peak_.value * heart_->next();
    }
    at_ = at_ + std::ssize(to);
    return Status::ok;
  }

  const OnsetTrial& trial() const noexcept { return trial_; }
  SampleIndex position() const noexcept { return at_; }
  std::int64_t frames_left() const noexcept { return end_ - at_; }
  Microvolts level() const noexcept { return level_; }    // RMS of the noise, whole band
  Microvolts r_peak() const noexcept { return r_peak_; }  // 0 without a heart
  // Those within the record; they fall between samples.
  const std::vector<double>& r_peak_times() const noexcept { return r_peak_times_; }

 private:
  friend Result<OnsetNoise> try_onset_noise(const OnsetTrial& trial, Seconds duration);

  OnsetNoise(const OnsetTrial& trial, const Sections& band, std::int64_t frames)
      : trial_(trial), end_{frames}, white_(static_cast<std::uint64_t>(trial.seed), "onset noise") {
    if (trial.noise_colour != NoiseColour::white) {
      const auto preset = trial.noise_colour == NoiseColour::trunk ? CarrierPreset::trunk : CarrierPreset::limb;
      coloured_.emplace(corners(preset), trial.rate, white_);
    }
    level_ = trial.noise / std::sqrt(coloured_ ? coloured_->power_behind(band) : noise_power(band));
    if (!trial.emg_over_ecg_dB) return;
    const EcgArtefact ecg = onset_ecg(trial);
    const double in_band = trial.noise.value * std::pow(10.0, (trial.snr_dB - *trial.emg_over_ecg_dB) / 20);
    r_peak_ = {in_band / std::sqrt(ecg_power_behind(ecg, band, trial.rate))};
    auto peaks =
        draw_r_peaks(ecg, RandomStream(static_cast<std::uint64_t>(trial.seed), "onset heartbeat"), end_, trial.rate);
    for (double p : peaks)
      if (p >= -0.5 && p < static_cast<double>(end_.value) - 0.5) r_peak_times_.push_back(p);
    heart_.emplace(ecg, std::move(peaks), trial.rate);
  }

  OnsetTrial trial_;
  SampleIndex end_;
  SampleIndex at_{};
  RandomStream white_;
  std::optional<Carrier> coloured_;
  std::optional<EcgPlayer> heart_;
  std::vector<double> r_peak_times_;
  Microvolts level_{};
  Microvolts r_peak_{};
};

// So much of the rest of a trial, or why there is none. More of it begins with less of it.
inline Result<OnsetNoise> try_onset_noise(const OnsetTrial& trial, Seconds duration) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = refuse(trial)) return *fault;
  if (!(duration.value > 0 && duration.value <= 604800))
    return Fault{"OnsetNoise", "duration", to_text(duration), "above 0 to 604800 s"};
  const auto band = design(onset_band(trial.rate), trial.rate);
  if (!band) return band.fault();
  return OnsetNoise(trial, *band, samples_in(duration, trial.rate));
}

#if defined(__cpp_exceptions)
inline OnsetNoise start_onset_noise(const OnsetTrial& trial, Seconds duration) {
  return try_onset_noise(trial, duration).take();
}
#endif

}  // namespace unguard
