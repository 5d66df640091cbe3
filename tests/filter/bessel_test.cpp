// SPDX-License-Identifier: Apache-2.0
// Truth: the reverse Bessel polynomial theta_N itself, by its recurrence: |H| = theta(0) / |theta(i w)|.
#include "unguard/filter/bessel.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"

namespace unguard {
namespace {

using Complex = std::complex<double>;

// theta_n = (2n - 1) theta_(n - 1) + s^2 theta_(n - 2).
Complex theta(int n, Complex s) {
  Complex before = 1, now = s + 1.0;
  if (n == 0) return before;
  for (int k = 2; k <= n; ++k) {
    const Complex next = (2.0 * k - 1) * now + s * s * before;
    before = now;
    now = next;
  }
  return now;
}
double magnitude(int order, double w) { return std::abs(theta(order, 0) / theta(order, {0, w})); }

template <class Visit>
void for_each_design(BesselNorm norm, Visit&& visit) {
  for (int order = 1; order <= 12; ++order)
    for_each_band<BesselLowpass, BesselHighpass, BesselBandpass, BesselBandstop>(order, [&](auto spec) {
      spec.norm = norm;
      visit(spec);
    });
}

TEST(Bessel, PolesAreRootsOfThePolynomial) {
  for (int order = 1; order <= 12; ++order) {
    const auto poles = zpk::bessel_poles(order);
    ASSERT_EQ(poles.size(), static_cast<std::size_t>(order + 1) / 2);
    for (const auto& p : poles) {
      const Complex s(static_cast<double>(p.real()), static_cast<double>(p.imag()));
      EXPECT_LT(std::abs(theta(order, s)), 1e-11 * std::abs(theta(order, -s))) << order;
      EXPECT_LT(p.real(), 0);
    }
  }
}

TEST(Bessel, ByDelayIsThePolynomial) {
  double worst = 0;
  for_each_design(BesselNorm::delay, [&](const auto& spec) {
    const double off = worst_difference(spec, [&](double w) { return magnitude(spec.order, w); });
    EXPECT_LT(off, 1e-6) << to_text(spec);
    worst = std::max(worst, off);
  });
  std::printf("[ MEASURED ] off the closed form by %.2e\n", worst);
}

// The bilinear transform halves the slope at 0 Hz: s = 2 rate (z - 1) / (z + 1) / (2 rate) there.
TEST(Bessel, ByDelayDelaysByOneOverTheEdgeAtZero) {
  for (int order = 1; order <= 12; ++order)
    for (const double f : {3.0, 180.0, 900.0}) {
      const auto sections = sections_of(BesselLowpass{.cutoff = {f}, .order = order, .norm = BesselNorm::delay});
      const double expected = 1 / (2 * analogue({f}));
      EXPECT_NEAR(group_delay(sections, {0}, test_rate), expected, 1e-8 * expected) << order << " at " << f;
    }
}

TEST(Bessel, ByMagnitudeIsAt3DecibelsAtItsEdges) {
  for_each_design(BesselNorm::magnitude, [&](const auto& spec) {
    for (const Hertz edge : edges_of(spec))
      EXPECT_NEAR(gain(sections_of(spec), edge), std::sqrt(0.5), 1e-7) << to_text(spec);
  });
}

// Far out a low-pass of N poles falls as the product of their distances from 0 over w^N: Butterworth's is the edge.
TEST(Bessel, ByPhaseHasButterworthsAsymptote) {
  for (int order = 1; order <= 12; ++order) {
    const BesselLowpass spec{.cutoff = {100}, .order = order, .norm = BesselNorm::phase};
    long double corner = 1;
    const auto exact = unrounded(spec, test_rate);
    for (const auto& factor : (*exact).factors)
      for (const zpk::Complex& p : factor.poles.roots())
        corner *= std::abs((p - zpk::Complex(1)) / (p + zpk::Complex(1)));
    EXPECT_NEAR(static_cast<double>(std::pow(corner, 1.0L / order)), analogue({100}), 1e-13) << order;
  }
}

}  // namespace
}  // namespace unguard
