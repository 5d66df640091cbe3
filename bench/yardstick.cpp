// SPDX-License-Identifier: Apache-2.0
// The yardstick: the practical speed bound for the sEMG chain, one file, no dependencies, nothing shared
// with the library.
//
//   yardstick                                   self-check, hashes and the table of times (35 s)
//   yardstick KERNEL CHANNELS BLOCK BLOCKS      runs one kernel of the table and nothing else, for counting
//
// Work per sample and channel (double): 4 band-pass biquads (Butterworth order 4, 20-450 Hz),
// 1 notch biquad (50 Hz, Q 30), full-wave rectification, 1 low-pass biquad (Butterworth
// order 2, 6 Hz), fs = 2000 Hz.  Input and output are interleaved frames: x[frame * C + channel].
//
// All arithmetic is spelled out (madd/nmadd), so a scalar and a vector build of the same form do
// the same rounding: outputs are compared bit by bit between forms, widths and block partitions.
// Compile with -ffp-contract=off; -DUSE_FMA=0 replaces fused operations by mul + add.
// Laid out as it was measured.
// clang-format off
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <vector>

#ifndef USE_FMA
#define USE_FMA 1
#endif
#ifndef __AVX2__
#error "build with -march=x86-64-v3 or higher"
#endif
#pragma GCC diagnostic ignored "-Wignored-attributes"
// Without the attribute GCC 12 stops inlining the steps once enough kernels share them, and the
// scalar kernels lose a factor of two to three.
#define ALWAYS_INLINE __attribute__((always_inline)) inline

// ---------------------------------------------------------------------------------------------
// Coefficients {b0, b1, b2, a1, a2}, a0 = 1; scipy.signal.butter(..., output='sos'), iirnotch.
constexpr int kSections = 6;       // five before the rectifier, one after
#ifdef YARDSTICK_LINEAR            // the same six sections without a rectifier between them
constexpr int kBeforeRectifier = -1;
#else
constexpr int kBeforeRectifier = 5;
#endif
constexpr double kSos[kSections][5] = {
    {0.058512708571376006, 0.11702541714275201, 0.058512708571376006, -0.23229445475416327, 0.0584632902836265},
    {1.0, 2.0, 1.0, -0.24489098121705158, 0.4773969314979959},
    {1.0, -2.0, 1.0, -1.8805833029749925, 0.8848214006208994},
    {1.0, -2.0, 1.0, -1.9516001944028154, 0.9555335061459913},
    {0.9973888361673892, -1.9702186490445686, 0.9973888361673892, -1.9702186490445686, 0.9947776723347783},
    {8.765554875401463e-05, 0.00017531109750802925, 8.765554875401463e-05, -1.9733442497812987, 0.9736948719763148},
};

// ---------------------------------------------------------------------------------------------
// Lane types: double (1 lane) and f64x4 (AVX2).  The same templates serve both.
using f64x4 = __m256d;

template <class V> struct lanes;
template <> struct lanes<double> { static constexpr int n = 1; };
template <> struct lanes<f64x4> { static constexpr int n = 4; };

template <class V> static inline V broadcast(double s);
template <> inline double broadcast<double>(double s) { return s; }
template <> inline f64x4 broadcast<f64x4>(double s) { return _mm256_set1_pd(s); }
template <class V> static inline V load(const double* p);
template <> inline double load<double>(const double* p) { return *p; }
template <> inline f64x4 load<f64x4>(const double* p) { return _mm256_loadu_pd(p); }
static inline void store(double* p, double v) { *p = v; }
static inline void store(double* p, f64x4 v) { _mm256_storeu_pd(p, v); }

#if USE_FMA
static inline double madd(double a, double b, double c) { return __builtin_fma(a, b, c); }
static inline double nmadd(double a, double b, double c) { return __builtin_fma(-a, b, c); }
static inline f64x4 madd(f64x4 a, f64x4 b, f64x4 c) { return _mm256_fmadd_pd(a, b, c); }
static inline f64x4 nmadd(f64x4 a, f64x4 b, f64x4 c) { return _mm256_fnmadd_pd(a, b, c); }
static inline __m128d madd(__m128d a, __m128d b, __m128d c) { return _mm_fmadd_pd(a, b, c); }
static inline __m128d nmadd(__m128d a, __m128d b, __m128d c) { return _mm_fnmadd_pd(a, b, c); }
#else
static inline double madd(double a, double b, double c) { return a * b + c; }
static inline double nmadd(double a, double b, double c) { return c - a * b; }
static inline f64x4 madd(f64x4 a, f64x4 b, f64x4 c) { return a * b + c; }
static inline f64x4 nmadd(f64x4 a, f64x4 b, f64x4 c) { return c - a * b; }
static inline __m128d madd(__m128d a, __m128d b, __m128d c) { return a * b + c; }
static inline __m128d nmadd(__m128d a, __m128d b, __m128d c) { return c - a * b; }
#endif
static inline double vabs(double a) { return std::fabs(a); }
static inline f64x4 vabs(f64x4 a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }

// ---------------------------------------------------------------------------------------------
// Biquad forms with the same transfer function and the same number of multiplies.
//   Tdf2: transposed direct form II; the recursion runs through two dependent operations a sample.
//   Df1 : direct form I, feed-forward part first, the newest output enters last: one dependent
//         operation a sample; delayed outputs of one section are the delayed inputs of the next.
struct Tdf2 {
  template <class V> struct State { V s1, s2; };
  template <class V> static ALWAYS_INLINE V step(const V c[5], State<V>& s, V x) {
    const V y = madd(c[0], x, s.s1);
    s.s1 = nmadd(c[3], y, madd(c[1], x, s.s2));
    s.s2 = nmadd(c[4], y, c[2] * x);
    return y;
  }
};
// SciPy's own order and no fused operation: bit-identical to scipy.signal.sosfilt on x86-64.
struct SciPy {
  template <class V> struct State { V s1, s2; };
  template <class V> static ALWAYS_INLINE V step(const V c[5], State<V>& s, V x) {
    const V y = c[0] * x + s.s1;
    s.s1 = (c[1] * x - c[3] * y) + s.s2;
    s.s2 = c[2] * x - c[4] * y;
    return y;
  }
};
struct Df1 {
  template <class V> struct State { V x1, x2, y1, y2; };
  template <class V> static ALWAYS_INLINE V step(const V c[5], State<V>& s, V x) {
    const V ff = madd(c[0], x, madd(c[1], s.x1, c[2] * s.x2));
    const V y = nmadd(c[3], s.y1, nmadd(c[4], s.y2, ff));
    s.x2 = s.x1; s.x1 = x;
    s.y2 = s.y1; s.y1 = y;
    return y;
  }
};

template <class V> struct Coefs {
  V c[kSections][5];
  Coefs() {
    for (int k = 0; k < kSections; ++k)
      for (int i = 0; i < 5; ++i) c[k][i] = broadcast<V>(kSos[k][i]);
  }
};

struct Chain {                      // type-erased only for the harness
  virtual ~Chain() = default;
  virtual void reset() = 0;
  virtual void process(const double* x, double* y, int frames) = 0;
};

// Storage padded to whole groups of `Width` channels; the last group is copied through a small
// tile when C is not a multiple of Width, so the kernel itself never branches on the remainder.
template <class T> struct aligned_delete { void operator()(T* p) const { ::operator delete[](p, std::align_val_t(64)); } };

// --- 1. the obvious code: one channel after the other per frame, sections inside ---------------
template <class Form> struct Naive final : Chain {
  int C;
  std::vector<std::array<typename Form::template State<double>, kSections>> st;
  Coefs<double> k;
  explicit Naive(int channels) : C(channels), st(channels) { reset(); }
  void reset() override { std::memset((void*)st.data(), 0, st.size() * sizeof(st[0])); }
  void process(const double* x, double* y, int n) override {
    for (int i = 0; i < n; ++i)
      for (int c = 0; c < C; ++c) {
        double v = x[i * C + c];
        for (int s = 0; s < kSections; ++s) {
          if (s == kBeforeRectifier) v = vabs(v);
          v = Form::step(k.c[s], st[c][s], v);
        }
        y[i * C + c] = v;
      }
  }
};

// --- 2. fused lanes: NV vectors side by side, every section of a frame before the next frame ----
template <class Form, class V, int NV> struct Fused final : Chain {
  static constexpr int W = lanes<V>::n * NV;
  using St = typename Form::template State<V>;
  struct Group { St s[NV][kSections]; };
  int C, groups;
  std::unique_ptr<Group[], aligned_delete<Group>> st;
  Coefs<V> k;
  explicit Fused(int channels) : C(channels), groups((channels + W - 1) / W),
      st(new (std::align_val_t(64)) Group[groups]) { reset(); }
  void reset() override { std::memset((void*)st.get(), 0, sizeof(Group) * groups); }

  __attribute__((noinline)) void run(Group& g, const double* x, double* y, int n, int sx, int sy) {
    St s[NV][kSections];            // local copy: lets the compiler keep state in registers
    std::memcpy((void*)s, (void*)g.s, sizeof s);
    for (int i = 0; i < n; ++i) {
      V v[NV];
#pragma GCC unroll 8
      for (int j = 0; j < NV; ++j) v[j] = load<V>(x + i * sx + j * lanes<V>::n);
#pragma GCC unroll 8
      for (int q = 0; q < kSections; ++q)
#pragma GCC unroll 8
        for (int j = 0; j < NV; ++j) {
          if (q == kBeforeRectifier) v[j] = vabs(v[j]);
          v[j] = Form::step(k.c[q], s[j][q], v[j]);
        }
#pragma GCC unroll 8
      for (int j = 0; j < NV; ++j) store(y + i * sy + j * lanes<V>::n, v[j]);
    }
    std::memcpy((void*)g.s, (void*)s, sizeof s);
  }
  void process(const double* x, double* y, int n) override {
    for (int g = 0; g < groups; ++g) {
      const int rest = std::min(W, C - g * W);
      if (rest == W) { run(st[g], x + g * W, y + g * W, n, C, C); continue; }
      alignas(64) double tile[64 * W];
      for (int i0 = 0; i0 < n; i0 += 64) {
        const int m = std::min(64, n - i0);
        std::memset(tile, 0, sizeof(double) * m * W);
        for (int i = 0; i < m; ++i) std::copy_n(x + (i0 + i) * C + g * W, rest, tile + i * W);
        run(st[g], tile, tile, m, W, W);
        for (int i = 0; i < m; ++i) std::copy_n(tile + i * W, rest, y + (i0 + i) * C + g * W);
      }
    }
  }
};

// --- 3. section-major tiles: K sections sweep a small tile with their state in registers; NV
//        vectors side by side and the overlap of the K sections hide the recursion latency --------
template <class Form, class V, int NV, int K = 1, int Tile = 32> struct Tiled final : Chain {
  static_assert(kSections % K == 0);
  static constexpr int W = lanes<V>::n * NV;
  using St = typename Form::template State<V>;
  struct Group { St s[kSections][NV]; };
  int C, groups;
  std::unique_ptr<Group[], aligned_delete<Group>> st;
  Coefs<V> k;
  explicit Tiled(int channels) : C(channels), groups((channels + W - 1) / W),
      st(new (std::align_val_t(64)) Group[groups]) { reset(); }
  void reset() override { std::memset((void*)st.get(), 0, sizeof(Group) * groups); }

  template <int First>
  void sweep(Group& g, const double* x, int sx, double* y, int sy, int n) const {
    V c[K][5];
    St s[K][NV];
#pragma GCC unroll 8
    for (int q = 0; q < K; ++q) {
#pragma GCC unroll 8
      for (int i = 0; i < 5; ++i) c[q][i] = k.c[First + q][i];
#pragma GCC unroll 8
      for (int j = 0; j < NV; ++j) s[q][j] = g.s[First + q][j];
    }
    for (int i = 0; i < n; ++i)
#pragma GCC unroll 8
      for (int j = 0; j < NV; ++j) {
        V v = load<V>(x + i * sx + j * lanes<V>::n);
#pragma GCC unroll 8
        for (int q = 0; q < K; ++q) {
          if (First + q == kBeforeRectifier) v = vabs(v);
          v = Form::step(c[q], s[q][j], v);
        }
        store(y + i * sy + j * lanes<V>::n, v);
      }
#pragma GCC unroll 8
    for (int q = 0; q < K; ++q)
#pragma GCC unroll 8
      for (int j = 0; j < NV; ++j) g.s[First + q][j] = s[q][j];
  }
  template <int First = 0>
  void sweeps(Group& g, const double* x, int sx, double* y, int sy, double* tile, int n) const {
    if constexpr (First + K == kSections) {
      sweep<First>(g, x, sx, y, sy, n);
    } else {
      sweep<First>(g, x, sx, tile, W, n);
      sweeps<First + K>(g, tile, W, y, sy, tile, n);
    }
  }
  void process(const double* x, double* y, int n) override {
    alignas(64) double tile[Tile * W];
    for (int g = 0; g < groups; ++g) {
      const int rest = std::min(W, C - g * W);
      for (int i0 = 0; i0 < n; i0 += Tile) {
        const int m = std::min(Tile, n - i0);
        const double* in = x + i0 * C + g * W;
        double* out = y + i0 * C + g * W;
        if (rest == W) { sweeps(st[g], in, C, out, C, tile, m); continue; }
        std::memset(tile, 0, sizeof(double) * m * W);
        for (int i = 0; i < m; ++i) std::copy_n(in + i * C, rest, tile + i * W);
        sweeps(st[g], tile, W, tile, W, tile, m);
        for (int i = 0; i < m; ++i) std::copy_n(tile + i * W, rest, out + i * C);
      }
    }
  }
};

// --- 4. direct lanes: state stays in memory, frame by frame over all channels; the fast path for
//        blocks of one frame, where copying state in and out of registers costs more than it saves --
template <class Form, class V> struct Direct final : Chain {
  static constexpr int W = lanes<V>::n;
  using St = typename Form::template State<V>;
  struct Group { St s[kSections]; };
  int C, full, rest;
  std::unique_ptr<Group[], aligned_delete<Group>> st;
  Coefs<V> k;
  explicit Direct(int channels) : C(channels), full(channels / W), rest(channels % W),
      st(new (std::align_val_t(64)) Group[full + (rest != 0)]) { reset(); }
  void reset() override { std::memset((void*)st.get(), 0, sizeof(Group) * (full + (rest != 0))); }
  ALWAYS_INLINE V frame(Group& g, V v) {
#pragma GCC unroll 8
    for (int q = 0; q < kSections; ++q) {
      if (q == kBeforeRectifier) v = vabs(v);
      v = Form::step(k.c[q], g.s[q], v);
    }
    return v;
  }
  void process(const double* x, double* y, int n) override {
    for (int i = 0; i < n; ++i, x += C, y += C) {
      for (int g = 0; g < full; ++g) store(y + g * W, frame(st[g], load<V>(x + g * W)));
      if (rest) {
        alignas(32) double t[W] = {};
        for (int c = 0; c < rest; ++c) t[c] = x[full * W + c];
        store(t, frame(st[full], load<V>(t)));
        for (int c = 0; c < rest; ++c) y[full * W + c] = t[c];
      }
    }
  }
};

// --- 5. one channel, sections across lanes, skewed by two samples a section ---------------------
// At step m section 5 works on sample m and section k on sample m + 2 (5 - k).  The lane shift is
// off the critical path because it has one whole step to finish.  Head and tail triangles run in
// scalar code with the same operations, so the result is bit-identical for every partition.
template <class Form> struct Skewed final : Chain {
  typename Form::template State<double> st[kSections];
  Coefs<double> k;
  explicit Skewed(int) { reset(); }
  void reset() override { std::memset((void*)st, 0, sizeof st); }
  static constexpr int D = 2, Lead = D * (kSections - 1);

  void process(const double* x, double* y, int n) override {
    if (n < 3 * Lead) {
      typename Form::template State<double> s[kSections];
      std::memcpy((void*)s, (void*)st, sizeof s);
      for (int i = 0; i < n; ++i) {
        double v = x[i];
#pragma GCC unroll 8
        for (int q = 0; q < kSections; ++q) {
          if (q == kBeforeRectifier) v = vabs(v);
          v = Form::step(k.c[q], s[q], v);
        }
        y[i] = v;
      }
      std::memcpy((void*)st, (void*)s, sizeof s);
      return;
    }
    // head: section q consumes samples [0, Lead - D q)
    double buf[Lead + D];
    double pend[kSections][D];      // outputs of section q not yet consumed by section q + 1
    for (int i = 0; i < Lead; ++i) buf[i] = x[i];
    for (int q = 0; q < kSections - 1; ++q) {
      const int m = Lead - D * q;
      for (int i = 0; i < m; ++i) buf[i] = Form::step(k.c[q], st[q], buf[i]);
      for (int d = 0; d < D; ++d) pend[q][d] = buf[m - D + d];
    }
    // lanes: A = sections 0..3, B = sections 4, 5
    auto lane4 = [&](int i) { return _mm256_setr_pd(kSos[0][i], kSos[1][i], kSos[2][i], kSos[3][i]); };
    auto lane2 = [&](int i) { return _mm_setr_pd(kSos[4][i], kSos[5][i]); };
    const f64x4 ca[5] = {lane4(0), lane4(1), lane4(2), lane4(3), lane4(4)};
    const __m128d cb[5] = {lane2(0), lane2(1), lane2(2), lane2(3), lane2(4)};
    const __m128d rect = _mm_castsi128_pd(_mm_set_epi64x(0x7fffffffffffffffLL, -1LL));
    typename Form::template State<f64x4> A = {_mm256_setr_pd(st[0].s1, st[1].s1, st[2].s1, st[3].s1),
                                              _mm256_setr_pd(st[0].s2, st[1].s2, st[2].s2, st[3].s2)};
    typename Form::template State<__m128d> B = {_mm_setr_pd(st[4].s1, st[5].s1), _mm_setr_pd(st[4].s2, st[5].s2)};
    auto pa = [&](int d) { return _mm256_setr_pd(0.0, pend[0][d], pend[1][d], pend[2][d]); };
    auto pb = [&](int d) { return _mm_setr_pd(pend[3][d], pend[4][d]); };
    f64x4 qa0 = pa(0), qa1 = pa(1);   // lane inputs of this step and of the next one
    __m128d qb0 = pb(0), qb1 = pb(1);
    const int steps = n - Lead;
    for (int m = 0; m < steps; ++m) {
      const f64x4 xa = _mm256_blend_pd(qa0, _mm256_broadcast_sd(x + m + Lead), 1);
      const __m128d xb = _mm_and_pd(qb0, rect);
      const f64x4 ya = Form::step(ca, A, xa);
      const __m128d yb = Form::step(cb, B, xb);
      qa0 = qa1; qb0 = qb1;
      qa1 = _mm256_permute4x64_pd(ya, 0x90);
      qb1 = _mm_shuffle_pd(_mm256_extractf128_pd(ya, 1), yb, 1);
      _mm_storeh_pd(y + m, yb);
    }
    // tail: section q still owes the last Lead - D (5 - q) = D q samples
    alignas(32) double t1[4], t2[4], u[2][4], w[2][2];
    _mm256_store_pd(t1, A.s1); _mm256_store_pd(t2, A.s2);
    for (int q = 0; q < 4; ++q) st[q] = {t1[q], t2[q]};
    _mm_storeu_pd(t1, B.s1); _mm_storeu_pd(t2, B.s2);
    st[4] = {t1[0], t2[0]}; st[5] = {t1[1], t2[1]};
    _mm256_store_pd(u[0], qa0); _mm256_store_pd(u[1], qa1);
    _mm_storeu_pd(w[0], qb0); _mm_storeu_pd(w[1], qb1);
    int have = 0;                     // section 0 is finished; buf holds what section q still gets
    for (int q = 1; q < kSections; ++q) {
      double in[Lead + D];
      for (int d = 0; d < D; ++d) in[d] = q < 4 ? u[d][q] : w[d][q - 4];
      for (int i = 0; i < have; ++i) in[D + i] = buf[i];
      have += D;
      for (int i = 0; i < have; ++i)
        buf[i] = Form::step(k.c[q], st[q], q == kBeforeRectifier ? vabs(in[i]) : in[i]);
    }
    std::copy_n(buf, Lead, y + steps);
  }
};

// --- 6. the same skew with direct form I: four cycles of recursion instead of eight -------------
struct SkewedDf1 final : Chain {
  Df1::State<double> st[kSections];
  Coefs<double> k;
  explicit SkewedDf1(int) { reset(); }
  void reset() override { std::memset((void*)st, 0, sizeof st); }
  static constexpr int D = 2, Lead = D * (kSections - 1);

  void process(const double* x, double* y, int n) override {
    if (n < 3 * Lead) {
      for (int i = 0; i < n; ++i) {
        double v = x[i];
#pragma GCC unroll 8
        for (int q = 0; q < kSections; ++q) {
          if (q == kBeforeRectifier) v = vabs(v);
          v = Df1::step(k.c[q], st[q], v);
        }
        y[i] = v;
      }
      return;
    }
    double buf[Lead + D], pend[kSections][D];
    for (int i = 0; i < Lead; ++i) buf[i] = x[i];
    for (int q = 0; q < kSections - 1; ++q) {
      const int m = Lead - D * q;
      for (int i = 0; i < m; ++i) buf[i] = Df1::step(k.c[q], st[q], buf[i]);
      for (int d = 0; d < D; ++d) pend[q][d] = buf[m - D + d];
    }
    auto lane4 = [&](int i) { return _mm256_setr_pd(kSos[0][i], kSos[1][i], kSos[2][i], kSos[3][i]); };
    auto lane2 = [&](int i) { return _mm_setr_pd(kSos[4][i], kSos[5][i]); };
    const f64x4 a0 = lane4(0), a1 = lane4(1), a2 = lane4(2), a3 = lane4(3), a4 = lane4(4);
    const __m128d b0 = lane2(0), b1 = lane2(1), b2 = lane2(2), b3 = lane2(3), b4 = lane2(4);
    const __m128d rect = _mm_castsi128_pd(_mm_set_epi64x(0x7fffffffffffffffLL, -1LL));
    auto s4 = [&](double Df1::State<double>::*f) { return _mm256_setr_pd(st[0].*f, st[1].*f, st[2].*f, st[3].*f); };
    auto s2 = [&](double Df1::State<double>::*f) { return _mm_setr_pd(st[4].*f, st[5].*f); };
    using S = Df1::State<double>;
    f64x4 AX1 = s4(&S::x1), AX2 = s4(&S::x2), AY1 = s4(&S::y1), AY2 = s4(&S::y2);
    __m128d BX1 = s2(&S::x1), BX2 = s2(&S::x2), BY1 = s2(&S::y1), BY2 = s2(&S::y2);
    auto pa = [&](int d) { return _mm256_setr_pd(0.0, pend[0][d], pend[1][d], pend[2][d]); };
    auto pb = [&](int d) { return _mm_setr_pd(pend[3][d], pend[4][d]); };
    f64x4 qa0 = pa(0), qa1 = pa(1);
    __m128d qb0 = pb(0), qb1 = pb(1);
    const int steps = n - Lead;
    for (int m = 0; m < steps; ++m) {
      const f64x4 xa = _mm256_blend_pd(qa0, _mm256_broadcast_sd(x + m + Lead), 1);
      const __m128d xb = _mm_and_pd(qb0, rect);
      const f64x4 fa = madd(a0, xa, madd(a1, AX1, _mm256_mul_pd(a2, AX2)));
      const __m128d fb = madd(b0, xb, madd(b1, BX1, _mm_mul_pd(b2, BX2)));
      const f64x4 ya = nmadd(a3, AY1, nmadd(a4, AY2, fa));
      const __m128d yb = nmadd(b3, BY1, nmadd(b4, BY2, fb));
      AX2 = AX1; AX1 = xa; AY2 = AY1; AY1 = ya;
      BX2 = BX1; BX1 = xb; BY2 = BY1; BY1 = yb;
      qa0 = qa1; qb0 = qb1;
      qa1 = _mm256_permute4x64_pd(ya, 0x90);
      qb1 = _mm_shuffle_pd(_mm256_extractf128_pd(ya, 1), yb, 1);
      _mm_storeh_pd(y + m, yb);
    }
    alignas(32) double t[4][4], r[4][2], u[2][4], w[2][2];
    _mm256_store_pd(t[0], AX1); _mm256_store_pd(t[1], AX2); _mm256_store_pd(t[2], AY1); _mm256_store_pd(t[3], AY2);
    _mm_storeu_pd(r[0], BX1); _mm_storeu_pd(r[1], BX2); _mm_storeu_pd(r[2], BY1); _mm_storeu_pd(r[3], BY2);
    for (int q = 0; q < 4; ++q) st[q] = {t[0][q], t[1][q], t[2][q], t[3][q]};
    for (int q = 0; q < 2; ++q) st[4 + q] = {r[0][q], r[1][q], r[2][q], r[3][q]};
    _mm256_store_pd(u[0], qa0); _mm256_store_pd(u[1], qa1);
    _mm_storeu_pd(w[0], qb0); _mm_storeu_pd(w[1], qb1);
    int have = 0;
    for (int q = 1; q < kSections; ++q) {
      double in[Lead + D];
      for (int d = 0; d < D; ++d) in[d] = q < 4 ? u[d][q] : w[d][q - 4];
      for (int i = 0; i < have; ++i) in[D + i] = buf[i];
      have += D;
      for (int i = 0; i < have; ++i)
        buf[i] = Df1::step(k.c[q], st[q], q == kBeforeRectifier ? vabs(in[i]) : in[i]);
    }
    std::copy_n(buf, Lead, y + steps);
  }
};

// ---------------------------------------------------------------------------------------------
// Harness
static double now_ns() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
static double core_ghz() {            // a chain of dependent 1-cycle adds
  double best = 0;
  for (int r = 0; r < 150; ++r) {       // long enough for the clock to ramp up
    const long n = 1000000;
    unsigned long a = r;
    const double t0 = now_ns();
    for (long i = 0; i < n; ++i) asm volatile("add $1,%0\n\tadd $1,%0\n\tadd $1,%0\n\tadd $1,%0" : "+r"(a));
    best = std::max(best, 4.0 * n / (now_ns() - t0));
  }
  return best;
}
template <class F> static double best_ns(F&& pass, double work, int repeats = 15, double min_ns = 4e6) {
  pass();
  int inner = 1;
  for (;; inner *= 2) {
    const double t0 = now_ns();
    for (int i = 0; i < inner; ++i) pass();
    if (now_ns() - t0 > min_ns) break;
  }
  double best = 1e300;
  for (int r = 0; r < repeats; ++r) {
    const double t0 = now_ns();
    for (int i = 0; i < inner; ++i) pass();
    best = std::min(best, (now_ns() - t0) / inner);
  }
  return best / work;
}

static std::vector<double> signal(int n, unsigned seed) {
  std::mt19937 rng(seed);
  std::normal_distribution<double> d(0.0, 1e-4);
  std::vector<double> v(n);
  for (auto& e : v) e = d(rng);
  return v;
}

using Maker = std::function<std::unique_ptr<Chain>(int)>;
struct Impl { std::string name; Maker make; int only_channels; std::string form; };

template <class T> static Maker mk() { return [](int c) { return std::unique_ptr<Chain>(new T(c)); }; }

static std::vector<Impl> impls() {
  return {
      {"naive tdf2", mk<Naive<Tdf2>>(), 0, "tdf2"},
      {"naive scipy", mk<Naive<SciPy>>(), 0, "scipy"},
      {"fused tdf2 1x1", mk<Fused<Tdf2, double, 1>>(), 0, "tdf2"},
      {"fused scipy 1x1", mk<Fused<SciPy, double, 1>>(), 0, "scipy"},
      {"tiled tdf2 1x1 k3", mk<Tiled<Tdf2, double, 1, 3>>(), 0, "tdf2"},
      {"tiled scipy 1x1 k3", mk<Tiled<SciPy, double, 1, 3>>(), 0, "scipy"},
      {"skewed tdf2 (1 ch)", mk<Skewed<Tdf2>>(), 1, "tdf2"},
      {"skewed scipy (1 ch)", mk<Skewed<SciPy>>(), 1, "scipy"},
      {"skewed df1 (1 ch)", mk<SkewedDf1>(), 1, "df1"},
      {"direct tdf2 4x", mk<Direct<Tdf2, f64x4>>(), 0, "tdf2"},
      {"direct scipy 4x", mk<Direct<SciPy, f64x4>>(), 0, "scipy"},
      {"fused tdf2 4x1", mk<Fused<Tdf2, f64x4, 1>>(), 0, "tdf2"},
      {"fused scipy 4x1", mk<Fused<SciPy, f64x4, 1>>(), 0, "scipy"},
      {"tiled tdf2 4x1 k2", mk<Tiled<Tdf2, f64x4, 1, 2>>(), 0, "tdf2"},
      {"tiled tdf2 4x1 k3", mk<Tiled<Tdf2, f64x4, 1, 3>>(), 0, "tdf2"},
      {"tiled tdf2 4x2 k1", mk<Tiled<Tdf2, f64x4, 2>>(), 0, "tdf2"},
      {"tiled tdf2 4x2 k2", mk<Tiled<Tdf2, f64x4, 2, 2>>(), 0, "tdf2"},
      {"tiled tdf2 4x4 k1", mk<Tiled<Tdf2, f64x4, 4>>(), 0, "tdf2"},
      {"tiled df1 4x2 k1", mk<Tiled<Df1, f64x4, 2>>(), 0, "df1"},
      {"tiled scipy 4x1 k2", mk<Tiled<SciPy, f64x4, 1, 2>>(), 0, "scipy"},
      {"tiled scipy 4x1 k3", mk<Tiled<SciPy, f64x4, 1, 3>>(), 0, "scipy"},
      {"tiled scipy 4x2 k1", mk<Tiled<SciPy, f64x4, 2>>(), 0, "scipy"},
      {"tiled scipy 4x2 k2", mk<Tiled<SciPy, f64x4, 2, 2>>(), 0, "scipy"},
      {"tiled scipy 4x4 k1", mk<Tiled<SciPy, f64x4, 4>>(), 0, "scipy"},
  };
}

static int check() {
  int bad = 0;
  for (int C : {1, 3, 5, 8, 16, 21, 64}) {
    const int n = 1537;
    const auto x = signal(n * C, 7);
    std::vector<double> ref_t(n * C), ref_d(n * C), ref_s(n * C);
    Naive<Tdf2>(C).process(x.data(), ref_t.data(), n);
    Naive<Df1>(C).process(x.data(), ref_d.data(), n);
    Naive<SciPy>(C).process(x.data(), ref_s.data(), n);
    double scale = 0, diff = 0;
    for (int i = 0; i < n * C; ++i) {
      scale = std::max(scale, std::fabs(ref_t[i]));
      diff = std::max(diff, std::fabs(ref_t[i] - ref_d[i]));
    }
    for (auto& im : impls()) {
      if (im.only_channels && im.only_channels != C) continue;
      const auto& ref = im.form == "tdf2" ? ref_t : im.form == "df1" ? ref_d : ref_s;
      for (unsigned part = 0; part < 6; ++part) {
        auto p = im.make(C);
        std::vector<double> y(n * C);
        std::mt19937 rng(part);
        for (int i = 0; i < n;) {
          const int m = part == 0 ? n : part == 1 ? 1 : part == 2 ? 16 : 1 + int(rng() % 200);
          const int take = std::min(m, n - i);
          p->process(x.data() + i * C, y.data() + i * C, take);
          i += take;
        }
        if (std::memcmp(y.data(), ref.data(), sizeof(double) * n * C)) {
          std::printf("MISMATCH %s C=%d partition=%u\n", im.name.c_str(), C, part);
          ++bad;
        }
      }
    }
    if (C == 64) {                    // the same on every compiler and instruction set, or not
      auto fnv = [](const std::vector<double>& v) {
        unsigned long long h = 1469598103934665603ULL;
        for (double d : v) { unsigned long long b; std::memcpy(&b, &d, 8); h = (h ^ b) * 1099511628211ULL; }
        return h;
      };
      std::printf("# output hashes: tdf2 %016llx df1 %016llx scipy %016llx\n", fnv(ref_t), fnv(ref_d), fnv(ref_s));
    }
    if (C == 1) std::printf("# tdf2 vs df1: max |difference| / max |output| = %.2e\n", diff / scale);
  }
  std::printf("# bit identity over forms, widths and partitions: %s\n", bad ? "FAILED" : "ok");
  return bad;
}

static void bench_chain() {
  std::printf("\nchain, ns per sample and channel (min of runs)\n%-22s", "implementation");
  for (int C : {1, 8, 16, 64})
    for (int B : {1, 16, 64, 256}) std::printf(" %3dx%-4d", C, B);
  std::printf("\n");
  for (auto& im : impls()) {
    std::printf("%-22s", im.name.c_str());
    for (int C : {1, 8, 16, 64})
      for (int B : {1, 16, 64, 256}) {
        if (im.only_channels && im.only_channels != C) { std::printf(" %8s", "-"); continue; }
        const int n = std::max(256, 4096 / C);
        const auto x = signal(n * C, 3);
        std::vector<double> y(n * C);
        auto p = im.make(C);
        const double ns = best_ns([&] {
          for (int i = 0; i < n; i += B) p->process(x.data() + i * C, y.data() + i * C, B);
        }, double(n) * C);
        std::printf(" %8.3f", ns);
      }
    std::printf("\n");
    std::fflush(stdout);
  }
}

// ---------------------------------------------------------------------------------------------
// Other kernels, each over C interleaved channels, lanes across channels where that is possible.
template <class F> static void row(const char* name, F&& f) {
  std::printf("%-34s", name);
  for (int C : {1, 8, 64}) {
    const int n = std::max(512, 8192 / C);
    const auto x = signal(n * C, 11);
    std::vector<double> y(n * C);
    auto pass = f(C);
    std::printf(" %8.3f", best_ns([&] { pass(x.data(), y.data(), n); }, double(n) * C));
  }
  std::printf("\n");
}

// Vectorisable per-channel inner loop: `n` frames, channel index innermost.
static void bench_kernels() {
  std::printf("\nother kernels, ns per sample and channel      C=1      C=8     C=64\n");
  constexpr int W = 200;               // 100 ms at 2 kHz
  row("moving RMS, add/subtract", [](int C) {
    auto ring = std::make_shared<std::vector<double>>(W * C, 0.0);
    auto sum = std::make_shared<std::vector<double>>(C, 0.0);
    auto pos = std::make_shared<int>(0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      for (int i = 0; i < n; ++i) {
        double* __restrict r = ring->data() + *pos * C;
        double* __restrict s = sum->data();
        for (int c = 0; c < C; ++c) {
          const double q = x[i * C + c] * x[i * C + c];
          s[c] += q - r[c];
          r[c] = q;
          y[i * C + c] = std::sqrt(std::max(0.0, s[c]) * (1.0 / W));
        }
        *pos = *pos + 1 == W ? 0 : *pos + 1;
      }
    };
  });
  row("moving RMS, Neumaier add/subtract", [](int C) {
    auto ring = std::make_shared<std::vector<double>>(W * C, 0.0);
    auto sum = std::make_shared<std::vector<double>>(2 * C, 0.0);
    auto pos = std::make_shared<int>(0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      for (int i = 0; i < n; ++i) {
        double* __restrict r = ring->data() + *pos * C;
        double* __restrict s = sum->data();
        double* __restrict e = sum->data() + C;
        for (int c = 0; c < C; ++c) {
          const double q = x[i * C + c] * x[i * C + c];
          auto two_sum = [](double a, double b, double& err) {   // Knuth, branch free
            const double t = a + b, z = t - a;
            err += (a - (t - z)) + (b - z);
            return t;
          };
          double acc = two_sum(s[c], q, e[c]);
          acc = two_sum(acc, -r[c], e[c]);
          s[c] = acc;
          r[c] = q;
          y[i * C + c] = std::sqrt(std::max(0.0, acc + e[c]) * (1.0 / W));
        }
        *pos = *pos + 1 == W ? 0 : *pos + 1;
      }
    };
  });
  row("moving RMS, two sums (no subtract)", [](int C) {
    // window = tail of the previous block (suffix sums, written once a block) + head of this one
    auto ring = std::make_shared<std::vector<double>>(W * C, 0.0);
    auto head = std::make_shared<std::vector<double>>(C, 0.0);
    auto pos = std::make_shared<int>(0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      for (int i = 0; i < n; ++i) {
        double* __restrict r = ring->data() + *pos * C;      // slot p still holds a suffix sum
        double* __restrict h = head->data();
        const double* __restrict nx = *pos + 1 == W ? nullptr : r + C;
        for (int c = 0; c < C; ++c) {
          const double q = x[i * C + c] * x[i * C + c];
          h[c] += q;
          const double tail = nx ? nx[c] : 0.0;
          r[c] = q;
          y[i * C + c] = std::sqrt((h[c] + tail) * (1.0 / W));
        }
        if (++*pos == W) {               // turn the finished block into suffix sums
          *pos = 0;
          double* a = ring->data();
          for (int k = W - 2; k >= 0; --k)
            for (int c = 0; c < C; ++c) a[k * C + c] += a[(k + 1) * C + c];
          std::fill(head->begin(), head->end(), 0.0);
        }
      }
    };
  });
  row("TKEO x1^2 - x0 x2", [](int C) {
    auto d = std::make_shared<std::vector<double>>(2 * C, 0.0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      double* __restrict z1 = d->data();
      double* __restrict z2 = d->data() + C;
      for (int i = 0; i < n; ++i)
        for (int c = 0; c < C; ++c) {
          const double v = x[i * C + c];
          y[i * C + c] = z1[c] * z1[c] - v * z2[c];
          z2[c] = z1[c];
          z1[c] = v;
        }
    };
  });
  row("TKEO, reading the block itself", [](int C) {
    auto d = std::make_shared<std::vector<double>>(2 * C, 0.0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      double* z = d->data();             // z[0..C) = x[-2], z[C..2C) = x[-1]
      auto at = [&](int i, int c) { return i < 0 ? z[(i + 2) * C + c] : x[i * C + c]; };
      for (int i = 0; i < std::min(2, n); ++i)
        for (int c = 0; c < C; ++c) y[i * C + c] = at(i - 1, c) * at(i - 1, c) - at(i, c) * at(i - 2, c);
      for (int i = 2 * C; i < n * C; ++i) y[i] = x[i - C] * x[i - C] - x[i] * x[i - 2 * C];
      if (n >= 2) std::copy_n(x + (n - 2) * C, 2 * C, z);
      else for (int c = 0; c < C; ++c) { z[c] = z[C + c]; z[C + c] = x[c]; }
    };
  });
  row("AR(6) whitening, direct", [](int C) {
    auto d = std::make_shared<std::vector<double>>(6 * C, 0.0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      static constexpr double a[6] = {-1.1, 0.62, -0.21, 0.13, -0.07, 0.02};
      const double* z = d->data();
      auto at = [&](int i, int c) { return i < 0 ? z[(i + 6) * C + c] : x[i * C + c]; };
      const int h = std::min(6, n);
      for (int i = 0; i < h; ++i)
        for (int c = 0; c < C; ++c) {
          double s = x[i * C + c];
          for (int k = 1; k <= 6; ++k) s = madd(a[k - 1], at(i - k, c), s);
          y[i * C + c] = s;
        }
      for (int i = 6 * C; i < n * C; ++i) {
        double s = x[i];
        for (int k = 1; k <= 6; ++k) s = madd(a[k - 1], x[i - k * C], s);
        y[i] = s;
      }
      if (n >= 6) std::copy_n(x + (n - 6) * C, 6 * C, d->data());
    };
  });
  row("median of 3, min/max network", [](int C) {
    auto d = std::make_shared<std::vector<double>>(2 * C, 0.0);
    return [=](const double* __restrict x, double* __restrict y, int n) {
      double* z = d->data();
      auto med = [](double a, double b, double c) { const double lo = a < b ? a : b, hi = a < b ? b : a; const double m = hi < c ? hi : c; return lo > m ? lo : m; };
      auto at = [&](int i, int c) { return i < 0 ? z[(i + 2) * C + c] : x[i * C + c]; };
      for (int i = 0; i < std::min(2, n); ++i)
        for (int c = 0; c < C; ++c) y[i * C + c] = med(at(i, c), at(i - 1, c), at(i - 2, c));
      for (int i = 2 * C; i < n * C; ++i) y[i] = med(x[i], x[i - C], x[i - 2 * C]);
      if (n >= 2) std::copy_n(x + (n - 2) * C, 2 * C, z);
    };
  });
  auto sorted_median = [](int N) {
    return [N](int C) {
      auto win = std::make_shared<std::vector<double>>(N * C, 0.0);   // time order, per channel
      auto ord = std::make_shared<std::vector<double>>(N * C, 0.0);   // sorted, per channel
      auto pos = std::make_shared<int>(0);
      return [=](const double* x, double* y, int n) {
        for (int i = 0; i < n; ++i) {
          for (int c = 0; c < C; ++c) {
            double* w = win->data() + c * N;
            double* o = ord->data() + c * N;
            const double old = w[*pos], v = x[i * C + c];
            w[*pos] = v;
            double* p = std::lower_bound(o, o + N, old);
            if (v > old) { double* q = std::lower_bound(p + 1, o + N, v); std::memmove(p, p + 1, (q - p - 1) * sizeof(double)); q[-1] = v; }
            else { double* q = std::lower_bound(o, p, v); std::memmove(q + 1, q, (p - q) * sizeof(double)); *q = v; }
            y[i * C + c] = o[N / 2];
          }
          *pos = *pos + 1 == N ? 0 : *pos + 1;
        }
      };
    };
  };
  row("median of 5, sorted window", sorted_median(5));
  row("median of 31, sorted window", sorted_median(31));
  row("median of 101, sorted window", sorted_median(101));
}

static int run_one(const std::string& kernel, int channels, int block, int blocks) {
  for (auto& im : impls()) {
    if (im.name != kernel) continue;
    const auto x = signal(block * channels, 3);
    std::vector<double> y(x.size());
    auto p = im.make(channels);
    p->process(x.data(), y.data(), block);
    const std::clock_t began = std::clock();
    for (int i = 1; i < blocks; ++i) p->process(x.data(), y.data(), block);
    const double ns = double(std::clock() - began) / CLOCKS_PER_SEC * 1e9 / (double(blocks - 1) * block * channels);
    std::printf("%s: %d blocks of %d frames, %d channels, last output %.17g, %.4f ns a sample\n", kernel.c_str(), blocks, block, channels, y.back(), ns);
    return 0;
  }
  std::printf("no kernel \"%s\"\n", kernel.c_str());
  return 2;
}

int main(int argc, char** argv) {
  if (argc == 5) return run_one(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]));
  const double ghz = core_ghz();
  const int mul = kSections * 5;      // multiplies (fused or not) per sample and channel
  std::printf("# core %.2f GHz measured; USE_FMA=%d; %d multiply-type operations a sample\n", ghz, USE_FMA, mul);
  std::printf("# bounds, two FMA pipes: scalar %.1f cycles = %.3f ns, 4 lanes %.2f cycles = %.3f ns a sample and channel\n",
              mul / 2.0, mul / 2.0 / ghz, mul / 8.0, mul / 8.0 / ghz);
  if (check()) return 1;
  bench_chain();
  bench_kernels();
}
