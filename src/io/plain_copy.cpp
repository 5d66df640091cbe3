// SPDX-License-Identifier: Apache-2.0
#include "io/plain_copy.hpp"

#include <fstream>
#include <random>
#include <string>
#include <system_error>

namespace unguard::edf {

PlainCopy::PlainCopy(const std::filesystem::path& path, const Header& header) {
  std::random_device random;
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  if (error) fail(path);
  for (int attempt = 0; attempt < 100 && folder_.empty(); ++attempt) {
    const auto candidate = temporary / ("unguard-" + std::to_string(random()));
    if (std::filesystem::create_directory(candidate, error)) folder_ = candidate;
  }
  if (folder_.empty()) fail(path);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  if (error) fail(path);
  std::filesystem::copy_file(path, file(), error);
  if (error) fail(path);
  std::filesystem::permissions(file(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  std::fstream copy(file(), std::ios::binary | std::ios::in | std::ios::out);
  const std::string plain = plain_header(header);
  copy.write(plain.data(), static_cast<std::streamsize>(plain.size()));
  copy.close();
  if (!copy) fail(path);
}

void PlainCopy::remove() noexcept {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void PlainCopy::fail(const std::filesystem::path& path) {
  remove();
  throw FormatError({path.string(), "", "a copy of the file", "not to be made", "room in the temporary folder"});
}

}  // namespace unguard::edf
