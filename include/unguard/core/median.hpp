// SPDX-License-Identifier: Apache-2.0
// The median of a range, which is reordered for it; for an even count the mean of the middle two.
#pragma once

#include <algorithm>

namespace unguard {

template <class Iterator>
double median(Iterator first, Iterator last) noexcept {
  const Iterator middle = first + (last - first) / 2;
  std::nth_element(first, middle, last);
  if ((last - first) % 2 != 0) return *middle;
  return 0.5 * *middle + 0.5 * *std::max_element(first, middle);
}

// Of the absolute values of standard normal noise: over it, a median of such values is a standard deviation.
inline constexpr double normal_median = 0.6745;

}  // namespace unguard
