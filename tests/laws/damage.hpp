// SPDX-License-Identifier: Apache-2.0
// A damaged state is refused, whatever byte it is damaged in, and leaves the processor as it was.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>

#include "unguard/core/error.hpp"
#include "unguard/core/state.hpp"

namespace unguard::laws {

template <class Live>
void expect_refuses_damage(Live& live, const SavedState& saved) {
  const SavedState before = live.save();
  for (std::size_t i = 0; i < saved.size(); i += 1 + saved.size() / 97) {
    auto damaged = saved;
    damaged[i] ^= std::byte{1};
    EXPECT_EQ(live.load(damaged), Status::wrong_state) << "byte " << i;
  }
  EXPECT_EQ(live.load({}), Status::wrong_state);
  EXPECT_TRUE(live.save() == before);
}

}  // namespace unguard::laws
