// SPDX-License-Identifier: Apache-2.0
// Samples that must not reach a recursion are replaced where they enter, marked and counted: one NaN would otherwise
// stay in every later output. A mark lasts as long as the disturbance behind it can exceed 1 uV, not for a whole settle
// time. How wrong a marked sample is: as far as it lies from the last clean one, and as the next clean one does; at
// least 1 mV, the peak-to-peak of trunk EMG with its hum.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

inline constexpr Microvolts assumed_error{1000};
inline constexpr Microvolts stated_disturbance{1};

// How long a disturbance of some size leaves more than 1 uV behind. Measured on the kernel for the assumed error, 32
// times that, and full scale; between them along the chord over the logarithm, which lies above the curve for decays
// that are sums of exponentials, and 5 % longer for those that are not.
class Ringing {
 public:
  template <class K>
  Ringing(const K& kernel, double full_scale) {
    errors_ = {assumed_error.value, 32 * assumed_error.value, std::max(full_scale, 1024 * assumed_error.value)};
    ErrorRatios ratios{};
    for (std::size_t i = 0; i < errors_.size(); ++i) ratios[i] = errors_[i] / stated_disturbance.value;
    lasts_ = kernel.ringing(ratios);
  }
  // The same however large the error.
  Ringing(std::int64_t always) {
    errors_ = {assumed_error.value, 2 * assumed_error.value, 4 * assumed_error.value};
    lasts_ = rings_for(always);
  }
  // After an error of the assumed size.
  std::int64_t least() const noexcept { return lasts_[0]; }
  std::int64_t after(double error) const noexcept {
    if (!(error > errors_[0])) return lasts_[0];
    const std::size_t i = error > errors_[1] ? 1 : 0;
    const double share = std::min(1.0, std::log(error / errors_[i]) / std::log(errors_[i + 1] / errors_[i]));
    const double between = static_cast<double>(lasts_[i]) + share * static_cast<double>(lasts_[i + 1] - lasts_[i]);
    return std::min(lasts_[2], static_cast<std::int64_t>(std::ceil(1.05 * between)));
  }

 private:
  ErrorRatios errors_{};  // uV
  RingingSamples lasts_{};
};

class Quarantine {
 public:
  Quarantine(int channels, double full_scale, const Ringing& ringing)
      : channels_(channels),
        full_scale_(full_scale),
        ringing_(ringing),
        last_good_(static_cast<std::size_t>(channels)),
        reference_(static_cast<std::size_t>(channels)),
        pending_(static_cast<std::size_t>(channels)),
        until_(static_cast<std::size_t>(channels) * mark::bits) {}

  // True when a block can go straight through: every value good, no mark on it, none still spreading.
  bool clear(ConstBlock in, SampleIndex at) const noexcept {
    if (at.value < quiet_from_ || awaited_ > 0) return false;
    const std::int64_t n = in.frames * channels_;
    if (in.marks && std::any_of(in.marks, in.marks + n, [](Marks m) { return m != mark::none; })) return false;
    return all_within_(in.data, n, full_scale_);
  }

  // Remembers the last frame of a clear block: what a bad sample would be replaced with.
  void remember(ConstBlock in) noexcept {
    if (in.frames == 0) return;
    std::copy_n(in.data + (in.frames - 1) * channels_, channels_, last_good_.data());
    reference_ = last_good_;
  }

  // Copies with bad samples replaced by the last good one, and writes the marks of the output (null: nowhere).
  void admit(ConstBlock in, SampleIndex at, double* clean, Marks* marks) noexcept {
    for (std::int64_t i = 0; i < in.frames; ++i) {
      const std::int64_t now = at.value + i;
      for (int c = 0; c < channels_; ++c) {
        const std::int64_t k = i * channels_ + c;
        Marks found = in.marks ? in.marks[k] : mark::none;
        double value = in.data[k];
        if (!std::isfinite(value)) {
          found |= mark::non_finite;
          value = last_good_[static_cast<std::size_t>(c)];
          ++non_finite_;
        } else if (std::fabs(value) > full_scale_) {
          found |= mark::out_of_range;
          value = last_good_[static_cast<std::size_t>(c)];
          ++out_of_range_;
        }
        last_good_[static_cast<std::size_t>(c)] = value;
        clean[k] = value;
        const double away = std::fabs(value - reference_[static_cast<std::size_t>(c)]);
        Marks& pending = pending_[static_cast<std::size_t>(c)];
        if (found) {
          spread(c, found, now + 1 + ringing_.after(away));
          awaited_ += pending == mark::none;
          pending |= found;
        } else {
          // The first clean one tells how wrong those before it may have been.
          if (pending) spread(c, pending, now + ringing_.after(away));
          awaited_ -= pending != mark::none;
          pending = mark::none;
          reference_[static_cast<std::size_t>(c)] = value;
        }
        if (marks) marks[k] = standing(c, now);
      }
    }
  }

  // Marks a channel from now on, up to but not including the sample `until`.
  void spread(int channel, Marks which, std::int64_t until) noexcept {
    for (int b = 0; b < mark::bits; ++b)
      if (which & (1 << b)) {
        auto& end = until_[static_cast<std::size_t>(channel * mark::bits + b)];
        end = std::max(end, until);
      }
    quiet_from_ = std::max(quiet_from_, until);
  }

  // What was let through did not stay what it was (its buffer changed meanwhile): what was remembered of it counts only
  // if it may enter, and every channel is marked until its next clean sample tells how wrong that was.
  void distrust(SampleIndex at) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      if (!(std::fabs(last_good_[i]) <= full_scale_)) last_good_[i] = 0;
      reference_[i] = last_good_[i];
      pending_[i] |= mark::non_finite;
      spread(c, mark::non_finite, at.value + ringing_.least());
    }
    awaited_ = channels_;
  }
  void count_non_finite() noexcept { ++non_finite_; }

  void reset(SampleIndex at = {}) noexcept {
    std::fill(last_good_.begin(), last_good_.end(), 0.0);
    std::fill(reference_.begin(), reference_.end(), 0.0);
    std::fill(pending_.begin(), pending_.end(), mark::none);
    awaited_ = 0;
    std::fill(until_.begin(), until_.end(), at.value);
    quiet_from_ = at.value;
    non_finite_ = out_of_range_ = 0;
  }
  // What a changed processor keeps from the one it replaces.
  void adopt(const Quarantine& other) noexcept {
    std::copy(other.last_good_.begin(), other.last_good_.end(), last_good_.begin());
    std::copy(other.reference_.begin(), other.reference_.end(), reference_.begin());
    std::copy(other.pending_.begin(), other.pending_.end(), pending_.begin());
    awaited_ = other.awaited_;
    std::copy(other.until_.begin(), other.until_.end(), until_.begin());
    quiet_from_ = other.quiet_from_;
    non_finite_ = other.non_finite_;
    out_of_range_ = other.out_of_range_;
  }

  std::int64_t non_finite() const noexcept { return non_finite_; }
  std::int64_t out_of_range() const noexcept { return out_of_range_; }
  const Ringing& ringing() const noexcept { return ringing_; }
  // The last value that was let through, per channel.
  const std::vector<double>& last_good() const noexcept { return last_good_; }

  template <class Archive>
  void state(Archive& archive) {
    archive(last_good_);
    archive(reference_);
    archive(pending_);
    archive(awaited_);
    archive(until_);
    archive(quiet_from_);
    archive(non_finite_);
    archive(out_of_range_);
  }

 private:
  Marks standing(int channel, std::int64_t now) const noexcept {
    Marks marks = 0;
    for (int b = 0; b < mark::bits; ++b)
      if (now < until_[static_cast<std::size_t>(channel * mark::bits + b)]) marks |= static_cast<Marks>(1 << b);
    return marks;
  }

  int channels_;
  AllWithin all_within_ = best_all_within();
  double full_scale_;
  Ringing ringing_;
  std::vector<double> last_good_;    // what went into the filter last
  std::vector<double> reference_;    // the last value that nothing was wrong with
  std::vector<Marks> pending_;       // marks of a stretch that has not ended
  std::int64_t awaited_ = 0;         // channels in such a stretch
  std::vector<std::int64_t> until_;  // per channel and bit: first sample without the mark
  std::int64_t quiet_from_ = 0;      // no mark stands from this sample on
  std::int64_t non_finite_ = 0;
  std::int64_t out_of_range_ = 0;
};

}  // namespace unguard
