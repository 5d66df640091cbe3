// SPDX-License-Identifier: Apache-2.0
// How long a finite impulse response rings: for how many samples an input error leaves 1 or more at the output. One
// that may have lasted for ever: the tail of the absolute sum of the taps, Oppenheim & Schafer 2010, ch. 2.4; one of a
// single sample: the taps themselves. Cost, at start only: once over the taps.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

inline RingingSamples ringing(const Taps& taps, const ErrorRatios& ratios) {
  RingingSamples lasts = unanswered(ratios);
  double tail = 0, largest = 0;  // from tap n on
  std::size_t lasting = ratios.size(), single = ratios.size();
  for (std::size_t n = taps.size(); n > 0; --n) {
    tail += std::fabs(taps[n - 1]);
    largest = std::max(largest, std::fabs(taps[n - 1]));
    while (lasting > 0 && ratios[lasting - 1] * tail >= 1) lasts.lasting[--lasting] = static_cast<std::int64_t>(n);
    while (single > 0 && ratios[single - 1] * largest >= 1) lasts.single[--single] = static_cast<std::int64_t>(n);
  }
  return lasts;
}

}  // namespace unguard
