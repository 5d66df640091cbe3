// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for resamplers. One line registers a spec:
//   const bool decimate = laws::resampler("Decimate", Decimate{});
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "laws/damage.hpp"
#include "laws/law.hpp"
#include "laws/one_engine.hpp"
#include "laws/output.hpp"
#include "laws/realtime_guard.hpp"
#include "laws/stream.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/quarantine.hpp"

namespace unguard::laws {

struct ResamplerOptions {
  Exemptions exempt{};
  double useful = 0.5;  // least share of the output that stays unmarked when 1 input sample in 1000 is bad
};

template <class Live>
class ResamplerLaws {
 public:
  using Start = std::function<Live(int channels)>;

  ResamplerLaws(Start start, ResamplerOptions options) : start_(std::move(start)), options_(std::move(options)) {}

  void any_cut() const {
    const Stream s = spoilt(41);
    auto whole = start_(channels);
    const Output expected = whole_run(whole, s.block(), {s.frames});
    ASSERT_FALSE(expected.y.empty());
    for (int which = 1; which <= cuts(); ++which) {
      auto live = start_(channels);
      ASSERT_TRUE(whole_run(live, s.block(), cut(s.frames, which)) == expected) << "cut " << which;
    }
  }

  void pure() const {
    const Stream s = spoilt(42);
    auto live = start_(channels);
    auto other = start_(channels);
    run(other, s.block(), blocks);
    const std::int64_t room = std::max(live.most_written(100), other.tail());
    std::vector<double> y(static_cast<std::size_t>(room * channels));
    std::vector<Marks> marks(y.size());
    const auto saved = live.save();
    const auto work = [&] {
      for (std::int64_t i = 0; i + 100 <= s.frames; i += 100)
        live.process(s.block().part(i, 100), {y.data(), room, channels, marks.data()});
      live.finish({y.data(), room, channels, marks.data()});
      live.reset();
      live.load(saved);
    };
    expect_pure(work);
  }

  void finite() const {
    const Stream s = spoilt(43);
    Stream clean = s;
    const auto good = signal(s.frames, channels, 43);
    clean.x = good;
    std::fill(clean.marks.begin(), clean.marks.end(), mark::none);
    auto a = start_(channels), b = start_(channels);
    const Output disturbed = whole_run(a, s.block(), blocks), reference = whole_run(b, clean.block(), blocks);
    ASSERT_EQ(disturbed.y.size(), reference.y.size());
    EXPECT_GE(expect_disturbance_told(disturbed, reference.y), options_.useful);

    // Wrong shapes are answered, not obeyed.
    auto live = start_(channels);
    const auto room = live.most_written(10);
    std::vector<double> y(static_cast<std::size_t>((room + 1) * channels));
    const Block out{y.data(), room, channels};
    EXPECT_EQ(live.process({s.x.data(), 0, channels}, out), (Produced{Status::ok, 0, 0}));
    EXPECT_EQ(live.process({s.x.data(), 10, channels + 1}, out), (Produced{Status::wrong_channels, 0, 0}));
    EXPECT_EQ(live.process({s.x.data(), 10, channels}, {y.data(), room, channels + 1}),
              (Produced{Status::wrong_channels, 0, 0}));
    EXPECT_EQ(live.process({s.x.data(), -1, channels}, out), (Produced{Status::wrong_frames, 0, 0}));
    EXPECT_EQ(live.process({s.x.data(), 10, channels}, {y.data(), room - 1, channels}),
              (Produced{Status::wrong_frames, 0, 0}))
        << "less room than most_written()";
    EXPECT_EQ(live.process({nullptr, 10, channels}, out), (Produced{Status::missing_data, 0, 0}));
    EXPECT_EQ(live.position(), SampleIndex{0});
    const std::int64_t tail = a.tail();
    EXPECT_EQ(tail, 0) << "after finish()";
    EXPECT_EQ(a.finish(out), (Produced{Status::ok, 0, 0})) << "finished twice";
    EXPECT_EQ(live.finish({y.data(), room, channels + 1}), (Produced{Status::wrong_channels, 0, 0}));
    run(live, s.block().part(0, 1000), blocks);
    if (live.tail() > 0) {
      EXPECT_EQ(live.finish({y.data(), live.tail() - 1, channels}), (Produced{Status::wrong_frames, 0, 0}));
      EXPECT_EQ(live.finish({nullptr, live.tail(), channels}), (Produced{Status::missing_data, 0, 0}));
    }
  }

  void fresh() const {
    const Stream s = spoilt(44);
    auto first = start_(channels);
    const Output expected = whole_run(first, s.block(), blocks);
    first.reset();
    EXPECT_TRUE(whole_run(first, s.block(), blocks) == expected) << "reset";
    SavedState saved;
    for (const std::int64_t half : {blocks[0], 7 * blocks[0], 20 * blocks[0]}) {
      auto original = start_(channels);
      const Output begun = run(original, s.block().part(0, half), blocks);
      auto copy = original;
      auto loaded = start_(channels);
      run(loaded, s.block().part(0, 999), blocks);
      saved = original.save();
      ASSERT_EQ(loaded.load(saved), Status::ok);
      for (auto* live : {&original, &copy, &loaded}) {
        Output all = begun;
        const Output rest = whole_run(*live, s.block().part(half, s.frames - half), blocks);
        all.append(rest);
        EXPECT_TRUE(all == expected) << (live == &original ? "original"
                                         : live == &copy   ? "copy"
                                                           : "loaded")
                                     << " at " << half;
      }
    }
    auto live = start_(channels);
    expect_refuses_damage(live, saved);
    EXPECT_EQ(start_(channels + 1).load(saved), Status::wrong_state);
    for (const double start : {0x1p24, 0x1p31, 0x1p32, 0x1p53}) {
      auto late = start_(channels);
      late.begin_at({(static_cast<std::int64_t>(start) - 1000) / late.period() * late.period()});
      EXPECT_TRUE(whole_run(late, s.block(), blocks) == expected) << "from sample " << late.position().value;
    }
  }

  // On a ramp that grows by 1 an input frame, an output frame is late by what it falls short of the input frame that
  // brought it. Where the frames of a period are made by different taps their gains differ a little, and are told by
  // the same frames of other periods. The latest of a period counts: later than stated none may be.
  void latency() const {
    auto live = start_(1);
    const double stated = live.latency().samples();
    struct Frame {
      double x, y;
    };
    std::vector<Frame> frames;
    std::vector<double> y(static_cast<std::size_t>(live.most_written(1)));
    for (int n = 0; n < 20000; ++n) {
      const double x = n;
      const Produced p = live.process({&x, 1, 1}, {y.data(), static_cast<std::int64_t>(y.size()), 1});
      for (std::int64_t i = 0; i < p.written; ++i) frames.push_back({x, y[static_cast<std::size_t>(i)]});
    }
    const std::int64_t period = live.period(), periods = 10000 / period;
    const auto in_period = static_cast<std::size_t>(live.most_written(period));
    const std::size_t apart = in_period * static_cast<std::size_t>(periods);
    ASSERT_GT(frames.size(), in_period + apart);
    double measured = -std::numeric_limits<double>::infinity();
    for (std::size_t i = frames.size() - in_period; i < frames.size(); ++i) {
      const double gain = (frames[i].y - frames[i - apart].y) / static_cast<double>(period * periods);
      measured = std::max(measured, frames[i].x - frames[i].y / gain);
    }
    EXPECT_NEAR(stated, measured, 1e-6);
    std::printf("[ MEASURED ] delay stated %g, measured %g input samples\n", stated, measured);
  }

  void channels_equal() const {
    const Stream s = spoilt(45);
    auto live = start_(channels);
    const Output all = run(live, s.block(), blocks);
    const std::vector<int> order{2, 0, 1};
    auto other = start_(channels);
    const Output permuted = run(other, select(s, order).block(), blocks);
    for (int c = 0; c < channels; ++c) {
      auto single = start_(1);
      const Output alone = run(single, select(s, {order[static_cast<std::size_t>(c)]}).block(), blocks);
      ASSERT_EQ(alone.y.size() * channels, all.y.size());
      for (std::size_t i = 0; i < alone.y.size(); ++i) {
        const auto k = i * channels + static_cast<std::size_t>(order[static_cast<std::size_t>(c)]);
        ASSERT_EQ(alone.y[i], all.y[k]);
        ASSERT_EQ(alone.marks[i], all.marks[k]);
        ASSERT_EQ(permuted.y[i * channels + static_cast<std::size_t>(c)], all.y[k]);
      }
    }
  }

  void causal() const {
    const Stream s = spoilt(46);
    auto live = start_(channels);
    const Output all = run(live, s.block(), blocks);
    for (const std::int64_t n : {1, 32, 33, 64, 1001, 2000}) {
      Stream changed = s;
      for (std::size_t i = static_cast<std::size_t>(n * channels); i < changed.x.size(); ++i)
        changed.x[i] = 7 - 2 * (std::isfinite(s.x[i]) ? s.x[i] : 1);
      auto before = start_(channels), after = start_(channels);
      const auto written = run(before, s.block().part(0, n), blocks).y.size();
      const Output z = run(after, changed.block(), blocks);
      ASSERT_LE(written, all.y.size());
      ASSERT_TRUE(std::equal(all.y.begin(), all.y.begin() + static_cast<std::ptrdiff_t>(written), z.y.begin())) << n;
    }
  }

  // The question and C++'s answer; Python's comes from its own test.
  template <class S>
  static void one_engine(const std::string& name, const S& spec, Live live) {
    Stream s = spoilt(47);
    for (std::size_t i = 900; i < 1000; ++i) s.marks[i * channels + 1] = mark::missing;
    for (auto& v : s.x)
      if (v == 1e308) v = std::numeric_limits<double>::quiet_NaN();
    const Output all = whole_run(live, s.block(), blocks);
    answer(name, "\"spec\":" + json(spec) + ",\"fs\":" + json(stream_rate) + ",\"channels\":" + json(channels) +
                     ",\"x\":" + json(s.x) + ",\"in_marks\":" + json(s.marks) + ",\"resampled\":" + json(all.y) +
                     ",\"resampled_marks\":" + json(all.marks));
  }

 private:
  static constexpr int channels = 3;
  // One way to cut, for every law but the first.
  static inline const std::vector<std::int64_t> blocks{32};

  // 3000 frames of EMG with an electrode offset, one sample in 1000 bad and some marked.
  static Stream spoilt(unsigned seed) {
    Stream s = good_stream(3000, channels, seed);
    std::mt19937 generator(seed);
    spoil(s, generator, 5000);
    return s;
  }
  static Output run(Live& live, ConstBlock in, const std::vector<std::int64_t>& pieces) {
    Output all;
    std::size_t piece = 0;
    for (std::int64_t done = 0; done < in.frames;) {
      const std::int64_t n = std::min(pieces[piece++ % pieces.size()], in.frames - done), room = live.most_written(n);
      std::vector<double> y(static_cast<std::size_t>(room * in.channels));
      std::vector<Marks> marks(y.size());
      const Produced p = live.process(in.part(done, n), {y.data(), room, in.channels, marks.data()});
      if (p.status != Status::ok || p.consumed != n || p.written < 0 || p.written > room) {
        ADD_FAILURE() << "of " << n << " frames consumed " << p.consumed << ", wrote " << p.written << " into room for "
                      << room << ": " << to_text(p.status);
        return all;
      }
      const auto used = static_cast<std::ptrdiff_t>(p.written * in.channels);
      all.y.insert(all.y.end(), y.begin(), y.begin() + used);
      all.marks.insert(all.marks.end(), marks.begin(), marks.begin() + used);
      done += n;
    }
    return all;
  }

  // To the end of the stream.
  static Output whole_run(Live& live, ConstBlock in, const std::vector<std::int64_t>& pieces) {
    Output all = run(live, in, pieces);
    const std::int64_t room = live.tail();
    Output tail;
    tail.y.resize(static_cast<std::size_t>(room * in.channels));
    tail.marks.resize(tail.y.size());
    const Produced p = live.finish({tail.y.data(), room, in.channels, tail.marks.data()});
    EXPECT_EQ(p, (Produced{Status::ok, 0, room})) << to_text(p.status);
    all.append(tail);
    return all;
  }

  Start start_;
  ResamplerOptions options_;
};

template <Resampler Live>
Trials resampler_trials(std::function<Live(int channels)> start, ResamplerOptions options = {}) {
  using L = ResamplerLaws<Live>;
  const auto laws = std::make_shared<const L>(std::move(start), std::move(options));
  return {{Law::any_cut, [laws] { laws->any_cut(); }}, {Law::pure, [laws] { laws->pure(); }},
          {Law::finite, [laws] { laws->finite(); }},   {Law::fresh, [laws] { laws->fresh(); }},
          {Law::latency, [laws] { laws->latency(); }}, {Law::channels_equal, [laws] { laws->channels_equal(); }},
          {Law::causal, [laws] { laws->causal(); }}};
}

// Registers every law for one resampler spec.
template <class S>
bool resampler(const std::string& name, S spec, ResamplerOptions options = {}) {
  const auto begin = [spec](int channels) {
    return start(spec, StreamFormat{.rate = stream_rate, .channels = Channels::unnamed(channels)});
  };
  const Exemptions exempt = options.exempt;
  auto trials = resampler_trials<decltype(begin(1))>(begin, std::move(options));
  trials.push_back({Law::one_engine, [=] {
                      using Live = decltype(begin(1));
                      if constexpr (Spec<S>)
                        ResamplerLaws<Live>::one_engine(name, spec, begin(3));
                      else
                        FAIL() << "a spec without fields needs an exemption";
                    }});
  return add_all(name, exempt, trials);
}

}  // namespace unguard::laws
