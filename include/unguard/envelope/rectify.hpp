// SPDX-License-Identifier: Apache-2.0
// Full-wave rectification |x|: the first half of a linear envelope. No delay.
#pragma once

#include <cmath>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"

namespace unguard {

struct Rectify {
  friend bool operator==(const Rectify&, const Rectify&) = default;
};
constexpr SpecInfo info(const Rectify*) {
  return {"Rectify", "full-wave rectification |x|", "De Luca 1997, doi:10.1123/jab.13.2.135"};
}
constexpr auto fields(const Rectify*) { return field_list(); }

class RectifyKernel {
 public:
  // A cascade takes it in, with the cascade behind it (ChainKernel).
  static constexpr bool rectifies = true;

  explicit RectifyKernel(int channels) : channels_(channels) {}
  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (std::int64_t i = 0; i < n * channels_; ++i) y[i] = std::fabs(x[i]);
  }
  void reset() noexcept {}
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int, double level) noexcept { return std::fabs(level); }
  bool adopt(const RectifyKernel&) noexcept { return true; }
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(0, ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }
  StageLatency delay(Hertz) const { return {"Rectify", DelayKind::none, 0, {}}; }
  template <class Archive>
  void state(Archive&) {}

 private:
  int channels_;
};

inline Result<RectifyKernel> make_kernel(const Rectify&, const StreamFormat& format) {
  return RectifyKernel(format.channels.count());
}

}  // namespace unguard
