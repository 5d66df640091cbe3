// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/block.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <type_traits>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/rectify.hpp"

namespace unguard {
namespace {

static_assert(std::is_convertible_v<Block, ConstBlock> && !std::is_convertible_v<ConstBlock, Block>);
static_assert(std::is_trivially_copyable_v<Block>);

// Truth: row-major order, as NumPy's.
TEST(Block, IsAViewOfFramesTimesChannels) {
  std::vector<double> x(12);
  std::iota(x.begin(), x.end(), 0);
  std::vector<Marks> marks(12);
  marks[7] = mark::gap;
  const Block block{x.data(), 4, 3, marks.data()};
  EXPECT_EQ(block(2, 1), 7);
  const ConstBlock part = ConstBlock(block).part(2, 2);
  EXPECT_EQ(part.frames, 2);
  EXPECT_EQ(part(0, 1), 7);
  EXPECT_EQ(part.marks[1], mark::gap);
  block(2, 1) = -1;
  EXPECT_EQ(part(0, 1), -1);
  EXPECT_EQ(ConstBlock(x.data(), 4, 3).part(1, 2).marks, nullptr);
}

// Truth: one bit each, one name each.
TEST(Marks, AreOneBitEachWithAName) {
  const Marks all[] = {mark::settling, mark::gap,    mark::non_finite, mark::out_of_range, mark::clipped,
                       mark::lead_off, mark::jump,   mark::motion,     mark::hum,          mark::heart,
                       mark::missing,  mark::flat,   mark::gated,      mark::stale,        mark::wrong_rate,
                       mark::noise,    mark::low_snr};
  ASSERT_EQ(std::size(all), static_cast<std::size_t>(mark::bits));
  for (int i = 0; i < mark::bits; ++i) EXPECT_EQ(all[i], Marks{1} << i);
  EXPECT_EQ(std::set<std::string_view>(mark::names.begin(), mark::names.end()).size(), mark::names.size());
  EXPECT_EQ(mark::names[4], "clipped");
}

// Truth: the result of two separate arrays.
TEST(Block, MayBeFilteredInPlaceWithItsMarks) {
  std::vector<double> x{1, -2, 3, -4, 5, -6}, y(6);
  std::vector<Marks> marks{0, mark::gap, 0, 0, mark::hum, 0}, out(6);
  const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(2)};
  auto a = start(Rectify{}, format), b = start(Rectify{}, format);
  ASSERT_EQ(a.process({x.data(), 3, 2, marks.data()}, {y.data(), 3, 2, out.data()}), Status::ok);
  ASSERT_EQ(b.process({x.data(), 3, 2, marks.data()}, {x.data(), 3, 2, marks.data()}), Status::ok);
  EXPECT_EQ(x, y);
  EXPECT_EQ(marks, out);
  EXPECT_EQ(out[1], mark::gap);
}

// Truth: the status named for each; nothing is written and no time passes.
TEST(Block, WrongShapesComeBackAsAStatus) {
  std::vector<double> x(40, 1.0), y(40, 7.0);
  auto filter = start(Rectify{}, StreamFormat{.rate = {1000}, .channels = Channels::unnamed(2)});
  const auto status = [&](ConstBlock in, Block out) { return filter.process(in, out); };
  EXPECT_EQ(status({x.data(), 10, 3}, {y.data(), 10, 2}), Status::wrong_channels);
  EXPECT_EQ(status({x.data(), 10, 2}, {y.data(), 10, 1}), Status::wrong_channels);
  EXPECT_EQ(status({x.data(), 10, 0}, {y.data(), 10, 0}), Status::wrong_channels);
  EXPECT_EQ(status({x.data(), 10, -2}, {y.data(), 10, -2}), Status::wrong_channels);
  EXPECT_EQ(status({x.data(), 10, 2}, {y.data(), 9, 2}), Status::wrong_frames);
  EXPECT_EQ(status({x.data(), -1, 2}, {y.data(), -1, 2}), Status::wrong_frames);
  EXPECT_EQ(status({nullptr, 10, 2}, {y.data(), 10, 2}), Status::missing_data);
  EXPECT_EQ(status({x.data(), 10, 2}, {nullptr, 10, 2}), Status::missing_data);
  EXPECT_EQ(status({nullptr, 0, 2}, {nullptr, 0, 2}), Status::ok) << "an empty block needs no data";
  EXPECT_EQ(y, std::vector<double>(40, 7.0));
  EXPECT_EQ(filter.position(), SampleIndex{0});
  EXPECT_EQ(status({x.data(), 1, 2}, {y.data(), 1, 2}), Status::ok) << "a single sample";
  EXPECT_EQ(filter.position(), SampleIndex{1});
}

}  // namespace
}  // namespace unguard
