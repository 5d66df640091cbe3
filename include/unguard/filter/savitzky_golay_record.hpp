// SPDX-License-Identifier: Apache-2.0
// A Savitzky-Golay filter over a whole record, without delay, as scipy.signal.savgol_filter has it with each of its
// edges. Source as in savitzky_golay.hpp. Cost: one multiplication and addition a tap and sample; offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/filter/direct_fir.hpp"
#include "unguard/filter/savitzky_golay.hpp"

namespace unguard {

// What stands in for samples before the beginning and behind the end: nothing (the polynomial fitted to the window at
// the edge), the record reflected at its edge sample, that sample, a constant, or the record's other end.
enum class Edge { interp, mirror, nearest, constant, wrap };
constexpr std::array<std::string_view, 5> names(const Edge*) {
  return {"interp", "mirror", "nearest", "constant", "wrap"};
}

namespace savitzky_golay_detail {

// Which sample stands at i, outside the record too; -1 for the constant.
inline std::int64_t place(std::int64_t i, std::int64_t frames, Edge edge) {
  const auto turned = [](std::int64_t a, std::int64_t period) { return (a % period + period) % period; };
  switch (edge) {
    case Edge::mirror: {
      if (frames == 1) return 0;
      const std::int64_t k = turned(i, 2 * frames - 2);
      return k < frames ? k : 2 * frames - 2 - k;
    }
    case Edge::wrap:
      return turned(i, frames);
    case Edge::constant:
      return i < 0 || i >= frames ? -1 : i;
    default:
      return std::clamp<std::int64_t>(i, 0, frames - 1);
  }
}

}  // namespace savitzky_golay_detail

// The record filtered, frames x channels; `outside` is the value for Edge::constant.
inline Result<std::vector<double>> savitzky_golay(const SavitzkyGolay& spec, ConstBlock record,
                                                  const StreamFormat& format, Edge edge = Edge::interp,
                                                  double outside = 0) {
  using namespace savitzky_golay_detail;
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto taps = design_taps(spec, format.rate);
  if (!taps) return taps.fault();
  const std::int64_t frames = record.frames, half = spec.length / 2;
  const int channels = record.channels;
  if (channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(channels),
                 std::to_string(format.channels.count()) + " as in the format"};
  if (edge == Edge::interp && frames < spec.length)
    return Fault{"record", "frames", std::to_string(frames),
                 "at least the length, " + std::to_string(spec.length) + ", to fit the edges"};
  if (!all_within(record.data, frames * channels, format.full_scale()))
    return Fault{"record", "data", "not finite or beyond full scale", "finite values; bridge gaps first"};
  if (!(std::fabs(outside) <= format.full_scale()))
    return Fault{"record", "outside", to_text(outside), "a finite value within full scale"};

  const FlushSubnormals guard;
  std::vector<double> y(static_cast<std::size_t>(frames * channels));
  if (frames == 0) return y;
  DirectFir filter(*taps, channels);
  std::vector<double> frame(static_cast<std::size_t>(channels));
  const auto take = [&](std::int64_t i) {
    const std::int64_t k = place(i, frames, edge);
    for (int c = 0; c < channels; ++c) frame[static_cast<std::size_t>(c)] = k < 0 ? outside : record(k, c);
    filter.run(frame.data(), frame.data(), 1);
  };
  // The output for sample i is complete `half` samples later.
  for (std::int64_t i = -half; i < half; ++i) take(i);
  const std::int64_t inside = std::max<std::int64_t>(0, frames - half);
  if (inside > 0) filter.run(record.data + half * channels, y.data(), inside);
  for (std::int64_t i = inside; i < frames; ++i) {
    take(i + half);
    std::copy(frame.begin(), frame.end(), y.begin() + i * channels);
  }
  if (edge != Edge::interp) return y;
  const Real unit = scale(spec, format.rate);
  for (std::int64_t k = 0; k < half; ++k)
    for (const bool at_end : {false, true}) {
      const std::int64_t to = at_end ? frames - 1 - k : k, first = at_end ? frames - spec.length : 0;
      const auto w = weights(spec, static_cast<int>(at_end ? half - k : k - half));
      for (int c = 0; c < channels; ++c) {
        Real sum = 0;
        for (std::size_t i = 0; i < w.size(); ++i)
          sum += w[i] * static_cast<Real>(record(first + static_cast<std::int64_t>(i), c));
        y[static_cast<std::size_t>(to * channels + c)] = static_cast<double>(sum * unit);
      }
    }
  return y;
}

}  // namespace unguard
