// SPDX-License-Identifier: Apache-2.0
// How far a measured level may be from the true one: a mean square of EMG scatters as a chi-square of nu = 2 B_s T
// degrees of freedom, B_s its statistical bandwidth (after the filters), T the window that is as smooth. Bendat &
// Piersol 2010, Random Data, ch. 8. Smooth weights other than a boxcar's are taken for the boxcar of their noise
// bandwidth: Welch 1947, doi:10.1093/biomet/34.1-2.28. Cost: at set-up a few thousand operations; then two products.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "unguard/core/calibration.hpp"
#include "unguard/core/chi_square.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"
#include "unguard/envelope/two_pole.hpp"

namespace unguard {

// Of Gaussian EMG. The mean of |x| knows its level less well than the root of the mean square: SNR 1.3236 sqrt(nu)
// instead of sqrt(2 nu), as if of 0.876 times as many values. Hogan & Mann 1980, doi:10.1109/TBME.1980.326652.
inline double degrees_of_freedom(Hertz statistical_bandwidth, Seconds window, Detection detection = Detection::power) {
  constexpr double of_rectified = 0.87596;  // (2 / pi) / (1 - 2 / pi) / 2
  return 2 * (statistical_bandwidth * window) * (detection == Detection::power ? 1 : of_rectified);
}

// What to multiply a level by for the ends of its interval.
struct LevelInterval {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();

  Estimate of(double level) const noexcept { return {level, level * low, level * high}; }
  friend bool operator==(const LevelInterval&, const LevelInterval&) = default;
};

// `confidence` in (0, 1): as often does the interval hold the true level.
inline Result<LevelInterval> level_interval(double degrees_of_freedom, double confidence = 0.95) {
  const auto refused = [](const char* name, double found, const char* expected) {
    return Fault{"LevelInterval", name, to_text(found), expected};
  };
  if (!(degrees_of_freedom >= 0.1 && degrees_of_freedom <= 1e9))
    return refused("degrees_of_freedom", degrees_of_freedom, "0.1 to 1e+09");
  if (!(confidence > 0 && confidence < 1)) return refused("confidence", confidence, "above 0 and below 1");
  const auto at = [&](double share) {
    return std::sqrt(degrees_of_freedom / chi_square_quantile(degrees_of_freedom, share));
  };
  return LevelInterval{at((1 + confidence) / 2), at((1 - confidence) / 2)};
}

}  // namespace unguard
