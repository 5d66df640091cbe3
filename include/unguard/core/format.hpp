// SPDX-License-Identifier: Apache-2.0
// What a stream is: its rate, its channels by name, and what is known of the converter behind it.
// What is unknown stays unknown ("std::nullopt") and widens detection bounds by name.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class Side { unstated, left, right, middle };
constexpr std::array<std::string_view, 4> names(const Side*) { return {"unstated", "left", "right", "middle"}; }

struct Channel {
  std::string name;
  std::string muscle{};
  Side side = Side::unstated;
  std::string unit = "uV";

  friend bool operator==(const Channel&, const Channel&) = default;
};

// Channels in the order of the block's columns. Made from names, from full descriptions, or as a number of unnamed
// ones.
class Channels {
 public:
  Channels() = default;
  Channels(std::initializer_list<std::string_view> all) {
    for (auto name : all) list_.push_back(Channel{.name = std::string(name)});
  }
  explicit Channels(std::vector<Channel> all) : list_(std::move(all)) {}
  static Channels unnamed(int count) {
    std::vector<Channel> list;
    for (int i = 0; i < count; ++i) list.push_back(Channel{.name = "channel " + std::to_string(i + 1)});
    return Channels(std::move(list));
  }

  int count() const noexcept { return static_cast<int>(list_.size()); }
  const Channel& operator[](int i) const { return list_[static_cast<std::size_t>(i)]; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  // The column of the channel with this name.
  std::optional<int> find(std::string_view name) const {
    for (int i = 0; i < count(); ++i)
      if ((*this)[i].name == name) return i;
    return std::nullopt;
  }
  friend bool operator==(const Channels&, const Channels&) = default;

 private:
  std::vector<Channel> list_;
};

// The analogue-to-digital converter, as far as it is known.
struct Converter {
  std::optional<Microvolts> step{};
  std::optional<Microvolts> low_rail{};
  std::optional<Microvolts> high_rail{};
  std::optional<Microvolts> noise{};  // RMS, input-referred

  friend bool operator==(const Converter&, const Converter&) = default;
};

// Where the rails are unknown: no electrode, and no amplifier's output, gives more than 10 V.
inline constexpr Microvolts default_full_scale{1e7};
// The same once a channel's unit is not uV: angles, forces and counts have scales of their own.
inline constexpr double wide_full_scale = 1e9;

struct StreamFormat {
  Hertz rate{};
  Channels channels{};
  Converter converter{};

  // Values beyond are replaced and marked out_of_range: 1.05 times the larger rail; where the rails are unknown,
  // default_full_scale if all channels are in uV, else wide_full_scale. One for all channels of a stream.
  double full_scale() const {
    if (converter.low_rail && converter.high_rail)
      return 1.05 * std::max(std::fabs(converter.low_rail->value), std::fabs(converter.high_rail->value));
    const auto in_uV = [](const Channel& c) { return c.unit == "uV"; };
    return std::all_of(channels.begin(), channels.end(), in_uV) ? default_full_scale.value : wide_full_scale;
  }
  friend bool operator==(const StreamFormat&, const StreamFormat&) = default;
};

inline constexpr int max_channels = 1024;
inline constexpr Microvolts max_rail{1e12};  // a million volts; keeps every power finite
inline constexpr Hertz max_rate{1e6};        // no converter of body signals comes near; keeps every window countable

inline std::optional<Fault> validate(const StreamFormat& format) {
  if (!(format.rate.value > 0 && format.rate <= max_rate))
    return Fault{"StreamFormat", "rate", to_text(format.rate), "a number above 0 Hz, at most " + to_text(max_rate)};
  const int n = format.channels.count();
  if (n < 1 || n > max_channels)
    return Fault{"StreamFormat", "channels", std::to_string(n) + " channels", "1 to 1024 channels"};
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < i; ++j)
      if (format.channels[i].name == format.channels[j].name)
        return Fault{"StreamFormat", "channels", "\"" + format.channels[i].name + "\" twice", "every name once"};
  const Converter& c = format.converter;
  for (const auto& [name, value] : {std::pair{"step", c.step}, std::pair{"noise", c.noise}})
    if (value && !(std::isfinite(value->value) && value->value > 0))
      return Fault{"Converter", name, to_text(*value), "a finite number above 0 uV, or unknown"};
  if (c.low_rail.has_value() != c.high_rail.has_value())
    return Fault{"Converter", c.low_rail ? "high_rail" : "low_rail", "unknown", "both rails, or neither"};
  if (!c.low_rail) return std::nullopt;
  if (!std::isfinite(c.low_rail->value)) return Fault{"Converter", "low_rail", to_text(*c.low_rail), "a finite number"};
  if (!(std::isfinite(c.high_rail->value) && *c.low_rail < *c.high_rail))
    return Fault{"Converter", "high_rail", to_text(*c.high_rail),
                 "a finite number above low_rail, " + to_text(*c.low_rail)};
  if (*c.low_rail < -max_rail)
    return Fault{"Converter", "low_rail", to_text(*c.low_rail), "at least " + to_text(-max_rail)};
  if (*c.high_rail > max_rail)
    return Fault{"Converter", "high_rail", to_text(*c.high_rail), "at most " + to_text(max_rail)};
  return std::nullopt;
}

}  // namespace unguard
