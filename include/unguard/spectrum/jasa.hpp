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

#include "unguard/core/fields.hpp"
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

// Of slopes of the median frequency of 11 people with healthy backs, at L1 and L5, 45 s at 80 % of their strength,
// twice a day on three days: 95 % lie within 0.4 to 0.5 %/s of what the same back shows at another time (Elfving,
// Nemeth, Arvidsson & Lamontagne 1999, J. Electromyogr. Kinesiol. 9:235, doi:10.1016/S1050-6411(98)00049-2; read in its
// abstract). It belongs to that effort; another protocol has another. Below it a slope says that the muscle tires, and
// not whether it does so more than last time.
inline constexpr PercentPerSecond slope_change_limit{0.5};

// Joint analysis of spectrum and amplitude.
struct Jasa {
  SpectralIndex index = SpectralIndex::median_frequency;
  TrendLine line{};
  PercentPerSecond change_limit = slope_change_limit;

  friend bool operator==(const Jasa&, const Jasa&) = default;
};
constexpr SpecInfo info(const Jasa*) {
  return {"Jasa", "what spectrum and amplitude do together: fatigue, recovery or another load",
          "Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645"};
}
namespace jasa_detail {
inline constexpr Limits change_limits = between(0, 100);
inline constexpr std::string_view change_limit_meaning =
    "size of the normalised slope of MDF or MNF below which it is what one back shows on two days";
}  // namespace jasa_detail
constexpr auto fields(const Jasa*) {
  return field_list(
      field<&Jasa::index>("index", "what the spectrum is summed up by"),
      field<&Jasa::line>("line", "how the lines are laid, and how sure their intervals are"),
      field<&Jasa::change_limit>("change_limit", jasa_detail::change_limit_meaning, jasa_detail::change_limits));
}

struct Fatigue {
  Trend spectrum{};   // of the index, in its unit a second
  Trend amplitude{};  // of the RMS, in uV a second
  FatigueQuadrant quadrant = FatigueQuadrant::uncertain;
  // The spectrum's slope, or a change in it from one day to another, is within what the same back shows on two days.
  bool below_change_limit = false;

  friend bool operator==(const Fatigue&, const Fatigue&) = default;
};

namespace jasa_detail {

// -1, 0 or 1: where the slope's interval lies, seen from 0; 0, too, where the interval is too short to be believed.
inline int sign(const Trend& trend) noexcept {
  if (trend.nearly_random_walk) return 0;
  return trend.slope.low > 0 ? 1 : trend.slope.high < 0 ? -1 : 0;
}

inline FatigueQuadrant quadrant(const Trend& spectrum, const Trend& amplitude, SpectralIndex index) noexcept {
  const int up = index == SpectralIndex::dimitrov ? -sign(spectrum) : sign(spectrum), louder = sign(amplitude);
  if (up == 0 || louder == 0) return FatigueQuadrant::uncertain;
  if (louder > 0) return up < 0 ? FatigueQuadrant::fatigue : FatigueQuadrant::more_force;
  return up > 0 ? FatigueQuadrant::recovery : FatigueQuadrant::less_force;
}

inline Fatigue judged(const Trend& spectrum, const Trend& amplitude, SpectralIndex index,
                      PercentPerSecond change_limit) noexcept {
  Fatigue f{spectrum, amplitude, quadrant(spectrum, amplitude, index), false};
  // FInsm5 moves some six times as fast, so that the limit says nothing of it.
  f.below_change_limit = index != SpectralIndex::dimitrov && spectrum.normalised &&
                         std::fabs(spectrum.normalised->value) < change_limit.value;
  return f;
}

}  // namespace jasa_detail

// Of values a window: when (its middle, in seconds), what the spectrum was summed up to, and its RMS in uV. A window
// that lacks either, NaN, is left out of both.
inline Result<Fatigue> jasa(std::span<const double> seconds, std::span<const double> spectrum,
                            std::span<const double> amplitude, const Jasa& spec = {}) {
  if (auto fault = validate(spec)) return *fault;
  if (amplitude.size() != spectrum.size())
    return Fault{"Jasa", "amplitude", to_text(amplitude.size()) + " values",
                 "one for each of " + to_text(spectrum.size()) + " of the spectrum"};
  std::vector<double> both[2]{{spectrum.begin(), spectrum.end()}, {amplitude.begin(), amplitude.end()}};
  for (std::size_t i = 0; i < spectrum.size(); ++i)
    if (!std::isfinite(spectrum[i]) || !std::isfinite(amplitude[i]))
      both[0][i] = both[1][i] = std::numeric_limits<double>::quiet_NaN();
  auto of_spectrum = trend(seconds, both[0], spec.line);
  if (!of_spectrum) return of_spectrum.fault();
  auto of_amplitude = trend(seconds, both[1], spec.line);
  if (!of_amplitude) return of_amplitude.fault();
  return jasa_detail::judged(*of_spectrum, *of_amplitude, spec.index, spec.change_limit);
}

}  // namespace unguard
