// SPDX-License-Identifier: Apache-2.0
// Phasic bursts of one channel in a row are an episode, an event of its own beside theirs. As in sleep bruxism, bursts
// count and what is shorter or longer does not: a SPIKE between two bursts changes nothing, a TONIC ends the row
// (Lavigne 1996, doi:10.1177/00220345960750010601). It is known, and opens, when the third burst closes, with the onset
// of the first; it closes with the last one's offset when no other can follow. Cost: a comparison a sample.
#pragma once

#include <algorithm>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/event_rule.hpp"

namespace unguard {

class PhasicEpisode {
 public:
  bool is_none() const noexcept { return bursts_ == 0; }

  // An event of this channel that has just closed.
  void take(const EventRule& rule, const Event& closed, std::int64_t now, std::uint64_t& ids,
            EventQueue& out) noexcept {
    if (closed.kind == EventKind::tonic) return end(out);
    if (closed.kind != EventKind::phasic_burst) return;
    if (bursts_ > 0 && closed.onset - offset_ >= rule.episode_gap) end(out);
    if (bursts_++ == 0) {
      episode_ = closed;
      episode_.kind = EventKind::phasic_episode;
      episode_.offset = {};
      episode_.attributes = {};
    } else {
      episode_.peak = std::max(episode_.peak, closed.peak);
      episode_.area_uV_s += closed.area_uV_s;
      episode_.confidence = std::max(episode_.confidence, closed.confidence);
      episode_.reasons |= closed.reasons;
    }
    offset_ = closed.offset;
    if (bursts_ < rule.episode_bursts || open_) return;
    open_ = true;
    episode_.id = ++ids;
    episode_.decided = {now};
    episode_.report = Report::open;
    out.push(episode_);
  }
  // `running`: an activity that is not over yet, if there is one, and may be the next burst.
  void pass(const EventRule& rule, const Event* running, std::int64_t now, EventQueue& out) noexcept {
    if (bursts_ == 0 || now - offset_.value < rule.episode_gap + rule.look) return;
    if (running && running->kind != EventKind::tonic && running->onset - offset_ < rule.episode_gap) return;
    end(out);
  }
  void end(EventQueue& out) noexcept {
    if (open_) {
      episode_.report = Report::close;
      episode_.offset = offset_;
      out.push(episode_);
    }
    open_ = false;
    bursts_ = 0;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive_report(archive, episode_);
    archive(offset_.value);
    archive(bursts_);
    archive(open_);
    if (bursts_ < 0) bursts_ = 0;  // not from here
  }

 private:
  Event episode_{};
  SampleIndex offset_{};  // of the last burst
  int bursts_ = 0;
  bool open_ = false;
};

}  // namespace unguard
