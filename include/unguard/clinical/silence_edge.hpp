// SPDX-License-Identifier: Apache-2.0
// When a muscle that was active has fallen silent, or begins again: the instant, and the length of a smooth ramp before
// it, that make the powers most likely, each a chi-square around active level, ramp or silence (change point by maximum
// likelihood: Hinkley 1970, doi:10.1093/biomet/57.1.1; the ramp because muscles do not stop at once). What passes a
// threshold in between comes early by as much as the ramp is slow. Cost: 165 multiplications and 2 logarithms a tick.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

namespace unguard {

namespace silence_detail {
inline constexpr std::array<int, 6> ramps{5, 10, 20, 30, 40, 60};  // ticks of 10 ms
inline constexpr int longest_ramp = 60;
inline constexpr std::int64_t least_silent = 10;
}  // namespace silence_detail

// How many of the powers, which begin active and end silent, come before the silence; fewer than 0 where they cannot be
// told apart. `active` and `silent`: the two levels' powers. What is not above 0 is left out. `before`: room for one
// number more than there are powers.
inline std::int64_t silence_edge(std::span<const double> powers, double active, double silent,
                                 std::span<double> before) noexcept {
  using namespace silence_detail;
  const auto n = std::ssize(powers);
  if (!(silent > 0 && active > silent) || n < least_silent || std::ssize(before) < n + 1) return -1;
  const auto at = [&](std::int64_t i) { return powers[static_cast<std::size_t>(i)]; };
  // The log-likelihood of the first so many as active less that of them as silent.
  const double more = std::log(silent / active), less = 1 / silent - 1 / active;
  before[0] = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double gain = at(i) > 0 ? more + at(i) * less : 0;
    before[static_cast<std::size_t>(i + 1)] = before[static_cast<std::size_t>(i)] + gain;
  }
  double best = 0;
  std::int64_t edge = -1;
  for (const int length : ramps) {
    std::array<double, longest_ramp> more_at{}, less_at{};
    for (int j = 0; j < length; ++j) {
      // Amplitudes add in power; j ticks before the silence.
      const double rise = 0.5 * (1 - std::cos(std::numbers::pi * (j + 0.5) / length));
      const double power = silent + (active - silent) * rise * rise;
      more_at[static_cast<std::size_t>(j)] = std::log(silent / power);
      less_at[static_cast<std::size_t>(j)] = 1 / silent - 1 / power;
    }
    for (std::int64_t i = length; i <= n - least_silent; ++i) {
      double sum = before[static_cast<std::size_t>(i - length)];
      for (int j = 0; j < length; ++j) {
        const double p = at(i - 1 - j);
        if (p > 0) sum += more_at[static_cast<std::size_t>(j)] + p * less_at[static_cast<std::size_t>(j)];
      }
      if (sum > best) {
        best = sum;
        edge = i;
      }
    }
  }
  return edge;
}

}  // namespace unguard
