// SPDX-License-Identifier: Apache-2.0
// The bytes of a saved state; that carrying on from them changes nothing is a law (tests/laws).
#include "unguard/core/state.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels = 2, double rate = 2000) {
  return {.rate = {rate}, .channels = Channels::unnamed(channels)};
}

// A value of every kind a state may hold.
struct Thing {
  enum class Phase { off, on };
  std::int64_t count = 1;
  double level = 2.5;
  bool held = true;
  Phase phase = Phase::on;
  std::vector<double> values{1, 2, 3};
  std::vector<std::uint16_t> none{};

  template <class Archive>
  void state(Archive& archive) {
    archive(count);
    archive(level);
    archive(held);
    archive(phase);
    archive(values);
    archive(none);
  }
  friend bool operator==(const Thing&, const Thing&) = default;
};

// Truth: what was saved.
TEST(State, ComesBackAsItWas) {
  Thing a{.count = -7, .level = 1e-300, .held = false, .phase = Thing::Phase::off, .values = {4, 5, 6}}, b;
  ASSERT_EQ(load_state(b, save_state(a, 99), 99), Status::ok);
  EXPECT_EQ(a, b);
}

// Truth: the header: magic, version, owner, size, checksum; any single wrong bit of it or of the body is noticed.
TEST(State, DamagedInAnyBitOfAnyByteIsRefusedAndChangesNothing) {
  Thing a{.count = 42};
  const SavedState good = save_state(a, 99);
  Thing b;
  const Thing before = b;
  for (std::size_t i = 0; i < good.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      SavedState bad = good;
      bad[i] ^= static_cast<std::byte>(1 << bit);
      ASSERT_EQ(load_state(b, bad, 99), Status::wrong_state) << "byte " << i << " bit " << bit;
      ASSERT_EQ(b, before);
    }
}

// Truth: any other length is not what was saved.
TEST(State, TruncatedOrExtendedIsRefused) {
  Thing a, b;
  const SavedState good = save_state(a, 99);
  for (std::size_t n = 0; n < good.size(); ++n)
    ASSERT_EQ(load_state(b, std::span(good).first(n), 99), Status::wrong_state) << n;
  SavedState longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(load_state(b, longer, 99), Status::wrong_state);
}

// Truth: the hash it was saved under.
TEST(State, OfAnotherOwnerIsRefused) {
  Thing a, b;
  EXPECT_EQ(load_state(b, save_state(a, 99), 98), Status::wrong_state);
}

// Truth: a body that passes every check of the header and does not fit: refused before anything is changed.
TEST(State, OfAnotherShapeIsRefusedAsAWhole) {
  Thing a{.count = 1000, .values = {1, 2, 3, 4}}, b;
  const Thing before = b;
  EXPECT_EQ(load_state(b, save_state(a, 99), 99), Status::wrong_state);
  EXPECT_EQ(b, before) << "the members before the one that did not fit stay too";
}

// Truth: spec, rate and number of channels name whose state it is.
TEST(State, BelongsToSpecRateAndChannels) {
  auto filter = start(Lowpass{}, format());
  const SavedState saved = filter.save();
  EXPECT_EQ(start(Lowpass{}, format()).load(saved), Status::ok);
  EXPECT_EQ(start(Lowpass{.cutoff = {451}}, format()).load(saved), Status::wrong_state);
  EXPECT_EQ(start(Highpass{.cutoff = {450}}, format()).load(saved), Status::wrong_state);
  EXPECT_EQ(start(Lowpass{}, format(3)).load(saved), Status::wrong_state);
  EXPECT_EQ(start(Lowpass{}, format(2, 2001)).load(saved), Status::wrong_state);
}

// Truth: the output without interruption; a state of one build of a chain serves another start of the same spec.
TEST(State, OfARuntimeChainCarriesOn) {
  const RuntimeChain spec{{Priming{{0.02}}, Bandpass{}, Rms{}}};
  std::vector<double> x(2000), whole(2000), parts(2000);
  std::iota(x.begin(), x.end(), 0);
  auto one = start(spec, format());
  one.process({x.data(), 1000, 2}, {whole.data(), 1000, 2});
  // In the middle of the priming, and behind it.
  for (const std::int64_t at : {17, 500}) {
    auto first = start(spec, format());
    first.process({x.data(), at, 2}, {parts.data(), at, 2});
    auto second = start(spec, format());
    ASSERT_EQ(second.load(first.save()), Status::ok);
    EXPECT_EQ(second.position(), SampleIndex{at});
    second.process({x.data() + 2 * at, 1000 - at, 2}, {parts.data() + 2 * at, 1000 - at, 2});
    EXPECT_EQ(whole, parts) << at;
  }
}

}  // namespace
}  // namespace unguard
