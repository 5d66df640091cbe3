// SPDX-License-Identifier: Apache-2.0
#include "io/voltage.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace unguard::edf {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Letters of ASCII only: whatever the locale, units and labels compare alike.
std::string with_case(std::string_view text, char first, char last, int shift) {
  std::string result(text);
  for (char& c : result)
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  return result;
}

std::string lower(std::string_view text) { return with_case(text, 'A', 'Z', 'a' - 'A'); }
std::string upper(std::string_view text) { return with_case(text, 'a', 'z', 'A' - 'a'); }

}  // namespace

std::string_view stripped(std::string_view text) {
  constexpr std::string_view blank(" \t\r\n\0", 5);
  text.remove_suffix(text.size() - (text.find_last_not_of(blank) + 1));
  text.remove_prefix(std::min(text.find_first_not_of(blank.substr(0, 4)), text.size()));
  return text;
}

std::optional<double> microvolts_per(std::string_view unit) {
  const std::string_view spelling = stripped(unit);
  if (spelling.starts_with("MV")) return std::nullopt;
  std::string plain(spelling);
  // The micro sign and the Greek mu, first where their UTF-8 was once taken for Latin-1.
  for (std::string_view micro : {"\xC3\x82\xC2\xB5", "\xC3\x8E\xC2\xBC", "\xC2\xB5", "\xCE\xBC"})
    replace_all(plain, micro, "u");
  plain = lower(plain);
  constexpr std::array<std::pair<std::string_view, double>, 13> known{{{"uv", 1.0},
                                                                       {"microv", 1.0},
                                                                       {"microvolt", 1.0},
                                                                       {"microvolts", 1.0},
                                                                       {"nv", 1e-3},
                                                                       {"nanovolt", 1e-3},
                                                                       {"nanovolts", 1e-3},
                                                                       {"mv", 1e3},
                                                                       {"millivolt", 1e3},
                                                                       {"millivolts", 1e3},
                                                                       {"v", 1e6},
                                                                       {"volt", 1e6},
                                                                       {"volts", 1e6}}};
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& entry) { return entry.first == plain; });
  if (found == known.end()) return std::nullopt;
  return found->second;
}

bool is_trigger(std::string_view label) {
  const std::string plain = lower(stripped(label));
  constexpr std::array<std::string_view, 6> labels{"status", "trigger", "stim", "marker", "event", "event marker"};
  return std::find(labels.begin(), labels.end(), plain) != labels.end();
}

bool says_emg(std::string_view label) { return upper(label).find("EMG") != std::string::npos; }

std::vector<std::string> distinct_names(const std::vector<std::string>& labels, std::vector<std::string>& remarks) {
  std::set<std::string> taken;
  std::map<std::string, int> counts;
  std::vector<std::string> result;
  for (const std::string& label : labels) {
    std::string base(stripped(label));
    if (base.empty()) {
      base = "channel " + std::to_string(result.size() + 1);
      remarks.push_back(base + " has no label: it is called \"" + base + "\"");
    }
    int count = counts[base] + 1;
    std::string name = count == 1 ? base : base + "#" + std::to_string(count);
    while (taken.contains(name)) name = base + "#" + std::to_string(++count);
    counts[base] = count;
    if (name != base)
      remarks.push_back("the label \"" + base + "\" occurs more than once: number " + std::to_string(count) +
                        " is called \"" + name + "\"");
    taken.insert(name);
    result.push_back(std::move(name));
  }
  return result;
}

}  // namespace unguard::edf
