// SPDX-License-Identifier: Apache-2.0
// Truth: the slope of a ramp, of a parabola and of a sinusoid. (mpmath: the Python tests.)
#include "unguard/filter/differentiator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"

namespace unguard {
namespace {

const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};

std::vector<double> slope_of(const Differentiator& spec, const std::vector<double>& x) {
  std::vector<double> y(x.size());
  auto live = start(spec, format);
  EXPECT_EQ(live.process({x.data(), static_cast<std::int64_t>(x.size()), 1},
                         {y.data(), static_cast<std::int64_t>(x.size()), 1}),
            Status::ok);
  return y;
}

TEST(Differentiator, OfARampIsItsSlopeAndOfAParabolaTheSlopeItHadADelayAgo) {
  std::vector<double> ramp, parabola;
  for (int i = 0; i < 400; ++i) {
    const double t = i / 2000.0;
    ramp.push_back(7 * t);
    parabola.push_back(100 * t * t);
  }
  const double late = start(Differentiator{}, format).latency().samples();
  const auto flat = slope_of({}, ramp), rising = slope_of({}, parabola);
  for (std::size_t i = static_cast<std::size_t>(2 * late); i < ramp.size(); ++i) {
    EXPECT_NEAR(flat[i], 7, 1e-11);
    EXPECT_NEAR(rising[i], 200 * (static_cast<double>(i) - late) / 2000, 1e-10);
  }
}

TEST(Differentiator, HasNoGainAtZeroAndAtHalfTheRate) {
  const auto taps = *design_taps(Differentiator{}, {2000});
  EXPECT_EQ(taps.size() % 2, 1u);
  EXPECT_LE(std::abs(response(taps, {0}, {2000})), 1e-11);
  EXPECT_LE(std::abs(response(taps, {1000}, {2000})), 1e-9);
  // Within 0.1 % of the largest slope in the band.
  EXPECT_NEAR(std::abs(response(taps, {50}, {2000})), 2 * std::numbers::pi * 50, 1e-3 * 2 * std::numbers::pi * 200);
}

TEST(Differentiator, RefusesByName) {
  EXPECT_EQ(why(try_start(Differentiator{.cutoff = {1000}}, format)),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (Differentiator.cutoff)");
  EXPECT_EQ(why(try_start(Differentiator{.length = 4}, format)),
            "length is 4: expected an odd number: an even one has no gain at half the sampling rate "
            "(Differentiator.length)");
  EXPECT_EQ(why(try_start(Differentiator{.length = 3, .window = Window::hann}, format)),
            "length is 3: expected one whose taps under this window have a slope (Differentiator.length)");
}

}  // namespace
}  // namespace unguard
