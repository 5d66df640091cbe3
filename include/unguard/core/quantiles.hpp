// SPDX-License-Identifier: Apache-2.0
// What 95 % intervals are made of: Student's t for a mean of few values, and chi-square for a power.
// Student 1908, doi:10.1093/biomet/6.1.1; Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684.
// Cost: some thousand multiplications a quantile; for calibration, not for the real-time thread.
#pragma once

#include <cmath>
#include <numbers>

namespace unguard {

// The chance that |t| stays below a value, for a whole number of degrees of freedom, 1 and more: a finite sum.
inline double student_within(double t, int degrees) noexcept {
  const double angle = std::atan(t / std::sqrt(static_cast<double>(degrees)));
  const double c = std::cos(angle), s = std::sin(angle);
  const bool odd = degrees % 2 != 0;
  double term = odd ? c : 1, sum = degrees == 1 ? 0 : term;
  for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= c * c * static_cast<double>(k - 1) / static_cast<double>(k);
    sum += term;
  }
  return odd ? (angle + s * sum) * 2 / std::numbers::pi : s * sum;
}

// |t| stays below it with this chance, 0 to 1 - 1e-12. degrees >= 1.
inline double student_quantile(double chance, int degrees) noexcept {
  double low = 0, high = 1;
  while (student_within(high, degrees) < chance) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (student_within(middle, degrees) < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}
inline double student_95(int degrees) noexcept { return student_quantile(0.95, degrees); }

// The quantile of a chi-square, as a share of its mean, at z standard deviations of a normal number; to 0.2 % from 20
// degrees of freedom on, whole or not. 0 where the approximation falls below it.
inline double chi_square_share(double z, double degrees) noexcept {
  const double variance = 2 / (9 * degrees), root = 1 - variance + z * std::sqrt(variance);
  return root > 0 ? root * root * root : 0;
}

// Of a normal number: with a chance of 0.95 it stays within so many standard deviations.
inline constexpr double normal_95 = 1.959963984540054;

}  // namespace unguard
