// SPDX-License-Identifier: Apache-2.0
// Any bytes as an EDF or BDF file. Truth: it is read, or refused by a FormatError; what was read is finite, has its
// marks, and is the same whole and in blocks.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <string>
#include <vector>

#include "fuzz/expect.hpp"
#include "unguard/core/error.hpp"
#include "unguard/io/format_error.hpp"
#include "unguard/io/read.hpp"

namespace unguard {
namespace {

// A file in memory, under a name that the reader can open.
class FileInMemory {
 public:
  FileInMemory(const std::uint8_t* data, std::size_t size) : handle_(memfd_create("fuzz", 0)) {
    for (std::size_t written = 0; written < size;) {
      const ssize_t some = write(handle_, data + written, size - written);
      fuzz::expect(some > 0, "there is memory for the file");
      written += static_cast<std::size_t>(some);
    }
  }
  FileInMemory(const FileInMemory&) = delete;
  FileInMemory& operator=(const FileInMemory&) = delete;
  ~FileInMemory() { close(handle_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(handle_); }

 private:
  int handle_;
};

void read(const std::string& path, const ReadOptions& options) {
  RecordingReader reader(path, options);
  const std::int64_t frames = reader.frames();
  const int channels = reader.format().channels.count();
  fuzz::expect(frames > 0 && channels > 0, "a recording has samples and channels");
  constexpr std::int64_t most = 1 << 20;
  if (frames * channels > most) return;
  const auto size = static_cast<std::size_t>(frames * channels);
  std::vector<double> whole(size), part(size);
  std::vector<Marks> marks(size), marks_of_parts(size);
  fuzz::expect(reader.read({whole.data(), frames, channels, marks.data()}) == frames, "all frames come");
  for (const double v : whole) fuzz::expect(std::isfinite(v), "every value is a number");
  reader.seek({0});
  for (std::int64_t at = 0, n = 1; at < frames; n = 2 * n + 1) {
    const std::int64_t asked = std::min(n, frames - at), first = at * channels;
    const std::int64_t came = reader.read({part.data() + first, asked, channels, marks_of_parts.data() + first});
    fuzz::expect(came == asked, "as many frames come as are there");
    at += came;
  }
  fuzz::expect(whole == part && marks == marks_of_parts, "blocks are the whole");
}

}  // namespace
}  // namespace unguard

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const unguard::FileInMemory file(data, size);
  try {
    unguard::read(file.path(), {.channels = {}, .unit = "uV"});
  } catch (const unguard::FormatError&) {
  } catch (const unguard::ConfigError&) {
  }
  return 0;
}
