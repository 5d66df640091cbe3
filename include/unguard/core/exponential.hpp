// SPDX-License-Identifier: Apache-2.0
// The exponential from sums and products alone: the same bits on every machine with IEEE arithmetic, whatever the C
// library's exp gives. For tables that a real-time path reads. Taylor's series around 0 after halving the argument,
// then squared back; within 3e-13 of the value for |x| up to 700: its rounding, |x| times. Cost: some 30 products.
#pragma once

namespace unguard {

constexpr double exponential(double x) noexcept {
  if (x < 0) return 1 / exponential(-x);
  int halved = 0;
  for (; x > 0.25; ++halved) x /= 2;
  // Without the leading 1, which would cost the small ones their digits: (1 + r)^2 - 1 = r (2 + r).
  double rest = 0;
  for (int k = 16; k >= 1; --k) rest = x / k * (1 + rest);
  for (; halved > 0; --halved) rest = rest * (2 + rest);
  return 1 + rest;
}

}  // namespace unguard
