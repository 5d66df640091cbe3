// SPDX-License-Identifier: Apache-2.0
// The part of the mains canceller that is done for every sample: phasors turn, the lines are subtracted, the residual
// is projected onto them. Lanes are channels. Glover 1977, doi:10.1109/TASSP.1977.1162997: such a pair of weights a
// line is a notch. Cost: 14 operations a line and channel; no sine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "unguard/core/simd.hpp"

namespace unguard {

inline constexpr int line_lanes = 4;
// Rows of `line_lanes` doubles that a line has for a group of channels: reference and its turn by one sample, what is
// taken out, what the residual of this cycle comes to; each as real and imaginary part.
struct LineRow {
  enum : int { reference_re, reference_im, turn_re, turn_im, taken_re, taken_im, found_re, found_im, count };
};
inline constexpr int line_row_size = LineRow::count * line_lanes;

inline namespace UNGUARD_ISA {

// `used` channels of a group, n frames; x and y may be the same place. `slow` is what the residual is without its
// higher frequencies: an electrode's offset must not look like a line.
inline void run_lines(double* rows, int lines, double* slow, double slow_gain, int used, int channels, const double* x,
                      double* y, std::int64_t n) noexcept {
  const auto at = [rows](int line, int row) { return rows + line * line_row_size + row * line_lanes; };
  f64x4 offset = load4(slow);
  const f64x4 follow = fill4(slow_gain);
  double lanes[line_lanes] = {};
  for (std::int64_t i = 0; i < n; ++i, x += channels, y += channels) {
    std::memcpy(lanes, x, static_cast<std::size_t>(used) * sizeof(double));
    f64x4 hum = fill4(0);
    for (int k = 0; k < lines; ++k)
      hum = hum + (load4(at(k, LineRow::taken_re)) * load4(at(k, LineRow::reference_re)) -
                   load4(at(k, LineRow::taken_im)) * load4(at(k, LineRow::reference_im)));
    const f64x4 clean = load4(lanes) - hum;
    store4(lanes, clean);
    std::memcpy(y, lanes, static_cast<std::size_t>(used) * sizeof(double));
    const f64x4 residual = clean - offset;
    offset = offset + follow * residual;
    for (int k = 0; k < lines; ++k) {
      const f64x4 re = load4(at(k, LineRow::reference_re)), im = load4(at(k, LineRow::reference_im));
      const f64x4 c = load4(at(k, LineRow::turn_re)), s = load4(at(k, LineRow::turn_im));
      store4(at(k, LineRow::found_re), load4(at(k, LineRow::found_re)) + residual * re);
      store4(at(k, LineRow::found_im), load4(at(k, LineRow::found_im)) - residual * im);
      store4(at(k, LineRow::reference_re), re * c - im * s);
      store4(at(k, LineRow::reference_im), re * s + im * c);
    }
  }
  store4(slow, offset);
}

}  // namespace UNGUARD_ISA
}  // namespace unguard
