// SPDX-License-Identifier: Apache-2.0
// Levels a twelfth of an octave apart, and how likely a sample is at each of them: on a logarithmic grid that depends
// on the sample's place among the levels alone, so that all likelihoods are stretches of one table. A sample's place is
// read from its bits, to 1/192 of an octave (0.36 %). No function of the C library: the same bits everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

#include "unguard/core/exponential.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// How samples scatter at a level: as a normal distribution about 0 whose RMS is the level, or as a Laplace distribution
// whose mean magnitude is.
enum class Likelihood { gaussian, laplacian };
constexpr std::array<std::string_view, 2> names(const Likelihood*) { return {"gaussian", "laplacian"}; }

class LevelGrid {
 public:
  static constexpr int per_octave = 12;

  // At least up to `highest`. `power` is that of the likelihood: below 1 for samples that are not independent.
  LevelGrid(Microvolts lowest, Microvolts highest, Likelihood likelihood, double power) : scale_(1 / lowest.value) {
    for (int i = 0; levels_.empty() || levels_.back() < highest.value; ++i)
      levels_.push_back(std::ldexp(lowest.value * steps(i % per_octave, per_octave), i / per_octave));
    // Far below the lowest level it does not matter how far; far above the highest one, all that can be said is that.
    least_ = 1.0 / 16;
    most_ = 2 * levels_.back() / lowest.value;
    const int bins = static_cast<int>(levels_.size());
    above_ = bins + per_octave;
    row_ = above_ + 4 * per_octave + bins + 1;
    for (int phase = 0; phase < phases; ++phase)
      for (int k = 0; k < row_; ++k) {
        // The sample over the level, the middle of its 1/192 octave, and the density there, but for a factor that is
        // the same at every level.
        const double ln = std::numbers::ln2 / (per_octave * phases) * ((above_ - k) * phases + phase);
        const double ratio = exponential(ln);
        const double exponent = likelihood == Likelihood::gaussian ? ratio * ratio / 2 : ratio;
        likelihoods_.push_back(exponential(power * (ln - exponent)));
      }
    double edge = steps(1, 2 * per_octave * phases);  // between two places
    for (int k = 0, place = 0; k < mantissas; ++k) {
      while (1 + (k + 0.5) / mantissas >= edge) edge = steps(2 * ++place + 1, 2 * per_octave * phases);
      places_[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(place);
    }
  }

  int count() const noexcept { return static_cast<int>(levels_.size()); }
  const std::vector<double>& levels() const noexcept { return levels_; }
  // The natural logarithm of a step.
  static constexpr double step() { return std::numbers::ln2 / per_octave; }

  // How likely the sample is at the lowest level, and behind it at every other, but for a common factor.
  const double* likelihoods(double sample) const noexcept {
    const double ratio = std::clamp(std::fabs(sample) * scale_, least_, most_);
    const auto bits = std::bit_cast<std::uint64_t>(ratio);
    const int exponent = static_cast<int>(bits >> 52) - 1023;
    const int place = (exponent + 4) * per_octave * phases + places_[(bits >> (52 - mantissa_bits)) % mantissas];
    return likelihoods_.data() + place % phases * row_ + above_ - (place / phases - 4 * per_octave);
  }
  // The level nearest to a magnitude.
  int nearest(double magnitude) const noexcept {
    int i = 0;
    while (i + 1 < count() &&
           levels_[static_cast<std::size_t>(i)] * levels_[static_cast<std::size_t>(i + 1)] < magnitude * magnitude)
      ++i;
    return i;
  }

 private:
  static constexpr int phases = 16, mantissa_bits = 12, mantissas = 1 << mantissa_bits;
  static double steps(int of, int in_an_octave) { return exponential(std::numbers::ln2 / in_an_octave * of); }

  std::vector<double> levels_;
  double scale_, least_, most_;
  int above_, row_;                  // levels a sample can lie above the lowest one; length of a row
  std::vector<double> likelihoods_;  // by phase, the place within a step; then by level, rising, of a sample far up
  std::array<std::uint8_t, mantissas> places_{};
};

}  // namespace unguard
