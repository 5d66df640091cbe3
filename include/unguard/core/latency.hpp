// SPDX-License-Identifier: Apache-2.0
// Algorithmic delay, per stage and in sum. Compute and transport time are never mixed in.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

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
};

}  // namespace unguard
