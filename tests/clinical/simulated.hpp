// SPDX-License-Identifier: Apache-2.0
// A simulated record behind the band-pass, its angle and its truth.
#pragma once

#include <cstddef>
#include <vector>

#include "unguard/filter/one_channel_sections.hpp"
#include "unguard/simulate/onset_trial.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {

struct SimulatedRecord {
  Truth truth{};
  std::vector<double> emg{}, degrees{};  // frames of paraspinal_channels; one angle a frame

  explicit SimulatedRecord(const Paraspinal& spec) {
    Simulator simulator = start_simulator(spec);
    truth = simulator.truth();
    const auto n = simulator.frames();
    emg.resize(static_cast<std::size_t>(n * paraspinal_channels));
    degrees.resize(static_cast<std::size_t>(n));
    simulator.generate({emg.data(), n, paraspinal_channels}, {}, degrees);
    std::vector<OneChannelSections> band(paraspinal_channels,
                                         OneChannelSections(design(onset_band(spec.rate), spec.rate).take()));
    for (std::size_t k = 0; k < emg.size(); ++k) emg[k] = band[k % band.size()].step(emg[k]);
  }
};

}  // namespace unguard
