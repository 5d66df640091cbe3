// SPDX-License-Identifier: Apache-2.0
// A value made by a calibrator from a stretch of signal, stored with how it was made and how sure it is, and given to
// specs. Processors never calibrate in secret.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// How the stretch was chosen.
enum class CalibrationSource { declared, quietest, learnt, holds };
constexpr std::array<std::string_view, 4> names(const CalibrationSource*) {
  return {"declared rest", "quietest windows (offline)", "learnt from the declared first stretch", "declared holds"};
}

// One number a channel with a 95 % interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

struct Calibration {
  std::string quantity{};  // what was measured, in words
  std::string unit = "uV";
  CalibrationSource source = CalibrationSource::declared;
  Seconds duration{};        // of signal that went into it
  std::int64_t samples = 0;  // as many
  std::string how{};         // band, detector, window: what the value is only valid for
  std::vector<Estimate> per_channel{};

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

inline std::string to_text(const Calibration& c) {
  std::string text = c.quantity + " from " + to_text(c.source) + ", " + to_text(c.duration) + " (" + c.how + "):";
  for (const auto& e : c.per_channel)
    text += " " + to_text(e.value) + " [" + to_text(e.low) + ", " + to_text(e.high) + "] " + c.unit;
  return text;
}

}  // namespace unguard
