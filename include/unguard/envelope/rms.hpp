// SPDX-License-Identifier: Apache-2.0
// Moving root mean square: the maximum-likelihood amplitude of Gaussian EMG over a window.
// Hogan & Mann 1980, doi:10.1109/TBME.1980.326652. SNR of a stationary input: 2 sqrt(B_s T), B_s its statistical
// bandwidth. Latency: half the window. Cost: O(1); exact after any input, because nothing is ever subtracted.
#pragma once

#include <cmath>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/moving_average.hpp"

namespace unguard {

struct Rms {
  Seconds window{0.125};

  friend bool operator==(const Rms&, const Rms&) = default;
};
constexpr SpecInfo info(const Rms*) {
  return {"Rms", "moving root mean square, causal", "Hogan & Mann 1980, doi:10.1109/TBME.1980.326652"};
}
constexpr auto fields(const Rms*) {
  return field_list(field<&Rms::window>("window", "length of the window", between(1e-6, 3600)));
}

struct RmsLaw {
  template <class V>
  static V before(const V& x) noexcept {
    return x * x;
  }
  static double after(double mean) noexcept { return std::sqrt(mean); }
};

inline Result<MovingAverageKernel<RmsLaw>> make_kernel(const Rms& spec, const StreamFormat& format) {
  auto window = window_in_samples<Rms>(spec.window, format.rate);
  if (!window) return window.fault();
  return MovingAverageKernel<RmsLaw>("Rms", *window, format.channels.count());
}

}  // namespace unguard
