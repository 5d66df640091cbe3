// SPDX-License-Identifier: Apache-2.0
// The offline twin of a live filter: forward, then backward, so that nothing is delayed and the order doubles.
// Edges as scipy.signal.sosfiltfilt has them: odd extension by three times the filter's length, steady state for its
// first value. Gustafsson 1996, doi:10.1109/78.492552. Cost: two runs of the filter; memory: the result and a small
// tile.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/filter/linear.hpp"

namespace unguard {

// How far a record is extended on either side, as SciPy counts it; it must be longer than that. For parts of both kinds
// in a row, what each of them asks for.
inline std::int64_t zero_phase_padding(const Sections& sections) {
  std::int64_t no_b2 = 0, no_a2 = 0;
  for (const auto& s : sections) {
    no_b2 += s.b2 == 0;
    no_a2 += s.a2 == 0;
  }
  return 3 * (2 * static_cast<std::int64_t>(sections.size()) + 1 - std::min(no_b2, no_a2));
}
inline std::int64_t zero_phase_padding(const Linear& linear) {
  std::int64_t padding = 0;
  for (const auto& part : linear)
    padding += part.taps.empty() ? zero_phase_padding(part.sections) : 3 * static_cast<std::int64_t>(part.taps.size());
  return padding;
}

// The record filtered without delay, frames x channels. Refuses what is not linear, not finite, or too short.
template <FilterSpec S>
Result<std::vector<double>> zero_phase(const S& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto made = make_kernel(spec, format);
  if (!made) return made.fault();
  auto& filter = *made;
  Linear parts;
  if (!linear_detail::append(filter, parts)) return linear_detail::not_linear(spec);
  const std::int64_t channels = record.channels, frames = record.frames, edge = zero_phase_padding(parts);
  if (channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(channels),
                 std::to_string(format.channels.count()) + " as in the format"};
  if (frames <= edge)
    return Fault{"record", "frames", std::to_string(frames),
                 "more than " + std::to_string(edge) + " for this filter's zero-phase padding"};
  if (!all_within(record.data, frames * channels, format.full_scale()))
    return Fault{"record", "data", "not finite or beyond full scale", "finite values; bridge gaps first"};

  const FlushSubnormals guard;
  std::vector<double> y(static_cast<std::size_t>(frames * channels));
  std::vector<double> pad(static_cast<std::size_t>(edge * channels));
  // 2 x_end - x_(end -+ i), i = 1 .. edge outwards.
  const auto reflected = [&](std::int64_t end, std::int64_t inner, int c) {
    return 2 * record(end, c) - record(inner, c);
  };

  const auto settle_for = [&](const double* frame) {
    for (int c = 0; c < channels; ++c) filter.settle(c, frame[c]);
  };
  for (std::int64_t i = 0; i < edge; ++i)
    for (int c = 0; c < channels; ++c) pad[static_cast<std::size_t>(i * channels + c)] = reflected(0, edge - i, c);
  settle_for(pad.data());
  filter.run(pad.data(), pad.data(), edge);
  filter.run(record.data, y.data(), frames);
  for (std::int64_t i = 0; i < edge; ++i)
    for (int c = 0; c < channels; ++c)
      pad[static_cast<std::size_t>(i * channels + c)] = reflected(frames - 1, frames - 2 - i, c);
  filter.run(pad.data(), pad.data(), edge);

  // Backward: the end of the extension first, in tiles turned round. What lies before the record is never needed.
  constexpr std::int64_t tile_frames = 256;
  std::vector<double> tile(static_cast<std::size_t>(tile_frames * channels));
  const auto backward = [&](double* data, std::int64_t count) {
    for (std::int64_t end = count; end > 0; end -= tile_frames) {
      const std::int64_t n = std::min(tile_frames, end);
      const auto turn = [&](bool into) {
        for (std::int64_t i = 0; i < n; ++i) {
          double* outside = data + (end - 1 - i) * channels;
          double* inside = tile.data() + i * channels;
          std::copy_n(into ? outside : inside, channels, into ? inside : outside);
        }
      };
      turn(true);
      filter.run(tile.data(), tile.data(), n);
      turn(false);
    }
  };
  filter.reset();
  settle_for(pad.data() + (edge - 1) * channels);
  backward(pad.data(), edge);
  backward(y.data(), frames);
  return y;
}

}  // namespace unguard
