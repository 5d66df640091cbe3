// SPDX-License-Identifier: Apache-2.0
// The floating-point environment the arithmetic needs: subnormals flushed inside process() and nowhere else, and no
// contraction of a * b + c into one rounding. Muller et al. 2018, Handbook of Floating-Point Arithmetic,
// doi:10.1007/978-3-319-76526-6.
#pragma once

#include <cstdint>
#include <optional>

#include "unguard/core/error.hpp"

#if defined(__FAST_MATH__)
#error "unguard needs IEEE arithmetic: remove -ffast-math (NaN checks and exact sums depend on it)"
#endif

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace unguard {

// Subnormal results and operands count as zero while one of these lives; the caller's state comes back with its end.
// They cost 10 to 100 times a normal operation, and the tail of every recursive filter ends in them.
class FlushSubnormals {
 public:
#if defined(__SSE2__) || defined(_M_X64)
  FlushSubnormals() noexcept : saved_(_mm_getcsr()) {
    _mm_setcsr(saved_ | 0x8040u);
  }  // flush to zero, denormals are zero
  ~FlushSubnormals() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__) && defined(__GNUC__)
  FlushSubnormals() noexcept {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" : : "r"(saved_ | (std::uint64_t{1} << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" : : "r"(saved_)); }

 private:
  std::uint64_t saved_;
#else
  FlushSubnormals() noexcept {}
  ~FlushSubnormals() {}
#endif
 public:
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;
};

// Whether this translation unit fuses a product and a sum: (1 + e)(1 - e) - 1 is 0 in two roundings and -e^2 in one.
// Internal linkage on purpose: the answer belongs to the flags of the file that asks.
[[maybe_unused]] static bool arithmetic_is_contracted() noexcept {
  volatile double a = 1.0 + 0x1p-30;
  volatile double b = 1.0 - 0x1p-30;
  volatile double c = -1.0;
  const double x = a, y = b, z = c;
  return x * y + z != 0.0;
}

// Asked once by every start().
[[maybe_unused]] static std::optional<Fault> refuse_contraction() {
  if (!arithmetic_is_contracted()) return std::nullopt;
  return Fault{"build", "floating-point contraction", "on", "off: compile with -ffp-contract=off"};
}

}  // namespace unguard
