// SPDX-License-Identifier: Apache-2.0
// How long a finite impulse response rings: for how many samples an input error leaves 1 or more at the output. One
// that may have lasted for ever: the tail of the absolute sum of the taps, Oppenheim & Schafer 2010, ch. 2.4; one of a
// single sample: the taps themselves. Cost, at start only: three times over the taps.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

namespace taps_ringing_detail {

// `left[i]`, which never grows, is what an error of 1 can still come to after i samples. The three answers are joined
// by chords over the logarithm of the error (Ringing); taps that end steeply lie above theirs, so all three are longer
// by as much as the furthest does.
inline std::array<std::int64_t, 3> felt(const std::vector<double>& left, const ErrorRatios& ratios) {
  std::array<std::int64_t, 3> lasts{};
  for (std::size_t k = 0; k < ratios.size(); ++k)
    lasts[k] =
        std::partition_point(left.begin(), left.end(), [&](double l) { return ratios[k] * l >= 1; }) - left.begin();
  double above = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double ratio = 1 / left[i];  // the smallest that is felt for i + 1 samples
    if (!(ratio > ratios[0] && ratio < ratios[2])) continue;
    const std::size_t k = ratio > ratios[1] ? 1 : 0;
    const double share = std::log(ratio / ratios[k]) / std::log(ratios[k + 1] / ratios[k]);
    const double chord = static_cast<double>(lasts[k]) + share * static_cast<double>(lasts[k + 1] - lasts[k]);
    above = std::max(above, static_cast<double>(i + 1) - chord);
  }
  for (auto& l : lasts) l += static_cast<std::int64_t>(std::ceil(above));
  return lasts;
}

}  // namespace taps_ringing_detail

inline RingingSamples ringing(const Taps& taps, const ErrorRatios& ratios) {
  std::vector<double> lasting(taps.size()), single(taps.size());
  double sum = 0, largest = 0;
  for (std::size_t i = taps.size(); i-- > 0;) {
    lasting[i] = sum += std::fabs(taps[i]);
    single[i] = largest = std::max(largest, std::fabs(taps[i]));
  }
  return {taps_ringing_detail::felt(lasting, ratios), taps_ringing_detail::felt(single, ratios)};
}

}  // namespace unguard
