// SPDX-License-Identifier: Apache-2.0
#include "io/data_records.hpp"

#include <algorithm>

namespace unguard::edf {
namespace {

constexpr std::int64_t run_bytes = 1 << 18;
// Below this, reading a whole run is faster than seeking to a part of each record.
constexpr std::int64_t short_record = 1 << 13;

}  // namespace

DataRecords::DataRecords(const std::filesystem::path& path, const Header& header)
    : shown_(path.string()),
      file_(path, std::ios::binary),
      header_bytes_(header.bytes),
      record_bytes_(header.record_bytes),
      records_(header.records) {
  if (!file_) throw FormatError({shown_, "", "the file", "not readable", "a file that can be opened"});
}

std::string_view DataRecords::record(std::int64_t number) {
  if (number < run_first_ || number >= run_first_ + run_count_) {
    const std::int64_t count = std::min(std::max<std::int64_t>(1, run_bytes / record_bytes_), records_ - number);
    run_count_ = 0;  // stays so when the file cannot be read
    fetch(run_, number * record_bytes_, count * record_bytes_);
    run_first_ = number;
    run_count_ = count;
  }
  return std::string_view(run_.data(), run_.size())
      .substr(static_cast<std::size_t>((number - run_first_) * record_bytes_), static_cast<std::size_t>(record_bytes_));
}

std::string_view DataRecords::part(std::int64_t number, std::int64_t start, std::int64_t bytes) {
  if (record_bytes_ <= short_record)
    return record(number).substr(static_cast<std::size_t>(start), static_cast<std::size_t>(bytes));
  fetch(part_, number * record_bytes_ + start, bytes);
  return {part_.data(), part_.size()};
}

void DataRecords::fetch(std::vector<char>& into, std::int64_t start, std::int64_t bytes) {
  into.resize(static_cast<std::size_t>(bytes));
  const std::int64_t place = header_bytes_ + start;
  file_.clear();
  // A seek would throw away what the stream has read ahead.
  if (file_.tellg() != std::streampos(place)) file_.seekg(place);
  file_.read(into.data(), bytes);
  if (!file_ || file_.gcount() != bytes)
    throw FormatError({shown_, "", "the file", "shorter than when it was opened", "a file that is not being changed"});
}

}  // namespace unguard::edf
