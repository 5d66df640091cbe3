// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for combiners, whose inputs are aligned and equally long. One line registers a spec:
//   const bool subtract = laws::combiner("Subtract", Subtract{}, {.inputs = 2});
#pragma once

#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "laws/damage.hpp"
#include "laws/law.hpp"
#include "laws/output.hpp"
#include "laws/realtime_guard.hpp"
#include "laws/stream.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/quarantine.hpp"

namespace unguard::laws {

struct CombinerOptions {
  int inputs = 2;
  Exemptions exempt{};
};

template <class Live>
class CombinerLaws {
 public:
  using Start = std::function<Live(int channels)>;

  CombinerLaws(Start start, CombinerOptions options) : start_(std::move(start)), options_(std::move(options)) {}

  void any_cut() const {
    const auto in = spoilt(51);
    auto whole = start_(channels);
    const Output expected = run(whole, in, {frames});
    for (int which = 1; which <= cuts(); ++which) {
      auto live = start_(channels);
      ASSERT_TRUE(run(live, in, cut(frames, which)) == expected) << "cut " << which;
    }
  }

  void pure() const {
    const auto in = spoilt(52);
    auto live = start_(channels);
    std::vector<double> y(in[0].x.size());
    std::vector<Marks> marks(y.size());
    std::vector<ConstBlock> parts(in.size());
    const auto saved = live.save();
    const auto work = [&] {
      for (std::int64_t i = 0; i < frames; i += 100) {
        for (std::size_t k = 0; k < in.size(); ++k) parts[k] = in[k].block().part(i, 100);
        live.process(parts, Block{y.data(), frames, channels, marks.data()}.part(i, 100));
      }
      live.reset();
      live.load(saved);
    };
    expect_pure(work);
  }

  void finite() const {
    const auto clean = good(53);
    auto in = spoilt(53);
    for (auto& s : in) std::fill(s.marks.begin(), s.marks.end(), mark::none);
    auto a = start_(channels), b = start_(channels);
    const Output disturbed = run(a, in, blocks), reference = run(b, clean, blocks);
    EXPECT_GT(expect_disturbance_told(disturbed, reference.y), 0.5);

    // Wrong shapes are answered, not obeyed.
    auto live = start_(channels);
    std::vector<double> y(static_cast<std::size_t>(10 * channels));
    const Block out{y.data(), 10, channels};
    std::vector<ConstBlock> all;
    for (const auto& s : clean) all.push_back(s.block().part(0, 10));
    const auto with = [&](ConstBlock other) {
      auto some = all;
      some.back() = other;
      return live.process(some, out);
    };
    EXPECT_EQ(with({clean[0].x.data(), 10, channels + 1}), Status::wrong_channels);
    EXPECT_EQ(live.process(std::span(all).first(all.size() - 1), out), Status::wrong_channels) << "an input short";
    EXPECT_EQ(live.process(all, {y.data(), 9, channels}), Status::wrong_frames);
    EXPECT_EQ(with({clean[0].x.data(), 9, channels}), Status::wrong_frames);
    EXPECT_EQ(with({nullptr, 10, channels}), Status::missing_data);
    EXPECT_EQ(live.process(all, {nullptr, 10, channels}), Status::missing_data);
    EXPECT_EQ(live.position(), SampleIndex{0});
  }

  void fresh() const {
    const auto in = spoilt(54);
    auto first = start_(channels);
    const Output expected = run(first, in, blocks);
    first.reset();
    EXPECT_TRUE(run(first, in, blocks) == expected) << "reset";
    constexpr std::int64_t half = 320;
    auto original = start_(channels);
    const Output begun = run(original, in, blocks, 0, half);
    auto copy = original;
    auto loaded = start_(channels);
    run(loaded, in, blocks);
    const SavedState saved = original.save();
    ASSERT_EQ(loaded.load(saved), Status::ok);
    for (auto* live : {&original, &copy, &loaded}) {
      Output all = begun;
      const Output rest = run(*live, in, blocks, half, frames - half);
      all.append(rest);
      EXPECT_TRUE(all == expected) << (live == &original ? "original" : live == &copy ? "copy" : "loaded");
    }
    auto live = start_(channels);
    expect_refuses_damage(live, saved);
    EXPECT_EQ(start_(channels + 1).load(saved), Status::wrong_state);
    for (const double start : {0x1p24, 0x1p31, 0x1p32, 0x1p53}) {
      auto late = start_(channels);
      late.begin_at({(static_cast<std::int64_t>(start) - 1000) / late.period() * late.period()});
      EXPECT_TRUE(run(late, in, blocks) == expected) << "from sample " << late.position().value;
    }
  }

  // The centroid of the answer to an impulse in the first input, the others silent.
  void latency() const {
    auto in = good(55);
    for (auto& s : in) std::fill(s.x.begin(), s.x.end(), 0.0);
    for (int c = 0; c < channels; ++c) in[0].at(0, c) = 1;
    auto live = start_(channels);
    const double stated = live.latency().samples();
    const Output out = run(live, in, blocks);
    double sum = 0, moment = 0;
    for (std::int64_t i = 0; i < frames; ++i) {
      const double h = out.y[static_cast<std::size_t>(i * channels)];
      sum += h;
      moment += static_cast<double>(i) * h;
    }
    EXPECT_NEAR(stated, moment / sum, 1e-6);
    std::printf("[ MEASURED ] delay stated %g, measured %g samples\n", stated, moment / sum);
  }

  void channels_equal() const {
    const auto in = spoilt(56);
    const auto chosen = [&](const std::vector<int>& columns) {
      std::vector<Stream> some;
      for (const auto& s : in) some.push_back(select(s, columns));
      return some;
    };
    auto live = start_(channels), other = start_(channels);
    const std::vector<int> order{2, 0, 1};
    const Output all = run(live, in, blocks), permuted = run(other, chosen(order), blocks);
    for (int c = 0; c < channels; ++c) {
      const int from = order[static_cast<std::size_t>(c)];
      auto single = start_(1);
      const Output alone = run(single, chosen({from}), blocks);
      for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
        const auto k = i * channels + static_cast<std::size_t>(from);
        ASSERT_EQ(alone.y[i], all.y[k]);
        ASSERT_EQ(alone.marks[i], all.marks[k]);
        ASSERT_EQ(permuted.y[i * channels + static_cast<std::size_t>(c)], all.y[k]);
      }
    }
  }

  // In all inputs together.
  void linear() const {
    const auto a = good(57), b = good(58);
    auto sum = a, scaled = a;
    for (std::size_t k = 0; k < sum.size(); ++k)
      for (std::size_t i = 0; i < sum[k].x.size(); ++i) {
        sum[k].x[i] = 3 * a[k].x[i] - 2 * b[k].x[i];
        scaled[k].x[i] *= 8;
      }
    auto la = start_(channels), lb = start_(channels), ls = start_(channels), l8 = start_(channels);
    const auto ya = run(la, a, blocks).y, yb = run(lb, b, blocks).y, y = run(ls, sum, blocks).y;
    const auto y8 = run(l8, scaled, blocks).y;
    double scale = 0;
    for (std::size_t i = 0; i < y.size(); ++i) scale = std::max({scale, std::fabs(ya[i]), std::fabs(yb[i])});
    EXPECT_GT(scale, 0);
    for (std::size_t i = 0; i < y.size(); ++i) {
      ASSERT_EQ(y8[i], 8 * ya[i]) << "scaling by 2^3 at " << i;
      ASSERT_NEAR(y[i], 3 * ya[i] - 2 * yb[i], 1e-11 * scale) << i;
    }
  }

  void causal() const {
    const auto in = good(59);
    auto live = start_(channels);
    const auto y = run(live, in, blocks).y;
    for (std::size_t which = 0; which < in.size(); ++which)
      for (const std::int64_t n : {0, 1, 31, 33, 500, 999}) {
        auto changed = in;
        for (std::size_t i = static_cast<std::size_t>(n * channels); i < changed[which].x.size(); ++i)
          changed[which].x[i] = 7 - 2 * changed[which].x[i];
        auto after = start_(channels);
        const auto z = run(after, changed, blocks).y;
        ASSERT_TRUE(std::equal(y.begin(), y.begin() + n * channels, z.begin())) << n;
      }
  }

 private:
  static constexpr int channels = 3;
  static constexpr std::int64_t frames = 1000;
  // One way to cut, for every law but the first.
  static inline const std::vector<std::int64_t> blocks{32};

  std::vector<Stream> good(unsigned seed) const {
    std::vector<Stream> all;
    for (int k = 0; k < options_.inputs; ++k)
      all.push_back(good_stream(frames, channels, 100 * seed + static_cast<unsigned>(k)));
    return all;
  }
  std::vector<Stream> spoilt(unsigned seed) const {
    auto all = good(seed);
    std::mt19937 generator(seed);
    for (auto& s : all) spoil(s, generator, 2000);
    return all;
  }
  static Output run(Live& live, const std::vector<Stream>& in, const std::vector<std::int64_t>& pieces,
                    std::int64_t first = 0, std::int64_t count = frames) {
    const int wide = in[0].channels;
    Output all{std::vector<double>(static_cast<std::size_t>(count * wide)),
               std::vector<Marks>(static_cast<std::size_t>(count * wide))};
    std::vector<ConstBlock> parts(in.size());
    std::size_t piece = 0;
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t n = std::min(pieces[piece++ % pieces.size()], count - done);
      for (std::size_t k = 0; k < in.size(); ++k) parts[k] = in[k].block().part(first + done, n);
      EXPECT_EQ(live.process(parts, Block{all.y.data(), count, wide, all.marks.data()}.part(done, n)), Status::ok);
      done += n;
    }
    return all;
  }

  Start start_;
  CombinerOptions options_;
};

template <Combiner Live>
Trials combiner_trials(std::function<Live(int channels)> start, CombinerOptions options = {}) {
  using L = CombinerLaws<Live>;
  const auto laws = std::make_shared<const L>(std::move(start), std::move(options));
  return {{Law::any_cut, [laws] { laws->any_cut(); }}, {Law::pure, [laws] { laws->pure(); }},
          {Law::finite, [laws] { laws->finite(); }},   {Law::fresh, [laws] { laws->fresh(); }},
          {Law::latency, [laws] { laws->latency(); }}, {Law::channels_equal, [laws] { laws->channels_equal(); }},
          {Law::linear, [laws] { laws->linear(); }},   {Law::causal, [laws] { laws->causal(); }}};
}

// Registers every law for one combiner spec.
template <class S>
bool combiner(const std::string& name, S spec, CombinerOptions options = {}) {
  const auto begin = [spec](int channels) {
    return start(spec, StreamFormat{.rate = stream_rate, .channels = Channels::unnamed(channels)});
  };
  const Exemptions exempt = options.exempt;
  auto trials = combiner_trials<decltype(begin(1))>(begin, std::move(options));
  trials.push_back(no_python_yet());
  return add_all(name, exempt, trials);
}

}  // namespace unguard::laws
