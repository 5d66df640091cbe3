// SPDX-License-Identifier: Apache-2.0
// What may enter a processor: blocks of the right shape, and values that are some. Asked in one way everywhere.
// Cost: some comparisons a call, two a value.
#pragma once

#include <cmath>
#include <cstdint>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"

namespace unguard {

// Of blocks that are to be filtered frame for frame; those without frames need no data. By value: blocks in registers
// stay there.
inline Status frame_for_frame(ConstBlock in, Block out, int channels) noexcept {
  if (in.channels != channels || out.channels != channels) return Status::wrong_channels;
  if (in.frames != out.frames || in.frames < 0) return Status::wrong_frames;
  if (in.frames > 0 && (!in.data || !out.data)) return Status::missing_data;
  return Status::ok;
}

// Of frames for what reports into a sink; those without frames need no data.
inline Status frames_for_a_sink(ConstBlock in, int channels, bool ended) noexcept {
  if (ended) return Status::ended;
  if (in.channels != channels) return Status::wrong_channels;
  if (in.frames < 0) return Status::wrong_frames;
  return in.frames > 0 && !in.data ? Status::missing_data : Status::ok;
}

// Why a value is none that could have been measured; no mark where it is one.
inline Marks no_value(double x, double full_scale) noexcept {
  if (!std::isfinite(x)) return mark::non_finite;
  return std::fabs(x) > full_scale ? mark::out_of_range : mark::none;
}

// Whether a value of a record says nothing: marked, or none that could have been measured.
inline bool is_marked(ConstBlock block, std::int64_t frame, int channel) noexcept {
  const std::int64_t k = frame * block.channels + channel;
  return (block.marks && block.marks[k]) || !std::isfinite(block.data[k]);
}

}  // namespace unguard
