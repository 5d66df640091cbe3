// SPDX-License-Identifier: Apache-2.0
// How loud the heartbeats of a rest are in whitened EMG, how much evidence of activity they bring, and how much of both
// a beat to come brings at most: the upper prediction limit of one more value of a normal sample, Hahn 1970,
// doi:10.2307/2284349. Cost: some passes over the rest; allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/quantiles.hpp"
#include "unguard/core/units.hpp"
#include "unguard/detect/change_evidence.hpp"

namespace unguard {

// One more value of the same normal distribution lies above it with this chance. At least two values; 0 < chance < 1/2.
inline double upper_prediction_limit(std::span<const double> values, double chance) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double v : values) mean += v / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double t = student_quantile(1 - 2 * chance, static_cast<int>(values.size()) - 1);
  return mean + t * std::sqrt(squares / (n - 1) * (1 + 1 / n));
}

// The chance that means one beat an hour, at the mean distance of these; at most 1/4. At least two, in any order.
inline double one_beat_an_hour(std::span<const std::int64_t> r_peaks, Hertz rate) {
  const auto [first, last] = std::minmax_element(r_peaks.begin(), r_peaks.end());
  const double apart = static_cast<double>(*last - *first) / static_cast<double>(r_peaks.size() - 1) / rate.value;
  return std::clamp(apart / 3600, 1e-6, 0.25);
}

// Of each beat that is heard from end to end, one after the other.
struct BeatSizes {
  std::vector<double> log_loudness{};  // of the largest mean square over a look, of that of the noise as calibrated
  std::vector<double> evidence{};      // largest, nats
};

struct BeatWindow {
  std::int64_t before = 0;  // samples, of the R peak
  std::int64_t after = 0;
  std::int64_t look = 1;  // of which a mean square is
};

// In one pass over the rest; `peaks` ascending.
inline BeatSizes beats_heard(ChangeEvidence& evidence, ConstBlock rest, int channel, double full_scale,
                             std::span<const std::int64_t> peaks, const BeatWindow& window) {
  BeatSizes sizes;
  evidence.restart();
  std::size_t beat = 0;
  std::int64_t heard = 0;  // samples since the last one that was not
  double loudest = 0, most = 0;
  for (std::int64_t i = 0; i < rest.frames; ++i) {
    const std::int64_t k = i * rest.channels + channel;
    if ((rest.marks && rest.marks[k]) || !(std::fabs(rest.data[k]) < full_scale)) {
      evidence.restart();
      heard = 0;
    } else {
      const bool beating = beat < peaks.size() && i >= peaks[beat] - window.before;
      // What a beat brings by itself: noise before it brings evidence, too.
      if (!beating) evidence.bank().clear();
      const double now = evidence.step(rest.data[k]);
      ++heard;
      if (beating) {
        double sum = 0;
        for (std::int64_t ago = 0; ago < window.look; ++ago) sum += evidence.white()[ago] * evidence.white()[ago];
        loudest = std::max(loudest, evidence.scale() * sum / static_cast<double>(window.look));
        most = std::max(most, now);
      }
      evidence.rest();
    }
    if (beat == peaks.size() || i + 1 < peaks[beat] + window.after) continue;
    if (heard > window.before + window.after + evidence.fewest() && loudest > 0) {
      sizes.log_loudness.push_back(std::log(loudest));
      sizes.evidence.push_back(most);
    }
    ++beat;
    loudest = most = 0;
  }
  return sizes;
}

// `evidence` has to keep a look. What is marked or beyond full scale is not looked at, nor is a beat with such in it.
// As heard by one who has followed such a rest for long: between its beats it is quieter than the noise.
inline BeatSizes beat_sizes(ChangeEvidence evidence, ConstBlock rest, int channel, double full_scale,
                            std::span<const std::int64_t> r_peaks, const BeatWindow& window) {
  std::vector<std::int64_t> peaks(r_peaks.begin(), r_peaks.end());
  std::sort(peaks.begin(), peaks.end());
  constexpr int most_passes = 100;
  constexpr double settled = 0.01;
  for (int pass = 0; pass < most_passes; ++pass) {
    const double before = evidence.scale();
    BeatSizes sizes = beats_heard(evidence, rest, channel, full_scale, peaks, window);
    if (pass + 1 == most_passes || std::fabs(std::log(evidence.scale() / before)) < settled) return sizes;
  }
  return {};
}

}  // namespace unguard
