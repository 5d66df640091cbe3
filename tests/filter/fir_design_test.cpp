// SPDX-License-Identifier: Apache-2.0
// Truth: what a design promises at its edges and in the middle of its band; the sentences. (SciPy's firwin and mpmath:
// the Python tests.)
#include "unguard/filter/fir_design.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <string>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr Hertz rate{2000};

template <class S>
double gain(const S& spec, double f) {
  return std::abs(response(*design_taps(spec, rate), {f}, rate));
}
template <class S>
std::string refusal(const S& spec, Hertz at = rate) {
  return why(try_start(spec, StreamFormat{.rate = at, .channels = Channels::unnamed(1)}));
}

TEST(FirDesign, PassesHalfTheAmplitudeAtItsEdges) {
  EXPECT_NEAR(gain(FirLowpass{}, 450), 0.5, 1e-3);
  EXPECT_NEAR(gain(FirHighpass{}, 20), 0.5, 1e-3);
  EXPECT_NEAR(gain(FirBandpass{}, 20), 0.5, 2e-3);
  EXPECT_NEAR(gain(FirBandpass{}, 450), 0.5, 2e-3);
  EXPECT_NEAR(gain(FirBandstop{}, 45), 0.5, 2e-3);
}

TEST(FirDesign, IsScaledToOneInTheMiddle) {
  EXPECT_NEAR(gain(FirLowpass{}, 0), 1, 1e-15);
  EXPECT_NEAR(gain(FirHighpass{}, 1000), 1, 1e-15);
  EXPECT_NEAR(gain(FirBandpass{}, 235), 1, 2e-14);
  EXPECT_NEAR(gain(FirBandstop{}, 0), 1, 2e-15);
}

TEST(FirDesign, TheDefaultBandpassStopsOffsetAndIsAWholeNumberOfSamplesLate) {
  // 60 dB by Kaiser's rule, which is for one edge: two add up, to 59.7 dB.
  EXPECT_LE(gain(FirBandpass{}, 0), 1.05e-3);
  EXPECT_LE(gain(FirBandpass{}, 0.1), 1.05e-3);
  const auto live = start(FirBandpass{}, StreamFormat{.rate = rate, .channels = Channels::unnamed(1)});
  EXPECT_EQ(live.latency().samples(), 182);
}

TEST(FirDesign, RefusesByName) {
  EXPECT_EQ(refusal(FirLowpass{.cutoff = 1000_Hz}),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (FirLowpass.cutoff)");
  EXPECT_EQ(refusal(FirBandpass{.low = 450_Hz, .high = 20_Hz}),
            "low is 450 Hz: expected below high, 20 Hz (FirBandpass.low)");
  EXPECT_EQ(refusal(FirLowpass{.length = 11, .transition = 5_Hz}),
            "transition is 5 Hz: expected length or transition, not both (FirLowpass.transition)");
  EXPECT_EQ(refusal(FirHighpass{.length = 10}),
            "length is 10: expected an odd number: an even one has no gain at half the sampling rate "
            "(FirHighpass.length)");
  EXPECT_EQ(refusal(FirBandstop{.length = 2, .window = Window::hann}).substr(0, 33),
            "length is 2: expected an odd numb");
  EXPECT_EQ(refusal(FirLowpass{.length = 2, .window = Window::hann}),
            "length is 2: expected one whose taps under this window have a gain to scale (FirLowpass.length)");
  EXPECT_EQ(refusal(FirLowpass{.length = 5, .window = Window::hann, .beta = 3}),
            "beta is 3: expected no beta without the Kaiser window (FirLowpass.beta)");
  EXPECT_EQ(refusal(FirLowpass{.window = Window::hann}),
            "window is hann: expected \"kaiser\" where no length is given: only its length has a rule "
            "(FirLowpass.window)");
  EXPECT_EQ(refusal(FirHighpass{.cutoff = {0.1}}),
            "transition is 0.1 Hz: expected one that takes at most 32768 taps; this takes 72509 "
            "(FirHighpass.transition)");
}

}  // namespace
}  // namespace unguard
