// SPDX-License-Identifier: Apache-2.0
// The R peaks of a whole record, its beginning included: what a live detector needs half a minute to learn is heard
// before the record begins, from the record itself. Source and cost as in r_peaks.hpp. Latency: offline, the whole
// record.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/sink.hpp"
#include "unguard/denoise/r_peaks.hpp"

namespace unguard {

namespace record_beats_detail {

// So much is heard beforehand, again and again where the record is shorter.
inline constexpr Seconds heard_before{30};

// Calls take(onset) for every final beat of a heart that is believed, and empties the sink.
template <class Take>
void tell(Sink<Event>& sink, Take&& take) {
  for (const Event& e : sink.items())
    if (e.report == Report::close && e.confidence > 0) take(e.onset.value);
  sink.clear();
}
template <class Take>
void hear(LiveRPeaks& live, ConstBlock block, Sink<Event>& sink, Take&& take) {
  for (Status status = Status::full; status == Status::full;) {
    const Consumed done = live.process(block, sink);
    tell(sink, take);
    block = block.part(done.frames, block.frames - done.frames);
    status = done.status;
  }
}

}  // namespace record_beats_detail

// Samples of the record at which R peaks lie, in order; none where no heart is believed. Best before any high-pass.
inline Result<std::vector<double>> beats_of_record(ConstBlock record, const StreamFormat& format,
                                                   const RPeaks& spec = {}) {
  using namespace record_beats_detail;
  auto started = try_start(spec, format);
  if (!started) return started.fault();
  if (record.channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(record.channels),
                 std::to_string(format.channels.count()) + " as in the format"};
  std::vector<double> beats;
  if (record.frames <= 0) return beats;
  LiveRPeaks& live = *started;
  Sink<Event> sink(256);
  const std::int64_t least = samples_in(heard_before, format.rate);
  std::int64_t before = 0;
  while (before < least) {
    const std::int64_t n = std::min(record.frames, least - before);
    hear(live, record.part(0, n), sink, [](std::int64_t) {});
    before += n;
  }
  const auto take = [&](std::int64_t onset) {
    if (onset >= before) beats.push_back(static_cast<double>(onset - before));
  };
  hear(live, record, sink, take);
  for (Status status = Status::full; status == Status::full;) {
    status = live.finish(sink);
    tell(sink, take);
  }
  return beats;
}

}  // namespace unguard
