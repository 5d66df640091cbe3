// SPDX-License-Identifier: Apache-2.0
// How a window of EMG moves from sample to sample: length, crossings, turns, and Hjorth's parameters.
// Hudgins, Parker & Scott 1993, doi:10.1109/10.204774; Phinyomark et al. 2012, doi:10.1016/j.eswa.2012.01.102; Hjorth
// 1970, doi:10.1016/0013-4694(70)90143-4. All of them depend on the sampling rate. Cost: O(N).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/features/amplitude.hpp"
#include "unguard/spectrum/zero_crossings.hpp"

namespace unguard::features {

// WL = sum |x[n + 1] - x[n]|, in uV.
inline double waveform_length(Window x) noexcept {
  double sum = 0;
  for (std::size_t n = 1; n < x.size(); ++n) sum += std::fabs(x[n] - x[n - 1]);
  return sum;
}
inline double squared_steps(Window x) noexcept {
  double sum = 0;
  for (std::size_t n = 1; n < x.size(); ++n) sum += (x[n] - x[n - 1]) * (x[n] - x[n - 1]);
  return sum;
}
// DASDV = sqrt(sum (x[n + 1] - x[n])^2 / (N - 1)), in uV.
inline double step_deviation(Window x) noexcept {
  return std::sqrt(squared_steps(x) / static_cast<double>(x.size() - 1));
}
// MFL = log10 sqrt(sum (x[n + 1] - x[n])^2), the logarithm of uV. Arjunan & Kumar 2010, doi:10.1186/1743-0003-7-53.
inline double maximum_fractal_length(Window x) noexcept {
  const double sum = squared_steps(x);
  return sum > least_power ? 0.5 * std::log10(sum) : undefined;
}
// ZC: changes of sign across a step of at least the threshold; a sample of exactly 0 goes with the sign before it.
inline double zero_crossings(Window x, double threshold) noexcept {
  return static_cast<double>(
      unguard::zero_crossings({x.data(), static_cast<std::int64_t>(x.size()), 1}, 0, Microvolts{threshold}));
}
// SSC: peaks and troughs of one sample, at least the threshold away from one of their neighbours.
inline double slope_changes(Window x, double threshold) noexcept {
  int count = 0;
  for (std::size_t n = 1; n + 1 < x.size(); ++n) {
    const double before = x[n] - x[n - 1], after = x[n] - x[n + 1];
    const bool turns = (before > 0 && after > 0) || (before < 0 && after < 0);
    count += turns && std::max(std::fabs(before), std::fabs(after)) >= threshold;
  }
  return count;
}
// WAMP: neighbours at least the threshold apart.
inline double willison_amplitude(Window x, double threshold) noexcept {
  int count = 0;
  for (std::size_t n = 1; n < x.size(); ++n) count += std::fabs(x[n] - x[n - 1]) >= threshold;
  return count;
}

// Activity m0 = var x in uV^2; mobility sqrt(var x' / var x); complexity mobility(x') / mobility(x): with x' the step
// from sample to sample, so that times fs mobility is rad/s, and variances that divide by the number of their values.
inline double hjorth_activity(Window x) noexcept {
  const Moments m = moments(x);
  return m.second / m.count;
}
inline std::vector<double> steps(Window x) {
  std::vector<double> made;
  for (std::size_t n = 1; n < x.size(); ++n) made.push_back(x[n] - x[n - 1]);
  return made;
}
// The variance of steps, or of steps of steps, of x; undefined where rounding of x makes as much: a step is off by
// 2 units in the last place of x where x itself was rounded twice, and each further difference doubles that.
inline double variance_of_steps(Window differences, double off_by) noexcept {
  const double power = hjorth_activity(differences);
  return power > std::max(off_by * off_by, least_power) ? power : undefined;
}
inline double hjorth_mobility(Window x) {
  const Moments m = moments(x);
  if (!m.spread()) return undefined;
  return std::sqrt(variance_of_steps(steps(x), 2 * m.rounding) / (m.second / m.count));
}
inline double hjorth_complexity(Window x) {
  const Moments m = moments(x);
  if (!m.spread()) return undefined;
  const auto first = steps(x);
  const double of_first = variance_of_steps(first, 2 * m.rounding);
  const double of_second = variance_of_steps(steps(first), 4 * m.rounding);
  return std::sqrt(of_second / of_first) / std::sqrt(of_first / (m.second / m.count));
}

}  // namespace unguard::features
