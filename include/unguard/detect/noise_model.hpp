// SPDX-License-Identifier: Apache-2.0
// What the noise at rest is like in each channel: an autoregressive model of its spectrum and its level, as stored in a
// plan. Detectors whiten with it, and false alarms are counted on noise that it makes: "3 SD" of coloured noise are not
// those of white noise. Gaussian: spikes of rest are not in it. Burg 1975, Maximum Entropy Spectral Analysis, Stanford.
// Cost: none.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"
#include "unguard/filter/whitening.hpp"

namespace unguard {

struct NoiseModel {
  Hertz rate{2000};
  int order = 12;
  std::vector<double> coefficients{};  // a1, a2, ... of x[n] = -a1 x[n - 1] - ... + e[n]; channel after channel
  Calibration level{};                 // RMS; no values: none

  bool empty() const noexcept { return level.per_channel.empty(); }
  int channels() const noexcept { return static_cast<int>(level.per_channel.size()); }
  std::span<const double> of(int channel) const {
    const auto n = static_cast<std::size_t>(order);
    return {coefficients.data() + n * static_cast<std::size_t>(channel), n};
  }
  // RMS of what the model cannot predict, e.
  double error(int channel) const {
    const auto a = of(channel);
    return level.per_channel[static_cast<std::size_t>(channel)].value /
           std::sqrt(whitening_detail::power_ratio({a.begin(), a.end()}));
  }
  friend bool operator==(const NoiseModel&, const NoiseModel&) = default;
};
constexpr SpecInfo info(const NoiseModel*) {
  return {"NoiseModel", "spectrum and level of the noise at rest",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const NoiseModel*) {
  using N = NoiseModel;
  return field_list(field<&N::rate>("rate", "of the samples it was made from", positive),
                    field<&N::order>("order", "of the model", between(1, 100)),
                    field<&N::coefficients>("coefficients", "a1, a2, ... of the noise, channel after channel"),
                    field<&N::level>("level", "RMS of the noise"));
}

// Why this model cannot serve these channels and this rate, if it cannot. `name` is the field that holds it.
template <Spec Owner>
std::optional<Fault> refuse_noise_model(const NoiseModel& noise, const std::string& name, int channels, Hertz rate) {
  const auto refused = [&](const char* field, std::string found, std::string expected) {
    return Fault{std::string(info_of<Owner>().name), name + "." + field, std::move(found), std::move(expected)};
  };
  const std::string of_each = " for each of " + std::to_string(channels) + " channels";
  if (noise.rate != rate) return refused("rate", to_text(noise.rate), "that of the stream, " + to_text(rate));
  if (noise.channels() != channels)
    return refused("level", std::to_string(noise.channels()) + " channels", "one value" + of_each);
  if (noise.order < 1 || noise.order > 100) return refused("order", std::to_string(noise.order), "1 to 100");
  if (noise.coefficients.size() != static_cast<std::size_t>(noise.order) * static_cast<std::size_t>(channels))
    return refused("coefficients", std::to_string(noise.coefficients.size()) + " numbers",
                   std::to_string(noise.order) + of_each);
  for (const Estimate& e : noise.level.per_channel)
    if (!(std::isfinite(e.value) && e.value > 0))
      return refused("level", to_text(e.value), "a finite number above 0 uV");
  for (int c = 0; c < channels; ++c) {
    const double error = noise.error(c);
    if (!(std::isfinite(error) && error > 0))
      return refused("coefficients", "unstable in channel " + std::to_string(c + 1),
                     "a stable model: 1 + a1 z^-1 + ... with its zeros inside the unit circle");
  }
  return std::nullopt;
}

}  // namespace unguard
