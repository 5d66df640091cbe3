// SPDX-License-Identifier: Apache-2.0
// Samples that are missing or must not reach a recursion are replaced where they enter, marked and counted: one NaN
// would otherwise stay in every later output. A mark lasts as long as the disturbance behind it can exceed 1 uV, not
// for a whole settle time. How wrong a marked sample is: as far as it lies from the last clean one, and as the next
// clean one does; at least 1 mV, the peak-to-peak of trunk EMG with its hum. What is lost is bridged with the last
// value, and after a long loss the channel listens again before it goes on (Recovery).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/recovery.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

inline constexpr Microvolts assumed_error{1000};
inline constexpr Microvolts stated_disturbance{1};
// The longest loss that is bridged; reliability of a held value ends with the quickest change of posture.
inline constexpr Seconds longest_bridge{0.020};

// How long a disturbance of some size and length leaves more than 1 uV behind. Asked of the kernel for errors from 10
// uV to twice full scale, each a third larger than the one before; one in between rings no longer than the next. An
// error of n samples is felt no longer than n times that error in one sample, nor longer than if it had lasted for
// ever.
class Ringing {
 public:
  template <class K>
  Ringing(const K& kernel, double full_scale) : errors_(sizes(full_scale)) {
    ErrorRatios ratios;
    for (const double error : errors_) ratios.push_back(error / stated_disturbance.value);
    const RingingSamples lasts = kernel.ringing(ratios);
    std::copy_n(lasts.lasting.begin(), count, lasting_.begin());
    std::copy_n(lasts.single.begin(), count, single_.begin());
  }
  // The same however large the error.
  Ringing(std::int64_t always) : errors_(sizes(default_full_scale.value)) {
    lasting_.fill(always);
    single_.fill(always);
  }
  // The longer of the two everywhere.
  friend Ringing either(Ringing a, const Ringing& b) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      a.lasting_[i] = std::max(a.lasting_[i], b.along(b.lasting_, a.errors_[i]));
      a.single_[i] = std::max(a.single_[i], b.along(b.single_, a.errors_[i]));
    }
    return a;
  }
  // After an error of the assumed size, however long it lasted.
  std::int64_t least() const noexcept { return after(assumed_error.value); }
  // After one of twice full scale, from end to end of it.
  std::int64_t most() const noexcept { return lasting_.back(); }
  // After an error of some size.
  bool is_longer_than(const Ringing& other) const noexcept {
    for (std::size_t i = 0; i < count; ++i)
      if (lasting_[i] > other.along(other.lasting_, errors_[i]) || single_[i] > other.along(other.single_, errors_[i]))
        return true;
    return false;
  }
  std::int64_t after(double error) const noexcept { return along(lasting_, error); }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* values : {&lasting_, &single_})
      for (auto& value : *values) archive(value);
  }
  // After `samples` in a row, each wrong by no more than `error`.
  std::int64_t after(double error, std::int64_t samples) const noexcept {
    const double in_one = static_cast<double>(samples) * std::max(error, assumed_error.value);
    const std::int64_t lasting = after(std::max(error, assumed_error.value));
    return in_one > errors_.back() ? lasting : std::min(lasting, along(single_, in_one));
  }

 private:
  static constexpr std::size_t count = 48;
  static constexpr double smallest = 10;
  static std::array<double, count> sizes(double full_scale) {
    const double largest = std::max(2 * full_scale, 1024 * assumed_error.value);
    std::array<double, count> all{};
    for (std::size_t i = 0; i < count; ++i)
      all[i] = smallest * std::pow(largest / smallest, static_cast<double>(i) / static_cast<double>(count - 1));
    all.back() = largest;
    return all;
  }
  std::int64_t along(const std::array<std::int64_t, count>& lasts, double error) const noexcept {
    const auto next = std::lower_bound(errors_.begin(), errors_.end(), error);
    return next == errors_.end() ? lasts.back() : lasts[static_cast<std::size_t>(next - errors_.begin())];
  }

  std::array<double, count> errors_;  // uV
  std::array<std::int64_t, count> lasting_{}, single_{};
};

class Quarantine {
 public:
  // Losses longer than `bridged` samples are followed by as many of listening; 0: never.
  Quarantine(int channels, double full_scale, const Ringing& ringing, std::int64_t bridged = 0)
      : channels_(channels),
        full_scale_(full_scale),
        ringing_(ringing),
        own_(ringing),
        recovery_(channels, bridged),
        lost_(static_cast<std::size_t>(channels)),
        marked_(static_cast<std::size_t>(channels)),
        worst_(static_cast<std::size_t>(channels)),
        recovered_(static_cast<std::size_t>(channels)),
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

  // Copies with lost and bad samples replaced by the last good one, and writes the marks of the output (null: nowhere).
  // Ends early, after the frame in which a channel has heard enough; returns the frames taken.
  std::int64_t admit(ConstBlock in, SampleIndex at, double* clean, Marks* marks) noexcept {
    bool heard_enough = false;
    std::int64_t i = 0;
    for (; i < in.frames && !heard_enough; ++i) {
      const std::int64_t now = at.value + i;
      if (carried_ && now >= quiet_from_) use(own_);
      for (int c = 0; c < channels_; ++c) {
        const std::int64_t k = i * channels_ + c;
        heard_enough |= admit_one(c, now, in.data[k], in.marks ? in.marks[k] : mark::none, clean[k]);
        if (marks) marks[k] = standing(c, {now});
      }
    }
    return i;
  }
  // Whether that was this channel, and from which level it goes on; asked once.
  std::optional<double> recovered(int channel) noexcept {
    if (!std::exchange(recovered_[static_cast<std::size_t>(channel)], false)) return std::nullopt;
    return last_good_[static_cast<std::size_t>(channel)];
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

  // Nothing that came before is felt from a sample on.
  void forgive(int channel, std::int64_t from) noexcept {
    const auto first = until_.begin() + channel * mark::bits;
    std::transform(first, first + mark::bits, first, [from](std::int64_t until) { return std::min(until, from); });
  }

  // What is marked of a channel at a sample from the last admitted on, by all that has been admitted.
  Marks standing(int channel, SampleIndex at) const noexcept {
    Marks marks = 0;
    for (int b = 0; b < mark::bits; ++b)
      if (at.value < until_[static_cast<std::size_t>(channel * mark::bits + b)]) marks |= static_cast<Marks>(1 << b);
    return marks;
  }
  // What is still felt has come into a filter that rings like `next`. Where that is longer than for any filter it has
  // been in so far, its marks last as long as the largest error could; so they end also where filters come and go. Once
  // nothing is felt any more, what comes later rings as in `next` alone.
  void carry_over(SampleIndex at, const Ringing& next) noexcept {
    if (at.value >= quiet_from_) return use(next);
    const bool longer = next.is_longer_than(ringing_);
    ringing_ = either(ringing_, next);
    own_ = next;
    carried_ = true;
    for (int c = 0; c < channels_ && longer; ++c) spread(c, standing(c, at), at.value + next.most());
  }

  // What was let through did not stay what it was (its buffer changed meanwhile): what was remembered of it counts only
  // if it may enter, and every channel is marked until its next clean sample tells how wrong that was.
  void distrust(SampleIndex at) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      if (!(std::fabs(last_good_[i]) <= full_scale_)) last_good_[i] = 0;
      reference_[i] = last_good_[i];
      marked_[i] = 1;
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
    std::fill(lost_.begin(), lost_.end(), 0);
    std::fill(marked_.begin(), marked_.end(), 0);
    std::fill(worst_.begin(), worst_.end(), 0.0);
    std::fill(recovered_.begin(), recovered_.end(), false);
    recovery_.reset();
    awaited_ = 0;
    std::fill(until_.begin(), until_.end(), at.value);
    quiet_from_ = at.value;
    non_finite_ = out_of_range_ = missing_ = 0;
  }
  // What a changed processor keeps from the one it replaces.
  void adopt(const Quarantine& other) noexcept {
    std::copy(other.last_good_.begin(), other.last_good_.end(), last_good_.begin());
    std::copy(other.reference_.begin(), other.reference_.end(), reference_.begin());
    std::copy(other.pending_.begin(), other.pending_.end(), pending_.begin());
    std::copy(other.lost_.begin(), other.lost_.end(), lost_.begin());
    std::copy(other.marked_.begin(), other.marked_.end(), marked_.begin());
    std::copy(other.worst_.begin(), other.worst_.end(), worst_.begin());
    recovery_.adopt(other.recovery_);
    awaited_ = other.awaited_;
    std::copy(other.until_.begin(), other.until_.end(), until_.begin());
    quiet_from_ = other.quiet_from_;
    non_finite_ = other.non_finite_;
    out_of_range_ = other.out_of_range_;
    missing_ = other.missing_;
  }

  std::int64_t non_finite() const noexcept { return non_finite_; }
  std::int64_t out_of_range() const noexcept { return out_of_range_; }
  std::int64_t missing() const noexcept { return missing_; }
  const Ringing& ringing() const noexcept { return ringing_; }
  void use(const Ringing& ringing) noexcept {
    ringing_ = ringing;
    carried_ = false;
  }
  // After load(): what the filter it stands before rings like by itself.
  void stand_before(const Ringing& own) noexcept {
    own_ = own;
    if (!carried_) ringing_ = own;
  }
  // The last value that was let through, per channel.
  const std::vector<double>& last_good() const noexcept { return last_good_; }

  template <class Archive>
  void state(Archive& archive) {
    archive(last_good_);
    archive(reference_);
    archive(pending_);
    archive(lost_);
    archive(marked_);
    archive(worst_);
    recovery_.state(archive);
    archive(awaited_);
    archive(until_);
    archive(quiet_from_);
    archive(non_finite_);
    archive(out_of_range_);
    archive(missing_);
    archive(carried_);
    ringing_.state(archive);
  }

 private:
  // True when the channel has heard enough with this sample.
  bool admit_one(int c, std::int64_t now, double value, Marks found, double& clean) noexcept {
    const auto i = static_cast<std::size_t>(c);
    const bool replaced = must_be_replaced(value, found);
    bool heard_enough = false;
    if (replaced) {
      ++lost_[i];
      value = last_good_[i];
    } else {
      if (recovery_.needed_after(lost_[i])) recovery_.begin(c);
      lost_[i] = 0;
      if (recovery_.listening(c)) {
        found |= mark::settling;
        heard_enough = recovery_.take(c, value);
        value = last_good_[i];
      }
    }
    clean = value;
    double heard_within = 0;
    if (heard_enough) {  // from the next sample on
      const auto heard = recovery_.end(c);
      value = heard.median;
      heard_within = heard.range;
    }
    last_good_[i] = value;
    const double away = std::fabs(value - reference_[i]);
    Marks& pending = pending_[i];
    if (found) {
      // Wrong samples count together for as long as any of them is felt: many short losses come to a long one.
      if (pending == mark::none && standing(c, {now}) == mark::none) {
        marked_[i] = 0;
        worst_[i] = 0;
      }
      // A jump is no stretch of wrong samples: what comes behind it is as far away.
      marked_[i] = found & mark::jump ? for_good : std::min(for_good, marked_[i] + 1);
      worst_[i] = std::max(worst_[i], away);
      spread(c, found, now + 1 + ringing_.after(worst_[i], marked_[i]));
      awaited_ += pending == mark::none;
      pending |= found;
    }
    // What is heard after a stretch of marks tells how wrong it may have been. A filter that starts anew for what it
    // heard keeps nothing of the level before: it is wrong by what came, and had come, on top of the level it heard.
    if (heard_enough) {
      forgive(c, now + 1);
      spread(c, pending, now + 1 + ringing_.after(2 * heard_within));
      recovered_[i] = true;
    } else if (!found && pending) {
      worst_[i] = std::max(worst_[i], away);
      spread(c, pending, now + ringing_.after(worst_[i], marked_[i]));
    }
    if (heard_enough || !found) {
      awaited_ -= pending != mark::none;
      pending = mark::none;
      reference_[i] = value;
    }
    return heard_enough;
  }
  bool must_be_replaced(double value, Marks& found) noexcept {
    if (found & mark::missing) {
      found = static_cast<Marks>((found & ~mark::missing) | mark::gap);
      ++missing_;
      return true;
    }
    const Marks none = no_value(value, full_scale_);
    found |= none;
    non_finite_ += none == mark::non_finite;
    out_of_range_ += none == mark::out_of_range;
    return none != mark::none;
  }
  static constexpr std::int64_t for_good = std::int64_t{1} << 40;

  int channels_;
  AllWithin all_within_ = best_all_within();
  double full_scale_;
  Ringing ringing_, own_;
  bool carried_ = false;
  Recovery recovery_;
  std::vector<std::int64_t> lost_;    // per channel: samples replaced in a row
  std::vector<std::int64_t> marked_;  // per channel: samples marked since nothing was felt
  std::vector<double> worst_;         // and how wrong they may have been
  std::vector<char> recovered_;       // per channel: has just heard enough
  std::vector<double> last_good_;     // what went into the filter last
  std::vector<double> reference_;     // the last value that nothing was wrong with
  std::vector<Marks> pending_;        // marks of a stretch that has not ended
  std::int64_t awaited_ = 0;          // channels in such a stretch
  std::vector<std::int64_t> until_;   // per channel and bit: first sample without the mark
  std::int64_t quiet_from_ = 0;       // no mark stands from this sample on
  std::int64_t non_finite_ = 0;
  std::int64_t out_of_range_ = 0;
  std::int64_t missing_ = 0;
};

}  // namespace unguard
