// SPDX-License-Identifier: Apache-2.0
// Four doubles side by side. Each lane does what a scalar would do, so the width of the machine never changes a bit.
// GCC and clang: vector extensions. Other compilers: a plain array, which they may vectorise themselves.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__GNUC__) || defined(__clang__)
#define UNGUARD_INLINE __attribute__((always_inline)) inline
#define UNGUARD_NOINLINE __attribute__((noinline))
#define UNGUARD_COLD __attribute__((noinline, cold))
#elif defined(_MSC_VER)
#define UNGUARD_INLINE __forceinline
#define UNGUARD_NOINLINE __declspec(noinline)
#define UNGUARD_COLD __declspec(noinline)
#else
#define UNGUARD_INLINE inline
#define UNGUARD_NOINLINE
#define UNGUARD_COLD
#endif

// Kernels built for different instruction sets must not share a symbol.
#if defined(__AVX512F__)
#define UNGUARD_ISA avx512
#elif defined(__AVX2__)
#define UNGUARD_ISA avx2
#else
#define UNGUARD_ISA baseline
#endif

#if defined(__GNUC__)
// Vectors wider than the machine's are passed by hidden rules that may change; every function here is inlined, so none
// is.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace unguard {
inline namespace UNGUARD_ISA {

#if defined(__GNUC__) || defined(__clang__)

using f64x4 = double __attribute__((vector_size(32)));
using i64x4 = std::int64_t __attribute__((vector_size(32)));

UNGUARD_INLINE f64x4 load4(const double* p) {
  f64x4 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
UNGUARD_INLINE void store4(double* p, const f64x4& v) { std::memcpy(p, &v, sizeof v); }
UNGUARD_INLINE f64x4 fill4(double s) { return f64x4{s, s, s, s}; }
// Two, for loops that would spill four where the machine's registers hold two.
using f64x2 = double __attribute__((vector_size(16)));
UNGUARD_INLINE f64x2 load2(const double* p) {
  f64x2 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
UNGUARD_INLINE void store2(double* p, const f64x2& v) { std::memcpy(p, &v, sizeof v); }
UNGUARD_INLINE f64x2 fill2(double s) { return f64x2{s, s}; }
UNGUARD_INLINE f64x4 abs4(const f64x4& v) {
  return (f64x4)((i64x4)v & i64x4{INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX});
}
// The larger of each pair of lanes; of a NaN and something, the second.
UNGUARD_INLINE f64x4 max4(const f64x4& a, const f64x4& b) {
  const auto more = (i64x4)(a > b);
  return (f64x4)((more & (i64x4)a) | (~more & (i64x4)b));
}
// The lanes of v where those of `of` are positive, and 0 elsewhere.
UNGUARD_INLINE f64x4 where_positive4(const f64x4& of, const f64x4& v) {
  return (f64x4)((i64x4)(of > f64x4{0, 0, 0, 0}) & (i64x4)v);
}
// True when every lane of v is at most its lane of limit; NaN is not.
struct Within4 {
  i64x4 good{-1, -1, -1, -1};
  UNGUARD_INLINE void meet(const f64x4& v, const f64x4& limit) { good &= (i64x4)(v <= limit); }
  UNGUARD_INLINE bool all() const { return (good[0] & good[1] & good[2] & good[3]) == -1; }
};

#else

struct f64x4 {
  double lane[4];
  friend f64x4 operator+(f64x4 a, const f64x4& b) {
    for (int i = 0; i < 4; ++i) a.lane[i] += b.lane[i];
    return a;
  }
  friend f64x4 operator-(f64x4 a, const f64x4& b) {
    for (int i = 0; i < 4; ++i) a.lane[i] -= b.lane[i];
    return a;
  }
  friend f64x4 operator*(f64x4 a, const f64x4& b) {
    for (int i = 0; i < 4; ++i) a.lane[i] *= b.lane[i];
    return a;
  }
};
UNGUARD_INLINE f64x4 load4(const double* p) { return {p[0], p[1], p[2], p[3]}; }
UNGUARD_INLINE void store4(double* p, const f64x4& v) { std::memcpy(p, v.lane, sizeof v.lane); }
UNGUARD_INLINE f64x4 fill4(double s) { return {s, s, s, s}; }
UNGUARD_INLINE f64x4 abs4(f64x4 v) {
  for (double& l : v.lane) l = std::fabs(l);
  return v;
}
UNGUARD_INLINE f64x4 max4(f64x4 a, const f64x4& b) {
  for (int i = 0; i < 4; ++i) a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return a;
}
UNGUARD_INLINE f64x4 where_positive4(const f64x4& of, f64x4 v) {
  for (int i = 0; i < 4; ++i) v.lane[i] = of.lane[i] > 0 ? v.lane[i] : 0;
  return v;
}
struct Within4 {
  bool good = true;
  UNGUARD_INLINE void meet(const f64x4& v, const f64x4& limit) {
    for (int i = 0; i < 4; ++i) good = good && v.lane[i] <= limit.lane[i];
  }
  UNGUARD_INLINE bool all() const { return good; }
};

#endif

}  // namespace UNGUARD_ISA
}  // namespace unguard
