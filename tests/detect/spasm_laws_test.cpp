// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 on the detector, with everything at once: three channels, events, marks, NaN, markers,
// a rest that is learnt or given.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/detect/spasm_detector.hpp"

namespace unguard {
namespace {

using streams::drive;
using streams::format;
using streams::in;
using streams::known_spec;

constexpr int channels = 3;

struct Stream {
  std::vector<double> x;
  std::vector<Marks> marks;
  std::int64_t frames = 0;

  ConstBlock block() const { return {x.data(), frames, channels, marks.data()}; }
};

Stream busy_stream(std::uint64_t seed, double seconds) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> die(0, 999);
  Stream s;
  s.frames = in(seconds);
  s.x.resize(static_cast<std::size_t>(s.frames * channels));
  s.marks.resize(s.x.size());
  std::vector<double> level(channels, 2);
  std::vector<int> left(channels, static_cast<int>(in(6))), marked(channels, 0);
  for (std::int64_t i = 0; i < s.frames; ++i)
    for (int c = 0; c < channels; ++c) {
      const auto k = static_cast<std::size_t>(i * channels + c), ch = static_cast<std::size_t>(c);
      if (left[ch]-- <= 0) {
        level[ch] = level[ch] > 3 ? 2 : 8 + die(generator) / 20.0;
        left[ch] = static_cast<int>((level[ch] > 3 ? 60 : 700) + die(generator) * (die(generator) < 100 ? 6 : 1));
      }
      if (marked[ch] == 0 && die(generator) == 0 && die(generator) < 300) marked[ch] = 1 + die(generator) / 4;
      s.x[k] = level[ch] * normal(generator);
      if (marked[ch] > 0) {
        --marked[ch];
        if (marked[ch] % 3)
          s.marks[k] = mark::clipped;
        else
          s.x[k] = marked[ch] % 2 ? std::numeric_limits<double>::quiet_NaN() : -std::numeric_limits<double>::infinity();
      }
    }
  return s;
}

std::vector<SpasmDetector> specs() {
  SpasmDetector learning;
  learning.learn = {4};
  return {known_spec(false, channels), known_spec(true, channels), learning};
}
LiveSpasmDetector<SpasmDetector> started(const SpasmDetector& spec, std::int64_t at = 0) {
  auto detector = start(spec, format(channels));
  detector.begin_at({at});
  detector.declare({{at + in(9)}, MarkerKind::rest_begins});
  detector.declare({{at + in(21)}, MarkerKind::rest_ends});
  return detector;
}

TEST(SpasmDetectorLaws, AnyCutAndAnySinkGiveTheSameReports) {
  std::mt19937_64 generator(20260101);
  constexpr std::int64_t sizes[] = {0, 1, 2, 3, 7, 31, 64, 211, 1009, 5003};
  for (const auto& spec : specs())
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const auto s = busy_stream(seed, 30);
      auto whole = started(spec);
      const auto expected = drive(whole, s.block(), 100000);
      EXPECT_GT(expected.size(), 40u);
      for (int cut = 0; cut < 50; ++cut) {
        std::vector<std::int64_t> pieces{1};
        for (int i = 0; i < 40; ++i) pieces.push_back(sizes[generator() % std::size(sizes)]);
        const std::size_t capacity = cut % 3 == 0 ? 1 : 1 + generator() % 9;
        auto detector = started(spec);
        ASSERT_EQ(drive(detector, s.block(), capacity, pieces), expected) << "seed " << seed << " cut " << cut;
      }
    }
}

TEST(SpasmDetectorLaws, SavedAndLoadedAnywhereChangesNothing) {
  std::mt19937_64 generator(20260102);
  for (const auto& spec : specs()) {
    const auto s = busy_stream(4, 30);
    auto whole = started(spec);
    const auto expected = drive(whole, s.block(), 100000);
    for (int i = 0; i < 30; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(s.frames));
      auto first = started(spec);
      auto reports = drive(first, s.block().part(0, at), 3, {997}, false);
      const SavedState state = first.save();
      auto second = start(spec, format(channels));
      Sink<Event> dirt(100000);
      second.process(s.block(), dirt);
      ASSERT_EQ(second.load(state), Status::ok);
      auto copy = second;
      const auto rest = drive(second, s.block().part(at, s.frames - at), 2, {313});
      EXPECT_EQ(drive(copy, s.block().part(at, s.frames - at), 50, {1013}), rest);
      reports.insert(reports.end(), rest.begin(), rest.end());
      ASSERT_EQ(reports, expected) << at;
    }
  }
}

// A sink of one, full in the middle of a frame's reports, saved there.
TEST(SpasmDetectorLaws, SavedWithReportsWaitingLosesNone) {
  const auto spec = known_spec(true, channels);
  Stream s;
  s.frames = in(6);
  for (std::int64_t i = 0; i < s.frames; ++i)
    for (int c = 0; c < channels; ++c) s.x.push_back((i % 2 ? -1 : 1) * (i >= in(2) && i < in(3) ? 20.0 : 2.0));
  s.marks.resize(s.x.size());
  auto whole = started(spec);
  const auto expected = drive(whole, s.block(), 1000);
  ASSERT_GE(expected.size(), 6u);
  auto first = started(spec);
  Sink<Event> sink(1);
  const Consumed stopped = first.process(s.block(), sink);
  ASSERT_EQ(stopped.status, Status::full);
  std::vector<Event> reports(sink.items().begin(), sink.items().end());
  auto second = start(spec, format(channels));
  ASSERT_EQ(second.load(first.save()), Status::ok);
  const auto rest = drive(second, s.block().part(stopped.frames, s.frames - stopped.frames), 1);
  reports.insert(reports.end(), rest.begin(), rest.end());
  EXPECT_EQ(reports, expected);
}

TEST(SpasmDetectorLaws, RefusesForeignAndDamagedStates) {
  auto a = started(specs()[0]);
  auto b = started(specs()[1]);
  EXPECT_EQ(b.load(a.save()), Status::wrong_state);
  auto bytes = a.save();
  bytes[bytes.size() / 2] ^= std::byte{1};
  EXPECT_EQ(a.load(bytes), Status::wrong_state);
}

TEST(SpasmDetectorLaws, ResetEqualsFreshAndLargeIndicesChangeNothing) {
  for (const auto& spec : specs()) {
    const auto s = busy_stream(5, 30);
    auto fresh = started(spec);
    const auto expected = drive(fresh, s.block(), 100000);
    fresh.reset();
    fresh.declare({{in(9)}, MarkerKind::rest_begins});
    fresh.declare({{in(21)}, MarkerKind::rest_ends});
    EXPECT_EQ(drive(fresh, s.block(), 100000), expected);
    for (const std::int64_t at : {(std::int64_t{1} << 24) - 5, (std::int64_t{1} << 31) - 5, (std::int64_t{1} << 32) - 5,
                                  (std::int64_t{1} << 53) - 5, (std::int64_t{1} << 53) + 12345}) {
      auto late = started(spec, at);
      auto reports = drive(late, s.block(), 100000);
      for (Event& e : reports) {
        e.onset = e.onset - at;
        e.decided = e.decided - at;
        if (e.report == Report::close || e.report == Report::cancel) e.offset = e.offset - at;
      }
      EXPECT_EQ(reports, expected) << at;
    }
  }
}

// Whatever comes in: the numbers of a report are finite, intervals are intervals, ids live once.
TEST(SpasmDetectorLaws, ReportsAreFiniteAndInOrderWhateverComesIn) {
  std::mt19937_64 generator(7);
  for (const auto& spec : specs()) {
    auto s = busy_stream(6, 30);
    constexpr double wild[] = {1e308, -1e308, 1e9, -1e9, 1e-310, 0};
    for (auto& x : s.x)
      if (generator() % 500 == 0) x = wild[generator() % std::size(wild)];
    auto detector = started(spec);
    std::vector<int> state(1000, 0);
    for (const Event& e : drive(detector, s.block(), 64)) {
      EXPECT_TRUE(std::isfinite(e.peak.value) && std::isfinite(e.area_uV_s) && std::isfinite(e.confidence));
      EXPECT_LE(e.onset, e.decided);
      ASSERT_LT(e.id, state.size());
      int& seen = state[e.id];
      EXPECT_EQ(seen, e.report == Report::open ? 0 : 1);
      if (e.report == Report::open) seen = 1;
      if (e.report == Report::close || e.report == Report::cancel) {
        seen = 2;
        EXPECT_LE(e.onset, e.offset);
      }
    }
    for (std::size_t i = 0; i < state.size(); ++i) EXPECT_NE(state[i], 1) << "event " << i << " never ended";
  }
}

TEST(SpasmDetectorLaws, ChannelsAreEqual) {
  const auto spec = known_spec(true, channels);
  const auto s = busy_stream(8, 30);
  auto detector = started(spec);
  const auto all = drive(detector, s.block(), 100000);
  for (int c = 0; c < channels; ++c) {
    Stream one;
    one.frames = s.frames;
    for (std::int64_t i = 0; i < s.frames; ++i) {
      one.x.push_back(s.x[static_cast<std::size_t>(i * channels + c)]);
      one.marks.push_back(s.marks[static_cast<std::size_t>(i * channels + c)]);
    }
    auto single = start(known_spec(true), format());
    single.declare({{in(9)}, MarkerKind::rest_begins});
    single.declare({{in(21)}, MarkerKind::rest_ends});
    auto alone = drive(single, {one.x.data(), one.frames, 1, one.marks.data()}, 100000);
    std::vector<Event> among;
    for (Event e : all)
      if (e.channel == c) {
        e.id = 0;
        e.channel = 0;
        among.push_back(e);
      }
    for (Event& e : alone) e.id = 0;
    EXPECT_EQ(among, alone) << "channel " << c;
  }
}

// Truth: the law of causality. What comes later changes no report already made.
TEST(SpasmDetectorLaws, DecidesOnThePastOnly) {
  const auto spec = known_spec(true, channels);
  const auto s = busy_stream(9, 20);
  auto whole = started(spec);
  const auto all = drive(whole, s.block(), 100000, {1 << 20}, false);
  for (const std::int64_t at : {in(5), in(11.3), in(17.77)}) {
    auto part = started(spec);
    const auto reports = drive(part, s.block().part(0, at), 100000, {1 << 20}, false);
    ASSERT_LE(reports.size(), all.size());
    EXPECT_TRUE(std::equal(reports.begin(), reports.end(), all.begin()));
    EXPECT_TRUE(reports.size() == all.size() || all[reports.size()].report != Report::open ||
                all[reports.size()].decided.value >= at);
  }
}

}  // namespace
}  // namespace unguard
