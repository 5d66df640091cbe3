// SPDX-License-Identifier: Apache-2.0
// Four records with a name, as starting points: change a field of what you get, then simulate.
// Guarded levels: pooled ratios of patients, 2.96 and 4.07, Gouteron et al. 2022, doi:10.1007/s00586-021-06992-0.
// Cost: none; values.
#pragma once

#include <string>
#include <string_view>

#include "unguard/core/error.hpp"
#include "unguard/simulate/paraspinal.hpp"

namespace unguard {

// "rest": events of 10 to 20 dB in declared rest. "healthy": bending with silence at full flexion. "guarded": without
// silence, with spikes on bending and less range. "contaminated": rest with heart, mains, motion, offsets, lost
// contact.
inline Result<Paraspinal> try_scenario(std::string_view name, Seconds duration, std::int64_t seed,
                                       Hertz rate = {2000}) {
  Paraspinal spec{.seed = seed, .rate = rate, .duration = duration};
  if (name == "rest") return spec;
  if (name == "healthy" || name == "guarded") {
    spec.task = ParaspinalTask::bending;
    if (name == "healthy") return spec;
    spec.bending.pattern = BendingPattern::guarded;
    spec.bending.full_flexion = {60};
    spec.bending.bending_level = {30};    // over 10 in full flexion: 2.97 with the resting EMG of the first channel
    spec.bending.returning_level = {41};  // 4.06
    return spec;
  }
  if (name == "contaminated") {
    spec.ecg = EcgArtefact{.r_peak = {{30}, {-20}, {12}, {15}}};
    spec.mains = MainsArtefact{.level = {{5}, {3}, {8}, {4}}};
    spec.motion = MotionArtefact{};
    spec.lead_off = LeadOff{};
    spec.offset = {{12000}, {-8000}, {30000}, {-25000}};
    return spec;
  }
  return Fault{"scenario", "name", "\"" + std::string(name) + "\"",
               "one of \"rest\", \"healthy\", \"guarded\", \"contaminated\""};
}

#if defined(__cpp_exceptions)
inline Paraspinal scenario(std::string_view name, Seconds duration, std::int64_t seed, Hertz rate = {2000}) {
  return try_scenario(name, duration, seed, rate).take();
}
#endif

}  // namespace unguard
