// SPDX-License-Identifier: Apache-2.0
// What the laws of analysers and detectors share: both take frames and put items into a sink of fixed capacity.
// What an item is (a Reading, an Event) is told by ItemRule.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "laws/damage.hpp"
#include "laws/law.hpp"
#include "laws/realtime_guard.hpp"
#include "laws/stream.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"

namespace unguard::laws {

// finite(item); earlier(item, by), as in a stream that began that many samples later; channel_of(item);
// on_channel(item, channel), with all forgotten that depends on the other channels; said_at(item), the sample at which
// it says it was known, if it does.
template <class Item>
struct ItemRule;

// The format of a stream of the laws.
inline StreamFormat format_of(int channels) { return {.rate = stream_rate, .channels = Channels::unnamed(channels)}; }

// Hands frames over in the given pieces (repeated, 0 allowed), empties the sink when it is full, and finishes.
template <class Item, class Live>
std::vector<Item> drive(Live& live, ConstBlock in, std::size_t capacity, const std::vector<std::int64_t>& pieces,
                        bool finish = true) {
  std::vector<Item> items;
  Sink<Item> sink(capacity);
  const auto empty = [&] {
    items.insert(items.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  };
  std::size_t piece = 0;
  for (std::int64_t done = 0; done < in.frames;) {
    const std::int64_t n = std::min(pieces[piece++ % pieces.size()], in.frames - done);
    const Consumed c = live.process(in.part(done, n), sink);
    if (c.frames < 0 || c.frames > n || (c.status == Status::ok && c.frames != n)) {
      ADD_FAILURE() << "consumed " << c.frames << " of " << n << " frames with status: " << to_text(c.status);
      return items;
    }
    done += c.frames;
    if (c.status == Status::ok) continue;
    if (c.status != Status::full || (sink.items().empty() && c.frames == 0)) {
      ADD_FAILURE() << "no way on at frame " << done << ": " << to_text(c.status);
      return items;
    }
    empty();
  }
  empty();
  while (finish) {
    const Status status = live.finish(sink);
    const bool some = !sink.items().empty();
    empty();
    if (status == Status::ok) break;
    if (status != Status::full || !some) {
      ADD_FAILURE() << "finish() does not end: " << to_text(status);
      break;
    }
  }
  return items;
}

template <class Live, class Item>
class SinkLaws {
 public:
  using Rule = ItemRule<Item>;
  // Brings one to life; and tells it what was declared, after a start or a reset, for a stream that begins at `origin`.
  using Start = std::function<Live(int channels)>;
  using Declare = std::function<void(Live&, std::int64_t origin)>;
  // What it is given; for those that look for muscle, muscle.
  using Record = std::function<Stream(std::uint64_t seed, double seconds, int channels)>;

  SinkLaws(Start start, Declare declare, double seconds, Record record = &bursts_in_rest)
      : start_(std::move(start)), declare_(std::move(declare)), seconds_(seconds), record_(std::move(record)) {}

  void any_cut() const {
    const Stream s = record_(21, seconds_, channels);
    const auto expected = whole(s);
    EXPECT_GE(expected.size(), 20u) << "too little was said to compare";
    for (int which = 1; which <= cuts(); ++which) {
      std::mt19937 generator(static_cast<unsigned>(which));
      const std::size_t capacity = which % 3 == 0 ? 1 : 1 + generator() % 9;
      auto live = make();
      ASSERT_TRUE(drive<Item>(live, s.block(), capacity, cut(s.frames, which)) == expected)
          << "cut " << which << ", sink of " << capacity;
    }
  }

  void pure() const {
    const Stream s = record_(22, std::min(seconds_, 12.0), channels);
    auto live = make();
    const auto saved = live.save();
    Sink<Item> sink(1000), small(1);
    constexpr bool changes = requires(Live & l, Live n) { n = l.change(std::move(n)); };
    auto other = make();
    const auto work = [&] {
      for (std::int64_t i = 0; i + 100 <= s.frames; i += 100) {
        sink.clear();
        live.process(s.block().part(i, 100), sink);
        // Who is handed back is kept: it is another thread's to destroy.
        if constexpr (changes)
          if (i % 700 == 0) other = live.change(std::move(other));
      }
      for (int i = 0; i < 1000; ++i) {
        small.clear();
        if (live.finish(small) == Status::ok) break;
      }
      live.reset();
      declare_(live, 0);
      // A sink that is full again and again.
      for (std::int64_t i = 0; i < s.frames;) {
        small.clear();
        const Consumed c = live.process(s.block().part(i, std::min<std::int64_t>(1000, s.frames - i)), small);
        i += c.frames;
        if (c.status != Status::ok && c.frames == 0 && small.items().empty()) break;
      }
      live.load(saved);
    };
    expect_pure(work);
  }

  // Whatever comes in; and wrong shapes are answered, not obeyed.
  void finite() const {
    Stream s = record_(23, seconds_, channels);
    std::mt19937_64 generator(23);
    constexpr double full = default_full_scale.value;
    constexpr double wild[] = {1e308, -1e308, full, -full, 1e-310, 0, -1e30};
    for (auto& x : s.x)
      if (generator() % 500 == 0) x = wild[generator() % std::size(wild)];
    for (const Item& item : whole(s)) EXPECT_TRUE(Rule::finite(item));

    auto live = make();
    Sink<Item> sink(100);
    const ConstBlock in = s.block();
    const Consumed none{Status::ok, 0};
    EXPECT_EQ(live.process(in.part(0, 0), sink), none);
    EXPECT_EQ(live.process({nullptr, 0, channels}, sink), none);
    EXPECT_EQ(live.process({in.data, 10, channels + 1}, sink), (Consumed{Status::wrong_channels, 0}));
    EXPECT_EQ(live.process({in.data, -1, channels}, sink), (Consumed{Status::wrong_frames, 0}));
    EXPECT_EQ(live.process({nullptr, 10, channels}, sink), (Consumed{Status::missing_data, 0}));
    EXPECT_TRUE(sink.items().empty());
    EXPECT_EQ(live.position(), SampleIndex{0});
    while (live.finish(sink) == Status::full) sink.clear();
    EXPECT_EQ(live.process(in.part(0, 1), sink), (Consumed{Status::ended, 0})) << "after finish()";
  }

  void fresh() const {
    const Stream s = record_(24, seconds_, channels);
    const auto expected = whole(s);
    auto used = make();
    drive<Item>(used, s.block(), big, blocks);
    used.reset();
    declare_(used, 0);
    EXPECT_TRUE(drive<Item>(used, s.block(), big, blocks) == expected) << "reset";

    std::mt19937_64 generator(24);
    SavedState saved;
    for (int i = 0; i < 12; ++i) {
      const auto half = static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(s.frames / 100)) * 100;
      auto original = make();
      const auto first = drive<Item>(original, s.block().part(0, half), big, blocks, false);
      EXPECT_EQ(original.position(), SampleIndex{half});
      auto copy = original;
      auto loaded = start_(channels);
      Sink<Item> dirt(big);
      loaded.process(s.block(), dirt);
      saved = original.save();
      ASSERT_EQ(loaded.load(saved), Status::ok);
      for (auto* live : {&original, &copy, &loaded}) {
        auto items = first;
        const auto rest = drive<Item>(*live, s.block().part(half, s.frames - half), big, blocks);
        items.insert(items.end(), rest.begin(), rest.end());
        EXPECT_TRUE(items == expected) << (live == &original ? "original"
                                           : live == &copy   ? "copy"
                                                             : "loaded")
                                       << " at " << half;
      }
    }
    EXPECT_TRUE(with_a_sink_of_one(s, true) == with_a_sink_of_one(s, false)) << "saved while the sink was full";

    // A damaged or foreign state is refused.
    auto live = make();
    expect_refuses_damage(live, saved);
    EXPECT_EQ(start_(channels + 1).load(saved), Status::wrong_state);

    // Counters beyond every width they could have been kept in.
    for (const double start : {0x1p24, 0x1p31, 0x1p32, 0x1p53}) {
      auto late = start_(channels);
      const std::int64_t origin = (static_cast<std::int64_t>(start) - 1000) / late.period() * late.period();
      late.begin_at({origin});
      declare_(late, origin);
      auto items = drive<Item>(late, s.block(), big, blocks);
      for (auto& item : items) item = Rule::earlier(item, origin);
      EXPECT_TRUE(items == expected) << "from sample " << origin;
    }
  }

  void channels_equal() const {
    const Stream s = record_(25, seconds_, channels);
    const auto all = whole(s);
    const std::vector<int> order{2, 0, 1};
    const auto permuted = whole(select(s, order));
    for (int c = 0; c < channels; ++c) {
      const auto expected = of_channel(all, order[static_cast<std::size_t>(c)]);
      EXPECT_FALSE(expected.empty());
      EXPECT_TRUE(of_channel(permuted, c) == expected) << "channel " << c << " in another order";
      auto alone = start_(1);
      declare_(alone, 0);
      EXPECT_TRUE(of_channel(drive<Item>(alone, select(s, {order[static_cast<std::size_t>(c)]}).block(), big, blocks),
                             0) == expected)
          << "channel " << order[static_cast<std::size_t>(c)] << " alone";
    }
  }

  // What an item says was known at its sample was: a stream that ends right behind it has heard it too, and nothing but
  // what the whole stream heard first.
  void causal() const {
    const Stream s = record_(26, seconds_, channels);
    auto live = make();
    const auto all = drive<Item>(live, s.block(), big, blocks, false);
    ASSERT_FALSE(all.empty());
    std::mt19937_64 generator(26);
    for (int i = 0; i < 40; ++i) {
      const auto said = Rule::said_at(all[generator() % all.size()]);
      const std::int64_t n =
          said ? *said + 1 : static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(s.frames));
      ASSERT_LE(n, s.frames);
      auto part = make();
      const auto items = drive<Item>(part, s.block().part(0, n), big, blocks, false);
      ASSERT_LE(items.size(), all.size());
      ASSERT_TRUE(std::equal(items.begin(), items.end(), all.begin())) << "after " << n << " frames";
      for (std::size_t k = 0; k < all.size(); ++k)
        if (const auto at = Rule::said_at(all[k])) {
          ASSERT_EQ(k < items.size(), *at < n)
              << "item " << k << " said to be of sample " << *at << ", after " << n << " frames";
        }
    }
  }

 protected:
  static constexpr int channels = 3;
  static constexpr std::size_t big = 200000;
  // One way to cut, for every law but the first.
  static inline const std::vector<std::int64_t> blocks{100};

  Live make() const {
    auto live = start_(channels);
    declare_(live, 0);
    return live;
  }
  std::vector<Item> whole(const Stream& s) const {
    auto live = make();
    return drive<Item>(live, s.block(), big, blocks);
  }
  static std::vector<Item> of_channel(const std::vector<Item>& all, int channel) {
    std::vector<Item> some;
    for (const Item& item : all)
      if (Rule::channel_of(item) == channel) some.push_back(Rule::on_channel(item, 0));
    return some;
  }
  // Driven with a sink of one, full in the middle of a frame's items, and every other time before it is asked, so that
  // it stops before the first of them; with or without being saved there.
  std::vector<Item> with_a_sink_of_one(const Stream& s, bool saving) const {
    auto live = make();
    std::vector<Item> items;
    std::int64_t at = 0;
    for (int stops = 0; stops < 40 && at < s.frames;) {
      const ConstBlock next_block = s.block().part(at, std::min<std::int64_t>(100, s.frames - at));
      Sink<Item> one(1);
      const bool full_already = stops % 2 == 1 && !items.empty();
      if (full_already) one.push(items.back());
      const Consumed c = live.process(next_block, one);
      items.insert(items.end(), one.items().begin() + (full_already ? 1 : 0), one.items().end());
      at += c.frames;
      if (c.status != Status::full || ++stops % 5 || !saving) continue;
      auto next = start_(channels);
      EXPECT_EQ(next.load(live.save()), Status::ok);
      live = std::move(next);
    }
    const auto rest = drive<Item>(live, s.block().part(at, s.frames - at), big, blocks);
    items.insert(items.end(), rest.begin(), rest.end());
    return items;
  }

  Start start_;
  Declare declare_;
  double seconds_;
  Record record_;
};

}  // namespace unguard::laws
