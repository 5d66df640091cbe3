// SPDX-License-Identifier: Apache-2.0
// The spectrum of noise taken off a power spectrum, never below 0: muscle and amplifier do not know of each other, so
// their powers add. Boll 1979, doi:10.1109/TASSP.1979.1163209. What the floor held up biases the power up, the more of
// the band the more: at_floor() (measures.hpp) tells. Cost: one subtraction a bin.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "unguard/spectrum/measures.hpp"

namespace unguard {

// Of one length and one spacing, both in the same unit.
inline void subtract_noise(std::span<double> density, std::span<const double> noise) noexcept {
  for (std::size_t k = 0; k < density.size(); ++k) density[k] = density[k] > noise[k] ? density[k] - noise[k] : 0;
}

// In power: below the first, -3 dB, what is left without the noise is no spectrum of the EMG's; below the second, 10
// dB, MNF is not to be relied on (Sensors 2022, 22:6360).
inline constexpr double least_spectral_snr = 0.5, good_spectral_snr = 10;

// A power without that of the noise, over that of the noise; below 0 where there is less power than noise.
inline double snr(double power, double of_noise) noexcept {
  if (of_noise > 0) return (power - of_noise) / of_noise;
  return power > 0 ? std::numeric_limits<double>::infinity() : 0;
}
inline double snr(const Density& density, const Density& noise, FrequencyBand band) noexcept {
  return snr(band_power(density, band), band_power(noise, band));
}

}  // namespace unguard
