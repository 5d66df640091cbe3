// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/reading.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace unguard {
namespace {

static_assert(Reading::valid(1, {5}, 2.5).value() == 2.5);
static_assert(!Reading::invalid(1, {5}, mark::lead_off).value());
static_assert(std::is_trivially_copyable_v<Reading>, "readings are copied in real time");
static_assert(!std::is_convertible_v<Reading, double>, "a number only by asking whether there is one");

// Truth: a consumer that ignores validity gets no number.
TEST(Reading, HasNoValueUnlessValid) {
  const Reading good = Reading::valid(2, {99}, 12.5), bad = Reading::invalid(2, {99}, mark::lead_off | mark::hum);
  EXPECT_EQ(good.validity(), Validity::valid);
  EXPECT_EQ(good.value(), 12.5);
  EXPECT_EQ(good.reasons(), mark::none);
  EXPECT_EQ(bad.validity(), Validity::invalid);
  EXPECT_EQ(bad.value(), std::nullopt);
  EXPECT_EQ(bad.reasons(), mark::lead_off | mark::hum);
  for (const Reading& r : {good, bad}) {
    EXPECT_EQ(r.channel(), 2);
    EXPECT_EQ(r.at(), SampleIndex{99});
  }
  EXPECT_FALSE(good == bad);
}

// Truth: NaN and infinity are no levels.
TEST(Reading, OfNoFiniteNumberIsInvalid) {
  for (const double v : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL}) {
    const Reading r = Reading::valid(0, {1}, v);
    EXPECT_EQ(r.value(), std::nullopt) << v;
    EXPECT_EQ(r.reasons(), mark::non_finite) << v;
  }
  EXPECT_EQ(Reading::valid(0, {1}, -std::numeric_limits<double>::max()).value(), -std::numeric_limits<double>::max());
}

}  // namespace
}  // namespace unguard
