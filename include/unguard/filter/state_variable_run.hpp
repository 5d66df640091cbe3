// SPDX-License-Identifier: Apache-2.0
// The inner loop of the state-variable filter: two trapezoidal integrators a section, solved without a delay in the
// loop. Zavalishin 2018, The Art of VA Filter Design, ch. 3-4. Cost: 15 operations a section, sample and channel.
// Latency: group delay.
#pragma once

#include <algorithm>
#include <cstdint>

#include "unguard/core/simd.hpp"
#include "unguard/filter/sos_run.hpp"

namespace unguard {

// With high = (x - s2 - r s1) a; band = s1 + g1 high; low = s2 + g2 band, the output is
// of_high high + of_band band + of_low low. One integrator alone has g2 = 0: its low-pass is `band`.
struct StateVariableSection {
  double r = 0, a = 1, g1 = 0, g2 = 0;
  double of_high = 0, of_band = 0, of_low = 0;

  friend bool operator==(const StateVariableSection&, const StateVariableSection&) = default;
};

// n interleaved frames of `channels` from x to y (which may be x). State as the second-order sections lay it out.
using StateVariableRun = void (*)(const StateVariableSection* rows, int sections, int channels, double* state,
                                  const double* x, double* y, std::int64_t n) noexcept;

inline namespace UNGUARD_ISA {
namespace state_variable_detail {

// The numbers of a section, once for every lane.
template <class V>
struct Coefficients {
  V r, a, g1, g2, of_high, of_band, of_low;
};

template <class V>
UNGUARD_INLINE void step(const Coefficients<V>& c, V& s1, V& s2, V& v) {
  // In steady state x - s2 is exactly 0, whatever the coefficients are: that is why they may change at any time.
  const V high = ((v - s2) - c.r * s1) * c.a;
  const V up1 = c.g1 * high, band = s1 + up1;
  const V up2 = c.g2 * band, low = s2 + up2;
  s1 = band + up1;
  s2 = low + up2;
  v = (c.of_high * high + c.of_low * low) + c.of_band * band;
}

// One section over n frames, `N` vectors of channels side by side. State: [s1 | s2][lane].
template <class V, int N>
UNGUARD_INLINE void sweep(const StateVariableSection& row, double* state, const double* x, std::int64_t x_step,
                          double* y, std::int64_t y_step, std::int64_t n) {
  using L = sos_detail::Lanes<V>;
  constexpr int width = L::count * N;
  const Coefficients<V> c{L::fill(row.r),       L::fill(row.a),       L::fill(row.g1),    L::fill(row.g2),
                          L::fill(row.of_high), L::fill(row.of_band), L::fill(row.of_low)};
  V s1[N], s2[N];
#pragma GCC unroll 8
  for (int j = 0; j < N; ++j) {
    s1[j] = L::load(state + j * L::count);
    s2[j] = L::load(state + width + j * L::count);
  }
  for (std::int64_t i = 0; i < n; ++i, x += x_step, y += y_step) {
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      V v = L::load(x + j * L::count);
      step(c, s1[j], s2[j], v);
      L::store(y + j * L::count, v);
    }
  }
#pragma GCC unroll 8
  for (int j = 0; j < N; ++j) {
    L::store(state + j * L::count, s1[j]);
    L::store(state + width + j * L::count, s2[j]);
  }
}

// Through a tile, so that a section finds in the cache what the one before has left, and lanes without a channel are
// zero.
template <class V, int N>
UNGUARD_INLINE void group(const StateVariableSection* rows, int sections, double* state, const double* x, double* y,
                          std::int64_t channels, std::int64_t n, int lanes) {
  constexpr int width = sos_detail::Lanes<V>::count * N;
  alignas(64) double tile[sos_detail::tile_frames * width] = {};
  for (std::int64_t i = 0; i < n; i += sos_detail::tile_frames) {
    const std::int64_t m = std::min<std::int64_t>(sos_detail::tile_frames, n - i);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(x + (i + f) * channels, lanes, tile + f * width);
    for (int q = 0; q < sections; ++q) sweep<V, N>(rows[q], state + 2 * q * width, tile, width, tile, width, m);
    for (std::int64_t f = 0; f < m; ++f) std::copy_n(tile + f * width, lanes, y + (i + f) * channels);
  }
}

}  // namespace state_variable_detail

inline void run_state_variable(const StateVariableSection* rows, int sections, int channels, double* state,
                               const double* x, double* y, std::int64_t n) noexcept {
  using namespace state_variable_detail;
  for (int c = 0; c < channels;) {
    const int size = sos_group(channels - c);
    const int lanes = std::min(size, channels - c);
    if (size == 16)
      group<f64x4, 4>(rows, sections, state, x + c, y + c, channels, n, lanes);
    else if (size == 8)
      group<f64x4, 2>(rows, sections, state, x + c, y + c, channels, n, lanes);
    else if (size == 4)
      group<f64x4, 1>(rows, sections, state, x + c, y + c, channels, n, lanes);
    else
      group<double, 1>(rows, sections, state, x + c, y + c, channels, n, lanes);
    state += 2 * static_cast<std::int64_t>(sections) * size;
    c += size;
  }
}

}  // namespace UNGUARD_ISA

#if defined(UNGUARD_COMPILED_KERNELS)
// As built for the best instruction set of this machine; in the library unguard::kernels.
StateVariableRun best_state_variable_run() noexcept;
#else
// As the including file was built; files built for different machines must not share the answer.
inline namespace UNGUARD_ISA {
inline StateVariableRun best_state_variable_run() noexcept { return &run_state_variable; }
}  // namespace UNGUARD_ISA
#endif

}  // namespace unguard
