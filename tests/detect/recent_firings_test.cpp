// SPDX-License-Identifier: Apache-2.0
// Truth: the definition: a memory that fades by a factor e, solved for when it passes a threshold.
#include "unguard/detect/recent_firings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace unguard {
namespace {

constexpr FiringRule rule{.forget = 1000};

TEST(RecentFirings, NoneAreHardlyAnyWheneverItIsAsked) {
  const RecentFirings none;
  for (const std::int64_t at : {std::int64_t{0}, std::int64_t{5}, std::int64_t{1} << 60}) {
    EXPECT_TRUE(none.hardly_any(rule, at));
    EXPECT_FALSE(none.again(rule, at));
  }
}

// Truth: one is half forgotten after 1000 ln 2 = 693.1 samples.
TEST(RecentFirings, OneIsNoneAgainOnceItIsHalfForgotten) {
  RecentFirings firings;
  firings.fired(rule, 5000);
  EXPECT_FALSE(firings.again(rule, 5000));
  EXPECT_FALSE(firings.hardly_any(rule, 5693));
  EXPECT_TRUE(firings.hardly_any(rule, 5694));
  firings.reset();
  EXPECT_TRUE(firings.hardly_any(rule, 5000));
}

// Truth: two that are d apart are 1 + exp(-d / 1000), above 1.5 for d up to 693; 100 apart they are so until 238 later.
TEST(RecentFirings, TwoWithinAWhileAreAgainAndAgain) {
  for (const std::int64_t apart : {693, 694}) {
    RecentFirings firings;
    firings.fired(rule, 0);
    firings.fired(rule, apart);
    EXPECT_EQ(firings.again(rule, apart), apart == 693);
  }
  RecentFirings firings;
  firings.fired(rule, 0);
  firings.fired(rule, 100);
  EXPECT_TRUE(firings.again(rule, 338));
  EXPECT_FALSE(firings.again(rule, 339));
}

TEST(RecentFirings, AStateThatCannotBeIsKnown) {
  EXPECT_TRUE(RecentFirings{}.is_from_here());
  const auto loaded = [](double remembered, std::int64_t last) {
    struct {
      double remembered;
      std::int64_t last;
      void operator()(double& v) const { v = remembered; }
      void operator()(std::int64_t& v) const { v = last; }
    } archive{remembered, last};
    RecentFirings firings;
    firings.state(archive);
    return firings.is_from_here();
  };
  EXPECT_TRUE(loaded(1.5, 100));
  EXPECT_FALSE(loaded(std::nan(""), 100));
  EXPECT_FALSE(loaded(-1, 100));
  EXPECT_FALSE(loaded(1e6, 100));
  EXPECT_FALSE(loaded(1, std::numeric_limits<std::int64_t>::min()));
  EXPECT_FALSE(loaded(1, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace
}  // namespace unguard
