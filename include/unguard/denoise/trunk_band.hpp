// SPDX-License-Identifier: Apache-2.0
// The band of trunk EMG with a heart in it: a Butterworth high-pass of order 4 at 30 Hz in place of 20, of 23 ways to
// take the heart out the best balance of ease and effect: Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003,
// over whole records; causal here. Cost: a Bandpass. Of trunk EMG it loses a sixth of the power between 20 and 450 Hz,
// and readings of 250 ms are still off by 5, 26 and 133 % at +10, 0 and -10 dB EMG:ECG. Latency: group delay.
#pragma once

#include "unguard/filter/butterworth.hpp"

namespace unguard {

// For ratios of levels from the same band only: what it takes off depends on the muscle's spectrum, and fatigue moves
// that. Needs a rate above 900 Hz.
constexpr Bandpass trunk_band() { return {.low = {30}, .high = {450}, .order = 4}; }

}  // namespace unguard
