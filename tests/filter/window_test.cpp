// SPDX-License-Identifier: Apache-2.0
// Truth: tabulated values of the Bessel function (Abramowitz & Stegun 1964, table 9.8, and 20 digits by mpmath), the
// windows' closed forms. (SciPy and mpmath: the Python tests.)
#include "unguard/filter/window.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unguard/core/text.hpp"

namespace unguard {
namespace {

using window_detail::bessel_i0;
using window_detail::values;

TEST(Window, BesselFunctionToTheLastDigit) {
  EXPECT_EQ(bessel_i0(0), 1);
  EXPECT_NEAR(static_cast<double>(bessel_i0(1.0L) / 1.2660658777520083356L), 1, 1e-16);
  EXPECT_NEAR(static_cast<double>(bessel_i0(10.0L) / 2815.7166284662544715L), 1, 1e-16);
}

TEST(Window, EveryOneIsSymmetricAndOneInItsMiddle) {
  for (int kind = 0; kind < 7; ++kind)
    for (const int length : {1, 3, 51, 401}) {
      const auto w = values(static_cast<Window>(kind), length, 6);
      for (std::size_t n = 0; n < w.size(); ++n) EXPECT_EQ(w[n], w[w.size() - 1 - n]);
      EXPECT_NEAR(static_cast<double>(w[w.size() / 2]), 1, 1e-8) << to_text(static_cast<Window>(kind)) << " " << length;
    }
}

TEST(Window, ClosedForms) {
  const auto hann = values(Window::hann, 5, 0);
  for (std::size_t n = 0; n < 5; ++n)
    EXPECT_NEAR(static_cast<double>(hann[n]), std::pow(std::sin(0.25 * std::acos(-1.0) * static_cast<double>(n)), 2),
                2e-16);
  EXPECT_NEAR(static_cast<double>(values(Window::hamming, 9, 0)[0]), 0.08, 1e-16);
  EXPECT_NEAR(static_cast<double>(values(Window::kaiser, 9, 3)[0] * bessel_i0(3)), 1, 1e-16);
  for (const auto v : values(Window::kaiser, 8, 0)) EXPECT_EQ(v, 1);
}

TEST(Window, KaisersRuleOfHisOwnExample) {
  // Oppenheim & Schafer 2010, example 7.5: 60 dB, transition 0.2 pi: beta 5.653, M = 37.
  const auto order = kaiser_order(60, {200}, {2000});
  EXPECT_NEAR(order.beta, 5.653, 5e-4);
  EXPECT_EQ(order.length, 38);
  EXPECT_EQ(kaiser_beta(21), 0);
  EXPECT_EQ(kaiser_order(60, {1e-9}, {1e6}).length, 1000000000);
}

}  // namespace
}  // namespace unguard
