// SPDX-License-Identifier: Apache-2.0
// Station features/: functions of whole windows, and so no processors. What of the laws binds them: channels are equal,
// a window knows nothing of what is around it, and nothing comes in that makes values infinite.
// Truth: the laws.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
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
  for (const double size : {1e-12, 1.0, 3e5}) {
    auto record = noise(size);
    for (std::size_t n = 300; n < 600; ++n) record[n] = 0;
    record[1500] = std::numeric_limits<double>::infinity();
    record[1501] = std::numeric_limits<double>::quiet_NaN();
    for (const double v : of(record, 0, 1000).values) EXPECT_FALSE(std::isinf(v));
  }
}

}  // namespace
}  // namespace unguard
