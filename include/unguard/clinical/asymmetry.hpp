// SPDX-License-Identifier: Apache-2.0
// Left against right: 100 (L - R) / (L + R), from -100, all right, to 100, all left, with the interval of both levels.
// Its reliability is moderate at best, and low-back pain does not show in it (Lariviere, Gagnon & Loisel 2005, J.
// Rehabil. Res. Dev. 42:235): a change is one beyond what the same person differs by from day to day, and says no more.
// Cost: a hyperbolic tangent.
#pragma once

#include <cmath>
#include <optional>

#include "unguard/clinical/bend.hpp"
#include "unguard/core/quantiles.hpp"

namespace unguard {

// In percent, with its 95 % interval.
struct Asymmetry {
  double value = 0;
  double low = 0;
  double high = 0;
  bool at_floor = false;  // of one side nothing is left above its noise

  friend bool operator==(const Asymmetry&, const Asymmetry&) = default;
};

// Nothing where less than half of a side could be believed, or both are at the floor. (L - R) / (L + R) is the
// hyperbolic tangent of half the logarithm of L / R, whose spread is known.
inline std::optional<Asymmetry> asymmetry(const PhaseLevel& left, const PhaseLevel& right) noexcept {
  if (!left.believed() || !right.believed() || (left.at_floor && right.at_floor)) return std::nullopt;
  const double half = 0.5 * std::log(left.level / right.level);
  const double off = 0.5 * normal_95 * std::hypot(left.spread, right.spread);
  return Asymmetry{100 * std::tanh(half), 100 * std::tanh(half - off), 100 * std::tanh(half + off),
                   left.at_floor || right.at_floor};
}

}  // namespace unguard
