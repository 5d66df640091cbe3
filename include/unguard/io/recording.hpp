// SPDX-License-Identifier: Apache-2.0
// A recording in memory: samples with their format, annotations, and what was mended or worth a remark while reading.
// Voltages are in microvolts; a channel that is no voltage keeps the unit of its file.
// Cost: eight bytes a sample. For recordings that should not be held whole, see RecordingReader.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// EDF: Kemp 1992, 16 bits. EDF+: Kemp and Olivan 2003, with annotations. BDF and BDF+: the same with 24 bits.
enum class FileKind { edf, edf_plus, bdf, bdf_plus };
constexpr std::array<std::string_view, 4> names(const FileKind*) { return {"EDF", "EDF+", "BDF", "BDF+"}; }

// A remark of the person or device that recorded. The duration is 0 for a moment, also when the file states none.
struct Annotation {
  Seconds onset{};
  Seconds duration{};
  std::string text{};

  friend bool operator==(const Annotation&, const Annotation&) = default;
};

struct Recording {
  // The converter's step and rails are the header's, where all voltages agree on them. A header states the range of
  // its numbers; only whoever recorded knows whether the converter ends there. No rails where samples lie beyond them.
  StreamFormat format{};
  std::vector<double> data{};  // frames x channels, interleaved
  // As the data: `missing` where there was no value and one is held, as the file says. Empty when all are good.
  std::vector<Marks> marks{};
  std::vector<Annotation> annotations{};   // by onset, counted from the first sample
  std::vector<std::string> units_found{};  // one a channel, as the header spells it; empty when it states none
  FileKind kind = FileKind::bdf_plus;
  std::vector<std::string> repairs{};  // what was mended so that the samples could be read
  std::vector<std::string> remarks{};  // everything else worth knowing

  std::int64_t frames() const noexcept {
    const auto channels = static_cast<std::size_t>(format.channels.count());
    return channels == 0 ? 0 : static_cast<std::int64_t>(data.size() / channels);
  }
  ConstBlock block() const noexcept {
    return {data.data(), frames(), format.channels.count(), marks.empty() ? nullptr : marks.data()};
  }
  Block block() noexcept {
    return {data.data(), frames(), format.channels.count(), marks.empty() ? nullptr : marks.data()};
  }
};

}  // namespace unguard
