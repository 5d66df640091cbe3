// SPDX-License-Identifier: Apache-2.0
// The header of an EDF or BDF file, checked against the file's size before anything is believed or allocated. What is
// wrong is named by its byte; what can be mended (records that the header counts wrongly) is mended and said, in the
// words of Python's unguard.io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "unguard/io/format_error.hpp"

namespace unguard::edf {

struct SignalHeader {
  std::string label{};
  std::string unit{};
  double physical_min = 0;
  double physical_max = 0;
  int digital_min = 0;
  int digital_max = 0;
  int samples_per_record = 0;
  std::int64_t start = 0;               // byte in the data record
  bool annotations = false;             // holds annotations instead of samples
  std::optional<FormatFault> defect{};  // why its codes cannot become numbers; the other signals still can
};

struct Header {
  std::int64_t bytes = 0;
  int code_bytes = 2;          // 2 in EDF, 3 in BDF
  bool discontinuous = false;  // says that there may be gaps between data records
  bool plus = false;           // has a signal of annotations
  std::int64_t records = 0;    // whole ones, to be read
  std::int64_t record_bytes = 0;
  double record_seconds = 0;
  std::vector<SignalHeader> signals{};
  std::vector<std::string> repairs{};
  std::vector<std::string> remarks{};
};

// Throws FormatError that names byte, field, found and expected.
Header read_header(const std::filesystem::path& path);

}  // namespace unguard::edf
