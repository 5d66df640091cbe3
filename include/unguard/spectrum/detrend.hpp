// SPDX-License-Identifier: Apache-2.0
// What is taken off a stretch before its transform: nothing, its mean, or the straight line of least squares, as
// scipy.signal.detrend has them. Bendat & Piersol 2010, Random Data, ch. 10. Cost: some additions a sample.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace unguard {

enum class Detrend { none, constant, linear };
constexpr std::array<std::string_view, 3> names(const Detrend*) { return {"none", "constant", "linear"}; }

// In place. No allocation.
inline void detrend(std::span<double> x, Detrend what) noexcept {
  if (what == Detrend::none || x.empty()) return;
  const auto size = static_cast<double>(x.size());
  // Twice: the first sum rounds by what a large offset leaves of the digits.
  for (int pass = 0; pass < 2; ++pass) {
    double sum = 0;
    for (const double v : x) sum += v;
    for (double& v : x) v -= sum / size;
  }
  if (what == Detrend::constant) return;
  const double middle = (size - 1) / 2;
  double along = 0;
  for (std::size_t n = 0; n < x.size(); ++n) along += (static_cast<double>(n) - middle) * x[n];
  const double squares = size * (size * size - 1) / 12;
  const double slope = squares > 0 ? along / squares : 0;
  for (std::size_t n = 0; n < x.size(); ++n) x[n] -= slope * (static_cast<double>(n) - middle);
}

}  // namespace unguard
