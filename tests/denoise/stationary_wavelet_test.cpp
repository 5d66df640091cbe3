// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms of Daubechies' filter of four taps: perfect reconstruction, powers that add up, no details of
// straight lines, and its taps as the answer to an impulse.
#include "unguard/denoise/stationary_wavelet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

std::vector<double> noise(std::size_t n) {
  RandomStream random(5, "wavelet");
  std::vector<double> x(n);
  for (auto& v : x) v = random.normal();
  return x;
}
double power(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v * v;
  return sum;
}

TEST(StationaryWavelet, IsUndoneByItsInverse) {
  for (const std::size_t n : {1000, 1024, 77})
    for (const int levels : {1, 3, 7}) {
      const auto x = noise(n);
      const auto y = StationaryWavelet::inverse(StationaryWavelet::forward(x, levels));
      for (std::size_t i = 0; i < n; ++i) ASSERT_NEAR(y[i], x[i], 1e-13) << n << ", " << levels;
    }
}

TEST(StationaryWavelet, KeepsThePower) {
  const auto x = noise(999);
  const auto parts = StationaryWavelet::forward(x, 5);
  double sum = power(parts.rest);
  for (const auto& d : parts.details) sum += power(d);
  EXPECT_NEAR(sum, power(x), 1e-10);
}

TEST(StationaryWavelet, SeesNoDetailsInALine) {
  std::vector<double> x(1000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 7 - 0.25 * static_cast<double>(i);
  const auto parts = StationaryWavelet::forward(x, 4);
  for (int j = 0; j < 4; ++j)
    for (std::int64_t i = 0; i + StationaryWavelet::look_ahead(j) < 1000; ++i)
      ASSERT_NEAR(parts.details[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)], 0, 1e-11) << j;
}

TEST(StationaryWavelet, AnswersAnImpulseWithItsTaps) {
  std::vector<double> x(64);
  x[20] = 1;
  const auto parts = StationaryWavelet::forward(x, 2);
  // Daubechies 1988, table 1, N = 2: 0.4829629131, 0.8365163037, 0.2241438680, -0.1294095226; here over sqrt(2).
  const double taps[] = {0.482962913145, 0.836516303738, 0.224143868042, -0.129409522551};
  for (std::size_t k = 0; k < 4; ++k) {
    const double sign = k % 2 ? -1 : 1;
    EXPECT_NEAR(parts.details[0][20 - k], sign * taps[3 - k] / std::sqrt(2.0), 1e-12) << k;
  }
  double sum = 0;
  for (double v : parts.rest) sum += v;
  EXPECT_NEAR(sum, 1, 1e-14);
}

TEST(StationaryWavelet, MovesWithTheSignal) {
  auto x = noise(200);
  const auto before = StationaryWavelet::forward(x, 3);
  std::rotate(x.begin(), x.begin() + 37, x.end());
  const auto after = StationaryWavelet::forward(x, 3);
  for (std::size_t i = 0; i < 200; ++i) ASSERT_EQ(after.details[2][i], before.details[2][(i + 37) % 200]);
}

}  // namespace
}  // namespace unguard
