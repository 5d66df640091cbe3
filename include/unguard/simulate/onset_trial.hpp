// SPDX-License-Identifier: Apache-2.0
// One trial of an onset detector: rest, one burst of EMG that begins at a known sample, rest. After Staude et al. 2001,
// doi:10.1155/S1110865701000191, and Bonato et al. 1998, doi:10.1109/10.661154. SNR is a ratio of mean powers in the
// band in which a detector works, EMG alone on its plateau to noise alone: the same SNR whatever the colour of either.
// Cost: none; a value.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unguard/core/fields.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/any_carrier.hpp"
#include "unguard/simulate/ecg_artefact.hpp"
#include "unguard/simulate/onset_gate.hpp"

namespace unguard {

// White as of an amplifier; trunk and limb as of other muscles far away.
enum class NoiseColour { white, trunk, limb };
constexpr std::array<std::string_view, 3> names(const NoiseColour*) { return {"white", "trunk", "limb"}; }

struct OnsetTrial {
  std::int64_t seed = 1;
  Hertz rate{2000};
  CarrierPreset carrier = CarrierPreset::trunk;
  CarrierKind kind = CarrierKind::gaussian;
  int units = 30;
  OnsetShape shape = OnsetShape::step;
  Seconds rise{0.05};
  Seconds fall{0.05};
  Seconds sigma{0.1};
  double truncation = 1.5;
  Seconds baseline{0.7};
  Seconds active{1};
  Seconds tail{0.5};
  double snr_dB = 10;
  Microvolts noise{2};
  NoiseColour noise_colour = NoiseColour::white;
  std::optional<double> emg_over_ecg_dB{};
  double beats_per_minute = 65;

  friend bool operator==(const OnsetTrial&, const OnsetTrial&) = default;
};
constexpr SpecInfo info(const OnsetTrial*) {
  return {"OnsetTrial", "one burst of EMG in noise, whose onset is known to the sample",
          "Staude et al. 2001, doi:10.1155/S1110865701000191"};
}
constexpr auto fields(const OnsetTrial*) {
  return field_list(
      field<&OnsetTrial::seed>("seed", "chooses the trial", between(0, 9e15)),
      field<&OnsetTrial::rate>("rate", "sampling rate", between(500, 10000)),
      field<&OnsetTrial::carrier>("carrier", "spectrum of the EMG"),
      field<&OnsetTrial::kind>("kind", "model of the EMG"),
      field<&OnsetTrial::units>("units", "how many motor units fire; motor_units only", between(1, 300)),
      field<&OnsetTrial::shape>("shape", "how the burst rises and falls"),
      field<&OnsetTrial::rise>("rise", "from onset to the plateau; ramp and trapezoid", between(0, 10)),
      field<&OnsetTrial::fall>("fall", "from the plateau to offset; trapezoid only", between(0, 10)),
      field<&OnsetTrial::sigma>("sigma", "standard deviation of the truncated Gaussian", between(0.005, 10)),
      field<&OnsetTrial::truncation>("truncation", "where the truncated Gaussian is cut off to either side, in sigma",
                                     between(0.5, 4)),
      field<&OnsetTrial::baseline>("baseline", "rest before onset", between(0, 3600)),
      field<&OnsetTrial::active>("active", "from onset to offset; the truncated Gaussian has its own length",
                                 between(0.01, 3600)),
      field<&OnsetTrial::tail>("tail", "rest behind offset", between(0, 3600)),
      field<&OnsetTrial::snr_dB>(
          "snr_dB", "power of the EMG alone over that of the noise alone, both from 20 to 450 Hz", between(-20, 60)),
      field<&OnsetTrial::noise>("noise", "RMS of the noise from 20 to 450 Hz", between(0.001, 10000)),
      field<&OnsetTrial::noise_colour>("noise_colour", "spectrum of the noise"),
      field<&OnsetTrial::emg_over_ecg_dB>(
          "emg_over_ecg_dB",
          "power of the EMG alone over that of the ECG alone, both from 20 to 450 Hz; none: no heart",
          between(-40, 60)),
      field<&OnsetTrial::beats_per_minute>("beats_per_minute", "mean heart rate", between(30, 200)));
}

// Where SNR is counted: a causal Butterworth band-pass of order 2 at each edge, 20 to 450 Hz, or to 0.45 of the rate
// where that is lower.
inline Bandpass onset_band(Hertz rate) {
  return {.low = {20}, .high = {std::min(450.0, 0.45 * rate.value)}, .order = 2};
}

inline EcgArtefact onset_ecg(const OnsetTrial& trial) { return {.beats_per_minute = trial.beats_per_minute}; }

// When the muscle is on.
inline OnsetGate onset_gate(const OnsetTrial& trial) {
  const SampleIndex onset{samples_in(trial.baseline, trial.rate)};
  const bool gaussian = trial.shape == OnsetShape::truncated_gaussian;
  const Seconds length = gaussian ? 2 * trial.truncation * trial.sigma : trial.active;
  const SampleIndex offset = onset + std::max<std::int64_t>(1, samples_in(length, trial.rate));
  if (gaussian) return OnsetGate::gaussian(onset, offset, trial.sigma * trial.rate);
  return OnsetGate::straight(trial.shape, onset, offset, samples_in(trial.rise, trial.rate),
                             samples_in(trial.fall, trial.rate));
}

// Every reason to refuse a trial; none, when it can be made.
inline std::optional<Fault> refuse(const OnsetTrial& trial) {
  if (auto fault = validate(trial)) return fault;
  const bool falls = trial.shape == OnsetShape::trapezoid;
  if ((falls || trial.shape == OnsetShape::ramp) && trial.active < trial.rise + (falls ? trial.fall : Seconds{0}))
    return fault_of<OnsetTrial>("active", trial.active,
                                std::string("at least rise") + (falls ? " and fall together, " : ", ") +
                                    to_text(trial.rise + (falls ? trial.fall : Seconds{0})));
  return std::nullopt;
}

}  // namespace unguard
