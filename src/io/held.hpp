// SPDX-License-Identifier: Apache-2.0
// Values that were missing when a recording was made or read, and are held from the last one that was there. The
// format has no place for a mask: an annotation "held: CHANNEL" over them tells, which Python's unguard.io writes and
// honours by the same rules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/io/recording.hpp"

namespace unguard::edf {

// The text that says a channel's values are held.
std::string held_text(const std::string& channel);

// The samples [first, end) of one channel.
struct Stretch {
  std::int64_t first;
  std::int64_t end;
};
// Of every channel: by time, none touching the next.
using Held = std::vector<std::vector<Stretch>>;

// Takes the annotations of held values of the channels `all` out of the list, and returns what they say of the channels
// of `format`. One without a duration is anybody's remark and stays.
Held take_held(std::vector<Annotation>& annotations, const std::vector<std::string>& all, const StreamFormat& format,
               std::int64_t frames);

// What is to be said of it, one sentence a channel.
std::vector<std::string> remarks_on(const Held& held, const Channels& channels);

// Marks what is held as a gap in a block whose first frame is `first`.
void mark_held(const Held& held, std::int64_t first, Block out);

// The annotations that tell of a recording's marks. EDFlib writes tenths of a millisecond: above 5 kHz a stretch may
// grow by as much, but never shrinks. Throws ConfigError for marks that do not say that a value is held.
std::vector<Annotation> held_annotations(const Recording& recording);

}  // namespace unguard::edf
