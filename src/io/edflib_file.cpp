// SPDX-License-Identifier: Apache-2.0
#include "io/edflib_file.hpp"

#include <edflib.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <mutex>

namespace unguard::edf {
namespace {

// EDFlib's state is global, and so must its lock be.
std::mutex& edflib_lock() {
  static std::mutex lock;
  return lock;
}

[[noreturn]] void refuse(const std::string& shown, int code) {
  switch (code) {
    case EDFLIB_NO_SUCH_FILE_OR_DIRECTORY:
      throw FormatError({shown, "", "the file", "not to be opened", "a place that can be written"});
    case EDFLIB_FILE_ALREADY_OPENED:
      throw FormatError({shown, "", "the file", "open in this process already", "one writer at a time"});
    case EDFLIB_MAXFILES_REACHED:
      throw FormatError({shown, "", "the file", "one too many open at once", "at most 64 open EDF and BDF files"});
    default:
      throw FormatError({shown, "", "the file", "refused by EDFlib (code " + std::to_string(code) + ")",
                         "a file that EDFlib can open"});
  }
}

// At most eight characters, which the caller has seen to.
std::string header_number(double value) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  std::string text(buffer, end);
  text.resize(8, ' ');
  return text;
}

}  // namespace

bool Handle::close() noexcept {
  if (number_ < 0) return true;
  const std::lock_guard guard(edflib_lock());
  return edfclose_file(std::exchange(number_, -1)) == 0;
}

static_assert(static_cast<int>(FileKind::edf) == EDFLIB_FILETYPE_EDF &&
              static_cast<int>(FileKind::edf_plus) == EDFLIB_FILETYPE_EDFPLUS &&
              static_cast<int>(FileKind::bdf) == EDFLIB_FILETYPE_BDF &&
              static_cast<int>(FileKind::bdf_plus) == EDFLIB_FILETYPE_BDFPLUS);

Output::Output(const std::filesystem::path& path, FileKind kind, const std::vector<OutputSignal>& signals,
               int samples_per_record, int record_10us, int annotation_signals)
    : shown_(path.string()) {
  const std::lock_guard guard(edflib_lock());
  const int number = edfopen_file_writeonly(shown_.c_str(), static_cast<int>(kind), static_cast<int>(signals.size()));
  if (number < 0) refuse(shown_, number);
  handle_ = Handle(number);
  bool done = edf_set_datarecord_duration(number, record_10us) == 0;
  done = done && edf_set_number_of_annotation_signals(number, annotation_signals) == 0;
  done = done && edf_set_startdatetime(number, 1985, 1, 1, 0, 0, 0) == 0;
  for (int i = 0; i < static_cast<int>(signals.size()); ++i) {
    const OutputSignal& signal = signals[static_cast<std::size_t>(i)];
    done = done && edf_set_label(number, i, signal.label.c_str()) == 0;
    done = done && edf_set_physical_dimension(number, i, signal.unit.c_str()) == 0;
    done = done && edf_set_samplefrequency(number, i, samples_per_record) == 0;
    done = done && edf_set_physical_minimum(number, i, signal.physical.low) == 0;
    done = done && edf_set_physical_maximum(number, i, signal.physical.high) == 0;
    done = done && edf_set_digital_minimum(number, i, signal.lowest_code) == 0;
    done = done && edf_set_digital_maximum(number, i, signal.highest_code) == 0;
  }
  check(done);
  // Annotation signals stand behind the others.
  const std::size_t all = signals.size() + static_cast<std::size_t>(annotation_signals);
  exact_fields_.emplace_back(244, header_number(record_10us / 1e5));
  for (std::size_t i = 0; i < signals.size(); ++i) {
    exact_fields_.emplace_back(256 + 104 * all + 8 * i, header_number(signals[i].physical.low));
    exact_fields_.emplace_back(256 + 112 * all + 8 * i, header_number(signals[i].physical.high));
  }
}

void Output::write(std::vector<int>& codes) {
  const std::lock_guard guard(edflib_lock());
  check(edfwrite_digital_samples(handle_.number(), codes.data()) == 0);
}

void Output::annotate(const Annotation& annotation) {
  const std::int64_t duration = tenths_of_ms(annotation.duration);
  const std::lock_guard guard(edflib_lock());
  check(edfwrite_annotation_utf8(handle_.number(), tenths_of_ms(annotation.onset), duration > 0 ? duration : -1,
                                 annotation.text.c_str()) == 0);
}

void Output::close() {
  check(handle_.close());
  // EDFlib cuts digits off where it should round: 3276.7 becomes 3276.699 and 1.00002 s becomes 1.00001 s. Who reads
  // would scale by another number than who wrote, so these fields are written again.
  std::fstream file(shown_, std::ios::binary | std::ios::in | std::ios::out);
  for (const auto& [place, text] : exact_fields_) file.seekp(static_cast<std::streamoff>(place)) << text;
  file.close();
  check(!file.fail());
}

void Output::check(bool done) const {
  if (!done) throw FormatError({shown_, "", "the file", "not writable to its end", "a place with room for it"});
}

std::int64_t tenths_of_ms(Seconds time) { return std::llround(time.value * 1e4); }

}  // namespace unguard::edf
