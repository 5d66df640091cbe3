// SPDX-License-Identifier: Apache-2.0
#include "io/tracks.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "io/voltage.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard::edf {
namespace {

std::string joined(const std::vector<Track>& tracks) {
  std::string result;
  for (const Track& track : tracks) result += (result.empty() ? "" : ", ") + track.name;
  return result;
}

// Whether every code that the file can hold becomes a number of microvolts, whichever voltage its unit is.
bool holds_numbers(const Track& track, int code_bytes) {
  const int half = 1 << (8 * code_bytes - 1);
  const auto fits = [&](int code) { return std::isfinite((code + track.offset) * track.gain * most_microvolts); };
  return track.gain != 0 && fits(-half) && fits(half - 1);
}

}  // namespace

void refuse_option(const char* name, const std::string& found, const std::string& expected) {
  throw ConfigError(Fault{"ReadOptions", name, found, expected});
}

std::vector<Track> all_tracks(const Header& header, std::vector<std::string>& remarks) {
  std::vector<std::string> labels;
  std::vector<Track> tracks;
  for (const SignalHeader& signal : header.signals) {
    if (signal.annotations) continue;
    labels.push_back(signal.label);
    tracks.push_back({.name = {}, .header = &signal});
  }
  const auto names = distinct_names(labels, remarks);
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

std::string scaled(const std::string& file, Track& track, int code_bytes, const std::string& stated,
                   bool& stated_was_used) {
  const SignalHeader& header = *track.header;
  if (is_trigger(track.name)) return "";
  std::string unit = header.unit;
  track.gain = (header.physical_max - header.physical_min) / (header.digital_max - header.digital_min);
  track.offset = header.physical_max / track.gain - header.digital_max;
  if (!holds_numbers(track, code_bytes))
    throw FormatError({file, "channel \"" + track.name + "\"", "the signal range",
                       to_text(header.physical_min) + " to " + to_text(header.physical_max),
                       "a scale that numbers can hold"});
  if (unit.empty() && says_emg(track.name)) {
    if (stated.empty())
      throw FormatError({file, "channel \"" + track.name + "\"", "the unit", "not stated",
                         "ReadOptions.unit (\"uV\", \"mV\" or \"V\")"});
    unit = stated;
    stated_was_used = true;
  }
  stated_was_used = stated_was_used || (!stated.empty() && stated == unit);
  const auto factor = microvolts_per(unit);
  track.scale = factor.value_or(1);
  return factor ? "uV" : unit;
}

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

}  // namespace unguard::edf
