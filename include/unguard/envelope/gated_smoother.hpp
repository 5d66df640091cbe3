// SPDX-License-Identifier: Apache-2.0
// An envelope's smoother over samples and their weights at once, for Gated: every envelope's kernel gives a times the
// level for a times the signal, so that of the samples that count it makes S(w g(x)), and of the weights S(w), rooted
// where the envelope roots. Cost: the kernel with twice the channels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/smoothing.hpp"

namespace unguard {

namespace gated_detail {
// As many channels again.
inline StreamFormat doubled(const StreamFormat& format) {
  StreamFormat twice = format;
  twice.channels = Channels::unnamed(2 * format.channels.count());
  return twice;
}
}  // namespace gated_detail

// A spec whose kernel can run over a frame of which some channels do not count.
template <class S>
concept GatesItself = FilterSpec<S> &&
    requires(KernelOf<S> kernel, const double* x, const std::uint8_t* counts, double* levels, double* shares) {
  kernel.run_where(x, counts, levels, shares);
};
template <class S>
concept Gateable = LinearSmoother<S> || GatesItself<S>;

template <Gateable S>
class GatedSmoother {
 public:
  GatedSmoother(KernelOf<S> kernel, bool rooted, const StreamFormat& format)
      : channels_(format.channels.count()), rooted_(rooted), kernel_(std::move(kernel)) {}

  // How many samples a sample reaches on before it is smoothed.
  static constexpr std::int64_t reach_back() { return 0; }
  // A channel as if everything so far had been 0 and had counted, `weight` 1, or had not, 0.
  void begin(int channel, double weight) noexcept {
    kernel_.settle(channel, 0);
    kernel_.settle(channels_ + channel, weight);
  }
  void reset() noexcept { kernel_.reset(); }
  double last(int) const noexcept { return 0; }
  void enter(int channel, double x, bool open, double* frame) noexcept {
    frame[channel] = open ? x : 0;
    frame[channels_ + channel] = open ? 1 : 0;
  }
  // One frame of samples and weights, in place.
  void step(double* frame) noexcept { kernel_.run(frame, frame, 1); }
  static Marks said_of(int, double) noexcept { return mark::none; }
  double share(double weights) const noexcept { return rooted_ ? weights * weights : weights; }
  double level(double sum, double weights) const noexcept { return sum / weights; }
  std::int64_t period() const noexcept { return kernel_.period(); }
  bool adopt(const GatedSmoother& other) noexcept { return kernel_.adopt(other.kernel_); }
  StageLatency delay(Hertz at) const { return named(kernel_.delay(at)); }
  // Samples until of a channel without weights no more than `missing` of them is missing.
  std::int64_t refills_within(double missing) const {
    return kernel_.ringing({rooted_ ? 1 / std::sqrt(missing) : 1 / missing}).lasting.front();
  }
  template <class Archive>
  void state(Archive& archive) {
    kernel_.state(archive);
  }

 private:
  static StageLatency named(StageLatency stage) {
    stage.stage = "Gated " + stage.stage;
    return stage;
  }

  int channels_;
  bool rooted_;
  KernelOf<S> kernel_;
};

// Where the kernel itself leaves out what does not count.
template <GatesItself S>
class GatedSmoother<S> {
 public:
  GatedSmoother(KernelOf<S> kernel, const StreamFormat& format)
      : channels_(format.channels.count()),
        kernel_(std::move(kernel)),
        samples_(static_cast<std::size_t>(channels_)),
        counts_(samples_.size()) {}

  std::int64_t reach_back() const {
    if constexpr (requires { kernel_.reach_back(); }) return kernel_.reach_back();
    return 0;
  }
  void begin(int channel, double weight) noexcept { kernel_.begin(channel, weight); }
  void reset() noexcept {
    kernel_.reset();
    std::fill(samples_.begin(), samples_.end(), 0.0);
  }
  double last(int channel) const noexcept { return samples_[static_cast<std::size_t>(channel)]; }
  void enter(int channel, double x, bool open, double*) noexcept {
    samples_[static_cast<std::size_t>(channel)] = x;
    counts_[static_cast<std::size_t>(channel)] = open;
  }
  // The frame's levels, and the shares that counted.
  void step(double* frame) noexcept { kernel_.run_where(samples_.data(), counts_.data(), frame, frame + channels_); }
  Marks said_of(int channel, double level) const noexcept {
    if constexpr (SaysOfLevels<KernelOf<S>>) return kernel_.said_of(channel, level);
    return mark::none;
  }
  double share(double share) const noexcept { return share; }
  double level(double level, double) const noexcept { return level; }
  std::int64_t period() const noexcept { return kernel_.period(); }
  bool adopt(const GatedSmoother& other) noexcept {
    samples_ = other.samples_;
    return kernel_.adopt(other.kernel_);
  }
  StageLatency delay(Hertz at) const {
    StageLatency stage = kernel_.delay(at);
    stage.stage = "Gated " + stage.stage;
    return stage;
  }
  std::int64_t refills_within(double missing) const { return kernel_.refills_within(missing); }
  template <class Archive>
  void state(Archive& archive) {
    kernel_.state(archive);
    archive(samples_);
  }

 private:
  int channels_;
  KernelOf<S> kernel_;
  std::vector<double> samples_;  // of the frame under way, and the last ones
  std::vector<std::uint8_t> counts_;
};

template <Gateable S>
Result<GatedSmoother<S>> make_gated_smoother(const S& envelope, const StreamFormat& format) {
  if constexpr (GatesItself<S>) {
    auto kernel = make_kernel(envelope, format);
    if (!kernel) return kernel.fault();
    return GatedSmoother<S>(std::move(*kernel), format);
  } else {
    auto kernel = make_kernel(envelope, gated_detail::doubled(format));
    if (!kernel) return kernel.fault();
    return GatedSmoother<S>(std::move(*kernel), roots_power(envelope), format);
  }
}

}  // namespace unguard
