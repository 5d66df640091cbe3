// SPDX-License-Identifier: Apache-2.0
// The offline twin of a live filter: forward, then backward, so that nothing is delayed and the order doubles.
// Edges as scipy.signal.sosfiltfilt and filtfilt have them (odd extension by three times the filter's length, steady
// state for its first value) or by Gustafsson 1996, doi:10.1109/78.492552. Cost: two runs of the filter (Gustafsson:
// four, and least squares). Latency: none, not causal. Memory: the result; records that do not fit:
// zero_phase_blocks.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/filter/gustafsson.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/zero_phase_edges.hpp"
#include "unguard/filter/zero_phase_polynomials.hpp"
#include "unguard/filter/zero_phase_sections.hpp"

namespace unguard {

// How far a record is extended on either side, as SciPy counts it; it must be longer than that. For parts of several
// kinds in a row, what each of them asks for.
inline std::int64_t zero_phase_padding(const Sections& sections) {
  std::int64_t no_b2 = 0, no_a2 = 0;
  for (const auto& s : sections) {
    no_b2 += s.b2 == 0;
    no_a2 += s.a2 == 0;
  }
  return 3 * (2 * static_cast<std::int64_t>(sections.size()) + 1 - std::min(no_b2, no_a2));
}
inline std::int64_t zero_phase_padding(const Taps& taps) { return 3 * static_cast<std::int64_t>(taps.size()); }
inline std::int64_t zero_phase_padding(const Polynomials& p) { return 3 * static_cast<std::int64_t>(p.order() + 1); }
inline std::int64_t zero_phase_padding(const Linear& linear) {
  std::int64_t padding = 0;
  for (const auto& part : linear) padding += part.of([](const auto& of) { return zero_phase_padding(of); });
  return padding;
}
inline std::int64_t zero_phase_padding(const Linear& linear, const ZeroPhaseEdges& edges) {
  return edges.padding == Padding::none ? 0 : edges.pad_length.value_or(zero_phase_padding(linear));
}

namespace zero_phase_detail {

// The value beyond an end, from the end's own and the one as far within.
inline double beyond(Padding padding, double end, double inner) {
  return padding == Padding::odd ? 2 * end - inner : padding == Padding::even ? inner : end;
}

inline std::optional<Fault> refuse_too_short(std::int64_t frames, std::int64_t edge) {
  if (frames > edge) return std::nullopt;
  return Fault{"record", "frames", std::to_string(frames),
               "more than " + std::to_string(edge) + " for this filter's zero-phase padding"};
}
inline std::optional<Fault> refuse_samples(ConstBlock record, const StreamFormat& format) {
  if (record.channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(record.channels),
                 std::to_string(format.channels.count()) + " as in the format"};
  if (!all_within(record.data, record.frames * record.channels, format.full_scale()))
    return Fault{"record", "data", "not finite or beyond full scale", "finite values; bridge gaps first"};
  return std::nullopt;
}

template <class K>
void settle_for(K& filter, const double* frame, std::int64_t channels) {
  for (int c = 0; c < channels; ++c) filter.settle(c, frame[c]);
}

// `frames` frames from the last to the first, in place.
template <class K>
void run_backward(K& filter, double* data, std::int64_t frames, std::int64_t channels, std::vector<double>& tile) {
  const std::int64_t most = static_cast<std::int64_t>(tile.size()) / channels;
  for (std::int64_t end = frames; end > 0; end -= most) {
    const std::int64_t n = std::min(most, end);
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
}
inline std::vector<double> turning_tile(std::int64_t channels) {
  return std::vector<double>(static_cast<std::size_t>(256 * channels));
}

template <class K>
std::vector<double> padded(K& filter, ConstBlock record, Padding padding, std::int64_t edge) {
  const std::int64_t channels = record.channels, frames = record.frames;
  std::vector<double> y(static_cast<std::size_t>(frames * channels));
  std::vector<double> pad(static_cast<std::size_t>(edge * channels));
  const auto extend = [&](std::int64_t end, auto&& inner) {
    for (std::int64_t i = 0; i < edge; ++i)
      for (int c = 0; c < channels; ++c)
        pad[static_cast<std::size_t>(i * channels + c)] = beyond(padding, record(end, c), record(inner(i), c));
  };
  extend(0, [&](std::int64_t i) { return edge - i; });
  settle_for(filter, edge > 0 ? pad.data() : record.data, channels);
  filter.run(pad.data(), pad.data(), edge);
  filter.run(record.data, y.data(), frames);
  extend(frames - 1, [&](std::int64_t i) { return frames - 2 - i; });
  filter.run(pad.data(), pad.data(), edge);

  // Backward: the end of the extension first. What lies before the record is never needed.
  std::vector<double> tile = turning_tile(channels);
  filter.reset();
  settle_for(filter, edge > 0 ? pad.data() + (edge - 1) * channels : y.data() + (frames - 1) * channels, channels);
  run_backward(filter, pad.data(), edge, channels, tile);
  run_backward(filter, y.data(), frames, channels, tile);
  return y;
}

}  // namespace zero_phase_detail

// The record filtered without delay, frames x channels. Refuses what is not linear, not finite, or too short.
template <FilterSpec S>
Result<std::vector<double>> zero_phase(const S& spec, ConstBlock record, const StreamFormat& format,
                                       const ZeroPhaseEdges& edges = {}) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse(edges)) return *fault;
  auto made = make_kernel(spec, format);
  if (!made) return made.fault();
  Linear parts;
  if (!linear_detail::append(*made, parts)) return linear_detail::not_linear(spec);
  const FlushSubnormals guard;
  if (edges.method == ZeroPhaseMethod::gustafsson) {
    if (auto fault = gustafsson::refuse_too_short(parts, record.frames, edges)) return *fault;
    if (auto fault = zero_phase_detail::refuse_samples(record, format)) return *fault;
    return gustafsson::filtered(parts, record, edges.response_length);
  }
  const std::int64_t edge = zero_phase_padding(parts, edges);
  if (auto fault = zero_phase_detail::refuse_too_short(record.frames, edge)) return *fault;
  if (auto fault = zero_phase_detail::refuse_samples(record, format)) return *fault;
  if (parts.size() == 1 && parts[0].cascade()) {
    zero_phase_detail::ZeroPhaseSections sections(parts[0].sections, format);
    return zero_phase_detail::padded(sections, record, edges.padding, edge);
  }
  if (parts.size() == 1 && !parts[0].polynomials.empty()) {
    zero_phase_detail::ZeroPhasePolynomials polynomials(parts[0].polynomials, format);
    return zero_phase_detail::padded(polynomials, record, edges.padding, edge);
  }
  return zero_phase_detail::padded(*made, record, edges.padding, edge);
}

}  // namespace unguard
