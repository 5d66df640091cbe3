// SPDX-License-Identifier: Apache-2.0
// How sections follow each other: no signal on the way is much louder than what comes in, and an offset is gone at
// once. Truth: the gain after each section, over frequency.
#include "unguard/filter/prototype.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"
#include "refusal.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/chebyshev2.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

using namespace literals;

double loudest_on_the_way(const Sections& sections) {
  double loudest = 0;
  Sections so_far;
  for (const Section& s : sections) {
    so_far.push_back(s);
    for (double f = 0.5; f < 999; f *= 1.004) loudest = std::max(loudest, gain(so_far, {f}));
  }
  return loudest;
}

// Of the band-stops apart: the pair by one edge is loud on its own side of the stop band until its partner comes.
struct Loudest {
  double stop = 0;
  double others = 0;
};
template <class Low, class High, class Pass, class Stop>
Loudest loudest_of(const char* family) {
  Loudest loudest;
  for (int order = 1; order <= 12; ++order)
    for_each_band<Low, High, Pass, Stop>(order, [&](const auto& spec) {
      double& so_far = std::is_same_v<decltype(spec), const Stop&> ? loudest.stop : loudest.others;
      so_far = std::max(so_far, loudest_on_the_way(sections_of(spec)));
    });
  std::printf("[ MEASURED ] %s: loudest after any section %.3g, of a band-stop %.3g\n", family, loudest.others,
              loudest.stop);
  return loudest;
}

TEST(Prototype, NothingGrowsLoudOnTheWay) {
  for (const Loudest& loudest :
       {loudest_of<Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop>("Chebyshev I"),
        loudest_of<Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop>("Chebyshev II"),
        loudest_of<BesselLowpass, BesselHighpass, BesselBandpass, BesselBandstop>("Bessel")}) {
    EXPECT_LT(loudest.others, 2);
    EXPECT_LT(loudest.stop, 30);
  }
  // Its order of a band-pass is kept as it was.
  const Loudest butterworth = loudest_of<Lowpass, Highpass, Bandpass, Bandstop>("Butterworth");
  EXPECT_LT(butterworth.others, 20);
  EXPECT_LT(butterworth.stop, 30);
}

TEST(Prototype, AnOffsetIsGoneAfterTheFirstSection) {
  const auto left = [](const auto& spec) { return gain({sections_of(spec).front()}, {0}); };
  for (int order = 1; order <= 12; ++order) {
    EXPECT_LT(left(Chebyshev1Highpass{.order = order}), 1e-9) << order;
    EXPECT_LT(left(Chebyshev1Bandpass{.order = order}), 1e-9) << order;
    EXPECT_LT(left(BesselHighpass{.order = order}), 1e-9) << order;
    EXPECT_LT(left(BesselBandpass{.order = order}), 1e-9) << order;
    if (order % 2 == 0) continue;
    EXPECT_LT(left(Chebyshev2Highpass{.order = order}), 1e-9) << order;
    EXPECT_LT(left(Chebyshev2Bandpass{.order = order}), 1e-9) << order;
  }
}

// Truth: the sentences.
TEST(Prototype, RefusesEdgesThatCannotBe) {
  const auto refusal = [](const auto& spec) { return why(design(spec, test_rate)); };
  EXPECT_EQ(refusal(Chebyshev1Lowpass{.cutoff = 1000_Hz}),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (Chebyshev1Lowpass.cutoff)");
  EXPECT_EQ(refusal(Chebyshev2Highpass{.cutoff = 2000_Hz}),
            "cutoff is 2000 Hz: expected below half the sampling rate, 1000 Hz (Chebyshev2Highpass.cutoff)");
  EXPECT_EQ(refusal(BesselBandpass{.high = 1000_Hz}),
            "high is 1000 Hz: expected below half the sampling rate, 1000 Hz (BesselBandpass.high)");
  EXPECT_EQ(refusal(BesselBandstop{.low = 60_Hz}), "low is 60 Hz: expected below high, 55 Hz (BesselBandstop.low)");
}

// So narrow a band so far down that no double lies between its poles and 1.
TEST(Prototype, RefusesWhatDoublePrecisionCannotPlace) {
  const auto made = design(Chebyshev1Bandpass{.low = {1e-7}, .high = {1.1e-7}, .order = 12}, test_rate);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.fault().parameter, "low");
  EXPECT_NE(made.fault().expected.find("double precision can place"), std::string::npos) << message(made.fault());
}

// Rounded to double, the poles of these are where they would give another edge, though the gain far from it is right.
TEST(Prototype, RefusesAnEdgeThatRoundingMoves) {
  for (const int order : {2, 4, 8}) {
    const auto made = design(Highpass{.cutoff = {1e-6}, .order = order}, test_rate);
    ASSERT_FALSE(made.has_value()) << order;
    EXPECT_EQ(made.fault().parameter, "cutoff");
    EXPECT_NE(made.fault().expected.find("came out with gain"), std::string::npos) << message(made.fault());
    EXPECT_TRUE(design(Highpass{.cutoff = {1e-3}, .order = order}, test_rate).has_value()) << order;
  }
  EXPECT_FALSE(design(Notch{.frequency = 50_Hz, .width = Hertz{1e-11}}, test_rate).has_value());
  EXPECT_TRUE(design(Notch{.frequency = 50_Hz, .width = Hertz{1e-6}}, test_rate).has_value());
}

}  // namespace
}  // namespace unguard
