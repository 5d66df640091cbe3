// SPDX-License-Identifier: Apache-2.0
// The power spectrum of an autoregressive model fitted by Burg's method: smooth, with few numbers, and of any
// frequency; but only as good as the order. Burg 1975, Maximum Entropy Spectral Analysis, Stanford; for EMG: Paiss &
// Inbar 1987, IEEE Trans. Biomed. Eng. 34:761. Cost: O(N p) and one transform, offline.
#pragma once

#include <optional>
#include <vector>

#include "unguard/filter/burg.hpp"
#include "unguard/spectrum/windowed_stretch.hpp"

namespace unguard {

struct ArSpectrum {
  int order = 12;
  Detrend detrend = Detrend::constant;
  int nfft = 2000;

  friend bool operator==(const ArSpectrum&, const ArSpectrum&) = default;
};
constexpr SpecInfo info(const ArSpectrum*) {
  return {"ArSpectrum", "power spectrum of an autoregressive model by Burg's method",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const ArSpectrum*) {
  return field_list(
      field<&ArSpectrum::order>("order", "how many samples back the model looks", between(1, 256)),
      field<&ArSpectrum::detrend>("detrend", "what is taken off before: nothing, the mean or a straight line"),
      field<&ArSpectrum::nfft>("nfft", "the density is given at multiples of rate / nfft, up to half the rate",
                               between(1, longest_transform)));
}

// The density of a model at the multiples of rate / nfft: 2 error_power / (rate |1 + a1 z^-1 + ...|^2).
inline std::vector<double> density_of(const ArModel& model, Hertz rate, RealFft& fft) {
  std::vector<double> polynomial(static_cast<std::size_t>(fft.length()));
  std::vector<std::complex<double>> answer(static_cast<std::size_t>(fft.bins()));
  polynomial[0] = 1;
  // A shorter transform looks at fewer frequencies of the same polynomial.
  for (std::size_t i = 0; i < model.coefficients.size(); ++i)
    polynomial[(i + 1) % polynomial.size()] += model.coefficients[i];
  fft.forward(polynomial.data(), answer.data());
  std::vector<double> density;
  for (std::size_t k = 0; k < answer.size(); ++k) {
    const bool alone = k == 0 || 2 * k == polynomial.size();
    density.push_back((alone ? 1 : 2) * model.error_power / (rate.value * std::norm(answer[k])));
  }
  return density;
}

inline Result<PowerSpectrum> power_spectrum(const ArSpectrum& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse_whole(spec, record, format)) return *fault;
  if (record.frames <= spec.order)
    return fault_of<ArSpectrum>("order", spec.order, "fewer than the " + to_text(record.frames) + " samples");
  if (auto fault = spectrum_detail::refuse_transform<ArSpectrum>("nfft", spec.nfft)) return *fault;
  if (auto fault = spectrum_detail::refuse_bins<ArSpectrum>("nfft", spec.nfft, record.channels)) return *fault;
  PowerSpectrum made = spectrum_detail::empty(spec.nfft, format.rate, record.channels);
  made.density.clear();
  RealFft fft(spec.nfft);
  for (int c = 0; c < record.channels; ++c) {
    std::vector<double> x;
    for (std::int64_t n = 0; n < record.frames; ++n) x.push_back(record(n, c));
    detrend(x, spec.detrend);
    const ArModel model = burg(x, spec.order);
    // Lines alone, as of hum without anything else: a density that is infinite there.
    if (model.power > 0 && !(model.error_power > 1e-12 * model.power))
      return fault_in_words<ArSpectrum>(
          "order", to_text(spec.order) + ", at which nothing is left to predict of " + format.channels[c].name,
          "a lower order, or a signal that is not of lines alone");
    const auto density = density_of(model, format.rate, fft);
    made.density.insert(made.density.end(), density.begin(), density.end());
  }
  return made;
}

}  // namespace unguard
