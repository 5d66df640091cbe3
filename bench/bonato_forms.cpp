// SPDX-License-Identifier: Apache-2.0
// Prints the closed forms of Bonato et al. 1998 as the library has them, one line a (P_FA, r0) of m = 5: p_gamma, zeta
// over the variance, and P_D at the ratios asked for.
//   bonato_forms SNR_DB...
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "unguard/detect/bonato.hpp"

int main(int argc, char** argv) {
  using namespace unguard;
  constexpr int m = 5;
  for (const auto& [alarm, r0] : {std::pair{0.05, 1}, {0.05, 2}, {0.01, 1}, {0.001, 2}}) {
    std::printf("%.17g %d %.17g %.17g", alarm, r0, bonato_noise_share(alarm, r0, m), bonato_threshold(alarm, r0, m));
    for (int i = 1; i < argc; ++i) std::printf(" %.17g", bonato_detection(alarm, r0, m, std::atof(argv[i])));
    std::printf("\n");
  }
}
