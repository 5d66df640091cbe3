// SPDX-License-Identifier: Apache-2.0
// The header of an EDF or BDF file as it stands, checked so that what is wrong can be named: EDFlib says only that
// something is. Samples and annotations are EDFlib's; labels, units and scales are taken from here, since EDFlib knows
// ASCII only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unguard/io/format_error.hpp"

namespace unguard::edf {

struct SignalHeader {
  std::string label;
  std::string unit;
  double physical_min;
  double physical_max;
  int digital_min;
  int digital_max;
  int samples_per_record;
  bool annotations;  // holds annotations instead of samples
};

struct Header {
  std::string bytes;
  bool plus;  // says that it is EDF+ or BDF+
  std::int64_t records;
  double record_seconds;
  std::vector<SignalHeader> signals;
};

// Throws FormatError that names byte, field, found and expected.
Header read_header(const std::filesystem::path& path);

// The header in ASCII, without date and person: none of these touch a sample, and EDFlib minds many spellings of them.
std::string plain_header(const Header& header);

}  // namespace unguard::edf
