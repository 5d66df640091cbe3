// SPDX-License-Identifier: Apache-2.0
// Live change and what surrounds a kernel. That change() is free of allocations, locks and system calls is a law
// (tests/laws); shapes are in block_test.cpp, bad samples in quarantine_test.cpp.
#include "unguard/core/live_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/reading.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/state_variable.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels = 2, double rate = 2000) {
  return {.rate = {rate}, .channels = Channels::unnamed(channels)};
}
std::vector<double> noise(std::size_t n, unsigned seed = 8) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0, 50);
  std::vector<double> x(n);
  for (auto& v : x) v = normal(generator);
  return x;
}
template <class S>
std::vector<double> run(LiveFilter<S>& filter, const std::vector<double>& x, std::vector<Marks>* marks = nullptr,
                        int channels = 2) {
  std::vector<double> y(x.size());
  if (marks) marks->resize(x.size());
  const auto frames = static_cast<std::int64_t>(x.size()) / channels;
  EXPECT_EQ(filter.process({x.data(), frames, channels}, {y.data(), frames, channels, marks ? marks->data() : nullptr}),
            Status::ok);
  return y;
}

// Truth: a filter that was never changed: the same spec carries all of its state over.
TEST(LiveFilter, ChangedToTheSameSpecGoesOnAsIfNothingHadHappened) {
  const auto a = noise(1000, 8), b = noise(1000, 9);
  auto kept = start(Bandpass{}, format()), changed = kept;
  run(kept, a);
  run(changed, a);
  const auto old = changed.change(start(Bandpass{}, format()));
  EXPECT_EQ(old.spec(), Bandpass{});
  EXPECT_EQ(changed.position(), SampleIndex{500});
  EXPECT_EQ(run(changed, b), run(kept, b));
}

// Truth: the specs on either side; the old set is a whole filter that may be destroyed or used elsewhere.
TEST(LiveFilter, HandsTheOldSetBack) {
  auto filter = start(Bandpass{}, format());
  const auto x = noise(1000);
  run(filter, x);
  auto before = filter;
  auto old = filter.change(start(Bandpass{.low = {30}}, format()));
  EXPECT_EQ(filter.spec(), (Bandpass{.low = {30}}));
  EXPECT_EQ(old.spec(), Bandpass{});
  EXPECT_EQ(run(old, x), run(before, x));
}

// Truth: the statement: what a change may disturb is marked settling for as long as either filter rings, then no
// longer.
TEST(LiveFilter, MarksAChangeAsSettlingForAsLongAsItRings) {
  auto filter = start(Bandpass{}, format());
  const auto x = noise(4000);
  run(filter, x);
  auto next = start(Bandpass{.low = {60}}, format());
  const auto ringing = static_cast<std::size_t>(std::max(filter.ringing(), next.ringing()));
  const auto old = filter.change(std::move(next));
  std::vector<Marks> marks;
  run(filter, x, &marks);
  for (std::size_t i = 0; i < 2000; ++i)
    for (std::size_t c = 0; c < 2; ++c) ASSERT_EQ(marks[2 * i + c], i < ringing ? mark::settling : mark::none) << i;
}

// Truth: steady state. On an electrode's constant offset a new band-pass has nothing to say from its first sample on.
TEST(LiveFilter, StartsInSteadyStateWhatItCannotCarryOver) {
  const std::vector<double> offset(2000, 300e3);
  auto filter = start(Bandpass{}, format());
  run(filter, offset);
  const auto old = filter.change(start(Bandpass{.order = 6}, format()));
  for (double v : run(filter, offset)) ASSERT_NEAR(v, 0, 1e-5);
  EXPECT_EQ(filter.position(), SampleIndex{2000});
}

// Truth: a new one. A set that has run before, as one handed back has, brings nothing of what it heard then.
TEST(LiveFilter, AnOldSetUsedAgainIsAsNew) {
  const auto loud = noise(1000, 10), b = noise(1000, 11);
  auto used = start(Rms{.window = {0.05}}, format());
  run(used, loud);
  auto filter = start(Rms{}, format()), other = filter;
  run(filter, b);
  run(other, b);
  const auto old = filter.change(std::move(used));
  const auto same = other.change(start(Rms{.window = {0.05}}, format()));
  EXPECT_EQ(run(filter, b), run(other, b));
}

// Truth: the stages of the chain one by one: each carries over what it can.
TEST(LiveFilter, AChainCarriesOverStageByStage) {
  using Spec = Chain<Bandpass, Rms>;
  const auto a = noise(1000, 8), b = noise(1000, 9);
  auto filter = start(Spec{Bandpass{}, Rms{}}, format());
  auto band = start(Bandpass{}, format());
  run(filter, a);
  run(band, a);
  const auto old = filter.change(start(Spec{Bandpass{}, Rms{.window = {0.05}}}, format()));
  auto rms = start(Rms{.window = {0.05}}, format());
  EXPECT_EQ(run(filter, b), run(rms, run(band, b)));
}

// Truth: the counts and marks a session goes on with.
TEST(LiveFilter, KeepsCountingOverAChange) {
  auto filter = start(Bandpass{}, format());
  auto x = noise(1000);
  x[996] = NAN;
  x[999] = 1e300;
  run(filter, x);
  const auto old = filter.change(start(Bandpass{.low = {30}}, format()));
  EXPECT_EQ(filter.replaced_non_finite(), 1);
  EXPECT_EQ(filter.replaced_out_of_range(), 1);
  std::vector<Marks> marks;
  run(filter, noise(200), &marks);
  EXPECT_EQ(marks[1], mark::out_of_range | mark::settling) << "a bad sample rings on, in its channel";
  EXPECT_EQ(marks[0], mark::non_finite | mark::settling);
}

// Truth: the formats; what does not belong to this stream comes back and nothing has changed.
TEST(LiveFilter, RefusesASetOfAnotherFormat) {
  const auto x = noise(1000);
  auto filter = start(Bandpass{}, format());
  run(filter, x);
  auto untouched = filter;
  for (const auto& other : {format(3), format(2, 1000)}) {
    const auto back = filter.change(start(Bandpass{.low = {30}}, other));
    EXPECT_EQ(back.spec(), (Bandpass{.low = {30}}));
    EXPECT_EQ(back.format(), other);
  }
  EXPECT_EQ(filter.spec(), Bandpass{});
  EXPECT_EQ(run(filter, x), run(untouched, x));
}

// Truth: frames in are frames out, so there is nothing to finish.
TEST(LiveFilter, HoldsNothingBack) {
  auto filter = start(Bandpass{}, format());
  Sink<Reading> sink(1);
  EXPECT_EQ(filter.finish(sink), Status::ok);
  EXPECT_TRUE(sink.items().empty());
}

// Truth: try_start and start tell the same.
TEST(LiveFilter, StartThrowsWhatTryStartReturns) {
  const auto refused = try_start(Bandpass{.order = 99}, format());
  ASSERT_FALSE(refused);
  try {
    start(Bandpass{.order = 99}, format());
    FAIL() << "started";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), message(refused.fault()));
  }
}

// Truth: the old filter, then a mixture, then the new one as if it had always run; marked nowhere.
TEST(LiveFilter, CrossFadesToAnotherDesignWithoutAJump) {
  constexpr std::int64_t frames = 6000, at = 2000;
  for (const double offset : {0.0, 20e3, 300e3}) {
    auto x = noise(2 * frames);
    for (double& v : x) v += offset;
    const Bandpass first{}, second{.low = {60}};
    auto changed = start(first, format()), old = changed, fresh = start(second, format());
    std::vector<double> y(x.size()), y_old(x.size()), y_new(x.size());
    std::vector<Marks> marks(x.size());
    const auto feed = [&](auto& filter, std::vector<double>& out, std::int64_t from, std::int64_t to) {
      for (std::int64_t i = from; i < to; i += 37) {
        const std::int64_t n = std::min<std::int64_t>(37, to - i);
        filter.process({x.data() + 2 * i, n, 2}, {out.data() + 2 * i, n, 2, marks.data() + 2 * i});
      }
    };
    feed(old, y_old, 0, frames);
    feed(fresh, y_new, 0, frames);
    feed(changed, y, 0, at);
    const auto back = changed.change(changed.prepare(second));
    EXPECT_EQ(back.spec(), first);
    EXPECT_EQ(changed.spec(), second);
    const std::int64_t takes = changed.changing(), mixed = 40;
    EXPECT_GT(takes, mixed);
    EXPECT_LT(takes, 600) << "a few tenths of a second";
    feed(changed, y, at, frames);
    EXPECT_EQ(changed.changing(), 0);
    for (std::int64_t i = at; i < frames; ++i)
      for (int c = 0; c < 2; ++c) {
        const auto k = static_cast<std::size_t>(2 * i + c);
        EXPECT_EQ(marks[k], mark::none) << i;
        if (i < at + takes - mixed) {
          ASSERT_EQ(y[k], y_old[k]) << i;
        } else if (i < at + takes) {
          const double w = static_cast<double>(i + 1 - (at + takes - mixed)) / mixed;
          ASSERT_NEAR(y[k], (1 - w) * y_old[k] + w * y_new[k], 1) << i;
        } else {
          ASSERT_NEAR(y[k], y_new[k], 1) << i;
        }
      }
  }
}

// Truth: one block: the frames of a change are counted from where it began, however the stream is cut.
TEST(LiveFilter, CrossFadesTheSameHoweverTheStreamIsCut) {
  const auto x = noise(4000, 12);
  const auto faded = [&](std::int64_t piece) {
    auto filter = start(Bandpass{}, format());
    filter.process({x.data(), 500, 2}, {std::vector<double>(1000).data(), 500, 2});
    filter.change(filter.prepare(Bandpass{.order = 2}));
    std::vector<double> y(3000);
    std::vector<Marks> marks(3000);
    for (std::int64_t i = 0; i < 1500; i += piece) {
      const std::int64_t n = std::min(piece, 1500 - i);
      filter.process({x.data() + 1000 + 2 * i, n, 2}, {y.data() + 2 * i, n, 2, marks.data() + 2 * i});
    }
    return std::pair(y, marks);
  };
  const auto whole = faded(1500);
  for (const std::int64_t piece : {1, 2, 31, 32, 33, 700}) EXPECT_EQ(faded(piece), whole) << piece;
}

// Truth: one block. What is lost right behind the end of a fade rings as in the new filter, which forgets sooner.
TEST(LiveFilter, MarksALossBehindAFadeTheSameHoweverTheStreamIsCut) {
  const Highpass slow{.cutoff = {1}, .order = 2}, fast{.cutoff = {30}, .order = 2};
  auto filter = start(slow, format());
  filter.change(filter.prepare(fast));
  const std::int64_t end = filter.changing();
  const std::int64_t frames = end + 4000;
  for (std::int64_t lost = end - 2; lost < end + 40; lost += 7) {
    auto x = noise(2 * frames, 21);
    x[static_cast<std::size_t>(2 * lost)] = NAN;
    const auto changed = [&](std::int64_t piece) {
      auto live = start(slow, format());
      live.change(live.prepare(fast));
      std::vector<double> y(x.size());
      std::vector<Marks> marks(x.size());
      for (std::int64_t i = 0; i < frames; i += piece) {
        const std::int64_t n = std::min(piece, frames - i);
        live.process({x.data() + 2 * i, n, 2}, {y.data() + 2 * i, n, 2, marks.data() + 2 * i});
      }
      return std::pair(y, marks);
    };
    const auto whole = changed(frames);
    for (const std::int64_t piece : {std::int64_t{1}, std::int64_t{31}, std::int64_t{33}, end, end + 1})
      EXPECT_EQ(changed(piece), whole) << lost - end << " " << piece;
  }
}

// Truth: the filter that was never another. Once nothing of a loss before a change is felt, a later one is marked as if
// the slower filter had never been, also after a save and load in between, and however the stream is cut.
TEST(LiveFilter, ForgetsTheSlowerFilterWhenNothingIsFeltAnyMore) {
  const StateVariable slow{.cutoff = {0.5}}, fast{.cutoff = {20}};
  constexpr std::int64_t frames = 60000, changed_at = 1000, later = 50000;
  auto x = noise(2 * frames, 22);
  for (std::int64_t i : {changed_at - 10, changed_at - 9, later, later + 1}) x[static_cast<std::size_t>(2 * i)] = NAN;
  const auto run = [&](auto& live, std::int64_t from, std::int64_t to, std::int64_t piece, std::vector<Marks>& marks) {
    std::vector<double> y(2 * frames);
    for (std::int64_t i = from; i < to; i += piece) {
      const std::int64_t n = std::min(piece, to - i);
      live.process({x.data() + 2 * i, n, 2}, {y.data(), n, 2, marks.data() + 2 * i});
    }
  };
  const auto marked = [](const std::vector<Marks>& marks, std::int64_t from) {
    return std::count_if(marks.begin() + 2 * from, marks.end(), [](Marks m) { return m != mark::none; });
  };
  std::vector<Marks> never(2 * frames), whole(2 * frames);
  auto alone = start(fast, format());
  run(alone, 0, frames, frames, never);
  ASSERT_GT(marked(never, later), 0);
  for (const std::int64_t piece : {frames, std::int64_t{1}, std::int64_t{33}}) {
    std::vector<Marks> marks(2 * frames), resumed(2 * frames);
    auto live = start(slow, format());
    run(live, 0, changed_at, piece, marks);
    live.change(live.prepare(fast));
    // In the middle of what is still felt.
    run(live, changed_at, changed_at + 500, piece, marks);
    ASSERT_GT(marks[2 * (changed_at + 499)], mark::none);
    auto other = start(fast, format());
    ASSERT_EQ(other.load(live.save()), Status::ok);
    resumed = marks;
    run(live, changed_at + 500, frames, piece, marks);
    run(other, changed_at + 500, frames, piece, resumed);
    EXPECT_EQ(marked(marks, later), marked(never, later)) << piece;
    EXPECT_EQ(resumed, marks) << piece;
    if (piece == frames) whole = marks;
    EXPECT_EQ(marks, whole) << piece;
  }
}

// Truth: the run without a loss. Bad samples in the middle of a change are bridged in both filters and marked.
TEST(LiveFilter, BridgesAGapInTheMiddleOfAChange) {
  for (const std::int64_t lost : {10, 200}) {
    auto x = noise(12000, 13);
    auto damaged = x;
    for (std::int64_t i = 1100; i < 1100 + lost; ++i) damaged[static_cast<std::size_t>(2 * i)] = NAN;
    const auto changed = [&](const std::vector<double>& in, std::vector<Marks>& marks) {
      auto filter = start(Bandpass{}, format());
      std::vector<double> y(in.size());
      filter.process({in.data(), 1000, 2}, {y.data(), 1000, 2, marks.data()});
      filter.change(filter.prepare(Bandpass{.low = {10}}));
      filter.process({in.data() + 2000, 5000, 2}, {y.data() + 2000, 5000, 2, marks.data() + 2000});
      return y;
    };
    std::vector<Marks> marks(x.size()), none(x.size());
    const auto y = changed(damaged, marks), reference = changed(x, none);
    for (std::size_t i = 0; i < y.size(); ++i)
      if (!marks[i]) {
        ASSERT_NEAR(y[i], reference[i], 1) << i;
      }
    EXPECT_EQ(marks[2 * 4000], mark::none);
    EXPECT_NE(marks[2 * 1105], mark::none);
  }
}

// Truth: the filter that goes on. What is faded from is not saved: the rest of the change is marked.
TEST(LiveFilter, SavedInTheMiddleOfAChangeGoesOnWithTheNewSpecMarked) {
  const auto x = noise(8000, 14);
  auto filter = start(Bandpass{}, format());
  std::vector<double> y(x.size()), z(x.size());
  std::vector<Marks> marks(x.size());
  filter.process({x.data(), 1000, 2}, {y.data(), 1000, 2});
  filter.change(filter.prepare(Bandpass{.low = {60}}));
  filter.process({x.data() + 2000, 50, 2}, {y.data() + 2000, 50, 2});
  auto loaded = start(Bandpass{.low = {60}}, format());
  ASSERT_EQ(loaded.load(filter.save()), Status::ok);
  EXPECT_EQ(loaded.changing(), 0);
  const std::int64_t left = filter.changing();
  ASSERT_GT(left, 100);
  filter.process({x.data() + 2100, 2900, 2}, {y.data() + 2100, 2900, 2});
  loaded.process({x.data() + 2100, 2900, 2}, {z.data() + 2100, 2900, 2, marks.data() + 2100});
  for (std::size_t i = 2100; i < 7900; ++i) {
    const bool under_way = i < static_cast<std::size_t>(2 * (1050 + left));
    EXPECT_EQ(marks[i] != 0, under_way) << i;
    if (!under_way) {
      EXPECT_EQ(y[i], z[i]) << i;
    }
  }
}

// Truth: what change() says of a second change and of a set that was prepared elsewhere: the output is marked.
TEST(LiveFilter, MarksAChangeItCannotFade) {
  const auto x = noise(4000, 15);
  std::vector<double> y(x.size());
  std::vector<Marks> marks(x.size());
  auto filter = start(Bandpass{}, format());
  filter.process({x.data(), 1000, 2}, {y.data(), 1000, 2});
  auto elsewhere = start(Bandpass{.order = 3}, format()).prepare(Bandpass{.low = {60}});
  filter.change(std::move(elsewhere));
  EXPECT_EQ(filter.changing(), 0);
  filter.process({x.data() + 2000, 10, 2}, {y.data() + 2000, 10, 2, marks.data()});
  EXPECT_EQ(marks[0], mark::settling);

  auto twice = start(Bandpass{}, format());
  twice.process({x.data(), 1000, 2}, {y.data(), 1000, 2});
  twice.change(twice.prepare(Bandpass{.low = {60}}));
  twice.process({x.data() + 2000, 10, 2}, {y.data() + 2000, 10, 2, marks.data()});
  EXPECT_EQ(marks[0], mark::none);
  twice.change(twice.prepare(Bandpass{.low = {80}}));
  EXPECT_EQ(twice.changing(), 0);
  twice.process({x.data() + 2000, 10, 2}, {y.data() + 2000, 10, 2, marks.data()});
  EXPECT_EQ(marks[0], mark::settling);
}

}  // namespace
}  // namespace unguard
