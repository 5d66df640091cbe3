// SPDX-License-Identifier: Apache-2.0
// The compiled kernels: the same filter, its inner loops chosen for the processor at hand; sixteen equal channels stay
// equal.
#include <cstdio>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"

#ifndef UNGUARD_COMPILED_KERNELS
#error "unguard::kernels did not say that it was linked"
#endif

int main() {
  using namespace unguard;
  using namespace unguard::literals;
  constexpr int channels = 16;
  auto filter = start(Bandpass{}, StreamFormat{.rate = 2000_Hz, .channels = Channels::unnamed(channels)});
  std::vector<double> x(256 * channels), y(x.size());
  for (int c = 0; c < channels; ++c) x[static_cast<std::size_t>(c)] = 1000;
  if (filter.process({x.data(), 256, channels}, {y.data(), 256, channels}) != Status::ok) return 1;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (y[i] != y[i - i % channels]) return std::puts("channels differ"), 1;
  std::printf("impulse response begins with %.6g\n", y[0]);
  return y[0] != 0 ? 0 : 1;
}
