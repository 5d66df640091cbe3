// SPDX-License-Identifier: Apache-2.0
// Moving average rectified value: the maximum-likelihood amplitude of Laplacian EMG over a window.
// Clancy & Hogan 1999, doi:10.1109/10.764949. For Gaussian input ARV = sqrt(2 / pi) RMS.
// Latency: half the window. Cost: O(1), exact after any input.
#pragma once

#include <cmath>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/moving_average.hpp"

namespace unguard {

struct Arv {
  Seconds window{0.125};

  friend bool operator==(const Arv&, const Arv&) = default;
};
constexpr SpecInfo info(const Arv*) {
  return {"Arv", "moving average rectified value, causal", "Clancy & Hogan 1999, doi:10.1109/10.764949"};
}
constexpr auto fields(const Arv*) {
  return field_list(field<&Arv::window>("window", "length of the window", between(1e-6, 3600)));
}

struct ArvLaw {
  static double before(double x) noexcept { return std::fabs(x); }
  static f64x4 before(const f64x4& x) noexcept { return abs4(x); }
  static double after(double mean) noexcept { return mean; }
};

inline Result<MovingAverageKernel<ArvLaw>> make_kernel(const Arv& spec, const StreamFormat& format) {
  auto window = window_in_samples<Arv>(spec.window, format.rate);
  if (!window) return window.fault();
  return MovingAverageKernel<ArvLaw>("Arv", *window, format.channels.count());
}

}  // namespace unguard
