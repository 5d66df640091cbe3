// SPDX-License-Identifier: Apache-2.0
// A finite impulse response given from outside (SciPy's firwin, firls and remez, MATLAB's fir1 and firpm), checked for
// length and gain. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 6.5.
// Cost: see fir_kernel.hpp. Latency: group delay, (L - 1) / 2 samples for a symmetric one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/fir_kernel.hpp"

namespace unguard {

struct Fir {
  std::vector<double> taps{};  // y[n] = taps[0] x[n] + taps[1] x[n - 1] + ...

  friend bool operator==(const Fir&, const Fir&) = default;
};
constexpr SpecInfo info(const Fir*) {
  return {"Fir", "finite impulse response given from outside", "scipy.signal.lfilter(taps, 1, x)"};
}
constexpr auto fields(const Fir*) {
  return field_list(field<&Fir::taps>("taps", "the impulse response, the tap of the newest sample first"));
}

inline Result<Taps> design_taps(const Fir& spec, Hertz) {
  if (spec.taps.empty() || spec.taps.size() > max_taps)
    return fault_in_words<Fir>("taps", std::to_string(spec.taps.size()) + " numbers",
                               "1 to " + std::to_string(max_taps) + " numbers");
  return spec.taps;
}

// Taps from outside may come with any gain: what could overflow is refused.
inline Result<FirKernel> make_kernel(const Fir& spec, const StreamFormat& format) {
  auto taps = design_taps(spec, format.rate);
  if (!taps) return taps.fault();
  return bounded_fir<Fir>("taps", std::move(*taps), format);
}

}  // namespace unguard
