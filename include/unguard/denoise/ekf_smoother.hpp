// SPDX-License-Identifier: Apache-2.0
// The heart of a whole record by a model of it: a phase that goes round from R to R, and Gaussian waves over it that
// drive the voltage; an extended Kalman smoother makes out the heart between model and measurement. Sameni et al. 2007,
// doi:10.1109/TBME.2007.897817; constants as in Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731. Cost: 0.5 us a
// sample. Latency: offline, the whole record.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/denoise/gaussian_beat.hpp"
#include "unguard/denoise/phase_kalman.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/denoise/remove_ecg.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/zero_phase.hpp"

namespace unguard {

// The published noise of the voltage lets the model follow all muscle below some 30 Hz, half of what there is in the
// trunk.
struct EkfSmoother {
  int waves = 13;               // at most
  double height_noise = 0.04;   // of a wave, of its height
  double shape_noise = 0.02;    // of its width and centre, radians
  double voltage_noise = 0.02;  // of the heart beside the model, of the muscle's standard deviation; published: 0.1
  double measured = 0.3;        // variance of the measurement to begin with, of the muscle's
  double adaptation = 0.6;      // share of that which stays from sample to sample
  Hertz highpass{10};           // of what the model sees, without delay

  friend bool operator==(const EkfSmoother&, const EkfSmoother&) = default;
};
constexpr SpecInfo info(const EkfSmoother*) {
  return {"EkfSmoother",
          "offline: the heart as an extended Kalman smoother makes it out of a model of its waves, subtracted",
          "Sameni et al. 2007, doi:10.1109/TBME.2007.897817"};
}
constexpr auto fields(const EkfSmoother*) {
  using S = EkfSmoother;
  return field_list(
      field<&S::waves>("waves", "Gaussian waves fitted to the mean beat, at most", between(1, 30)),
      field<&S::height_noise>("height_noise", "standard deviation of a wave's height, as a share of it", between(0, 1)),
      field<&S::shape_noise>(
          "shape_noise", "standard deviation of a wave's width and centre, radians of the beat's phase", between(0, 1)),
      field<&S::voltage_noise>("voltage_noise",
                               "what the heart's voltage does beside its waves, a sample at 1024 Hz, as a share of the "
                               "muscle's standard deviation",
                               between(0, 10)),
      field<&S::measured>("measured", "variance of the measurement to begin with, as a share of the muscle's",
                          between(0.001, 100)),
      field<&S::adaptation>("adaptation",
                            "how much of that variance stays from sample to sample; the rest follows what was wrong in "
                            "the last 0.1 s",
                            between(0, 1)),
      field<&S::highpass>("highpass",
                          "edge of the high-pass, without delay, before the model: below it nothing is taken off",
                          between(1, 20)));
}

namespace ekf_detail {

// 1 to 2 ms each: a QRS complex is some 10 ms wide.
inline constexpr std::size_t bins_of_a_beat = 600;
// The constants are for this rate; noise by the sample becomes noise by the second.
inline constexpr double published_rate = 1024;

inline HeartNoise noise_of(const EkfSmoother& spec, const HeartChannel& channel, double muscle) {
  const double per_sample = channel.rate.value / published_rate;
  double sum = 0, squares = 0;
  const auto beats = static_cast<double>(channel.beats.size() - 1);
  for (std::size_t k = 0; k + 1 < channel.beats.size(); ++k) {
    const double omega =
        2 * std::numbers::pi * channel.rate.value / static_cast<double>(channel.beats[k + 1] - channel.beats[k]);
    sum += omega;
    squares += omega * omega;
  }
  const double omega = sum / beats, step = omega / channel.rate.value;
  return {.height = spec.height_noise * spec.height_noise * per_sample,
          .shape = spec.shape_noise * spec.shape_noise * per_sample,
          .rate = std::max(0.0, squares / beats - omega * omega) * per_sample,
          .voltage = spec.voltage_noise * spec.voltage_noise * muscle * muscle / per_sample,
          .phase_seen = step * step / 12,
          .voltage_seen = spec.measured * muscle * muscle};
}

// Standard deviation of the muscle: of the bins of the first tenth of the beat, half-way between two R.
inline double muscle_of(const MeanOverPhase& m) {
  const std::size_t n = std::max<std::size_t>(1, m.deviation.size() / 10);
  double sum = 0;
  for (std::size_t b = 0; b < n && b < m.deviation.size(); ++b) sum += m.deviation[b];
  return sum / static_cast<double>(n);
}

}  // namespace ekf_detail

inline std::optional<Fault> refuse(const EkfSmoother&, ConstBlock record, const StreamFormat& format) {
  const std::int64_t least = samples_in({5}, format.rate);
  if (format.rate < least_rate_for_r_peaks)
    return Fault{"StreamFormat", "rate", to_text(format.rate), "at least " + to_text(least_rate_for_r_peaks)};
  if (record.frames < least)
    return Fault{"record", "frames", std::to_string(record.frames), "at least " + std::to_string(least) + ", 5 s"};
  return std::nullopt;
}

// What the heart adds to a channel.
inline std::vector<double> heart_in(const EkfSmoother& spec, const HeartChannel& channel) {
  using namespace ekf_detail;
  const auto n = static_cast<std::int64_t>(channel.x.size());
  const StreamFormat format{.rate = channel.rate,
                            .channels = Channels(std::vector<Channel>{{.name = "x", .unit = ""}})};
  const auto seen = zero_phase(Highpass{.cutoff = spec.highpass, .order = 2}, {channel.x.data(), n, 1}, format);
  if (!seen) return std::vector<double>(channel.x.size());
  const std::vector<double> phases = beat_phases(channel.beats, channel.x.size());
  const MeanOverPhase mean = mean_over_phase(*seen, phases, channel.good, bins_of_a_beat);
  if (mean.mean.size() < 30) return std::vector<double>(channel.x.size());
  PhaseKalman kalman(fit_waves(mean, static_cast<std::size_t>(spec.waves)), noise_of(spec, channel, muscle_of(mean)),
                     spec.adaptation, samples_in({0.1}, channel.rate), channel.rate.value);
  return kalman.smooth(phases, *seen, channel.good);
}

}  // namespace unguard
