// SPDX-License-Identifier: Apache-2.0
// Algorithmic delay, per stage and in sum. Compute and transport time are never mixed in.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/text.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// What a stage's delay means.
enum class DelayKind { none, group_delay, centroid, decision };
constexpr std::array<std::string_view, 4> names(const DelayKind*) {
  return {"none", "group delay", "centroid of the impulse response", "decision delay"};
}

struct StageLatency {
  std::string stage{};
  DelayKind kind = DelayKind::none;
  double samples = 0;
  Hertz at{};  // the frequency a group delay is stated for

  friend bool operator==(const StageLatency&, const StageLatency&) = default;
};

struct Latency {
  Hertz rate{};
  std::vector<StageLatency> stages{};

  double samples() const {
    double sum = 0;
    for (const auto& s : stages) sum += s.samples;
    return sum;
  }
  Seconds total() const { return {samples() / rate.value}; }

  friend bool operator==(const Latency&, const Latency&) = default;
};

// `Bandpass 12.5 samples (group delay at 100 Hz) + Rms 124.5 samples (centroid of the impulse response) = 137 samples,
// 0.0685 s`
inline std::string to_text(const Latency& latency) {
  std::string text;
  for (const auto& s : latency.stages) {
    text += (text.empty() ? "" : " + ") + s.stage + " " + to_text(s.samples) + " samples (" + to_text(s.kind);
    if (s.kind == DelayKind::group_delay) text += " at " + to_text(s.at);
    text += ")";
  }
  return text + (text.empty() ? "" : " = ") + to_text(latency.samples()) + " samples, " + to_text(latency.total());
}

}  // namespace unguard
