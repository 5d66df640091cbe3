// SPDX-License-Identifier: Apache-2.0
// The inner loops of the finite-impulse-response filter. Every output is four sums, one of the taps k = 0, 4, 8, ...,
// one of k = 1, 5, 9, ... and so on, each in the order of k, and (s0 + s1) + (s2 + s3). Lanes are outputs side by side
// in time or, for the outputs left over, those four sums: the order is the same, so any cut gives the same bits.
#pragma once

#include <cstdint>

#include "unguard/core/simd.hpp"

namespace unguard {

// n outputs y[i] = sum of taps[k] window[taps_count - 1 + i - k]; `count` is a multiple of 4. `turned` are the taps
// with each four of them the other way round: h3 h2 h1 h0 h7 h6 ...
using FirRun = void (*)(const double* taps, const double* turned, std::int64_t count, const double* window, double* y,
                        std::int64_t n) noexcept;

// sum[k] += a[k] b[k] for complex numbers, real and imaginary parts apart; `count` is a multiple of 4.
struct SplitComplex {
  double* re;
  double* im;
};
struct ConstSplitComplex {
  const double* re;
  const double* im;
};
using AddProduct = void (*)(ConstSplitComplex a, ConstSplitComplex b, SplitComplex sum, std::int64_t count) noexcept;

inline namespace UNGUARD_ISA {
namespace fir_detail {

// Four outputs a vector, N vectors; `newest` is the newest sample the first output takes.
template <int N>
UNGUARD_INLINE void side_by_side(const double* taps, std::int64_t count, const double* newest, double* y) {
  f64x4 sum[4][N];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i)
#pragma GCC unroll 4
    for (int v = 0; v < N; ++v) sum[i][v] = fill4(0);
  for (std::int64_t k = 0; k < count; k += 4)
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const f64x4 tap = fill4(taps[k + i]);
#pragma GCC unroll 4
      for (int v = 0; v < N; ++v) sum[i][v] = sum[i][v] + tap * load4(newest - k - i + 4 * v);
    }
#pragma GCC unroll 4
  for (int v = 0; v < N; ++v) store4(y + 4 * v, (sum[0][v] + sum[1][v]) + (sum[2][v] + sum[3][v]));
}

UNGUARD_INLINE double one(const double* turned, std::int64_t count, const double* newest) {
  f64x4 sum = fill4(0);
  for (std::int64_t k = 0; k < count; k += 4) sum = sum + load4(turned + k) * load4(newest - k - 3);
  double s[4];
  store4(s, sum);
  return (s[3] + s[2]) + (s[1] + s[0]);
}

}  // namespace fir_detail

inline void run_fir(const double* taps, const double* turned, std::int64_t count, const double* window, double* y,
                    std::int64_t n) noexcept {
  const double* newest = window + count - 1;
#if defined(__AVX2__)
  for (; n >= 8; n -= 8, newest += 8, y += 8) fir_detail::side_by_side<2>(taps, count, newest, y);
#endif
  for (; n >= 4; n -= 4, newest += 4, y += 4) fir_detail::side_by_side<1>(taps, count, newest, y);
  for (; n > 0; --n, ++newest, ++y) *y = fir_detail::one(turned, count, newest);
}

inline void add_product(ConstSplitComplex a, ConstSplitComplex b, SplitComplex sum, std::int64_t count) noexcept {
  for (std::int64_t k = 0; k < count; k += 4) {
    const f64x4 ar = load4(a.re + k), ai = load4(a.im + k), br = load4(b.re + k), bi = load4(b.im + k);
    store4(sum.re + k, load4(sum.re + k) + (ar * br - ai * bi));
    store4(sum.im + k, load4(sum.im + k) + (ar * bi + ai * br));
  }
}

}  // namespace UNGUARD_ISA

#if defined(UNGUARD_COMPILED_KERNELS)
// The loops built for the best instruction set of this machine; in the library unguard::kernels.
FirRun best_fir_run() noexcept;
AddProduct best_add_product() noexcept;
#else
// The loops as the including file was built; files built for different machines must not share the answer.
inline namespace UNGUARD_ISA {
inline FirRun best_fir_run() noexcept { return &run_fir; }
inline AddProduct best_add_product() noexcept { return &add_product; }
}  // namespace UNGUARD_ISA
#endif

}  // namespace unguard
