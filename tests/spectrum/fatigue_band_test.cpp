// SPDX-License-Identifier: Apache-2.0
// Truth: corners that filters are designed for, and half power points in closed form.
#include "unguard/spectrum/fatigue_band.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "unguard/core/chain.hpp"
#include "unguard/denoise/trunk_band.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/fir.hpp"
#include "unguard/filter/fir_design.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/state_variable.hpp"

namespace unguard {
namespace {

template <class S>
std::optional<Hertz> corner_of(const S& filters, double rate = 2000) {
  return highpass_corner(filters, {rate}).take();
}

TEST(FatigueBand, HasTheCornerOfWhateverFiltersDo) {
  const auto at = [](std::optional<Hertz> corner, double expected) {
    return corner && std::fabs(corner->value - expected) < 1e-3 * expected;
  };
  EXPECT_TRUE(at(corner_of(Bandpass{}), 20));
  EXPECT_TRUE(at(corner_of(trunk_band()), 30));
  EXPECT_TRUE(at(corner_of(StateVariable{.mode = StateVariableMode::highpass, .cutoff = {45}}), 45));
  EXPECT_TRUE(at(corner_of(BesselHighpass{.cutoff = {45}, .norm = BesselNorm::magnitude}), 45));
  EXPECT_TRUE(at(corner_of(Chain{Bandpass{}, Highpass{.cutoff = {100}, .order = 8}, Rms{}}), 100));
  // Envelopes may run inside the filter before them; it is heard nevertheless.
  EXPECT_TRUE(at(corner_of(Chain{Highpass{.cutoff = {40}}, Rectify{}, Lowpass{.cutoff = {5}}}), 40));
  // 1 - z^-1 is 2 sin(pi f / rate): half of its largest power at a quarter of the rate.
  EXPECT_TRUE(at(corner_of(Fir{.taps = {1, -1}}), 500));
  EXPECT_TRUE(at(corner_of(Fir{.taps = {1, -1}}, 1000), 250));
  // Two at one corner take 6 dB there: together they reach higher. Of order 1: (1 + r^2)^2 = 2, r = 0.6436 of it.
  EXPECT_NEAR(corner_of(Chain{Highpass{.cutoff = {25}, .order = 1}, Highpass{.cutoff = {25}, .order = 1}}, 8000)->value,
              25 / 0.6436, 0.1);
  EXPECT_EQ(corner_of(Lowpass{.cutoff = {100}}), std::nullopt);
  EXPECT_EQ(corner_of(Bandstop{.low = {45}, .high = {55}}), std::nullopt);
  EXPECT_EQ(corner_of(Notch{}), std::nullopt);
  EXPECT_EQ(corner_of(Rms{}), std::nullopt);
  EXPECT_EQ(corner_of(RuntimeChain{{Notch{}, Highpass{.cutoff = {40}}}})->value > 39, true);
  EXPECT_EQ(highpass_corner(Highpass{.cutoff = {600}}, {1000}).fault().parameter, "cutoff");
}

TEST(FatigueBand, IsBiasedByACornerAtOrAbove30Hz) {
  EXPECT_FALSE(biases_fatigue(std::nullopt));
  EXPECT_FALSE(biases_fatigue(Hertz{29.9}));
  EXPECT_TRUE(biases_fatigue(Hertz{30}));
  for (const double rate : {500.0, 1000.0, 2000.0, 10000.0}) {
    EXPECT_FALSE(biases_fatigue(corner_of(Highpass{.cutoff = {29.5}}, rate))) << rate;
    EXPECT_TRUE(biases_fatigue(corner_of(Highpass{.cutoff = {30}}, rate))) << rate;
    EXPECT_TRUE(biases_fatigue(corner_of(FirHighpass{.cutoff = {100}}, rate))) << rate;
  }
}

TEST(FatigueBand, ReadsCornersThatAreToldInWords) {
  EXPECT_EQ(highpass_corner(to_text(Chain{Bandpass{}, Highpass{.cutoff = {1000}}})), Hertz{1000});
  EXPECT_EQ(highpass_corner(to_text(BesselBandpass{.low = {60}})), Hertz{60});
  EXPECT_EQ(highpass_corner("no filter"), std::nullopt);
}

// What `repr` gives.
TEST(FatigueBand, ReadsCornersThatPythonTells) {
  EXPECT_EQ(highpass_corner("Bandpass(low=30.0, high=450.0, order=4)"), Hertz{30});
  EXPECT_EQ(highpass_corner("Chain(Bandpass(low=20.0, high=450.0, order=4), BesselHighpass(cutoff=45.0))"), Hertz{45});
  EXPECT_EQ(highpass_corner("Lowpass(cutoff=100.0)"), std::nullopt);
}

// What headers of EDF files hold.
TEST(FatigueBand, ReadsCornersThatEdfTells) {
  EXPECT_EQ(highpass_corner("HP:0.5Hz LP:100Hz [enhanced cassette BW]"), Hertz{0.5});
  EXPECT_EQ(highpass_corner("LP: 450 Hz; HP:  30 Hz; Notch: 50"), Hertz{30});
  EXPECT_EQ(highpass_corner("LP:   NaN Hz; HP:   NaN Hz; Notch: NaN"), std::nullopt);
  EXPECT_EQ(highpass_corner("HP:30mHz"), std::nullopt);
  EXPECT_EQ(highpass_corner("HP:DC LP:100Hz"), std::nullopt);
  EXPECT_EQ(highpass_corner("HP:"), std::nullopt);
  EXPECT_EQ(highpass_corner("1,16"), std::nullopt);
}

}  // namespace
}  // namespace unguard
