// SPDX-License-Identifier: Apache-2.0
// Equivalent noise bandwidth of a linear filter: the width of the rectangle as high as its largest gain that lets as
// much white noise through. Harris 1978, doi:10.1109/PROC.1978.10837. Cost, at set-up only: the impulse response once,
// and the gain at some thousand frequencies.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <optional>
#include <vector>

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
inline void push_pole_angles(const Polynomials& p, std::vector<double>& shares) {
  const auto size = [&](double share) {
    return std::abs(polynomials_detail::value(p.a, polynomials_detail::on_circle({share}, {1})));
  };
  const std::size_t points = shares.size();
  for (std::size_t i = 1; i + 1 < points; ++i)
    if (size(shares[i]) <= size(shares[i - 1]) && size(shares[i]) <= size(shares[i + 1]))
      shares.push_back(least(size, shares[i - 1], shares[i + 1]));
}

// Frequencies, as shares of the rate, between which the gain has one summit at most: a grid, and the angles of the
// poles, beside which a narrow one may lie between two points of it.
inline std::vector<double> looked_at(const Linear& linear) {
  constexpr int points = 4096;
  std::vector<double> shares;
  for (int i = 0; i <= points; ++i) shares.push_back(0.5 * i / points);
  // Far below the grid, where high-passes and smoothers have their edges.
  for (double share = 0.5 / points; share > 1e-9; share /= 1.2) shares.push_back(share);
  std::sort(shares.begin(), shares.end());
  for (const auto& part : linear) {
    for (const auto& s : part.sections) {
      const double d = s.a1 * s.a1 - 4 * s.a2;
      if (d < 0)
        shares.push_back(std::acos(std::clamp(-s.a1 / (2 * std::sqrt(s.a2)), -1.0, 1.0)) / (2 * std::numbers::pi));
    }
    if (!part.polynomials.empty()) push_pole_angles(part.polynomials, shares);
  }
  std::sort(shares.begin(), shares.end());
  return shares;
}

}  // namespace noise_bandwidth_detail

inline PeakGain peak_gain(Linear linear, Hertz rate) {
  for (auto& part : linear)  // a delay has no gain
    part.taps.erase(part.taps.begin(), part.taps.begin() + leading_zeros(part.taps));
  const auto gain = [&](double share) { return std::abs(response(linear, rate * share, rate)); };
  const auto shares = noise_bandwidth_detail::looked_at(linear);
  std::vector<double> gains(shares.size());
  std::transform(shares.begin(), shares.end(), gains.begin(), gain);
  const auto top = static_cast<std::size_t>(std::max_element(gains.begin(), gains.end()) - gains.begin());
  const double between =
      noise_bandwidth_detail::least([&](double share) { return -gain(share); }, shares[top > 0 ? top - 1 : 0],
                                    shares[std::min(top + 1, shares.size() - 1)]);
  const double found = gain(between);
  return found > gains[top] ? PeakGain{found, rate * between} : PeakGain{gains[top], rate * shares[top]};
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
  return rate * (*power / (peak * peak) / 2);
}

}  // namespace unguard
