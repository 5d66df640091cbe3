// SPDX-License-Identifier: Apache-2.0
// How many independent values a stretch of EMG is worth: nu = 2 B_s T, where B_s = (int P df)^2 / int P^2 df is its
// statistical bandwidth. A mean square scatters as a chi-square of nu, an RMS by 1 / sqrt(2 nu) of itself. Hogan & Mann
// 1980, doi:10.1109/TBME.1980.326652. The spectrum is that of the stretch itself. Cost: one transform; allocates.
#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/fast_length.hpp"
#include "unguard/core/real_fft.hpp"

namespace unguard {

// Of a stretch whose samples that do not count are 0; `counted` are the others. At most `counted`, and 0 of a stretch
// without power. A raw periodogram is twice its square too large in the mean, which is taken into account.
inline double degrees_of_freedom(std::span<const double> stretch, std::int64_t counted) {
  const int length = fast_length(static_cast<int>(std::max<std::size_t>(stretch.size(), 2)));
  std::vector<double> padded(static_cast<std::size_t>(length));
  std::copy(stretch.begin(), stretch.end(), padded.begin());
  RealFft fft(length);
  std::vector<std::complex<double>> bins(static_cast<std::size_t>(fft.bins()));
  fft.forward(padded.data(), bins.data());
  double sum = 0, squares = 0;
  for (int k = 0; k < fft.bins(); ++k) {
    const double p = std::norm(bins[static_cast<std::size_t>(k)]);
    const double sides = k == 0 || 2 * k == length ? 1 : 2;
    sum += sides * p;
    squares += sides * p * p;
  }
  if (!(sum > 0)) return 0;
  const auto n = static_cast<double>(counted);
  return std::min(n, 2 * n * sum / squares * sum / static_cast<double>(length));
}

}  // namespace unguard
