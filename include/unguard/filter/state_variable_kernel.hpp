// SPDX-License-Identifier: Apache-2.0
// The state-variable filter as a kernel: what it takes over from another of its mode and order is the whole state,
// whatever the cutoffs, so nothing jumps. Zavalishin 2018, The Art of VA Filter Design, ch. 3-4. Cost: 15 operations a
// section, sample and channel. Latency: group delay; that, ringing and gains are those of the equal biquads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/linear_part.hpp"
#include "unguard/filter/ringing.hpp"
#include "unguard/filter/state_variable_run.hpp"
#include "unguard/filter/worst_gain.hpp"

namespace unguard {

// What is taken from the integrators.
enum class StateVariableMode { lowpass, highpass, bandpass, notch };
constexpr std::array<std::string_view, 4> names(const StateVariableMode*) {
  return {"lowpass", "highpass", "bandpass", "notch"};
}

class StateVariableKernel {
 public:
  // `equal` are the biquads that do the same while nothing changes, one for each row.
  StateVariableKernel(StateVariableMode mode, std::vector<StateVariableSection> rows, Sections equal,
                      const StreamFormat& format)
      : mode_(mode),
        rows_(std::move(rows)),
        equal_{std::move(equal), {}},
        rate_(format.rate),
        channels_(format.channels.count()),
        run_(best_state_variable_run()),
        state_(static_cast<std::size_t>(sos_state_size(count(), channels_))) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    run_(rows_.data(), count(), channels_, state_.data(), x, y, n);
  }
  void reset() noexcept { std::fill(state_.begin(), state_.end(), 0.0); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  // The integrator in front of the output holds the input, the other nothing: no coefficient is in that.
  double settle(int channel, double level) noexcept {
    double* state = state_.data();
    int first = 0, group = sos_group(channels_);
    for (; first + group <= channel; group = sos_group(channels_ - first)) {
      state += 2 * count() * group;
      first += group;
    }
    for (const auto& row : rows_) {
      const bool alone = row.g2 == 0;
      state[channel - first] = alone ? level : 0;
      state[group + channel - first] = alone ? 0 : level;
      level *= alone ? row.of_band : row.of_low;
      state += 2 * group;
    }
    return level;
  }
  // From any cutoff and q: an integrator's content means the same in all of them.
  bool adopt(const StateVariableKernel& other) noexcept {
    if (other.mode_ != mode_ || other.rows_.size() != rows_.size() || other.state_.size() != state_.size())
      return false;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if ((rows_[i].g2 == 0) != (other.rows_[i].g2 == 0)) return false;
    std::copy(other.state_.begin(), other.state_.end(), state_.begin());
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return unguard::ringing(equal_.sections, ratios); }
  double error_gain() const { return unguard::error_gain(equal_.sections); }
  double reach(double level) const {
    for (const auto& s : equal_.sections)
      if (!((level *= worst_gain(s)) < largest_value)) return std::numeric_limits<double>::infinity();
    return level;
  }
  StageLatency delay(Hertz at) const {
    return {"StateVariable", DelayKind::group_delay, group_delay(equal_.sections, at, rate_), at};
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(state_);
  }

  const LinearPart* linear() const noexcept { return &equal_; }
  const std::vector<StateVariableSection>& rows() const noexcept { return rows_; }

 private:
  int count() const noexcept { return static_cast<int>(rows_.size()); }

  StateVariableMode mode_;
  std::vector<StateVariableSection> rows_;
  LinearPart equal_;
  Hertz rate_;
  int channels_;
  StateVariableRun run_;
  std::vector<double> state_;
};

}  // namespace unguard
