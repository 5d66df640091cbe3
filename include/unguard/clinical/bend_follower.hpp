// SPDX-License-Identifier: Apache-2.0
// Where the phases of the bend under way and of the last one lie, in one place for all who measure bends: from the
// reports of live_bend_phases.hpp. A value; bounded work, for the real-time thread. Cost: that of the phases.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/bend_phases.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class BendFollower {
 public:
  // What a frame brought. A bend may end where the next one begins.
  struct News {
    bool ended = false;
    bool began = false;
  };

  explicit BendFollower(LiveBendPhases<BendPhases> phases) : phases_(std::move(phases)), found_(16) {}

  // The next frame, one.
  News step(ConstBlock frame) noexcept {
    News news;
    phases_.process(frame, found_);
    for (const PhaseReport& e : found_.items()) take(e, news);
    found_.clear();
    return news;
  }

  void begin_at(SampleIndex at) noexcept {
    phases_.begin_at(at);
    found_.clear();
    now_ = last_ = {};
    bends_ = lost_ = 0;
    under_way_ = behind_gap_ = lost_here_ = far_down_ = false;
    stood_at_ = {};
    doubts_ = doubts_of_now_ = doubt::none;
  }

  const LiveBendPhases<BendPhases>& phases() const noexcept { return phases_; }
  Context phase() const noexcept { return phases_.phase(); }
  // Of the last bend that is over, and how many have been.
  const BendEdges& last() const noexcept { return last_; }
  Doubts doubts() const noexcept { return doubts_; }
  std::int64_t bends() const noexcept { return bends_; }
  // How many were cut off by a gap in the angle, or lie in one: nothing is told of them.
  std::int64_t lost() const noexcept { return lost_; }
  // Whether somebody is in a bend, and that as if it were over at `now`.
  bool bending() const noexcept {
    return phase() == Context::bending || phase() == Context::full_flexion || phase() == Context::returning;
  }
  BendEdges so_far(std::int64_t now) const noexcept {
    const bool down = phase() == Context::bending, hung = phase() == Context::full_flexion;
    BendEdges edges = now_;
    if (down) edges.full = now;
    if (down || hung) edges.returning = now;
    edges.hung = now_.hung && !down;
    edges.end = now;
    return edges;
  }
  Doubts doubts_so_far() const noexcept { return doubts_of_now_; }

  template <class Archive>
  void state(Archive& archive) {
    phases_.state(archive);
    for (BendEdges* e : {&now_, &last_}) {
      for (std::int64_t* at : {&e->standing, &e->bending, &e->full, &e->returning, &e->end, &e->pause, &e->pause_end}) {
        archive(*at);
        if (!(*at >= 0 && *at < (std::int64_t{1} << 61))) *at = 0;  // not from here
      }
      archive(e->hung);
    }
    archive(bends_);
    archive(lost_);
    archive(under_way_);
    archive(behind_gap_);
    archive(lost_here_);
    archive(far_down_);
    archive(stood_at_.value);
    if (!std::isfinite(stood_at_.value)) stood_at_ = {};  // not from here
    archive(doubts_);
    archive(doubts_of_now_);
  }

 private:
  void take(const PhaseReport& e, News& news) noexcept {
    // A gap while somebody stood says nothing of how they bent; where they stood is seen against the bend.
    if (e.phase != Context::standing && (e.reasons & (mark::gap | mark::missing))) doubts_of_now_ |= doubt::angle_gap;
    if (e.reasons & mark::clipped) doubts_of_now_ |= doubt::angle_stuck;
    follow_gaps(e);
    const bool begins = e.report == Report::open || e.report == Report::update;
    switch (e.phase) {
      case Context::standing:
        now_.standing = e.onset.value;
        break;
      case Context::bending:
        if (e.report == Report::open) {
          now_ = {.standing = now_.standing, .hung = false};
          doubts_of_now_ = doubt::none;
          news.began = true;
        }
        now_.bending = e.onset.value;
        if (e.report == Report::close) now_.full = now_.returning = e.offset.value;
        break;
      case Context::full_flexion:
        now_.full = e.onset.value;
        now_.hung = e.report != Report::cancel;
        if (e.report == Report::close) now_.returning = e.offset.value;
        if (e.report == Report::cancel) pause(e);
        break;
      default:
        if (begins) now_.returning = e.onset.value;
        if (e.report == Report::close && phase() != Context::none) {
          end(e.offset);
          news.ended = true;
        }
    }
  }
  // A phase that ends where nothing is known of the next one ends in a gap. Who stood before it and is far down behind
  // it began to bend in it.
  void follow_gaps(const PhaseReport& e) noexcept {
    if (e.phase == Context::bending && e.report == Report::open) under_way_ = true;
    if (e.phase == Context::bending && e.report == Report::cancel) under_way_ = false;
    if (e.report == Report::close && phase() == Context::none) {
      behind_gap_ = true;
      lost_ += under_way_;
      lost_here_ |= under_way_;
      under_way_ = false;
    }
    if (e.phase != Context::standing || e.report != Report::open) return;
    const Degrees at = phases_.angle_at(e.onset);
    const bool far = behind_gap_ && at - stood_at_ >= phases_.spec().least_range;
    lost_ += far && !lost_here_ && !far_down_;
    far_down_ = far;
    if (!far) stood_at_ = at;
    behind_gap_ = lost_here_ = false;
  }
  // On the way down, and long enough to have a level; the last one counts.
  void pause(const PhaseReport& e) noexcept {
    const Hertz rate = phases_.format().rate;
    const std::int64_t left = e.offset.value - samples_in(phases_.spec().smoothing, rate);
    if (left - e.onset.value < samples_in({1}, rate)) return;
    now_.pause = e.onset.value;
    now_.pause_end = left;
  }
  void end(SampleIndex at) noexcept {
    now_.end = at.value;
    last_ = now_;
    doubts_ = doubts_of_now_;
    ++bends_;
    under_way_ = false;
    // Who went down again did not stand.
    now_ = {.standing = at.value, .hung = false};
  }

  LiveBendPhases<BendPhases> phases_;
  Sink<PhaseReport> found_;
  BendEdges now_{}, last_{};
  Doubts doubts_ = doubt::none, doubts_of_now_ = doubt::none;
  std::int64_t bends_ = 0, lost_ = 0;
  bool under_way_ = false;   // somebody has begun to bend and does not stand yet
  bool behind_gap_ = false;  // nothing has been known since
  bool lost_here_ = false;   // a bend, to that gap
  bool far_down_ = false;    // what looks like standing is the hold of a bend that was lost
  Degrees stood_at_{};       // before the gap
};

}  // namespace unguard
