// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/write.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "io/edflib_file.hpp"
#include "io/held.hpp"
#include "io/padding.hpp"
#include "io/voltage.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {
namespace {

using edf::OutputSignal;

[[noreturn]] void refuse(const char* parameter, const std::string& found, const std::string& expected) {
  throw ConfigError(Fault{"write_recording", parameter, found, expected});
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// The format's headers are ASCII.
std::string plain_unit(std::string unit) {
  constexpr std::pair<std::string_view, std::string_view> letters[] = {
      {"\xC2\xB0", "deg"}, {"\xC2\xB5", "u"}, {"\xCE\xBC", "u"}, {"\xC2\xB2", "2"}};
  for (const auto& [from, to] : letters)
    for (auto at = unit.find(from); at != std::string::npos; at = unit.find(from)) unit.replace(at, from.size(), to);
  return unit;
}

// A value that eight characters state exactly, so that who reads scales by what was written.
bool fits_header(double value) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  return std::isfinite(value) && end - buffer <= 8;
}

void check_channel(const Channel& channel, const std::string& unit) {
  const std::string& name = channel.name;
  if (name.empty() || name.size() > 16 || !printable(name) || name.front() == ' ' || name.back() == ' ')
    refuse("channels", to_text(name), "names of 1 to 16 printable ASCII characters, no blanks at their ends");
  if (name == "EDF Annotations" || name == "BDF Annotations")
    refuse("channels", to_text(name), "a name that does not mean annotations in EDF+");
  if (edf::is_trigger(name))
    refuse("channels", to_text(name), "a name that does not mean codes of a trigger on reading");
  if (unit.size() > 8 || !printable(unit) || unit.starts_with(' ') || unit.ends_with(' '))
    refuse("channels", name + " in " + to_text(channel.unit),
           "units of up to 8 printable ASCII characters, no blanks at their ends");
}

PhysicalRange range_of_data(ConstBlock data, int c) {
  PhysicalRange range{-1, 1};
  for (std::int64_t i = 0; i < data.frames; ++i) {
    range.low = std::min(range.low, std::floor(data(i, c)));
    range.high = std::max(range.high, std::ceil(data(i, c)));
  }
  return range;
}

void check_data(ConstBlock data, int c, const Channel& channel, const PhysicalRange& range, bool stated) {
  const std::string bounds = to_text(range.low) + " to " + to_text(range.high);
  if (!(range.low < range.high) || !fits_header(range.low) || !fits_header(range.high)) {
    if (stated) refuse("ranges", bounds, "low below high, each a number of up to 8 characters");
    refuse("data", channel.name + " from " + bounds, "values from -9999999 to 99999999, which 8 characters hold");
  }
  for (std::int64_t i = 0; i < data.frames; ++i)
    if (!(data(i, c) >= range.low && data(i, c) <= range.high))
      refuse("data", to_text(data(i, c)) + " at sample " + to_text(i) + " of " + channel.name,
             std::isfinite(data(i, c)) ? bounds + ", the stated range" : "finite values");
}

void check_finite(ConstBlock data, const Channels& channels) {
  for (std::int64_t i = 0; i < data.frames; ++i)
    for (int c = 0; c < data.channels; ++c)
      if (!std::isfinite(data(i, c)))
        refuse("data", to_text(data(i, c)) + " at sample " + to_text(i) + " of " + channels[c].name, "finite values");
}

void check_annotation(const Annotation& annotation, const Channels& channels) {
  const auto good = [](Seconds t) { return std::isfinite(t.value) && t.value >= 0 && t.value < 1e8; };
  if (!good(annotation.onset) || !good(annotation.duration))
    refuse("annotations",
           to_text(annotation.text) + " at " + to_text(annotation.onset) + " for " + to_text(annotation.duration),
           "onsets and durations of 0 s or more");
  for (char c : annotation.text)
    if (static_cast<unsigned char>(c) < 32)
      refuse("annotations", to_text(annotation.text), "text without control characters");
  if (annotation.text.empty() || annotation.text.size() > edf::longest_annotation)
    refuse("annotations", to_text(annotation.text) + ", " + to_text(annotation.text.size()) + " bytes",
           "texts of 1 to " + to_text(edf::longest_annotation) + " bytes");
  const bool means_held = std::any_of(channels.begin(), channels.end(), [&](const Channel& channel) {
    return annotation.text == edf::held_text(channel.name);
  });
  if (means_held || annotation.text == edf::padding_text)
    refuse("annotations", to_text(annotation.text), "texts that do not tell of held values or padding on reading");
}

// How many samples a data record holds, how long it is, and how many samples fill the last one.
struct Plan {
  int samples;
  int length_10us;
  std::int64_t padding;
};

// A record near one second whose length states the rate, and whose padding a time in tenths of a millisecond states.
Plan plan_records(const StreamFormat& format, std::int64_t frames, int sample_bytes) {
  const double rate = format.rate.value;
  constexpr double rate_tolerance = 1e-9;
  const std::int64_t most = std::max(1, 10'000'000 / (sample_bytes * format.channels.count()));
  const std::int64_t near = std::clamp<std::int64_t>(std::llround(std::min(rate, 1e9)), 1, most);
  Plan best{};
  double best_error = std::numeric_limits<double>::infinity();
  for (std::int64_t k = 0; k < 50'000 && best_error > 1e-15; ++k) {
    const std::int64_t count = near + (k % 2 ? (k + 1) / 2 : -k / 2);
    if (count < 1 || count > most) continue;
    const double ticks = std::round(static_cast<double>(count) / rate * 1e5);
    if (!(ticks >= 100 && ticks <= 6'000'000)) continue;  // EDFlib: 1 ms to 60 s
    const double error = std::fabs(static_cast<double>(count) / (ticks / 1e5) - rate) / rate;
    if (error > rate_tolerance || error >= best_error) continue;
    const std::int64_t padding = (count - frames % count) % count;
    const auto told = edf::tenths_of_ms(Seconds{static_cast<double>(padding) / rate});
    if (samples_in(Seconds{static_cast<double>(told) / 1e4}, format.rate) != padding) continue;
    best = {static_cast<int>(count), static_cast<int>(ticks), padding};
    best_error = error;
  }
  if (best.samples == 0)
    refuse("rate", to_text(format.rate), "a rate that whole samples per data record of 1 ms to 60 s can state");
  return best;
}

// The code whose value is nearest, by the scale that every reader uses.
int code_of(double value, const OutputSignal& signal) {
  const double gain = (signal.physical.high - signal.physical.low) / (signal.highest_code - signal.lowest_code);
  const double offset = signal.physical.high / gain - signal.highest_code;
  const double code = std::round(value / gain - offset);
  // A value in the range may round half a step beyond its end.
  return static_cast<int>(std::clamp<double>(code, signal.lowest_code, signal.highest_code));
}

std::vector<OutputSignal> signals_of(const Recording& recording, FileKind kind, const WriteOptions& options) {
  const ConstBlock data = recording.block();
  const std::size_t stated = options.ranges.size();
  if (stated > 1 && stated != static_cast<std::size_t>(data.channels))
    refuse("ranges", to_text(stated) + " ranges", "none, one, or one a channel");
  check_finite(data, recording.format.channels);
  const int highest = kind == FileKind::bdf_plus ? 8388607 : 32767;
  std::vector<OutputSignal> signals;
  for (int c = 0; c < data.channels; ++c) {
    const Channel& channel = recording.format.channels[c];
    const std::string unit = plain_unit(channel.unit);
    check_channel(channel, unit);
    const PhysicalRange range =
        stated == 0 ? range_of_data(data, c) : options.ranges[stated == 1 ? 0 : static_cast<std::size_t>(c)];
    check_data(data, c, channel, range, stated != 0);
    signals.push_back({channel.name, unit, range, -highest - 1, highest});
  }
  return signals;
}

int annotation_signals(std::size_t annotations, std::int64_t records) {
  const auto needed = (static_cast<std::int64_t>(annotations) + records - 1) / records;
  if (needed > edf::most_annotation_signals)
    refuse("annotations", to_text(annotations) + " in " + to_text(records) + " data records",
           "at most " + to_text(edf::most_annotation_signals) + " a record");
  return static_cast<int>(std::max<std::int64_t>(1, needed));
}

}  // namespace

void write_recording(const std::filesystem::path& path, const Recording& recording, FileKind kind,
                     const WriteOptions& options) {
  if (kind != FileKind::edf_plus && kind != FileKind::bdf_plus)
    refuse("kind", to_text(kind), "EDF+ or BDF+, which hold annotations");
  if (const auto fault = validate(recording.format)) throw ConfigError(*fault);
  const ConstBlock data = recording.block();
  if (data.frames < 1 || recording.data.size() % static_cast<std::size_t>(data.channels) != 0)
    refuse("data", to_text(recording.data.size()) + " values",
           "one or more for each of " + to_text(data.channels) + " channels");
  if (!recording.marks.empty() && recording.marks.size() != recording.data.size())
    refuse("marks", to_text(recording.marks.size()) + " marks",
           "none, or one for each of " + to_text(recording.data.size()) + " values");
  if (data.channels > edf::most_signals - edf::most_annotation_signals)
    refuse("channels", to_text(data.channels) + " channels", "at most 576 in one file");
  const std::vector<OutputSignal> signals = signals_of(recording, kind, options);
  for (const Annotation& annotation : recording.annotations) check_annotation(annotation, recording.format.channels);
  const std::vector<Annotation> held = edf::held_annotations(recording);
  const Plan plan = plan_records(recording.format, data.frames, kind == FileKind::bdf_plus ? 3 : 2);
  const std::int64_t records = (data.frames + plan.padding) / plan.samples;
  const std::size_t annotations = recording.annotations.size() + held.size() + (plan.padding > 0 ? 1 : 0);

  edf::Output file(path, kind, signals, plan.samples, plan.length_10us, annotation_signals(annotations, records));
  std::vector<int> codes(static_cast<std::size_t>(plan.samples));
  for (std::int64_t record = 0; record < records; ++record)
    for (int c = 0; c < data.channels; ++c) {
      for (int i = 0; i < plan.samples; ++i) {
        const std::int64_t frame = std::min(record * plan.samples + i, data.frames - 1);
        codes[static_cast<std::size_t>(i)] = code_of(data(frame, c), signals[static_cast<std::size_t>(c)]);
      }
      file.write(codes);
    }
  for (const Annotation& annotation : recording.annotations) file.annotate(annotation);
  for (const Annotation& annotation : held) file.annotate(annotation);
  if (plan.padding > 0)
    file.annotate({seconds_at(SampleIndex{data.frames}, recording.format.rate),
                   seconds_at(SampleIndex{plan.padding}, recording.format.rate), std::string(edf::padding_text)});
  file.close();
}

}  // namespace unguard
