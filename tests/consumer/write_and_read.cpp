// SPDX-License-Identifier: Apache-2.0
// Writes a small recording and reads it back: whole, and block by block.
//   write_and_read FILE.bdf
#include <cmath>
#include <cstdio>
#include <exception>
#include <vector>

#include "unguard/io/read.hpp"
#include "unguard/io/write.hpp"

int main(int argc, char** argv) try {
  using namespace unguard;
  using namespace unguard::literals;
  const char* path = argc > 1 ? argv[1] : "recording.bdf";

  // [write]
  Recording recording;
  recording.format = {.rate = 2000_Hz, .channels = Channels{"multifidus L", "multifidus R"}};
  for (int i = 0; i < 5000; ++i)
    for (double amplitude : {50.0, 80.0}) recording.data.push_back(amplitude * std::sin(0.3 * i));
  recording.annotations = {{0_s, 2.5_s, "declared rest"}};
  write_recording(path, recording, FileKind::bdf_plus);
  // [write]

  // [read]
  const Recording back = read_recording(path, {.channels = {"multifidus R"}});
  // [read]
  std::printf("%s, %.0f Hz, %lld frames, first annotation \"%s\"\n", to_text(back.kind).c_str(), back.format.rate.value,
              static_cast<long long>(back.frames()), back.annotations[0].text.c_str());

  // [blocks]
  RecordingReader reader(path);
  const int channels = reader.format().channels.count();
  std::vector<double> block(static_cast<std::size_t>(256 * channels));
  double largest = 0;  // microvolts
  while (const auto frames = reader.read({block.data(), 256, channels}))
    for (std::int64_t i = 0; i < frames; ++i) largest = std::fmax(largest, std::fabs(block[2 * i + 1]));
  // [blocks]

  std::printf("largest value of multifidus R: %.3f uV\n", largest);
  return back.frames() == 5000 && std::fabs(largest - 80) < 0.01 ? 0 : 1;
} catch (const std::exception& error) {
  return std::fprintf(stderr, "write_and_read: %s\n", error.what()), 1;
}
