// SPDX-License-Identifier: Apache-2.0
#include "io/header.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "io/edflib_file.hpp"
#include "io/voltage.hpp"
#include "unguard/core/text.hpp"

namespace unguard::edf {
namespace {

// Where a field of the signals begins, in bytes per signal behind the first 256 (EDF specification 1992).
struct Field {
  int start;
  int width;
  const char* name;
};
constexpr Field label{0, 16, "label"};
constexpr Field unit{96, 8, "physical dimension"};
constexpr Field physical_min{104, 8, "physical minimum"};
constexpr Field physical_max{112, 8, "physical maximum"};
constexpr Field digital_min{120, 8, "digital minimum"};
constexpr Field digital_max{128, 8, "digital maximum"};
constexpr Field samples{216, 8, "samples per record"};

class Fields {
 public:
  Fields(std::string file, const std::string& bytes) : file_(std::move(file)), bytes_(bytes) {}

  void signals(int count) { count_ = count; }
  int place(const Field& field, int signal) const { return 256 + field.start * count_ + field.width * signal; }
  std::string_view text(const Field& field, int signal) const {
    return std::string_view(bytes_).substr(static_cast<std::size_t>(place(field, signal)),
                                           static_cast<std::size_t>(field.width));
  }
  double number(int at, int width, const std::string& name) const {
    const std::string found(
        stripped(std::string_view(bytes_).substr(static_cast<std::size_t>(at), static_cast<std::size_t>(width))));
    std::string_view digits = found;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
      refuse(at, name, "\"" + found + "\"", "a number in " + std::to_string(width) + " characters");
    return value;
  }
  std::int64_t whole(int at, int width, const std::string& name) const {
    const double value = number(at, width, name);
    // Eight characters hold no longer number, unless by an exponent.
    if (value != std::floor(value) || std::fabs(value) > 99999999) refuse(at, name, to_text(value), "a whole number");
    return static_cast<std::int64_t>(value);
  }
  [[noreturn]] void refuse(int at, const std::string& name, const std::string& found,
                           const std::string& expected) const {
    throw FormatError({file_, "byte " + std::to_string(at), name, found, expected});
  }

 private:
  std::string file_;
  const std::string& bytes_;
  int count_ = 0;
};

[[noreturn]] void refuse_file(const std::filesystem::path& path, const std::string& found,
                              const std::string& expected) {
  throw FormatError({path.string(), "", "the file", found, expected});
}

std::int64_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) refuse_file(path, "missing", "a file that exists");
  if (error) refuse_file(path, "not readable (" + error.message() + ")", "a file that can be opened");
  if (std::filesystem::is_directory(status)) refuse_file(path, "a folder", "an EDF or BDF file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) refuse_file(path, "not readable (" + error.message() + ")", "a file that can be opened");
  if (size == 0) refuse_file(path, "empty", "an EDF or BDF file");
  return static_cast<std::int64_t>(size);
}

// A name that can be shown whatever bytes it holds.
std::string shown(std::string_view bytes) {
  std::string result = "\"";
  for (char c : bytes) result += c >= ' ' && c <= '~' ? c : '?';
  return result + "\"";
}

SignalHeader signal_header(const Fields& fields, int i, bool bdf) {
  const auto whole = [&](const Field& f) { return fields.whole(fields.place(f, i), f.width, f.name); };
  const auto number = [&](const Field& f) { return fields.number(fields.place(f, i), f.width, f.name); };
  const auto refuse = [&](const Field& f, const std::string& found, const std::string& expected) {
    fields.refuse(fields.place(f, i), std::string(f.name) + " of signal " + std::to_string(i + 1), found, expected);
  };
  SignalHeader signal{};
  signal.label = std::string(stripped(fields.text(label, i)));
  // Letter for letter, as EDFlib has it: with a blank in front the signal is an ordinary one.
  signal.annotations = fields.text(label, i) == (bdf ? "BDF Annotations " : "EDF Annotations ");
  signal.unit = std::string(stripped(fields.text(unit, i)));
  const std::int64_t most = bdf ? 8388607 : 32767;
  for (const Field& f : {digital_min, digital_max})
    if (const auto value = whole(f); value < -most - 1 || value > most)
      refuse(f, to_text(value), to_text(-most - 1) + " to " + to_text(most));
  signal.digital_min = static_cast<int>(whole(digital_min));
  signal.digital_max = static_cast<int>(whole(digital_max));
  if (signal.digital_min >= signal.digital_max)
    refuse(digital_max, to_text(signal.digital_max), "more than the digital minimum, " + to_text(signal.digital_min));
  signal.physical_min = number(physical_min);
  signal.physical_max = number(physical_max);
  if (signal.physical_min == signal.physical_max)
    refuse(physical_min, to_text(signal.physical_min) + ", equal to the physical maximum",
           "two different values to scale by");
  const std::int64_t per_record = whole(samples);
  if (per_record < 1) refuse(samples, to_text(per_record), "1 or more");
  signal.samples_per_record = static_cast<int>(per_record);
  return signal;
}

void check_size(const Fields& fields, const Header& header, int sample_bytes, std::int64_t size) {
  std::int64_t record_bytes = 0;
  for (const SignalHeader& signal : header.signals)
    record_bytes += std::int64_t{sample_bytes} * signal.samples_per_record;
  const int start = static_cast<int>(header.bytes.size());
  const std::int64_t held = size - start;
  if (held / record_bytes == header.records && held % record_bytes == 0) return;
  const std::string expected =
      to_text(header.records) + " data records of " + to_text(record_bytes) + " bytes, as the header states";
  fields.refuse(start, "the data section", to_text(held) + " bytes long", expected);
}

}  // namespace

Header read_header(const std::filesystem::path& path) {
  const std::int64_t size = size_of(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse_file(path, "not readable", "a file that can be opened");
  Header header{};
  Fields fields(path.string(), header.bytes);
  const auto take = [&](std::size_t count) {
    const std::size_t before = header.bytes.size();
    header.bytes.resize(before + count);
    file.read(header.bytes.data() + before, static_cast<std::streamsize>(count));
    header.bytes.resize(before + static_cast<std::size_t>(file.gcount()));
  };
  take(256);
  const std::string version = header.bytes.substr(0, 8);
  const bool bdf = version ==
                   "\xFF"
                   "BIOSEMI";
  if (!bdf && stripped(version) != "0")
    fields.refuse(0, "the version", shown(version), "0 as in EDF, or BIOSEMI behind a byte of 255 as in BDF");
  if (header.bytes.size() < 256)
    fields.refuse(0, "the header", to_text(header.bytes.size()) + " bytes long",
                  "at least 256 bytes of EDF or BDF header");
  const std::int64_t count = fields.whole(252, 4, "number of signals");
  if (count < 1 || count > most_signals)
    fields.refuse(252, "number of signals", to_text(count), "1 to " + to_text(most_signals));
  const std::int64_t header_bytes = 256 * (count + 1);
  if (const auto stated = fields.whole(184, 8, "bytes in header"); stated != header_bytes)
    fields.refuse(184, "bytes in header", to_text(stated),
                  to_text(header_bytes) + " for " + to_text(count) + " signals");
  if (header_bytes > size)
    fields.refuse(
        252, "number of signals",
        to_text(count) + ", which needs a header of " + to_text(header_bytes) + " bytes in a file of " + to_text(size),
        "a header that fits into the file");
  take(static_cast<std::size_t>(header_bytes - 256));
  if (static_cast<std::int64_t>(header.bytes.size()) != header_bytes)
    refuse_file(path, "not readable to the end of its header", "a file that can be read");
  const std::string flavour = header.bytes.substr(192, 5);
  header.plus = flavour == (bdf ? "BDF+C" : "EDF+C");
  if (flavour == (bdf ? "BDF+D" : "EDF+D"))
    fields.refuse(192, "the recording", "discontinuous (" + flavour + ")", "a continuous one, without gaps");
  header.records = fields.whole(236, 8, "number of data records");
  if (header.records == -1)
    fields.refuse(236, "number of data records", "-1, as the recording was not closed", "1 or more");
  if (header.records < 1) fields.refuse(236, "number of data records", to_text(header.records), "1 or more");
  header.record_seconds = fields.number(244, 8, "duration of a data record");
  if (!(header.record_seconds > 0))
    fields.refuse(244, "duration of a data record", to_text(header.record_seconds), "seconds, more than 0");
  fields.signals(static_cast<int>(count));
  bool annotations = false;
  for (int i = 0; i < count; ++i) {
    header.signals.push_back(signal_header(fields, i, bdf));
    annotations = annotations || header.signals.back().annotations;
  }
  if (header.plus && !annotations)
    fields.refuse(192, "the recording", flavour + " without a signal of annotations", "one, as EDF+ and BDF+ have");
  check_size(fields, header, bdf ? 3 : 2, size);
  return header;
}

std::string plain_header(const Header& header) {
  std::string plain = header.bytes;
  const std::size_t count = header.signals.size();
  const auto put = [&](std::size_t at, std::size_t width, std::string_view text) {
    plain.replace(at, width, width, ' ');
    plain.replace(at, text.size(), text);
  };
  // The first byte of a BDF file is no letter.
  for (std::size_t i = 8; i < plain.size(); ++i)
    if (plain[i] < ' ' || plain[i] > '~') plain[i] = plain[i] == '\0' ? ' ' : '?';
  put(8, 80, "X X X X");
  put(88, 80, "Startdate X X X X");
  put(168, 8, "01.01.85");
  put(176, 8, "00.00.00");
  const auto to_the_left = [&](std::size_t at, std::size_t width) {
    put(at, width, std::string(stripped(plain.substr(at, width))));
  };
  for (const auto& [at, width] : {std::pair<std::size_t, std::size_t>{184, 8}, {236, 8}, {244, 8}, {252, 4}})
    to_the_left(at, width);
  for (const Field& f : {physical_min, physical_max, digital_min, digital_max, samples})
    for (std::size_t i = 0; i < count; ++i) to_the_left(256 + static_cast<std::size_t>(f.start) * count + 8 * i, 8);
  return plain;
}

}  // namespace unguard::edf
