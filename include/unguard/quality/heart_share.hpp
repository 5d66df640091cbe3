// SPDX-License-Identifier: Apache-2.0
// How much of a cleaned signal is the heart's, by the mean beat of each channel at the R peaks: of a reading, and of
// what looks like movement, which a loud heart does. Averaging as Drake & Callaghan 2006,
// doi:10.1016/j.jelekin.2005.07.003; beats: RPeaks. The rules are our own: movement is only taken for the heart's where
// its beats are as brief as a QRS complex (BeatShape), for steps and strikes recur, too. Cost: RPeaks, some 10
// operations a sample and channel; 1 us a channel, one a frame, behind a beat. Latency: none; a beat is known 20 to
// 40 ms behind R.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/denoise/past_frames.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/quality/beat_power.hpp"
#include "unguard/quality/beat_shape.hpp"
#include "unguard/quality/detection_bound.hpp"

namespace unguard {

// A heart that makes a share s of a level's power makes its RMS too high by 1 / sqrt(1 - s) - 1: of 0.2 by 12 %, of 0.5
// by 41 %.
struct HeartShare {
  double share = 0.2;
  double most = 0.5;
  std::string lead{};
  double prominence = 4.2;

  friend bool operator==(const HeartShare&, const HeartShare&) = default;
};
constexpr SpecInfo info(const HeartShare*) {
  return {"HeartShare", "marks readings with much of the heart in them, and withholds those that are mostly heart",
          "Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003"};
}
constexpr auto fields(const HeartShare*) {
  return field_list(
      field<&HeartShare::share>("share", "of the heart in a reading's power from which on it says so; 0.2: 12 % of RMS",
                                between(0.1, 0.99)),
      field<&HeartShare::most>("most", "share of the heart beyond which a reading has no value; 0.5: 41 % of RMS",
                               between(0.1, 0.99)),
      field<&HeartShare::lead>("lead", "channel with an ECG; none: whichever channels say most"),
      field<&HeartShare::prominence>("prominence",
                                     "how far the mean beat must stand out from what lies between beats, in standard "
                                     "deviations of it, to be believed",
                                     between(3.5, 100)));
}

class LiveHeartShare {
 public:
  using spec_type = HeartShare;

  // What is asked of it: of how many channels, the first of those that are heard, 0: of all; and in samples, by how
  // much the cleaned signal comes later than the one with the heart in it, and of which level it tells the heart's
  // energy, its window, how long the cleaned signal waits for it, and how often.
  struct Asked {
    int channels = 0;
    std::int64_t behind = 0, window = 1, wait = 0, every = 1;

    friend bool operator==(const Asked&, const Asked&) = default;
  };

  LiveHeartShare(const HeartShare& spec, LiveRPeaks beats, const Asked& asked)
      : spec_(spec),
        asked_(asked),
        beats_(std::move(beats)),
        channels_(asked.channels > 0 ? asked.channels : beats_.format().channels.count()),
        before_(samples_in(BeatPower::before, rate())),
        after_(samples_in(BeatPower::after, rate())),
        off_by_(samples_in(r_is_off_by, rate())),
        late_(std::max<std::int64_t>(samples_in(known_within, rate()) - asked.behind, 0)),
        at_once_((channels_ + 15) / 16),
        leak_(-std::expm1(-1 / (memory * rate()))),
        slow_leak_(-std::expm1(-1 / (long_memory * rate()))),
        past_(before_ + after_ + samples_in({0.05}, rate()) + 24, channels_),
        shape_(rate(), channels_, Seconds{0.1} + Seconds{static_cast<double>(asked.behind) / rate().value}),
        powers_(static_cast<std::size_t>(channels_), BeatPower(rate(), leak_)),
        power_(powers_.size()),
        long_power_(powers_.size()),
        of_heart_(powers_.size()),
        spoilt_(powers_.size(), never),
        unexplained_(powers_.size(), never),
        kept_(powers_.size()) {
    begin_at({});
  }

  // Hears the same frames with the heart in them and cleaned. Where `clean` is marked as movement and it is only the
  // heart that moves, it is marked so instead: at once where that is plain; where a beat may have begun that is not
  // known yet, until it must be. What is also marked for another reason stays as it is. `energy`: of the heart in the
  // level of each of these frames, frames x channels, uV^2 samples; written every so many frames. `said`: mark::heart
  // where it has been marked so.
  void process(ConstBlock raw, Block clean, double* energy = nullptr, Marks* said = nullptr) noexcept {
    reports_.clear();
    beats_.process(raw, reports_);
    std::size_t next = 0;
    const auto reports = reports_.items();
    for (std::int64_t i = 0; i < clean.frames; ++i) {
      const double* x = kept(clean.part(i, 1));
      past_.add(x);
      shape_.take(raw.data + i * raw.channels);
      const SampleIndex at = began_ + (past_.count() - 1);
      for (; next < reports.size() && reports[next].decided.value <= at.value; ++next)
        if (const Event& e = reports[next]; e.report == Report::open && e.confidence > certain) meet(e.onset - began_);
      follow(x);
      learn();
      if (said) std::fill_n(said + i * channels_, channels_, mark::none);
      judge(clean.marks + i * channels_, said ? said + i * channels_ : nullptr);
      if (energy && (past_.count() - 1) % asked_.every == 0)
        for (int c = 0; c < channels_; ++c) energy[i * channels_ + c] = in_level(c);
    }
  }
  void begin_at(SampleIndex at) noexcept {
    beats_.begin_at(at);
    past_.reset();
    shape_.reset();
    for (auto& p : powers_) p.reset();
    for (auto* v : {&power_, &long_power_, &of_heart_}) std::fill(v->begin(), v->end(), 0.0);
    std::fill(spoilt_.begin(), spoilt_.end(), never);
    std::fill(unexplained_.begin(), unexplained_.end(), never);
    r_.fill(never);
    learnt_ = channels_;
    reports_.clear();
    began_ = at;
  }

  // How much of the power of some seconds is the heart's; unknown where no heart is heard.
  std::optional<double> share(int channel) const noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const Seconds interval = beats_.interval();
    if (!beats_.believable() || !powers_[c].known() || !(interval.value > 0) || !(long_power_[c] > 0))
      return std::nullopt;
    return std::min(1.0, powers_[c].energy() / (interval * rate()) / long_power_[c]);
  }
  DetectionBound bound() const {
    return {mark::heart, learnt_within,
            "readings of which the heart makes more than " + to_text(std::min(1.0, spec_.share * surely)) +
                " of the power, once RPeaks hears it; of more than " + to_text(spec_.most) + " they have no value"};
  }
  const HeartShare& spec() const noexcept { return spec_; }
  // Of a share that is only known so well: from here on it may be more than there may be.
  double withheld_from() const noexcept { return spec_.most / surely; }
  double said_from() const noexcept { return spec_.share / 1.2; }
  // Whether another was asked the same.
  bool same_question(const LiveHeartShare& other) const noexcept {
    return spec_ == other.spec_ && asked_ == other.asked_;
  }

  template <class Archive>
  void state(Archive& archive) {
    beats_.state(archive);
    past_.state(archive);
    shape_.state(archive);
    for (auto& p : powers_) p.state(archive);
    archive(power_);
    archive(long_power_);
    archive(of_heart_);
    archive(spoilt_);
    archive(unexplained_);
    for (auto& r : r_) archive(r);
    archive(learnt_);
    archive(began_.value);
    learnt_ = std::clamp(learnt_, 0, channels_);  // not from here
  }

 private:
  static constexpr std::int64_t never = -(std::int64_t{1} << 60);
  static constexpr double certain = 0.9;  // confidence of a beat that is one
  static constexpr Seconds memory{0.1};   // as that of what looks for movement
  static constexpr Seconds long_memory{3};
  static constexpr Seconds known_within{0.09};  // from the first wave of a beat until it is decided
  static constexpr Seconds r_is_off_by{0.004};  // and what is said of a level may be 2 ms old
  static constexpr Seconds learnt_within{15};
  // Movement is what the heart makes less of. It may be a beat of twice the usual power.
  static constexpr double explained = 0.4, largest_beat = 2;
  static constexpr double surely = 1.4;
  // Of a heart: its rhythm, 40 to 180 a minute, and how much of a QRS complex above 8 Hz lies within 60 ms of R.
  static constexpr Seconds shortest{0.33}, longest{1.5};
  // The less of it there is, the less its shape is known.
  static constexpr double briefest = 0.8, briefest_in_level = 0.5;
  // How much alike beats are: for what moves, and for a level, in which bursts of muscle must not pass for beats.
  static constexpr double alike_to_move = 2, alike_to_be_told = 0.5;

  Hertz rate() const noexcept { return beats_.format().rate; }

  // Of a frame what a gate lets through: beats that are left out are not in the level.
  const double* kept(ConstBlock frame) noexcept {
    if (std::none_of(frame.marks, frame.marks + channels_, [](Marks m) { return (m & mark::heart) != 0; }))
      return frame.data;
    for (int c = 0; c < channels_; ++c)
      kept_[static_cast<std::size_t>(c)] = frame.marks[c] & mark::heart ? 0 : frame.data[c];
    return kept_.data();
  }

  // Little else that recurs has the rhythm of one and is as brief: a fasciculation once a second is.
  bool like_a_heart(std::size_t channel, double least) const noexcept {
    const Seconds interval = beats_.interval();
    return interval > shortest && interval < longest && shape_.brief(static_cast<int>(channel)) > least;
  }
  bool alike(std::size_t channel, double times) const noexcept {
    const BeatPower& p = powers_[channel];
    return p.alike(long_power_[channel] - p.energy() / (beats_.interval() * rate()), times);
  }
  // Of the mean beats in the samples that are in the level now.
  double in_level(int channel) const noexcept {
    const BeatPower& p = powers_[static_cast<std::size_t>(channel)];
    if (!p.known() || !like_a_heart(static_cast<std::size_t>(channel), briefest_in_level) ||
        !alike(static_cast<std::size_t>(channel), alike_to_be_told))
      return 0;
    const std::int64_t end = past_.count() - asked_.wait;
    double most = 0;
    for (const std::int64_t off : {-off_by_, std::int64_t{0}, off_by_}) {
      double sum = 0;
      for (const std::int64_t r : r_) {
        if (r == never || end - asked_.window - r > after_) break;
        sum += p.until(end - r + off) - p.until(end - asked_.window - r + off);
      }
      most = std::max(most, sum);
    }
    return most + before_those(p, end);
  }
  // Of longer windows: what lies before the beats that are remembered, by the rhythm.
  double before_those(const BeatPower& p, std::int64_t end) const noexcept {
    const double interval = beats_.interval() * rate();
    const std::int64_t span = r_.back() - before_ - (end - asked_.window);
    return r_.back() != never && span > 0 && interval > 0 ? p.energy() * static_cast<double>(span) / interval : 0;
  }
  // R by frames since the beginning of the stream.
  void meet(std::int64_t r) noexcept {
    std::copy_backward(r_.begin(), r_.end() - 1, r_.end());
    r_.front() = r + asked_.behind;
    learnt_ = 0;
    const std::int64_t phase = past_.count() - 1 - r_.front();
    for (std::size_t c = 0; c < powers_.size(); ++c) of_heart_[c] += powers_[c].leaked(phase - 1);
  }
  void follow(const double* x) noexcept {
    const std::int64_t phase = past_.count() - 1 - r_.front();
    double *power = power_.data(), *long_power = long_power_.data(), *of_heart = of_heart_.data();
    const double leak = leak_, slow_leak = slow_leak_;
    for (std::size_t c = 0; c < powers_.size(); ++c) {
      const double square = x[c] * x[c];
      power[c] += leak * (square - power[c]);
      long_power[c] += slow_leak * (square - long_power[c]);
      of_heart[c] -= leak * of_heart[c];
    }
    if (phase < -before_ || phase > after_) return;
    for (std::size_t c = 0; c < powers_.size(); ++c) of_heart[c] += leak * powers_[c].at(phase);
  }
  // A few channels a frame, when all of the beat is there.
  void learn() noexcept {
    if (learnt_ == channels_ || past_.count() - 1 - r_.front() <= after_) return;
    for (int i = 0; i < at_once_ && learnt_ < channels_; ++i, ++learnt_)
      if (const auto c = static_cast<std::size_t>(learnt_); spoilt_[c] < r_.front() - before_) {
        powers_[c].learn(past_, learnt_, r_.front());
        shape_.learn(r_.front() - asked_.behind, learnt_);
      }
  }
  void judge(Marks* marks, Marks* said) noexcept {
    const std::int64_t now = past_.count() - 1;
    Marks any = mark::none;
    for (std::size_t c = 0; c < powers_.size(); ++c) any |= marks[c];
    if (any == mark::none) {
      std::fill(unexplained_.begin(), unexplained_.end(), never);
      return;
    }
    for (std::size_t c = 0; c < powers_.size(); ++c) {
      const Marks m = marks[c];
      if (m == mark::none) {
        unexplained_[c] = never;
        continue;
      }
      if (m & mark::withholding & ~mark::motion) {
        spoilt_[c] = now;
        continue;
      }
      if (!(m & mark::motion)) continue;
      const BeatPower& p = powers_[c];
      if (!beats_.believable() || !like_a_heart(c, briefest) || !alike(c, alike_to_move)) continue;
      if (of_heart_[c] > explained * power_[c]) {
        unexplained_[c] = never;
      } else {
        if (unexplained_[c] == never) unexplained_[c] = now;
        const double most = largest_beat * (of_heart_[c] + p.most_leaked());
        if (now - unexplained_[c] >= late_ || explained * power_[c] > most) continue;
      }
      marks[c] = static_cast<Marks>((m & ~mark::motion) | mark::heart);
      if (said) said[c] = mark::heart;
    }
  }

  HeartShare spec_;
  Asked asked_;
  LiveRPeaks beats_;
  int channels_;
  std::int64_t before_, after_, off_by_, late_;
  int at_once_;
  double leak_, slow_leak_;
  PastFrames past_;                // of the cleaned signal
  BeatShape shape_;                // of the one with the heart in it
  std::vector<BeatPower> powers_;  // per channel
  std::vector<double> power_, long_power_, of_heart_;
  std::vector<std::int64_t> spoilt_;       // per channel: the last frame of which nothing is known
  std::vector<std::int64_t> unexplained_;  // per channel: since when there is more movement than a known beat makes
  std::array<std::int64_t, 8> r_{};        // the last R, in frames of the cleaned signal, newest first
  std::vector<double> kept_;               // one frame
  int learnt_ = 0;                         // the last beat, by so many channels
  Sink<Event> reports_{16};
  SampleIndex began_{};
};

// Rates too low for RPeaks are refused.
inline Result<LiveHeartShare> try_start(const HeartShare& spec, const StreamFormat& format,
                                        const LiveHeartShare::Asked& asked = {}) {
  if (auto fault = validate(spec)) return *fault;
  auto beats = try_start(RPeaks{.lead = spec.lead, .prominence = spec.prominence}, format);
  if (!beats) return beats.fault();
  return LiveHeartShare(spec, std::move(*beats), asked);
}

}  // namespace unguard
