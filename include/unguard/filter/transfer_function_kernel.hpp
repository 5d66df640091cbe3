// SPDX-License-Identifier: Apache-2.0
// A filter given as polynomials, as a kernel: coefficients, state, and the inner loop chosen once. Oppenheim & Schafer
// 2010, ch. 6.3 (transposed direct form II).
// Cost: 4 operations a channel, sample and order. Latency: group delay.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/linear_part.hpp"
#include "unguard/filter/polynomials_ringing.hpp"
#include "unguard/filter/polynomials_run.hpp"

namespace unguard {

class TransferFunctionKernel {
 public:
  TransferFunctionKernel(std::string name, Polynomials polynomials, const StreamFormat& format)
      : name_(std::move(name)),
        made_of_{{}, {}, std::move(polynomials)},
        rate_(format.rate),
        channels_(format.channels.count()),
        run_(best_polynomials_run()),
        gain_(unguard::error_gain(made_of_.polynomials)),
        state_(static_cast<std::size_t>(polynomials_state_size(order(), channels_))) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    run_(made_of_.polynomials.b.data(), made_of_.polynomials.a.data(), order(), channels_, state_.data(), x, y, n);
  }
  void reset() noexcept { std::fill(state_.begin(), state_.end(), 0.0); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    const auto& p = made_of_.polynomials;
    // The output is put right by what is left of coefficients of up to 6: in more digits.
    const polynomials_detail::Real x = level, y = x * polynomials_detail::gain_at_zero(p);
    polynomials_detail::Real above = 0;
    put_state(channel, [&](std::size_t k) {
      above += x * p.b[k + 1] - y * p.a[k + 1];
      return static_cast<double>(above);
    });
    return static_cast<double>(y);
  }
  // One channel's state: of(order - 1), ..., of(0).
  template <class Of>
  void put_state(int channel, Of&& of) noexcept {
    double* state = state_.data();
    int first = 0, group = polynomials_group(channels_);
    for (; first + group <= channel; group = polynomials_group(channels_ - first)) {
      state += order() * group;
      first += group;
    }
    for (int k = order(); k-- > 0;) state[k * group + channel - first] = of(static_cast<std::size_t>(k));
  }
  bool adopt(const TransferFunctionKernel& other) noexcept {
    if (other.made_of_.polynomials != made_of_.polynomials || other.state_.size() != state_.size()) return false;
    std::copy(other.state_.begin(), other.state_.end(), state_.begin());
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return unguard::ringing(made_of_.polynomials, ratios); }
  double error_gain() const { return gain_; }
  double reach(double level) const {
    return gain_ * level < largest_value ? gain_ * level : std::numeric_limits<double>::infinity();
  }
  StageLatency delay(Hertz at) const {
    return {name_, DelayKind::group_delay, group_delay(made_of_.polynomials, at, rate_), at};
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(state_);
  }

  const LinearPart* linear() const noexcept { return &made_of_; }

 private:
  int order() const noexcept { return static_cast<int>(made_of_.polynomials.order()); }

  std::string name_;
  LinearPart made_of_;
  Hertz rate_;
  int channels_;
  PolynomialsRun run_;
  double gain_;
  std::vector<double> state_;
};

}  // namespace unguard
