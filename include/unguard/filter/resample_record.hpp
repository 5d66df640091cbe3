// SPDX-License-Identifier: Apache-2.0
// A whole record at another rate, undelayed: the live resampler and its tail, so the same bits;
// scipy.signal.resample_poly with padtype='constant'. Cost: one run of the resampler; memory: the result.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unguard/filter/resample.hpp"

namespace unguard {

struct Resampled {
  std::vector<double> samples{};  // ceil(frames up / down) frames x channels
  std::vector<Marks> marks{};     // of the same shape
  StreamFormat format{};
};

// Frame 0 of the result belongs to the instant of frame 0 of the record. Bad samples are replaced and marked, as live.
template <ResamplerSpec S>
Result<Resampled> resample(const S& spec, ConstBlock record, const StreamFormat& format) {
  auto live = try_start(spec, format);
  if (!live) return live.fault();
  const int channels = format.channels.count();
  if (record.channels != channels)
    return Fault{"record", "channels", std::to_string(record.channels), std::to_string(channels) + " as in the format"};
  if (record.frames < 0 || (record.frames > 0 && !record.data))
    return Fault{"record", "frames", std::to_string(record.frames), "frames with data behind them"};
  const std::int64_t frames = live->most_written(record.frames);
  Resampled made{std::vector<double>(static_cast<std::size_t>(frames * channels)), {}, live->output_format()};
  made.marks.resize(made.samples.size());
  const Block out{made.samples.data(), frames, channels, made.marks.data()};
  const Produced begun = live->process(record, out);
  live->finish(out.part(begun.written, frames - begun.written));
  return made;
}

}  // namespace unguard
