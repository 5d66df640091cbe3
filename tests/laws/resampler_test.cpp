// SPDX-License-Identifier: Apache-2.0
// Station filter/, resamplers: one line a ratio.
#include "laws/resampler_laws.hpp"
#include "unguard/filter/resample.hpp"

namespace unguard::laws {
namespace {

const bool half = resampler("Resample2To1kHz", Resample{});
const bool to_three = resampler("Resample2To3kHz", Resample{.to = {3000}});
const bool to_2048 = resampler("Resample2To2.048kHz", Resample{.to = {2048}});
const bool doubled = resampler("ResampleBy2To1", ResampleBy{.up = 2, .down = 1});
const bool disc = resampler("ResampleBy160To147", ResampleBy{.up = 160, .down = 147});
// With fewer decibels the taps of one phase are late by some thousandths of a sample more than those of another.
const bool disc_back =
    resampler("ResampleBy147To160", ResampleBy{.up = 147, .down = 160, .attenuation = 150, .half_length = 30});
const bool same = resampler("ResampleByNothing", ResampleBy{.up = 3, .down = 3});
const bool short_taps =
    resampler("ResampleByGivenTaps", ResampleBy{.up = 2, .down = 3, .taps = {0.1, 0.2, 0.4, 0.2, 0.1}});
const bool tenth = resampler("DecimateBy10", Decimate{.factor = 10});
const bool third = resampler("DecimateBy3", Decimate{.factor = 3, .attenuation = 80, .half_length = 16});

}  // namespace
}  // namespace unguard::laws
