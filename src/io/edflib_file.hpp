// SPDX-License-Identifier: Apache-2.0
// Files written by EDFlib (Teunis van Beelen), and the only door to it: its table of open files is global, so every
// call holds one lock. Numbers pass as codes; what they mean is the caller's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "unguard/io/recording.hpp"
#include "unguard/io/write.hpp"

namespace unguard::edf {

inline constexpr int most_signals = 640;
inline constexpr int most_annotation_signals = 64;
inline constexpr int longest_annotation = 40;  // bytes; EDFlib cuts what is longer, without a word

// An open file's place in EDFlib's table. Closing is what completes a written file.
class Handle {
 public:
  explicit Handle(int number) noexcept : number_(number) {}
  Handle(Handle&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Handle() { close(); }
  bool close() noexcept;
  int number() const noexcept { return number_; }

 private:
  int number_;
};

struct OutputSignal {
  std::string label;
  std::string unit;
  PhysicalRange physical;
  int lowest_code;
  int highest_code;
};

// A file being written. Every failure is a FormatError about it.
class Output {
 public:
  Output(const std::filesystem::path& path, FileKind kind, const std::vector<OutputSignal>& signals,
         int samples_per_record, int record_10us, int annotation_signals);

  // One data record of one signal; signals take turns in their order.
  void write(std::vector<int>& codes);
  void annotate(const Annotation& annotation);
  void close();

 private:
  void check(bool done) const;

  std::string shown_;
  Handle handle_{-1};
  std::vector<std::pair<std::size_t, std::string>> exact_fields_{};  // of the header: place, text
};

// Time as EDFlib writes it in annotations: whole tenths of a millisecond.
std::int64_t tenths_of_ms(Seconds time);

}  // namespace unguard::edf
