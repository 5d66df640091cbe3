// SPDX-License-Identifier: Apache-2.0
// Truth: normal equations solved by elimination, Gaussian densities, the definition of the cumulative sum, and counts
// on simulated white noise.
#include "unguard/detect/change_bank.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Correlations that EMG has and one that it has not.
const std::vector<std::vector<double>> correlations{
    {}, {0.5}, {0.6, 0.2, -0.1}, {0, 0, 0, 0, 0, 0}, {0.45, -0.1, -0.3, -0.25, -0.1, 0.02}, {-0.8, 0.6, -0.45}};
constexpr double some_sizes[] = {0.3, 1, 2.5, 16};

// Autocovariance of the change with the noise of rest, n x n.
Matrix covariance(const std::vector<double>& correlation, double size, std::size_t n) {
  Matrix m(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) m[i][j] = i == j ? 1 + size : size * correlation[(i > j ? i - j : j - i) - 1];
  return m;
}
// x of m x = b and the logarithm of the determinant, by elimination; m is positive definite.
struct Solved {
  std::vector<double> x;
  double log_determinant = 0;
};
Solved solve(Matrix m, std::vector<double> b) {
  const std::size_t n = b.size();
  Solved s;
  for (std::size_t k = 0; k < n; ++k) {
    s.log_determinant += std::log(m[k][k]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double f = m[i][k] / m[k][k];
      for (std::size_t j = k; j < n; ++j) m[i][j] -= f * m[k][j];
      b[i] -= f * b[k];
    }
  }
  s.x.resize(n);
  for (std::size_t k = n; k-- > 0;) {
    s.x[k] = b[k];
    for (std::size_t j = k + 1; j < n; ++j) s.x[k] -= m[k][j] * s.x[j];
    s.x[k] /= m[k][k];
  }
  return s;
}
// Logarithm of the density of a zero-mean Gaussian vector.
double log_density(const Matrix& m, const std::vector<double>& w) {
  if (w.empty()) return 0;
  const Solved s = solve(m, w);
  double square = 0;
  for (std::size_t i = 0; i < w.size(); ++i) square += w[i] * s.x[i];
  return -0.5 * (square + s.log_determinant + static_cast<double>(w.size()) * std::log(2 * std::numbers::pi));
}

// Truth: the normal equations, solved by elimination.
TEST(ChangeSize, SolvesTheNormalEquations) {
  for (const auto& rho : correlations)
    for (const double size : some_sizes) {
      const auto made = change_size(rho, size);
      ASSERT_TRUE(made);
      std::vector<double> right;
      for (const double r : rho) right.push_back(-size * r);
      const auto direct = solve(covariance(rho, size, rho.size()), right).x;
      double error = 1 + size;
      ASSERT_EQ(made->predictor.size(), rho.size());
      for (std::size_t i = 0; i < rho.size(); ++i) {
        EXPECT_NEAR(made->predictor[i], direct[i], 1e-12);
        error += direct[i] * size * rho[i];
      }
      EXPECT_NEAR(made->log_scale, -0.5 * std::log(error), 1e-12);
      EXPECT_NEAR(made->weight, 0.5 / error, 1e-12);
      EXPECT_EQ(made->size, size);
    }
}

// Truth: a sequence of correlations is that of a process only where its matrix has no negative eigenvalue; here 1 -
// 0.99
// - 0.99 of a combination's variance.
TEST(ChangeSize, IsNotMadeOfCorrelationsThatNoProcessHas) {
  EXPECT_FALSE(change_size(std::vector{0.99, -0.99}, 1000));
  EXPECT_FALSE(change_size(std::vector{1.5}, 16));
  EXPECT_FALSE(change_size(std::vector{std::nan("")}, 1));
  EXPECT_TRUE(change_size(std::vector{0.99, 0.98}, 1000));
}

// Truth: densities of jointly Gaussian samples: of all of them over that of the past alone, against white noise.
TEST(ChangeBank, SaysTheLogLikelihoodRatioOfTheNewestSampleGivenThePast) {
  RandomStream random(1, "windows");
  for (const auto& rho : correlations)
    for (const double size : some_sizes) {
      const ChangeBank bank({*change_size(rho, size)}, 1e9);
      for (int trial = 0; trial < 20; ++trial) {
        std::vector<double> w(rho.size() + 1);
        for (double& v : w) v = 3 * random.normal();
        const std::vector<double> past(w.begin() + 1, w.end());
        const double changed =
            log_density(covariance(rho, size, w.size()), w) - log_density(covariance(rho, size, past.size()), past);
        const double rest = -0.5 * (w[0] * w[0] + std::log(2 * std::numbers::pi));
        EXPECT_NEAR(bank.says(0, w.data()), changed - rest, 1e-9);
      }
    }
}

// Truth: a density over a density. Under white noise its mean is 1 whatever the past, by quadrature: that is what keeps
// false alarms below exp(-g).
TEST(ChangeBank, LikelihoodRatiosOfWhiteNoiseAreOneOnAverage) {
  RandomStream random(2, "pasts");
  for (const auto& rho : correlations)
    for (const double size : some_sizes) {
      const ChangeBank bank({*change_size(rho, size)}, 1e9);
      std::vector<double> w(rho.size() + 1);
      for (double& v : w) v = random.normal();
      double mean = 0;
      constexpr double step = 0.01;
      for (w[0] = -70; w[0] < 70; w[0] += step)
        mean += step * std::exp(bank.says(0, w.data()) - 0.5 * w[0] * w[0]) / std::sqrt(2 * std::numbers::pi);
      EXPECT_NEAR(mean, 1, 1e-9);
    }
}

std::vector<ChangeSize> sizes_in_dB(const std::vector<double>& dB, const std::vector<double>& rho) {
  std::vector<ChangeSize> sizes;
  for (const double s : dB) sizes.push_back(*change_size(rho, std::pow(10, s / 10)));
  return sizes;
}

// Truth: the definition, Page 1954: the most that a stretch up to now says, whatever its beginning; no sample more than
// it may.
TEST(ChangeBank, EvidenceIsTheMostThatAnyStretchUpToNowSaysForAnySize) {
  constexpr double most = 1.5;
  for (const auto& rho : correlations) {
    ChangeBank bank(sizes_in_dB({-3, 2, 9}, rho), most);
    RandomStream random(3, "noise");
    const std::size_t lags = rho.size();
    std::vector<double> x(lags);  // oldest first
    std::vector<std::vector<double>> said(3);
    for (int i = 0; i < 300; ++i) {
      x.push_back((i / 100 == 1 ? 2.5 : 1) * random.normal());
      const std::vector<double> newest_first(x.rbegin(), x.rend());
      double expected = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        said[k].push_back(std::min(most, bank.says(k, newest_first.data())));
        double sum = 0;
        for (std::size_t j = said[k].size(); j-- > 0;) expected = std::max(expected, sum += said[k][j]);
      }
      ASSERT_NEAR(bank.step(newest_first.data()), expected, 1e-9) << "sample " << i;
    }
    bank.clear();
    const std::vector<double> nothing(lags + 1);
    EXPECT_LE(bank.step(nothing.data()), std::max({bank.says(0, nothing.data()), 0.0, bank.says(2, nothing.data())}));
  }
}

// Truth: white noise on fixed seeds, n = 4,000,000 samples a bank, an alarm starting anew as in the detector.
// BendingDetector counts on exp(-2 - g) a sample at most, for as many sizes as there may be; and an alarm becomes e
// times rarer with every nat. The count at 8 nats, some 150, has an SD of 8 %: the slope over four nats one of 2 %. A
// rate at the bound would pass with 0.9995.
TEST(ChangeBank, AlarmsOfWhiteNoiseFallByEANatAndLieBelowWhatIsStated) {
  const struct {
    const char* what;
    std::vector<double> dB;
    double most_a_sample;
  } banks[] = {{"ActivityDetector's", {0, 4, 8, 12}, 6},
               {"BendingDetector's", {2, 6, 10}, 6},
               {"eight", {-3, 0, 3, 6, 9, 12, 15, 18}, 6}};
  constexpr int samples = 4000000, thresholds = 3;
  constexpr double enough[thresholds] = {4, 6, 8};
  for (const auto& b : banks) {
    // White activity: one lag of nothing.
    std::vector<ChangeBank> each(thresholds, ChangeBank(sizes_in_dB(b.dB, {0}), b.most_a_sample));
    RandomStream random(4, "white");
    int alarms[thresholds] = {};
    double w[2] = {};
    for (int i = 0; i < samples; ++i) {
      w[1] = w[0];
      w[0] = random.normal();
      for (int t = 0; t < thresholds; ++t)
        if (each[static_cast<std::size_t>(t)].step(w) > enough[t]) {
          ++alarms[t];
          each[static_cast<std::size_t>(t)].clear();
        }
    }
    std::printf("[ MEASURED ] %s sizes, alarms a sample over exp(-g):", b.what);
    for (int t = 0; t < thresholds; ++t) {
      const double expected = samples * std::exp(-2 - enough[t]);
      std::printf(" %.4f at %g", alarms[t] / (samples * std::exp(-enough[t])), enough[t]);
      EXPECT_LT(alarms[t], expected + 3.3 * std::sqrt(expected)) << b.what << " at " << enough[t];
    }
    const double slope = std::log(1.0 * alarms[0] / alarms[thresholds - 1]) / (enough[thresholds - 1] - enough[0]);
    std::printf("; a nat makes them rarer by e to the %.3f; bound %.4f\n", slope, std::exp(-2.0));
    EXPECT_NEAR(slope, 1, 0.1) << b.what;
  }
}

}  // namespace
}  // namespace unguard
