// SPDX-License-Identifier: Apache-2.0
// The channels of a file that are read: which ones, by which scale their codes become numbers, and in which unit these
// are. The same rules as in Python's unguard.io.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/header.hpp"
#include "unguard/core/format.hpp"

namespace unguard::edf {

// How the codes of one chosen channel become numbers: (code + offset) * gain * scale, in the order that edfio has.
struct Track {
  std::string name;
  const SignalHeader* header;
  double offset = 0;
  double gain = 1;
  double scale = 1;
  std::int64_t outside = 0;  // samples read so far whose code lies outside the stated range
};

[[noreturn]] void refuse_option(const char* name, const std::string& found, const std::string& expected);

// Every signal with samples, in the file's order; what had to be told apart is added to `remarks`.
std::vector<Track> all_tracks(const Header& header, std::vector<std::string>& remarks);

// Those of these names, in their order; all when there are none. Throws ConfigError for a name that is not there.
std::vector<Track> chosen(const std::vector<Track>& all, const std::vector<std::string>& wanted);

// Throws FormatError about `file` when the tracks differ in rate.
void check_one_rate(const std::string& file, const std::vector<Track>& tracks, double record_seconds);

// Sets the track's scale and returns the unit its numbers are in. `stated` is the caller's unit, for muscle that states
// none. Throws FormatError about `file` for a scale that is none.
std::string scaled(const std::string& file, Track& track, int code_bytes, const std::string& stated,
                   bool& stated_was_used);

// What all voltages agree on; nothing where they differ, or where no converter ends.
Converter converter_of(const std::vector<Track>& tracks, const Channels& channels);

}  // namespace unguard::edf
