// SPDX-License-Identifier: Apache-2.0
// The power of a carrier per hertz, on a grid, and what of it a filter lets through: how SNR in a band is set without
// measuring a record. Wiener & Khinchin; Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 2.
// Cost, at set-up only: the filter's response at every point of the grid.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "unguard/filter/section.hpp"

namespace unguard {

struct CarrierDensity {
  std::vector<double> power;  // one-sided, per hertz; at 0 Hz, at `width`, ...
  Hertz width;

  // The sum over the grid of power x gain(f); the ends count half.
  template <class Gain>
  double weighed(Gain&& gain) const {
    double sum = 0;
    for (std::size_t k = 0; k < power.size(); ++k)
      sum += (k == 0 || k + 1 == power.size() ? 0.5 : 1.0) * power[k] * gain(static_cast<double>(k) * width);
    return sum * width.value;
  }
  double whole() const {
    return weighed([](Hertz) { return 1.0; });
  }
  double behind(const Sections& band, Hertz rate) const {
    return weighed([&](Hertz f) { return std::norm(response(band, f, rate)); });
  }
};

}  // namespace unguard
