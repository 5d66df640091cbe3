// SPDX-License-Identifier: Apache-2.0
// What muscle does while it works: tires, recovers, or is loaded otherwise. Joint analysis of spectrum and amplitude
// (JASA: Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645): the signs of the slopes of both over time, each
// believed only where its interval does not hold 0. Cost: two trends (core/trend.hpp). Offline.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "unguard/core/trend.hpp"

namespace unguard {

// What the spectrum is summed up by: MDF and MNF fall with fatigue, Dimitrov's FInsm5 rises (Dimitrov et al. 2006,
// doi:10.1249/01.mss.0000233794.31659.6d).
enum class SpectralIndex { median_frequency, mean_frequency, dimitrov };
constexpr std::array<std::string_view, 3> names(const SpectralIndex*) { return {"MDF", "MNF", "FInsm5"}; }

// Amplitude up and frequencies down: fatigue; both up: more force; amplitude down and frequencies up: recovery; both
// down: less force. Uncertain where either slope may be 0.
enum class FatigueQuadrant { uncertain, fatigue, more_force, recovery, less_force };
constexpr std::array<std::string_view, 5> names(const FatigueQuadrant*) {
  return {"uncertain", "fatigue", "more force", "recovery", "less force"};
}

struct Fatigue {
  Trend spectrum{};   // of the index, in its unit a second
  Trend amplitude{};  // of the RMS, in uV a second
  FatigueQuadrant quadrant = FatigueQuadrant::uncertain;
  // The spectrum's slope, or a change in it from one day to another, is within what the same back shows on two days.
  bool below_change_limit = false;

  friend bool operator==(const Fatigue&, const Fatigue&) = default;
};

// In %/s: 95 % of slopes of the median frequency of 11 people at L1 and L5, 45 s at 80 % of their strength, were within
// 0.4 to 0.5 %/s of those of another day. Below it a slope says that the muscle tires, and not whether it does so more
// than last time.
inline constexpr double slope_change_limit = 0.5;

namespace fatigue_detail {

// -1, 0 or 1: where the interval lies, seen from 0.
inline int sign(const Estimate& slope) noexcept { return slope.low > 0 ? 1 : slope.high < 0 ? -1 : 0; }

inline FatigueQuadrant quadrant(const Estimate& spectrum, const Estimate& amplitude, SpectralIndex index) noexcept {
  const int up = index == SpectralIndex::dimitrov ? -sign(spectrum) : sign(spectrum), louder = sign(amplitude);
  if (up == 0 || louder == 0) return FatigueQuadrant::uncertain;
  if (louder > 0) return up < 0 ? FatigueQuadrant::fatigue : FatigueQuadrant::more_force;
  return up > 0 ? FatigueQuadrant::recovery : FatigueQuadrant::less_force;
}

inline Fatigue judged(const Trend& spectrum, const Trend& amplitude, SpectralIndex index) noexcept {
  Fatigue f{spectrum, amplitude, quadrant(spectrum.slope, amplitude.slope, index), false};
  // FInsm5 moves some six times as fast, so that the limit says nothing of it.
  f.below_change_limit = index != SpectralIndex::dimitrov && spectrum.normalised &&
                         std::fabs(spectrum.normalised->value) < slope_change_limit;
  return f;
}

}  // namespace fatigue_detail

// Of values a window: when (its middle, in seconds), what the spectrum was summed up to, and its RMS in uV. A window
// that lacks either, NaN, is left out of both.
inline Result<Fatigue> fatigue(std::span<const double> seconds, std::span<const double> spectrum,
                               std::span<const double> amplitude, SpectralIndex index, const TrendLine& line = {}) {
  if (amplitude.size() != spectrum.size())
    return Fault{"fatigue", "amplitude", to_text(amplitude.size()) + " values",
                 "one for each of " + to_text(spectrum.size()) + " of the spectrum"};
  std::vector<double> both[2]{{spectrum.begin(), spectrum.end()}, {amplitude.begin(), amplitude.end()}};
  for (std::size_t i = 0; i < spectrum.size(); ++i)
    if (!std::isfinite(spectrum[i]) || !std::isfinite(amplitude[i]))
      both[0][i] = both[1][i] = std::numeric_limits<double>::quiet_NaN();
  auto of_spectrum = trend(seconds, both[0], line);
  if (!of_spectrum) return of_spectrum.fault();
  auto of_amplitude = trend(seconds, both[1], line);
  if (!of_amplitude) return of_amplitude.fault();
  return fatigue_detail::judged(*of_spectrum, *of_amplitude, index);
}

}  // namespace unguard
