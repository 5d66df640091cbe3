// SPDX-License-Identifier: Apache-2.0
// How quiet a connected electrode can be by chance: the power below which that of a stretch falls
// once in 300,000 stretches, an alarm in some ten hours. Of EMG and skin 200 values a second are independent
// (statistical bandwidth of the trunk spectrum: Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738), and the sum of
// their squares is a chi-square: Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684. A tenth of the power lies outside
// the band.
#pragma once

#include <algorithm>
#include <cmath>

#include "unguard/core/format.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Of the mean power.
inline double quiet_share(Seconds stretch) noexcept {
  constexpr double independent = 200, deviations = 4.5, in_band = 0.89;
  const double spread = 2 / (9 * std::max(stretch.value * independent, 1e-3));
  const double root = std::max(0.0, 1 - spread - deviations * std::sqrt(spread));
  return in_band * root * root * root;
}

// uV^2; the converter's own noise comes on top of the electrode's, where it is known. 0 where no noise is the least:
// then nothing is too quiet.
inline double quiet_power(Microvolts least_noise, const Converter& converter, Seconds stretch) noexcept {
  if (!(least_noise.value > 0)) return 0;
  const double own = converter.noise.value_or(Microvolts{}).value;
  return quiet_share(stretch) * (least_noise.value * least_noise.value + own * own);
}

}  // namespace unguard
