// SPDX-License-Identifier: Apache-2.0
// One measured value for a consumer who may ignore everything but the value: it is there only if it can be believed.
// How far a channel is trusted follows from its marks by a machine of five states (quality/trust.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class Validity { valid, invalid };
constexpr std::array<std::string_view, 2> names(const Validity*) { return {"valid", "invalid"}; }

// There is a value in OK and DEGRADED only.
enum class Trust : std::uint8_t { warmup, ok, degraded, hold, invalid };
constexpr std::array<std::string_view, 5> names(const Trust*) {
  return {"WARMUP", "OK", "DEGRADED", "HOLD", "INVALID"};
}

class Reading {
 public:
  // A believable value, less so where there are reasons; what is no finite number is none.
  static constexpr Reading valid(int channel, SampleIndex at, double value, Marks reasons = mark::none) {
    if (!(value >= -std::numeric_limits<double>::max() && value <= std::numeric_limits<double>::max()))
      return invalid(channel, at, static_cast<Marks>(reasons | mark::non_finite));
    Reading r(channel, at, reasons, reasons ? Trust::degraded : Trust::ok);
    r.value_ = value;
    return r;
  }
  // No value, and why.
  static constexpr Reading invalid(int channel, SampleIndex at, Marks reasons, Trust trust = Trust::invalid) {
    return Reading(channel, at, reasons, trust);
  }

  constexpr Validity validity() const { return value_ ? Validity::valid : Validity::invalid; }
  constexpr int channel() const { return channel_; }
  constexpr SampleIndex at() const { return at_; }  // the last sample that went into it
  constexpr Marks reasons() const { return reasons_; }
  constexpr Trust trust() const { return trust_; }
  // Present only if valid.
  constexpr std::optional<double> value() const { return value_; }

  friend constexpr bool operator==(const Reading&, const Reading&) = default;

 private:
  constexpr Reading(int channel, SampleIndex at, Marks reasons, Trust trust)
      : channel_(channel), at_(at), reasons_(reasons), trust_(trust) {}

  int channel_;
  SampleIndex at_;
  Marks reasons_;
  Trust trust_;
  std::optional<double> value_{};
};

}  // namespace unguard
