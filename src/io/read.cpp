// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/read.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "io/annotation_lists.hpp"
#include "io/continuity.hpp"
#include "io/data_records.hpp"
#include "io/header.hpp"
#include "io/held.hpp"
#include "io/padding.hpp"
#include "io/voltage.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {
namespace {

using edf::Header;
using edf::SignalHeader;

// How the codes of one chosen channel become numbers: (code + offset) * gain * scale, in the order that edfio has.
struct Track {
  std::string name;
  const SignalHeader* header;
  double offset = 0;
  double gain = 1;
  double scale = 1;
  std::int64_t outside = 0;  // samples read so far whose code lies outside the stated range
};

[[noreturn]] void refuse_option(const char* name, const std::string& found, const std::string& expected) {
  throw ConfigError(Fault{"ReadOptions", name, found, expected});
}

std::string joined(const std::vector<Track>& tracks) {
  std::string result;
  for (const Track& track : tracks) result += (result.empty() ? "" : ", ") + track.name;
  return result;
}

// Every signal with samples, in the file's order.
std::vector<Track> all_tracks(const Header& header, std::vector<std::string>& remarks) {
  std::vector<std::string> labels;
  std::vector<Track> tracks;
  for (const SignalHeader& signal : header.signals) {
    if (signal.annotations) continue;
    labels.push_back(signal.label);
    tracks.push_back({.name = {}, .header = &signal});
  }
  const auto names = edf::distinct_names(labels, remarks);
  for (std::size_t i = 0; i < tracks.size(); ++i) tracks[i].name = names[i];
  return tracks;
}

std::vector<Track> chosen(const std::vector<Track>& all, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return all;
  std::vector<Track> result;
  std::set<const SignalHeader*> taken;
  for (const std::string& name : wanted) {
    const auto named = [&](std::string_view text) {
      return std::find_if(all.begin(), all.end(), [&](const Track& track) { return track.name == text; });
    };
    auto found = named(name);
    if (found == all.end() && name.ends_with("#1")) found = named(std::string_view(name).substr(0, name.size() - 2));
    if (found == all.end()) refuse_option("channels", to_text(name), "one of " + joined(all));
    if (!taken.insert(found->header).second) refuse_option("channels", to_text(name) + " twice", "each channel once");
    result.push_back(*found);
  }
  return result;
}

void check_one_rate(const std::string& file, const std::vector<Track>& tracks, double record_seconds) {
  std::vector<std::pair<int, std::string>> by_rate;
  for (const Track& track : tracks) {
    const int count = track.header->samples_per_record;
    const auto same =
        std::find_if(by_rate.begin(), by_rate.end(), [&](const auto& entry) { return entry.first == count; });
    if (same == by_rate.end())
      by_rate.emplace_back(count, track.name);
    else
      same->second += ", " + track.name;
  }
  if (by_rate.size() < 2) return;
  std::string listed;
  for (const auto& [count, names] : by_rate)
    listed += (listed.empty() ? "" : "; ") + to_text(count / record_seconds) + " Hz: " + names;
  throw FormatError(
      {file, "", "the sampling rate", "not one (" + listed + ")", "ReadOptions.channels naming channels of one rate"});
}

// Whether every code that the file can hold becomes a number of microvolts, whichever voltage its unit is.
bool holds_numbers(const Track& track, int code_bytes) {
  const int half = 1 << (8 * code_bytes - 1);
  const auto fits = [&](int code) { return std::isfinite((code + track.offset) * track.gain * edf::most_microvolts); };
  return track.gain != 0 && fits(-half) && fits(half - 1);
}

// Sets the track's scale and returns the unit its numbers are in.
std::string scaled(const std::string& file, Track& track, int code_bytes, const std::string& stated,
                   bool& stated_was_used) {
  const SignalHeader& header = *track.header;
  if (edf::is_trigger(track.name)) return "";
  std::string unit = header.unit;
  track.gain = (header.physical_max - header.physical_min) / (header.digital_max - header.digital_min);
  track.offset = header.physical_max / track.gain - header.digital_max;
  if (!holds_numbers(track, code_bytes))
    throw FormatError({file, "channel \"" + track.name + "\"", "the signal range",
                       to_text(header.physical_min) + " to " + to_text(header.physical_max),
                       "a scale that numbers can hold"});
  if (unit.empty() && edf::says_emg(track.name)) {
    if (stated.empty())
      throw FormatError({file, "channel \"" + track.name + "\"", "the unit", "not stated",
                         "ReadOptions.unit (\"uV\", \"mV\" or \"V\")"});
    unit = stated;
    stated_was_used = true;
  }
  stated_was_used = stated_was_used || (!stated.empty() && stated == unit);
  const auto factor = edf::microvolts_per(unit);
  track.scale = factor.value_or(1);
  return factor ? "uV" : unit;
}

// What all voltages agree on; nothing where they differ, or where no converter ends.
Converter converter_of(const std::vector<Track>& tracks, const Channels& channels) {
  std::optional<Converter> common;
  for (int i = 0; i < channels.count(); ++i) {
    if (channels[i].unit != "uV") continue;
    const Track& track = tracks[static_cast<std::size_t>(i)];
    const auto [low, high] = std::minmax(track.header->physical_min, track.header->physical_max);
    Converter own;
    if (const Microvolts step{std::fabs(track.gain) * track.scale}; step.value > 0) own.step = step;
    const Microvolts low_rail{low * track.scale}, high_rail{high * track.scale};
    if (-max_rail <= low_rail && low_rail < high_rail && high_rail <= max_rail) {
      own.low_rail = low_rail;
      own.high_rail = high_rail;
    }
    if (!common) common = own;
    if (common->step != own.step) common->step.reset();
    if (common->low_rail != own.low_rail || common->high_rail != own.high_rail) {
      common->low_rail.reset();
      common->high_rail.reset();
    }
  }
  return common.value_or(Converter{});
}

bool all_codes_are_inside(const SignalHeader& header, int code_bytes) {
  const auto [low, high] = std::minmax(header.digital_min, header.digital_max);
  const int half = 1 << (8 * code_bytes - 1);
  return low <= -half && high >= half - 1;
}

template <int width>
std::int64_t count_outside(const char* codes, std::int64_t count, const SignalHeader& header) {
  const auto [low, high] = std::minmax(header.digital_min, header.digital_max);
  std::int64_t outside = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const int code = edf::code_at<width>(codes + width * i);
    outside += code < low || code > high;
  }
  return outside;
}

template <int width>
void decode(const char* codes, std::int64_t count, const Track& track, double* out, int stride) {
  const double offset = track.offset, gain = track.gain, scale = track.scale;
  for (std::int64_t i = 0; i < count; ++i)
    out[i * stride] = (edf::code_at<width>(codes + width * i) + offset) * gain * scale;
}

}  // namespace

struct RecordingReader::Opened {
  std::string file;
  Header header;
  edf::DataRecords records;
  std::vector<Track> tracks{};
  StreamFormat format{};
  std::vector<std::string> units_found{};
  std::vector<Annotation> annotations{};
  std::vector<std::string> names{};  // of all channels, chosen or not
  edf::Held held{};
  std::vector<std::string> remarks{};
  std::size_t remarks_of_opening = 0;
  std::vector<bool> counted{};  // of each data record: whether its samples outside the stated range are
  double padding_s = 0;
  std::int64_t frames = 0;
  std::int64_t next = 0;

  Opened(const std::filesystem::path& path, const ReadOptions& options)
      : file(path.string()), header(edf::read_header(path)), records(path, header) {
    take_annotations();
    choose(options);
    frames = header.records * tracks.front().header->samples_per_record;
    if (padding_s > 0) frames = std::max<std::int64_t>(1, frames - samples_in(Seconds{padding_s}, format.rate));
    if (!std::all_of(tracks.begin(), tracks.end(),
                     [&](const Track& track) { return all_codes_are_inside(*track.header, header.code_bytes); }))
      counted.resize(static_cast<std::size_t>(header.records));
    held = edf::take_held(annotations, names, format, frames);
    remarks = header.remarks;
    for (std::string& text : edf::remarks_on(held, format.channels)) remarks.push_back(std::move(text));
    remarks_of_opening = remarks.size();
  }

  void take_annotations() {
    auto lists = edf::read_annotation_lists(records, header);
    const double end = static_cast<double>(header.records) * header.record_seconds;
    std::int64_t late = 0;
    for (Annotation& annotation : lists.annotations) {
      if (annotation.text == edf::padding_text) {
        padding_s += annotation.duration.value;
        continue;
      }
      late += annotation.onset.value > end;
      annotations.push_back(std::move(annotation));
    }
    if (!(padding_s < end)) padding_s = 0;
    if (late > 0 && !header.discontinuous)
      header.remarks.push_back(to_text(late) + " annotations lie after the last sample");
    check_continuity(lists.record_onsets, header, file);
  }

  void choose(const ReadOptions& options) {
    const std::vector<Track> all = all_tracks(header, header.remarks);
    if (all.empty()) throw FormatError({file, "", "the signals", "annotations only", "at least one with samples"});
    if (padding_s > 0)
      header.remarks.push_back(to_text(Seconds{padding_s}) +
                               " of padding at the end are left out, as the file's own annotation says");
    for (const Track& track : all) names.push_back(track.name);
    tracks = chosen(all, options.channels);
    for (const Track& track : tracks)
      if (track.header->defect) throw FormatError(*track.header->defect);
    check_one_rate(file, tracks, header.record_seconds);
    std::vector<Channel> channels;
    bool stated_was_used = false;
    for (Track& track : tracks) {
      channels.push_back(
          Channel{.name = track.name, .unit = scaled(file, track, header.code_bytes, options.unit, stated_was_used)});
      units_found.push_back(track.header->unit);
    }
    if (!options.unit.empty() && !stated_was_used)
      refuse_option("unit", to_text(options.unit), "what the header states, or nothing");
    const Hertz rate{tracks.front().header->samples_per_record / header.record_seconds};
    format = StreamFormat{.rate = rate, .channels = Channels(std::move(channels))};
    format.converter = converter_of(tracks, format.channels);
    if (const auto fault = validate(format))
      throw FormatError({file, "", fault->parameter, fault->found, fault->expected});
  }

  template <int width>
  std::int64_t read(Block out) {
    const std::int64_t total = std::min(out.frames, frames - next);
    const std::int64_t per_record = tracks.front().header->samples_per_record;
    for (std::int64_t done = 0; done < total;) {
      const std::int64_t number = (next + done) / per_record, first = (next + done) % per_record;
      const std::int64_t count = std::min(per_record - first, total - done);
      const std::string_view record = records.record(number);
      for (std::size_t c = 0; c < tracks.size(); ++c)
        decode<width>(record.data() + tracks[c].header->start + width * first, count, tracks[c],
                      out.data + done * out.channels + static_cast<std::int64_t>(c), out.channels);
      remark_what_is_outside<width>(number, record, std::min(per_record, frames - number * per_record));
      done += count;
    }
    next += total;
    return total;
  }

  // Each data record once, when it is first read, whatever part of it is asked for.
  template <int width>
  void remark_what_is_outside(std::int64_t number, std::string_view record, std::int64_t count) {
    if (counted.empty() || counted[static_cast<std::size_t>(number)]) return;
    counted[static_cast<std::size_t>(number)] = true;
    std::int64_t news = 0;
    for (Track& track : tracks) {
      const std::int64_t outside = count_outside<width>(record.data() + track.header->start, count, *track.header);
      track.outside += outside;
      news += outside;
    }
    if (news == 0) return;
    remarks.resize(remarks_of_opening);
    for (std::size_t c = 0; c < tracks.size(); ++c) {
      const Track& track = tracks[c];
      if (track.outside == 0) continue;
      const auto [low, high] = std::minmax(track.header->digital_min, track.header->digital_max);
      remarks.push_back(track.name + ": " + to_text(track.outside) + " samples lie outside the digital range that " +
                        "the header states, " + to_text(low) + " to " + to_text(high) +
                        ": they are read as they stand");
      // Shown not to be rails: a chain would take what lies beyond them for impossible.
      if (format.channels[static_cast<int>(c)].unit == "uV") {
        format.converter.low_rail.reset();
        format.converter.high_rail.reset();
      }
    }
  }
};

RecordingReader::RecordingReader(const std::filesystem::path& path, const ReadOptions& options)
    : opened_(std::make_unique<Opened>(path, options)) {}
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;
RecordingReader& RecordingReader::operator=(RecordingReader&&) noexcept = default;
RecordingReader::~RecordingReader() = default;

const StreamFormat& RecordingReader::format() const noexcept { return opened_->format; }
std::int64_t RecordingReader::frames() const noexcept { return opened_->frames; }
FileKind RecordingReader::kind() const noexcept {
  const bool plus = opened_->header.plus;
  if (opened_->header.code_bytes == 3) return plus ? FileKind::bdf_plus : FileKind::bdf;
  return plus ? FileKind::edf_plus : FileKind::edf;
}
const std::vector<Annotation>& RecordingReader::annotations() const noexcept { return opened_->annotations; }
bool RecordingReader::holds_values() const noexcept {
  const auto& all = opened_->held;
  return std::any_of(all.begin(), all.end(), [](const auto& stretches) { return !stretches.empty(); });
}
const std::vector<std::string>& RecordingReader::units_found() const noexcept { return opened_->units_found; }
const std::vector<std::string>& RecordingReader::repairs() const noexcept { return opened_->header.repairs; }
const std::vector<std::string>& RecordingReader::remarks() const noexcept { return opened_->remarks; }

void RecordingReader::seek(SampleIndex frame) {
  if (frame.value < 0 || frame.value > opened_->frames)
    throw ConfigError(Fault{"RecordingReader", "frame", to_text(frame), "0 to " + to_text(opened_->frames)});
  opened_->next = frame.value;
}

std::int64_t RecordingReader::read(Block out) {
  Opened& file = *opened_;
  if (out.channels != file.format.channels.count())
    throw ConfigError(Fault{"RecordingReader", "channels", to_text(out.channels) + " in the block",
                            to_text(file.format.channels.count()) + ", as the recording has"});
  if (out.frames < 0 || (out.frames > 0 && out.data == nullptr))
    throw ConfigError(
        Fault{"RecordingReader", "block", to_text(out.frames) + " frames without data", "frames to fill"});
  const std::int64_t first = file.next;
  const std::int64_t got = file.header.code_bytes == 3 ? file.read<3>(out) : file.read<2>(out);
  if (out.marks) std::fill_n(out.marks, got * out.channels, mark::none);
  edf::mark_held(file.held, first, out.part(0, got));
  return got;
}

Recording read_recording(const std::filesystem::path& path, const ReadOptions& options) {
  RecordingReader reader(path, options);
  Recording recording;
  recording.format = reader.format();
  recording.data.resize(static_cast<std::size_t>(reader.frames() * reader.format().channels.count()));
  if (reader.holds_values()) recording.marks.resize(recording.data.size());
  recording.annotations = reader.annotations();
  recording.units_found = reader.units_found();
  recording.kind = reader.kind();
  reader.read(recording.block());
  recording.format.converter = reader.format().converter;
  recording.repairs = reader.repairs();
  recording.remarks = reader.remarks();
  return recording;
}

}  // namespace unguard
