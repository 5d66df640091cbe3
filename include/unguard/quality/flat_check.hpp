// SPDX-License-Identifier: Apache-2.0
// A channel on which nothing moves: for so long, within so little, as a connected electrode's noise would stay there
// less than once in ten hours. How long and how little follows from the least noise, the converter's step and the
// bandwidth: a Gaussian stays within a width W in each of its 2 B T independent values with erf(W / (2 sqrt 2 sigma));
// the waiting time for a run: Feller 1968, ch. XIII.7. Cost: four comparisons a sample. Latency: detection bound.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// What is called flat.
struct FlatBound {
  Microvolts width{};     // from the lowest to the highest value, at most
  Seconds run{};          // for so long
  Seconds after{};        // and found within this, the detection bound
  bool as_asked = false;  // false where the converter is too coarse for the time wished for
};

namespace flat_detail {

// Of paraspinal EMG in 20 to 450 Hz: half of the independent values a second (statistical bandwidth of the trunk
// spectrum, Stulen & De Luca 1981).
inline constexpr Hertz bandwidth{100};
// False alarms an hour and channel, at most, on the least noise there is.
inline constexpr double alarms_per_hour = 0.1;

inline constexpr Seconds longest{1};

// Time that noise of this RMS stays within a width less often than that.
inline Seconds time_for(double width, double noise, Hertz rate) {
  const double each = std::erf(width / (2 * std::numbers::sqrt2 * noise));
  const double values = std::min(2 * bandwidth.value, rate.value);  // independent ones, a second
  return {std::log(3600 * values * (1 - each) / alarms_per_hour) / (-std::log(each) * values)};
}

}  // namespace flat_detail

// The widest range that still needs no longer than nine tenths of `wished`, for the first samples of a flat stretch may
// lie too far from the last ones before it; the narrowest there is, and the time it needs, where none does. An unknown
// step widens nothing: then a change of less than a code is not known to be one. No longer than a second in any case:
// where a converter is so coarse that rest stays on one code, rest and a lost contact look the same, and neither is
// believed.
inline FlatBound flat_bound(Microvolts least_noise, Seconds wished, std::optional<Microvolts> step, Hertz rate) {
  constexpr double begun = 0.9;
  double low = 1e-6 * least_noise.value, high = 10 * least_noise.value;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (flat_detail::time_for(middle, least_noise.value, rate) <= wished * begun ? low : high) = middle;
  }
  if (!step) return {{low}, wished * begun, wished, true};
  // A code stands for values up to half a step to either side.
  const double codes = std::floor(low / step->value) - 1;
  if (codes >= 0) return {{codes * step->value}, wished * begun, wished, true};
  const Seconds after = std::max(
      wished, std::min(flat_detail::longest, flat_detail::time_for(step->value, least_noise.value, rate) / begun));
  return {{0}, after * begun, after, false};
}

// The same for values that do not change at all: a code is as wide as the step, and the narrower the range the sooner
// it is unusual. Unknown steps: as if one were a hundredth of the least noise.
inline FlatBound constant_bound(Microvolts least_noise, std::optional<Microvolts> step, Hertz rate) {
  constexpr double least_step = 0.01;
  const double width = step ? step->value : least_step * least_noise.value;
  const Seconds run =
      std::clamp(flat_detail::time_for(width, least_noise.value, rate), Seconds{0.02}, flat_detail::longest);
  return {{0}, run, run, true};
}

class FlatCheck {
 public:
  FlatCheck(int channels, const FlatBound& bound, Hertz rate)
      // And what arithmetic on codes leaves.
      : width_(bound.width.value * (1 + 1e-9) + 1e-9),
        after_(samples_in(bound.run, rate)),
        low_(static_cast<std::size_t>(channels)),
        high_(static_cast<std::size_t>(channels)),
        run_(static_cast<std::size_t>(channels)) {}

  // The samples that have stayed within the width, this one included, are as many as make a channel flat.
  bool take(int channel, double x) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const double low = std::min(low_[c], x), high = std::max(high_[c], x);
    if (run_[c] == 0 || !(high - low <= width_)) {
      low_[c] = high_[c] = x;
      run_[c] = 1;
    } else {
      low_[c] = low;
      high_[c] = high;
      ++run_[c];
    }
    return run_[c] >= after_;
  }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept { run_[static_cast<std::size_t>(channel)] = 0; }
  void reset() noexcept { std::fill(run_.begin(), run_.end(), 0); }

  template <class Archive>
  void state(Archive& archive) {
    archive(low_);
    archive(high_);
    archive(run_);
  }

 private:
  double width_;
  std::int64_t after_;
  std::vector<double> low_, high_;
  std::vector<std::int64_t> run_;
};

}  // namespace unguard
