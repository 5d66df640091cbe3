// SPDX-License-Identifier: Apache-2.0
#include "io/annotation_lists.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>

#include "io/encoding.hpp"
#include "unguard/core/text.hpp"

namespace unguard::edf {
namespace {

constexpr char text_begins = '\x14';
constexpr char duration_begins = '\x15';

struct List {
  double onset = 0;
  double duration = 0;
  std::vector<std::string_view> texts{};
};

// Takes digits with or without a point off the front: "1", "1.", "1.5".
std::optional<double> take_number(std::string_view& text) {
  const auto end_of_digits = [&](std::size_t at) {
    return std::min(text.find_first_not_of("0123456789", at), text.size());
  };
  std::size_t end = end_of_digits(0);
  if (end == 0) return std::nullopt;
  if (end < text.size() && text[end] == '.') end = end_of_digits(end + 1);
  double value = 0;
  const auto error = std::from_chars(text.data(), text.data() + end, value, std::chars_format::fixed).ec;
  text.remove_prefix(end);
  if (error != std::errc()) return std::nullopt;
  return value;
}

// The bytes before the NUL that ends the list.
std::optional<List> list_of(std::string_view bytes) {
  List list;
  if (!bytes.starts_with('+') && !bytes.starts_with('-')) return std::nullopt;
  const double sign = bytes.front() == '-' ? -1 : 1;
  bytes.remove_prefix(1);
  const auto onset = take_number(bytes);
  if (!onset) return std::nullopt;
  list.onset = sign * *onset;
  if (bytes.starts_with(duration_begins)) {
    bytes.remove_prefix(1);
    if (!bytes.starts_with(text_begins)) {
      const auto duration = take_number(bytes);
      if (!duration) return std::nullopt;
      list.duration = *duration;
    }
  }
  if (!bytes.starts_with(text_begins) || !bytes.ends_with(text_begins)) return std::nullopt;
  bytes.remove_prefix(1);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find(text_begins);
    list.texts.push_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return list;
}

// Subtracting the start within a second leaves digits that nobody wrote; Python takes them off the same way.
double rounded(double seconds) {
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, seconds, std::chars_format::fixed, 12).ptr;
  std::from_chars(digits, end, seconds);
  return seconds;
}

class Collector {
 public:
  // The first list of a record's first such signal tells when the record begins, by its onset and an empty text.
  void take(std::string_view bytes, std::int64_t record, bool first_signal) {
    bool first = first_signal;
    while (true) {
      bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
      if (bytes.empty()) return;
      const std::string_view list = bytes.substr(0, bytes.find('\0'));
      bytes.remove_prefix(list.size());
      add(list_of(list), record, std::exchange(first, false));
    }
  }

  AnnotationLists finish(Header& header) && {
    const double start = result_.record_onsets.empty() || std::isnan(result_.record_onsets.front())
                             ? 0.0
                             : result_.record_onsets.front();
    for (Annotation& annotation : result_.annotations) annotation.onset.value = rounded(annotation.onset.value - start);
    std::stable_sort(result_.annotations.begin(), result_.annotations.end(),
                     [](const Annotation& a, const Annotation& b) {
                       return std::tie(a.onset, a.duration, a.text) < std::tie(b.onset, b.duration, b.text);
                     });
    if (unreadable_ > 0)
      header.repairs.push_back(to_text(unreadable_) + " annotation lists cannot be read (first: data record " +
                               to_text(first_unreadable_ + 1) + "): they are left out");
    if (not_utf8_ > 0)
      header.remarks.push_back(to_text(not_utf8_) +
                               " annotation texts are not UTF-8, as EDF+ has them: they are read as Latin-1");
    return std::move(result_);
  }

  std::vector<double>& record_onsets() { return result_.record_onsets; }

 private:
  void add(const std::optional<List>& list, std::int64_t record, bool first) {
    if (!list) {
      if (unreadable_++ == 0) first_unreadable_ = record;
      return;
    }
    const bool keeps_time = first && (list->texts.empty() || list->texts.front().empty());
    if (keeps_time) result_.record_onsets.back() = list->onset;
    for (std::size_t i = keeps_time ? 1 : 0; i < list->texts.size(); ++i) {
      not_utf8_ += is_utf8(list->texts[i]) ? 0 : 1;
      result_.annotations.push_back({Seconds{list->onset}, Seconds{list->duration}, as_utf8(list->texts[i])});
    }
  }

  AnnotationLists result_{};
  std::int64_t unreadable_ = 0;
  std::int64_t first_unreadable_ = 0;
  std::int64_t not_utf8_ = 0;
};

}  // namespace

AnnotationLists read_annotation_lists(DataRecords& records, Header& header) {
  std::vector<const SignalHeader*> signals;
  for (const SignalHeader& signal : header.signals)
    if (signal.annotations && signal.samples_per_record > 0) signals.push_back(&signal);
  Collector collector;
  for (std::int64_t record = 0; record < header.records && !signals.empty(); ++record) {
    collector.record_onsets().push_back(std::numeric_limits<double>::quiet_NaN());
    for (const SignalHeader* signal : signals)
      collector.take(records.part(record, signal->start, std::int64_t{signal->samples_per_record} * header.code_bytes),
                     record, signal == signals.front());
  }
  return std::move(collector).finish(header);
}

}  // namespace unguard::edf
