// SPDX-License-Identifier: Apache-2.0
// The slope in units per second, up to a frequency: the ideal differentiator of a band, h[m] = d/dm sin(w m) / (pi m),
// under a window; odd length (type III), for a whole number of samples of delay and no gain at half the rate, where the
// noise is. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 7.5. A ramp's slope is exact.
// Cost: see fir_kernel.hpp. Latency: (L - 1) / 2 samples at every frequency.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/windowed.hpp"

namespace unguard {

// Give the length, or the transition; with neither, the transition is as wide as the edge leaves room for. The
// low-noise differentiator of a polynomial fit is SavitzkyGolay{.derivative = 1}.
struct Differentiator {
  Hertz cutoff{200};
  std::optional<int> length{};
  std::optional<Hertz> transition{};
  double attenuation = 80;  // keeps the band within 0.1 %, a ramp being exact; 60 keep it within 1 %
  Window window = Window::kaiser;
  std::optional<double> beta{};

  friend bool operator==(const Differentiator&, const Differentiator&) = default;
};
constexpr SpecInfo info(const Differentiator*) {
  return {"Differentiator", "slope in units per second up to a frequency, by window, linear phase",
          "Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 7.5"};
}
constexpr auto fields(const Differentiator*) {
  using S = Differentiator;
  return field_list(
      field<&S::cutoff>("cutoff", "edge of the band that is differentiated, where half of it is left", positive),
      field<&S::length>("length", "taps, an odd number", between(3, max_taps)),
      field<&S::transition>("transition", "width between pass and stop band, instead of the length", positive),
      field<&S::attenuation>("attenuation", "of the stop band in dB, which gives the Kaiser window's beta",
                             between(8, 200)),
      field<&S::window>("window", "window"),
      field<&S::beta>("beta", "of the Kaiser window, instead of the one the attenuation gives", between(0, 100)));
}

inline Result<Taps> design_taps(const Differentiator& spec, Hertz rate) {
  using namespace windowed_detail;
  if (auto fault = refuse_edge<Differentiator>("cutoff", spec.cutoff, rate)) return *fault;
  const Hertz room = std::min(spec.cutoff, rate / 2 - spec.cutoff);
  auto found = shape(spec, room, rate, true);
  if (!found) return found.fault();
  const auto w = window_detail::values(found->window, found->length, found->beta);
  constexpr Real pi = std::numbers::pi_v<Real>;
  const Real edge = pi * part(spec.cutoff, rate);
  const int half = found->length / 2;
  std::vector<Real> h(w.size());  // of m = 1, 2, ...; the other side is its negative
  Real slope = 0;                 // of the answer to a ramp that rises by 1 a sample
  for (int m = 1; m <= half; ++m) {
    const Real at = static_cast<Real>(m);
    auto& tap = h[static_cast<std::size_t>(m)];
    tap = (edge * std::cos(edge * at) - std::sin(edge * at) / at) / (pi * at) * w[static_cast<std::size_t>(half + m)];
    slope -= 2 * at * tap;
  }
  if (!(std::fabs(slope) > 1e-12L))
    return fault_of<Differentiator>("length", found->length, "one whose taps under this window have a slope");
  Taps taps(h.size());
  for (int m = 1; m <= half; ++m) {
    const auto tap = static_cast<double>(h[static_cast<std::size_t>(m)] / slope * static_cast<Real>(rate.value));
    taps[static_cast<std::size_t>(half + m)] = tap;
    taps[static_cast<std::size_t>(half - m)] = -tap;
  }
  return taps;
}

}  // namespace unguard
