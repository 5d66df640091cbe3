// SPDX-License-Identifier: Apache-2.0
// Law 6, one engine: what C++ answers is written into the folder UNGUARD_ENGINE_ANSWERS as JSON, numbers with 17 digits
// so that they read back equal. Python's test of the law reads it, asks the package the same and compares.
#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "laws/law.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/detect/rest_calibration.hpp"

namespace unguard::laws {

// In lists, which look no further than what stands before them.
inline std::string json(const Estimate& estimate);
inline std::string json(const Event& event);
inline std::string json(const Marker& marker);

inline std::string json(double value) {
  if (!std::isfinite(value)) return "\"" + to_text(value) + "\"";  // JSON has no such numbers
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", value);
  return digits;
}
inline std::string json(const std::string& text) { return "\"" + text + "\""; }
inline std::string json(bool value) { return value ? "true" : "false"; }
template <std::integral T>
requires(!std::same_as<T, bool>) std::string json(T value) { return std::to_string(value); }
template <NamedEnum E>
std::string json(E value) {
  return json(to_text(value));
}
template <class Unit>
std::string json(Quantity<Unit> value) {
  return json(value.value);
}
template <class T>
std::string json(const std::optional<T>& value) {
  return value ? json(*value) : "null";
}
template <class T>
std::string json(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ",") + json(value);
  return "[" + text + "]";
}
template <class T>
std::string json(const PerChannel<T>& value) {
  return value.values.size() == 1 ? json(value.values[0]) : json(value.values);
}

// As RestCalibration.to_dict() has it.
inline std::string json(const Estimate& e) {
  return "{\"value\":" + json(e.value) + ",\"low\":" + json(e.low) + ",\"high\":" + json(e.high) + "}";
}
inline std::string json(const Calibration& c) {
  return "{\"quantity\":" + json(c.quantity) + ",\"unit\":" + json(c.unit) + ",\"source\":" + json(c.source) +
         ",\"duration_s\":" + json(c.duration) + ",\"samples\":" + json(c.samples) + ",\"how\":" + json(c.how) +
         ",\"per_channel\":" + json(c.per_channel) + "}";
}
inline std::string json(const RestCalibration& r) {
  if (r.empty()) return "null";
  return "{\"slow_s\":" + json(r.slow) + ",\"fast_s\":" + json(r.fast) + ",\"level\":" + json(r.level) +
         ",\"spread\":" + json(r.spread) + ",\"fast_level\":" + json(r.fast_level) +
         ",\"fast_spread\":" + json(r.fast_spread) + "}";
}

// As to_dict() of the other calibrations has it: by their fields; of one that is empty, null.
template <class C>
concept CalibratedValue =
    std::same_as<C, OnsetBaseline> || std::same_as<C, NoiseModel> || std::same_as<C, ActivityCalibration>;
inline std::string json(const CountedFor&);
template <CalibratedValue C>
std::string json(const C&);
template <class C>
std::string json_by_fields(const C& values) {
  std::string text;
  for_each_field(values, [&](const auto& f, const auto& value) {
    text += (text.empty() ? "" : ",") + json(std::string(f.name)) + ":" + json(value);
  });
  return "{" + text + "}";
}
inline std::string json(const CountedFor& settings) { return json_by_fields(settings); }
template <CalibratedValue C>
std::string json(const C& calibration) {
  return calibration.empty() ? "null" : json_by_fields(calibration);
}

template <Spec S>
requires(!CalibratedValue<S> && !std::same_as<S, CountedFor>) std::string json(const S& spec) {
  std::string text = "{\"name\":" + json(std::string(info_of<S>().name));
  for_each_field(spec,
                 [&](const auto& f, const auto& value) { text += ",\"" + std::string(f.name) + "\":" + json(value); });
  return text + "}";
}
template <FilterSpec... S>
std::string json(const Chain<S...>& chain) {
  std::string text;
  std::apply([&](const auto&... stage) { ((text += (text.empty() ? "" : ",") + json(stage)), ...); }, chain.stages);
  return "{\"name\":\"Chain\",\"stages\":[" + text + "]}";
}

inline std::vector<std::string> named(Marks marks) {
  std::vector<std::string> all;
  for (int b = 0; b < mark::bits; ++b)
    if (marks & (1 << b)) all.emplace_back(mark::names[static_cast<std::size_t>(b)]);
  return all;
}
inline std::string json(const Event& e) {
  return "[" + json(static_cast<std::int64_t>(e.id)) + "," + json(e.channel) + "," + json(e.report) + "," +
         json(e.kind) + "," + json(e.context) + "," + json(e.onset.value) + "," + json(e.decided.value) + "," +
         json(e.offset.value) + "," + json(e.peak) + "," + json(e.area_uV_s) + "," + json(e.confidence) + "," +
         json(named(e.reasons)) + "," + json(e.attributes.rhythm_Hz) + "," + json(e.attributes.regularity) + "," +
         json(e.attributes.single_unit) + "]";
}
inline std::string json(const Marker& m) {
  return "[" + json(m.kind) + "," + json(m.at.value) + "," + json(m.value) + "]";
}

// One processor's answer. `parts` are members of a JSON object.
inline void answer(const std::string& processor, const std::string& parts) {
  const char* folder = std::getenv("UNGUARD_ENGINE_ANSWERS");
  ASSERT_NE(folder, nullptr) << "run by the Python test of this law, which says where to write";
  std::ofstream file(std::filesystem::path(folder) / (processor + ".json"));
  file << "{" << parts << "}\n";
  file.close();
  ASSERT_FALSE(file.fail()) << folder;
}

}  // namespace unguard::laws
