// SPDX-License-Identifier: Apache-2.0
// A whole session, from what a device hands over to readings and events: checks, montage, mains, cleaning, a look at
// what is left, a gated level with its readings, and a detector on what was cleaned. No signal processing of its own.
// Cost and latency: those of the stages; starting one allocates.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "unguard/core/sink.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/noise_bandwidth.hpp"
#include "unguard/stream/live_pipeline.hpp"

namespace unguard {

namespace pipeline_detail {

// What the cleaning leaves of the least noise there is in 20 to 450 Hz; all of it where that cannot be told.
template <FilterSpec Cleaning>
Microvolts left_of(Microvolts noise, const Cleaning& cleaning, Hertz rate) {
  const auto parts = linear(cleaning, rate);
  const auto power = parts ? noise_power(*parts) : std::nullopt;
  return noise * std::sqrt(std::min(1.0, power.value_or(1) * rate.value / 2 / 430));
}

}  // namespace pipeline_detail

// The checks look at the electrodes as they come in: a rail or a lost contact is one of an electrode, not of a pair. A
// `lead` that is a channel of the device, and none of the montage, has a check of its own.
template <FilterSpec Cleaning>
Result<LivePipeline<Cleaning>> try_start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  const HeartAsked asked = heart_asked(plan.heart);
  const std::optional<int> lead = own_lead(asked.lead, plan.montage, format);
  const StreamFormat electrodes = lead ? without_channel(format, *lead) : format;
  if (lead && electrodes.channels.count() == 0)
    return Fault{std::string(asked.spec), "lead", to_text(asked.lead), "an ECG beside at least one channel of EMG"};
  auto check = try_start(plan.check, electrodes);
  if (!check) return check.fault();
  auto montage = try_start(plan.montage, electrodes);
  if (!montage) return montage.fault();
  const StreamFormat& derived = (*montage).format();
  std::optional<LiveMains> mains;
  if (plan.mains) {
    auto started = try_start(*plan.mains, derived);
    if (!started) return started.fault();
    mains = std::move(*started);
  }
  // Or the first levels would be the electrode's offset.
  if (!(priming_of(plan.cleaning).value > 0))
    return Fault{"Pipeline", "cleaning", to_text(plan.cleaning), "a chain that begins with Priming"};
  auto cleaning = try_start(plan.cleaning, derived);
  if (!cleaning) return cleaning.fault();
  Residual left = plan.residual;
  left.least_noise = pipeline_detail::left_of(left.least_noise, plan.cleaning, derived.rate);
  auto residual = try_start(left, derived);
  if (!residual) return residual.fault();
  const StreamFormat heard = lead ? with_channel(derived, format.channels[*lead]) : derived;
  auto heart = try_start_heart<Cleaning>(plan.heart, heard, plan.events ? &*cleaning : nullptr,
                                         derived.channels.count(), plan.level.window + plan.level.wait);
  if (!heart) return heart.fault();
  GatedRms height = plan.level;
  if (height.ahead != Seconds{0}) return fault_of<GatedRms>("ahead", height.ahead, "0 s: a session knows it itself");
  if (std::holds_alternative<EcgSubtraction>(plan.heart)) height.ahead = asked.look_ahead;
  height.least_noise = std::max(height.least_noise, left.least_noise);
  auto level = try_start(height, derived);
  if (!level) return level.fault();
  // The lead of a heart that is taken off or left out is the one to hear it by.
  HeartShare beats = plan.heart_share;
  if (beats.lead.empty()) beats.lead = asked.lead;
  const double left_noise = pipeline_detail::left_of(Microvolts{1}, plan.cleaning, derived.rate).value;
  auto reasons = try_start(plan.noise, beats, derived, heard, height.window,
                           std::max(height.wait - height.ahead, Seconds{0}), asked.look_ahead, left_noise * left_noise);
  if (!reasons) return reasons.fault();
  auto readings = try_start(plan.readings, derived);
  if (!readings) return readings.fault();
  std::optional<LiveSessionDetector> events;
  if (plan.events) {
    auto started = try_start(*plan.events, derived);
    if (!started) return started.fault();
    events = std::move(*started);
  }
  std::optional<LiveStreamWatch> watch;
  if (plan.watch) {
    auto started = try_start(*plan.watch, format);
    if (!started) return started.fault();
    watch = std::move(*started);
  }
  std::optional<LeadColumn> column;
  if (lead) {
    auto of_lead = try_start_lead_check(format, *lead);
    if (!of_lead) return of_lead.fault();
    column.emplace(*lead, format.channels.count(), derived.channels.count(), LivePipeline<Cleaning>::tile,
                   std::move(*of_lead));
  }
  return LivePipeline<Cleaning>(plan, format, std::move(column), std::move(*check), std::move(*montage),
                                std::move(mains), std::move(*heart), std::move(*cleaning), std::move(*residual),
                                std::move(*reasons), std::move(*level), std::move(*readings), std::move(events),
                                std::move(watch));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
template <FilterSpec Cleaning>
LivePipeline<Cleaning> start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  return try_start(plan, format).take();
}
#endif

}  // namespace unguard
