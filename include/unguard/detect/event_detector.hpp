// SPDX-License-Identifier: Apache-2.0
// Events in context: what a muscle does above its calibrated rest, found by ActivityDetector; in declared rest only,
// SPIKE, PHASIC BURST, TONIC and PHASIC EPISODE; and ARTEFACT where unrelated muscles jump at once. Durations and
// episodes by analogy with sleep bruxism, Lavigne 1996, doi:10.1177/00220345960750010601; joins and loudness proposed
// (methods 4.2). Cost: ActivityDetector's, and a few comparisons. Latency: decision delay, see latency().
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/event_rule.hpp"
#include "unguard/detect/live_event_detector.hpp"

namespace unguard {

// The onset, offset and all other sample indices of an event count samples of the detector's own input. Peak: the
// largest RMS over 25 ms.
struct EventDetector {
  // What noise alone opens hardly ever lives for 150 ms, so that more of it may open: short spikes bring little
  // evidence. Edges of short events lie some milliseconds within: of 30 ms, 15 to 20 are left.
  ActivityDetector activity{.false_alarms = 10, .shortest = Seconds{0.015}};
  bool all_rest = false;           // the whole stream is declared rest
  double rise = 1;                 // least peak above rest of what is spasm-like, as a fraction of the level of rest
  Seconds burst{0.25};             // from SPIKE to PHASIC BURST
  Seconds tonic{2};                // from PHASIC BURST to TONIC
  Seconds join{0.2};               // a shorter gap is none
  Seconds tonic_join{0.5};         // the same within a TONIC
  Seconds activity_join{0.5};      // the same outside declared rest
  Seconds marked_join{0.5};        // so much of a gap that is marked is none: it may be on
  int episode_bursts = 3;          // PHASIC BURSTs that make a PHASIC EPISODE
  Seconds episode_gap{3};          // with shorter gaps between them
  int artefact_muscles = 3;        // so many unrelated muscles
  Seconds artefact_within{0.005};  // that go on so close together make an ARTEFACT
  Seconds artefact_join{0.1};      // which what follows so soon belongs to

  friend bool operator==(const EventDetector&, const EventDetector&) = default;
};
constexpr SpecInfo info(const EventDetector*) {
  return {"EventDetector", "spasm-like events in context, by quickest detection",
          "Lavigne 1996, doi:10.1177/00220345960750010601; Lorden 1971, doi:10.1214/aoms/1177693055"};
}
constexpr auto fields(const EventDetector*) {
  using S = EventDetector;
  return field_list(
      field<&S::activity>("activity", "what finds the activities"),
      field<&S::all_rest>("all_rest", "whether the whole stream is declared rest"),
      field<&S::rise>("rise", "least peak above rest of what is spasm-like, as a fraction of rest", between(0.0, 1000)),
      field<&S::burst>("burst", "duration from which a spike is a phasic burst", between(0.01, 60)),
      field<&S::tonic>("tonic", "duration beyond which a phasic burst is tonic", between(0.01, 600)),
      field<&S::join>("join", "a shorter gap does not end an event", between(0.0, 10)),
      field<&S::tonic_join>("tonic_join", "a shorter gap does not end a tonic event", between(0.0, 10)),
      field<&S::activity_join>("activity_join", "a shorter gap does not end an event outside declared rest",
                               between(0.0, 10)),
      field<&S::marked_join>("marked_join", "so much of a gap that is marked does not count", between(0.0, 10)),
      field<&S::episode_bursts>("episode_bursts", "phasic bursts in a row that make an episode", between(2, 100)),
      field<&S::episode_gap>("episode_gap", "bursts further apart are not in a row", between(0.1, 600)),
      field<&S::artefact_muscles>("artefact_muscles", "unrelated muscles that make an artefact by going on at once",
                                  between(2, 1000)),
      field<&S::artefact_within>("artefact_within", "how close together that is", between(0.0, 0.1)),
      field<&S::artefact_join>("artefact_join", "what follows an artefact so soon belongs to it", between(0.0, 10)));
}

namespace event_detail {

// An activity that is on by its detector may have ended so long ago.
inline constexpr Seconds sure{0.05};
// Two firings of a single unit, and one between them that is not heard.
inline constexpr Seconds firing{0.35};
// While it does, two of them at 12 Hz, and how they ring in the filters, are no event.
inline constexpr Seconds two_firings{0.125};
// Behind its alarm an event may be taken back as an artefact for so long.
inline constexpr Seconds wait{0.15};

inline std::optional<Fault> refuse(const EventDetector& spec) {
  using S = EventDetector;
  if (!(spec.activity.shortest < spec.burst))
    return fault_of<S>("burst", spec.burst, "above activity.shortest, " + to_text(spec.activity.shortest));
  if (!(spec.burst < spec.tonic)) return fault_of<S>("burst", spec.burst, "below tonic, " + to_text(spec.tonic));
  if (spec.tonic_join < spec.join)
    return fault_of<S>("tonic_join", spec.tonic_join, "at least join, " + to_text(spec.join));
  if (!(spec.join < spec.episode_gap))
    return fault_of<S>("episode_gap", spec.episode_gap, "above join, " + to_text(spec.join));
  if (!(spec.activity.look < wait))
    return fault_of<S>("activity.look", spec.activity.look,
                       "below " + to_text(wait) + ", within which artefacts are taken back");
  return std::nullopt;
}

inline EventRule event_rule(const EventDetector& spec, Hertz rate) {
  const auto in = [rate](Seconds t) { return samples_in(t, rate); };
  EventRule rule;
  rule.shortest = in(spec.activity.shortest);
  rule.burst = in(spec.burst);
  rule.tonic = in(spec.tonic);
  rule.join = in(spec.join);
  rule.tonic_join = in(spec.tonic_join);
  rule.activity_join = in(spec.activity_join);
  rule.artefact_join = in(spec.artefact_join);
  rule.marked_join = in(spec.marked_join);
  rule.late = in(spec.activity.on_marks.late);
  rule.sure = in(sure);
  // By a mark, as an artefact, or because it did not become surer, which is known sooner still.
  rule.settled = std::max({in(spec.activity.on_marks.late), in(spec.activity.on_marks.guard), in(wait)});
  rule.look = std::max<std::int64_t>(1, in(spec.activity.look));
  rule.episode_gap = in(spec.episode_gap);
  rule.firing = in(firing);
  rule.among_units = in(two_firings);
  rule.episode_bursts = spec.episode_bursts;
  rule.least_peak = (1 + spec.rise) * (1 + spec.rise);
  return rule;
}

// The muscles, too, decide what is an artefact.
inline std::uint64_t belongs_to(const EventDetector& spec, const StreamFormat& format) {
  std::string text = to_text(spec);
  for (const Channel& c : format.channels) text += to_text(c.muscle);
  return hash_of(text, format);
}

}  // namespace event_detail

// The detector for this stream, or why there is none.
inline Result<LiveEventDetector<EventDetector>> try_start(const EventDetector& spec, const StreamFormat& format) {
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = event_detail::refuse(spec)) return *fault;
  auto activities = try_start(spec.activity, format);
  if (!activities) return activities.fault();
  const EventRule rule = event_detail::event_rule(spec, format.rate);
  SameInstant same_instant(format.channels, spec.artefact_muscles, samples_in(spec.artefact_within, format.rate),
                           rule.look, samples_in(event_detail::wait, format.rate));
  return LiveEventDetector<EventDetector>(spec, std::move(*activities), std::move(same_instant), rule,
                                          spec.all_rest ? Context::rest : Context::none,
                                          event_detail::belongs_to(spec, format));
}

#if defined(__cpp_exceptions)
// The detector for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveEventDetector<EventDetector> start(const EventDetector& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
