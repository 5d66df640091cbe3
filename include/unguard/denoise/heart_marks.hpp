// SPDX-License-Identifier: Apache-2.0
// Where the heart may have opened an event: marks a cleaned signal from the report of an R peak to 60 ms behind the
// peak, and now and then in the T wave, in channels whose heart is loud there, while what is there is no louder than
// this heart. A detector that does not wait for the heart to be taken out cancels by these marks what it has just
// opened. Heartbeats: RPeaks. The rule is our own. Cost: RPeaks, one moving sum a sample and channel. Latency: that of
// RPeaks, at most 40 ms behind R.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/denoise/past_frames.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

class LiveHeartMarks {
 public:
  // `channels`: those that are marked; what beats are found on may have more of them.
  LiveHeartMarks(LiveRPeaks beats, int channels)
      : beats_(std::move(beats)),
        channels_(channels),
        before_(samples_in(before, rate())),
        behind_(samples_in(behind, rate())),
        tail_(samples_in(tail, rate())),
        between_(samples_in(between, rate())),
        every_(samples_in(now_and_then, rate())),
        powers_(samples_in(window, rate()), channels_),
        past_(samples_in(Seconds{0.5}, rate()), channels_),
        frame_(static_cast<std::size_t>(channels_)),
        known_(frame_.size()) {}

  // `raw` still has the heart below 20 Hz, `clean` is what the detector hears, with marks; both of the same frames.
  void process(ConstBlock raw, Block clean) noexcept {
    for (std::int64_t i = 0; i < raw.frames; ++i) {
      powers_.run(clean.data + i * channels_, frame_.data(), 1, [](const auto& v) { return v * v; });
      past_.add(frame_.data());
      beats_.process(raw.part(i, 1), reports_);
      for (const Event& e : reports_.items())
        if (e.report == Report::open && e.confidence > certain) meet(e.onset - began_);
      reports_.clear();
      for (int c = 0; c < channels_; ++c)
        if (may_be_heart(known_[static_cast<std::size_t>(c)], frame_[static_cast<std::size_t>(c)]))
          clean.marks[i * channels_ + c] |= mark::heart;
    }
  }
  // Whether it has met enough beats to know one.
  bool knows_heart() const noexcept {
    return std::all_of(known_.begin(), known_.end(), [](const Known& k) { return k.beats >= least_beats; });
  }
  const RPeaks& spec() const noexcept { return beats_.spec(); }
  template <class Archive>
  void state(Archive& archive) {
    beats_.state(archive);
    powers_.state(archive);
    past_.state(archive);
    for (Known& known : known_) {
      for (double* power : {&known.at_beat, &known.in_tail, &known.between, &known.tail}) archive(*power);
      archive(known.beats);
      known.beats = std::max<std::int64_t>(0, known.beats);
    }
    archive(last_);
    archive(began_.value);
  }
  void begin_at(SampleIndex at) noexcept {
    beats_.begin_at(at);
    powers_.reset();
    past_.reset();
    last_ = -1;
    reports_.clear();
    std::fill(known_.begin(), known_.end(), Known{});
    began_ = at;
  }

 private:
  static constexpr Seconds window{0.025};
  static constexpr Seconds before{0.01}, behind{0.06}, tail{0.25};  // R
  static constexpr Seconds between{0.12};                           // so much before R there is neither P nor T
  static constexpr Seconds now_and_then{0.01};
  static constexpr int least_beats = 5;
  static constexpr double certain = 0.9;   // confidence of a beat that is one
  static constexpr double follows = 0.05;  // by so much a beat moves what is usual, the median of beats
  static constexpr double loud = 2;        // power at a beat over that between, from which the heart matters
  static constexpr double too_loud = 2;    // over the power of the usual beat: no heart

  struct Known {
    double at_beat = 0, in_tail = 0, between = 0;  // usual powers
    double tail = 0;                               // of this beat so far
    std::int64_t beats = 0;
  };

  Hertz rate() const noexcept { return beats_.format().rate; }

  // R by frames since the beginning. What came of the beat before is learnt, and what has come of this one.
  void meet(std::int64_t r) noexcept {
    const std::int64_t now = past_.count() - 1;
    for (int c = 0; c < channels_; ++c) {
      double height = 0;
      for (std::int64_t k = std::max(r - before_, past_.oldest()); k <= now; ++k)
        height = std::max(height, past_.frame(k)[c]);
      Known& known = known_[static_cast<std::size_t>(c)];
      const double share = known.beats == 0 ? 1 : std::max(follows, 1 / static_cast<double>(known.beats + 1));
      learn(known.at_beat, height, share);
      learn(known.between, past_.frame(r - between_)[c], share);
      if (last_ >= 0) learn(known.in_tail, known.tail, share);
      known.tail = 0;
      known.beats = std::min<std::int64_t>(known.beats + 1, 1000);
    }
    last_ = r;
  }
  // A burst that is taken for a beat counts no more than any beat.
  static void learn(double& usual, double now, double share) noexcept {
    usual = !(usual > 0) ? now : now > usual ? usual * (1 + share) : usual / (1 + share);
  }
  bool may_be_heart(Known& known, double power) noexcept {
    const std::int64_t since = past_.count() - 1 - last_;
    if (last_ < 0 || since > tail_) return false;
    const bool beat = since <= behind_;
    if (!beat) known.tail = std::max(known.tail, power);
    if (known.beats < least_beats) return false;
    const double usual = beat ? known.at_beat : known.in_tail;
    const bool heard = usual > loud * known.between && power < too_loud * usual;
    return heard && (beat || since % every_ == 0);
  }

  LiveRPeaks beats_;
  int channels_;
  std::int64_t before_, behind_, tail_, between_, every_;
  MovingSum powers_;
  PastFrames past_;  // of sums of squares
  std::vector<double> frame_;
  std::vector<Known> known_;
  std::int64_t last_ = -1;  // R, in frames since the beginning; none yet
  Sink<Event> reports_{4};
  SampleIndex began_{};
};

}  // namespace unguard
