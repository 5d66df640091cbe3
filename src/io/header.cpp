// SPDX-License-Identifier: Apache-2.0
#include "io/header.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "io/encoding.hpp"
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
    const std::string found = word(at, width);
    std::string_view digits = found;
    // from_chars knows no plus, and would take the minus behind one.
    if (digits.starts_with('+')) digits.remove_prefix(digits.starts_with("+-") ? 0 : 1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
      refuse(at, name, to_text(found), "a number in " + std::to_string(width) + " characters");
    return value;
  }
  std::int64_t whole(int at, int width, const std::string& name) const {
    const double value = number(at, width, name);
    // A point or an exponent is a digit gone wrong, and would let eight characters hold any number.
    if (word(at, width).find_first_of(".eE") != std::string::npos)
      refuse(at, name, to_text(word(at, width)), "a whole number in " + std::to_string(width) + " characters");
    return static_cast<std::int64_t>(value);
  }
  [[noreturn]] void refuse(int at, const std::string& name, const std::string& found,
                           const std::string& expected) const {
    throw FormatError({file_, "byte " + std::to_string(at), name, found, expected});
  }

 private:
  std::string word(int at, int width) const {
    return std::string(
        stripped(std::string_view(bytes_).substr(static_cast<std::size_t>(at), static_cast<std::size_t>(width))));
  }

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

// Fills in what turns codes into numbers. Throws FormatError about the one signal.
void read_scale(const Fields& fields, int i, SignalHeader& signal) {
  const auto whole = [&](const Field& f) { return fields.whole(fields.place(f, i), f.width, f.name); };
  const auto number = [&](const Field& f) { return fields.number(fields.place(f, i), f.width, f.name); };
  const auto refuse = [&](const Field& f, const std::string& found, const std::string& expected) {
    fields.refuse(fields.place(f, i), std::string(f.name) + " of signal " + std::to_string(i + 1), found, expected);
  };
  const std::string expected = "two different values to scale by";
  signal.digital_min = static_cast<int>(whole(digital_min));
  signal.digital_max = static_cast<int>(whole(digital_max));
  if (signal.digital_min == signal.digital_max)
    refuse(digital_min, to_text(signal.digital_min) + ", equal to the digital maximum", expected);
  signal.physical_min = number(physical_min);
  signal.physical_max = number(physical_max);
  if (signal.physical_min == signal.physical_max)
    refuse(physical_min, to_text(signal.physical_min) + ", equal to the physical maximum", expected);
  if (signal.samples_per_record == 0) refuse(samples, "0", "1 or more");
}

SignalHeader signal_header(const Fields& fields, int i, bool bdf) {
  SignalHeader signal;
  signal.label = as_utf8(stripped(fields.text(label, i)));
  // With a blank in front the signal is an ordinary one, as in Python.
  signal.annotations =
      signal.label == (bdf ? "BDF Annotations" : "EDF Annotations") && fields.text(label, i).starts_with(signal.label);
  signal.unit = as_utf8(stripped(fields.text(unit, i)));
  const int at = fields.place(samples, i);
  const std::int64_t per_record = fields.whole(at, samples.width, samples.name);
  if (per_record < 0)
    fields.refuse(at, std::string(samples.name) + " of signal " + std::to_string(i + 1), to_text(per_record),
                  "0 or more");
  signal.samples_per_record = static_cast<int>(per_record);
  if (signal.annotations) return signal;
  try {
    read_scale(fields, i, signal);
  } catch (const FormatError& error) {
    signal.defect = error.fault();
  }
  return signal;
}

// How many whole data records can be read, whatever the header counts.
std::int64_t whole_records(const Fields& fields, Header& header, std::int64_t size) {
  const std::int64_t stated = fields.whole(236, 8, "number of data records");
  if (stated < -1 || stated == 0)
    fields.refuse(236, "number of data records", to_text(stated), "1 or more, or -1 if unknown");
  const std::int64_t held = size - header.bytes;
  if (header.record_bytes < 1 || held < header.record_bytes)
    fields.refuse(static_cast<int>(header.bytes), "the data section", to_text(held) + " bytes long",
                  header.record_bytes < 1 ? "signals with samples"
                                          : "at least one data record of " + to_text(header.record_bytes) + " bytes");
  const std::int64_t whole = held / header.record_bytes, rest = held % header.record_bytes;
  if (stated == -1) {
    header.repairs.push_back("the number of data records is -1 (the recording was not closed): " + to_text(whole) +
                             " counted from the size");
  } else if (stated > whole) {
    header.repairs.push_back("the header states " + to_text(stated) + " data records, the file holds " +
                             to_text(whole) + ": it was cut off");
  } else if (stated < whole) {
    header.remarks.push_back("the header states " + to_text(stated) + " data records, " + to_text(whole - stated) +
                             " more follow: they are not read");
    return stated;
  }
  if (rest > 0)
    header.repairs.push_back("the last data record is incomplete (" + to_text(rest) + " of " +
                             to_text(header.record_bytes) + " bytes): it is dropped");
  return whole;
}

}  // namespace

Header read_header(const std::filesystem::path& path) {
  const std::int64_t size = size_of(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse_file(path, "not readable", "a file that can be opened");
  Header header;
  std::string bytes;
  Fields fields(path.string(), bytes);
  const auto take = [&](std::size_t count) {
    const std::size_t before = bytes.size();
    bytes.resize(before + count);
    file.read(bytes.data() + before, static_cast<std::streamsize>(count));
    bytes.resize(before + static_cast<std::size_t>(file.gcount()));
  };
  take(256);
  const std::string version = bytes.substr(0, 8);
  const bool bdf = version ==
                   "\xFF"
                   "BIOSEMI";
  header.code_bytes = bdf ? 3 : 2;
  if (!bdf && stripped(version) != "0")
    fields.refuse(0, "the version", shown(version), "0 as in EDF, or BIOSEMI behind a byte of 255 as in BDF");
  if (bytes.size() < 256)
    fields.refuse(0, "the header", to_text(bytes.size()) + " bytes long", "at least 256 bytes of EDF or BDF header");
  const std::int64_t count = fields.whole(252, 4, "number of signals");
  if (count < 1) fields.refuse(252, "number of signals", to_text(count), "1 or more");
  header.bytes = 256 * (count + 1);
  if (const auto stated = fields.whole(184, 8, "bytes in header"); stated != header.bytes)
    fields.refuse(184, "bytes in header", to_text(stated),
                  to_text(header.bytes) + " for " + to_text(count) + " signals");
  if (header.bytes > size)
    fields.refuse(
        252, "number of signals",
        to_text(count) + ", which needs a header of " + to_text(header.bytes) + " bytes in a file of " + to_text(size),
        "a header that fits into the file");
  take(static_cast<std::size_t>(header.bytes - 256));
  if (static_cast<std::int64_t>(bytes.size()) != header.bytes)
    refuse_file(path, "not readable to the end of its header", "a file that can be read");
  header.record_seconds = fields.number(244, 8, "duration of a data record");
  if (!(header.record_seconds > 0))
    fields.refuse(244, "duration of a data record", to_text(header.record_seconds), "seconds, more than 0");
  fields.signals(static_cast<int>(count));
  for (int i = 0; i < count; ++i) {
    SignalHeader signal = signal_header(fields, i, bdf);
    signal.start = header.record_bytes;
    header.record_bytes += std::int64_t{header.code_bytes} * signal.samples_per_record;
    header.plus = header.plus || signal.annotations;
    header.signals.push_back(std::move(signal));
  }
  header.records = whole_records(fields, header, size);
  const std::string flavour = bytes.substr(192, 5);
  const std::string plus = bdf ? "BDF+" : "EDF+";
  header.discontinuous = flavour == plus + "D";
  if (!header.plus && (header.discontinuous || flavour == plus + "C"))
    header.remarks.push_back("the header says " + flavour +
                             ", but no signal holds annotations: gaps would not be seen");
  return header;
}

}  // namespace unguard::edf
