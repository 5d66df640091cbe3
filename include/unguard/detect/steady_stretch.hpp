// SPDX-License-Identifier: Apache-2.0
// Whether a stretch has one level to be calibrated by: how far peaks, which a heart leaves and EMG does not, raise it,
// and how far its thirds differ. A peak stands four deviations, by the MAD, above the median of the cube roots of the
// power in short windows, which are normal for Gaussian EMG: Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684.
// Cost: two medians a channel; allocates, for calibration only.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"
#include "unguard/detect/rest_noise.hpp"

namespace unguard::steady_detail {

// About as long as QRS behind a band-pass from 20 Hz.
inline constexpr Seconds peak_window{0.04};
inline constexpr double deviations_of_a_peak = 4;
// And at least 3.4 times the power: in what does not vary at all, rounding makes no peaks.
inline constexpr double least_of_a_peak = 1.5;
// Of honest thirds the strongest and the weakest seldom differ by more, and a wobble of the effort comes on top.
inline constexpr double deviations_of_a_trend = 2.5;

// One channel; NaN where it is marked or not finite.
inline std::vector<double> believed(ConstBlock block, int channel) {
  std::vector<double> x(static_cast<std::size_t>(block.frames));
  for (std::int64_t i = 0; i < block.frames; ++i) {
    const bool marked = block.marks && block.marks[i * block.channels + channel];
    const double v = block(i, channel);
    x[static_cast<std::size_t>(i)] = marked || !std::isfinite(v) ? std::nan("") : v;
  }
  return x;
}

// Mean square of what is believed; 0 of nothing.
inline double power_of(std::span<const double> x) {
  double sum = 0, count = 0;
  for (const double v : x)
    if (!std::isnan(v)) {
      sum += v * v;
      ++count;
    }
  return count > 0 ? sum / count : 0;
}

// By how much the RMS of a third of it is off by chance, as a share: from the scatter of short windows within each
// third, which knows of tails heavier than Gaussian ones; a chi-square does not.
inline double deviation_of_a_third(std::span<const double> x, Hertz rate) {
  const auto window = static_cast<std::size_t>(std::max<std::int64_t>(1, samples_in(peak_window, rate)));
  const std::size_t third = x.size() / 3;
  double squares = 0, count = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto part = x.subspan(k * third, third);
    const double mean = power_of(part);
    for (std::size_t first = 0; first + window <= third && mean > 0; first += window) {
      const double power = power_of(part.subspan(first, window));
      if (power == 0) continue;
      squares += (power / mean - 1) * (power / mean - 1);
      ++count;
    }
  }
  // A window or two a third tell nothing of it.
  return count < 9 ? 1 : 0.5 * std::sqrt(squares / (count - 3) / (count / 3));
}

// Makes NaN what lies within peaks, and tells how many there are.
inline int take_peaks_out(std::vector<double>& x, Hertz rate) {
  const auto window = static_cast<std::size_t>(std::max<std::int64_t>(1, samples_in(peak_window, rate)));
  const std::size_t hop = std::max<std::size_t>(1, window / 4);
  std::vector<std::pair<std::size_t, double>> windows;  // first sample, cube root of the power
  std::vector<double> roots;
  for (std::size_t first = 0; first + window <= x.size(); first += hop) {
    double sum = 0;
    for (std::size_t i = first; i < first + window; ++i) sum += x[i] * x[i];
    if (std::isnan(sum)) continue;
    roots.push_back(std::cbrt(sum / static_cast<double>(window)));
    windows.emplace_back(first, roots.back());
  }
  const auto usual = rest_detail::median_and_spread(roots);
  const double border = std::max(usual.median + deviations_of_a_peak * usual.spread, least_of_a_peak * usual.median);
  int peaks = 0;
  std::size_t end = 0;
  for (const auto& [first, root] : windows) {
    if (!(root > border)) continue;
    peaks += first > end || peaks == 0;
    end = first + window;
    std::fill(x.begin() + static_cast<std::ptrdiff_t>(first), x.begin() + static_cast<std::ptrdiff_t>(end),
              std::nan(""));
  }
  return peaks;
}

// The strongest and the weakest third.
struct Thirds {
  std::size_t weakest = 0, strongest = 0;
  std::array<double, 3> levels{};
  // As a share of the weakest.
  double difference() const { return levels[strongest] / levels[weakest] - 1; }
};
inline Thirds thirds_of(const std::array<double, 3>& levels) {
  Thirds t{0, 0, levels};
  for (std::size_t i = 1; i < 3; ++i) {
    if (levels[i] < levels[t.weakest]) t.weakest = i;
    if (levels[i] > levels[t.strongest]) t.strongest = i;
  }
  return t;
}
// How far thirds may differ, `allowed` on top of what chance explains; `deviation` is that of the level of one third,
// as a share of it.
inline double most_between_thirds(double allowed, double deviation) {
  return std::expm1(std::log1p(allowed) + deviations_of_a_trend * std::sqrt(2.0) * deviation);
}

// To three digits: more say nothing.
inline std::string three_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}
inline std::string found_peaks(double with, double without, int peaks) {
  return three_digits(with) + " uV, " + three_digits(without) + " uV without its " + std::to_string(peaks) +
         (peaks == 1 ? " peak" : " peaks");
}
inline std::string no_peaks(double most) {
  return "a level that peaks raise by a share of at most " + three_digits(most) +
         ": take the heart off first, or declare a stretch without bursts";
}
inline std::string found_thirds(const Thirds& t) {
  constexpr std::array<const char*, 3> names{"first", "middle", "last"};
  const auto [earlier, later] = std::minmax(t.weakest, t.strongest);
  return three_digits(t.levels[earlier]) + " uV in its " + names[earlier] + " third, " + three_digits(t.levels[later]) +
         " uV in its " + names[later];
}
inline std::string no_trend(double most) {
  return "one level: thirds that differ by a share of at most " + three_digits(most);
}

}  // namespace unguard::steady_detail
