// SPDX-License-Identifier: Apache-2.0
// How loud a rest is, whitened, look after look, and where following it as ChangeEvidence does leads: the level at
// which it settles, at which it ends, and how it drifts there. Morrison 1969, Introduction to Sequential Smoothing and
// Prediction. Cost: p + 1 multiplications a sample, some passes over the looks; memory: one channel of the rest and its
// looks; allocates, so not for the real-time thread.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/detect/change_evidence.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"

namespace unguard::activity_detail {

// Levels of the whitened rest, each of a look, mean squares. Left out is what the detector leaves out, and what that is
// the past of; a look goes on behind it.
inline std::vector<double> looks_at(ConstBlock rest, int channel, const NoiseModel& noise, double full_scale,
                                    std::int64_t look) {
  const auto a = noise.of(channel);
  const double power = noise.error(channel) * noise.error(channel);
  const auto pieces = whitening_detail::pieces_of(rest, channel, noise.order, full_scale, mark::of_samples);
  std::vector<double> looks;
  double sum = 0;
  std::int64_t count = 0;
  for (const auto& piece : pieces.all)
    for (std::size_t n = a.size(); n < piece.size(); ++n) {
      double error = piece[n];
      for (std::size_t j = 0; j < a.size(); ++j) error += a[j] * piece[n - 1 - j];
      sum += error * error / power;
      if (++count < look) continue;
      looks.push_back(sum / static_cast<double>(count));
      sum = 0;
      count = 0;
    }
  return looks;
}

// Where following those looks leads.
struct FollowedRest {
  double settled = 0;  // logarithms of mean squares
  double end = 0;
  double drift = 0;  // a look
};
inline FollowedRest follow(std::span<const double> looks, RestFollowing rule) {
  FollowedRest f;
  if (looks.empty()) return f;
  // The level that they move neither up nor down, none of them counting as farther off than following lets it.
  double low = -rule.farthest, high = rule.farthest;
  for (int i = 0; i < 60; ++i) {
    f.settled = (low + high) / 2;
    double sum = 0;
    for (const double level : looks) sum += rule.off(level, f.settled);
    (sum > 0 ? low : high) = f.settled;
  }
  double level = f.settled, unsure = 0;
  for (const double look : looks) rule.look(look, level, f.drift, unsure);
  f.end = level;
  return f;
}

}  // namespace unguard::activity_detail
