// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/read.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "io/edflib_file.hpp"
#include "io/header.hpp"
#include "io/padding.hpp"
#include "io/plain_copy.hpp"
#include "io/voltage.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {
namespace {

using edf::Header;
using edf::Input;
using edf::SignalHeader;

// How the codes of one chosen channel become numbers: (code + offset) * gain * scale, as EDFlib and edfio have it.
struct Track {
  int signal;      // as EDFlib counts
  int per_record;  // samples
  std::string name;
  std::string label;
  const SignalHeader* header;
  double offset = 0;
  double gain = 1;
  double scale = 1;
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
  int counted = 0;
  for (const SignalHeader& signal : header.signals) {
    // Where the file does not say that it is EDF+, EDFlib counts a signal of annotations like any other.
    const int number = signal.annotations && header.plus ? -1 : counted++;
    if (signal.annotations) continue;
    labels.push_back(signal.label);
    tracks.push_back({number, signal.samples_per_record, {}, signal.label, &signal});
  }
  const auto names = edf::distinct_names(labels, remarks);
  for (std::size_t i = 0; i < tracks.size(); ++i) tracks[i].name = names[i];
  return tracks;
}

std::vector<Track> chosen(const std::vector<Track>& all, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return all;
  std::vector<Track> result;
  std::set<int> taken;
  for (const std::string& name : wanted) {
    const auto named = [&](std::string_view text) {
      return std::find_if(all.begin(), all.end(), [&](const Track& track) { return track.name == text; });
    };
    auto found = named(name);
    if (found == all.end() && name.ends_with("#1")) found = named(std::string_view(name).substr(0, name.size() - 2));
    if (found == all.end()) refuse_option("channels", to_text(name), "one of " + joined(all));
    if (!taken.insert(found->signal).second) refuse_option("channels", to_text(name) + " twice", "each channel once");
    result.push_back(*found);
  }
  return result;
}

void check_one_rate(const std::string& file, const std::vector<Track>& tracks, double record_seconds) {
  std::vector<std::pair<int, std::string>> by_rate;
  for (const Track& track : tracks) {
    const auto same = std::find_if(by_rate.begin(), by_rate.end(),
                                   [&](const auto& entry) { return entry.first == track.per_record; });
    if (same == by_rate.end())
      by_rate.emplace_back(track.per_record, track.name);
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

// Sets the track's scale and returns the unit its numbers are in.
std::string scaled(const std::string& file, Track& track, const std::string& stated, bool& stated_was_used) {
  const SignalHeader& header = *track.header;
  if (edf::is_trigger(track.name)) return "";
  std::string unit = header.unit;
  track.gain = (header.physical_max - header.physical_min) / (header.digital_max - header.digital_min);
  track.offset = header.physical_max / track.gain - header.digital_max;
  if (!(std::isfinite(track.gain) && track.gain != 0 && std::isfinite(track.offset)))
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

// What all voltages agree on; nothing where they differ.
Converter converter_of(const std::vector<Track>& tracks, const Channels& channels) {
  std::optional<Converter> common;
  for (int i = 0; i < channels.count(); ++i) {
    if (channels[i].unit != "uV") continue;
    const Track& track = tracks[static_cast<std::size_t>(i)];
    const auto [low, high] = std::minmax(track.header->physical_min, track.header->physical_max);
    Converter own;
    own.step = Microvolts{std::fabs(track.gain) * track.scale};
    own.low_rail = Microvolts{low * track.scale};
    own.high_rail = Microvolts{high * track.scale};
    if (!common) common = own;
    if (common->step != own.step) common->step.reset();
    if (common->low_rail != own.low_rail || common->high_rail != own.high_rail) {
      common->low_rail.reset();
      common->high_rail.reset();
    }
  }
  return common.value_or(Converter{});
}

}  // namespace

struct RecordingReader::Opened {
  std::string file;
  Header header;
  std::unique_ptr<edf::PlainCopy> copy;  // outlives the input that reads it
  std::optional<Input> input;
  std::vector<Track> tracks;
  StreamFormat format;
  std::vector<std::string> units_found;
  std::vector<Annotation> annotations;
  std::vector<std::string> remarks;
  std::int64_t frames = 0;
  std::int64_t next = 0;
  std::vector<int> codes;

  void open(const std::filesystem::path& path) {
    input = Input::open(path, file);
    if (input) return;
    copy = std::make_unique<edf::PlainCopy>(path, header);
    input = Input::open(copy->file(), file);
    if (!input)
      throw FormatError({file, "", "the file", "refused by EDFlib, which does not say why",
                         "header and annotations as the EDF+ or BDF+ specification has them"});
  }

  void choose(const ReadOptions& options) {
    const std::vector<Track> all = all_tracks(header, remarks);
    if (all.empty()) throw FormatError({file, "", "the signals", "annotations only", "at least one with samples"});
    tracks = chosen(all, options.channels);
    check_one_rate(file, tracks, header.record_seconds);
    std::vector<Channel> channels;
    bool stated_was_used = false;
    for (Track& track : tracks) {
      channels.push_back(Channel{.name = track.name, .unit = scaled(file, track, options.unit, stated_was_used)});
      units_found.push_back(track.header->unit);
    }
    if (!options.unit.empty() && !stated_was_used)
      refuse_option("unit", to_text(options.unit), "what the header states, or nothing");
    const Hertz rate{tracks.front().per_record / header.record_seconds};
    format = StreamFormat{.rate = rate, .channels = Channels(std::move(channels))};
    format.converter = converter_of(tracks, format.channels);
    if (const auto fault = validate(format))
      throw FormatError({file, "", fault->parameter, fault->found, fault->expected});
  }

  void take_annotations() {
    frames = header.records * tracks.front().per_record;
    double padding = 0;
    for (Annotation& annotation : input->annotations()) {
      if (annotation.text == edf::padding_text)
        padding += annotation.duration.value;
      else
        annotations.push_back(std::move(annotation));
    }
    std::stable_sort(annotations.begin(), annotations.end(),
                     [](const Annotation& a, const Annotation& b) { return a.onset < b.onset; });
    if (!(padding > 0 && padding < static_cast<double>(header.records) * header.record_seconds)) return;
    frames = std::max<std::int64_t>(1, frames - samples_in(Seconds{padding}, format.rate));
    remarks.push_back(to_text(Seconds{padding}) +
                      " of padding at the end are left out, as the file's own annotation says");
  }
};

RecordingReader::RecordingReader(const std::filesystem::path& path, const ReadOptions& options)
    : opened_(std::make_unique<Opened>()) {
  opened_->file = path.string();
  opened_->header = edf::read_header(path);
  opened_->choose(options);
  opened_->open(path);
  opened_->take_annotations();
}
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;
RecordingReader& RecordingReader::operator=(RecordingReader&&) noexcept = default;
RecordingReader::~RecordingReader() = default;

const StreamFormat& RecordingReader::format() const noexcept { return opened_->format; }
std::int64_t RecordingReader::frames() const noexcept { return opened_->frames; }
FileKind RecordingReader::kind() const noexcept { return opened_->input->kind(); }
const std::vector<Annotation>& RecordingReader::annotations() const noexcept { return opened_->annotations; }
const std::vector<std::string>& RecordingReader::units_found() const noexcept { return opened_->units_found; }
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
  const std::int64_t total = std::min(out.frames, file.frames - file.next);
  // All channels by turns of some frames, so that EDFlib stays in one part of the file.
  constexpr std::int64_t turn = 8192;
  file.codes.resize(static_cast<std::size_t>(std::min(turn, total)));
  for (std::int64_t done = 0; done < total; done += turn) {
    const int count = static_cast<int>(std::min(turn, total - done));
    for (int c = 0; c < out.channels; ++c) {
      const Track& track = file.tracks[static_cast<std::size_t>(c)];
      if (file.input->read(track.signal, file.next + done, count, file.codes.data()) != count)
        throw FormatError(
            {file.file, "", "the file", "shorter than when it was opened", "a file that is not being changed"});
      for (int i = 0; i < count; ++i)
        out(done + i, c) = (file.codes[static_cast<std::size_t>(i)] + track.offset) * track.gain * track.scale;
    }
  }
  if (out.marks) std::fill_n(out.marks, total * out.channels, mark::none);
  file.next += total;
  return total;
}

Recording read_recording(const std::filesystem::path& path, const ReadOptions& options) {
  RecordingReader reader(path, options);
  Recording recording;
  recording.format = reader.format();
  recording.data.resize(static_cast<std::size_t>(reader.frames() * reader.format().channels.count()));
  recording.annotations = reader.annotations();
  recording.units_found = reader.units_found();
  recording.kind = reader.kind();
  recording.remarks = reader.remarks();
  reader.read(recording.block());
  return recording;
}

}  // namespace unguard
