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
#include <string_view>
#include <system_error>
#include <utility>

#include "unguard/core/units.hpp"
#include "unguard/filter/linear.hpp"

namespace unguard {

// From here on a high-pass is said by name wherever fatigue is measured behind it.
inline constexpr Hertz highest_fatigue_highpass{30};

// The highest lower corner among filters that are told in words only, as provenance has them: by the names that
// to_text() gives high-passes and band-passes; none where there is neither. What is not named so is not seen: where the
// filters themselves are at hand, ask their response.
inline std::optional<Hertz> highpass_corner(std::string_view filters) {
  std::optional<Hertz> highest;
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
  if (auto fault = validate(filters)) return *fault;
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(1)};
  if (auto fault = validate(format)) return *fault;
  auto kernel = make_kernel(filters, format);
  if (!kernel) return kernel.fault();
  Linear parts;
  linear_detail::append(*kernel, parts);
  return lower_corner(parts, rate);
}

// Whether filters before it bias what is said of fatigue. A corner is met to a thousandth: the half power point of a
// filter lies there to rounding only.
inline bool biases_fatigue(std::optional<Hertz> corner) {
  return corner && corner->value >= highest_fatigue_highpass.value * 0.999;
}

}  // namespace unguard
