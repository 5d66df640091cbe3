// SPDX-License-Identifier: Apache-2.0
// The inner loops of the second-order-section filter. Lanes are channels, never time, and every lane does
//   y = b0 x + s1;  s1 = (b1 x - a1 y) + s2;  s2 = b2 x - a2 y
// in double without contraction: the operation order of scipy.signal.sosfilt, so the same coefficients give the same
// bits. Few frames: state in place. Many: tiles of 32 frames, some sections a sweep with their state in registers.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "unguard/core/simd.hpp"

namespace unguard {

// `sections` rows of {b0, b1, b2, a1, a2}. Before one of them the signal may be rectified, |x|: an envelope behind its
// band-pass is one cascade.
struct Cascade {
  const double* rows;
  int sections;
  int rectified = -1;  // before none
};

// n interleaved frames of `channels` from x to y (which may be x) through a cascade. The state holds 2 x sections
// doubles a lane; sos_state_size() says how many in all.
using SosRun = void (*)(const Cascade& cascade, int channels, double* state, const double* x, double* y,
                        std::int64_t n) noexcept;

// Channels are taken 16 at a time, then 8, 4 or 1; a last group with fewer is padded.
constexpr int sos_group(int channels_left) {
  return channels_left >= 16 ? 16 : channels_left > 4 ? 8 : channels_left > 1 ? 4 : 1;
}
constexpr std::int64_t sos_state_size(int sections, int channels) {
  std::int64_t lanes = 0;
  for (int c = 0; c < channels; c += sos_group(channels - c)) lanes += sos_group(channels - c);
  return 2 * lanes * sections;
}

inline namespace UNGUARD_ISA {
namespace sos_detail {

constexpr int tile_frames = 32;

template <class V>
struct Lanes;
template <>
struct Lanes<double> {
  static constexpr int count = 1;
  static UNGUARD_INLINE double load(const double* p) { return *p; }
  static UNGUARD_INLINE void store(double* p, double v) { *p = v; }
  static UNGUARD_INLINE double fill(double s) { return s; }
  static UNGUARD_INLINE double magnitude(double v) { return std::fabs(v); }
};
template <>
struct Lanes<f64x4> {
  static constexpr int count = 4;
  static UNGUARD_INLINE f64x4 load(const double* p) { return load4(p); }
  static UNGUARD_INLINE void store(double* p, const f64x4& v) { store4(p, v); }
  static UNGUARD_INLINE f64x4 fill(double s) { return fill4(s); }
  static UNGUARD_INLINE f64x4 magnitude(const f64x4& v) { return abs4(v); }
};

template <class V>
struct Coefficients {
  V b0, b1, b2, a1, a2;
  UNGUARD_INLINE explicit Coefficients(const double* row)
      : b0(Lanes<V>::fill(row[0])),
        b1(Lanes<V>::fill(row[1])),
        b2(Lanes<V>::fill(row[2])),
        a1(Lanes<V>::fill(row[3])),
        a2(Lanes<V>::fill(row[4])) {}
};

template <class V>
UNGUARD_INLINE void step(const Coefficients<V>& c, V& s1, V& s2, V& v) {
  const V y = c.b0 * v + s1;
  s1 = (c.b1 * v - c.a1 * y) + s2;
  s2 = c.b2 * v - c.a2 * y;
  v = y;
}

// `K` sections over n frames, `N` vectors of channels side by side, rectified before section R of them (-1: nowhere).
// State: [section][s1 | s2][lane].
template <class V, int N, int K, int R = -1>
UNGUARD_INLINE void sweep(const double* rows, double* state, const double* x, std::int64_t x_step, double* y,
                          std::int64_t y_step, std::int64_t n) {
  using L = Lanes<V>;
  constexpr int width = L::count * N;
  const auto c = [&]<std::size_t... Q>(std::index_sequence<Q...>) {
    return std::array<Coefficients<V>, K>{Coefficients<V>(rows + 5 * Q)...};
  }
  (std::make_index_sequence<K>{});
  V s1[K][N], s2[K][N];
#pragma GCC unroll 8
  for (int q = 0; q < K; ++q)
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      s1[q][j] = L::load(state + 2 * q * width + j * L::count);
      s2[q][j] = L::load(state + (2 * q + 1) * width + j * L::count);
    }
  for (std::int64_t i = 0; i < n; ++i, x += x_step, y += y_step) {
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      V v = L::load(x + j * L::count);
#pragma GCC unroll 8
      for (int q = 0; q < K; ++q) {
        if (q == R) v = L::magnitude(v);
        step(c[q], s1[q][j], s2[q][j], v);
      }
      L::store(y + j * L::count, v);
    }
  }
#pragma GCC unroll 8
  for (int q = 0; q < K; ++q)
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      L::store(state + 2 * q * width + j * L::count, s1[q][j]);
      L::store(state + (2 * q + 1) * width + j * L::count, s2[q][j]);
    }
}

// The same, rectified before a section known only when running; at most three sections a sweep.
template <class V, int N, int K>
UNGUARD_INLINE void sweep_rectified(int before, const double* rows, double* state, const double* x, std::int64_t x_step,
                                    double* y, std::int64_t y_step, std::int64_t n) {
  static_assert(K <= 3);
  if (before == 0)
    sweep<V, N, K, 0>(rows, state, x, x_step, y, y_step, n);
  else if (K > 1 && before == 1)
    sweep<V, N, K, 1>(rows, state, x, x_step, y, y_step, n);
  else if (K > 2 && before == 2)
    sweep<V, N, K, 2>(rows, state, x, x_step, y, y_step, n);
  else
    sweep<V, N, K>(rows, state, x, x_step, y, y_step, n);
}

// All sections over at most tile_frames frames: the first sweep reads x, the last writes y, the tile lies between.
template <class V, int N, int K>
UNGUARD_INLINE void tile(const Cascade& cascade, double* state, const double* x, std::int64_t x_step, double* y,
                         std::int64_t y_step, std::int64_t n) {
  constexpr int width = Lanes<V>::count * N;
  alignas(64) double between[tile_frames * width];
  const double* from = x;
  std::int64_t from_step = x_step;
  for (int q = 0; q < cascade.sections;) {
    // An odd cascade ends in three sections a sweep: one alone would wait for its own recursion.
    const int left = cascade.sections - q;
    const int taken = K == 2 && left == 3 ? 3 : left >= K ? K : 1;
    const int next = q + taken;
    double* to = next >= cascade.sections ? y : between;
    const std::int64_t to_step = next >= cascade.sections ? y_step : width;
    const int before = cascade.rectified - q;
    const double* r = cascade.rows + 5 * q;
    double* s = state + 2 * q * width;
    if (K == 2 && taken == 3)
      sweep_rectified<V, N, 3>(before, r, s, from, from_step, to, to_step, n);
    else if (taken == K)
      sweep_rectified<V, N, K>(before, r, s, from, from_step, to, to_step, n);
    else
      sweep_rectified<V, N, 1>(before, r, s, from, from_step, to, to_step, n);
    from = to;
    from_step = to_step;
    q = next;
  }
}

// Frame by frame with the state in memory: for blocks too short to load and store it at a profit.
template <class V, int N>
UNGUARD_INLINE void direct(const Cascade& cascade, double* state, const double* x, std::int64_t x_step, double* y,
                           std::int64_t y_step, std::int64_t n) {
  using L = Lanes<V>;
  constexpr int width = L::count * N;
  for (std::int64_t i = 0; i < n; ++i, x += x_step, y += y_step) {
    V v[N];
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) v[j] = L::load(x + j * L::count);
    for (int q = 0; q < cascade.sections; ++q) {
      const Coefficients<V> c(cascade.rows + 5 * q);
      double* s = state + 2 * q * width;
      if (q == cascade.rectified)
#pragma GCC unroll 8
        for (int j = 0; j < N; ++j) v[j] = L::magnitude(v[j]);
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) {
        V s1 = L::load(s + j * L::count), s2 = L::load(s + width + j * L::count);
        step(c, s1, s2, v[j]);
        L::store(s + j * L::count, s1);
        L::store(s + width + j * L::count, s2);
      }
    }
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) L::store(y + j * L::count, v[j]);
  }
}

template <class V, int N, int K>
UNGUARD_INLINE void full_group(const Cascade& cascade, double* state, const double* x, double* y, std::int64_t channels,
                               std::int64_t n) {
  if (n < 4) return direct<V, N>(cascade, state, x, channels, y, channels, n);
  for (std::int64_t i = 0; i < n; i += tile_frames)
    tile<V, N, K>(cascade, state, x + i * channels, channels, y + i * channels, channels,
                  std::min<std::int64_t>(tile_frames, n - i));
}

// The first `sections` of a cascade, at most six, in one sweep, rectified before the last of them. A function of its
// own: among the sweeps below, it costs them registers.
template <class V>
UNGUARD_NOINLINE void sweep_to_rectified(int sections, const double* r, double* s, const double* x, double* y,
                                         std::int64_t channels, std::int64_t n) {
  switch (sections) {
    case 1:
      sweep<V, 1, 1, 0>(r, s, x, channels, y, channels, n);
      break;
    case 2:
      sweep<V, 1, 2, 1>(r, s, x, channels, y, channels, n);
      break;
    case 3:
      sweep<V, 1, 3, 2>(r, s, x, channels, y, channels, n);
      break;
    case 4:
      sweep<V, 1, 4, 3>(r, s, x, channels, y, channels, n);
      break;
    case 5:
      sweep<V, 1, 5, 4>(r, s, x, channels, y, channels, n);
      break;
    default:
      sweep<V, 1, 6, 5>(r, s, x, channels, y, channels, n);
      break;
  }
}

// Up to six sections in one sweep, which overlaps their recursions; a longer cascade in several. The section that is
// rectified before ends its sweep.
template <class V>
UNGUARD_INLINE void fused(const Cascade& cascade, double* state, const double* x, double* y, std::int64_t channels,
                          std::int64_t n) {
  for (int q = 0; q < cascade.sections; x = y) {
    const double* r = cascade.rows + 5 * q;
    double* s = state + 2 * q * Lanes<V>::count;
    const int taken = std::min(6, cascade.sections - q);
    if (cascade.rectified >= q && cascade.rectified < q + taken) {
      sweep_to_rectified<V>(cascade.rectified + 1 - q, r, s, x, y, channels, n);
      q = cascade.rectified + 1;
      continue;
    }
    switch (taken) {
      case 1:
        sweep<V, 1, 1>(r, s, x, channels, y, channels, n);
        break;
      case 2:
        sweep<V, 1, 2>(r, s, x, channels, y, channels, n);
        break;
      case 3:
        sweep<V, 1, 3>(r, s, x, channels, y, channels, n);
        break;
      case 4:
        sweep<V, 1, 4>(r, s, x, channels, y, channels, n);
        break;
      case 5:
        sweep<V, 1, 5>(r, s, x, channels, y, channels, n);
        break;
      default:
        sweep<V, 1, 6>(r, s, x, channels, y, channels, n);
        break;
    }
    q += 6;
  }
}

UNGUARD_INLINE void one_channel(const Cascade& cascade, double* state, const double* x, double* y,
                                std::int64_t channels, std::int64_t n) {
  if (n < 4) return direct<double, 1>(cascade, state, x, channels, y, channels, n);
  if (channels == 1) return fused<double>(cascade, state, x, y, 1, n);  // steps the compiler knows
  fused<double>(cascade, state, x, y, channels, n);
}

// Four channels: from 48 frames on the fused sweep repays the loading of its coefficients.
UNGUARD_INLINE void four_channels(const Cascade& cascade, double* state, const double* x, double* y,
                                  std::int64_t channels, std::int64_t n) {
  if (n < 48) return full_group<f64x4, 1, 3>(cascade, state, x, y, channels, n);
  fused<f64x4>(cascade, state, x, y, channels, n);
}

// A group with `lanes` real channels: through a tile whose other lanes are zero.
template <int N, int K>
UNGUARD_INLINE void padded_group(const Cascade& cascade, double* state, const double* x, double* y,
                                 std::int64_t channels, std::int64_t n, int lanes) {
  constexpr int width = 4 * N;
  alignas(64) double padded[tile_frames * width] = {};
  for (std::int64_t i = 0; i < n; i += tile_frames) {
    const std::int64_t m = std::min<std::int64_t>(tile_frames, n - i);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(x + (i + f) * channels, lanes, padded + f * width);
    if (m < 4)
      direct<f64x4, N>(cascade, state, padded, width, padded, width, m);
    else
      tile<f64x4, N, K>(cascade, state, padded, width, padded, width, m);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(padded + f * width, lanes, y + (i + f) * channels);
  }
}

}  // namespace sos_detail

inline void run_sos(const Cascade& cascade, int channels, double* state, const double* x, double* y,
                    std::int64_t n) noexcept {
  using namespace sos_detail;
  for (int c = 0; c < channels;) {
    const int group = sos_group(channels - c);
    const int lanes = std::min(group, channels - c);
    if (group == 16)
      full_group<f64x4, 4, 1>(cascade, state, x + c, y + c, channels, n);
    else if (group == 8 && lanes == 8)
      full_group<f64x4, 2, 2>(cascade, state, x + c, y + c, channels, n);
    else if (group == 8)
      padded_group<2, 2>(cascade, state, x + c, y + c, channels, n, lanes);
    else if (group == 4 && lanes == 4)
      four_channels(cascade, state, x + c, y + c, channels, n);
    else if (group == 4)
      padded_group<1, 3>(cascade, state, x + c, y + c, channels, n, lanes);
    else
      one_channel(cascade, state, x + c, y + c, channels, n);
    state += 2 * static_cast<std::int64_t>(cascade.sections) * group;
    c += group;
  }
}

}  // namespace UNGUARD_ISA

#if defined(UNGUARD_COMPILED_KERNELS)
// The loops built for the best instruction set of this machine; in the library unguard::kernels.
SosRun best_sos_run() noexcept;
#else
// The loops as the including file was built; files built for different machines must not share the answer.
inline namespace UNGUARD_ISA {
inline SosRun best_sos_run() noexcept { return &run_sos; }
}  // namespace UNGUARD_ISA
#endif

}  // namespace unguard
