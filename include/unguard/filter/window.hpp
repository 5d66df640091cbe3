// SPDX-License-Identifier: Apache-2.0
// Windows, symmetric, and Kaiser's rule for how long one must be. Harris 1978, doi:10.1109/PROC.1978.10837; Kaiser
// 1974, Nonrecursive digital filter design using the I0-sinh window function; values and conventions of
// scipy.signal.windows and scipy.signal.kaiserord, in extended precision. Cost: at set-up only.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

enum class Window { rectangular, hamming, hann, blackman, blackman_harris, flat_top, kaiser };
constexpr std::array<std::string_view, 7> names(const Window*) {
  return {"rectangular", "hamming", "hann", "blackman", "blackman-harris", "flat top", "kaiser"};
}

namespace window_detail {

using Real = long double;

// The modified Bessel function of order 0 by its power series: every term is positive, so nothing cancels.
inline Real bessel_i0(Real x) {
  const Real square = x * x / 4;
  Real term = 1, sum = 1;
  for (int k = 1; term > sum * 1e-21L; ++k) {
    term *= square / (static_cast<Real>(k) * static_cast<Real>(k));
    sum += term;
  }
  return sum;
}

// The windows that are sums of cosines: w = a0 + a1 cos(t) + a2 cos(2 t) + ..., t from -pi to pi.
inline std::array<Real, 5> cosines(Window window) {
  switch (window) {
    case Window::hamming:
      return {0.54L, 0.46L};
    case Window::hann:
      return {0.5L, 0.5L};
    case Window::blackman:
      return {0.42L, 0.50L, 0.08L};
    case Window::blackman_harris:
      return {0.35875L, 0.48829L, 0.14128L, 0.01168L};
    case Window::flat_top:
      return {0.21557895L, 0.41663158L, 0.277263158L, 0.083578947L, 0.006947368L};
    default:
      return {1};
  }
}

// `length` values; `beta` is for the Kaiser window.
inline std::vector<Real> values(Window window, int length, Real beta) {
  std::vector<Real> w(static_cast<std::size_t>(length), 1);
  if (length == 1) return w;
  const Real half = static_cast<Real>(length - 1) / 2;
  for (int n = 0; 2 * n < length; ++n) {
    const Real at = (static_cast<Real>(n) - half) / half;  // -1 to 1
    Real value = 0;
    if (window == Window::kaiser) {
      value = bessel_i0(beta * std::sqrt((1 - at) * (1 + at))) / bessel_i0(beta);
    } else {
      const auto a = cosines(window);
      for (std::size_t k = 0; k < a.size(); ++k)
        value += a[k] * std::cos(static_cast<Real>(k) * std::numbers::pi_v<Real> * at);
    }
    w[static_cast<std::size_t>(n)] = w[static_cast<std::size_t>(length - 1 - n)] = value;
  }
  return w;
}

}  // namespace window_detail

// What Kaiser's rule asks for: how many taps, and the window's beta.
struct KaiserOrder {
  int length = 1;
  double beta = 0;
};

// The Kaiser window's beta for so many decibels of attenuation, as scipy.signal.kaiser_beta has it.
inline double kaiser_beta(double attenuation) {
  if (attenuation > 50) return 0.1102 * (attenuation - 8.7);
  if (attenuation > 21) return 0.5842 * std::pow(attenuation - 21, 0.4) + 0.07886 * (attenuation - 21);
  return 0;
}

// As scipy.signal.kaiserord has it: attenuation in dB of at least 8, transition the width between pass and stop band.
// At most a billion taps.
inline KaiserOrder kaiser_order(double attenuation, Hertz transition, Hertz rate) {
  const double width = transition / (rate / 2);
  const double taps = (attenuation - 7.95) / 2.285 / (std::numbers::pi * width) + 1;
  return {static_cast<int>(std::ceil(std::fmin(taps, 1e9))), kaiser_beta(attenuation)};
}

}  // namespace unguard
