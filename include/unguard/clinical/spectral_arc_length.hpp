// SPDX-License-Identifier: Apache-2.0
// How smooth one movement is: the length of the arc that the spectrum of its speed draws, from 0 Hz to where less than
// `threshold` of it is left, both axes scaled to 1; -1.41 for a single gentle bump, more negative the more often it
// starts anew (SPARC: Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9). Cost: one transform. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unguard/clinical/movement_speed.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/real_fft.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Of discrete movements only: one bend, or one return. The speed, not the angle.
struct SpectralArcLength {
  Hertz highest{10};        // 20 in the authors' later program: state it with the value
  double threshold = 0.05;  // of the largest magnitude
  int padding = 4;          // times the record is doubled with zeros

  friend bool operator==(const SpectralArcLength&, const SpectralArcLength&) = default;
};
constexpr SpecInfo info(const SpectralArcLength*) {
  return {"SpectralArcLength", "smoothness of one movement: the arc length of the spectrum of its speed",
          "Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9"};
}
constexpr auto fields(const SpectralArcLength*) {
  using S = SpectralArcLength;
  return field_list(
      field<&S::highest>("highest", "highest frequency that is looked at", positive),
      field<&S::threshold>("threshold", "share of the largest magnitude below which the arc ends", between(0.0, 1)),
      field<&S::padding>("padding", "how often the record's length is doubled by zeros", between(0, 8)));
}

// Without a unit; below 0. `speed` in any unit.
inline Result<double> spectral_arc_length(std::span<const double> speed, Hertz rate,
                                          const SpectralArcLength& spec = {}) {
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = movement_detail::refuse_speed("SpectralArcLength", speed, rate)) return *fault;
  if (!(2 * spec.highest.value <= rate.value))
    return fault_of<SpectralArcLength>("highest", spec.highest, "at most half of fs, " + to_text(rate / 2));
  int length = 1;
  while (length < std::ssize(speed)) length *= 2;
  length <<= spec.padding;
  std::vector<double> padded(static_cast<std::size_t>(length));
  std::copy(speed.begin(), speed.end(), padded.begin());
  RealFft transform(length);
  std::vector<std::complex<double>> bins(static_cast<std::size_t>(transform.bins()));
  transform.forward(padded.data(), bins.data());
  const double step = rate.value / length;
  std::vector<double> magnitudes;
  double largest = 0;
  for (std::size_t k = 0; k < bins.size(); ++k) {
    const double magnitude = std::abs(bins[k]);
    largest = std::max(largest, magnitude);
    if (static_cast<double>(k) * step <= spec.highest.value) magnitudes.push_back(magnitude);
  }
  for (double& m : magnitudes) m /= largest;
  std::size_t first = 0, last = magnitudes.size();
  while (first < last && magnitudes[first] < spec.threshold) ++first;
  while (last > first && magnitudes[last - 1] < spec.threshold) --last;
  if (last - first < 2)
    return fault_of<SpectralArcLength>(
        "highest", spec.highest,
        "a frequency below which some of the movement lies, of at least two bins of " + to_text(Hertz{step}));
  const double along = 1 / static_cast<double>(last - first - 1);
  double arc = 0;
  for (std::size_t k = first + 1; k < last; ++k) arc += std::hypot(along, magnitudes[k] - magnitudes[k - 1]);
  return -arc;
}

}  // namespace unguard
