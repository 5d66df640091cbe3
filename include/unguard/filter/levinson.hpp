// SPDX-License-Identifier: Apache-2.0
// The best linear prediction of a process from as much of its past as there are coefficients, by Levinson's recursion
// on the Yule-Walker equations. Levinson 1946, doi:10.1002/sapm1946251261; Durbin 1960, doi:10.2307/1401322.
// Cost: O(p^2); no allocation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

namespace unguard {

// `correlation`: at lags 0, 1, ... p; `a`: becomes a1, ... ap as Whitening takes them; `before`: room for as many. What
// comes back is the mean square of the prediction error, in the unit of the correlation; nothing where no process has
// that correlation, where it has no power, or where nothing is left to predict.
inline std::optional<double> levinson(std::span<const double> correlation, std::span<double> a,
                                      std::span<double> before) noexcept {
  double error = correlation[0];
  if (!(error > 0)) return std::nullopt;
  for (std::size_t m = 0; m < a.size(); ++m) {
    double sum = correlation[m + 1];
    for (std::size_t i = 0; i < m; ++i) sum += a[i] * correlation[m - i];
    const double k = -sum / error;
    std::copy_n(a.begin(), m, before.begin());
    for (std::size_t i = 0; i < m; ++i) a[i] = before[i] + k * before[m - 1 - i];
    a[m] = k;
    error *= (1 - k) * (1 + k);
    // What rounding alone would leave.
    if (!(error > 1e-12 * correlation[0])) return std::nullopt;
  }
  return error;
}

}  // namespace unguard
