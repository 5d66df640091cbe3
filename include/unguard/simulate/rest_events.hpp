// SPDX-License-Identifier: Apache-2.0
// Spasm-like events in declared rest: spikes of 30-250 ms, phasic bursts of 0.25-2 s, tonic stretches above 2 s.
// Classes by analogy with sleep bruxism (Lavigne et al. 1996, doi:10.1177/00220345960750010601) and REM sleep without
// atonia; durations log-uniform within each class, so both sides of every border are met. Cost: set-up only.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"
#include "unguard/simulate/segment.hpp"
#include "unguard/simulate/truth.hpp"

namespace unguard {

// With gaps below 3 s three bursts in a row are a phasic episode to a detector; shortest_gap = 3.2 s avoids that.
struct RestEvents {
  Seconds quiet{20};
  double lowest_snr_dB = 10;
  double highest_snr_dB = 20;
  double spikes = 1;
  double bursts = 1;
  double tonics = 0.5;
  Seconds shortest_gap{0.8};
  Seconds mean_gap{3};
  Seconds longest_tonic{8};
  RampShape shape = RampShape::linear;
  Seconds ramp{0.01};

  friend bool operator==(const RestEvents&, const RestEvents&) = default;
};
constexpr SpecInfo info(const RestEvents*) {
  return {"RestEvents", "spikes, bursts and tonic stretches in declared rest",
          "Lavigne et al. 1996, doi:10.1177/00220345960750010601"};
}
constexpr auto fields(const RestEvents*) {
  return field_list(
      field<&RestEvents::quiet>("quiet", "no event before: time to calibrate", between(0, 86400)),
      field<&RestEvents::lowest_snr_dB>("lowest_snr_dB", "weakest event over the resting power", between(-10, 60)),
      field<&RestEvents::highest_snr_dB>("highest_snr_dB", "strongest event over the resting power", between(-10, 60)),
      field<&RestEvents::spikes>("spikes", "weight of spikes in the draw", between(0, 1000)),
      field<&RestEvents::bursts>("bursts", "weight of phasic bursts in the draw", between(0, 1000)),
      field<&RestEvents::tonics>("tonics", "weight of tonic stretches in the draw", between(0, 1000)),
      field<&RestEvents::shortest_gap>("shortest_gap", "silence between two events, at least", between(0.5, 3600)),
      field<&RestEvents::mean_gap>("mean_gap", "silence between two events, on average", between(0.5, 3600)),
      field<&RestEvents::longest_tonic>("longest_tonic", "longest tonic stretch", between(2.1, 3600)),
      field<&RestEvents::shape>("shape", "form of rise and fall"),
      field<&RestEvents::ramp>("ramp", "rise and fall time, at most a quarter of the event each", between(0, 1)));
}

struct DurationClass {
  EventKind kind;
  std::int64_t least, most;  // samples, both included
};
// 30 ms <= spike < 250 ms <= burst <= 2 s < tonic.
inline DurationClass duration_class(EventKind kind, Hertz rate, Seconds longest_tonic) {
  const auto up = [&](double s) { return static_cast<std::int64_t>(std::ceil(s * rate.value - 1e-9)); };
  const auto down = [&](double s) { return static_cast<std::int64_t>(std::floor(s * rate.value + 1e-9)); };
  if (kind == EventKind::spike) return {kind, up(0.03), up(0.25) - 1};
  if (kind == EventKind::phasic_burst) return {kind, up(0.25), down(2)};
  return {kind, down(2) + 1, down(longest_tonic.value)};
}

// One channel's events in order; `resting` is the RMS of what they stand out from.
inline std::vector<TrueEvent> draw_rest_events(const RestEvents& spec, RandomStream random, int channel,
                                               Microvolts resting, SampleIndex end, Hertz rate) {
  std::vector<TrueEvent> all;
  const double weights = spec.spikes + spec.bursts + spec.tonics;
  if (weights <= 0) return all;
  const std::int64_t shortest_gap = samples_in(spec.shortest_gap, rate);
  // The first waits for its gap behind the quiet; the next one's gap is drawn with it.
  for (SampleIndex at{samples_in(spec.quiet, rate)};;) {
    const std::int64_t gap =
        shortest_gap + samples_in({random.exponential((spec.mean_gap - spec.shortest_gap).value)}, rate);
    const double pick = weights * random.uniform();
    const EventKind kind = pick < spec.spikes                 ? EventKind::spike
                           : pick < spec.spikes + spec.bursts ? EventKind::phasic_burst
                                                              : EventKind::tonic;
    const DurationClass c = duration_class(kind, rate, spec.longest_tonic);
    const double drawn = random.log_uniform(static_cast<double>(c.least), static_cast<double>(c.most) + 1);
    const std::int64_t length = std::clamp(static_cast<std::int64_t>(drawn), c.least, c.most);
    const double snr = random.uniform(spec.lowest_snr_dB, spec.highest_snr_dB);
    const SampleIndex onset = at + gap, offset = onset + length;
    if (!(offset + shortest_gap < end)) return all;
    all.push_back({channel, kind, Context::rest, onset, offset, resting * std::pow(10.0, snr / 20), snr});
    at = offset;
  }
}

inline Segment segment_of(const RestEvents& spec, const TrueEvent& e, Hertz rate) {
  const std::int64_t ramp = std::min(samples_in(spec.ramp, rate), (e.offset - e.onset) / 4);
  return {e.onset, e.offset, e.level, spec.shape, ramp, ramp};
}

}  // namespace unguard
