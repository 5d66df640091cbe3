// SPDX-License-Identifier: Apache-2.0
// Intraclass correlation of two raters, one of whom is the truth: ICC(2,1), absolute agreement, single rater. Shrout &
// Fleiss 1979, doi:10.1037/0033-2909.86.2.420; McGraw & Wong 1996. A bias counts against it. Cost: two passes.
#pragma once

#include <cstddef>
#include <vector>

namespace unguard::scoring {

inline double icc(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double mean_a = 0, mean_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  const double mean = (mean_a + mean_b) / 2;
  double rows = 0, errors = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double row = (a[i] + b[i]) / 2, off = a[i] - row - (mean_a - mean);
    rows += 2 * (row - mean) * (row - mean);
    errors += 2 * off * off;
  }
  rows /= n - 1;
  errors /= n - 1;
  const double raters = n * ((mean_a - mean) * (mean_a - mean) + (mean_b - mean) * (mean_b - mean));
  return (rows - errors) / (rows + errors + 2 * (raters - errors) / n);
}

}  // namespace unguard::scoring
