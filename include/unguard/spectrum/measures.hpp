// SPDX-License-Identifier: Apache-2.0
// What one number says of a power spectrum. A bin has its power spread evenly from half a step below its frequency to
// half a step above, within 0 Hz and half the rate; the edges of a band cut bins, and what is left of one counts at its
// own frequency, or at the band's edge where that lies outside. Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738;
// Dimitrov 2006, doi:10.1249/01.mss.0000233794.31659.6d. No value where there is no power. Cost: O(bins), no
// allocation.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "unguard/spectrum/power_spectrum.hpp"

namespace unguard {

// 0 Hz or more, to half the rate or less, and low < high.
struct FrequencyBand {
  Hertz low;
  Hertz high;

  friend bool operator==(const FrequencyBand&, const FrequencyBand&) = default;
};

namespace measures_detail {

// The part of a bin that lies in a band.
struct Part {
  double frequency, density, power, from, to;
};

template <class Use>
void for_each_part(const Density& density, FrequencyBand band, Use&& use) noexcept {
  const double step = density.step.value, end = density.end.value;
  for (std::size_t k = 0; k < density.values.size(); ++k) {
    const double middle = static_cast<double>(k) * step;
    const double left = std::max(0.0, middle - step / 2), right = std::min(end, middle + step / 2);
    const double from = std::max(left, band.low.value), to = std::min(right, band.high.value);
    if (!(from < to)) continue;
    const double share = to - from == right - left ? 1 : (to - from) / (right - left);
    use(Part{std::clamp(middle, band.low.value, band.high.value), density.values[k], density.values[k] * step * share,
             from, to});
  }
}

// x^k by multiplication: the same bits everywhere.
constexpr double power_of(double x, int k) {
  double product = 1;
  for (int i = 0; i < (k < 0 ? -k : k); ++i) product *= x;
  return k < 0 ? 1 / product : product;
}

inline std::optional<double> ratio(double above, double below) noexcept {
  if (!(below > 0)) return std::nullopt;
  const double value = above / below;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace measures_detail

// The whole of it.
constexpr FrequencyBand all_of(const Density& density) { return {{0}, density.end}; }

// The power in a band: uV^2.
inline double band_power(const Density& density, FrequencyBand band) noexcept {
  double sum = 0;
  measures_detail::for_each_part(density, band, [&](const auto& part) { sum += part.power; });
  return sum;
}

// The integral of f^order P: uV^2 Hz^order. For orders below 0 the band must not begin at 0 Hz.
inline double spectral_moment(const Density& density, FrequencyBand band, int order) noexcept {
  double sum = 0;
  measures_detail::for_each_part(
      density, band, [&](const auto& part) { sum += measures_detail::power_of(part.frequency, order) * part.power; });
  return sum;
}

// MNF: the power's mean frequency, in Hz.
inline std::optional<double> mean_frequency(const Density& density, FrequencyBand band) noexcept {
  return measures_detail::ratio(spectral_moment(density, band, 1), band_power(density, band));
}

// MDF: half of the power lies below, in Hz; within a bin by its share.
inline std::optional<double> median_frequency(const Density& density, FrequencyBand band) noexcept {
  const double half = band_power(density, band) / 2;
  if (!(half > 0 && std::isfinite(half))) return std::nullopt;
  double below = 0;
  std::optional<double> median;
  measures_detail::for_each_part(density, band, [&](const auto& part) {
    if (!median && below + part.power >= half)
      median = part.from + (part.to - part.from) * ((half - below) / part.power);
    below += part.power;
  });
  return median;
}

// The frequency of the bin with the largest density, in Hz; of equals the lowest.
inline std::optional<double> peak_frequency(const Density& density, FrequencyBand band) noexcept {
  double largest = 0;
  std::optional<double> at;
  measures_detail::for_each_part(density, band, [&](const auto& part) {
    if (part.density > largest) largest = part.density, at = part.frequency;
  });
  return at;
}

// How far the power lies from MNF: the root of its mean square distance, in Hz.
inline std::optional<double> spectral_bandwidth(const Density& density, FrequencyBand band) noexcept {
  const auto mean = mean_frequency(density, band);
  if (!mean) return std::nullopt;
  double sum = 0;
  measures_detail::for_each_part(density, band, [&](const auto& part) {
    sum += (part.frequency - *mean) * (part.frequency - *mean) * part.power;
  });
  const auto square = measures_detail::ratio(sum, band_power(density, band));
  return square ? std::optional(std::sqrt(*square)) : std::nullopt;
}

// B_s = (integral of P)^2 / integral of P^2, in Hz: a window of T seconds has 2 B_s T degrees of freedom. Of the
// density itself, not of an estimate: a periodogram's scatter halves it.
inline std::optional<double> statistical_bandwidth(const Density& density, FrequencyBand band) noexcept {
  double largest = 0, sum = 0, squares = 0;
  measures_detail::for_each_part(
      density, band, [&](const auto& part) { largest = std::max(largest, part.power / density.step.value); });
  if (!(largest > 0 && std::isfinite(largest))) return std::nullopt;
  measures_detail::for_each_part(density, band, [&](const auto& part) {
    const double power = part.power / largest;
    sum += power;
    squares += power * power / (part.to - part.from);
  });
  return measures_detail::ratio(sum * sum, squares);
}

// Dimitrov's index FInsm_k: the moment of order -1 over that of order k, in Hz^-(k + 1), near 1e-13 for k = 5. The band
// must not begin at 0 Hz.
inline constexpr FrequencyBand dimitrov_band{{8}, {500}};
inline std::optional<double> fatigue_index(const Density& density, FrequencyBand band, int k = 5) noexcept {
  return measures_detail::ratio(spectral_moment(density, band, -1), spectral_moment(density, band, k));
}

// The share of a band's width where there is nothing: what noise subtraction left at the floor.
inline double at_floor(const Density& density, FrequencyBand band) noexcept {
  double width = 0, floor = 0;
  measures_detail::for_each_part(density, band, [&](const auto& part) {
    width += part.to - part.from;
    if (!(part.power > 0)) floor += part.to - part.from;
  });
  return width > 0 ? floor / width : 0;
}

}  // namespace unguard
