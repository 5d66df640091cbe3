// SPDX-License-Identifier: Apache-2.0
// Packets that are lost, come twice, late, out of order, under counters that wrap. Truth: what was sent, and counts
// made from whole numbers that never wrap, by sets.
#include "unguard/stream/packet_assembly.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>
#include <set>
#include <vector>

#include "laws/realtime_guard.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr int frames = 10, channels = 2;
const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(channels)};

double sample(std::int64_t frame, int channel) { return static_cast<double>(10 * frame + channel); }

// What one packet carries: samples that tell which they are.
std::vector<double> content(std::int64_t number) {
  std::vector<double> x;
  for (int i = 0; i < frames; ++i)
    for (int c = 0; c < channels; ++c) x.push_back(sample(number * frames + i, c));
  return x;
}

// Pushes packets by their whole number and checks every frame that is handed on.
class Receiver {
 public:
  explicit Receiver(const PacketAssembly& spec) : assembler(start(spec, format)) {}

  auto check() {
    return [this](const ConstBlock& block) {
      for (std::int64_t i = 0; i < block.frames; ++i, ++position) {
        const bool lost = block.marks && block.marks[i * channels] != mark::none;
        missing += lost;
        for (int c = 0; c < channels; ++c) {
          if (lost)
            EXPECT_EQ(block.marks[i * channels + c], mark::missing);
          else
            EXPECT_EQ(block(i, c), sample(position, c));
        }
      }
    };
  }

  Status push(std::int64_t number, std::optional<Seconds> arrived = {}) {
    const auto x = content(number);
    const auto mask = (std::uint64_t{1} << assembler.spec().sequence_bits) - 1;
    return assembler.push({static_cast<std::uint64_t>(number) & mask, {x.data(), frames, channels}, arrived}, check());
  }
  void finish() { assembler.finish(check()); }

  PacketAssembler assembler;
  std::int64_t position = 0;  // the frame expected next
  std::int64_t missing = 0;   // frames
};

// Counts by definition.
struct Expected {
  explicit Expected(std::int64_t packets) : window(packets) {}
  void arrives(std::int64_t number) {
    ++counts.received;
    if (!begun) {
      begun = true;
      first = next = highest = number;
    }
    if (number < first) {
      ++counts.late;
      return;
    }
    if (!come.insert(number).second) {
      ++counts.duplicate;
      return;
    }
    if (number < next) {
      ++counts.late;
      return;
    }
    in_time.insert(number);
    counts.reordered += number < highest;
    highest = std::max(highest, number);
    next = std::max(next, highest - window);
    while (in_time.count(next)) ++next;
  }
  PacketCounts at_the_end() {
    counts.delivered = static_cast<std::int64_t>(in_time.size());
    counts.lost = highest + 1 - first - counts.delivered;
    return counts;
  }
  std::int64_t window, first = 0, next = 0, highest = 0;
  bool begun = false;
  std::set<std::int64_t> come{}, in_time{};
  PacketCounts counts{};
};

// The order in which packets of a bad link arrive: bursts of losses (Gilbert 1960), repeats, and detours.
std::vector<std::int64_t> bad_link(std::int64_t packets, double loss, double repeats, double detours,
                                   std::mt19937& random) {
  std::uniform_real_distribution<double> share(0, 1);
  std::vector<std::pair<double, std::int64_t>> arrivals;
  bool bad = false;
  for (std::int64_t n = 0; n < packets; ++n) {
    bad = bad ? share(random) < 0.6 : share(random) < loss * 0.4 / (1 - loss);
    if (bad) continue;
    const auto when = [&] { return static_cast<double>(n) + (share(random) < detours ? 40 * share(random) : 0); };
    arrivals.emplace_back(when(), n);
    while (share(random) < repeats) arrivals.emplace_back(when() + 30 * share(random), n);
  }
  std::stable_sort(arrivals.begin(), arrivals.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<std::int64_t> order;
  for (const auto& [when, n] : arrivals) order.push_back(n);
  return order;
}

TEST(PacketAssembly, CountsExactlyWhatABadLinkDoes) {
  constexpr std::int64_t packets = 200000;  // 1,000 s: 781 turns of 8 bits, 3 of 16
  for (const int bits : {8, 16, 32})
    for (const double loss : {0.0, 0.01, 0.1})
      for (const double others : {0.0, 0.02, 0.2}) {
        std::mt19937 random(static_cast<unsigned>(1000 * bits + 100 * loss + 10 * others));
        Receiver found({.frames = frames, .sequence_bits = bits, .reorder = 50_ms});
        Expected expected(found.assembler.window());
        for (const auto n : bad_link(packets, loss, others, others, random)) {
          if (!expected.begun) found.position = n * frames;
          ASSERT_EQ(found.push(n), Status::ok);
          expected.arrives(n);
        }
        found.finish();
        const PacketCounts counts = expected.at_the_end();
        ASSERT_EQ(found.assembler.counts(), counts) << bits << " bits, loss " << loss << ", others " << others;
        EXPECT_EQ(found.missing, counts.lost * frames);
        EXPECT_EQ(found.assembler.position().value, (counts.delivered + counts.lost) * frames);
        EXPECT_EQ(counts.received, counts.delivered + counts.duplicate + counts.late);
        if (loss == 0.1 && others == 0.2) {
          // The link does what it should.
          EXPECT_GT(counts.lost, packets / 12);
          EXPECT_GT(counts.duplicate, packets / 10);
          EXPECT_GT(counts.late, packets / 20);
          EXPECT_GT(counts.reordered, packets / 20);
        }
      }
}

TEST(PacketAssembly, HandsOnAtOnceWhatComesInOrder) {
  Receiver found({.frames = frames});
  for (std::int64_t n = 65530; n < 65560; ++n) {
    if (n == 65530) found.position = n * frames;
    found.push(n);
    EXPECT_EQ(found.position, (n + 1) * frames);
    EXPECT_EQ(found.assembler.held(), 0);
  }
}

TEST(PacketAssembly, WaitsForAMissingPacketNoLongerThanStated) {
  Receiver found({.frames = frames, .reorder = 50_ms});
  ASSERT_EQ(found.assembler.window(), 10);
  found.push(0);
  for (std::int64_t n = 2; n <= 11; ++n) found.push(n);
  EXPECT_EQ(found.position, frames);
  found.push(1);
  EXPECT_EQ(found.position, 12 * frames);
  EXPECT_EQ(found.assembler.counts().reordered, 1);
  for (std::int64_t n = 13; n <= 23; ++n) found.push(n);
  EXPECT_EQ(found.position, 24 * frames);
  EXPECT_EQ(found.missing, frames);
  found.push(12);
  EXPECT_EQ(found.assembler.counts().late, 1);
  found.push(12);
  EXPECT_EQ(found.assembler.counts().duplicate, 1);
}

TEST(PacketAssembly, WithoutReorderingGivesUpAtOnce) {
  Receiver found({.frames = frames, .reorder = 0_s});
  found.push(0);
  found.push(2);
  EXPECT_EQ(found.position, 3 * frames);
  EXPECT_EQ(found.missing, frames);
}

// Half a turn of 8 bits is 128 packets, 0.64 s.
TEST(PacketAssembly, KnowsAfterALongSilenceHowOftenTheCounterWrapped) {
  for (const std::int64_t silent : {100, 127, 128, 200, 256, 300, 1000, 1999}) {
    Receiver found({.frames = frames, .sequence_bits = 8});
    for (std::int64_t n = 0; n < 300; ++n) found.push(n, Seconds{static_cast<double>(n) * 0.005});
    // Up to 60 ms late.
    for (std::int64_t n = 300 + silent; n < 700 + silent; ++n)
      found.push(n, Seconds{static_cast<double>(n) * 0.005 + 0.06});
    found.finish();
    EXPECT_EQ(found.assembler.counts().lost, silent);
    EXPECT_EQ(found.missing, silent * frames);
    EXPECT_EQ(found.position, (700 + silent) * frames);
  }
}

TEST(PacketAssembly, SkipsWhatIsLongerThanTheLongestGap) {
  Receiver found({.frames = frames, .longest_gap = 1_s});
  found.push(0);
  const auto x = content(1001);  // 5 s
  std::int64_t missing = 0;
  const auto count = [&](const ConstBlock& b) {
    if (b.marks && b.marks[0] == mark::missing)
      missing += b.frames;
    else
      EXPECT_EQ(b(0, 0), sample(1001 * frames, 0));
  };
  found.assembler.push({1001, {x.data(), frames, channels}, {}}, count);
  found.assembler.finish(count);
  EXPECT_EQ(found.assembler.counts().lost, 1000);
  EXPECT_EQ(missing, 200 * frames);
  EXPECT_EQ(found.assembler.counts().skipped + 200, 1000);
  EXPECT_EQ(found.assembler.position().value, 1002 * frames);
}

TEST(PacketAssembly, GoesOnWhenTheCounterBeginsAnew) {
  Receiver found({.frames = frames, .reorder = 50_ms});
  found.position = 20000 * frames;
  for (std::int64_t n = 20000; n < 21000; ++n) found.push(n);
  // The device starts again at 0; what it sends is the stream's 21,000th packet and those behind it.
  const auto count = [&] { return found.assembler.counts(); };
  std::int64_t delivered = 0;
  for (std::int64_t n = 0; n < 100; ++n) {
    const auto x = content(21000 + n);
    found.assembler.push({static_cast<std::uint64_t>(n), {x.data(), frames, channels}, {}}, [&](const ConstBlock& b) {
      if (b.marks && b.marks[0]) return;
      EXPECT_EQ(b(0, 0), sample((21000 + n) * frames, 0));
      ++delivered;
    });
  }
  EXPECT_EQ(count().restarts, 1);
  EXPECT_EQ(delivered, 100 - 11);
  EXPECT_EQ(count().lost, 11);
  EXPECT_EQ(count().late, 11);
  EXPECT_EQ(found.assembler.position().value, 1100 * frames);
}

TEST(PacketAssembly, RefusesPacketsOfAnotherShapeAndGoesOn) {
  Receiver found({.frames = frames});
  found.push(0);
  const auto x = content(1);
  const auto none = [](const ConstBlock&) { FAIL(); };
  EXPECT_EQ(found.assembler.push({1, {x.data(), frames, 1}, {}}, none), Status::wrong_channels);
  EXPECT_EQ(found.assembler.push({1, {x.data(), frames - 1, channels}, {}}, none), Status::wrong_frames);
  EXPECT_EQ(found.assembler.push({1, {nullptr, frames, channels}, {}}, none), Status::missing_data);
  EXPECT_EQ(found.assembler.counts().refused, 3);
  found.push(1);
  EXPECT_EQ(found.position, 2 * frames);
}

TEST(PacketAssembly, KeepsTheMarksOfWhatItHolds) {
  Receiver found({.frames = frames});
  found.push(0);
  const auto x = content(2);
  std::vector<Marks> marks(x.size(), mark::clipped);
  const auto none = [](const ConstBlock&) { FAIL(); };
  found.assembler.push({2, {x.data(), frames, channels, marks.data()}, {}}, none);
  std::vector<Marks> seen;
  const auto y = content(1);
  found.assembler.push({1, {y.data(), frames, channels}, {}},
                       [&](const ConstBlock& b) { seen.push_back(b.marks ? b.marks[0] : mark::none); });
  EXPECT_EQ(seen, (std::vector<Marks>{mark::none, mark::clipped}));
}

TEST(PacketAssembly, IsFreshAfterResetAndTheSameAsItsCopy) {
  std::mt19937 random(5);
  const auto order = bad_link(5000, 0.1, 0.1, 0.1, random);
  Receiver fresh({.frames = frames}), again({.frames = frames});
  again.position = (order[0] + 77777) * frames;
  for (const auto n : order) again.push(n + 77777);
  again.assembler.reset();
  again.position = again.missing = 0;
  fresh.position = again.position = order[0] * frames;
  for (std::size_t i = 0; i < order.size() / 2; ++i) {
    fresh.push(order[i]);
    again.push(order[i]);
  }
  Receiver copy = again;
  for (std::size_t i = order.size() / 2; i < order.size(); ++i) {
    fresh.push(order[i]);
    again.push(order[i]);
    copy.push(order[i]);
  }
  EXPECT_EQ(fresh.assembler.counts(), again.assembler.counts());
  EXPECT_EQ(fresh.assembler.counts(), copy.assembler.counts());
  EXPECT_EQ(fresh.position, again.position);
  EXPECT_EQ(fresh.position, copy.position);
}

// Truth: the books balance, and no frame is handed on that was not due.
TEST(PacketAssembly, SurvivesAnyNumbersAtAnyTime) {
  for (const int bits : {2, 5, 8, 16, 32}) {
    std::mt19937_64 random(static_cast<unsigned>(bits));
    auto assembler =
        start(PacketAssembly{.frames = frames, .sequence_bits = bits, .reorder = 5_ms, .longest_gap = 1_s}, format);
    const auto x = content(0);
    std::int64_t handed_on = 0;
    const auto count = [&](const ConstBlock& b) { handed_on += b.frames; };
    std::uint64_t number = 0;
    for (int i = 0; i < 20000; ++i) {
      number = random() % 4 ? number + 1 : random();
      const double at = std::ldexp(static_cast<double>(random() % 1000) - 300, static_cast<int>(random() % 80));
      assembler.push({number, {x.data(), frames, channels}, random() % 2 ? std::optional(Seconds{at}) : std::nullopt},
                     count);
      const auto& c = assembler.counts();
      ASSERT_EQ(c.received, c.delivered + assembler.held() + c.duplicate + c.late + c.refused);
      ASSERT_EQ(handed_on, (c.delivered + c.lost - c.skipped) * frames);
    }
  }
}

TEST(PacketAssembly, IsPureInRealTime) {
  std::mt19937 random(6);
  const auto order = bad_link(2000, 0.1, 0.2, 0.2, random);
  auto assembler = start(PacketAssembly{.frames = frames, .sequence_bits = 8}, format);
  const auto x = content(0);
  double sum = 0;
  laws::expect_pure([&] {
    for (const auto n : order)
      assembler.push({static_cast<std::uint64_t>(n), {x.data(), frames, channels}, {}},
                     [&](const ConstBlock& b) { sum += b(0, 0); });
    assembler.finish([&](const ConstBlock& b) { sum += b(0, 0); });
  });
  EXPECT_GE(sum, 0);
}

TEST(PacketAssembly, RefusesToReorderFurtherThanTheCounterTells) {
  const auto refused = try_start(PacketAssembly{.frames = frames, .sequence_bits = 4, .reorder = 50_ms}, format);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.fault().parameter, "reorder");
  EXPECT_TRUE(try_start(PacketAssembly{.frames = frames, .sequence_bits = 4, .reorder = 30_ms}, format));
}

}  // namespace
}  // namespace unguard
