// SPDX-License-Identifier: Apache-2.0
// What must hold whatever comes in; where it does not, the program stops, and the fuzzer keeps what came in.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace unguard::fuzz {

inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace unguard::fuzz
