// SPDX-License-Identifier: Apache-2.0
// Writes a recording as EDF+ (16 bit) or BDF+ (24 bit) with its annotations, through EDFlib, without a word about the
// person: patient and recording fields are X, the start is the format's first day.
// Cost: about 0.1 us a sample; holds one data record. Set-up code: it throws.
#pragma once

#include <filesystem>
#include <vector>

#include "unguard/io/format_error.hpp"
#include "unguard/io/recording.hpp"

namespace unguard {

// The values that the smallest and the largest code stand for, in the channel's unit.
struct PhysicalRange {
  double low{};
  double high{};

  friend bool operator==(const PhysicalRange&, const PhysicalRange&) = default;
};

struct WriteOptions {
  // None: each channel's own, its data rounded out to whole units. One: for all channels. Or one a channel.
  std::vector<PhysicalRange> ranges{};
};

// Replaces an existing file. A file holds whole data records only: the last one is filled with the last values, which
// an annotation says; the readers here and in Python take them off again.
// Values that are marked as held are told by annotations ("held: CHANNEL"), which the readers turn into marks again.
// Onsets and durations are kept to 0.1 ms and texts to 40 bytes, the most EDFlib writes.
// Throws ConfigError when a rate, name, unit, value or annotation does not fit into the format (nothing is clamped and
// nothing is written then), FormatError when the file cannot be written.
void write_recording(const std::filesystem::path& path, const Recording& recording, FileKind kind,
                     const WriteOptions& options = {});

}  // namespace unguard
