// SPDX-License-Identifier: Apache-2.0
// What the tests of ActivityDetector on simulated EMG share: records of onset trials behind their band-pass, and a
// calibration from other seeds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/filter/one_channel_sections.hpp"
#include "unguard/simulate/onset_record.hpp"

namespace unguard::emg {

inline constexpr Hertz rate{2000};

inline StreamFormat format() { return {.rate = rate, .channels = Channels::unnamed(1)}; }
inline ConstBlock block(const std::vector<double>& x) { return {x.data(), static_cast<std::int64_t>(x.size()), 1}; }
// Behind the band-pass in which SNR is counted.
inline std::vector<double> filtered(std::vector<double> x) {
  static const Sections band = design(onset_band(rate), rate).take();
  OneChannelSections sections(band);
  for (double& v : x) v = sections.step(v);
  return x;
}
// So much of a trial's rest, once the band-pass has settled; and where the heart beats in it.
struct Rest {
  std::vector<double> x{};
  std::vector<std::int64_t> r_peaks{};
};
inline Rest rest(const OnsetTrial& trial, double seconds) {
  constexpr double settling = 1;
  auto noise = start_onset_noise(trial, {seconds + settling});
  std::vector<double> raw(static_cast<std::size_t>(noise.frames_left()));
  noise.generate(raw);
  Rest made{filtered(std::move(raw))};
  const auto left_out = samples_in({settling}, rate);
  made.x.erase(made.x.begin(), made.x.begin() + left_out);
  for (const double t : noise.r_peak_times())
    if (const auto at = static_cast<std::int64_t>(t + 0.5) - left_out; at >= 0) made.r_peaks.push_back(at);
  return made;
}
// From 20 s of the trial's rest and 5 s of a contraction of 20 dB, both of other seeds.
inline ActivityCalibration calibrated(OnsetTrial like, const ActivityDetector& detector = {}) {
  like.seed += 9000000;
  const Rest still = rest(like, 20);
  OnsetTrial loud = like;
  loud.baseline = {0.2};
  loud.active = {5};
  loud.tail = {0};
  loud.snr_dB = 20;
  loud.emg_over_ecg_dB = {};
  auto contraction = filtered(simulate_onset(loud).data);
  contraction.erase(contraction.begin(), contraction.begin() + samples_in({0.4}, rate));
  return calibrate_activity({}, block(still.x), block(contraction), format(), "20-450 Hz order 2", detector,
                            still.r_peaks);
}

}  // namespace unguard::emg
