// SPDX-License-Identifier: Apache-2.0
// Where exactly an activity began, and how long ago it ended, by maximum likelihood in whitened EMG: the stretch that
// says most for activity of any size, and the last one that says most for rest. Staude & Wolf 1999,
// doi:10.1016/S1350-4533(99)00067-3. Cost: a pass over what is looked back at; for a beginning one a size, lags
// multiplications a sample each. Memory: none but the history of ChangeEvidence.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

#include "unguard/detect/change_evidence.hpp"
#include "unguard/detect/change_point.hpp"

namespace unguard {

// Where a rise to the mean square `loud` of that of rest is asked for, what has no more than half of it is rest: its
// mean square. 0: any rise.
inline double half_a_rise(double loud) noexcept {
  const double level = loud > 0 ? 0.5 * (1 + std::sqrt(loud)) : 1;
  return level * level;
}

namespace change_detail {

// Whether there is a stretch with more evidence than `best`, of what each of the last samples says: then the largest
// is `best`, and began so many samples ago.
template <class Says>
bool has_more(std::int64_t oldest, const Says& says, double& best, std::int64_t& began) noexcept {
  bool found = false;
  double sum = 0;
  std::int64_t first = oldest;
  for (std::int64_t ago = oldest; ago >= 0; --ago) {
    if (sum <= 0) {
      sum = 0;
      first = ago;
    }
    sum += says(ago);
    if (sum <= best) continue;
    best = sum;
    began = first;
    found = true;
  }
  return found;
}

// How many samples ago such a rise began: by variance alone, against half of it; `began` where nothing did.
inline std::int64_t rose_ago(const ChangeEvidence& history, std::int64_t oldest, double loud, std::size_t size,
                             std::int64_t began) noexcept {
  const double active = std::max(loud, 1 + history.bank().sizes()[size].size);
  const ActivityEvidence evidence(half_a_rise(loud), active);
  double best = 0;
  has_more(
      oldest, [&](std::int64_t ago) { return evidence(history.square(ago)); }, best, began);
  return began;
}

}  // namespace change_detail

// How many samples ago it began: the stretch with the most evidence of any size, nothing cut off, wherever it ends; or
// the rise that is asked for. `size` is then that of the bank that has most.
inline std::int64_t began_ago(const ChangeEvidence& history, std::int64_t oldest, double loud,
                              std::size_t& size) noexcept {
  double best = -std::numeric_limits<double>::infinity();
  std::int64_t began = 0;
  for (std::size_t k = 0; k < history.bank().sizes().size(); ++k) {
    const auto says = [&](std::int64_t ago) { return history.says(k, ago); };
    if (change_detail::has_more(oldest, says, best, began)) size = k;
  }
  return loud > 0 ? change_detail::rose_ago(history, oldest, loud, size, began) : began;
}

// How many samples of rest there have been since an activity of that size of the bank: the length of the last stretch
// with the most evidence of it, by variance alone. A strong activity rings in the filters before; what is `ringing`
// times below its power is over, and where a rise is asked for what has no more than half of it.
inline std::int64_t ended_ago(const ChangeEvidence& history, std::int64_t oldest, std::size_t size, double ringing,
                              double loud) noexcept {
  const double rest = history.of_louder_rest();
  // By mean magnitudes of Gaussian noise: a click must not be what a strong activity is.
  double sum_of_magnitudes = 0;
  for (std::int64_t ago = 0; ago <= oldest; ++ago) sum_of_magnitudes += std::fabs(history.white()[ago]);
  const double magnitude = sum_of_magnitudes / static_cast<double>(oldest + 1);
  const double power = rest * std::numbers::pi / 2 * magnitude * magnitude;
  const double active = std::max({loud, 1 + history.bank().sizes()[size].size, power});
  const ActivityEvidence evidence(std::max(half_a_rise(loud), active / ringing), active);
  double sum = 0, best = 0;
  std::int64_t ended = 0;
  for (std::int64_t ago = 0; ago <= oldest; ++ago) {
    sum -= evidence(rest * history.square(ago));
    if (sum > best) {
      best = sum;
      ended = ago + 1;
    }
  }
  return ended;
}

}  // namespace unguard
