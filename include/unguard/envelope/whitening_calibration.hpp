// SPDX-License-Identifier: Apache-2.0
// What whitening has to know of a muscle and its amplifier, as it is stored in a plan: the spectrum of a contraction as
// an autoregressive model, and that of the noise at rest. Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159; of the
// noise: Clancy & Farry 2000, IEEE Trans. Biomed. Eng. 47:709.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct WhiteningCalibration {
  Hertz rate{2000};
  int order = 6;
  int spectrum_order = 20;
  std::vector<double> coefficients{};  // a1, a2, ... of the contraction; channel after channel
  std::vector<double> contraction{};   // the same with spectrum_order, noise in it
  std::vector<double> rest{};          // and of the noise
  Calibration level{};                 // RMS of the contraction, the noise subtracted in power; no values: none
  Calibration noise{};                 // RMS of the noise in the same band

  bool empty() const noexcept { return level.per_channel.empty(); }
  int channels() const noexcept { return static_cast<int>(level.per_channel.size()); }
  // Of one channel.
  std::span<const double> coefficients_of(int channel) const { return part(coefficients, order, channel); }
  std::span<const double> contraction_of(int channel) const { return part(contraction, spectrum_order, channel); }
  std::span<const double> rest_of(int channel) const { return part(rest, spectrum_order, channel); }
  friend bool operator==(const WhiteningCalibration&, const WhiteningCalibration&) = default;

 private:
  static std::span<const double> part(const std::vector<double>& all, int count, int channel) {
    const auto n = static_cast<std::size_t>(count);
    return {all.data() + n * static_cast<std::size_t>(channel), n};
  }
};
constexpr SpecInfo info(const WhiteningCalibration*) {
  return {"WhiteningCalibration", "spectra of a contraction and of the noise at rest",
          "Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159"};
}
constexpr auto fields(const WhiteningCalibration*) {
  using W = WhiteningCalibration;
  return field_list(field<&W::rate>("rate", "of the samples it was made from", positive),
                    field<&W::order>("order", "of the whitening filter", between(1, 100)),
                    field<&W::spectrum_order>("spectrum_order", "of the models of the two spectra", between(1, 100)),
                    field<&W::coefficients>("coefficients", "a1, a2, ... of the contraction, channel after channel"),
                    field<&W::contraction>("contraction", "the same of spectrum_order, with the noise in it"),
                    field<&W::rest>("rest", "the same of the noise"),
                    field<&W::level>("level", "RMS of the contraction without the noise"),
                    field<&W::noise>("noise", "RMS of the noise in the same band"));
}

namespace whitening_detail {

// |1 + a1 z^-1 + ...|^2 at `bins` frequencies from 0 Hz to half the rate: the inverse of the model's spectrum.
inline std::vector<double> inverse_spectrum(std::span<const double> a, int bins) {
  std::vector<double> power(static_cast<std::size_t>(bins));
  for (int k = 0; k < bins; ++k) {
    const std::complex<double> back = std::polar(1.0, -std::numbers::pi * k / (bins - 1));
    std::complex<double> sum = 0;
    for (std::size_t i = a.size(); i-- > 0;) sum = (sum + a[i]) * back;
    power[static_cast<std::size_t>(k)] = std::norm(1.0 + sum);
  }
  return power;
}
// The sum over the circle, of values from 0 Hz to half the rate.
template <class F>
double around(int bins, F&& f) {
  double sum = 0;
  for (int k = 0; k < bins; ++k) sum += (k == 0 || k == bins - 1 ? 0.5 : 1) * f(static_cast<std::size_t>(k));
  return sum / (bins - 1);
}
// The spectrum of the model, of that power in all.
inline std::vector<double> spectrum(std::span<const double> a, double power, int bins) {
  std::vector<double> s = inverse_spectrum(a, bins);
  for (double& v : s) v = 1 / v;
  const double all = around(bins, [&](std::size_t k) { return s[k]; });
  for (double& v : s) v *= power / all;
  return s;
}

}  // namespace whitening_detail

// Why this calibration cannot serve these channels and this rate, if it cannot.
template <Spec Owner>
std::optional<Fault> refuse_whitening(const WhiteningCalibration& w, int channels, Hertz rate) {
  const auto refused = [](const char* name, std::string found, std::string expected) {
    return Fault{std::string(info_of<Owner>().name), std::string("whitening.") + name, std::move(found),
                 std::move(expected)};
  };
  const std::string of_each = " for each of " + std::to_string(channels) + " channels";
  if (w.rate != rate) return refused("rate", to_text(w.rate), "that of the stream, " + to_text(rate));
  for (const auto& [name, c] : {std::pair{"level", &w.level}, {"noise", &w.noise}}) {
    if (c->per_channel.size() != static_cast<std::size_t>(channels))
      return refused(name, std::to_string(c->per_channel.size()) + " channels", "one value" + of_each);
    for (const Estimate& e : c->per_channel)
      if (!(std::isfinite(e.value) && e.value > 0))
        return refused(name, to_text(e.value), "a finite number above 0 uV");
  }
  for (const auto& [name, a, order] : {std::tuple{"coefficients", &w.coefficients, w.order},
                                       {"contraction", &w.contraction, w.spectrum_order},
                                       {"rest", &w.rest, w.spectrum_order}}) {
    if (a->size() != static_cast<std::size_t>(order) * static_cast<std::size_t>(channels))
      return refused(name, std::to_string(a->size()) + " numbers", std::to_string(order) + of_each);
    for (const double v : *a)
      if (!std::isfinite(v)) return refused(name, to_text(v), "finite numbers");
  }
  return std::nullopt;
}

}  // namespace unguard
