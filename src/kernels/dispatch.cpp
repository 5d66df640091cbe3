// SPDX-License-Identifier: Apache-2.0
// Chooses the inner loops for this machine, once. Every choice gives the same bits.
#include "kernels/kernels.hpp"

namespace unguard {

namespace {
const Kernels& best() noexcept {
#if defined(UNGUARD_HAS_AVX2_OBJECT)
  static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) return avx2_kernels();
#endif
  return baseline_kernels();
}
}  // namespace

SosRun best_sos_run() noexcept { return best().sos; }
AllWithin best_all_within() noexcept { return best().within; }
FirRun best_fir_run() noexcept { return best().fir; }
AddProduct best_add_product() noexcept { return best().add_product; }
StateVariableRun best_state_variable_run() noexcept { return best().state_variable; }
PolynomialsRun best_polynomials_run() noexcept { return best().polynomials; }

}  // namespace unguard
