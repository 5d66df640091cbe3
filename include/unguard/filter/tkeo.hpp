// SPDX-License-Identifier: Apache-2.0
// The Teager-Kaiser energy operator, x[n]^2 - x[n - 1] x[n + 1]: amplitude and frequency at once, which lets the onset
// of EMG stand out. Kaiser 1990, doi:10.1109/ICASSP.1990.115702; Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z.
// In microvolts squared. Cost: two multiplications a sample. Latency: 1 sample.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"

namespace unguard {

// y[n] = x[n - 1]^2 - x[n] x[n - 2]: the energy of the sample before.
struct Tkeo {
  friend bool operator==(const Tkeo&, const Tkeo&) = default;
};
constexpr SpecInfo info(const Tkeo*) {
  return {"Tkeo", "Teager-Kaiser energy operator, one sample late",
          "Kaiser 1990, doi:10.1109/ICASSP.1990.115702; Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z"};
}
constexpr auto fields(const Tkeo*) { return field_list(); }

class TkeoKernel {
 public:
  explicit TkeoKernel(const StreamFormat& format)
      : channels_(format.channels.count()),
        full_scale_(format.full_scale()),
        last_(static_cast<std::size_t>(channels_)),
        before_(last_.size()) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    double *last = last_.data(), *before = before_.data();
    for (std::int64_t i = 0; i < n; ++i, x += channels_, y += channels_)
      for (int c = 0; c < channels_; ++c) {
        const double v = x[c];
        y[c] = last[c] * last[c] - v * before[c];
        before[c] = last[c];
        last[c] = v;
      }
  }
  void reset() noexcept {
    std::fill(last_.begin(), last_.end(), 0.0);
    std::fill(before_.begin(), before_.end(), 0.0);
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    last_[static_cast<std::size_t>(channel)] = before_[static_cast<std::size_t>(channel)] = level;
    return 0;
  }
  bool adopt(const TkeoKernel& other) noexcept {
    std::copy(other.last_.begin(), other.last_.end(), last_.begin());
    std::copy(other.before_.begin(), other.before_.end(), before_.begin());
    return true;
  }
  // Exact: three samples make an output.
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(3, ratios); }
  // What an error makes of an energy grows with the signal it lies on: (x + e)^2 - (x - e)(x + e) and its like come to
  // at most 4 |x| e + 2 e^2. That nothing unmarked be off by more than stated, the signal is taken to be at full scale.
  double error_gain() const { return 4 * full_scale_ + 2; }
  double reach(double level) const {
    const double most = 2 * level * level;
    return most < largest_value ? most : std::numeric_limits<double>::infinity();
  }
  StageLatency delay(Hertz) const { return {"Tkeo", DelayKind::centroid, 1, {}}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(last_);
    archive(before_);
  }

 private:
  int channels_;
  double full_scale_;
  std::vector<double> last_, before_;
};

inline Result<TkeoKernel> make_kernel(const Tkeo&, const StreamFormat& format) { return TkeoKernel(format); }

}  // namespace unguard
