// SPDX-License-Identifier: Apache-2.0
// How long a cascade rings: for how many samples an input error leaves 1 or more at the output. One that may have
// lasted for ever: the tail of the impulse response's absolute sum, Oppenheim & Schafer 2010, ch. 2.4; one of a single
// sample: the impulse response itself. Cost, at start only: the impulse response once for its sum, and as far again as
// the largest error is felt.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/floating_point.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_run.hpp"
#include "unguard/filter/worst_gain.hpp"

namespace unguard {

namespace ringing_detail {

// A cascade as new, that filters in place.
class Sweeps {
 public:
  explicit Sweeps(const Sections& sections)
      : count_(static_cast<int>(sections.size())), state_(static_cast<std::size_t>(sos_state_size(count_, 1))) {
    for (const auto& s : sections) rows_.insert(rows_.end(), {s.b0, s.b1, s.b2, s.a1, s.a2});
  }
  void operator()(double* x, std::int64_t n) { run_({rows_.data(), count_}, 1, state_.data(), x, x, n); }

 private:
  int count_;
  std::vector<double> rows_{}, state_;
  SosRun run_ = best_sos_run();
};

// |h[0]|, |h[1]|, ... by the loops that filter, a tile at a time; ends when `visit` has seen enough.
template <class Filter, class Visit>
void for_magnitudes(Filter filter, std::int64_t length, Visit&& visit) {
  std::array<double, 256> tile{1};
  for (std::int64_t done = 0; done < length; done += static_cast<std::int64_t>(tile.size())) {
    const std::int64_t n = std::min(length - done, static_cast<std::int64_t>(tile.size()));
    filter(tile.data(), n);
    for (std::int64_t i = 0; i < n; ++i)
      if (!visit(std::fabs(tile[static_cast<std::size_t>(i)]))) return;
    tile.fill(0);
  }
}

// For each ratio, from the smallest to the largest: samples until an input error of up to that many times 1 leaves less
// than 1. The tail never grows, so the smaller ratios are met on the way to the largest.
template <class Filter>
RingingSamples lasts(const Filter& as_new, std::int64_t length, const ErrorRatios& ratios) {
  const FlushSubnormals guard;  // the tail of a fast section in front of a slow one
  RingingSamples lasts = unanswered(ratios);
  if (length > longest_followed) {  // not to be followed: by then a trillionth is left, whatever it began as
    lasts.lasting.assign(ratios.size(), std::min(length, felt_for_ever));
    lasts.single = lasts.lasting;
    return lasts;
  }
  double total = 0;
  std::int64_t at = 0;
  for_magnitudes(as_new, length, [&](double h) {
    total += h;
    ++at;
    // The smallest that is still felt; the larger ones are too.
    const auto felt = std::partition_point(ratios.begin(), ratios.end(), [h](double r) { return !(r * h >= 1); });
    if (felt != ratios.end()) lasts.single[static_cast<std::size_t>(felt - ratios.begin())] = at;
    return true;
  });
  for (std::size_t i = 1; i < ratios.size(); ++i) lasts.single[i] = std::max(lasts.single[i], lasts.single[i - 1]);
  double sum = 0;
  at = 0;
  std::size_t met = 0;
  for_magnitudes(as_new, length, [&](double h) {
    while (met < ratios.size() && !(ratios[met] * (total - sum) >= 1)) lasts.lasting[met++] = at;
    sum += h;
    ++at;
    return met < ratios.size();
  });
  for (; met < ratios.size(); ++met) lasts.lasting[met] = at;
  return lasts;
}

template <class Filter>
double absolute_sum(const Filter& as_new, std::int64_t length) {
  const FlushSubnormals guard;
  double total = 0;
  for_magnitudes(as_new, length, [&](double h) {
    total += h;
    return true;
  });
  return total;
}

}  // namespace ringing_detail

inline RingingSamples ringing(const Sections& sections, const ErrorRatios& ratios) {
  return ringing_detail::lasts(ringing_detail::Sweeps(sections), memory(sections), ratios);
}

// What an error of 1 at the input, however long, can come to at the output at most: the absolute sum of the impulse
// response.
inline double error_gain(const Sections& sections) {
  const std::int64_t length = memory(sections);
  if (length <= longest_followed) return ringing_detail::absolute_sum(ringing_detail::Sweeps(sections), length);
  double total = 1;
  for (const auto& s : sections) total *= worst_gain(s);
  return total;
}

}  // namespace unguard
