// SPDX-License-Identifier: Apache-2.0
// What the fields of a simulation cannot say one by one: order of low and high, lists as long as the channels, room for
// a cycle. In the voice of every other refusal. Cost: set-up only.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/simulate/paraspinal.hpp"

namespace unguard {

namespace paraspinal_detail {

template <Spec S, class T>
std::optional<Fault> refuse_order(std::string_view high_name, const T& low, const T& high, std::string_view low_name) {
  if (!(high < low)) return std::nullopt;
  return fault_of<S>(high_name, high, "at least " + std::string(low_name) + ", " + to_text(low));
}
template <Spec S, class T>
std::optional<Fault> refuse_count(std::string_view name, const PerChannel<T>& list) {
  if (list.values.size() == 1 || list.values.size() == paraspinal_channels) return std::nullopt;
  return fault_of<S>(name, list, "one value, or one for each of the 4 channels");
}
template <Spec S>
std::optional<Fault> refuse_inside(const std::optional<S>& nested) {
  return nested ? validate(*nested) : std::nullopt;
}
inline std::optional<Fault> first(std::initializer_list<std::optional<Fault>> all) {
  for (const auto& fault : all)
    if (fault) return fault;
  return std::nullopt;
}

inline std::optional<Fault> refuse_task(const Paraspinal& spec) {
  const RestEvents& r = spec.rest_events;
  const Bending& b = spec.bending;
  if (auto fault =
          first({refuse_order<RestEvents>("highest_snr_dB", r.lowest_snr_dB, r.highest_snr_dB, "lowest_snr_dB"),
                 refuse_order<RestEvents>("mean_gap", r.shortest_gap, r.mean_gap, "shortest_gap"),
                 refuse_order<Bending>("highest_spike", b.lowest_spike, b.highest_spike, "lowest_spike")}))
    return fault;
  for (int c = 0; c < paraspinal_channels; ++c)
    if (resting_background(spec, c).value <= 0)
      return fault_of<Paraspinal>("resting", spec.resting,
                                  "resting EMG or sensor noise above 0 uV: an SNR needs something to stand out from");
  if (spec.task == ParaspinalTask::rest) return std::nullopt;
  const Seconds longest = b.rest + (1 + b.unevenness) * (b.stand + b.bend + b.hold + b.back);
  if (spec.duration < longest)
    return fault_of<Paraspinal>("duration", spec.duration,
                                "rest and at least one bending cycle, " + to_text(longest) + " or more");
  return std::nullopt;
}

}  // namespace paraspinal_detail

// Every reason to refuse a simulation; none, when it can be started.
inline std::optional<Fault> refuse(const Paraspinal& spec) {
  using namespace paraspinal_detail;
  if (auto fault = validate(spec)) return fault;
  if (auto fault =
          first({refuse_inside(spec.ecg), refuse_inside(spec.mains), refuse_inside(spec.motion),
                 refuse_inside(spec.lead_off), refuse_inside(spec.digitiser), refuse_inside(spec.resting_units),
                 refuse_inside(spec.level_drift), refuse_count<Paraspinal>("resting", spec.resting),
                 refuse_count<Paraspinal>("sensor_noise", spec.sensor_noise),
                 refuse_count<Paraspinal>("offset", spec.offset)}))
    return fault;
  if (spec.ecg)
    if (auto fault = refuse_count<EcgArtefact>("r_peak", spec.ecg->r_peak)) return fault;
  if (spec.mains)
    if (auto fault = refuse_count<MainsArtefact>("level", spec.mains->level)) return fault;
  if (spec.motion)
    if (auto fault = first({refuse_count<MotionArtefact>("wander", spec.motion->wander),
                            refuse_order<MotionArtefact>("tug_longest", spec.motion->tug_shortest,
                                                         spec.motion->tug_longest, "tug_shortest")}))
      return fault;
  if (spec.lead_off)
    if (auto fault = refuse_order<LeadOff>("longest", spec.lead_off->shortest, spec.lead_off->longest, "shortest"))
      return fault;
  if (const auto& units = spec.resting_units)
    if (auto fault = first({refuse_count<RestingUnits>("height", units->height),
                            refuse_order<RestingUnits>("fastest", units->slowest, units->fastest, "slowest"),
                            refuse_order<RestingUnits>("longest", units->shortest, units->longest, "shortest")}))
      return fault;
  if (spec.digitiser && !(spec.digitiser->low_rail < spec.digitiser->high_rail))
    return fault_of<Digitiser>("high_rail", spec.digitiser->high_rail,
                               "above low_rail, " + to_text(spec.digitiser->low_rail));
  return refuse_task(spec);
}

}  // namespace unguard
