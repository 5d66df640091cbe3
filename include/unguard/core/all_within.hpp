// SPDX-License-Identifier: Apache-2.0
// Whether a block is fit to enter a recursion: the one look at every sample that the safe path costs.
// Three operations for four samples.
#pragma once

#include <cmath>
#include <cstdint>

#include "unguard/core/simd.hpp"

namespace unguard {

using AllWithin = bool (*)(const double* x, std::int64_t n, double limit) noexcept;

inline namespace UNGUARD_ISA {

// True when all n values are finite and within +-limit.
inline bool all_within(const double* x, std::int64_t n, double limit) noexcept {
  Within4 within;
  const f64x4 bound = fill4(limit);
  std::int64_t i = 0;
  for (; i + 32 <= n; i += 32)
#pragma GCC unroll 8
    for (int k = 0; k < 8; ++k) within.meet(abs4(load4(x + i + 4 * k)), bound);
  for (; i + 4 <= n; i += 4) within.meet(abs4(load4(x + i)), bound);
  bool good = within.all();
  for (; i < n; ++i) good = good && std::fabs(x[i]) <= limit;
  return good;
}

}  // namespace UNGUARD_ISA

#if defined(UNGUARD_COMPILED_KERNELS)
// As built for the best instruction set of this machine; in the library unguard::kernels.
AllWithin best_all_within() noexcept;
#else
// As the including file was built; files built for different machines must not share the answer.
inline namespace UNGUARD_ISA {
inline AllWithin best_all_within() noexcept { return &all_within; }
}  // namespace UNGUARD_ISA
#endif

}  // namespace unguard
