// SPDX-License-Identifier: Apache-2.0
// What the linear and the exponential envelope share: |x| or x^2 through a cascade of second-order sections whose gain
// at 0 Hz is 1, and of the power its root. Cost: that of the sections. Latency: the centroid of their impulse response.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "unguard/core/kernel.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/sos_kernel.hpp"

namespace unguard {

class SmoothedKernel {
 public:
  SmoothedKernel(std::string name, Sections sections, Detection detection, const StreamFormat& format)
      : power_(detection == Detection::power),
        channels_(format.channels.count()),
        smoother_(std::move(name), std::move(sections), format, DelayKind::centroid) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    const std::int64_t values = n * channels_;
    if (!power_) {
      for (std::int64_t i = 0; i < values; ++i) y[i] = std::fabs(x[i]);
      return smoother_.run(y, y, n);
    }
    for (std::int64_t i = 0; i < values; ++i) y[i] = x[i] * x[i];
    smoother_.run(y, y, n);
    // Weights above 0 make no power below it; what rounding leaves below is 0.
    for (std::int64_t i = 0; i < values; ++i) y[i] = std::sqrt(y[i] > 0 ? y[i] : 0);
  }
  void reset() noexcept { smoother_.reset(); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    const double settled = smoother_.settle(channel, power_ ? level * level : std::fabs(level));
    return power_ ? std::sqrt(settled) : settled;
  }
  bool adopt(const SmoothedKernel& other) noexcept {
    return other.power_ == power_ && smoother_.adopt(other.smoother_);
  }
  // | |x + e| - |x| | <= |e|; and the root of a weighted mean of squares is a norm, which an error enters by its own.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    if (!power_) return smoother_.ringing(ratios);
    ErrorRatios squares = ratios;
    for (double& ratio : squares) ratio *= ratio;
    return smoother_.ringing(squares);
  }
  double error_gain() const { return power_ ? std::sqrt(smoother_.error_gain()) : smoother_.error_gain(); }
  double reach(double level) const {
    return power_ ? std::sqrt(smoother_.reach(level * level)) : smoother_.reach(level);
  }
  StageLatency delay(Hertz at) const { return smoother_.delay(at); }
  template <class Archive>
  void state(Archive& archive) {
    smoother_.state(archive);
  }

 private:
  bool power_;
  int channels_;
  SosKernel smoother_;
};

}  // namespace unguard
