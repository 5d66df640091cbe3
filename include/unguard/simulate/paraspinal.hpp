// SPDX-License-Identifier: Apache-2.0
// Everything that decides a simulated record of four paraspinal channels; the same spec gives the same bits.
// EMG at rest and in action, what the person does, and what the electrodes add. Every disturbance is off unless given.
// Cost: none; a value.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/simulate/bending.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/digitiser.hpp"
#include "unguard/simulate/ecg_artefact.hpp"
#include "unguard/simulate/lead_off.hpp"
#include "unguard/simulate/level_drift.hpp"
#include "unguard/simulate/mains_artefact.hpp"
#include "unguard/simulate/motion_artefact.hpp"
#include "unguard/simulate/rest_events.hpp"
#include "unguard/simulate/resting_units.hpp"

namespace unguard {

enum class ParaspinalTask { rest, bending };
constexpr std::array<std::string_view, 2> names(const ParaspinalTask*) { return {"rest", "bending"}; }

struct Paraspinal {
  std::int64_t seed = 1;
  Hertz rate{2000};
  Seconds duration{60};
  ParaspinalTask task = ParaspinalTask::rest;
  RestEvents rest_events{};
  Bending bending{};
  CarrierPreset carrier = CarrierPreset::trunk;
  PerChannel<Microvolts> resting{{1.5}, {1.8}, {1.2}, {2.2}};
  PerChannel<Microvolts> sensor_noise{Microvolts{0.5}};
  PerChannel<Microvolts> offset{Microvolts{0}};
  std::optional<EcgArtefact> ecg{};
  std::optional<MainsArtefact> mains{};
  std::optional<MotionArtefact> motion{};
  std::optional<LeadOff> lead_off{};
  std::optional<RestingUnits> resting_units{};
  std::optional<LevelDrift> level_drift{};
  std::optional<Digitiser> digitiser{Digitiser{}};

  friend bool operator==(const Paraspinal&, const Paraspinal&) = default;
};
constexpr SpecInfo info(const Paraspinal*) {
  return {"Paraspinal", "simulated EMG of longissimus and multifidus, both sides, with truth",
          "Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738"};
}
constexpr auto fields(const Paraspinal*) {
  return field_list(
      field<&Paraspinal::seed>("seed", "chooses the record", between(0, 9e15)),
      field<&Paraspinal::rate>("rate", "sampling rate", between(500, 50000)),
      field<&Paraspinal::duration>("duration", "length of the record", between(1, 604800)),
      field<&Paraspinal::task>("task", "declared rest throughout, or bending cycles"),
      field<&Paraspinal::rest_events>("rest_events", "events in the rest task"),
      field<&Paraspinal::bending>("bending", "cycles of the bending task"),
      field<&Paraspinal::carrier>("carrier", "spectrum of the EMG"),
      field<&Paraspinal::resting>("resting", "RMS of the resting EMG, whole band", between(0, 1000)),
      field<&Paraspinal::sensor_noise>("sensor_noise", "RMS of the white noise of electrode and amplifier, whole band",
                                       between(0, 1000)),
      field<&Paraspinal::offset>("offset", "electrode offset", between(-1e6, 1e6)),
      field<&Paraspinal::ecg>("ecg", "heartbeat"), field<&Paraspinal::mains>("mains", "mains hum"),
      field<&Paraspinal::motion>("motion", "electrode motion"),
      field<&Paraspinal::lead_off>("lead_off", "lost contact"),
      field<&Paraspinal::resting_units>("resting_units", "single motor units in declared rest"),
      field<&Paraspinal::level_drift>("level_drift", "slow drift of resting EMG and sensor noise"),
      field<&Paraspinal::digitiser>("digitiser", "converter; none gives unrounded values"));
}

inline constexpr int paraspinal_channels = 4;

inline Channels paraspinal_channel_list() {
  return Channels(std::vector<Channel>{{"longissimus L", "longissimus", Side::left, "uV"},
                                       {"longissimus R", "longissimus", Side::right, "uV"},
                                       {"multifidus L", "multifidus", Side::left, "uV"},
                                       {"multifidus R", "multifidus", Side::right, "uV"}});
}

// What events stand out from: resting EMG and sensor noise, whole band. Between 20 and 450 Hz, where white noise loses
// more than EMG does, an SNR at the defaults is 0.1 to 0.3 dB better than stated. With a drift: its middle level.
inline Microvolts resting_background(const Paraspinal& spec, int channel) {
  const double a = spec.resting.at(channel).value, b = spec.sensor_noise.at(channel).value;
  return {std::sqrt(a * a + b * b)};
}

inline StreamFormat stream_format(const Paraspinal& spec) {
  StreamFormat format{.rate = spec.rate, .channels = paraspinal_channel_list()};
  if (spec.digitiser)
    format.converter = {
        .step = spec.digitiser->step, .low_rail = spec.digitiser->low_rail, .high_rail = spec.digitiser->high_rail};
  for (int c = 0; c < paraspinal_channels; ++c) {
    const Microvolts noise = spec.sensor_noise.at(c);
    if (noise.value > 0 && (!format.converter.noise || *format.converter.noise < noise)) format.converter.noise = noise;
  }
  return format;
}

}  // namespace unguard
