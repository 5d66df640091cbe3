// SPDX-License-Identifier: Apache-2.0
// One channel of a side signal while it waits to be met by the frames of the EMG: its samples in order of time, and
// what they come to at a frame. Cost: a dozen operations a frame; fixed room. Latency: none by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/stream/sample_time.hpp"

namespace unguard {

// What stands between two samples: nothing, the one before, or the straight line.
enum class Interpolation { none, hold, linear };
constexpr std::array<std::string_view, 3> names(const Interpolation*) { return {"none", "hold", "linear"}; }

// Distances in frames of the EMG.
struct SideRule {
  Interpolation interpolation = Interpolation::linear;
  double expected = 0;  // samples further apart than this have lost some between them
  double longest = 0;   // what is bridged at most
};

struct SideValue {
  double value = 0;
  Marks marks = mark::missing;
};

class SideChannel {
 public:
  explicit SideChannel(std::size_t room) : at_(room), fraction_(room), value_(room), marks_(room) {}

  void clear() noexcept { first_ = count_ = 0; }
  bool full() const noexcept { return count_ == at_.size(); }
  // Later than all before; not when full.
  void take(const SampleTime& time, double value, Marks marks) noexcept {
    const std::size_t i = slot(count_++);
    at_[i] = time.at.value;
    fraction_[i] = time.fraction;
    value_[i] = value;
    marks_[i] = marks;
  }
  // Frames before this one have gone out: of what lies before it only the last sample counts.
  void pass(SampleIndex frame) noexcept {
    for (; count_ > 1 && time(1) <= SampleTime{frame}; --count_) first_ = slot(1);
  }

  // Whether nothing that may still come, later than `known`, changes the value at this frame, to which it has passed.
  bool settled(SampleIndex frame, const SampleTime& known, const SideRule& rule) const noexcept {
    if (known < SampleTime{frame}) return false;
    if (rule.interpolation != Interpolation::linear || count_ != 1 || time(0) >= SampleTime{frame}) return true;
    return samples_between(time(0), known) > rule.longest;
  }
  // The value at this frame, to which it has passed, by what has come.
  SideValue at(SampleIndex frame, const SideRule& rule) const noexcept {
    if (count_ == 0 || time(0) > SampleTime{frame}) return {};
    const double before = value_[slot(0)], away = samples_between(time(0), {frame});
    const Marks marks = marks_[slot(0)];
    if (away == 0) return {before, marks};
    switch (rule.interpolation) {
      case Interpolation::none:
        return {before, away < 1 ? marks : mark::missing};
      case Interpolation::hold:
        return {before, bridged(away, marks, rule)};
      case Interpolation::linear:
        break;
    }
    if (count_ == 1) return {before, mark::missing};
    const double apart = samples_between(time(0), time(1));
    const Marks found = bridged(apart, static_cast<Marks>(marks | marks_[slot(1)]), rule);
    if (found == mark::missing) return {before, found};
    return {before + away / apart * (value_[slot(1)] - before), found};
  }

  // Whether a state from elsewhere points outside.
  bool torn() const noexcept { return first_ >= at_.size() || count_ > at_.size(); }
  template <class Archive>
  void state(Archive& archive) {
    archive(first_);
    archive(count_);
    archive(at_);
    archive(fraction_);
    archive(value_);
    archive(marks_);
  }

 private:
  std::size_t slot(std::size_t k) const noexcept {
    const std::size_t i = first_ + k;
    return i < at_.size() ? i : i - at_.size();
  }
  SampleTime time(std::size_t k) const noexcept { return {{at_[slot(k)]}, fraction_[slot(k)]}; }
  static Marks bridged(double distance, Marks marks, const SideRule& rule) noexcept {
    if (distance > rule.longest) return mark::missing;
    return distance > rule.expected ? static_cast<Marks>(marks | mark::gap) : marks;
  }

  std::size_t first_ = 0, count_ = 0;
  std::vector<std::int64_t> at_;
  std::vector<double> fraction_, value_;
  std::vector<Marks> marks_;
};

}  // namespace unguard
