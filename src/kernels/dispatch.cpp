// SPDX-License-Identifier: Apache-2.0
// Chooses the inner loops for this machine, once. Every choice gives the same bits.
#include "unguard/filter/sos_run.hpp"

namespace unguard {

void run_sos_baseline(const double*, int, int, double*, const double*, double*, std::int64_t) noexcept;
void run_sos_avx2(const double*, int, int, double*, const double*, double*, std::int64_t) noexcept;

SosRun best_sos_run() noexcept {
#if defined(UNGUARD_HAS_AVX2_OBJECT)
  static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) return &run_sos_avx2;
#endif
  return &run_sos_baseline;
}

}  // namespace unguard
