// SPDX-License-Identifier: Apache-2.0
// The stationary wavelet transform by Daubechies' filters of four taps (db2), not decimated, so that it moves with the
// signal; and its inverse. Holschneider et al. 1989, doi:10.1007/978-3-642-75988-8_28; Daubechies 1988,
// doi:10.1002/cpa.3160410705. Cost: 16 multiplications a sample and level, both ways. Offline.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unguard {

// The record is taken to go round: its end is followed by its beginning.
class StationaryWavelet {
 public:
  // The details of each level, finest first, and what is left. The powers of all add up to that of the signal.
  struct Parts {
    std::vector<std::vector<double>> details{};
    std::vector<double> rest{};
  };

  static Parts forward(std::span<const double> x, int levels) {
    Parts parts{.details = {}, .rest = {x.begin(), x.end()}};
    for (int j = 0; j < levels; ++j) {
      std::vector<double> detail(x.size()), rest(x.size());
      look(parts.rest, high(), step(j), detail);
      look(parts.rest, low(), step(j), rest);
      parts.details.push_back(std::move(detail));
      parts.rest = std::move(rest);
    }
    return parts;
  }
  static std::vector<double> inverse(const Parts& parts) {
    std::vector<double> x = parts.rest;
    for (int j = static_cast<int>(parts.details.size()) - 1; j >= 0; --j) {
      std::vector<double> finer(x.size());
      put(x, low(), step(j), finer);
      put(parts.details[static_cast<std::size_t>(j)], high(), step(j), finer);
      x = std::move(finer);
    }
    return x;
  }

  // A coefficient of this level, finest 0, looks at the sample of its index and so many behind it.
  static constexpr std::int64_t look_ahead(int level) noexcept { return 3 * ((std::int64_t{2} << level) - 1); }

 private:
  using Taps = std::array<double, 4>;
  static Taps low() {
    const double root = std::sqrt(3.0);
    return {(1 + root) / 8, (3 + root) / 8, (3 - root) / 8, (1 - root) / 8};
  }
  static Taps high() {
    const Taps h = low();
    return {h[3], -h[2], h[1], -h[0]};
  }
  static std::size_t step(int level) { return std::size_t{1} << level; }

  static void look(std::span<const double> x, const Taps& taps, std::size_t step, std::span<double> y) {
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t k = 0, at = i; k < taps.size(); ++k, at = (at + step) % n) sum += taps[k] * x[at];
      y[i] = sum;
    }
  }
  // Adds the transposed.
  static void put(std::span<const double> y, const Taps& taps, std::size_t step, std::span<double> x) {
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0, at = i; k < taps.size(); ++k, at = (at + step) % n) x[at] += taps[k] * y[i];
  }
};

}  // namespace unguard
