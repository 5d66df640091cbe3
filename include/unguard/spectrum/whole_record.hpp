// SPDX-License-Identifier: Apache-2.0
// What functions of a whole record ask of it, spectra and features alike: its shape, samples that may count, and a
// result that fits into memory. One rule with the live spectrum: a window with a sample that is no number, lies beyond
// full scale or is marked with any of mark::spoiling has no values. Cost: one look at every sample.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

// What one call may return at most, 1 GiB of doubles: more is a slip of an argument.
inline constexpr std::int64_t most_numbers = std::int64_t{1} << 27;

namespace whole_record {

// Whether a result of these dimensions is too large.
constexpr bool too_many(std::initializer_list<std::int64_t> dimensions) noexcept {
  std::int64_t product = 1;
  for (const std::int64_t d : dimensions) {
    if (d < 1) return false;
    if (d > most_numbers / product) return true;
    product *= d;
  }
  return false;
}
inline std::string at_most_numbers() { return "at most " + std::to_string(most_numbers) + " numbers at once, 1 GiB"; }

inline std::optional<Fault> refuse_shape(ConstBlock record, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return fault;
  if (auto fault = validate(format)) return fault;
  if (record.channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(record.channels), std::to_string(format.channels.count())};
  if (record.frames < 1 || !record.data)
    return Fault{"record", "samples", std::to_string(record.frames) + " samples", "one sample or more"};
  return std::nullopt;
}

// Why a sample must not count; none where it may.
inline Marks spoils(ConstBlock record, std::int64_t frame, int channel, double full_scale) noexcept {
  const std::int64_t k = frame * record.channels + channel;
  return (no_value(record.data[k], full_scale) | (record.marks ? record.marks[k] : mark::none)) & mark::spoiling;
}

// One channel's samples from a frame on; false where one of them must not count.
inline bool take(ConstBlock record, std::int64_t from, int channel, double full_scale, std::span<double> to) noexcept {
  Marks spoilt = mark::none;
  for (std::size_t n = 0; n < to.size(); ++n) {
    const std::int64_t frame = from + static_cast<std::int64_t>(n);
    to[n] = record(frame, channel);
    spoilt |= spoils(record, frame, channel, full_scale);
  }
  return spoilt == mark::none;
}

// The first such sample of a channel, which there is, by name. `beside` is what else is to be told.
inline Fault fault_of_first(ConstBlock record, const StreamFormat& format, int channel, const std::string& beside) {
  const double full_scale = format.full_scale();
  std::int64_t n = 0;
  while (n + 1 < record.frames && !spoils(record, n, channel, full_scale)) ++n;
  const std::string where =
      " at sample " + std::to_string(n) + " of channel \"" + format.channels[channel].name + "\"" + beside;
  const double value = record(n, channel);
  if (no_value(value, full_scale))
    return Fault{"record", "data", to_text(value) + where,
                 "a stretch of finite values within +-" + to_text(full_scale)};
  std::string why;
  const Marks marks = spoils(record, n, channel, full_scale);
  for (int b = 0; b < mark::bits; ++b)
    if (marks & (1u << b)) why += (why.empty() ? "" : ", ") + std::string(mark::names[static_cast<std::size_t>(b)]);
  return Fault{"record", "marks", why + where, "a stretch without such marks, bridged or not"};
}

// A record in which any sample must not count.
inline std::optional<Fault> refuse_spoilt(ConstBlock record, const StreamFormat& format) {
  const std::int64_t all = record.frames * record.channels;
  const double full_scale = format.full_scale();
  const auto spoiling = [](Marks m) { return (m & mark::spoiling) != mark::none; };
  if (best_all_within()(record.data, all, full_scale) &&
      (!record.marks || std::none_of(record.marks, record.marks + all, spoiling)))
    return std::nullopt;
  for (std::int64_t n = 0; n < record.frames; ++n)
    for (int c = 0; c < record.channels; ++c)
      if (spoils(record, n, c, full_scale)) return fault_of_first(record, format, c, "");
  return std::nullopt;
}

}  // namespace whole_record

}  // namespace unguard
