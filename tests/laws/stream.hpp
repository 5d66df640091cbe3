// SPDX-License-Identifier: Apache-2.0
// A stream for the laws of analysers and detectors, with its truth: rest of 2 uV, bursts of muscle, and stretches that
// must not be believed, marked where somebody upstream knew it and NaN or infinite where nobody did.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard::laws {

inline constexpr Hertz stream_rate{2000};

// Frames [begin, end) of one channel.
struct Stretch {
  int channel = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct Stream {
  int channels = 0;
  std::int64_t frames = 0;
  std::vector<double> x{};
  std::vector<Marks> marks{};
  std::vector<Stretch> bursts{};   // the muscle was on
  std::vector<Stretch> invalid{};  // marked or not finite

  ConstBlock block() const { return {x.data(), frames, channels, marks.data()}; }
  double& at(std::int64_t frame, int channel) { return x[static_cast<std::size_t>(frame * channels + channel)]; }
  Marks& mark_at(std::int64_t frame, int channel) {
    return marks[static_cast<std::size_t>(frame * channels + channel)];
  }
  bool is_invalid(std::int64_t frame, int channel) const {
    const auto k = static_cast<std::size_t>(frame * channels + channel);
    return marks[k] != mark::none || !std::isfinite(x[k]);
  }
};

// The channels of a stream in another order, or some of them.
inline Stream select(const Stream& from, const std::vector<int>& columns) {
  Stream s;
  s.channels = static_cast<int>(columns.size());
  s.frames = from.frames;
  for (std::int64_t i = 0; i < s.frames; ++i)
    for (int c : columns) {
      const auto k = static_cast<std::size_t>(i * from.channels + c);
      s.x.push_back(from.x[k]);
      s.marks.push_back(from.marks[k]);
    }
  return s;
}

// 8 s of rest, then bursts of 30 ms to 1.5 s and 20 to 60 uV with pauses of 0.1 to 2 s, and stretches of 5 ms to 0.4 s
// at 300 uV that must not be believed, some of them with good samples in between.
// The first channel ends in a burst.
inline Stream bursts_in_rest(std::uint64_t seed, double seconds, int channels) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(generator() >> 11) * 0x1p-53;
  };
  const auto in = [](double s) { return samples_in({s}, stream_rate); };
  Stream s;
  s.channels = channels;
  s.frames = in(seconds);
  s.x.resize(static_cast<std::size_t>(s.frames * channels));
  s.marks.resize(s.x.size());
  for (auto& v : s.x) v = 2 * normal(generator);
  for (int c = 0; c < channels; ++c) {
    for (std::int64_t at = in(8 + uniform(0, 1));;) {
      const std::int64_t end = at + in(generator() % 4 ? uniform(0.1, 1.5) : uniform(0.03, 0.1));
      if (end + in(1) > s.frames) break;
      const double level = uniform(20, 60);
      for (std::int64_t i = at; i < end; ++i) s.at(i, c) = level * normal(generator);
      s.bursts.push_back({c, at, end});
      at = end + in(generator() % 3 ? uniform(0.7, 2) : uniform(0.1, 0.7));
    }
    if (c == 0) {
      for (std::int64_t i = s.frames - in(0.3); i < s.frames; ++i) s.at(i, c) = 30 * normal(generator);
      s.bursts.push_back({c, s.frames - in(0.3), s.frames});
    }
    for (std::int64_t at = in(1 + uniform(0, 1)); at < s.frames - in(0.5); at += in(uniform(0.5, 3))) {
      const std::int64_t end = at + in(uniform(0.005, 0.4));
      s.invalid.push_back({c, at, end});
      constexpr Marks reasons[] = {mark::clipped, mark::motion, mark::gap | mark::lead_off};
      const auto kind = generator() % 5;
      for (std::int64_t i = at; i < end; ++i) {
        s.at(i, c) = (kind == 4 && i % 3 == 0 ? 2 : 300) * normal(generator);
        if (kind == 4 && i % 3 == 0) continue;
        if (kind < 3)
          s.mark_at(i, c) = reasons[kind];
        else
          s.at(i, c) = i % 2 ? std::numeric_limits<double>::quiet_NaN() : -std::numeric_limits<double>::infinity();
      }
      at = end;
    }
  }
  return s;
}

}  // namespace unguard::laws
