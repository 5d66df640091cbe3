// SPDX-License-Identifier: Apache-2.0
// Whose beats to go by: those of an ECG lead, or those that are found on the muscles' own channels. The lead's are the
// surer ones while muscle is loud, but it falls off as any electrode does. It is left once it is marked, or once the
// muscles have had a beat of which it knew nothing, at a time at which one was due; and taken again with the
// third beat in a row that is believed while the muscles know of no other, or, not having been marked, with one that
// both know. One that beats too long before or after the muscles, or knows few of their beats, is another's heart or
// another clock's, and is not followed. The rule is our own. Cost: a few comparisons a frame.
// Latency: none; a beat that the lead has missed is known before it comes out, where that is 60 ms late.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "unguard/core/units.hpp"

namespace unguard {

class LeadChoice {
 public:
  // What one of the two says at a frame: whether its heart is believed, and how many frames ago R was, if that was
  // decided now.
  struct Said {
    bool believable = false;
    std::optional<double> beat{};
    double interval = 0;  // between beats, frames; 0: not known
  };

  // `late`: by how much what is cleaned comes out later. `reach`: how far off a beat may be for what is done about it.
  LeadChoice(Seconds late, Seconds reach, Hertz rate)
      : same_(0.1 * rate.value),
        reach_(reach * rate),
        due_(std::max(0.0, (late.value - 0.02) * rate.value)),
        fade_(std::max<std::int64_t>(1, samples_in({0.005}, rate))) {
    reset();
  }

  void take(bool bad, const Said& lead, const Said& muscle) noexcept {
    ++now_;
    refuted_ = false;
    if (bad) leave(true);
    if (lead.beat) {
      last_of_lead_ = static_cast<double>(now_) - *lead.beat;
      in_a_row_ = std::min(in_a_row_ + 1, convincing);
      if (std::fabs(asked_ - last_of_lead_) < same_) agree();
    }
    if (muscle.beat) {
      asked_ = static_cast<double>(now_) - *muscle.beat;
      waiting_ = true;
    }
    if (waiting_ && static_cast<double>(now_) - asked_ >= due_) {
      waiting_ = false;
      const double since = asked_ - last_of_lead_;
      if (std::fabs(since) >= same_ && since > early * lead.interval) {
        refuted_ = !followed_ && lead.believable;
        leave(false);
      }
      const bool shared = std::fabs(since) < same_;
      if (shared) agree();
      if (shared) lag_ += (since - lag_) / 4;
      if (lead.believable && muscle.believable) shared_ += (static_cast<double>(shared) - shared_) / 16;
    }
    const bool fits = std::fabs(lag_) <= reach_ && shared_ >= (followed_ ? 0.3 : 0.5);
    if (followed_ && !fits) leave(false);
    if (!bad && fits && lead.believable && in_a_row_ >= convincing) followed_ = true;
    doubted_ = !(followed_ && lead.believable) && !muscle.believable;
    faded_ = std::clamp<std::int64_t>(faded_ + (followed_ ? 1 : -1), 0, fade_);
  }
  // How much of what comes out is cleaned by the lead's beats; the rest by the muscles'.
  double of_lead() const noexcept { return static_cast<double>(faded_) / static_cast<double>(fade_); }
  // Left, and of no other mind than before: what the lead knows is no heart, and may be forgotten.
  bool refuted() const noexcept { return refuted_; }
  bool followed() const noexcept { return followed_; }
  // No heart is believed, here or there: one may be in what comes out.
  bool doubted() const noexcept { return doubted_; }

  void reset() noexcept {
    now_ = 0;
    last_of_lead_ = asked_ = -1e18;
    lag_ = 0;
    shared_ = 0.5;
    waiting_ = marked_ = refuted_ = false;
    followed_ = doubted_ = true;
    in_a_row_ = convincing;
    faded_ = fade_;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* count : {&now_, &in_a_row_, &faded_}) archive(*count);
    archive(last_of_lead_);
    archive(asked_);
    archive(lag_);
    archive(shared_);
    archive(waiting_);
    archive(followed_);
    archive(doubted_);
    archive(marked_);
    faded_ = std::clamp<std::int64_t>(faded_, 0, fade_);  // not from here
    in_a_row_ = std::clamp<std::int64_t>(in_a_row_, 0, convincing);
    now_ = std::clamp<std::int64_t>(now_, 0, std::int64_t{1} << 60);
  }

 private:
  static constexpr std::int64_t convincing = 3;  // beats
  static constexpr double early = 0.7;           // intervals after which a beat is due, ectopic ones included

  void leave(bool marked) noexcept {
    if (marked || followed_) marked_ = marked;
    followed_ = false;
    in_a_row_ = 0;
  }
  // One beat of both is enough for a lead that may only have been doubted for what muscle did.
  void agree() noexcept {
    if (!marked_) in_a_row_ = convincing;
  }

  double same_, reach_,
      due_;  // frames: apart at most, to be one beat and to be done with, and until beats are compared
  std::int64_t fade_;
  std::int64_t now_ = 0, in_a_row_ = 0, faded_ = 0;
  double last_of_lead_ = 0, asked_ = 0;
  double lag_ = 0, shared_ = 0.5;  // of the muscles' R behind the lead's; the share of their beats that the lead knows
  bool waiting_ = false, followed_ = true, doubted_ = true, marked_ = false, refuted_ = false;
};

}  // namespace unguard
