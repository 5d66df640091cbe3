// SPDX-License-Identifier: Apache-2.0
// Truth: the defining sum in long double, closed forms, the round trip, and, where FFTW is built in, one backend
// against the other. (numpy.fft and mpmath: the Python tests of the filters, which go through it.)
#include "unguard/core/real_fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdio>
#include <numbers>
#include <random>
#include <type_traits>
#include <vector>

#include "laws/realtime_guard.hpp"
#include "unguard/core/fast_length.hpp"
#include "unguard/core/real_fft_eigen.hpp"
#if defined(UNGUARD_TEST_FFTW)
#include "unguard/core/real_fft_fftw.hpp"
#endif

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
template <class Fft>
Bins transform(const std::vector<double>& x) {
  Fft fft(static_cast<int>(x.size()));
  Bins bins(static_cast<std::size_t>(fft.bins()));
  fft.forward(x.data(), bins.data());
  return bins;
}

struct BackendNames {
  template <class Fft>
  static std::string GetName(int) {
    return std::is_same_v<Fft, EigenRealFft> ? "Eigen" : "Fftw";
  }
};
#if defined(UNGUARD_TEST_FFTW)
using Backends = testing::Types<EigenRealFft, FftwRealFft>;
#else
using Backends = testing::Types<EigenRealFft>;
#endif
template <class Fft>
class RealFftBackend : public testing::Test {};
TYPED_TEST_SUITE(RealFftBackend, Backends, BackendNames);

TYPED_TEST(RealFftBackend, IsTheDefiningSum) {
  double worst = 0;
  for (const int length : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 24, 25, 27, 30, 36, 45, 49, 60, 64, 97, 100,
                           120, 125, 128, 135, 240, 250, 256, 360, 480, 500, 512, 600, 625, 729, 1000, 1024,
                           // and by way of the chirp
                           11, 13, 14, 22, 28, 31, 77, 98, 127, 257, 509, 514, 700, 1001, 1021, 2038}) {
    const auto x = noise(length, static_cast<unsigned>(length));
    double energy = 0;
    for (const double v : x) energy += v * v;
    const auto bins = transform<TypeParam>(x);
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

TYPED_TEST(RealFftBackend, ComesBack) {
  for (int length = 1; length <= 300; ++length) {
    const auto x = noise(length, 900u + static_cast<unsigned>(length));
    const auto bins = transform<TypeParam>(x);
    std::vector<double> back(x.size());
    TypeParam(length).inverse(bins.data(), back.data());
    for (std::size_t n = 0; n < x.size(); ++n) ASSERT_NEAR(back[n], x[n], 1e-14) << length << " at " << n;
  }
}

TYPED_TEST(RealFftBackend, IgnoresWhatARealSpectrumCannotHold) {
  for (const int length : {4, 6, 8, 30, 64}) {
    auto bins = transform<TypeParam>(noise(length, 3));
    std::vector<double> clean(static_cast<std::size_t>(length)), odd(clean.size());
    TypeParam fft(length);
    fft.inverse(bins.data(), clean.data());
    bins.front() += std::complex<double>(0, 5);
    bins.back() += std::complex<double>(0, -7);
    fft.inverse(bins.data(), odd.data());
    for (std::size_t n = 0; n < clean.size(); ++n) ASSERT_NEAR(odd[n], clean[n], 1e-14) << length;
  }
}

TYPED_TEST(RealFftBackend, OfAConstantIsThatMuchAtZeroHertzAndNothingElse) {
  for (const int length : {8, 64, 128, 1024}) {
    const auto bins = transform<TypeParam>(std::vector<double>(static_cast<std::size_t>(length), 3.0));
    EXPECT_EQ(bins[0], std::complex<double>(3.0 * length));
    for (std::size_t k = 1; k < bins.size(); ++k) EXPECT_EQ(std::abs(bins[k]), 0) << k;
  }
}

TYPED_TEST(RealFftBackend, OfAnImpulseTurnsEvenly) {
  for (const int length : {30, 64, 100}) {
    std::vector<double> x(static_cast<std::size_t>(length));
    x[3] = 1;
    const auto bins = transform<TypeParam>(x);
    for (std::size_t k = 0; k < bins.size(); ++k)
      EXPECT_LE(std::abs(bins[k] - std::polar(1.0, -2 * std::numbers::pi * 3 * static_cast<double>(k) / length)),
                4e-15);
  }
}

TYPED_TEST(RealFftBackend, AllocatesNothingAtFastLengths) {
  if (!laws::can_watch()) GTEST_SKIP() << "a sanitizer owns the allocator";
  for (int length = 1; length <= 20000; length = fast_length(length + 1)) {
    TypeParam fft(length);
    auto x = noise(length, 4);
    Bins bins(static_cast<std::size_t>(fft.bins()));
    const laws::Watch watch;
    fft.forward(x.data(), bins.data());
    fft.inverse(bins.data(), x.data());
    EXPECT_EQ(watch.allocations(), 0) << length;
    EXPECT_EQ(watch.locks(), 0) << length;
  }
}

// Time that grew with the length squared would take an hour; what is left are a few transforms of 2^22.
TYPED_TEST(RealFftBackend, TransformsLongPrimes) {
  constexpr int length = 1000003;
  const auto x = noise(length, 6);
  const auto bins = transform<TypeParam>(x);
  double energy = 0, power = -bins[0].real() * bins[0].real();
  for (const double v : x) energy += v * v;
  for (const auto& b : bins) power += 2 * std::norm(b);
  EXPECT_NEAR(power / length, energy, 1e-13 * energy);
  TypeParam fft(length);
  std::vector<double> back(x.size());
  fft.inverse(bins.data(), back.data());
  double worst = 0;
  for (std::size_t n = 0; n < x.size(); ++n) worst = std::max(worst, std::fabs(back[n] - x[n]));
  EXPECT_LE(worst, 1e-13);
}

TEST(EigenRealFft, AllocatesNothingAtAnyLength) {
  if (!laws::can_watch()) GTEST_SKIP() << "a sanitizer owns the allocator";
  for (const int length : {7, 14, 77, 997, 1000, 1001, 9973, 20002}) {
    EigenRealFft fft(length), copy = fft;
    auto x = noise(length, 4);
    Bins bins(static_cast<std::size_t>(fft.bins()));
    const laws::Watch watch;
    copy.forward(x.data(), bins.data());
    copy.inverse(bins.data(), x.data());
    EXPECT_EQ(watch.allocations(), 0) << length;
  }
}

TEST(FastLength, IsAProductOfTwoThreeAndFive) {
  for (const int length : {1, 2, 3, 4, 5, 6, 30, 64, 1000, 6561}) EXPECT_TRUE(is_fast_length(length)) << length;
  for (const int length : {0, -4, 7, 14, 97, 1001}) EXPECT_FALSE(is_fast_length(length)) << length;
}

TEST(FastLength, IsTheNextOne) {
  for (const auto& [least, length] : {std::pair{-3, 1}, {0, 1}, {1, 1}, {7, 8}, {11, 12}, {97, 100}, {1001, 1024}})
    EXPECT_EQ(fast_length(least), length);
  for (int n = 1; n < 1000000; n = fast_length(n) + 1)
    EXPECT_LE(fast_length(n + 1), (n > 1000 ? 1.07 : 1.34) * n + 1) << n;
}

TYPED_TEST(RealFftBackend, IsAValue) {
  const auto x = noise(60, 1);
  TypeParam a(60), b(8);
  b = a;
  Bins from_a(31), from_b(31);
  a.forward(x.data(), from_a.data());
  b.forward(x.data(), from_b.data());
  EXPECT_EQ(from_a, from_b);
}

#if defined(UNGUARD_TEST_FFTW)
TEST(RealFft, SaysTheSameByEitherBackend) {
  double worst = 0;
  for (int length = 1; length <= 4096; length = length < 64 ? length + 1 : fast_length(length + 1)) {
    const auto x = noise(length, static_cast<unsigned>(length));
    const auto ours = transform<EigenRealFft>(x), theirs = transform<FftwRealFft>(x);
    for (std::size_t k = 0; k < ours.size(); ++k)
      worst = std::max(worst, std::abs(ours[k] - theirs[k]) / std::sqrt(static_cast<double>(length)));
  }
  std::printf("[ MEASURED ] worst difference %.2g of the root of the energy\n", worst);
  EXPECT_LE(worst, 4e-15);
  EXPECT_GT(worst, 0);  // or one is the other
}
#endif

}  // namespace
}  // namespace unguard
