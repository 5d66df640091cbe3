// SPDX-License-Identifier: Apache-2.0
// The inner loops as this file's flags build them; the inline namespace keeps their symbols apart from other builds.
#include "kernels/kernels.hpp"

namespace unguard {

const Kernels& baseline_kernels() noexcept {
  static const Kernels kernels{&run_sos, &all_within, &run_fir, &add_product, &run_state_variable, &run_polynomials};
  return kernels;
}

}  // namespace unguard
