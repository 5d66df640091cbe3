// SPDX-License-Identifier: Apache-2.0
// What a session is made of: named stages in a fixed order, each of them a plain spec; and what a saved session belongs
// to. Cost: none on the real-time thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "unguard/core/chain.hpp"
#include "unguard/core/text.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/mains.hpp"
#include "unguard/denoise/montage.hpp"
#include "unguard/envelope/gated_rms.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/quality/level_reasons.hpp"
#include "unguard/quality/residual.hpp"
#include "unguard/quality/signal_check.hpp"
#include "unguard/stream/session_detector.hpp"
#include "unguard/stream/session_heart.hpp"
#include "unguard/stream/stream_watch.hpp"

namespace unguard {

// `cleaning` is any Chain that begins with Priming; without `mains` hum is left to it, without `events` there is no
// detector. With a `heart` that is an EcgSubtraction it is taken off before the level, whose gate is then that much
// `ahead`: it waits for the longer of both. With a HeartGate beats are left out of the level, which comes that much
// later besides. With either the detector cancels events that were beats within 150 ms; those that open before a heart
// is known, or has been looked for in vain, bear the reason `heart` instead: they may be beats. An EventDetector that
// was calibrated with beats needs none of that: to it they are rest. The `lead` of a heart, if it is a
// channel of the device by name and none of the montage, is an ECG and no EMG: no readings, no events, no say in the
// checks.
template <FilterSpec Cleaning>
struct Pipeline {
  Cleaning cleaning;
  Montage montage{};
  SignalCheck check{};
  std::optional<Mains> mains{};
  HeartTreatment heart{};
  Residual residual{};
  NoiseFloor noise{};
  HeartShare heart_share{};
  GatedRms level{};
  Levels readings{};
  std::optional<SessionDetector> events{};
  std::optional<StreamWatch> watch{};

  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

// Pipeline{Chain{Priming{}, Bandpass{}}}: not every compiler deduces that by itself.
template <FilterSpec Cleaning>
Pipeline(Cleaning) -> Pipeline<Cleaning>;

namespace pipeline_detail {

inline std::string text_of(const HeartTreatment& heart) {
  if (const auto* off = std::get_if<EcgSubtraction>(&heart)) return to_text(*off);
  if (const auto* out = std::get_if<HeartGate>(&heart)) return to_text(*out);
  return {};
}

// What a saved session belongs to: the whole plan, and all that is known of the device.
template <FilterSpec Cleaning>
std::uint64_t hash_of(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  std::string text = to_text(plan.cleaning) + to_text(plan.check) + to_text(plan.mains) + text_of(plan.heart) +
                     to_text(plan.residual) + to_text(plan.noise) + to_text(plan.heart_share) + to_text(plan.level) +
                     to_text(plan.readings) + (plan.events ? to_text(*plan.events) : "none") + to_text(plan.watch) +
                     (plan.montage.common_average ? "average" : "");
  for (const auto& d : plan.montage.derivations) text += to_text(d.channel.name) + to_text(d.plus) + to_text(d.minus);
  for (const auto& c : format.channels) text += to_text(c.name) + to_text(c.unit);
  const Converter& known = format.converter;
  for (const auto& v : {known.step, known.low_rail, known.high_rail, known.noise}) text += to_text(v);
  return unguard::hash_of(text, format);
}

}  // namespace pipeline_detail

}  // namespace unguard
