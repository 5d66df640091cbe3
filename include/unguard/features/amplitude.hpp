// SPDX-License-Identifier: Apache-2.0
// How strong a window of EMG is, and how its values are spread: the classical features of single samples.
// Phinyomark, Phukpattaranont & Limsakul 2012, doi:10.1016/j.eswa.2012.01.102; log detector: Zardoshti-Kermani et al.
// 1995, doi:10.1109/86.481972. N samples x, of which `least_samples` (window_features.hpp)
// says how many are needed. Cost: O(N), one pass or two.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace unguard::features {

using Window = std::span<const double>;

// What has no value: the logarithm of nothing, the shape of a constant.
inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Below it, in uV^2, squares of powers leave the doubles, and shapes would be made of what is left of them.
inline constexpr double least_power = 1e-140;
// What rounding by one unit in the last place is at most, in a window's own unit.
inline double rounding_of(Window x) noexcept {
  double largest = 0;
  for (const double v : x) largest = std::max(largest, std::fabs(v));
  return std::numeric_limits<double>::epsilon() * largest;
}

// IEMG = sum |x|, in uV; it grows with the number of samples.
inline double integrated(Window x) noexcept {
  double sum = 0;
  for (const double v : x) sum += std::fabs(v);
  return sum;
}
// MAV = sum |x| / N, in uV.
inline double mean_absolute(Window x) noexcept { return integrated(x) / static_cast<double>(x.size()); }
// SSI = sum x^2, in uV^2; it grows with the number of samples.
inline double square_integral(Window x) noexcept {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}
// LOG = exp(sum ln |x| / N), the geometric mean of |x|, in uV; 0 where a sample is 0.
inline double log_detector(Window x) noexcept {
  double sum = 0;
  for (const double v : x) {
    if (v == 0) return 0;
    sum += std::log(std::fabs(v));
  }
  return std::exp(sum / static_cast<double>(x.size()));
}

// Sums of powers of what is left of x without its mean.
struct Moments {
  double count, second, third, fourth;
  double rounding;
  // Whether x is spread enough to have a shape: more than rounding spreads a constant.
  bool spread() const noexcept { return second / count > std::max(rounding * rounding, least_power); }
};
inline Moments moments(Window x) noexcept {
  const double n = static_cast<double>(x.size());
  double sum = 0;
  for (const double v : x) sum += v;
  const double mean = sum / n;
  Moments m{n, 0, 0, 0, rounding_of(x)};
  for (const double v : x) {
    const double d = v - mean, d2 = d * d;
    m.second += d2;
    m.third += d2 * d;
    m.fourth += d2 * d2;
  }
  // What rounding leaves of a constant is no spread.
  const auto [least, most] = std::minmax_element(x.begin(), x.end());
  if (*least == *most) m.second = m.third = m.fourth = 0;
  return m;
}
// VAR = sum (x - mean)^2 / (N - 1), in uV^2.
inline double variance(Window x) noexcept {
  const Moments m = moments(x);
  return m.second / (m.count - 1);
}
// m3 / m2^1.5 of the central moments: 0 for what is symmetric.
inline double skewness(Window x) noexcept {
  const Moments m = moments(x);
  return m.spread() ? m.third / m.count / std::pow(m.second / m.count, 1.5) : undefined;
}
// m4 / m2^2 of the central moments: 3 for Gaussian EMG.
inline double kurtosis(Window x) noexcept {
  const Moments m = moments(x);
  return m.spread() ? m.count * m.fourth / (m.second * m.second) : undefined;
}

}  // namespace unguard::features
