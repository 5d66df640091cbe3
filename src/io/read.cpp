// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/read.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "io/annotation_lists.hpp"
#include "io/continuity.hpp"
#include "io/data_records.hpp"
#include "io/header.hpp"
#include "io/held.hpp"
#include "io/padding.hpp"
#include "io/tracks.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {
namespace {

using edf::Header;
using edf::SignalHeader;
using edf::Track;

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
    const std::vector<Track> all = edf::all_tracks(header, header.remarks);
    if (all.empty()) throw FormatError({file, "", "the signals", "annotations only", "at least one with samples"});
    if (padding_s > 0)
      header.remarks.push_back(to_text(Seconds{padding_s}) +
                               " of padding at the end are left out, as the file's own annotation says");
    for (const Track& track : all) names.push_back(track.name);
    tracks = edf::chosen(all, options.channels);
    for (const Track& track : tracks)
      if (track.header->defect) throw FormatError(*track.header->defect);
    edf::check_one_rate(file, tracks, header.record_seconds);
    std::vector<Channel> channels;
    bool stated_was_used = false;
    for (Track& track : tracks) {
      channels.push_back(Channel{.name = track.name,
                                 .unit = edf::scaled(file, track, header.code_bytes, options.unit, stated_was_used)});
      units_found.push_back(track.header->unit);
    }
    if (!options.unit.empty() && !stated_was_used)
      edf::refuse_option("unit", to_text(options.unit), "what the header states, or nothing");
    const Hertz rate{tracks.front().header->samples_per_record / header.record_seconds};
    format = StreamFormat{.rate = rate, .channels = Channels(std::move(channels))};
    format.converter = edf::converter_of(tracks, format.channels);
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
