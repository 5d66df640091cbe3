// SPDX-License-Identifier: Apache-2.0
// The spectrum of noise taken off a power spectrum, never below 0: muscle and amplifier do not know of each other, so
// their powers add. Boll 1979, doi:10.1109/TASSP.1979.1163209. What the floor held up biases the power up, the more of
// the band the more: share_at_floor() (measures.hpp) tells. Cost: one subtraction a bin.
#pragma once

#include <cstddef>
#include <span>

namespace unguard {

// Of one length and one spacing, both in the same unit.
inline void subtract_noise(std::span<double> density, std::span<const double> noise) noexcept {
  for (std::size_t k = 0; k < density.size(); ++k) density[k] = density[k] > noise[k] ? density[k] - noise[k] : 0;
}

}  // namespace unguard
