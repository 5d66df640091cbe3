// SPDX-License-Identifier: Apache-2.0
// From the description of a spec's fields, every value that must be refused: below and above the range, NaN and both
// infinities, a value of an enumeration that there is not, an empty list for channels. Each must be refused by the name
// `Spec.field`, with the value found and the range expected.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/fields.hpp"

namespace unguard::refusals {

template <class T>
struct BadValues {
  static std::vector<T> of(const Limits&) { return {}; }
};
template <>
struct BadValues<double> {
  static std::vector<double> of(const Limits& l) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> bad{std::numeric_limits<double>::quiet_NaN(), infinity, -infinity};
    if (std::isfinite(l.low)) bad.push_back(l.low_included ? std::nextafter(l.low, -infinity) : l.low);
    if (std::isfinite(l.low)) bad.push_back(l.low - 1 - std::fabs(l.low));
    if (std::isfinite(l.high)) bad.push_back(l.high_included ? std::nextafter(l.high, infinity) : l.high);
    if (std::isfinite(l.high)) bad.push_back(l.high + 1 + std::fabs(l.high));
    return bad;
  }
};
template <>
struct BadValues<bool> {
  static std::vector<bool> of(const Limits&) { return {}; }
};
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) struct BadValues<T> {
  static std::vector<T> of(const Limits& l) {
    // Far enough to be another double too.
    const double low_step = std::max(1.0, std::fabs(l.low) / 1e15), high_step = std::max(1.0, std::fabs(l.high) / 1e15);
    std::vector<T> bad;
    if (std::isfinite(l.low)) bad.push_back(static_cast<T>(l.low - low_step));
    if (std::isfinite(l.high)) bad.push_back(static_cast<T>(l.high + high_step));
    return bad;
  }
};
template <NamedEnum T>
struct BadValues<T> {
  static std::vector<T> of(const Limits&) {
    const auto count = static_cast<int>(names(static_cast<const T*>(nullptr)).size());
    return {static_cast<T>(count), static_cast<T>(-1)};
  }
};
template <class U>
struct BadValues<Quantity<U>> {
  static std::vector<Quantity<U>> of(const Limits& l) {
    std::vector<Quantity<U>> bad;
    for (double v : BadValues<double>::of(l)) bad.push_back({v});
    return bad;
  }
};
template <class T>
requires(!Spec<T>) struct BadValues<std::optional<T>> {
  static std::vector<std::optional<T>> of(const Limits& l) {
    std::vector<std::optional<T>> bad;
    for (const auto& v : BadValues<T>::of(l)) bad.push_back(v);
    return bad;
  }
};
template <class T>
struct BadValues<std::vector<T>> {
  static std::vector<std::vector<T>> of(const Limits& l) {
    std::vector<std::vector<T>> bad;
    for (const auto& v : BadValues<T>::of(l)) bad.insert(bad.end(), {{v}, {T{}, v}});
    return bad;
  }
};
template <class T>
struct BadValues<PerChannel<T>> {
  static std::vector<PerChannel<T>> of(const Limits& l) {
    std::vector<PerChannel<T>> bad{PerChannel<T>(std::vector<T>{})};
    for (const auto& v : BadValues<T>::of(l)) {
      bad.push_back(PerChannel<T>(v));
      bad.push_back(PerChannel<T>(std::vector<T>{v, v, v, v}));
    }
    return bad;
  }
};

// `found` as the value of the field `name` of the spec `owner` was met with `fault`. Not a template: a hundred fields
// are tried.
inline void expect_refused(const std::optional<Fault>& fault, const std::string& owner, const std::string& name,
                           const std::string& found, const Limits& limits, bool named) {
  const std::string what = owner + "." + name + " = " + found;
  ASSERT_TRUE(fault.has_value()) << what << " was accepted";
  EXPECT_EQ(fault->owner, owner) << what;
  EXPECT_EQ(fault->parameter, name) << what;
  // A list of nothing, where what has to be measured has no default.
  if (found == to_text(std::vector<double>{}) && fault->found == "not given") return;
  EXPECT_EQ(fault->found, found) << what;
  for (const double bound : {limits.low, limits.high})
    EXPECT_TRUE(!std::isfinite(bound) || named || fault->expected.find(to_text(bound)) != std::string::npos ||
                fault->expected == "one value for all channels or one for each")
        << what << ": " << fault->expected;
  EXPECT_EQ(message(*fault), name + " is " + found + ": expected " + fault->expected + " (" + owner + "." + name + ")");
}

// How many values were tried on a spec; `refuse(spec)` is how a user meets it: starting it.
template <Spec S, class Refuse>
int try_every_bad_value(const S& good, Refuse&& refuse) {
  const std::string owner(info_of<S>().name);
  int tried = 0;
  for_each_field(good, [&](const auto& f, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    for (const auto& bad : BadValues<Value>::of(f.limits)) {
      S spec = good;
      spec.*(f.member) = bad;
      ++tried;
      expect_refused(refuse(spec), owner, std::string(f.name), to_text(bad), f.limits, NamedEnum<Value>);
    }
  });
  return tried;
}

}  // namespace unguard::refusals
