// SPDX-License-Identifier: Apache-2.0
// Truth: the closed forms: a peak is 1 - notch; the -3 dB frequencies w1, w2 have w2 - w1 = width and
// w1 + w2 = 2 acos(cos w0 cos(width / 2)).
#include <gtest/gtest.h>

#include "filter/gains.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/peak.hpp"

namespace unguard {
namespace {

using namespace literals;
using std::numbers::pi;

struct Case {
  double frequency;
  double width;
};
constexpr Case cases[] = {{50, 2}, {0.5, 0.01}, {50, 0.1}, {400, 300}, {999, 1}, {950, 30}, {20, 100}, {5, 700}};

// The two -3 dB frequencies of a notch or peak.
std::pair<Hertz, Hertz> half_power(const Case& c) {
  const double w0 = 2 * pi * c.frequency / test_rate.value, half = pi * c.width / test_rate.value;
  const double middle = std::acos(std::cos(w0) * std::cos(half));
  const double to_hertz = test_rate.value / (2 * pi);
  return {{(middle - half) * to_hertz}, {(middle + half) * to_hertz}};
}

TEST(Peak, IsWhatTheNotchTakesOut) {
  for (const Case& c : cases) {
    const Sections peak = sections_of(Peak{.frequency = {c.frequency}, .width = Hertz{c.width}});
    const Sections notch = sections_of(Notch{.frequency = {c.frequency}, .width = Hertz{c.width}});
    EXPECT_NEAR(gain(peak, {c.frequency}), 1, 1e-7) << c.frequency;
    EXPECT_NEAR(gain(notch, {c.frequency}), 0, 1e-7) << c.frequency;
    EXPECT_NEAR(gain(peak, {0}), 0, 1e-12);
    EXPECT_NEAR(gain(peak, {1000}), 0, 1e-12);
    for (double f = 0.1; f < 1000; f *= 1.07) {
      const auto sum = response(peak, {f}, test_rate) + response(notch, {f}, test_rate);
      EXPECT_LT(std::abs(sum - 1.0), 1e-7) << c.frequency << ' ' << f;
    }
  }
}

TEST(Peak, HasItsWidthAtEveryFrequency) {
  for (const Case& c : cases) {
    const auto [low, high] = half_power(c);
    for (const Hertz f : {low, high}) {
      EXPECT_NEAR(gain(sections_of(Peak{.frequency = {c.frequency}, .width = Hertz{c.width}}), f), std::sqrt(0.5),
                  1e-6);
      EXPECT_NEAR(gain(sections_of(Notch{.frequency = {c.frequency}, .width = Hertz{c.width}}), f), std::sqrt(0.5),
                  1e-6);
    }
  }
  EXPECT_EQ(sections_of(Peak{.frequency = 50_Hz, .q = 25.0}), sections_of(Peak{.frequency = 50_Hz, .width = 2_Hz}));
  EXPECT_EQ(sections_of(Peak{}), sections_of(Peak{.width = 2_Hz}));
}

}  // namespace
}  // namespace unguard
