// SPDX-License-Identifier: Apache-2.0
// What combiners and resamplers put out, values with their marks, and a stream that is spoilt for them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <vector>

#include "laws/law.hpp"
#include "laws/stream.hpp"
#include "unguard/core/quarantine.hpp"

namespace unguard::laws {

struct Output {
  std::vector<double> y{};
  std::vector<Marks> marks{};

  void append(const Output& more) {
    y.insert(y.end(), more.y.begin(), more.y.end());
    marks.insert(marks.end(), more.marks.begin(), more.marks.end());
  }
  friend bool operator==(const Output& a, const Output& b) { return same_bits(a.y, b.y) && a.marks == b.marks; }
};

// EMG with an electrode offset.
inline Stream good_stream(std::int64_t frames, int channels, unsigned seed) {
  Stream s;
  s.channels = channels;
  s.frames = frames;
  s.x = signal(frames, channels, seed);
  s.marks.resize(s.x.size());
  return s;
}
// Nine values that are none, and ten marked ones from `marked` on.
inline void spoil(Stream& s, std::mt19937& generator, std::size_t marked) {
  constexpr double bad[] = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e308};
  for (int i = 0; i < 9; ++i) s.x[generator() % s.x.size()] = bad[i % 3];
  for (std::size_t i = marked; i < marked + 10; ++i) s.marks[i] = mark::gap;
}

// The disturbed output is finite, and where it is unmarked it is the reference's. Returns the share that is.
inline double expect_disturbance_told(const Output& disturbed, const std::vector<double>& reference) {
  double worst = 0;
  std::size_t clear = 0;
  for (std::size_t i = 0; i < disturbed.y.size(); ++i) {
    EXPECT_TRUE(std::isfinite(disturbed.y[i])) << i;
    if (disturbed.marks[i]) continue;
    ++clear;
    worst = std::max(worst, std::fabs(disturbed.y[i] - reference[i]));
  }
  const double believed = static_cast<double>(clear) / static_cast<double>(disturbed.y.size());
  std::printf("[ MEASURED ] worst disturbance where unmarked %.3g uV, believed share %.3f\n", worst, believed);
  EXPECT_LE(worst, stated_disturbance.value);
  EXPECT_LT(clear, disturbed.y.size()) << "bad samples were marked nowhere";
  return believed;
}

}  // namespace unguard::laws
