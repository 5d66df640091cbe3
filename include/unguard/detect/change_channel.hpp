// SPDX-License-Identifier: Apache-2.0
// One channel of ActivityDetector: says "on" when there is enough evidence of activity, looks at the onset again by
// maximum likelihood when more has come, and says "off" when there is enough evidence that rest has come back. Page
// 1954, doi:10.1093/biomet/41.1-2.100; where the edges lie: change_edges.hpp. Cost: the evidence's, and at an edge that
// of looking for it. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "unguard/detect/change_edges.hpp"
#include "unguard/detect/change_evidence.hpp"
#include "unguard/detect/change_point.hpp"
#include "unguard/detect/event_confidence.hpp"
#include "unguard/detect/interference_pattern.hpp"
#include "unguard/detect/onset_channel.hpp"
#include "unguard/detect/recent_firings.hpp"

namespace unguard {

// The spec in samples and nats.
struct ChangeRule {
  double enough = 15;                     // evidence that makes an onset
  double enough_again = 8;                // the same while the end of an event is waited for
  double enough_off = 8;                  // evidence of rest that makes an offset
  double loud = 0;                        // least mean square at an onset, of that of rest, whitened; 0: any
  double beat = 0;                        // the same of that of rest as calibrated: a heart does not follow the noise
  double leaving = 1.6;                   // against activity of that size, as a ratio of power
  std::int64_t look = 0;                  // how much later an onset is looked at again
  std::int64_t back = 0;                  // how far an onset may lie back
  std::int64_t shortest = 0;              // shorter is no event
  std::int64_t join = 0;                  // a shorter gap is none
  std::int64_t shortest_among_units = 0;  // the same where a single unit fires
  InterferencePattern pattern{};          // that an event is, and a few action potentials are not
  FiringRule firings{};                   // of a single unit
  double more = 5;                        // evidence beyond `enough` that an event comes to
  std::int64_t confirm = 0;               // how long after the decision all that is looked at,
  std::int64_t soon = 0;                  // and until when once more if it ends
  double ringing = 20;                    // power of a strong activity over that with which it rings in the filters
  EventConfidence confidence{};

  friend bool operator==(const ChangeRule&, const ChangeRule&) = default;
};

class ChangeChannel {
 public:
  // `level`: RMS of rest that is as loud, whitened, as its noise model has it.
  ChangeChannel(ChangeEvidence evidence, double level, ChangeRule rule)
      : evidence_(std::move(evidence)), level_(level * level), rule_(rule), leaving_(1, 1 + rule.leaving) {
    reset();
  }
  // Whitened samples that a channel with this rule looks back at.
  static std::int64_t kept(const ChangeRule& rule) noexcept { return rule.back + rule.join + 2 * rule.look; }
  std::int64_t looks_back() const noexcept { return kept(rule_); }

  OnsetChange step(double x, std::int64_t at) noexcept {
    // Marked samples were not handed over; what is looked back at is counted in samples of the stream.
    for (std::int64_t gap = seen_ > 0 ? std::min(at - last_ - 1, kept(rule_)) : 0; gap > 0; --gap) skip();
    last_ = at;
    const double evidence = evidence_.step(x);
    seen_ = std::min(seen_ + 1, kept(rule_));
    switch (phase_) {
      case Phase::rest:
        if (evidence > rule_.enough) {
          if (is_loud()) return begin(evidence, at);
          if (rule_.loud > 0) return too_soft();
        }
        evidence_.rest();
        return {};
      case Phase::active:
        most_ = std::max(most_, evidence);
        evidence_.drift_on();
        return stay(at);
      case Phase::leaving:
        evidence_.drift_on();
        return wait(evidence, at);
    }
    return {};
  }

  bool learning() const noexcept { return false; }
  std::int64_t latency() const noexcept {
    return std::max<std::int64_t>(
               1, static_cast<std::int64_t>(std::ceil(rule_.enough / evidence_.bank().most_a_sample()))) -
           1;
  }
  // Of the event that has opened last, by what is known of it now.
  double confidence() const noexcept { return rule_.confidence.at_most(most_); }
  // Mean square of rest as followed so far, uV^2.
  double rest_power() const noexcept { return level_ * evidence_.scale(); }

  void reset() noexcept {
    evidence_.reset();
    floor_ = last_cancelled_ = -long_ago;
    firings_.reset();
    onset_ = offset_ = decided_ = earliest_ = last_ = cancelled_from_ = 0;
    size_ = 0;
    restart();
    leave_from(size_);
  }
  void restart() noexcept {
    evidence_.restart();
    phase_ = Phase::rest;
    seen_ = 0;
    off_ = most_ = 0;
    looked_ = confirmed_ = false;
  }
  // Goes on where the other one is, by this one's rule. False, and nothing done, where they do not whiten alike.
  bool adopt(const ChangeChannel& other) noexcept {
    if (!evidence_.whitens_like(other.evidence_)) return false;
    const ChangeRule rule = rule_;
    const RestFollowing following = evidence_.following();
    const double most_a_sample = evidence_.bank().most_a_sample();
    *this = other;  // all that is as long there as here: nothing is allocated
    rule_ = rule;
    evidence_.follow_like(following, most_a_sample);
    leave_from(size_);
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    evidence_.state(archive);
    archive(phase_);
    archive(seen_);
    archive(off_);
    archive(most_);
    archive(onset_);
    archive(offset_);
    archive(decided_);
    archive(size_);
    archive(floor_);
    archive(earliest_);
    archive(last_);
    archive(looked_);
    archive(confirmed_);
    firings_.state(archive);
    archive(cancelled_from_);
    archive(last_cancelled_);
    const auto far_off = [](std::int64_t at) { return at < -long_ago || at > long_ago; };
    if (phase_ < Phase::rest || phase_ > Phase::leaving || size_ >= evidence_.bank().sizes().size() || seen_ < 0 ||
        seen_ > kept(rule_) || !firings_.is_from_here() || far_off(onset_) || far_off(offset_) || far_off(decided_) ||
        far_off(earliest_) || far_off(last_) || far_off(floor_) || far_off(cancelled_from_) ||
        far_off(last_cancelled_) || !std::isfinite(off_) || !std::isfinite(most_))
      reset();  // not from here
    leave_from(size_);
  }

 private:
  enum class Phase { rest, active, leaving };
  static constexpr std::int64_t long_ago = std::int64_t{1} << 61;  // before any sample

  OnsetChange begin(double evidence, std::int64_t at) noexcept {
    phase_ = Phase::active;
    decided_ = at;
    most_ = evidence;
    const std::int64_t oldest = std::max<std::int64_t>(0, evidence_.bank().oldest());
    earliest_ = at - std::min({rule_.back, seen_ - 1, at - floor_, oldest});
    // It may have begun in what was cancelled just now.
    if (at - last_cancelled_ <= rule_.confirm)
      earliest_ = std::min(earliest_, std::max({cancelled_from_, at - rule_.back, at - seen_ + 1, floor_}));
    find_onset(at, at - earliest_);
    off_ = 0;
    looked_ = false;
    return {OnsetSays::on, onset_, 0, rule_.confidence.at_open(evidence, rule_.enough)};
  }

  OnsetChange stay(std::int64_t at) noexcept {
    if (!looked_ && at >= decided_ + rule_.look) {
      looked_ = true;
      find_onset(at, std::min(kept(rule_), at - earliest_));
      return {OnsetSays::moved, onset_, 0, confidence()};
    }
    if (!confirmed_ && at >= decided_ + rule_.confirm) {
      find_offset(at, onset_);
      if (const Is what = look_at_event(at); what != Is::event) return cancel(what, at);
      confirmed_ = true;
      offset_ = decided_;
    }
    off_ = std::max(0.0, off_ - leaving_(evidence_.of_louder_rest() * evidence_.square(0)));
    if (off_ < rule_.enough_off) return {};
    // What has been confirmed stays, but for those that end soon: a gap that was joined does not undo it.
    const std::int64_t sure = confirmed_ ? std::max(decided_, std::min(offset_, at)) : onset_;
    find_offset(at, sure);
    come_back(at + 1 - offset_);
    if (!confirmed_ || at - decided_ <= rule_.soon)
      if (const Is what = look_at_event(at); what != Is::event) return cancel(what, at);
    confirmed_ = true;
    phase_ = Phase::leaving;
    evidence_.bank().clear();
    return {};
  }

  // Rest has been there for so many samples. If it looks like none by how quiet it was, it is louder again.
  void come_back(std::int64_t samples) noexcept {
    double rest = 0;
    for (std::int64_t ago = 0; ago < samples; ++ago) rest -= leaving_(evidence_.square(ago));
    if (rest < 0) evidence_.rest_is_back(evidence_.mean_square(samples));
  }

  // Off; on again after a gap, or off for good.
  OnsetChange wait(double evidence, std::int64_t at) noexcept {
    // What is looked at for that has to lie behind the offset.
    const bool behind = !asks_for_loud() || at - offset_ >= rule_.look;
    if (evidence > rule_.enough_again && behind && is_loud()) {
      phase_ = Phase::active;
      most_ = std::max(most_, evidence);
      off_ = 0;
      return {};
    }
    if (at - offset_ < rule_.join) return {};
    return offset_ - onset_ < rule_.shortest ? cancel(Is::short_one, at) : end(OnsetSays::off);
  }
  OnsetChange end(OnsetSays how) noexcept {
    phase_ = Phase::rest;
    evidence_.bank().clear();
    evidence_.not_rest();
    confirmed_ = false;
    if (how == OnsetSays::cancelled) return {how, onset_, offset_, 0};
    floor_ = offset_;
    return {how, onset_, offset_, confidence()};
  }

  // Evidence of what is not to be told of is none, and it is no rest either: it must not become the measure.
  OnsetChange too_soft() noexcept {
    evidence_.bank().clear();
    evidence_.not_rest();
    return {};
  }
  void skip() noexcept {
    evidence_.skip();
    seen_ = std::min(seen_ + 1, kept(rule_));
  }

  bool asks_for_loud() const noexcept { return rule_.loud > 0 || rule_.beat > 0; }
  // Loud enough now to be told of, and no beat.
  bool is_loud() const noexcept {
    if (!asks_for_loud()) return true;
    return evidence_.mean_square(rule_.look) >= std::max(rule_.loud, rule_.beat / evidence_.scale());
  }

  // No more than so many samples back. Its end is then looked for with the size that it has most evidence of.
  void find_onset(std::int64_t at, std::int64_t oldest) noexcept {
    onset_ = at - began_ago(evidence_, oldest, rule_.loud, size_);
    leave_from(size_);
  }
  // Not before the sample `sure`.
  void find_offset(std::int64_t at, std::int64_t sure) noexcept {
    offset_ = at + 1 - ended_ago(evidence_, std::min(at - sure, rule_.back), size_, rule_.ringing, rule_.loud);
  }
  // Rest is told from an activity that is well below this one; of a strong one from what is well above rest.
  void leave_from(std::size_t size) noexcept {
    const double rest = half_a_rise(rule_.loud);
    const double active = 1 + std::clamp(0.5 * evidence_.bank().sizes()[size].size, 0.5, rule_.leaving);
    leaving_ = ActivityEvidence(rest, rest * active);
  }
  // Not a few action potentials with nothing between them.
  bool is_full(std::int64_t at) const noexcept {
    const std::int64_t first = std::max(onset_, at - kept(rule_) + 1);
    return rule_.pattern.is_full(
        at - offset_ + 1, at - first, !firings_.hardly_any(rule_.firings, at),
        [this](std::int64_t ago) { return evidence_.square(ago); },
        [this](std::int64_t ago) { return evidence_.says(size_, ago); });
  }
  enum class Is { event, short_one, unsure, impulses };
  Is look_at_event(std::int64_t at) const noexcept {
    if (!is_full(at)) return Is::impulses;
    if (offset_ - onset_ < shortest(at)) return Is::short_one;
    // What rest brings goes down again as soon as it has opened an event.
    return most_ >= rule_.enough + rule_.more ? Is::event : Is::unsure;
  }
  // Where a unit has just fired again and again, two of its action potentials in quick succession are no event.
  std::int64_t shortest(std::int64_t at) const noexcept {
    return firings_.again(rule_.firings, at) ? rule_.shortest_among_units : rule_.shortest;
  }
  OnsetChange cancel(Is what, std::int64_t at) noexcept {
    // Where no unit fires, an activity may only have seemed to be over.
    if (firings_.hardly_any(rule_.firings, at)) {
      cancelled_from_ = earliest_;
      last_cancelled_ = at;
    }
    if (what == Is::impulses) firings_.fired(rule_.firings, at);
    return end(OnsetSays::cancelled);
  }

  ChangeEvidence evidence_;
  double level_;  // mean square of such rest
  ChangeRule rule_;
  ActivityEvidence leaving_;  // for rest, of an event of this size
  Phase phase_ = Phase::rest;
  std::int64_t seen_ = 0;  // samples since the last restart, no more than are kept
  double off_ = 0;         // evidence of rest
  double most_ = 0;        // evidence of activity
  std::int64_t onset_ = 0, offset_ = 0, decided_ = 0;
  std::int64_t earliest_ = 0;  // where the evidence of this event began to gather
  std::int64_t floor_ = 0;     // no onset before this sample: the last event's end
  std::size_t size_ = 0;       // of the bank, that edges are looked for with
  std::int64_t last_ = 0;      // sample that was stepped through
  RecentFirings firings_;
  std::int64_t cancelled_from_ = 0, last_cancelled_ = 0;  // where the last cancelled one began to gather, and when
  bool looked_ = false;                                   // at the onset again
  bool confirmed_ = false;                                // it is an event
};

}  // namespace unguard
