// SPDX-License-Identifier: Apache-2.0
// What the tests of all that live_bend_measure.hpp brings to life share: everything that is said of one record, and
// that it is the same whatever the pieces, however small the sink, after a reset, and over a saved state in the middle.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/sink.hpp"

namespace unguard::bend_measures {

template <class S>
using LiveOf = decltype(start(std::declval<const S&>(), std::declval<const StreamFormat&>()));
template <class S>
using ItemOf = typename LiveOf<S>::Item;

template <class S>
std::vector<ItemOf<S>> run(const S& spec, const std::vector<double>& frames, const StreamFormat& format,
                           const std::vector<Marks>& marks = {}) {
  auto live = start(spec, format);
  Sink<ItemOf<S>> sink(1000);
  const int channels = format.channels.count();
  const auto n = std::ssize(frames) / channels;
  EXPECT_EQ(live.process({frames.data(), n, channels, marks.empty() ? nullptr : marks.data()}, sink).status,
            Status::ok);
  EXPECT_EQ(live.finish(sink), Status::ok);
  return {sink.items().begin(), sink.items().end()};
}

// From where it is to the end, in pieces, into a sink of one; `found`: what it said before.
template <class Live>
auto go_on(Live& live, const std::vector<double>& frames, std::int64_t piece,
           std::vector<typename Live::Item> found = {}) {
  const int channels = live.format().channels.count();
  const auto n = std::ssize(frames) / channels;
  Sink<typename Live::Item> sink(1);
  const auto empty = [&] {
    found.insert(found.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  };
  while (live.position().value < n) {
    const std::int64_t at = live.position().value;
    live.process({frames.data() + channels * at, std::min(piece, n - at), channels}, sink);
    empty();
  }
  while (live.finish(sink) == Status::full) empty();
  empty();
  return found;
}

// `other`: a spec that is not this one.
template <class S>
void are_the_same_however_cut(const S& spec, const S& other, const std::vector<double>& frames,
                              const StreamFormat& format) {
  const auto expected = run(spec, frames, format);
  ASSERT_FALSE(expected.empty());
  auto live = start(spec, format);
  for (const std::int64_t piece : {1, 7, 19, 20, 997, 100000}) {
    live.reset();
    EXPECT_EQ(go_on(live, frames, piece), expected) << piece;
  }
  for (const std::int64_t stop : {9001, 23456, 47777}) {
    live.reset();
    Sink<ItemOf<S>> sink(10);
    ASSERT_EQ(live.process({frames.data(), stop, format.channels.count()}, sink).status, Status::ok);
    auto loaded = start(spec, format);
    ASSERT_EQ(loaded.load(live.save()), Status::ok);
    EXPECT_EQ(loaded.so_far(0), live.so_far(0)) << stop;
    EXPECT_EQ(go_on(loaded, frames, 1000, {sink.items().begin(), sink.items().end()}), expected) << stop;
  }
  EXPECT_NE(start(other, format).load(live.save()), Status::ok) << "of another spec";
}

}  // namespace unguard::bend_measures
