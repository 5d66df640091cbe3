// SPDX-License-Identifier: Apache-2.0
// Where the heart may have opened an event: marks a cleaned signal from the report of an R peak to 60 ms behind the
// peak, in channels whose heart is loud, unless what is there is far louder than this heart ever is. A detector that
// does not wait for the heart to be taken out cancels by these marks what it has just opened. Heartbeats: RPeaks. The
// rule is our own. Cost: RPeaks, one moving sum a sample and channel. Latency: that of RPeaks, at most 40 ms behind R.
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
  explicit LiveHeartMarks(LiveRPeaks beats)
      : beats_(std::move(beats)),
        channels_(beats_.format().channels.count()),
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
        if (e.report == Report::open && e.confidence > 0) meet(e.onset - began_);
      reports_.clear();
      for (int c = 0; c < channels_; ++c)
        if (past_.count() <= known_[static_cast<std::size_t>(c)].marked_until)
          clean.marks[i * channels_ + c] |= mark::heart;
    }
  }
  void begin_at(SampleIndex at) noexcept {
    beats_.begin_at(at);
    powers_.reset();
    past_.reset();
    reports_.clear();
    std::fill(known_.begin(), known_.end(), Known{});
    began_ = at;
  }
  std::int64_t period() const noexcept { return powers_.period(); }

  const LiveRPeaks& beats() const noexcept { return beats_; }

  template <class Archive>
  void state(Archive& archive) {
    beats_.state(archive);
    powers_.state(archive);
    past_.state(archive);
    archive(began_.value);
    for (Known& k : known_) {
      archive(k.at_beat);
      archive(k.between);
      archive(k.beats);
      archive(k.marked_until);
    }
  }

 private:
  static constexpr Seconds window{0.025};
  static constexpr Seconds before{0.01}, behind{0.06};  // R
  static constexpr Seconds between{0.12};               // so much before R there is neither P nor T
  static constexpr int least_beats = 5;
  static constexpr double follows = 0.125;  // how much of a beat goes into what is usual, on the log scale
  static constexpr double loud = 2;         // power at a beat over that between, from which the heart matters
  static constexpr double too_loud = 4;     // over the power of the usual beat: no heart

  struct Known {
    double at_beat = 0, between = 0;  // usual powers
    std::int32_t beats = 0;
    std::int64_t marked_until = 0;  // frames
  };

  Hertz rate() const noexcept { return beats_.format().rate; }

  // R by frames since the beginning.
  void meet(std::int64_t r) noexcept {
    const std::int64_t now = past_.count() - 1;
    for (int c = 0; c < channels_; ++c) {
      double height = 0;
      for (std::int64_t k = r - samples_in(before, rate()); k <= now; ++k) height = std::max(height, past_.frame(k)[c]);
      Known& known = known_[static_cast<std::size_t>(c)];
      const bool heart =
          known.beats >= least_beats && known.at_beat > loud * known.between && height < too_loud * known.at_beat;
      if (heart) known.marked_until = std::max(r + samples_in(behind, rate()), now + 1);
      learn(known, height, past_.frame(r - samples_in(between, rate()))[c]);
    }
  }
  static void learn(Known& known, double height, double beside) noexcept {
    const double share = known.beats == 0 ? 1 : std::max(follows, 1.0 / (known.beats + 1));
    const auto go_on = [share](double usual, double now) {
      if (!(usual > 0) || !(now > 0)) return now;
      return usual * std::pow(std::clamp(now / usual, 1 / too_loud, too_loud), share);
    };
    known.at_beat = go_on(known.at_beat, height);
    known.between = go_on(known.between, beside);
    known.beats = std::min(known.beats + 1, 1000);
  }

  LiveRPeaks beats_;
  int channels_;
  MovingSum powers_;
  PastFrames past_;  // of sums of squares
  std::vector<double> frame_;
  std::vector<Known> known_;
  Sink<Event> reports_{4};
  SampleIndex began_{};
};

}  // namespace unguard
