// SPDX-License-Identifier: Apache-2.0
// When a muscle goes on and off: quickest detection in EMG that is whitened by its calibrated noise, for any size of
// activity, at a stated number of false alarms an hour. Page 1954, doi:10.1093/biomet/41.1-2.100; Lorden 1971,
// doi:10.1214/aoms/1177693055; edges: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3. The reported onset is the
// likeliest first sample. Cost: some 50 multiplications a channel and sample. Latency: decision delay, docs/detect.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/change_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/thinned_channel.hpp"

namespace unguard {

struct ActivityDetector {
  ActivityCalibration calibration{};
  double false_alarms = 1;                 // an hour and channel, of the calibrated noise
  std::vector<double> sizes{0, 4, 8, 12};  // dB, power of the activity over that of rest, in whitened EMG
  double rise = 0;                         // least rise to be told of, as a fraction of the level of rest; 0: any
  double most_a_sample = 6;                // nats; one wild sample is no activity
  Seconds look{0.025};                     // the onset is looked at again so much later
  Seconds back{0.5};                       // and looked for so far back
  Seconds shortest{0.03};                  // shorter is cancelled
  Seconds join{0.05};                      // a shorter gap is none
  double tracking = 0.025;                 // fastest drift of rest that is followed, a second, as a fraction
  Seconds memory{4};                       // of the level of rest
  double cap = 2;                          // most it is moved at all, as a factor
  bool continues = false;                  // the stream begins where the calibrated rest ended
  double expected = 60;                    // true activities an hour and channel, for confidence alone
  OnMarks on_marks{};

  friend bool operator==(const ActivityDetector&, const ActivityDetector&) = default;
};
constexpr SpecInfo info(const ActivityDetector*) {
  return {"ActivityDetector", "onset and offset by quickest detection in whitened EMG",
          "Page 1954, doi:10.1093/biomet/41.1-2.100; Lorden 1971, doi:10.1214/aoms/1177693055; edges: Staude & Wolf "
          "1999, doi:10.1016/S1350-4533(99)00067-3"};
}
constexpr auto fields(const ActivityDetector*) {
  using S = ActivityDetector;
  return field_list(
      field<&S::calibration>("calibration", "of the stream; required"),
      field<&S::false_alarms>("false_alarms", "an hour and channel, of the calibrated noise", between(1e-4, 1e4)),
      field<&S::sizes>("sizes", "dB of activity over rest in whitened EMG that are looked for; 1 to 8, ascending"),
      field<&S::rise>("rise",
                      "least rise of the level that is told of, as a fraction of that of rest; an event is where half "
                      "of it is there; 0: any",
                      between(0.0, 1000)),
      field<&S::most_a_sample>("most_a_sample", "most evidence one sample gives, nats", between(0.5, 1000)),
      field<&S::look>("look", "the onset is looked at again so much later", between(0.0, 1)),
      field<&S::back>("back", "how far back it is looked for", between(0.01, 5)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::join>("join", "a shorter gap does not end an event", between(0.0, 10)),
      field<&S::tracking>("tracking", "fastest drift of the level of rest that is followed, a second, as a fraction",
                          between(0.0, 0.5)),
      field<&S::memory>("memory", "how long the level of rest is remembered", between(0.5, 600)),
      field<&S::cap>("cap", "most the level of rest is moved at all, as a factor", between(1, 10)),
      field<&S::continues>("continues",
                           "the stream begins where the calibrated rest ended: at that level, and drifting"),
      field<&S::expected>("expected",
                          "true activities an hour and channel, for confidence alone: its chance that an event is one",
                          between(1e-4, 1e5)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}

// What decides how often it alarms falsely is the number itself; higher thresholds are fewer alarms.
namespace activity_detail {

inline constexpr Seconds a_look{0.025};  // at the level of rest
// A motor unit's action potential is over after a piece. Where one fires, what is shorter is taken for two of its.
inline constexpr Seconds among_units{0.08};
inline constexpr Seconds forgotten_in{1};
inline constexpr Seconds confirmed_in{0.1};
inline constexpr Seconds taken_back_within{0.145};
inline constexpr Seconds one_piece{0.0075};

// Evidence that noise alone brings as often as false alarms may be.
inline double enough_evidence(const ActivityDetector& spec, Hertz rate, double log_alarms, double decay) {
  return std::max(1.0, (log_alarms + std::log(3600 * rate.value / spec.false_alarms)) / decay);
}
inline std::int64_t look_of(const ActivityDetector& spec, Hertz rate) {
  return std::max<std::int64_t>(1, samples_in(spec.look, rate));
}
// By what is known of that channel.
inline ChangeRule change_rule(const ActivityDetector& spec, Hertz rate, const ActivityCalibration& known,
                              std::size_t channel) {
  const double log_alarms = known.log_alarms[channel], decay = known.decay[channel];
  const auto in = [rate](Seconds t) { return samples_in(t, rate); };
  ChangeRule rule;
  rule.enough = enough_evidence(spec, rate, log_alarms, decay);
  rule.enough_again = 0.5 * rule.enough;
  rule.look = look_of(spec, rate);
  rule.back = in(spec.back);
  rule.shortest = in(spec.shortest);
  rule.join = in(spec.join);
  rule.loud = spec.rise > 0 ? (1 + spec.rise) * (1 + spec.rise) : 0;
  // Where beats bring more evidence than noise does, they are told from muscle by how loud they are.
  if (!known.beat_evidence.empty() && known.beat_evidence[channel] > rule.enough)
    rule.beat = known.beat_loudness[channel];
  rule.shortest_among_units = std::max(rule.shortest, in(among_units));
  rule.firings.forget = std::max(1.0, static_cast<double>(in(forgotten_in)));
  rule.confirm = std::max(rule.look + 1, in(confirmed_in));
  rule.soon = std::max(rule.confirm, in(taken_back_within));
  rule.pattern.piece = std::max<std::int64_t>(1, in(one_piece));
  // Where evidence of rest, against what an event is at most taken for, becomes evidence of activity.
  rule.pattern.active = std::log(1 + rule.leaving) * (1 + 1 / rule.leaving);
  rule.confidence = EventConfidence(spec.expected / (3600 * rate.value), log_alarms, decay);
  return rule;
}
inline RestFollowing following(const ActivityDetector& spec, Hertz rate) {
  const std::int64_t block = std::max<std::int64_t>(1, samples_in(a_look, rate));
  const double seconds = static_cast<double>(block) / rate.value;
  return rest_following(block, spec.memory.value / seconds, 2 * std::log1p(spec.tracking) * seconds,
                        2 * std::log(spec.cap));
}

// RMS of rest where it is as loud, whitened, as the noise model has it.
inline double level_of_the_model(const ActivityCalibration& known, std::size_t channel) {
  const double settled_dB = known.settled_dB.empty() ? 0 : known.settled_dB[channel];
  return known.level.per_channel[channel].value * std::pow(10, -settled_dB / 20);
}
// The same from where this channel's rest settles; if the stream continues it, from where it ended.
inline RestFollowing following_on(const ActivityDetector& spec, Hertz rate, std::size_t channel) {
  constexpr double nats_a_dB = 0.1 * std::numbers::ln10;
  const ActivityCalibration& known = spec.calibration;
  RestFollowing made = following(spec, rate);
  if (known.settled_dB.empty()) return made;
  const double seconds = static_cast<double>(made.block) / rate.value, on = spec.continues ? 1 : 0;
  const double level = nats_a_dB * (known.settled_dB[channel] + on * known.end_dB[channel]);
  made.from_level = std::clamp(level, -made.farthest, made.farthest);
  // Elsewhere than where it ended, it may be as far from where it settles as there.
  made.from_unsure = std::min(made.farthest, (1 - on) * nats_a_dB * std::fabs(known.end_dB[channel]));
  made.from_drift = on * std::clamp(nats_a_dB * seconds * known.end_dB_a_second[channel], -made.fastest, made.fastest);
  return made;
}

// What of this detector a count of alarms depends on.
inline CountedFor counted_for(const ActivityDetector& spec) {
  return {spec.sizes, spec.most_a_sample, spec.tracking, spec.memory, spec.cap, spec.look};
}
// Why the calibration's count of alarms does not hold for this detector, if it does not.
inline std::optional<Fault> refuse_other_settings(const ActivityDetector& spec) {
  const ActivityCalibration& known = spec.calibration;
  if (known.counted_for.empty()) return std::nullopt;
  const CountedFor asked = counted_for(spec);
  const bool beats = !known.beat_loudness.empty();
  std::optional<Fault> fault;
  for_each_field(known.counted_for, [&](const auto& f, const auto& counted) {
    const auto& found = asked.*(f.member);
    if (fault || found == counted || (f.name == "look" && !beats)) return;
    fault = fault_in_words<ActivityDetector>(
        f.name, to_text(found),
        to_text(counted) + ", which alarms were counted for; give calibrate_activity() this detector");
  });
  return fault;
}

// The sizes of the bank for one channel's correlation.
template <Spec Owner>
Result<std::vector<ChangeSize>> change_sizes(const std::vector<double>& dB, const std::vector<double>& correlation) {
  std::vector<ChangeSize> sizes;
  if (dB.empty() || dB.size() > ChangeBank::most)
    return fault_in_words<Owner>("sizes", std::to_string(dB.size()) + " numbers",
                                 "1 to " + std::to_string(ChangeBank::most) + " numbers");
  for (std::size_t i = 0; i < dB.size(); ++i) {
    if (!(std::fabs(dB[i]) <= 40) || (i > 0 && !(dB[i] > dB[i - 1])))
      return fault_of<Owner>("sizes", dB, "ascending numbers from -40 to 40 dB");
    auto size = change_size(correlation, std::pow(10, dB[i] / 10));
    if (!size)
      return fault_in_words<Owner>("calibration.correlation", to_text(correlation), "the correlation of some process");
    sizes.push_back(std::move(*size));
  }
  return sizes;
}

}  // namespace activity_detail

inline Result<ThinnedChannel> try_onset_channel(const ActivityDetector& spec, const StreamFormat& format, int channel) {
  using A = ActivityDetector;
  const auto& calibration = spec.calibration;
  if (calibration.empty())
    return fault_in_words<A>("calibration", "empty", "what calibrate_activity() makes of a declared rest");
  if (auto fault = refuse_activity_calibration<A>(calibration, format.channels.count(), format.rate)) return *fault;
  auto sizes = activity_detail::change_sizes<A>(spec.sizes, calibration.correlation_of(channel));
  if (!sizes) return sizes.fault();
  if (auto fault = activity_detail::refuse_other_settings(spec)) return *fault;
  const auto c = static_cast<std::size_t>(channel);
  const auto noise = calibration.noise.of(channel);
  const Hertz rate = calibration.noise.rate;  // of what the channel looks at
  const ChangeRule rule = activity_detail::change_rule(spec, rate, calibration, c);
  return ThinnedChannel(
      ChangeChannel(ChangeEvidence({noise.begin(), noise.end()}, calibration.noise.error(channel),
                                   ChangeBank(std::move(*sizes), spec.most_a_sample),
                                   activity_detail::following_on(spec, rate, c), ChangeChannel::kept(rule)),
                    activity_detail::level_of_the_model(calibration, c), rule),
      calibration.mean_of);
}

}  // namespace unguard
