// SPDX-License-Identifier: Apache-2.0
// EDF and BDF files put together byte by byte from the specification (edfplus.info/specs/edf.html, edfplus.html), with
// every field open to being wrong; and a folder to put them in.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace unguard::edf_bytes {

struct Signal {
  std::string label = "EMG";
  std::string unit = "uV";
  std::string physical_min = "-100";
  std::string physical_max = "100";
  std::string digital_min = "-1000";
  std::string digital_max = "1000";
  std::string samples = "2";
};

struct File {
  std::string version = "0";
  std::string patient = "X X X X";
  std::string recording = "Startdate X X X X";
  std::string date = "01.01.85";
  std::string time = "00.00.00";
  std::string header_bytes{};  // empty: as the signals have it
  std::string reserved{};
  std::string records = "1";
  std::string seconds = "1";
  std::string count{};  // empty: as the signals have it
  std::vector<Signal> signals{Signal{}};
  std::string data{};
};

inline std::string padded(std::string text, std::size_t width) {
  text.resize(width, ' ');
  return text;
}

inline std::string bytes(const File& file) {
  const std::size_t n = file.signals.size();
  std::string out = padded(file.version, 8) + padded(file.patient, 80) + padded(file.recording, 80);
  out += padded(file.date, 8) + padded(file.time, 8);
  out += padded(file.header_bytes.empty() ? std::to_string(256 * (n + 1)) : file.header_bytes, 8);
  out += padded(file.reserved, 44) + padded(file.records, 8) + padded(file.seconds, 8);
  out += padded(file.count.empty() ? std::to_string(n) : file.count, 4);
  for (const auto& s : file.signals) out += padded(s.label, 16);
  out += std::string(80 * n, ' ');  // transducers
  for (const auto& s : file.signals) out += padded(s.unit, 8);
  for (const auto& s : file.signals) out += padded(s.physical_min, 8);
  for (const auto& s : file.signals) out += padded(s.physical_max, 8);
  for (const auto& s : file.signals) out += padded(s.digital_min, 8);
  for (const auto& s : file.signals) out += padded(s.digital_max, 8);
  out += std::string(80 * n, ' ');  // prefilters
  for (const auto& s : file.signals) out += padded(s.samples, 8);
  out += std::string(32 * n, ' ');  // reserved
  return out + file.data;
}

// Two's complement, the smallest byte first.
inline std::string little_endian(const std::vector<int>& codes, int width) {
  std::string out;
  for (int code : codes)
    for (int i = 0; i < width; ++i) out += static_cast<char>(static_cast<std::uint32_t>(code) >> (8 * i));
  return out;
}

inline int code_at(const std::string& file, std::size_t at, int width) {
  std::uint32_t code = 0;
  for (int i = 0; i < width; ++i)
    code |= static_cast<std::uint32_t>(static_cast<unsigned char>(file[at + static_cast<std::size_t>(i)])) << (8 * i);
  const int unused = 32 - 8 * width;
  return static_cast<std::int32_t>(code << unused) >> unused;
}

inline Signal annotations(bool bdf, int samples) {
  return {bdf ? "BDF Annotations" : "EDF Annotations",
          "",
          "-1",
          "1",
          bdf ? "-8388608" : "-32768",
          bdf ? "8388607" : "32767",
          std::to_string(samples)};
}

class Folder {
 public:
  Folder() {
    std::random_device random;
    do path_ = std::filesystem::temp_directory_path() / ("unguard-test-" + std::to_string(random()));
    while (!std::filesystem::create_directory(path_));
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path with(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_{};
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace unguard::edf_bytes
