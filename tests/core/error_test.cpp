// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/error.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace unguard {
namespace {

const Fault order{"Bandpass", "order", "99", "1 to 12"};

// Truth: the sentence of design section 3.
TEST(ConfigError, NamesParameterValueFoundAndWhatIsAllowed) {
  EXPECT_EQ(message(order), "order is 99: expected 1 to 12 (Bandpass.order)");
  const ConfigError error(order);
  EXPECT_STREQ(error.what(), "order is 99: expected 1 to 12 (Bandpass.order)");
  EXPECT_EQ(error.fault().parameter, "order");
  EXPECT_THROW(throw ConfigError(order), std::invalid_argument);
}

// Truth: what was put in.
TEST(Result, HoldsAValueOrTheReasonWhyThereIsNone) {
  Result<int> good = 3;
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(*good, 3);
  EXPECT_EQ(std::move(good).take(), 3);
  Result<int> bad = order;
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.fault().found, "99");
  EXPECT_THROW(std::move(bad).take(), ConfigError);
}

// Truth: a type that can only be moved.
TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  EXPECT_EQ(**result, 7);
  EXPECT_EQ(*std::move(result).take(), 7);
}

// Truth: the list of statuses; a new one without words would read as another's.
TEST(Status, EveryOneHasItsOwnWords) {
  std::set<std::string_view> all;
  for (int i = static_cast<int>(Status::ok); i <= static_cast<int>(Status::wrong_time); ++i) {
    const auto text = to_text(static_cast<Status>(i));
    EXPECT_NE(text, "unknown status") << i;
    EXPECT_TRUE(all.insert(text).second) << text;
  }
  EXPECT_EQ(all.size(), 9u);
  EXPECT_EQ(to_text(static_cast<Status>(9)), "unknown status");
}

}  // namespace
}  // namespace unguard
