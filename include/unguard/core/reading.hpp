// SPDX-License-Identifier: Apache-2.0
// One measured value for a consumer who may ignore everything but the value: it is there only if it can be believed.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class Validity { valid, invalid };
constexpr std::array<std::string_view, 2> names(const Validity*) { return {"valid", "invalid"}; }

class Reading {
 public:
  // A believable value; what is no finite number is none.
  static constexpr Reading valid(int channel, SampleIndex at, double value) {
    if (!(value >= -std::numeric_limits<double>::max() && value <= std::numeric_limits<double>::max()))
      return invalid(channel, at, mark::non_finite);
    Reading r(channel, at, mark::none);
    r.value_ = value;
    return r;
  }
  // No value, and why.
  static constexpr Reading invalid(int channel, SampleIndex at, Marks reasons) { return Reading(channel, at, reasons); }

  constexpr Validity validity() const { return value_ ? Validity::valid : Validity::invalid; }
  constexpr int channel() const { return channel_; }
  constexpr SampleIndex at() const { return at_; }  // the last sample that went into it
  constexpr Marks reasons() const { return reasons_; }
  // Present only if valid.
  constexpr std::optional<double> value() const { return value_; }

  friend constexpr bool operator==(const Reading&, const Reading&) = default;

 private:
  constexpr Reading(int channel, SampleIndex at, Marks reasons) : channel_(channel), at_(at), reasons_(reasons) {}

  int channel_;
  SampleIndex at_;
  Marks reasons_;
  std::optional<double> value_{};
};

}  // namespace unguard
