// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/marker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "unguard/core/state.hpp"
#include "unguard/core/text.hpp"

namespace unguard {
namespace {

Marker pain(std::int64_t at, double rating) { return {{at}, MarkerKind::pain, rating}; }

// Truth: std::stable_sort: by sample, and in the order they were declared within one. Seed 3.
TEST(MarkerQueue, GivesMarkersInTheOrderOfTheirSamples) {
  std::mt19937 generator(3);
  MarkerQueue queue(200);
  std::vector<Marker> expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back(pain(static_cast<std::int64_t>(generator() % 50), i));
    ASSERT_EQ(queue.add(expected.back(), {0}), Status::ok);
  }
  std::stable_sort(expected.begin(), expected.end(), [](const Marker& a, const Marker& b) { return a.at < b.at; });
  std::vector<Marker> found;
  for (std::int64_t now = 0; now < 50; ++now)
    while (queue.due({now})) {
      found.push_back(queue.take());
      EXPECT_EQ(found.back().at.value, now);
    }
  EXPECT_EQ(found, expected);
  EXPECT_FALSE(queue.due({1000}));
}

// Truth: the next sample to be processed is still to come, the one before it is not.
TEST(MarkerQueue, RefusesALateMarkerInsteadOfMovingIt) {
  MarkerQueue queue;
  EXPECT_EQ(queue.add(pain(99, 1), {100}), Status::too_late);
  EXPECT_FALSE(queue.due({1000}));
  EXPECT_EQ(queue.add(pain(100, 1), {100}), Status::ok);
  EXPECT_FALSE(queue.due({99}));
  EXPECT_TRUE(queue.due({100}));
}

// Truth: the capacity; what is waiting stays as it was.
TEST(MarkerQueue, SaysWhenItIsFull) {
  MarkerQueue queue(2);
  EXPECT_EQ(queue.add(pain(5, 1), {0}), Status::ok);
  EXPECT_EQ(queue.add(pain(3, 2), {0}), Status::ok);
  EXPECT_EQ(queue.add(pain(1, 3), {0}), Status::full);
  EXPECT_EQ(queue.take(), pain(3, 2));
  EXPECT_EQ(queue.add(pain(1, 3), {0}), Status::ok);
  EXPECT_EQ(queue.take(), pain(1, 3));
  queue.clear();
  EXPECT_FALSE(queue.due({1000}));
}

// Truth: the queue that was saved; a number of waiting markers that cannot be is not believed.
TEST(MarkerQueue, SavesAndLoadsAndDoesNotBelieveNonsense) {
  MarkerQueue queue(4);
  queue.add(pain(7, 2.5), {0});
  queue.add({{3}, MarkerKind::rest_begins, 0}, {0});
  state_detail::Writer writer;
  queue.state(writer);
  SavedState bytes = writer.take();
  MarkerQueue loaded(4);
  state_detail::Reader reader(bytes);
  loaded.state(reader);
  ASSERT_TRUE(reader.good());
  EXPECT_EQ(loaded.take().kind, MarkerKind::rest_begins);
  EXPECT_EQ(loaded.take(), pain(7, 2.5));
  bytes[0] = std::byte{200};
  state_detail::Reader nonsense(bytes);
  loaded.state(nonsense);
  EXPECT_FALSE(loaded.due({1000}));
}

// Truth: the words of annotations in recordings.
TEST(Marker, KindsHaveTheirWords) {
  EXPECT_EQ(to_text(MarkerKind::rest_begins), "rest begins");
  EXPECT_EQ(to_text(MarkerKind::full_flexion), "full flexion");
  EXPECT_EQ(to_text(MarkerKind::pain), "pain");
}

}  // namespace
}  // namespace unguard
