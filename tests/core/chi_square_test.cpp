// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms, SciPy 1.17.1's chi2.ppf, the table of Garwood 1936, and the Poisson distribution summed term by
// term.
#include "unguard/core/chi_square.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace unguard {
namespace {

// Truth: closed form; half of it is exponential.
TEST(ChiSquare, OfTwoDegreesIsMinusTwiceTheLogarithm) {
  for (const double share : {1e-6, 0.025, 0.5, 0.975, 0.999999})
    EXPECT_NEAR(chi_square_quantile(2, share), -2 * std::log1p(-share), 1e-9 * -2 * std::log1p(-share) + 1e-12);
}

// Truth: scipy.stats.chi2.ppf.
TEST(ChiSquare, QuantilesAreThoseOfTheTables) {
  const struct {
    double freedom, share, quantile;
  } table[] = {
      {0.5, 0.0001, 1.3499395786223448e-16}, {0.5, 0.025, 5.273202591259991e-07}, {0.5, 0.975, 3.433235299960771},
      {0.5, 0.9999, 12.85662875847377},      {1, 0.0001, 1.5707963350195693e-08}, {1, 0.025, 0.0009820691171752555},
      {1, 0.975, 5.023886187314888},         {1, 0.9999, 15.136705226623606},     {3, 0.0001, 0.005214832329027977},
      {3, 0.025, 0.21579528262389785},       {3, 0.975, 9.348403604496148},       {3, 0.9999, 21.107513466160444},
      {10, 0.0001, 0.8889203579128959},      {10, 0.025, 3.2469727802368413},     {10, 0.975, 20.483177350807388},
      {10, 0.9999, 35.564013941952396},      {100, 0.0001, 55.724598450501624},   {100, 0.025, 74.22192747492373},
      {100, 0.975, 129.5611971858366},       {100, 0.9999, 161.31865695904807},   {7200, 0.0001, 6762.248101078038},
      {7200, 0.025, 6966.704321641864},      {7200, 0.975, 7437.084214445374},    {7200, 0.9999, 7654.859112275708},
      {2e+06, 0.0001, 1992570.5196718331},   {2e+06, 0.025, 1996081.9666805877},  {2e+06, 0.975, 2003921.8219309007},
      {2e+06, 0.9999, 2007446.588436426},
  };
  // Eigen's incomplete gamma function has fewer digits far out: of two million still a thousandth of an SD.
  for (const auto& t : table)
    EXPECT_NEAR(chi_square_quantile(t.freedom, t.share), t.quantile, (t.freedom > 1e6 ? 1e-6 : 1e-8) * t.quantile)
        << t.freedom << " " << t.share;
}

// Truth: the interval as tables have it (Garwood 1936, three digits behind the point), and as SciPy computes it.
TEST(CountInterval, IsGarwoods) {
  EXPECT_EQ(count_interval(0).low, 0);
  EXPECT_NEAR(count_interval(0).high, 3.689, 5e-4);
  EXPECT_NEAR(count_interval(1).low, 0.025, 5e-4);
  EXPECT_NEAR(count_interval(1).high, 5.572, 5e-4);
  EXPECT_NEAR(count_interval(5).low, 1.623, 5e-4);
  EXPECT_NEAR(count_interval(5).high, 11.668, 5e-4);
  EXPECT_NEAR(count_interval(10).low, 4.795, 5e-4);
  EXPECT_NEAR(count_interval(10).high, 18.390, 5e-4);
  EXPECT_NEAR(count_interval(50).low, 37.111, 5e-4);
  EXPECT_NEAR(count_interval(50).high, 65.919, 5e-4);
}

// Truth: the definition. A mean at either end would give so few, or so many, with a chance of 2.5 %.
TEST(CountInterval, EndsWhereTheCountIsTooRareByTwoAndAHalfPercent) {
  const auto at_most = [](std::int64_t count, double mean) {
    double term = std::exp(-mean), sum = term;
    for (std::int64_t i = 1; i <= count; ++i) sum += term *= mean / static_cast<double>(i);
    return sum;
  };
  for (const std::int64_t count : {1, 2, 3, 7, 20, 60, 240}) {
    const CountInterval interval = count_interval(count);
    EXPECT_NEAR(at_most(count, interval.high), 0.025, 1e-8) << count;
    EXPECT_NEAR(1 - at_most(count - 1, interval.low), 0.025, 1e-8) << count;
  }
}

}  // namespace
}  // namespace unguard
