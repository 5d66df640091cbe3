// SPDX-License-Identifier: Apache-2.0
#include "io/held.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard::edf {
namespace {

// The marks of values that are not those of the converter.
constexpr Marks replaced = mark::missing | mark::gap | mark::non_finite | mark::out_of_range;

void join(std::vector<Stretch>& stretches) {
  std::sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) { return a.first < b.first; });
  std::vector<Stretch> joined;
  for (const Stretch& one : stretches) {
    if (!joined.empty() && one.first <= joined.back().end)
      joined.back().end = std::max(joined.back().end, one.end);
    else
      joined.push_back(one);
  }
  stretches = std::move(joined);
}

std::string names_of(Marks marks) {
  std::string result;
  for (int bit = 0; bit < mark::bits; ++bit)
    if (marks & (Marks{1} << bit)) result += (result.empty() ? "" : ", ") + std::string(mark::names[std::size_t(bit)]);
  return result.empty() ? "bit " + to_text(std::int64_t{marks}) : result;
}

// Outward to what EDFlib writes, but not because of the last digit of a division.
Annotation annotation_of(const std::string& channel, std::int64_t first, std::int64_t end, Hertz rate) {
  constexpr double per_second = 1e4, digit = 1e-6;
  const double from = std::floor(static_cast<double>(first) / rate.value * per_second + digit);
  const double to = std::ceil(static_cast<double>(end) / rate.value * per_second - digit);
  return {Seconds{from / per_second}, Seconds{(to - from) / per_second}, held_text(channel)};
}

}  // namespace

std::string held_text(const std::string& channel) { return "held: " + channel; }

Held take_held(std::vector<Annotation>& annotations, const std::vector<std::string>& all, const StreamFormat& format,
               std::int64_t frames) {
  std::map<std::string, std::optional<std::size_t>> columns;  // none: a channel that was not chosen
  for (const std::string& name : all) columns[held_text(name)];
  for (int c = 0; c < format.channels.count(); ++c)
    columns[held_text(format.channels[c].name)] = static_cast<std::size_t>(c);
  Held held(static_cast<std::size_t>(format.channels.count()));
  std::erase_if(annotations, [&](const Annotation& annotation) {
    const auto found = columns.find(annotation.text);
    if (found == columns.end() || !(annotation.duration.value > 0)) return false;
    const auto sample = [&](Seconds time) {
      return std::clamp<std::int64_t>(samples_in(time, format.rate), 0, frames);
    };
    const Stretch stretch{sample(annotation.onset), sample(annotation.onset + annotation.duration)};
    if (found->second && stretch.first < stretch.end) held[*found->second].push_back(stretch);
    return true;
  });
  for (auto& stretches : held) join(stretches);
  return held;
}

std::vector<std::string> remarks_on(const Held& held, const Channels& channels) {
  std::vector<std::string> remarks;
  for (std::size_t c = 0; c < held.size(); ++c) {
    std::int64_t samples = 0;
    for (const Stretch& stretch : held[c]) samples += stretch.end - stretch.first;
    if (samples > 0)
      remarks.push_back(channels[static_cast<int>(c)].name + ": " + to_text(samples) +
                        " values are held and marked, as the file's own annotations say");
  }
  return remarks;
}

void mark_held(const Held& held, std::int64_t first, Block out) {
  if (!out.marks) return;
  for (std::size_t c = 0; c < held.size(); ++c) {
    const auto& all = held[c];
    auto next = std::partition_point(all.begin(), all.end(), [&](const Stretch& s) { return s.end <= first; });
    for (; next != all.end() && next->first < first + out.frames; ++next)
      for (std::int64_t i = std::max(next->first, first); i < std::min(next->end, first + out.frames); ++i)
        out.marks[(i - first) * out.channels + static_cast<std::int64_t>(c)] |= mark::missing;
  }
}

std::vector<Annotation> held_annotations(const Recording& recording) {
  std::vector<Annotation> annotations;
  if (recording.marks.empty()) return annotations;
  const ConstBlock data = recording.block();
  for (int c = 0; c < data.channels; ++c) {
    const std::string& name = recording.format.channels[c].name;
    std::int64_t first = -1;
    for (std::int64_t i = 0; i <= data.frames; ++i) {
      const Marks marks = i < data.frames ? data.marks[i * data.channels + c] : mark::none;
      if (marks & ~replaced)
        throw ConfigError(
            Fault{"write_recording", "marks",
                  names_of(static_cast<Marks>(marks & ~replaced)) + " at sample " + to_text(i) + " of " + name,
                  names_of(replaced) + ", of which a file can tell"});
      if (marks && first < 0) first = i;
      if (marks || first < 0) continue;
      annotations.push_back(annotation_of(name, first, i, recording.format.rate));
      first = -1;
    }
  }
  return annotations;
}

}  // namespace unguard::edf
