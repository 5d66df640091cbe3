// SPDX-License-Identifier: Apache-2.0
// The signal as it was: to align a channel, or a look ahead, with what takes longer elsewhere. A definition, no source.
// Cost: one load and one store a sample, the same for every frame; memory: the delay. Latency: the delay.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/filter/linear_part.hpp"

namespace unguard {

struct Delay {
  Seconds duration{0.1};

  friend bool operator==(const Delay&, const Delay&) = default;
};
constexpr SpecInfo info(const Delay*) {
  return {"Delay", "the signal, later by a whole number of samples", "definition"};
}
constexpr auto fields(const Delay*) {
  return field_list(field<&Delay::duration>("duration", "how much later", between(0, 60)));
}

class DelayKernel {
 public:
  DelayKernel(std::int64_t samples, const StreamFormat& format)
      : made_of_{{}, Taps(static_cast<std::size_t>(samples + 1))},
        values_(samples * format.channels.count()),
        channels_(format.channels.count()),
        line_(static_cast<std::size_t>(values_)) {
    made_of_.taps.back() = 1;
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    if (values_ == 0) {
      if (x != y) std::copy_n(x, n * channels_, y);
      return;
    }
    for (std::int64_t left = n * channels_, m; left > 0; left -= m, x += m, y += m) {
      m = std::min(left, values_ - at_);
      double* line = line_.data() + at_;
      for (std::int64_t i = 0; i < m; ++i) {
        const double v = x[i];
        y[i] = line[i];
        line[i] = v;
      }
      at_ = at_ + m == values_ ? 0 : at_ + m;
    }
  }
  void reset() noexcept {
    std::fill(line_.begin(), line_.end(), 0.0);
    at_ = 0;
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    for (std::int64_t i = channel; i < values_; i += channels_) line_[static_cast<std::size_t>(i)] = level;
    return level;
  }
  bool adopt(const DelayKernel& other) noexcept {
    if (other.values_ != values_) return false;
    std::copy(other.line_.begin(), other.line_.end(), line_.begin());
    at_ = other.at_;
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(samples() + 1, ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }
  StageLatency delay(Hertz at) const { return {"Delay", DelayKind::group_delay, static_cast<double>(samples()), at}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(line_);
    archive(at_);
    if (at_ < 0 || at_ >= std::max<std::int64_t>(1, values_) || at_ % channels_ != 0) reset();  // not from here
  }
  const LinearPart* linear() const noexcept { return &made_of_; }

 private:
  std::int64_t samples() const noexcept { return static_cast<std::int64_t>(made_of_.taps.size()) - 1; }

  LinearPart made_of_;
  std::int64_t values_;  // of all channels
  int channels_;
  std::vector<double> line_;
  std::int64_t at_ = 0;
};

inline Result<DelayKernel> make_kernel(const Delay& spec, const StreamFormat& format) {
  constexpr std::int64_t most = std::int64_t{1} << 20;  // 8 MB a channel
  const std::int64_t samples = samples_in(spec.duration, format.rate);
  if (samples > most)
    return fault_of<Delay>("duration", spec.duration,
                           "at most " + std::to_string(most) + " samples, " +
                               to_text(Seconds{static_cast<double>(most) / format.rate.value}));
  return DelayKernel(samples, format);
}

}  // namespace unguard
