// SPDX-License-Identifier: Apache-2.0
// A channel of a device that is an ECG and no EMG: kept from the checks and the montage, put behind the channels for
// what listens to the heart, with what is wrong with it as a check of its own finds, and taken away again. A
// definition, no source. Cost: two copies a value, and SignalCheck on one channel. Latency: none.
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
#include "unguard/quality/signal_check.hpp"

namespace unguard {

class LeadColumn {
 public:
  // `at`: of the device's channels; `derived`: those the montage makes; blocks of at most so many frames.
  LeadColumn(int at, int of_device, int derived, std::int64_t frames, LiveSignalCheck check)
      : at_(at),
        derived_(derived),
        check_(std::move(check)),
        lead_(static_cast<std::size_t>(frames)),
        lead_marks_(lead_.size()),
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
  // The derived channels, and the lead behind them, with the marks of its check.
  ConstBlock beside(ConstBlock derived, ConstBlock in) noexcept {
    for (std::int64_t i = 0; i < derived.frames; ++i) {
      const std::int64_t from = i * in.channels + at_;
      lead_[static_cast<std::size_t>(i)] = in.data[from];
      lead_marks_[static_cast<std::size_t>(i)] = in.marks ? in.marks[from] : mark::none;
    }
    const Block lead{lead_.data(), derived.frames, 1, lead_marks_.data()};
    check_.process(lead, lead);
    for (std::int64_t i = 0; i < derived.frames; ++i) {
      const auto to = static_cast<std::size_t>(i * wide());
      std::copy_n(derived.data + i * derived_, derived_, wide_.begin() + to);
      std::copy_n(derived.marks + i * derived_, derived_, wide_marks_.begin() + to);
      wide_[to + static_cast<std::size_t>(derived_)] = lead_[static_cast<std::size_t>(i)];
      wide_marks_[to + static_cast<std::size_t>(derived_)] = lead_marks_[static_cast<std::size_t>(i)];
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
  void begin_at(SampleIndex at) noexcept { check_.begin_at(at); }
  template <class Archive>
  void state(Archive& archive) {
    check_.state(archive);
  }

 private:
  int at_, derived_;
  LiveSignalCheck check_;
  std::vector<double> lead_;  // these frames of it
  std::vector<Marks> lead_marks_;
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
// An ECG leaps further than EMG does, and filtered for a monitor it has less noise.
inline Result<LiveSignalCheck> try_start_lead_check(const StreamFormat& device, int lead) {
  StreamFormat one = device;
  one.channels = Channels(std::vector{device.channels[lead]});
  return try_start(SignalCheck{.least_noise = {0.2}, .least_jump = {5000}, .least_move = {5000}}, one);
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
