// SPDX-License-Identifier: Apache-2.0
// Station features/: functions of whole windows, and so no processors. What of the laws binds them: channels are equal,
// a window knows nothing of what is around it, and nothing comes in that makes values infinite.
// Truth: the laws.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "unguard/features/window_features.hpp"

namespace unguard {
namespace {

constexpr int channels = 3;
const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(channels)};
const FeatureWindows spec{.window = {0.1},
                          .step = {0.05},
                          .zc_threshold = Microvolts{1},
                          .ssc_threshold = Microvolts{1},
                          .wamp_threshold = Microvolts{1}};

std::vector<Feature> all() {
  std::vector<Feature> every;
  for (std::size_t i = 0; i < names(static_cast<const Feature*>(nullptr)).size(); ++i)
    every.push_back(static_cast<Feature>(i));
  return every;
}
std::vector<double> noise(double size) {
  std::mt19937_64 random(77);
  std::normal_distribution<double> normal(0, size);
  std::vector<double> record(1000 * channels);
  for (double& v : record) v = normal(random);
  return record;
}
std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> all;
  for (const double v : values) all.push_back(std::bit_cast<std::uint64_t>(v));
  return all;
}
FeatureTable of(const std::vector<double>& record, std::int64_t first, std::int64_t frames) {
  return window_features(all(), spec, {record.data() + first * channels, frames, channels}, format).take();
}

TEST(LawsOfFeatures, AnyCutAtAWindowGivesTheSameBits) {
  const auto record = noise(5);
  const FeatureTable whole = of(record, 0, 1000);
  const std::size_t row = channels * whole.columns.size();
  for (std::size_t w = 0; w < whole.starts.size(); ++w) {
    const FeatureTable alone = of(record, whole.starts[w], 100);
    ASSERT_EQ(alone.starts.size(), 1u);
    EXPECT_EQ(bits(alone.values), bits({whole.values.begin() + static_cast<std::ptrdiff_t>(w * row),
                                        whole.values.begin() + static_cast<std::ptrdiff_t>((w + 1) * row)}));
  }
}

TEST(LawsOfFeatures, ChannelsAreEqual) {
  const auto record = noise(5);
  auto turned = record;
  for (std::size_t n = 0; n < 1000; ++n)
    for (std::size_t c = 0; c < channels; ++c) turned[n * channels + c] = record[n * channels + (c + 1) % channels];
  const FeatureTable one = of(record, 0, 1000), other = of(turned, 0, 1000);
  const std::size_t columns = one.columns.size();
  for (std::size_t w = 0; w < one.starts.size(); ++w)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t k = 0; k < columns; ++k)
        EXPECT_EQ(std::bit_cast<std::uint64_t>(other.values[(w * channels + c) * columns + k]),
                  std::bit_cast<std::uint64_t>(one.values[(w * channels + (c + 1) % channels) * columns + k]));
}

TEST(LawsOfFeatures, WhateverComesInNoValueIsInfinite) {
  // Beyond full scale, too, and where squares or squares of squares leave the doubles, above and below.
  for (const double size :
       {1e-320, 1e-200, 1e-160, 1e-110, 1e-80, 1e-60, 1e-12, 1.0, 3e5, 1e7, 1e9, 1e160, 1e200, 1e307}) {
    auto record = noise(size);
    for (std::size_t n = 300; n < 600; ++n) record[n] = 0;
    record[1500] = std::numeric_limits<double>::infinity();
    record[1501] = std::numeric_limits<double>::quiet_NaN();
    const FeatureTable table = of(record, 0, 1000);
    for (std::size_t i = 0; i < table.values.size(); ++i)
      EXPECT_FALSE(std::isinf(table.values[i])) << size << " " << table.columns[i % table.columns.size()];
  }
}

// The unit is nobody's business: what has none is the same of a record in any, or is not given.
TEST(LawsOfFeatures, ShapesAreThoseOfAnySizeOrNone) {
  const std::vector<std::string> shapes{"AR1", "AR2",    "AR3",     "AR4",      "CC1",        "CC2",      "CC3",
                                        "CC4", "SampEn", "FuzzyEn", "mobility", "complexity", "kurtosis", "skewness"};
  const auto record = noise(1);
  const FeatureTable truth = of(record, 0, 1000);
  for (const int power : {-1060, -700, -550, -400, -300, -250, -200, -40, 18, 30, 600, 1000}) {
    auto scaled = record;
    for (double& v : scaled) v = std::ldexp(v, power);
    const FeatureTable found = of(scaled, 0, 1000);
    for (std::size_t i = 0; i < found.values.size(); ++i) {
      const std::string& name = found.columns[i % found.columns.size()];
      if (std::find(shapes.begin(), shapes.end(), name) == shapes.end() || std::isnan(truth.values[i])) continue;
      const bool none = std::isnan(found.values[i]);
      if (!none) {
        EXPECT_NEAR(found.values[i], truth.values[i], 1e-9) << name << " 2^" << power;
      }
      // Of all that an amplifier gives there are values.
      if (power == -40 || power == 18) {
        EXPECT_FALSE(none) << name << " 2^" << power;
      }
      // Beyond full scale, there are none.
      if (power >= 30) {
        EXPECT_TRUE(none) << name << " 2^" << power;
      }
    }
  }
}

}  // namespace
}  // namespace unguard
