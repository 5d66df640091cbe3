// SPDX-License-Identifier: Apache-2.0
// A spec describes its fields once; validation, messages, printing, hashing, JSON, Python and the refusal tests read
// it. `constexpr auto fields(const Spec*)` returns the field_list() of field()s; `constexpr SpecInfo info(const Spec*)`
// names the spec.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {

// What a spec is called, what it is in one line, and where it comes from.
struct SpecInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
};

// The range a number must lie in. NaN lies in none.
struct Limits {
  double low;
  double high;
  bool low_included;
  bool high_included;

  constexpr bool hold(double v) const {
    return (low_included ? v >= low : v > low) && (high_included ? v <= high : v < high);
  }
};

namespace limits_detail {
inline constexpr double infinity = std::numeric_limits<double>::infinity();
}
inline constexpr Limits positive{0.0, limits_detail::infinity, false, false};
inline constexpr Limits not_negative{0.0, limits_detail::infinity, true, false};
inline constexpr Limits finite{-limits_detail::infinity, limits_detail::infinity, false, false};
constexpr Limits between(double low, double high) { return {low, high, true, true}; }
constexpr Limits at_least(double low) { return {low, limits_detail::infinity, true, false}; }
constexpr Limits above(double low) { return {low, limits_detail::infinity, false, false}; }

// One value for every channel, or one a channel.
template <class T>
struct PerChannel {
  std::vector<T> values;

  PerChannel() = default;
  PerChannel(T one) : values{one} {}
  PerChannel(std::initializer_list<T> many) : values(many) {}
  explicit PerChannel(std::vector<T> many) : values(std::move(many)) {}

  const T& at(int channel) const { return values.size() == 1 ? values[0] : values[static_cast<std::size_t>(channel)]; }
  friend bool operator==(const PerChannel&, const PerChannel&) = default;
};

template <class T>
std::string to_text(const PerChannel<T>& value) {
  return value.values.size() == 1 ? to_text(value.values[0]) : to_text(value.values);
}

template <class Owner, class Value>
struct Field {
  using owner_type = Owner;
  using value_type = Value;
  Value Owner::*member;
  std::string_view name;
  std::string_view meaning;
  Limits limits;
};

namespace field_detail {
template <class T>
struct MemberOf;
template <class Owner, class Value>
struct MemberOf<Value Owner::*> {
  using owner = Owner;
  using value = Value;
};
}  // namespace field_detail

template <auto Member>
constexpr auto field(std::string_view name, std::string_view meaning, Limits limits = finite) {
  using M = field_detail::MemberOf<decltype(Member)>;
  return Field<typename M::owner, typename M::value>{Member, name, meaning, limits};
}

// The fields of a spec in their order: a function that hands them all to what it is called with. A std::tuple could,
// but the constraints of its constructors were a tenth of the time to compile a program with many specs.
template <class... F>
constexpr auto field_list(F... f) {
  return [=](auto&& visit) { return visit(f...); };
}

// Those of one list, then those of the next.
template <class First, class Then>
constexpr auto joined_fields(First first, Then then) {
  return [=](auto&& visit) {
    return first([&](const auto&... f) { return then([&](const auto&... g) { return visit(f..., g...); }); });
  };
}

template <class S>
concept Spec = requires(const S* s) {
  fields(s);
  { info(s) } -> std::convertible_to<SpecInfo>;
};

template <Spec S>
constexpr SpecInfo info_of() {
  return info(static_cast<const S*>(nullptr));
}

// Calls visit(field, value) for every field, in the order of the description.
template <class S, class Visit>
constexpr void for_each_field(S& spec, Visit&& visit) {
  fields(static_cast<const std::remove_const_t<S>*>(nullptr))(
      [&](const auto&... f) { (visit(f, spec.*(f.member)), ...); });
}

// A spec as text: `Bandpass{low = 20 Hz, high = 450 Hz, order = 4}`.
template <Spec S>
std::string to_text(const S& spec);
// Specs may live in any namespace; the overload for other optionals would not find the one above for them.
template <Spec S>
std::string to_text(const std::optional<S>& spec) {
  return spec ? to_text(*spec) : "none";
}
template <Spec S>
std::string to_text(const S& spec) {
  std::string text(info_of<S>().name);
  text += "{";
  bool first = true;
  for_each_field(spec, [&](const auto& f, const auto& value) {
    text += (first ? "" : ", ") + std::string(f.name) + " = " + to_text(value);
    first = false;
  });
  return text + "}";
}

namespace field_detail {

template <class T>
struct UnitOf {
  static constexpr std::string_view symbol = "";
};
template <class U>
struct UnitOf<Quantity<U>> {
  static constexpr std::string_view symbol = U::symbol;
};
template <class T>
struct UnitOf<std::optional<T>> : UnitOf<T> {};
template <class T>
struct UnitOf<std::vector<T>> : UnitOf<T> {};
template <class T>
struct UnitOf<PerChannel<T>> : UnitOf<T> {};

// "a number above 0 Hz", "1 to 12", ...
inline std::string expected(const Limits& l, std::string_view unit, bool whole) {
  const auto with_unit = [&](double v) {
    return to_text(v) + (unit.empty() ? std::string() : " " + std::string(unit));
  };
  const std::string number = whole ? "a whole number" : "a finite number";
  if (std::isfinite(l.low) && std::isfinite(l.high)) return to_text(l.low) + " to " + with_unit(l.high);
  if (std::isfinite(l.low)) return number + (l.low_included ? " of at least " : " above ") + with_unit(l.low);
  if (std::isfinite(l.high)) return number + (l.high_included ? " of at most " : " below ") + with_unit(l.high);
  return number;
}

template <class T>
std::optional<std::string> refuse(const T& value, const Limits& limits);

inline std::optional<std::string> refuse_number(double v, const Limits& l, std::string_view unit, bool whole) {
  if (std::isfinite(v) && l.hold(v)) return std::nullopt;
  return expected(l, unit, whole);
}

template <class T>
struct Refuse {
  static std::optional<std::string> of(const T& value, const Limits& limits) {
    if constexpr (std::is_same_v<T, bool>) {
      return std::nullopt;
    } else if constexpr (std::is_arithmetic_v<T>) {
      return refuse_number(static_cast<double>(value), limits, "", std::is_integral_v<T>);
    } else if constexpr (NamedEnum<T>) {
      const auto all = names(static_cast<const T*>(nullptr));
      if (static_cast<std::size_t>(value) < all.size()) return std::nullopt;
      std::string list = "one of";
      for (auto name : all) list += " " + std::string(name);
      return list;
    } else {
      return std::nullopt;
    }
  }
};
template <class U>
struct Refuse<Quantity<U>> {
  static std::optional<std::string> of(Quantity<U> value, const Limits& limits) {
    return refuse_number(value.value, limits, U::symbol, false);
  }
};
template <class T>
struct Refuse<std::optional<T>> {
  static std::optional<std::string> of(const std::optional<T>& value, const Limits& limits) {
    return value ? refuse(*value, limits) : std::nullopt;
  }
};
template <class T>
struct Refuse<std::vector<T>> {
  static std::optional<std::string> of(const std::vector<T>& values, const Limits& limits) {
    for (const auto& v : values)
      if (auto reason = refuse(v, limits)) return "every value to be " + *reason;
    return std::nullopt;
  }
};
template <class T>
struct Refuse<PerChannel<T>> {
  static std::optional<std::string> of(const PerChannel<T>& value, const Limits& limits) {
    if (value.values.empty()) return "one value for all channels or one for each";
    if (value.values.size() == 1) return refuse(value.values[0], limits);
    return refuse(value.values, limits);
  }
};

template <class T>
std::optional<std::string> refuse(const T& value, const Limits& limits) {
  return Refuse<T>::of(value, limits);
}

template <class T>
struct OptionalSpec : std::false_type {};
template <Spec T>
struct OptionalSpec<std::optional<T>> : std::true_type {};

}  // namespace field_detail

// The first field that lies outside its description, if any. Nested specs answer for themselves.
template <Spec S>
std::optional<Fault> validate(const S& spec) {
  std::optional<Fault> fault;
  for_each_field(spec, [&](const auto& f, const auto& value) {
    if (fault) return;
    if constexpr (Spec<std::remove_cvref_t<decltype(value)>>) {
      fault = validate(value);
    } else if constexpr (field_detail::OptionalSpec<std::remove_cvref_t<decltype(value)>>::value) {
      if (value) fault = validate(*value);
    } else if (auto reason = field_detail::refuse(value, f.limits)) {
      fault = Fault{std::string(info_of<S>().name), std::string(f.name), to_text(value), *reason};
    }
  });
  return fault;
}

// For what only the stream's format can tell: a fault of one of this spec's fields, in the same voice.
template <Spec S, class T>
Fault fault_of(std::string_view parameter, const T& found, std::string expected) {
  return Fault{std::string(info_of<S>().name), std::string(parameter), to_text(found), std::move(expected)};
}

// The same where what was found is said in words: "5 numbers".
template <Spec S>
Fault fault_in_words(std::string_view parameter, std::string found, std::string expected) {
  return Fault{std::string(info_of<S>().name), std::string(parameter), std::move(found), std::move(expected)};
}

// FNV-1a over text: names a spec in saved states and provenance. Not for security.
constexpr std::uint64_t hash_text(std::string_view text, std::uint64_t hash = 14695981039346656037ULL) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace unguard
