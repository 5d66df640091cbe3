// SPDX-License-Identifier: Apache-2.0
// Truth: the defining sum in long double, closed forms, and the round trip. (numpy.fft and mpmath: the Python tests of
// the filters, which go through it.)
#include "unguard/core/real_fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdio>
#include <numbers>
#include <random>
#include <vector>

namespace unguard {
namespace {

using Bins = std::vector<std::complex<double>>;

std::vector<double> noise(int length, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> x(static_cast<std::size_t>(length));
  for (auto& v : x) v = normal(generator);
  return x;
}
Bins transform(const std::vector<double>& x) {
  RealFft fft(static_cast<int>(x.size()));
  Bins bins(static_cast<std::size_t>(fft.bins()));
  fft.forward(x.data(), bins.data());
  return bins;
}

TEST(RealFft, IsTheDefiningSum) {
  double worst = 0;
  for (const int length :
       {1,  2,  3,  4,   5,   6,   7,   8,   9,   10,  12,  15,  16,  20,  24,  25,  27,  30,  36,   45,  49,
        60, 64, 97, 100, 120, 125, 128, 135, 240, 250, 256, 360, 480, 500, 512, 600, 625, 729, 1000, 1024}) {
    const auto x = noise(length, static_cast<unsigned>(length));
    double energy = 0;
    for (const double v : x) energy += v * v;
    const auto bins = transform(x);
    for (std::size_t k = 0; k < bins.size(); ++k) {
      std::complex<long double> sum = 0;
      for (int n = 0; n < length; ++n) {
        // The phase from the whole turns' remainder, exact in integers.
        const auto turn =
            static_cast<long double>(static_cast<long long>(k) * n % length) / static_cast<long double>(length);
        sum += static_cast<long double>(x[static_cast<std::size_t>(n)]) *
               std::polar(1.0L, -2 * std::numbers::pi_v<long double> * turn);
      }
      const std::complex<double> exact(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
      worst = std::max(worst, std::abs(bins[k] - exact) / std::sqrt(energy));
    }
  }
  std::printf("[ MEASURED ] worst error %.2g of the root of the energy\n", worst);
  EXPECT_LE(worst, 4e-15);
}

TEST(RealFft, ComesBack) {
  for (int length = 1; length <= 300; ++length) {
    const auto x = noise(length, 900u + static_cast<unsigned>(length));
    const auto bins = transform(x);
    std::vector<double> back(x.size());
    RealFft(length).inverse(bins.data(), back.data());
    for (std::size_t n = 0; n < x.size(); ++n) ASSERT_NEAR(back[n], x[n], 1e-14) << length << " at " << n;
  }
}

TEST(RealFft, IgnoresWhatARealSpectrumCannotHold) {
  for (const int length : {4, 6, 8, 30, 64}) {
    auto bins = transform(noise(length, 3));
    std::vector<double> clean(static_cast<std::size_t>(length)), odd(clean.size());
    RealFft fft(length);
    fft.inverse(bins.data(), clean.data());
    bins.front() += std::complex<double>(0, 5);
    bins.back() += std::complex<double>(0, -7);
    fft.inverse(bins.data(), odd.data());
    for (std::size_t n = 0; n < clean.size(); ++n) ASSERT_NEAR(odd[n], clean[n], 1e-14) << length;
  }
}

TEST(RealFft, OfAConstantIsThatMuchAtZeroHertzAndNothingElse) {
  for (const int length : {8, 64, 128, 1024}) {
    const auto bins = transform(std::vector<double>(static_cast<std::size_t>(length), 3.0));
    EXPECT_EQ(bins[0], std::complex<double>(3.0 * length));
    for (std::size_t k = 1; k < bins.size(); ++k) EXPECT_EQ(std::abs(bins[k]), 0) << k;
  }
}

TEST(RealFft, OfAnImpulseTurnsEvenly) {
  for (const int length : {30, 64, 100}) {
    std::vector<double> x(static_cast<std::size_t>(length));
    x[3] = 1;
    const auto bins = transform(x);
    for (std::size_t k = 0; k < bins.size(); ++k)
      EXPECT_LE(std::abs(bins[k] - std::polar(1.0, -2 * std::numbers::pi * 3 * static_cast<double>(k) / length)),
                4e-15);
  }
}

TEST(RealFft, KnowsItsFastLengths) {
  for (const int length : {1, 2, 3, 4, 5, 6, 30, 64, 1000, 6561}) EXPECT_TRUE(RealFft::fast(length)) << length;
  for (const int length : {0, -4, 7, 14, 97, 1001}) EXPECT_FALSE(RealFft::fast(length)) << length;
}

TEST(RealFft, IsAValue) {
  const auto x = noise(60, 1);
  RealFft a(60), b(8);
  b = a;
  Bins from_a(31), from_b(31);
  a.forward(x.data(), from_a.data());
  b.forward(x.data(), from_b.data());
  EXPECT_EQ(from_a, from_b);
}

}  // namespace
}  // namespace unguard
