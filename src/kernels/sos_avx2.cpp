// SPDX-License-Identifier: Apache-2.0
// The inner loops as this file's flags build them; the inline namespace keeps their symbols apart from other builds.
#include "unguard/filter/sos_run.hpp"

namespace unguard {

void run_sos_avx2(const double* rows, int sections, int channels, double* state, const double* x, double* y,
                  std::int64_t n) noexcept {
  run_sos(rows, sections, channels, state, x, y, n);
}

}  // namespace unguard
