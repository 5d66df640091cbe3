// SPDX-License-Identifier: Apache-2.0
// Truth: a list that is grown in front.
#include "unguard/detect/newest_first.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unguard/core/state.hpp"

namespace unguard {
namespace {

TEST(NewestFirst, IsTheLastValuesNewestFirstAsOnePiece) {
  // Truth: a list that is grown in front, of every length up to seven.
  for (std::size_t length = 0; length < 8; ++length) {
    NewestFirst last(length);
    const std::size_t n = std::max<std::size_t>(1, length);
    EXPECT_EQ(last.length(), n);
    std::vector<double> list(n);
    for (int i = 1; i < 40; ++i) {
      last.add(i);
      list.insert(list.begin(), i);
      list.resize(n);
      EXPECT_EQ(std::vector<double>(last.data(), last.data() + n), list);
    }
    last.reset();
    EXPECT_EQ(std::vector<double>(last.data(), last.data() + n), std::vector<double>(n));
  }
}

}  // namespace
}  // namespace unguard
