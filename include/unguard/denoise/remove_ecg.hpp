// SPDX-License-Identifier: Apache-2.0
// The heart taken out of a whole record, by whichever method is asked for: each makes out what the heart adds to one
// channel, given where its R peaks lie, and that is subtracted. Marked samples are left as they are and not learnt
// from. Cost: the method's. Latency: offline, the whole record; the output is not late.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

// One channel of a record as a method sees it.
struct HeartChannel {
  std::span<const double> x;               // marked samples bridged by a line
  const std::vector<bool>& good;           // not marked
  const std::vector<std::int64_t>& beats;  // samples of R, in order, within the channel; some
  Hertz rate;
};

// Gives what the heart adds to every sample: 0 where it does not know better.
template <class M>
concept HeartMethod = Spec<M> && requires(const M& method, const HeartChannel& channel) {
  { heart_in(method, channel) } -> std::same_as<std::vector<double>>;
};

// Fewer beats than these teach nothing about a heart.
inline constexpr std::size_t least_beats_of_record = 10;

namespace remove_ecg_detail {

inline std::optional<Fault> refuse_beats(std::span<const double> r_peaks, std::int64_t frames) {
  double last = -1;
  for (double r : r_peaks) {
    if (!(r > last && r >= 0 && r <= static_cast<double>(frames - 1)))
      return Fault{"remove_ecg", "r_peaks", to_text(r),
                   "samples of the record, 0 to " + std::to_string(frames - 1) + ", each after the one before"};
    last = r;
  }
  if (!r_peaks.empty() && r_peaks.size() < least_beats_of_record)
    return Fault{"remove_ecg", "r_peaks", std::to_string(r_peaks.size()) + " of them",
                 "none, or at least " + std::to_string(least_beats_of_record) + " to learn from"};
  return std::nullopt;
}

// Where a run of marked samples begins and ends its neighbours are joined by a line.
inline void bridge(std::vector<double>& x, const std::vector<bool>& good) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n;) {
    if (good[i]) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < n && !good[end]) ++end;
    const double left = i > 0 ? x[i - 1] : end < n ? x[end] : 0, right = end < n ? x[end] : left;
    for (std::size_t k = i; k < end; ++k)
      x[k] = left + (right - left) * static_cast<double>(k - i + 1) / static_cast<double>(end - i + 1);
    i = end;
  }
}

}  // namespace remove_ecg_detail

// The record without the heart, frames x channels. `r_peaks`: samples of the record in order, as beats_of_record()
// gives them; without any, the record as it is, bit for bit.
template <HeartMethod M>
Result<std::vector<double>> remove_ecg(const M& method, ConstBlock record, const StreamFormat& format,
                                       std::span<const double> r_peaks) {
  using namespace remove_ecg_detail;
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(method)) return *fault;
  const int channels = record.channels;
  if (channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(channels),
                 std::to_string(format.channels.count()) + " as in the format"};
  if (auto fault = refuse_beats(r_peaks, record.frames)) return *fault;
  if constexpr (requires { refuse(method, record, format); }) {
    if (auto fault = refuse(method, record, format)) return *fault;
  }

  const auto frames = static_cast<std::size_t>(record.frames), wide = static_cast<std::size_t>(channels);
  const auto marked = [&](std::size_t k) { return record.marks && record.marks[k] != mark::none; };
  for (std::size_t k = 0; k < frames * wide; ++k)
    if (!marked(k) && !(std::fabs(record.data[k]) <= format.full_scale()))
      return Fault{"record", "data", "not finite or beyond full scale", "finite values, or marks where they are not"};

  std::vector<double> y(record.data, record.data + frames * wide);
  if (r_peaks.empty()) return y;
  const FlushSubnormals guard;
  std::vector<std::int64_t> beats;
  for (double r : r_peaks) beats.push_back(std::llround(r));
  std::vector<double> x(frames);
  std::vector<bool> good(frames);
  for (std::size_t c = 0; c < wide; ++c) {
    for (std::size_t i = 0; i < frames; ++i) {
      good[i] = !marked(i * wide + c);
      x[i] = good[i] ? y[i * wide + c] : 0;
    }
    bridge(x, good);
    const std::vector<double> heart = heart_in(method, {x, good, beats, format.rate});
    for (std::size_t i = 0; i < frames; ++i)
      if (good[i]) y[i * wide + c] -= heart[i];
  }
  return y;
}

}  // namespace unguard
