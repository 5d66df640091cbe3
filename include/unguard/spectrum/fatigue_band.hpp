// SPDX-License-Identifier: Apache-2.0
// A high-pass before fatigue is measured: it takes off what fatigue moves. Butterworth of order 4 on the model spectrum
// of trunk muscle (median 47.9 Hz): at 20 Hz the median frequency is 4.5 Hz too high, at 30 Hz 11 Hz, at 60 Hz 38 Hz;
// and it falls the less the more it has fallen. Measured by `scripts/evidence spectrum`. Cost: none.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "unguard/core/units.hpp"

namespace unguard {

// From here on a high-pass is said by name wherever fatigue is measured behind it.
inline constexpr Hertz highest_fatigue_highpass{30};

// The highest lower corner among filters that are told in words, as to_text() tells specs, chains and plans, or as EDF
// does ("HP:20Hz LP:450Hz"); none where there is neither a high-pass nor a band-pass of any family.
inline std::optional<Hertz> highpass_corner(std::string_view filters) {
  std::optional<Hertz> highest;
  // EDF+ asks for these words: Kemp & Olivan 2003, doi:10.1016/S1388-2457(03)00123-8. Other units than Hz are below it.
  constexpr std::string_view edf = "HP:";
  for (std::size_t at = filters.find(edf); at != filters.npos; at = filters.find(edf, at + 1)) {
    std::string_view said = filters.substr(at + edf.size());
    const auto skip = [&] { said.remove_prefix(std::min(said.find_first_not_of(' '), said.size())); };
    skip();
    Hertz found{};
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), found.value);
    if (error != std::errc{}) continue;
    said.remove_prefix(static_cast<std::size_t>(end - said.data()));
    skip();
    if (!said.starts_with("Hz") || !std::isfinite(found.value)) continue;
    if (!highest || *highest < found) highest = found;
  }
  for (const auto& [kind, corner] : {std::pair<std::string_view, std::string_view>{"Highpass{", "cutoff = "},
                                     std::pair<std::string_view, std::string_view>{"Bandpass{", "low = "}})
    for (std::size_t at = filters.find(kind); at != filters.npos; at = filters.find(kind, at + 1)) {
      const std::string_view said = filters.substr(at, filters.find('}', at) - at);
      const std::size_t place = said.find(corner);
      if (place == said.npos) continue;
      Hertz found{};
      const char* digits = said.data() + place + corner.size();
      if (std::from_chars(digits, said.data() + said.size(), found.value).ec != std::errc{}) continue;
      if (!highest || *highest < found) highest = found;
    }
  return highest;
}

// Whether filters before it bias what is said of fatigue.
template <class Filter>
bool biases_fatigue(const Filter& before) {
  const auto corner = highpass_corner(to_text(before));
  return corner && !(*corner < highest_fatigue_highpass);
}

}  // namespace unguard
