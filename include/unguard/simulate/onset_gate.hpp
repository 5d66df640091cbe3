// SPDX-License-Identifier: Apache-2.0
// How a burst of EMG rises and falls: step, ramp, trapezoid, or a Gaussian cut off at either side, which is the burst
// of Bonato, D'Alessio & Knaflitz 1998, doi:10.1109/10.661154. It multiplies the carrier before any band-pass. Cost: a
// comparison a sample, or an exponential.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "unguard/simulate/segment.hpp"

namespace unguard {

enum class OnsetShape { step, ramp, trapezoid, truncated_gaussian };
constexpr std::array<std::string_view, 4> names(const OnsetShape*) {
  return {"step", "ramp", "trapezoid", "truncated_gaussian"};
}

// Above 0 from onset to just before offset and 0 elsewhere; 1 on the plateau, or at the top of the Gaussian.
class OnsetGate {
 public:
  // `rise` is of ramp and trapezoid, `fall` of the trapezoid alone.
  static OnsetGate straight(OnsetShape shape, SampleIndex onset, SampleIndex offset, std::int64_t rise,
                            std::int64_t fall) {
    const bool rises = shape == OnsetShape::ramp || shape == OnsetShape::trapezoid;
    return {{onset, offset, {1}, RampShape::linear, rises ? rise : 0, shape == OnsetShape::trapezoid ? fall : 0}, 0};
  }
  // The top is half-way; `sigma` in samples.
  static OnsetGate gaussian(SampleIndex onset, SampleIndex offset, double sigma) {
    return {{onset, offset, {1}, RampShape::step, 0, 0}, sigma};
  }

  SampleIndex onset() const noexcept { return burst_.onset; }
  SampleIndex offset() const noexcept { return burst_.offset; }
  double at(SampleIndex i) const noexcept {
    const double gain = gain_at(burst_, i);
    if (gain == 0 || sigma_ == 0) return gain;
    const double u =
        (static_cast<double>(i - burst_.onset) - 0.5 * static_cast<double>(offset() - onset() - 1)) / sigma_;
    return std::exp(-0.5 * u * u);
  }

 private:
  OnsetGate(const Segment& burst, double sigma) : burst_(burst), sigma_(sigma) {}
  Segment burst_;
  double sigma_;
};

}  // namespace unguard
