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

template <class Low, class High, class Pass, class Stop>
double loudest_of_family() {
  double loudest = 0;
  for (int order = 1; order <= 12; ++order)
    for_each_band<Low, High, Pass, Stop>(
        order, [&](const auto& spec) { loudest = std::max(loudest, loudest_on_the_way(sections_of(spec))); });
  return loudest;
}

TEST(Prototype, NothingGrowsLoudOnTheWay) {
  const double one = loudest_of_family<Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop>();
  const double two = loudest_of_family<Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop>();
  const double bessel = loudest_of_family<BesselLowpass, BesselHighpass, BesselBandpass, BesselBandstop>();
  const double butterworth = loudest_of_family<Lowpass, Highpass, Bandpass, Bandstop>();
  std::printf("[ MEASURED ] loudest after any section: Chebyshev I %.3g, II %.3g, Bessel %.3g, Butterworth %.3g\n", one,
              two, bessel, butterworth);
  EXPECT_LT(one, 2);
  EXPECT_LT(two, 2);
  EXPECT_LT(bessel, 2);
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

}  // namespace
}  // namespace unguard
