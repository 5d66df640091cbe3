// SPDX-License-Identifier: Apache-2.0
// Three envelopes for the three things a level is for. All read the RMS in microvolts, so that their levels compare.
// Why these lengths: docs/envelope.md; a closed loop should lag no more than 100 to 125 ms in all, Farrell & Weir 2007,
// doi:10.1109/TNSRE.2007.891391.
#pragma once

#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"

namespace unguard::presets {

// What a person is to act on while it happens: 62 ms late.
inline constexpr TwoPole feedback{.window = {0.125}, .detection = Detection::power};
// A bar or a curve to look at: steadier by 1.4, 125 ms late.
inline constexpr TwoPole display{.window = {0.25}, .detection = Detection::power};
// A number to write down: every sample of half a second counts the same.
inline constexpr Rms measurement{.window = {0.5}};

}  // namespace unguard::presets
