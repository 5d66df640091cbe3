// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/units.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace unguard {
namespace {

using namespace literals;

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
static_assert(Addable<Hertz, Hertz> && !Addable<Hertz, Seconds> && !Addable<Seconds, double>);
static_assert(!Addable<Decibels, double> && !std::is_convertible_v<double, Decibels>);
static_assert(!std::is_convertible_v<double, Seconds> && !std::is_convertible_v<Hertz, Seconds>);
static_assert(!Addable<SampleIndex, SampleIndex> && Addable<SampleIndex, std::int64_t>);
static_assert(std::is_same_v<decltype(SampleIndex{} - SampleIndex{}), std::int64_t>);
static_assert(125_ms == Seconds{0.125} && 2_kHz == 2000_Hz && 0.3_mV == Microvolts{300} && 90_deg == Degrees{90});

// Truth: the decimal the literal was written with.
TEST(Units, LiteralsAreTheNearestDouble) {
  EXPECT_EQ(20.5_Hz, Hertz{20.5});
  EXPECT_EQ(0.5_kHz, Hertz{500});
  EXPECT_EQ(1.5_s, Seconds{1.5});
  EXPECT_EQ(3_s, Seconds{3});
  EXPECT_EQ(1_ms, Seconds{0.001});
  EXPECT_EQ(0.1_ms, Seconds{0.0001});
  EXPECT_EQ(2.5_uV, Microvolts{2.5});
  EXPECT_EQ(7_uV, Microvolts{7});
  EXPECT_EQ(300_mV, Microvolts{300000});
  EXPECT_EQ(1.25_deg, Degrees{1.25});
  EXPECT_EQ(0.5_dB, Decibels{0.5});
  EXPECT_EQ(40_dB, Decibels{40});
}

// Truth: arithmetic of the values; the unit goes along.
TEST(Units, AddScaleCompareAndDivide) {
  EXPECT_EQ(2_s + 500_ms, 2.5_s);
  EXPECT_EQ(2_s - 500_ms, 1.5_s);
  EXPECT_EQ(-(3_uV), Microvolts{-3});
  EXPECT_EQ(2 * 10_Hz, 10_Hz * 2);
  EXPECT_EQ(10_Hz / 4, 2.5_Hz);
  EXPECT_EQ(100_Hz / 8_Hz, 12.5);
  EXPECT_EQ(2_s * 100_Hz, 200.0);
  EXPECT_EQ(100_Hz * 2_s, 200.0);
  EXPECT_LT(1_ms, 1_s);
  const Hertz nan{std::numeric_limits<double>::quiet_NaN()};
  EXPECT_FALSE(nan < 1_Hz || nan > 1_Hz || nan == nan);
}

// Truth: integer arithmetic.
TEST(Units, SampleIndexCountsIn64Bits) {
  const SampleIndex late{(std::int64_t{1} << 53) + 1};
  EXPECT_EQ((late + 1) - late, 1);
  EXPECT_EQ((late - 2).value, (std::int64_t{1} << 53) - 1);
  EXPECT_LT(late, late + 1);
  EXPECT_EQ(seconds_at({3000}, 2000_Hz), 1.5_s);
}

// Truth: the rule: the nearest whole number, a half rounds up.
TEST(Units, DurationsRoundToTheNearestSampleAndHalvesUp) {
  EXPECT_EQ(samples_in(125_ms, 2000_Hz), 250);
  EXPECT_EQ(samples_in(0_s, 2000_Hz), 0);
  EXPECT_EQ(samples_in({0.25}, 2_Hz), 1);   // 0.5
  EXPECT_EQ(samples_in({0.75}, 2_Hz), 2);   // 1.5
  EXPECT_EQ(samples_in({1.25}, 2_Hz), 3);   // 2.5
  EXPECT_EQ(samples_in({-0.25}, 2_Hz), 0);  // -0.5
  EXPECT_EQ(samples_in({-0.75}, 2_Hz), -1);
  EXPECT_EQ(samples_in({-0.8}, 1_Hz), -1);
  EXPECT_EQ(samples_in({10.2}, 1_Hz), 10);
}

// Truth: the neighbours of a half, and whole numbers beyond 2^52, where x + 0.5 is no double.
TEST(Units, RoundsExactlyWhereAddingAHalfDoesNot) {
  EXPECT_EQ(samples_in({std::nextafter(0.5, 0)}, 1_Hz), 0);
  EXPECT_EQ(samples_in({std::nextafter(-0.5, -1)}, 1_Hz), -1);
  EXPECT_EQ(samples_in({0x1p52 + 1}, 1_Hz), (std::int64_t{1} << 52) + 1);
  EXPECT_EQ(samples_in({0x1p53 - 1}, 1_Hz), (std::int64_t{1} << 53) - 1);
}

// Truth: the widest counter there is; conversion beyond it would be undefined.
TEST(Units, DurationsBeyondAnyCounterSaturate) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(samples_in({1e300}, 1_Hz), most);
  EXPECT_EQ(samples_in({1e300}, {1e300}), most);
  EXPECT_EQ(samples_in({-1e300}, 1_Hz), least);
  EXPECT_EQ(samples_in({-std::numeric_limits<double>::infinity()}, 1_Hz), least);
  EXPECT_EQ(samples_in({0x1p63}, 1_Hz), most);
  EXPECT_EQ(samples_in({-0x1p63}, 1_Hz), least);
  EXPECT_EQ(samples_in({std::numeric_limits<double>::quiet_NaN()}, 1_Hz), 0);
}

}  // namespace
}  // namespace unguard
