// SPDX-License-Identifier: Apache-2.0
// A high-pass before fatigue is measured: it takes off what fatigue moves. Butterworth of order 4 on the model spectrum
// of trunk muscle (median 47.9 Hz): at 20 Hz the median frequency is 4.5 Hz too high, at 30 Hz 11 Hz, at 60 Hz 38 Hz;
// and it falls the less the more it has fallen. Measured by `scripts/evidence spectrum`. Cost, at set-up only: some
// thousand values of a response.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "unguard/core/units.hpp"
#include "unguard/filter/linear.hpp"

namespace unguard {

// From here on a high-pass is said by name wherever fatigue is measured behind it.
inline constexpr Hertz highest_fatigue_highpass{30};

// The highest lower corner among filters that are told in words only: as to_text() tells specs, chains and plans, as
// Python prints them, or as EDF does ("HP:20Hz LP:450Hz"; Kemp & Olivan 2003, doi:10.1016/S1388-2457(03)00123-8). None
// where there is neither a high-pass nor a band-pass of any family by name. What is not named so is not seen: where the
// filters themselves are at hand, ask their response.
inline std::optional<Hertz> highpass_corner(std::string_view filters) {
  std::optional<Hertz> highest;
  // Behind each place where `word` stands: what is left of the text, without the `skipped` characters it begins with.
  const auto behind = [](std::string_view text, std::string_view word, std::string_view skipped, auto&& look) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
      const std::string_view rest = text.substr(at + word.size());
      look(rest.substr(std::min(rest.find_first_not_of(skipped), rest.size())));
    }
  };
  const auto note = [&](std::string_view said, std::string_view unit) {
    Hertz found{};
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), found.value);
    if (error != std::errc{} || !std::isfinite(found.value)) return;
    said.remove_prefix(static_cast<std::size_t>(end - said.data()));
    said.remove_prefix(std::min(said.find_first_not_of(' '), said.size()));
    if (said.starts_with(unit) && (!highest || *highest < found)) highest = found;
  };
  for (const auto& [kind, corner] : {std::pair<std::string_view, std::string_view>{"Highpass", "cutoff"},
                                     std::pair<std::string_view, std::string_view>{"Bandpass", "low"}})
    for (const std::string_view opened : {"{", "("})
      behind(filters, std::string(kind) + std::string(opened), "", [&, corner = corner](std::string_view said) {
        bool first = true;
        behind(said.substr(0, said.find_first_of("})")), corner, " =", [&](std::string_view value) {
          if (std::exchange(first, false)) note(value, "");
        });
      });
  // Other units than Hz are far below.
  behind(filters, "HP:", " ", [&](std::string_view said) { note(said, "Hz"); });
  return highest;
}

// The lower corner of linear filters by what they do, however they are made: the lowest frequency at which no less than
// half of the largest power gain passes; none where that is so from 0 Hz on.
inline std::optional<Hertz> lower_corner(const Linear& filters, Hertz rate) {
  constexpr double step = 0.25;
  const auto gain = [&](double f) { return std::abs(response(filters, {f}, rate)); };
  double largest = 0;
  for (double f = 0; f <= rate.value / 2; f += step) largest = std::max(largest, gain(f));
  const auto passes = [&](double f) { return gain(f) * std::numbers::sqrt2 >= largest; };
  if (passes(0)) return std::nullopt;
  double above = step;
  while (!passes(above)) above += step;
  double below = above - step;
  for (int halvings = 0; halvings < 30; ++halvings) {
    const double between = (below + above) / 2;
    (passes(between) ? above : below) = between;
  }
  return Hertz{above};
}

// The lower corner of a filter or chain; of a chain, up to the first stage that is not linear: what follows there works
// on a level.
template <FilterSpec S>
Result<std::optional<Hertz>> highpass_corner(const S& filters, Hertz rate) {
  const auto found = leading_linear(filters, rate);
  if (!found) return found.fault();
  return lower_corner((*found).parts, rate);
}

// Whether filters before it bias what is said of fatigue. A corner is met to a thousandth: the half power point of a
// filter lies there to rounding only.
inline bool biases_fatigue(std::optional<Hertz> corner) {
  return corner && corner->value >= highest_fatigue_highpass.value * 0.999;
}

}  // namespace unguard
