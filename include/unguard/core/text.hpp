// SPDX-License-Identifier: Apache-2.0
// Values as people read them in messages, printed specs and provenance: shortest digits that read back equal, with
// unit. Locale-independent (std::to_chars).
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

inline std::string to_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[32];
  // Without an exponent where people would write none.
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-5 && size < 1e7);
  const auto end = plain ? std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr
                         : std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

// Exactly bool: a text literal would become one in silence.
template <std::same_as<bool> T>
std::string to_text(T value) {
  return value ? "true" : "false";
}

template <std::integral T>
requires(!std::same_as<T, bool>) std::string to_text(T value) { return std::to_string(value); }

inline std::string to_text(std::string_view value) { return "\"" + std::string(value) + "\""; }
inline std::string to_text(const std::string& value) { return to_text(std::string_view(value)); }
inline std::string to_text(const char* value) { return to_text(std::string_view(value)); }

template <class Unit>
std::string to_text(Quantity<Unit> value) {
  return to_text(value.value) + " " + std::string(Unit::symbol);
}

inline std::string to_text(SampleIndex i) { return "sample " + std::to_string(i.value); }

// An enumeration prints as the name listed for it: `constexpr std::array<std::string_view, N> names(const E*)`.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(const E* e) {
  names(e);
};

template <NamedEnum E>
std::string to_text(E value) {
  const auto all = names(static_cast<const E*>(nullptr));
  const auto i = static_cast<std::size_t>(value);
  return i < all.size() ? std::string(all[i]) : "unnamed " + std::to_string(i);
}

template <class T>
std::string to_text(const std::optional<T>& value) {
  return value ? to_text(*value) : "none";
}

template <class T>
std::string to_text(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) text += (i ? ", " : "") + to_text(values[i]);
  return text + "]";
}

}  // namespace unguard
