// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "io/edf_bytes.hpp"
#include "unguard/io/read.hpp"
#include "unguard/io/write.hpp"

namespace unguard {
namespace {

using edf_bytes::Folder;

Recording ramp(int channels, std::int64_t frames) {
  Recording r;
  r.format = {.rate = Hertz{2000}, .channels = Channels::unnamed(channels)};
  for (std::int64_t i = 0; i < frames * channels; ++i) r.data.push_back(static_cast<double>(i % 5000) - 2000);
  return r;
}

// Truth: the whole recording. However it is cut, and from any frame, the blocks are its parts, bit for bit.
TEST(RecordingReader, GivesTheSameBitsInBlocks) {
  const Folder folder;
  const auto path = folder / "a.bdf";
  write_recording(path, ramp(3, 30'001), FileKind::bdf_plus);
  const Recording whole = read_recording(path);
  ASSERT_EQ(whole.frames(), 30'001);
  RecordingReader reader(path);
  EXPECT_EQ(reader.frames(), 30'001);
  EXPECT_EQ(reader.format(), whole.format);
  for (std::int64_t size : {1, 257, 4000, 9999}) {
    reader.seek(SampleIndex{0});
    std::vector<double> together, block(static_cast<std::size_t>(size * 3));
    while (const std::int64_t got = reader.read({block.data(), size, 3})) {
      together.insert(together.end(), block.begin(), block.begin() + got * 3);
      if (size == 1 && together.size() == 300) break;
    }
    ASSERT_EQ(together.size(), size == 1 ? 300 : whole.data.size());
    EXPECT_TRUE(std::equal(together.begin(), together.end(), whole.data.begin())) << size;
  }
  std::vector<double> end(30);
  std::vector<Marks> marks(30, mark::gap);
  reader.seek(SampleIndex{29'998});
  EXPECT_EQ(reader.read({end.data(), 10, 3, marks.data()}), 3);
  EXPECT_EQ(end[8], whole.data.back());
  EXPECT_EQ(marks[8], mark::none);
  EXPECT_EQ(marks[9], mark::gap) << "beyond the end nothing is written";
  EXPECT_EQ(reader.read({end.data(), 10, 3}), 0);
}

// Truth: the recording has 2 channels and 10 frames.
TEST(RecordingReader, RefusesBlocksAndPlacesThatDoNotFit) {
  const Folder folder;
  write_recording(folder / "a.bdf", ramp(2, 10), FileKind::bdf_plus);
  RecordingReader reader(folder / "a.bdf");
  std::vector<double> block(30);
  EXPECT_THROW(reader.read({block.data(), 10, 3}), ConfigError);
  EXPECT_THROW(reader.read({nullptr, 10, 2}), ConfigError);
  EXPECT_THROW(reader.seek(SampleIndex{-1}), ConfigError);
  EXPECT_THROW(reader.seek(SampleIndex{11}), ConfigError);
}

// Truth: the file, which readers do not change.
TEST(RecordingReader, SharesAFileWithOtherReaders) {
  const Folder folder;
  write_recording(folder / "a.bdf", ramp(2, 5000), FileKind::bdf_plus);
  RecordingReader first(folder / "a.bdf"), second(folder / "a.bdf");
  std::vector<double> one(2 * 5000), other(2 * 5000);
  second.seek(SampleIndex{2500});
  EXPECT_EQ(first.read({one.data(), 2500, 2}), 2500);
  EXPECT_EQ(second.read({other.data() + 5000, 2500, 2}), 2500);
  EXPECT_EQ(first.read({one.data() + 5000, 2500, 2}), 2500);
  EXPECT_TRUE(std::equal(one.begin() + 5000, one.end(), other.begin() + 5000));
}

// Truth: by hand: frames 1, 4 and 5 of six lie outside. Each counts once, however often and in whatever order it is
// read.
TEST(RecordingReader, CountsEachSampleOutsideTheStatedRangeOnce) {
  edf_bytes::File file;
  file.records = "3";
  file.signals[0].digital_min = "0";
  file.signals[0].digital_max = "1023";
  file.data = edf_bytes::little_endian({0, 1500, 1023, 5, -1, 1024}, 2);
  const Folder folder;
  RecordingReader reader(folder.with("a.edf", edf_bytes::bytes(file)));
  EXPECT_TRUE(reader.remarks().empty()) << "nothing was read";
  std::vector<double> block(6);
  const auto said = [&](std::int64_t from, std::int64_t frames) {
    reader.seek(SampleIndex{from});
    EXPECT_EQ(reader.read({block.data(), frames, 1}), frames);
    return reader.remarks();
  };
  const auto outside = [](int count) {
    return std::vector<std::string>{"EMG: " + std::to_string(count) +
                                    " samples lie outside the digital range that the header states, 0 to 1023: they "
                                    "are read as they stand"};
  };
  EXPECT_EQ(said(2, 2), std::vector<std::string>{});
  EXPECT_EQ(said(5, 1), outside(2)) << "of the data records read so far";
  EXPECT_EQ(said(5, 1), outside(2));
  EXPECT_EQ(said(0, 6), outside(3));
  EXPECT_EQ(said(0, 6), outside(3));
}

// Truth: each thread's own recording. EDFlib's global table, by which they are written, is the danger.
TEST(RecordingReader, ServesFourThreadsWithTheirOwnFiles) {
  const Folder folder;
  std::vector<int> good(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int turn = 0; turn < 20; ++turn) {
        const Recording out = ramp(t + 1, 3000 + t);
        const auto path = folder / (std::to_string(t) + ".bdf");
        write_recording(path, out, FileKind::bdf_plus, {.ranges = {{-8388608, 8388607}}});
        good[static_cast<std::size_t>(t)] += read_recording(path).data == out.data;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, std::vector<int>(4, 20));
}

}  // namespace
}  // namespace unguard
