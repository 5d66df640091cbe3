// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/sink.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/envelope/levels.hpp"

namespace unguard {
namespace {

// Truth: the capacity asked for.
TEST(Sink, StopsWhenFullAndDropsNothing) {
  Sink<int> sink(2);
  EXPECT_EQ(sink.capacity(), 2u);
  EXPECT_TRUE(sink.push(1));
  EXPECT_TRUE(sink.push(2));
  EXPECT_EQ(sink.room(), 0u);
  EXPECT_FALSE(sink.push(3));
  ASSERT_EQ(sink.items().size(), 2u);
  EXPECT_EQ(sink.items()[1], 2);
  sink.clear();
  EXPECT_EQ(sink.capacity(), 2u);
  EXPECT_TRUE(sink.push(3));
}

// Truth: a vector that only copied its items would have room for no more.
TEST(Sink, ACopyKeepsItsCapacity) {
  Sink<int> sink(5);
  sink.push(1);
  Sink<int> copy = sink;
  EXPECT_EQ(copy.capacity(), 5u);
  EXPECT_EQ(copy.items()[0], 1);
  EXPECT_TRUE(copy.push(2));
  EXPECT_EQ(sink.items().size(), 1u);
}

// Truth: the rule that a full sink loses nothing, so a sink of none stops everything.
TEST(Sink, OfNoCapacityLetsNothingThrough) {
  Sink<Reading> none(0);
  auto live = start(Levels{}, StreamFormat{.rate = {1000}, .channels = Channels::unnamed(1)});
  const std::vector<double> x(30, 1.0);
  EXPECT_EQ(live.process({x.data(), 30, 1}, none), (Consumed{Status::full, 9}));
  EXPECT_EQ(live.process({x.data() + 9, 21, 1}, none), (Consumed{Status::full, 0}));
}

// Truth: the readings of a sink that never fills. Seed 2.
TEST(Sink, OfAnySizeGetsTheSameAsABigOne) {
  constexpr std::int64_t frames = 1000;
  constexpr int channels = 7;
  std::mt19937 generator(2);
  std::vector<double> x(frames * channels);
  for (auto& v : x) v = static_cast<double>(generator() % 1000);
  const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(channels)};
  Sink<Reading> big(10000);
  ASSERT_EQ(start(Levels{}, format).process({x.data(), frames, channels}, big), (Consumed{Status::ok, frames}));
  ASSERT_EQ(big.items().size(), 700u);
  for (std::size_t capacity = 1; capacity < 30; ++capacity) {
    auto live = start(Levels{}, format);
    Sink<Reading> small(capacity);
    std::vector<Reading> all;
    int stops = 0;
    for (std::int64_t done = 0; done < frames;) {
      const std::int64_t n = std::min<std::int64_t>(generator() % 64, frames - done);
      const Consumed c = live.process(ConstBlock{x.data(), frames, channels}.part(done, n), small);
      done += c.frames;
      if (c.status == Status::ok) continue;
      ASSERT_EQ(c.status, Status::full);
      ++stops;
      all.insert(all.end(), small.items().begin(), small.items().end());
      small.clear();
    }
    all.insert(all.end(), small.items().begin(), small.items().end());
    EXPECT_GT(stops, 0);
    EXPECT_TRUE(std::equal(all.begin(), all.end(), big.items().begin(), big.items().end())) << "capacity " << capacity;
  }
}

}  // namespace
}  // namespace unguard
