// SPDX-License-Identifier: Apache-2.0
// What a sliding spectrum says of one channel at one time: its numbers are there only if they can be believed.
#pragma once

#include <cmath>
#include <optional>

#include "unguard/core/reading.hpp"

namespace unguard {

// All of one window.
struct SpectrumValues {
  Hertz mean{};                    // MNF
  Hertz median{};                  // MDF
  Microvolts rms{};                // root of the power in the band
  std::optional<double> finsm5{};  // Dimitrov's index, Hz^-6; none where the stream is too slow for its band
  double at_floor = 0;             // share of the band that noise subtraction left at 0

  friend constexpr bool operator==(const SpectrumValues&, const SpectrumValues&) = default;
};

class SpectrumReading {
 public:
  static SpectrumReading valid(int channel, SampleIndex at, const SpectrumValues& values, Marks reasons = mark::none) {
    SpectrumReading r(channel, at, reasons, reasons ? Trust::degraded : Trust::ok);
    r.values_ = values;
    return r;
  }
  // No values, and why.
  static SpectrumReading invalid(int channel, SampleIndex at, Marks reasons, Trust trust = Trust::invalid) {
    return SpectrumReading(channel, at, reasons, trust);
  }

  Validity validity() const { return values_ ? Validity::valid : Validity::invalid; }
  int channel() const { return channel_; }
  SampleIndex at() const { return at_; }  // the last sample that went into it
  Marks reasons() const { return reasons_; }
  Trust trust() const { return trust_; }  // WARMUP, OK, DEGRADED or INVALID
  // Present only if valid.
  const std::optional<SpectrumValues>& values() const { return values_; }

  friend bool operator==(const SpectrumReading&, const SpectrumReading&) = default;

 private:
  SpectrumReading(int channel, SampleIndex at, Marks reasons, Trust trust)
      : channel_(channel), at_(at), reasons_(reasons), trust_(trust) {}

  int channel_;
  SampleIndex at_;
  Marks reasons_;
  Trust trust_;
  std::optional<SpectrumValues> values_{};
};

}  // namespace unguard
