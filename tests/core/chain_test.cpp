// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/chain.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "unguard/core/processor.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

using namespace literals;

static_assert(Filter<LiveFilter<Bandpass>>);
static_assert(Filter<LiveFilter<RuntimeChain>>);

std::vector<double> noise(std::size_t n, double offset) {
  std::mt19937 generator(1);
  std::normal_distribution<double> normal(offset, 50);
  std::vector<double> x(n);
  for (auto& v : x) v = normal(generator);
  return x;
}

// Truth: the law that both chains run the same kernels.
TEST(Chain, BuiltAtRunTimeGivesTheSameBits) {
  const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(8)};
  auto fixed = start(Chain{Priming{20_ms}, Bandpass{}, Notch{}, Rms{}}, format);
  auto open = start(RuntimeChain{{Priming{20_ms}, Bandpass{}, Notch{}, Rms{}}}, format);
  const auto x = noise(8 * 3000, 20000);
  std::vector<double> a(x.size()), b(x.size());
  ASSERT_EQ(fixed.process({x.data(), 3000, 8}, {a.data(), 3000, 8}), Status::ok);
  ASSERT_EQ(open.process({x.data(), 3000, 8}, {b.data(), 3000, 8}), Status::ok);
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace unguard
