// SPDX-License-Identifier: Apache-2.0
// Where the phases of a bend begin. Cost: none; a value.
#pragma once

#include <cstdint>

namespace unguard {

// In samples; a pause halfway down, if there was one.
struct BendEdges {
  std::int64_t standing = 0, bending = 0, full = 0, returning = 0, end = 0;
  std::int64_t pause = 0, pause_end = 0;  // both 0: there was none
  bool hung = true;                       // there was a full flexion

  friend bool operator==(const BendEdges&, const BendEdges&) = default;
};

}  // namespace unguard
