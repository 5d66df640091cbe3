// SPDX-License-Identifier: Apache-2.0
// Truth: the whole-record twin for blocks; the definition of Gustafsson's states: both directions agree best. Against
// SciPy in bindings/python/tests/filter/test_zero_phase.py.
#include "unguard/filter/zero_phase.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/state_variable.hpp"
#include "unguard/filter/zero_phase_blocks.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat format(int channels = 1) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }
std::vector<double> record(std::int64_t frames, int channels, double offset = 300) {
  std::mt19937 generator(21);
  std::normal_distribution<double> normal(offset, 50);
  std::vector<double> x(static_cast<std::size_t>(frames * channels));
  for (auto& v : x) v = normal(generator);
  return x;
}
double largest(const std::vector<double>& x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::fabs(v));
  return most;
}

template <class S>
double blocks_against_whole(const S& spec, std::int64_t frames, int channels, std::int64_t piece,
                            const ZeroPhaseEdges& edges = {}) {
  const auto x = record(frames, channels);
  const auto whole = zero_phase(spec, {x.data(), frames, channels}, format(channels), edges).take();
  auto blocks = zero_phase_blocks(spec, format(channels), edges).take();
  double worst = 0;
  for (int twice = 0; twice < 2; ++twice) {
    std::vector<double> y;
    const auto put = [&](ConstBlock out) { y.insert(y.end(), out.data, out.data + out.frames * channels); };
    for (std::int64_t i = 0; i < frames; i += piece) {
      const std::int64_t n = std::min(piece, frames - i);
      EXPECT_EQ(why(blocks.push({x.data() + i * channels, n, channels}, put)), "accepted");
      EXPECT_LE(i + n - static_cast<std::int64_t>(y.size()) / channels, blocks.most_waiting());
    }
    EXPECT_EQ(why(blocks.finish(put)), "accepted");
    EXPECT_EQ(y.size(), whole.size());
    for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::fabs(y[i] - whole[i]));
  }
  return worst / largest(x);
}

// Truth: the whole record at once, 1e-12 of the largest value. Filters short and long, pieces short and long.
TEST(ZeroPhaseBlocks, AreTheWholeRecordInBoundedMemory) {
  double worst = 0;
  for (const std::int64_t piece : {1, 17, 1000, 30000}) {
    const auto with = [&](const auto& spec) { worst = std::max(worst, blocks_against_whole(spec, 30000, 3, piece)); };
    with(Bandpass{});
    with(Lowpass{.cutoff = 6_Hz});
    with(Highpass{.cutoff = 2_Hz});
    with(Notch{});
    with(BesselLowpass{.order = 12});
    with(OnePole{.cutoff = 3_Hz});
    with(StateVariable{.order = 3});
    with(Chain{Bandpass{}, Notch{}});
    with(RuntimeChain{{Bandpass{}, StateVariable{}, Notch{}}});
  }
  for (const auto padding : {Padding::odd, Padding::even, Padding::constant, Padding::none})
    for (const std::int64_t length : {0, 1, 40, 5000})
      worst =
          std::max(worst, blocks_against_whole(Bandpass{}, 12000, 2, 700, {.padding = padding, .pad_length = length}));
  std::printf("[ MEASURED ] blocks differ from the whole record by %.1e of the largest value at most\n", worst);
  EXPECT_LE(worst, 1e-12);
}

// Truth: the sizes it states, and the same for a record ten times as long.
TEST(ZeroPhaseBlocks, HoldWhatTheFilterRemembersAndNoMore) {
  auto blocks = zero_phase_blocks(Bandpass{}, format(8)).take();
  const auto x = record(1000, 8);
  std::int64_t out = 0;
  const auto before = blocks.bytes();
  const auto put = [&](ConstBlock y) { out += y.frames; };
  for (int i = 0; i < 300; ++i) ASSERT_FALSE(blocks.push({x.data(), 1000, 8}, put));
  EXPECT_EQ(blocks.bytes(), before);
  EXPECT_GE(out, 300000 - blocks.most_waiting());
  ASSERT_FALSE(blocks.finish(put));
  EXPECT_EQ(out, 300000);
  EXPECT_EQ(blocks.most_waiting(), 2 * blocks.look_ahead());
  EXPECT_LE(blocks.look_ahead(), memory((*linear(Bandpass{}, {2000})).front().sections));
  std::printf("[ MEASURED ] default band-pass, 8 channels: %lld frames ahead, %zu bytes\n",
              static_cast<long long>(blocks.look_ahead()), blocks.bytes());
}

TEST(ZeroPhaseBlocks, RefuseByName) {
  const auto refusal = [](const auto& spec, const ZeroPhaseEdges& edges) {
    return why(zero_phase_blocks(spec, format(), edges));
  };
  EXPECT_EQ(refusal(Bandpass{}, {.method = ZeroPhaseMethod::gustafsson}),
            "method is gustafsson: expected pad: the others need the whole record (ZeroPhaseEdges.method)");
  EXPECT_EQ(refusal(Highpass{.cutoff = {0.0001}, .order = 1}, {}).substr(0, 8), "spec is ");
  EXPECT_NE(refusal(Rms{}, {}).find("linear filters only"), std::string::npos);
  auto blocks = zero_phase_blocks(Bandpass{}, format()).take();
  const auto x = record(27, 1);
  int called = 0;
  const auto put = [&](ConstBlock) { ++called; };
  EXPECT_EQ(why(blocks.push({x.data(), 13, 2}, put)), "channels is 2: expected 1 as in the format (record.channels)");
  EXPECT_EQ(why(blocks.push({x.data(), 27, 1}, put)), "accepted");
  EXPECT_EQ(why(blocks.finish(put)),
            "frames is 27: expected more than 27 for this filter's zero-phase padding (record.frames)");
  EXPECT_EQ(called, 0);
}

// Truth: the definition: both directions agree, so the record turned round in time gives the result turned round.
TEST(Gustafsson, TreatsBothDirectionsAlike) {
  double worst = 0;
  for (const std::int64_t frames : {200, 3000}) {
    const auto x = record(frames, 1);
    const std::vector<double> turned(x.rbegin(), x.rend());
    const ZeroPhaseEdges gustafsson{.method = ZeroPhaseMethod::gustafsson};
    const auto check = [&](const auto& spec) {
      const auto y = zero_phase(spec, {x.data(), frames, 1}, format(), gustafsson).take();
      auto z = zero_phase(spec, {turned.data(), frames, 1}, format(), gustafsson).take();
      std::reverse(z.begin(), z.end());
      for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::fabs(y[i] - z[i]) / largest(x));
    };
    check(Lowpass{.cutoff = 100_Hz, .order = 3});
    check(Bandpass{.order = 2});
    check(Notch{.q = 5.0});
  }
  std::printf("[ MEASURED ] forward against backward: %.1e of the largest value\n", worst);
  EXPECT_LE(worst, 1e-12);
}

// Truth: the same three numbers as a section without poles.
TEST(Gustafsson, TakesFiniteImpulseResponsesToo) {
  const std::vector<double> h{0.2, 0.5, -0.1};
  const Linear as_taps{{.taps = h}}, as_section{{.sections = {{h[0], h[1], h[2], 0, 0}}}};
  for (const std::int64_t frames : {8, 500}) {
    const auto x = record(frames, 2);
    const ConstBlock block{x.data(), frames, 2};
    for (const auto& length : {std::optional<std::int64_t>{}, std::optional<std::int64_t>{3}}) {
      const auto y = gustafsson::filtered(as_taps, block, length), z = gustafsson::filtered(as_section, block, length);
      for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], z[i], 1e-12 * largest(x));
    }
  }
  EXPECT_EQ(gustafsson::WideFilter<long double>(as_taps).states(), 2u);
  EXPECT_EQ(gustafsson::WideFilter<long double>(as_section).states(), 2u);
}

// Truth: a constant is its own low-pass, to the ends: no start-up anywhere.
TEST(Gustafsson, LeavesAConstantAlone) {
  const std::vector<double> x(2 * 4000, 20e3);
  for (const std::int64_t frames : {60, 4000}) {
    const auto y =
        zero_phase(Lowpass{.cutoff = 100_Hz}, {x.data(), frames, 2}, format(2), {.method = ZeroPhaseMethod::gustafsson})
            .take();
    for (double v : y) ASSERT_NEAR(v, 20e3, 1e-6);
  }
}

TEST(Gustafsson, RefusesByName) {
  const auto x = record(5000, 1);
  const auto refusal = [&](const ZeroPhaseEdges& edges, std::int64_t frames = 5000) {
    return why(zero_phase(Bandpass{}, {x.data(), frames, 1}, format(), edges));
  };
  using enum ZeroPhaseMethod;
  EXPECT_EQ(refusal({.method = gustafsson}, 16),
            "frames is 16: expected more than 16, the states of this filter in both directions (record.frames)");
  EXPECT_EQ(refusal({.method = gustafsson, .response_length = 7}),
            "response_length is 7: expected at least 8, the states of this filter (ZeroPhaseEdges.response_length)");
  EXPECT_EQ(refusal({.method = gustafsson, .padding = Padding::even}),
            "padding is even: expected odd, the default, unless method is pad (ZeroPhaseEdges.padding)");
  EXPECT_EQ(refusal({.method = gustafsson, .pad_length = 3}),
            "pad_length is 3: expected none unless method is pad (ZeroPhaseEdges.pad_length)");
  EXPECT_EQ(refusal({.response_length = 3}),
            "response_length is 3: expected none unless method is gustafsson (ZeroPhaseEdges.response_length)");
  EXPECT_EQ(refusal({.pad_length = 5000}),
            "frames is 5000: expected more than 5000 for this filter's zero-phase padding (record.frames)");
}

}  // namespace
}  // namespace unguard
