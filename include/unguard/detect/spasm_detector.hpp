// SPDX-License-Identifier: Apache-2.0
// Spasm-like activity in band-passed EMG: what a muscle does above its calibrated rest, and, in declared rest only,
// what that is called. Rules proposed after Lavigne 1996 (bruxism), doi:10.1177/00220345960750010601, and Staude & Wolf
// 1999. Cost: two moving sums and four comparisons a sample. Latency: decision delay, see latency().
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/live_spasm_detector.hpp"
#include "unguard/detect/rest_calibration.hpp"

namespace unguard {

// The onset, offset and all other sample indices of an event count samples of the detector's own input: what filters
// before it delay (Latency) is not taken off.
struct SpasmDetector {
  RestCalibration rest{};      // empty: learnt from the first `learn` of the stream, which must be rest
  Seconds learn{10};           // of unmarked signal; nothing is reported meanwhile
  bool all_rest = false;       // the whole stream is declared rest
  Seconds slow{0.1};           // envelope for ACTIVITY, PHASIC BURST, TONIC
  Seconds fast{0.025};         // envelope for SPIKE, and for a quick decision
  double slow_spreads = 4;     // enter above level + max(slow_spreads spread, rise level, margin)
  double fast_spreads = 6;     // the same for the fast envelope
  double rise = 1;             // as a fraction of the level
  Microvolts margin{1};        // no smaller rise counts
  double leave = 0.6;          // of the entering rise
  Seconds shortest{0.03};      // by edge-refined duration; shorter events are cancelled
  Seconds burst{0.25};         // from SPIKE to PHASIC BURST
  Seconds tonic{2};            // from PHASIC BURST to TONIC
  Seconds join{0.2};           // a shorter gap is none
  Seconds tonic_join{0.5};     // the same within a TONIC
  Seconds activity_join{0.5};  // the same outside declared rest
  double tracking = 0.02;      // most the level moves in a minute, as a fraction
  double cap = 1.5;            // most the level moves at all, as a factor
  Seconds bridge{0.05};        // a longer marked stretch ends an event
  Seconds guard{0.1};          // a mark this close behind an onset cancels the event
  Seconds late{0.3};           // the same of what is found late: no contact, hum, movement
  Seconds exposure{3600};      // confidence: the chance that rest alone stays below the peak for so long

  friend bool operator==(const SpasmDetector&, const SpasmDetector&) = default;
};
constexpr SpecInfo info(const SpasmDetector*) {
  return {"SpasmDetector", "activity above rest; in declared rest: spike, phasic burst, tonic",
          "rules proposed after Lavigne 1996, doi:10.1177/00220345960750010601; edges: Staude & Wolf 1999, "
          "doi:10.1016/S1350-4533(99)00067-3"};
}
constexpr auto fields(const SpasmDetector*) {
  using S = SpasmDetector;
  return field_list(
      field<&S::rest>("rest", "calibrated rest; none: learnt from the first stretch"),
      field<&S::learn>("learn", "unmarked first stretch to learn the rest from, if none is given", between(2, 600)),
      field<&S::all_rest>("all_rest", "whether the whole stream is declared rest"),
      field<&S::slow>("slow", "window of the envelope for activity, burst and tonic", between(1e-3, 10)),
      field<&S::fast>("fast", "window of the envelope for spikes", between(1e-3, 10)),
      field<&S::slow_spreads>("slow_spreads", "entering rise in spreads of the slow envelope", between(1, 1000)),
      field<&S::fast_spreads>("fast_spreads", "entering rise in spreads of the fast envelope", between(1, 1000)),
      field<&S::rise>("rise", "entering rise as a fraction of the level", between(0.0, 1000)),
      field<&S::margin>("margin", "smallest entering rise", not_negative),
      field<&S::leave>("leave", "leaving rise as a fraction of the entering rise", between(0.05, 0.95)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::burst>("burst", "duration from which a spike is a phasic burst", between(0.01, 60)),
      field<&S::tonic>("tonic", "duration beyond which a phasic burst is tonic", between(0.01, 600)),
      field<&S::join>("join", "a shorter gap does not end an event", between(0.0, 10)),
      field<&S::tonic_join>("tonic_join", "a shorter gap does not end a tonic event", between(0.0, 10)),
      field<&S::activity_join>("activity_join", "a shorter gap does not end an event outside declared rest",
                               between(0.0, 10)),
      field<&S::tracking>("tracking", "most the rest level is moved in a minute, as a fraction", between(0.0, 0.5)),
      field<&S::cap>("cap", "most the rest level is moved at all, as a factor", between(1, 10)),
      field<&S::bridge>("bridge", "a longer marked stretch ends an event", between(0.0, 10)),
      field<&S::guard>("guard", "a mark this close behind an onset cancels the event", between(0.0, 10)),
      field<&S::late>("late", "a mark of no contact, hum or movement this close behind an onset cancels the event",
                      between(0.0, 10)),
      field<&S::exposure>("exposure", "time of rest that confidence speaks about", between(1, 1e6)));
}

namespace spasm_detail {

inline std::optional<Fault> refuse(const SpasmDetector& spec, const StreamFormat& format) {
  using S = SpasmDetector;
  if (samples_in(spec.fast, format.rate) < 2)
    return fault_of<S>("fast", spec.fast, "at least two samples, " + to_text(Seconds{2 / format.rate.value}));
  if (!(spec.fast < spec.slow)) return fault_of<S>("fast", spec.fast, "below slow, " + to_text(spec.slow));
  if (!(spec.shortest < spec.burst))
    return fault_of<S>("shortest", spec.shortest, "below burst, " + to_text(spec.burst));
  if (!(spec.burst < spec.tonic)) return fault_of<S>("burst", spec.burst, "below tonic, " + to_text(spec.tonic));
  if (spec.tonic_join < spec.join)
    return fault_of<S>("tonic_join", spec.tonic_join, "at least join, " + to_text(spec.join));
  for (const Channel& channel : format.channels)
    if (channel.unit != "uV")
      return Fault{"StreamFormat", "channels", "\"" + channel.name + "\" in " + channel.unit, "channels in uV"};
  if (spec.rest.empty()) return std::nullopt;
  return refuse_rest<S>(spec.rest, format.channels.count(), spec.slow, spec.fast);
}

inline ActivityRule activity_rule(const SpasmDetector& spec, Hertz rate) {
  const auto in = [rate](Seconds t) { return samples_in(t, rate); };
  ActivityRule rule;
  rule.slow = in(spec.slow);
  rule.fast = in(spec.fast);
  rule.look = rule.fast;
  rule.shortest = in(spec.shortest);
  rule.burst = in(spec.burst);
  rule.tonic = in(spec.tonic);
  rule.join = in(spec.join);
  rule.tonic_join = in(spec.tonic_join);
  rule.activity_join = in(spec.activity_join);
  rule.bridge = in(spec.bridge);
  rule.guard = in(spec.guard);
  rule.late = in(spec.late);
  rule.slow_looks = spec.exposure / spec.slow;
  rule.fast_looks = spec.exposure / spec.fast;
  rule.rate = rate.value;
  return rule;
}

inline LiveSpasmPlan plan(const SpasmDetector& spec, const StreamFormat& format) {
  LiveSpasmPlan plan;
  plan.rule = activity_rule(spec, format.rate);
  plan.thresholds = {spec.slow_spreads, spec.fast_spreads, spec.rise, spec.margin.value, spec.leave};
  plan.share_a_look = spec.tracking * static_cast<double>(plan.rule.fast) / (60 * format.rate.value);
  plan.cap = spec.cap;
  plan.learn = samples_in(spec.learn, format.rate);
  plan.first_context = spec.all_rest ? Context::rest : Context::none;
  plan.belongs_to = hash_of(to_text(spec), format);
  for (int c = 0; !spec.rest.empty() && c < format.channels.count(); ++c) plan.rest.push_back(spec.rest.at(c));
  return plan;
}

}  // namespace spasm_detail

// The detector for this stream, or why there is none.
inline Result<LiveSpasmDetector<SpasmDetector>> try_start(const SpasmDetector& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = spasm_detail::refuse(spec, format)) return *fault;
  return LiveSpasmDetector<SpasmDetector>(spec, format, spasm_detail::plan(spec, format));
}

#if defined(__cpp_exceptions)
// The detector for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveSpasmDetector<SpasmDetector> start(const SpasmDetector& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
