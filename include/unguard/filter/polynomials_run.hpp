// SPDX-License-Identifier: Apache-2.0
// The inner loop of a filter given as polynomials, transposed direct form II. Lanes are channels, never time, and every
// lane does
//   y = z1 + b0 x;  zk = (z(k+1) + x bk) - y ak;  zn = x bn - y an
// in double without contraction: the operation order of scipy.signal.lfilter, so the same coefficients give the same
// bits. Cost: 4 operations a channel, sample and order. Latency: group delay.
#pragma once

#include <algorithm>
#include <cstdint>

#include "unguard/core/simd.hpp"
#include "unguard/filter/sos_run.hpp"

namespace unguard {

// The highest order there is a loop for.
inline constexpr int max_polynomial_order = 4;

// n interleaved frames of `channels` from x to y (which may be x); b and a hold order + 1 numbers, a[0] = 1. The state
// holds `order` doubles a lane; polynomials_state_size() says how many in all.
using PolynomialsRun = void (*)(const double* b, const double* a, int order, int channels, double* state,
                                const double* x, double* y, std::int64_t n) noexcept;

// Channels are taken 8 at a time, which fills the time that one waits for itself, then 4 or 1; a last group with fewer
// is padded.
constexpr int polynomials_group(int channels_left) { return channels_left > 4 ? 8 : channels_left > 1 ? 4 : 1; }
constexpr std::int64_t polynomials_state_size(int order, int channels) {
  std::int64_t lanes = 0;
  for (int c = 0; c < channels; c += polynomials_group(channels - c)) lanes += polynomials_group(channels - c);
  return lanes * order;
}

inline namespace UNGUARD_ISA {
namespace polynomials_run_detail {

// `N` vectors of channels side by side over n frames. State: [order][lane].
template <class V, int N, int Order>
UNGUARD_INLINE void sweep(const double* b, const double* a, double* state, const double* x, std::int64_t x_step,
                          double* y, std::int64_t y_step, std::int64_t n) {
  using L = sos_detail::Lanes<V>;
  constexpr int width = L::count * N, last = Order - 1;
  V feed[Order + 1], back[Order + 1], z[Order > 0 ? Order : 1][N];
#pragma GCC unroll 8
  for (int k = 0; k <= Order; ++k) {
    feed[k] = L::fill(b[k]);
    back[k] = L::fill(a[k]);
  }
#pragma GCC unroll 8
  for (int k = 0; k < Order; ++k)
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) z[k][j] = L::load(state + k * width + j * L::count);
  for (std::int64_t i = 0; i < n; ++i, x += x_step, y += y_step) {
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      const V v = L::load(x + j * L::count);
      if constexpr (Order == 0) {
        L::store(y + j * L::count, feed[0] * v);
      } else {
        const V out = z[0][j] + feed[0] * v;
#pragma GCC unroll 8
        for (int k = 0; k < last; ++k) z[k][j] = (z[k + 1][j] + v * feed[k + 1]) - out * back[k + 1];
        z[last][j] = v * feed[Order] - out * back[Order];
        L::store(y + j * L::count, out);
      }
    }
  }
  // The compiler without optimisation takes the loop of order 0 for one that runs.
  if constexpr (Order > 0) {
#pragma GCC unroll 8
    for (int k = 0; k < Order; ++k)
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) L::store(state + k * width + j * L::count, z[k][j]);
  }
}

// A group with `lanes` real channels: in place, or through a tile whose other lanes are zero.
template <class V, int N, int Order>
UNGUARD_INLINE void group(const double* b, const double* a, double* state, const double* x, double* y,
                          std::int64_t channels, std::int64_t n, int lanes) {
  constexpr int width = sos_detail::Lanes<V>::count * N;
  if (lanes == width) return sweep<V, N, Order>(b, a, state, x, channels, y, channels, n);
  alignas(64) double tile[sos_detail::tile_frames * width] = {};
  for (std::int64_t i = 0; i < n; i += sos_detail::tile_frames) {
    const std::int64_t m = std::min<std::int64_t>(sos_detail::tile_frames, n - i);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(x + (i + f) * channels, lanes, tile + f * width);
    sweep<V, N, Order>(b, a, state, tile, width, tile, width, m);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(tile + f * width, lanes, y + (i + f) * channels);
  }
}

template <int Order>
UNGUARD_INLINE void all_groups(const double* b, const double* a, int channels, double* state, const double* x,
                               double* y, std::int64_t n) {
  for (int c = 0; c < channels;) {
    const int size = polynomials_group(channels - c);
    const int lanes = std::min(size, channels - c);
    if (size == 8)
      group<f64x4, 2, Order>(b, a, state, x + c, y + c, channels, n, lanes);
    else if (size == 4)
      group<f64x4, 1, Order>(b, a, state, x + c, y + c, channels, n, lanes);
    else
      group<double, 1, Order>(b, a, state, x + c, y + c, channels, n, lanes);
    state += std::int64_t{Order} * size;
    c += size;
  }
}

}  // namespace polynomials_run_detail

inline void run_polynomials(const double* b, const double* a, int order, int channels, double* state, const double* x,
                            double* y, std::int64_t n) noexcept {
  using namespace polynomials_run_detail;
  switch (order) {
    case 0:
      return all_groups<0>(b, a, channels, state, x, y, n);
    case 1:
      return all_groups<1>(b, a, channels, state, x, y, n);
    case 2:
      return all_groups<2>(b, a, channels, state, x, y, n);
    case 3:
      return all_groups<3>(b, a, channels, state, x, y, n);
    default:
      return all_groups<max_polynomial_order>(b, a, channels, state, x, y, n);
  }
}

}  // namespace UNGUARD_ISA

#if defined(UNGUARD_COMPILED_KERNELS)
// As built for the best instruction set of this machine; in the library unguard::kernels.
PolynomialsRun best_polynomials_run() noexcept;
#else
// As the including file was built; files built for different machines must not share the answer.
inline namespace UNGUARD_ISA {
inline PolynomialsRun best_polynomials_run() noexcept { return &run_polynomials; }
}  // namespace UNGUARD_ISA
#endif

}  // namespace unguard
