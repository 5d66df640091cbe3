// SPDX-License-Identifier: Apache-2.0
// Input that somebody else writes to while it is filtered may change between the look at it and its use. The contract
// forbids it; should it happen, the filter must not say NaN for ever, nor anything false unmarked. Truth: the same
// stream left in peace.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "laws/toys/delay.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

using laws::toys::Delay;
using laws::toys::Toy;

// What the other thread does, at a sample that can be told: the last channel becomes a NaN behind the quarantine.
struct Torn : Delay {
  using Delay::Delay;
  static inline std::int64_t when = 0;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    const std::int64_t i = when - at_;
    Delay::run(x, y, n);
    if (i >= 0 && i < n) y[i * channels_ + channels_ - 1] = std::numeric_limits<double>::quiet_NaN();
  }
};

constexpr std::int64_t frames = 12000, block = 100;

struct Output {
  std::vector<double> y;
  std::vector<Marks> marks;
};
std::vector<double> emg(int channels) {
  std::vector<double> x(static_cast<std::size_t>(frames * channels));
  unsigned seed = 9;
  for (auto& v : x) v = 3000 + 50 * (static_cast<double>((seed = 1664525 * seed + 1013904223) >> 8) * 0x1p-23 - 1);
  return x;
}
template <class F>
Output run(F filter, const std::vector<double>& x, int channels, std::int64_t& replaced) {
  Output out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  for (std::int64_t i = 0; i < frames; i += block)
    EXPECT_EQ(filter.process({x.data() + i * channels, block, channels},
                             {out.y.data() + i * channels, block, channels, out.marks.data() + i * channels}),
              Status::ok);
  replaced = filter.replaced_non_finite();
  return out;
}

template <class... S>
void recovers(int channels, S... stages) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(channels)};
  const auto x = emg(channels);
  std::int64_t replaced = 0;
  const Output peace = run(start(Chain{Toy<Delay>{}, stages...}, format), x, channels, replaced);
  EXPECT_EQ(replaced, 0);
  for (const std::int64_t when : {4000, 4050, 4098, 4099}) {
    Torn::when = when;
    const Output torn = run(start(Chain{Toy<Torn>{}, stages...}, format), x, channels, replaced);
    EXPECT_GE(replaced, 1) << when;
    std::int64_t marked = 0;
    double worst = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      ASSERT_TRUE(std::isfinite(torn.y[k])) << when << " at " << k;
      marked += torn.marks[k] != 0;
      if (torn.marks[k])
        EXPECT_EQ(torn.marks[k], mark::non_finite);
      else
        worst = std::max(worst, std::fabs(torn.y[k] - peace.y[k]));
    }
    EXPECT_LE(worst, 1) << when;
    EXPECT_LT(marked, 4000 * channels) << "believing too little is a failure too, " << when;
    for (std::int64_t k = 4000 * channels; k < 4100 * channels; ++k)
      ASSERT_EQ(torn.marks[static_cast<std::size_t>(k)], mark::non_finite) << "the call's own output";
  }
}

TEST(TornInput, IsMarkedAndForgotten) {
  for (const int channels : {1, 3, 8, 17}) {
    recovers(channels, Bandpass{});
    recovers(channels, Bandpass{}, Notch{}, Rms{});
    recovers(channels, Lowpass{}, TwoPole{});
  }
}

}  // namespace
}  // namespace unguard
