// SPDX-License-Identifier: Apache-2.0
// What a declared effort comes to in each channel, as it is stored in a plan and levels are normalised by it: the rest
// taken off in power, with its 95 % interval, the holds that went into it and how far they agree. Amplitude
// normalisation: Burden 2010, doi:10.1016/j.jelekin.2010.07.004. Cost: two roots a value. Latency: none.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"

namespace unguard {

// What a person was asked for: it is a different unit, %RVE or %MVC, and limits of the one do not hold for the other.
enum class Effort { submaximal, maximal };
constexpr std::array<std::string_view, 2> names(const Effort*) { return {"submaximal", "maximal"}; }
// Of a level normalised by such a reference.
constexpr std::string_view unit_of(Effort effort) { return effort == Effort::maximal ? "%MVC" : "%RVE"; }

struct ReferenceCalibration {
  Effort effort = Effort::submaximal;
  int holds = 0;                    // that went into it
  Calibration level{};              // no values: not calibrated
  Calibration rest{};               // RMS that is taken off in power; no values: nothing is
  std::vector<double> variation{};  // of the holds in each channel, their standard deviation over their mean; 0: one

  bool empty() const noexcept { return level.per_channel.empty(); }
  friend bool operator==(const ReferenceCalibration&, const ReferenceCalibration&) = default;
};
constexpr SpecInfo info(const ReferenceCalibration*) {
  return {"ReferenceCalibration", "level of a declared effort, rest taken off", "Burden 2010"};
}
constexpr auto fields(const ReferenceCalibration*) {
  using R = ReferenceCalibration;
  return field_list(
      field<&R::effort>("effort", "what was asked for"),
      field<&R::holds>("holds", "how many went into it", between(0, 1000)),
      field<&R::level>("level", "mean RMS of the holds, the rest taken off in power"),
      field<&R::rest>("rest", "RMS at rest that is taken off in power; none: nothing is"),
      field<&R::variation>("variation", "coefficient of variation between the holds of each channel", not_negative));
}

// A level in percent of the reference, the rest taken off both in power: 100 sqrt(A^2 - n^2) / sqrt(A_ref^2 - n^2); 0
// for a level below rest. `channel` is one of the reference's; NaN stays NaN. For the real-time thread.
inline double percent_of(const ReferenceCalibration& reference, int channel, double level) noexcept {
  const auto i = static_cast<std::size_t>(channel);
  const double rest = reference.rest.per_channel.empty() ? 0 : reference.rest.per_channel[i].value;
  const double left = (level - rest) * (level + rest);
  return 100 * std::sqrt(left < 0 ? 0 : left) / reference.level.per_channel[i].value;
}

}  // namespace unguard
