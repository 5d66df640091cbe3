// SPDX-License-Identifier: Apache-2.0
// Built with products and sums fused, in a program of its own so that no function of it can stand in for another's.
// Truth: such a build must be refused by start(). Ends with 0 when it was, 77 where the machine cannot fuse.
#include <cstdio>
#include <string>

#include "unguard/core/live_filter.hpp"
#include "unguard/filter/butterworth.hpp"

int main() {
  using namespace unguard;
  if (!__builtin_cpu_supports("fma")) return 77;
  const auto filter = try_start(Lowpass{}, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(1)});
  const std::string found = filter ? "started" : message(filter.fault());
  std::puts(found.c_str());
  return found == "floating-point contraction is on: expected off: compile with -ffp-contract=off "
                  "(build.floating-point contraction)"
             ? 0
             : 1;
}
