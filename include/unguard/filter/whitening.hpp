// SPDX-License-Identifier: Apache-2.0
// The prediction-error filter of an autoregressive model, g (1 + a1 z^-1 + a2 z^-2 + ...): EMG of that spectrum comes
// out white, which makes its amplitude estimate steadier. Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159. The
// coefficients are given. g is such that EMG of the model's spectrum keeps its RMS. Cost: p + 1 multiplications a
// sample. Latency: group delay, below p samples.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/fir_kernel.hpp"

namespace unguard {

struct Whitening {
  std::vector<double> coefficients{};  // a1, a2, ...
  bool keep_rms = true;

  friend bool operator==(const Whitening&, const Whitening&) = default;
};
constexpr SpecInfo info(const Whitening*) {
  return {"Whitening", "prediction error of a given autoregressive model",
          "Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159"};
}
constexpr auto fields(const Whitening*) {
  return field_list(
      field<&Whitening::coefficients>(
          "coefficients",
          "a1, a2, ... of 1 + a1 z^-1 + a2 z^-2 + ..., as MATLAB's aryule gives them behind "
          "its leading 1; x[n] = -a1 x[n - 1] - a2 x[n - 2] - ... + white noise"),
      field<&Whitening::keep_rms>("keep_rms",
                                  "whether EMG of the model's spectrum keeps its RMS; if not, what comes out is the "
                                  "prediction error itself"));
}

namespace whitening_detail {
inline constexpr std::size_t max_order = 100;

// The power of the model's process over that of its prediction error, by Levinson's recursion backwards; 0 when the
// model is not stable. Oppenheim & Schafer 2010, ch. 11.
inline double power_ratio(std::vector<long double> a) {
  long double ratio = 1;
  while (!a.empty()) {
    const long double k = a.back();
    if (!(std::fabs(k) < 1)) return 0;
    const long double left = (1 - k) * (1 + k);
    ratio /= left;
    const std::size_t order = a.size() - 1;
    std::vector<long double> lower(order);
    for (std::size_t i = 0; i < order; ++i) lower[i] = (a[i] - k * a[order - 1 - i]) / left;
    a = std::move(lower);
  }
  return static_cast<double>(ratio);
}

// The taps of a stable model whose power ratio that is, for its process to keep its RMS; of ratio 1 its own.
inline Taps keeping_rms(const std::vector<double>& a, double ratio) {
  const double gain = std::sqrt(ratio);
  Taps taps{gain};
  for (const double v : a) taps.push_back(gain * v);
  return taps;
}
}  // namespace whitening_detail

inline Result<Taps> design_taps(const Whitening& spec, Hertz) {
  const auto& a = spec.coefficients;
  if (a.empty() || a.size() > whitening_detail::max_order)
    return fault_in_words<Whitening>("coefficients", std::to_string(a.size()) + " numbers", "1 to 100 numbers");
  const double ratio = whitening_detail::power_ratio({a.begin(), a.end()});
  if (!(ratio > 0 && std::isfinite(ratio)))
    return fault_of<Whitening>("coefficients", a,
                               "a stable model: 1 + a1 z^-1 + ... with its zeros inside the unit "
                               "circle");
  return whitening_detail::keeping_rms(a, spec.keep_rms ? ratio : 1);
}

inline Result<FirKernel> make_kernel(const Whitening& spec, const StreamFormat& format) {
  auto taps = design_taps(spec, format.rate);
  if (!taps) return taps.fault();
  return bounded_fir<Whitening>("coefficients", std::move(*taps), format);
}

}  // namespace unguard
