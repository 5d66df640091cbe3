// SPDX-License-Identifier: Apache-2.0
// How long a finite impulse response rings: for how many samples an input error leaves 1 or more at the output. One
// that may have lasted for ever: the tail of the absolute sum of the taps, Oppenheim & Schafer 2010, ch. 2.4; one of a
// single sample: the taps themselves. Cost, at start only: twice over the taps for each size of error.
#pragma once

#include <cmath>
#include <cstdint>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

inline RingingSamples ringing(const Taps& taps, const ErrorRatios& ratios) {
  RingingSamples lasts{};
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    double tail = 0;
    std::size_t n = taps.size();
    while (n > 0 && ratios[i] * (tail + std::fabs(taps[n - 1])) < 1) tail += std::fabs(taps[--n]);
    lasts.lasting[i] = static_cast<std::int64_t>(n);
    n = taps.size();
    while (n > 0 && ratios[i] * std::fabs(taps[n - 1]) < 1) --n;
    lasts.single[i] = static_cast<std::int64_t>(n);
  }
  return lasts;
}

}  // namespace unguard
