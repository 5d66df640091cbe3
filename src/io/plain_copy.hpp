// SPDX-License-Identifier: Apache-2.0
// A file that EDFlib reads only with its header in plain letters is read from a copy. Recordings are private: the copy
// lies in a folder of its own that only its owner may enter, and is gone once it has been read.
#pragma once

#include <filesystem>

#include "io/header.hpp"

namespace unguard::edf {

class PlainCopy {
 public:
  // Throws FormatError about `path` when there is no room.
  PlainCopy(const std::filesystem::path& path, const Header& header);
  PlainCopy(const PlainCopy&) = delete;
  PlainCopy& operator=(const PlainCopy&) = delete;
  ~PlainCopy() { remove(); }

  std::filesystem::path file() const { return folder_ / "recording"; }

 private:
  void remove() noexcept;
  [[noreturn]] void fail(const std::filesystem::path& path);

  std::filesystem::path folder_{};
};

}  // namespace unguard::edf
