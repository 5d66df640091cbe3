// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file, said in one sentence: file, place, field, what was found, what was expected.
// The twin of Python's unguard.FormatError, in the same words.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace unguard {

// One refused file. `where` is the byte or channel inside it; empty when the whole file is meant.
struct FormatFault {
  std::string file;
  std::string where;
  std::string field;
  std::string found;
  std::string expected;
};

// The only place where a message about a file is put together.
inline std::string message(const FormatFault& fault) {
  constexpr std::size_t longest = 400;
  const std::string place = fault.where.empty() ? fault.file : fault.file + ", " + fault.where;
  const std::string found = fault.found.size() > longest ? fault.found.substr(0, longest) + "..." : fault.found;
  return place + ": " + fault.field + " is " + found + ": expected " + fault.expected;
}

// A file that cannot be read as a recording, or not be written. In Python a ValueError.
class FormatError : public std::runtime_error {
 public:
  explicit FormatError(FormatFault fault) : std::runtime_error(message(fault)), fault_(std::move(fault)) {}
  const FormatFault& fault() const noexcept { return fault_; }

 private:
  FormatFault fault_;
};

}  // namespace unguard
