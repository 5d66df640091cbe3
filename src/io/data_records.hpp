// SPDX-License-Identifier: Apache-2.0
// The data records of an EDF or BDF file: their bytes, and the codes in them as they stand. EDFlib would clip a code
// outside the stated range without a word.
// Cost: holds a quarter of a megabyte, or one data record where that is longer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "io/header.hpp"

namespace unguard::edf {

class DataRecords {
 public:
  // Throws FormatError when the file cannot be opened.
  DataRecords(const std::filesystem::path& path, const Header& header);

  // One data record, counted from 0; or some bytes of one. They stay until the next call.
  // Throws FormatError when the file has become shorter.
  std::string_view record(std::int64_t number);
  std::string_view part(std::int64_t number, std::int64_t start, std::int64_t bytes);

 private:
  void fetch(std::vector<char>& into, std::int64_t start, std::int64_t bytes);

  std::string shown_;
  std::ifstream file_;
  std::int64_t header_bytes_;
  std::int64_t record_bytes_;
  std::int64_t records_;
  std::vector<char> run_{};  // several whole records
  std::int64_t run_first_ = 0;
  std::int64_t run_count_ = 0;
  std::vector<char> part_{};
};

// Two's complement, the smallest byte first.
template <int width>
int code_at(const char* bytes) noexcept {
  constexpr int unused = 32 - 8 * width;
  std::uint32_t code = 0;
  for (int i = 0; i < width; ++i)
    code |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i + unused);
  return static_cast<std::int32_t>(code) >> unused;
}

}  // namespace unguard::edf
