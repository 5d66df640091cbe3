// SPDX-License-Identifier: Apache-2.0
// Numbers that carry their unit in their type, so that a window in milliseconds can never be read as seconds.
// Cost: none; each is a double.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string_view>

namespace unguard {

// A double with a unit. `Unit::symbol` is what is printed behind the value.
template <class Unit>
struct Quantity {
  double value{};

  static constexpr std::string_view symbol = Unit::symbol;

  friend constexpr bool operator==(Quantity, Quantity) = default;
  friend constexpr std::partial_ordering operator<=>(Quantity a, Quantity b) { return a.value <=> b.value; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator-(Quantity a) { return {-a.value}; }
  friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
  friend constexpr Quantity operator*(double k, Quantity a) { return {a.value * k}; }
  friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
};

namespace unit {
struct Hertz {
  static constexpr std::string_view symbol = "Hz";
};
struct Seconds {
  static constexpr std::string_view symbol = "s";
};
struct Microvolts {
  static constexpr std::string_view symbol = "uV";
};
struct Degrees {
  static constexpr std::string_view symbol = "deg";
};
struct Decibels {
  static constexpr std::string_view symbol = "dB";
};
}  // namespace unit

using Hertz = Quantity<unit::Hertz>;
using Seconds = Quantity<unit::Seconds>;
using Microvolts = Quantity<unit::Microvolts>;
using Degrees = Quantity<unit::Degrees>;
using Decibels = Quantity<unit::Decibels>;

constexpr double operator*(Seconds t, Hertz f) { return t.value * f.value; }
constexpr double operator*(Hertz f, Seconds t) { return t.value * f.value; }

// The only clock inside: samples since the start of the stream. 64 bits last for millions of years.
struct SampleIndex {
  std::int64_t value{};

  friend constexpr bool operator==(SampleIndex, SampleIndex) = default;
  friend constexpr auto operator<=>(SampleIndex, SampleIndex) = default;
  friend constexpr SampleIndex operator+(SampleIndex a, std::int64_t n) { return {a.value + n}; }
  friend constexpr SampleIndex operator-(SampleIndex a, std::int64_t n) { return {a.value - n}; }
  friend constexpr std::int64_t operator-(SampleIndex a, SampleIndex b) { return a.value - b.value; }
};

constexpr Seconds seconds_at(SampleIndex i, Hertz rate) { return {static_cast<double>(i.value) / rate.value}; }

// The one rounding rule for durations: the nearest whole number of samples, a half rounds up. What no counter holds
// becomes the largest or smallest that one does, and NaN becomes 0: validation refuses both before they get here.
inline std::int64_t samples_in(Seconds duration, Hertz rate) {
  const double exact = duration * rate, below = std::floor(exact);
  // Not floor(exact + 0.5): that sum rounds, just below a half and beyond 2^52.
  const double nearest = exact - below < 0.5 ? below : below + 1;
  if (std::isnan(exact)) return 0;
  if (nearest >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (nearest < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(nearest);
}

namespace literals {
constexpr Hertz operator""_Hz(long double v) { return {static_cast<double>(v)}; }
constexpr Hertz operator""_Hz(unsigned long long v) { return {static_cast<double>(v)}; }
constexpr Hertz operator""_kHz(long double v) { return {static_cast<double>(v * 1000)}; }
constexpr Hertz operator""_kHz(unsigned long long v) { return {static_cast<double>(v) * 1000}; }
constexpr Seconds operator""_s(long double v) { return {static_cast<double>(v)}; }
constexpr Seconds operator""_s(unsigned long long v) { return {static_cast<double>(v)}; }
constexpr Seconds operator""_ms(long double v) { return {static_cast<double>(v / 1000)}; }
constexpr Seconds operator""_ms(unsigned long long v) { return {static_cast<double>(v) / 1000}; }
constexpr Microvolts operator""_uV(long double v) { return {static_cast<double>(v)}; }
constexpr Microvolts operator""_uV(unsigned long long v) { return {static_cast<double>(v)}; }
constexpr Microvolts operator""_mV(long double v) { return {static_cast<double>(v * 1000)}; }
constexpr Microvolts operator""_mV(unsigned long long v) { return {static_cast<double>(v) * 1000}; }
constexpr Degrees operator""_deg(long double v) { return {static_cast<double>(v)}; }
constexpr Degrees operator""_deg(unsigned long long v) { return {static_cast<double>(v)}; }
constexpr Decibels operator""_dB(long double v) { return {static_cast<double>(v)}; }
constexpr Decibels operator""_dB(unsigned long long v) { return {static_cast<double>(v)}; }
}  // namespace literals

}  // namespace unguard
