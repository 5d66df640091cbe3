// SPDX-License-Identifier: Apache-2.0
// Reads EDF, EDF+, BDF and BDF+: whole (read_recording) or block by block (RecordingReader).
// EDF specification 1992, EDF+ 2003 (edfplus.info); samples, annotations, repairs and refusals as in Python's
// unguard.io. Cost: about 10 ns a sample; the reader holds a quarter of a megabyte or one data record, whatever the
// length of the recording. Set-up code: it throws.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/io/format_error.hpp"
#include "unguard/io/recording.hpp"

namespace unguard {

struct ReadOptions {
  // Names to read, in this order; none: all. Needed where a file holds several rates. "label#2" is the second of two
  // equal labels.
  std::vector<std::string> channels{};
  // Unit of the muscle channels whose unit the header leaves empty. What the header states is not overruled.
  std::string unit{};
};

// One file, open for reading. It belongs to one thread at a time; several threads may each have their own, of one file
// or of many.
class RecordingReader {
 public:
  // Throws FormatError when the file is missing, damaged beyond mending or has gaps, or its channels differ in rate;
  // ConfigError when an option names what is not there.
  explicit RecordingReader(const std::filesystem::path& path, const ReadOptions& options = {});
  RecordingReader(RecordingReader&&) noexcept;
  RecordingReader& operator=(RecordingReader&&) noexcept;
  ~RecordingReader();

  // Without the rails once a sample beyond them was read.
  const StreamFormat& format() const noexcept;
  std::int64_t frames() const noexcept;  // of the whole recording, without the padding its writer added
  FileKind kind() const noexcept;
  const std::vector<Annotation>& annotations() const noexcept;
  // Whether the file says of some values that they were missing and are held: only the marks of a block tell which.
  bool holds_values() const noexcept;
  const std::vector<std::string>& units_found() const noexcept;
  // Records that the header counts wrongly or that are incomplete, annotations that cannot be read.
  const std::vector<std::string>& repairs() const noexcept;
  // Of opening; behind them, of each channel, how many samples of the data records read so far lie outside the digital
  // range that the header states.
  const std::vector<std::string>& remarks() const noexcept;

  // Fills the block, marks too where it has them (`missing` where the file says that a value is held), from the next
  // frame on, and returns how many frames it wrote: fewer than asked only at the end.
  std::int64_t read(Block out);
  // The next frame to be read: 0 to frames().
  void seek(SampleIndex frame);

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
};

Recording read_recording(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace unguard
