// SPDX-License-Identifier: Apache-2.0
// A channel of a device that is an ECG and no EMG: kept from the checks and the montage, put behind the channels for
// what listens to the heart, and taken away again. A definition, no source. Cost: two copies a value. Latency: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/denoise/montage.hpp"

namespace unguard {

class LeadColumn {
 public:
  // `at`: of the device's channels; `derived`: those the montage makes; blocks of at most so many frames.
  LeadColumn(int at, int of_device, int derived, std::int64_t frames)
      : at_(at),
        derived_(derived),
        emg_(static_cast<std::size_t>(frames * (of_device - 1))),
        emg_marks_(emg_.size()),
        wide_(static_cast<std::size_t>(frames * wide())),
        wide_marks_(wide_.size()) {}

  int at() const noexcept { return at_; }
  int wide() const noexcept { return derived_ + 1; }

  // The device's other channels.
  ConstBlock without(ConstBlock in) noexcept {
    const int n = in.channels - 1;
    for (std::int64_t i = 0; i < in.frames; ++i)
      for (int c = 0; c < n; ++c) {
        const std::int64_t from = i * in.channels + c + (c >= at_);
        emg_[static_cast<std::size_t>(i * n + c)] = in.data[from];
        emg_marks_[static_cast<std::size_t>(i * n + c)] = in.marks ? in.marks[from] : mark::none;
      }
    return {emg_.data(), in.frames, n, emg_marks_.data()};
  }
  // The derived channels, and the lead as it came behind them.
  ConstBlock beside(ConstBlock derived, ConstBlock in) noexcept {
    for (std::int64_t i = 0; i < derived.frames; ++i) {
      const auto to = static_cast<std::size_t>(i * wide());
      std::copy_n(derived.data + i * derived_, derived_, wide_.begin() + to);
      std::copy_n(derived.marks + i * derived_, derived_, wide_marks_.begin() + to);
      const std::int64_t from = i * in.channels + at_;
      wide_[to + static_cast<std::size_t>(derived_)] = in.data[from];
      wide_marks_[to + static_cast<std::size_t>(derived_)] = in.marks ? in.marks[from] : mark::none;
    }
    return {wide_.data(), derived.frames, wide(), wide_marks_.data()};
  }
  // In place: the lead goes no further than what listens to the heart.
  Block cut_off(Block heard) const noexcept {
    for (std::int64_t i = 1; i < heard.frames; ++i) {
      std::copy_n(heard.data + i * wide(), derived_, heard.data + i * derived_);
      std::copy_n(heard.marks + i * wide(), derived_, heard.marks + i * derived_);
    }
    return {heard.data, heard.frames, derived_, heard.marks};
  }
  // While it is lost the heart stays in: what is cleaned is less sure, and says why.
  void doubt(ConstBlock heard, Block clean) const noexcept {
    for (std::int64_t i = 0; i < clean.frames; ++i) {
      if (!(heard.marks[i * wide() + derived_] & mark::missing)) continue;
      for (int c = 0; c < derived_; ++c) clean.marks[i * derived_ + c] |= mark::heart;
    }
  }

 private:
  int at_, derived_;
  std::vector<double> emg_;
  std::vector<Marks> emg_marks_;
  std::vector<double> wide_;
  std::vector<Marks> wide_marks_;
};

// The device's channel of this name, unless the montage makes one that is called so.
inline std::optional<int> own_lead(const std::string& lead, const Montage& montage, const StreamFormat& device) {
  if (lead.empty()) return std::nullopt;
  for (const auto& d : montage.derivations)
    if (d.channel.name == lead) return std::nullopt;
  return device.channels.find(lead);
}
inline StreamFormat without_channel(StreamFormat format, int channel) {
  std::vector<Channel> all(format.channels.begin(), format.channels.end());
  all.erase(all.begin() + channel);
  format.channels = Channels(std::move(all));
  return format;
}
inline StreamFormat with_channel(StreamFormat format, const Channel& one) {
  std::vector<Channel> all(format.channels.begin(), format.channels.end());
  all.push_back(one);
  format.channels = Channels(std::move(all));
  return format;
}

}  // namespace unguard
