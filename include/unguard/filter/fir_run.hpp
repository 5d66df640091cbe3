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

#if defined(__AVX2__) || !(defined(__GNUC__) || defined(__clang__))
struct Lanes {
  using V = f64x4;
  static constexpr int count = 4;
  static UNGUARD_INLINE V load(const double* p) { return load4(p); }
  static UNGUARD_INLINE void store(double* p, const V& v) { store4(p, v); }
  static UNGUARD_INLINE V fill(double s) { return fill4(s); }
};
#else
struct Lanes {
  using V = f64x2;
  static constexpr int count = 2;
  static UNGUARD_INLINE V load(const double* p) { return load2(p); }
  static UNGUARD_INLINE void store(double* p, const V& v) { store2(p, v); }
  static UNGUARD_INLINE V fill(double s) { return fill2(s); }
};
#endif

// Two vectors of outputs: with the four sums of each, eight registers. `newest` is the newest sample the first output
// takes.
constexpr int beside = 2 * Lanes::count;
UNGUARD_INLINE void side_by_side(const double* taps, std::int64_t count, const double* newest, double* y) {
  Lanes::V sum[4][2];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) sum[i][0] = sum[i][1] = Lanes::fill(0);
  for (std::int64_t k = 0; k < count; k += 4)
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const Lanes::V tap = Lanes::fill(taps[k + i]);
      const double* x = newest - k - i;
      sum[i][0] = sum[i][0] + tap * Lanes::load(x);
      sum[i][1] = sum[i][1] + tap * Lanes::load(x + Lanes::count);
    }
#pragma GCC unroll 2
  for (int v = 0; v < 2; ++v) Lanes::store(y + v * Lanes::count, (sum[0][v] + sum[1][v]) + (sum[2][v] + sum[3][v]));
}

// One output: its four sums side by side.
UNGUARD_INLINE double one(const double* turned, std::int64_t count, const double* newest) {
  constexpr int parts = 4 / Lanes::count;
  Lanes::V sum[parts];
#pragma GCC unroll 2
  for (auto& part : sum) part = Lanes::fill(0);
  for (std::int64_t k = 0; k < count; k += 4)
#pragma GCC unroll 2
    for (int v = 0; v < parts; ++v)
      sum[v] = sum[v] + Lanes::load(turned + k + v * Lanes::count) * Lanes::load(newest - k - 3 + v * Lanes::count);
  double s[4];
#pragma GCC unroll 2
  for (int v = 0; v < parts; ++v) Lanes::store(s + v * Lanes::count, sum[v]);
  return (s[3] + s[2]) + (s[1] + s[0]);
}

}  // namespace fir_detail

inline void run_fir(const double* taps, const double* turned, std::int64_t count, const double* window, double* y,
                    std::int64_t n) noexcept {
  const double* newest = window + count - 1;
  for (; n >= fir_detail::beside; n -= fir_detail::beside, newest += fir_detail::beside, y += fir_detail::beside)
    fir_detail::side_by_side(taps, count, newest, y);
  for (; n > 0; --n, ++newest, ++y) *y = fir_detail::one(turned, count, newest);
}

inline void add_product(ConstSplitComplex a, ConstSplitComplex b, SplitComplex sum, std::int64_t count) noexcept {
  using L = fir_detail::Lanes;
  for (std::int64_t k = 0; k < count; k += L::count) {
    const L::V ar = L::load(a.re + k), ai = L::load(a.im + k), br = L::load(b.re + k), bi = L::load(b.im + k);
    L::store(sum.re + k, L::load(sum.re + k) + (ar * br - ai * bi));
    L::store(sum.im + k, L::load(sum.im + k) + (ar * bi + ai * br));
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
