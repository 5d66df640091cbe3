// SPDX-License-Identifier: Apache-2.0
// What an Aligner delivers, EMG first and then every side input, as one block: each input's channels behind those of
// the one before, values and marks. So an ECG of another device becomes a channel of a session, its `lead`.
// A definition, no source. Cost: one copy a value. Latency: none; the Aligner's own is stated there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/stream/aligner.hpp"

namespace unguard {

class SideBySide {
 public:
  SideBySide(StreamFormat format, std::vector<int> widths)
      : format_(std::move(format)),
        widths_(std::move(widths)),
        values_(static_cast<std::size_t>(tile * format_.channels.count())),
        marks_(values_.size()) {}

  // The EMG's rate and converter, all channels.
  const StreamFormat& format() const noexcept { return format_; }

  // The inputs of as many frames. Calls deliver(ConstBlock) with all channels, in portions of at most 64 frames; the
  // block is good until the next call.
  template <class Deliver>
  Status process(std::span<const ConstBlock> in, Deliver&& deliver) noexcept {
    if (in.size() != widths_.size()) return Status::wrong_channels;
    for (std::size_t k = 0; k < in.size(); ++k) {
      if (in[k].channels != widths_[k]) return Status::wrong_channels;
      if (in[k].frames != in[0].frames || in[k].frames < 0) return Status::wrong_frames;
      if (in[k].frames > 0 && !in[k].data) return Status::missing_data;
    }
    for (std::int64_t done = 0; done < in[0].frames;) {
      const std::int64_t n = std::min(tile, in[0].frames - done);
      for (std::int64_t i = 0; i < n; ++i) put(in, done + i, i);
      deliver(ConstBlock{values_.data(), n, format_.channels.count(), marks_.data()});
      done += n;
    }
    return Status::ok;
  }

 private:
  static constexpr std::int64_t tile = 64;

  void put(std::span<const ConstBlock> in, std::int64_t frame, std::int64_t row) noexcept {
    std::int64_t to = row * format_.channels.count();
    for (const ConstBlock& block : in) {
      const ConstBlock one = block.part(frame, 1);
      std::copy_n(one.data, one.channels, values_.data() + to);
      if (one.marks)
        std::copy_n(one.marks, one.channels, marks_.data() + to);
      else
        std::fill_n(marks_.data() + to, one.channels, mark::none);
      to += one.channels;
    }
  }

  StreamFormat format_;
  std::vector<int> widths_;
  std::vector<double> values_;
  std::vector<Marks> marks_;
};

// All that this Aligner delivers, or why its channels cannot stand beside one another: every name once.
inline Result<SideBySide> try_side_by_side(const LiveAligner& aligner) {
  StreamFormat format = aligner.format();
  std::vector<Channel> all(format.channels.begin(), format.channels.end());
  std::vector<int> widths{format.channels.count()};
  for (int s = 0; s < aligner.sides(); ++s) {
    const Channels& side = aligner.side(s).format().channels;
    all.insert(all.end(), side.begin(), side.end());
    widths.push_back(side.count());
  }
  format.channels = Channels(std::move(all));
  if (auto fault = validate(format)) return *fault;
  return SideBySide(std::move(format), std::move(widths));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline SideBySide side_by_side(const LiveAligner& aligner) { return try_side_by_side(aligner).take(); }
#endif

}  // namespace unguard
