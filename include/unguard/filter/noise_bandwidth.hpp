// SPDX-License-Identifier: Apache-2.0
// Equivalent noise bandwidth of a linear filter: the width of the rectangle as high as its largest gain that lets as
// much white noise through. Harris 1978, doi:10.1109/PROC.1978.10837. Cost, at set-up only: the impulse response once,
// and the gain at some thousand frequencies, of long finite ones at eight a tap by one transform.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/core/real_fft.hpp"
#include "unguard/filter/linear.hpp"

namespace unguard {

// The largest gain and where it is.
struct PeakGain {
  double gain = 0;
  Hertz at{};
};

namespace noise_bandwidth_detail {

// Where f, which has one valley between `low` and `high`, is least. Golden section.
template <class F>
double least(F&& f, double low, double high) {
  constexpr double golden = 0.618033988749894848;
  for (int i = 0; i < 60; ++i) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    (f(a) < f(b) ? high : low) = f(a) < f(b) ? b : a;
  }
  return (low + high) / 2;
}

// Poles nearer to the circle than two points of the grid to each other are valleys of the denominator that the grid
// shows from either side.
inline void push_pole_angles(const Polynomials& p, int length, std::vector<double>& shares) {
  const auto size = [&](double share) {
    return static_cast<double>(std::abs(polynomials_detail::value(p.a, polynomials_detail::on_circle({share}, {1}))));
  };
  for (double before = size(0), here = size(1.0 / length), k = 1; k < length / 2; ++k) {
    const double after = size((k + 1) / length);
    if (here <= before && here <= after) shares.push_back(least(size, (k - 1) / length, (k + 1) / length));
    before = here, here = after;
  }
}

struct GainAt {
  double share = 0;  // of the rate
  double gain = 0;
};

inline int grid_length(const Linear& linear) {
  std::size_t taps = 0;
  for (const auto& part : linear) taps += part.taps.size();
  int length = 8192;
  while (static_cast<std::size_t>(length) < 8 * taps) length *= 2;
  return length;
}

// The gains at k / length of the rate, for k up to half the length.
inline std::vector<GainAt> on_grid(const Linear& linear, int length) {
  RealFft fft(length);
  std::vector<double> padded(static_cast<std::size_t>(length));
  std::vector<std::complex<double>> bins(static_cast<std::size_t>(fft.bins()));
  std::vector<GainAt> found(bins.size());
  for (std::size_t k = 0; k < found.size(); ++k) found[k] = {static_cast<double>(k) / length, 1};
  for (const auto& part : linear) {
    if (!part.taps.empty()) {
      std::fill(padded.begin(), padded.end(), 0.0);
      std::copy(part.taps.begin(), part.taps.end(), padded.begin());
      fft.forward(padded.data(), bins.data());
    } else {
      for (std::size_t k = 0; k < found.size(); ++k) bins[k] = response({part}, {found[k].share}, {1});
    }
    for (std::size_t k = 0; k < found.size(); ++k) found[k].gain *= std::abs(bins[k]);
  }
  return found;
}

// Gains between which there is one summit at most: of a grid, and at the angles of the poles, beside which a narrow one
// may lie between two points of it.
inline std::vector<GainAt> looked_at(const Linear& linear) {
  const int length = grid_length(linear);
  std::vector<GainAt> found = on_grid(linear, length);
  std::vector<double> shares;
  for (const auto& part : linear) {
    for (const auto& s : part.sections) {
      const double d = s.a1 * s.a1 - 4 * s.a2;
      if (d < 0)
        shares.push_back(std::acos(std::clamp(-s.a1 / (2 * std::sqrt(s.a2)), -1.0, 1.0)) / (2 * std::numbers::pi));
    }
    if (!part.polynomials.empty()) push_pole_angles(part.polynomials, length, shares);
  }
  // Far below the grid, where high-passes and smoothers have their edges.
  for (double share = 1.0 / length; share > 1e-9; share /= 1.2) shares.push_back(share);
  for (const double share : shares) found.push_back({share, std::abs(response(linear, {share}, {1}))});
  std::sort(found.begin(), found.end(), [](const GainAt& a, const GainAt& b) { return a.share < b.share; });
  return found;
}

// The top of the parabola through the point and its neighbours.
inline double summit(const GainAt& before, const GainAt& top, const GainAt& after) {
  const double left = top.share - before.share, right = after.share - top.share;
  const double rise = top.gain - before.gain, fall = top.gain - after.gain;
  if (!(left > 0 && right > 0 && rise + fall > 0)) return top.gain;
  const double slope = (rise * right / left - fall * left / right) / (left + right);
  const double bend = (rise / left + fall / right) / (left + right);
  return top.gain + slope * slope / (4 * bend);
}

// Of all points the one above which the summit is highest.
inline std::size_t highest(const std::vector<GainAt>& found) {
  std::size_t best = 0;
  double height = -1;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const GainAt &before = found[i > 0 ? i - 1 : i], &after = found[std::min(i + 1, found.size() - 1)];
    if (found[i].gain < before.gain || found[i].gain < after.gain) continue;
    if (const double h = summit(before, found[i], after); h > height) height = h, best = i;
  }
  return best;
}

}  // namespace noise_bandwidth_detail

inline PeakGain peak_gain(Linear linear, Hertz rate) {
  for (auto& part : linear)  // a delay has no gain
    part.taps.erase(part.taps.begin(), part.taps.begin() + leading_zeros(part.taps));
  const auto gain = [&](double share) { return std::abs(response(linear, {share}, {1})); };
  const auto found = noise_bandwidth_detail::looked_at(linear);
  const std::size_t top = noise_bandwidth_detail::highest(found);
  const double between =
      noise_bandwidth_detail::least([&](double share) { return -gain(share); }, found[top > 0 ? top - 1 : 0].share,
                                    found[std::min(top + 1, found.size() - 1)].share);
  const double height = gain(between);
  return height > found[top].gain ? PeakGain{height, rate * between}
                                  : PeakGain{found[top].gain, rate * found[top].share};
}

// The power of the output for white noise of power 1: the sum of the squares of the impulse response. Nothing where the
// filter remembers for longer than can be followed.
inline std::optional<double> noise_power(const Linear& linear) {
  const std::int64_t length = memory(linear);
  if (length > longest_followed) return std::nullopt;
  const LinearAnswer answer(linear);
  double power = 0;
  answer.to_impulse(length - answer.delay(), [&](double h) { power += h * h; });
  return power;
}

// One-sided, in hertz; at most half the rate. Nothing where the filter remembers for longer than can be followed, or
// lets nothing through.
inline std::optional<Hertz> noise_bandwidth(const Linear& linear, Hertz rate) {
  const auto power = noise_power(linear);
  const double peak = peak_gain(linear, rate).gain;
  if (!power || !(peak > 0)) return std::nullopt;
  // Parseval: never more than the peak everywhere; a filter that lets everything through comes a rounding near it.
  return rate * (std::min(*power / (peak * peak), 1.0) / 2);
}

}  // namespace unguard
