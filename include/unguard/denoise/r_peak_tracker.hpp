// SPDX-License-Identifier: Apache-2.0
// R peaks of one heart in any number of channels: two filters that learn its QRS from the beats they find, a quick one
// where the heart is loud and one that looks further, and a threshold that follows noise and rhythm. After Pan &
// Tompkins 1985, doi:10.1109/TBME.1985.325532. Decided 20 ms after R, or 40 ms. Cost: 60 multiplications a channel, 250
// to 500 times a second; no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"
#include "unguard/denoise/first_beats.hpp"
#include "unguard/denoise/mean_beat.hpp"
#include "unguard/denoise/moment.hpp"
#include "unguard/denoise/qrs_filter.hpp"
#include "unguard/denoise/qrs_match.hpp"
#include "unguard/denoise/rows.hpp"

namespace unguard {

// One heartbeat as it was found.
struct RPeak {
  Moment at{};            // frames since the start
  double strength = 0;    // against the mean beat, which is 1
  double confidence = 0;  // one minus the chance that noise did it; 0 while no heart is believed
  bool instead = false;   // of the beat reported before, which was none
};

class RPeakTracker {
 public:
  // `prominence`: how far beats must stand out to be believed; peaks of noise come to 3.5.
  RPeakTracker(Hertz rate, int channels, double prominence = 4.2)
      : filter_(rate, channels),
        believed_from_(prominence),
        reach_(in(0.07)),
        history_(2 * reach_ + 2, static_cast<std::size_t>(channels)),
        clean_(static_cast<std::size_t>(channels)),
        stood_(clean_.size()),
        still_(clean_.size()),
        dead_(in(0.1)),
        mean_(reach_, static_cast<std::size_t>(channels)),
        first_(filter_.rate(), static_cast<std::size_t>(channels), reach_),
        matches_{QrsMatch(filter_.rate(), static_cast<std::size_t>(channels), before, {0.014}, in(late + 0.31)),
                 QrsMatch(filter_.rate(), static_cast<std::size_t>(channels), before, {0.036}, in(late + 0.31))} {
    reset();
  }

  // One frame, and what is wrong with it if anything is; true when a beat was decided with it.
  bool take(const double* frame, const Marks* marks = nullptr) noexcept {
    for (std::size_t c = 0; marks && c < clean_.size(); ++c)
      if (marks[c]) clean_[c] = -1;
    if (!filter_.take(frame)) return false;
    history_.add(filter_.values());
    ++now_;
    for (std::size_t c = 0; c < clean_.size(); ++c) {
      still_[c] = frame[c] == stood_[c] ? still_[c] + 1 : 0;
      stood_[c] = frame[c];
      // Where nothing moves there is nothing to be heard.
      clean_[c] = still_[c] > dead_ ? 0 : clean_[c] + 1;
    }
    if (!tracking_) {
      if (now_ >= 2 * reach_ + 2 && first_.take(history_, clean_, mean_)) begin();
      return false;
    }
    for (auto& m : matches_) m.take(history_, clean_);
    hear_noise();
    const bool found = look();
    if (pending_ != never && now_ == pending_ + reach_) learn();
    doubt_what_stays_away();
    return found;
  }
  // The beat take() has just decided.
  const RPeak& beat() const noexcept { return beat_; }

  // Whether what is found is a heart: its beats stand out as peaks of noise do not, and one was heard of late.
  bool believable() const noexcept { return believable_ && now_ - last_ <= in(3); }
  // How far the mean beat stands out, in standard deviations of what lies between beats; 0 while it is not known.
  double prominence() const noexcept { return tracking_ && beats_ >= 3 ? matches_[1].prominence() : 0; }
  // The mean RR interval; 0 while it is not known.
  Seconds interval() const noexcept { return {interval_ / filter_.rate().value}; }
  // The channel that says most, and the height of the mean beat in it, above what is slower than 5 Hz.
  int best_channel() const noexcept { return tracking_ ? matches_[1].best_channel() : first_.channel(); }
  double height() const noexcept { return std::fabs(mean_.row(0)[best_channel()]); }
  // Frames from an R peak to its decision where the heart is loud, and where it is not.
  std::array<std::int64_t, 2> decision_delays() const noexcept {
    const auto frames = [&](const QrsMatch& m) { return (m.after() + 2) * filter_.step(); };
    return {frames(matches_[0]), frames(matches_[1])};
  }

  void reset() noexcept {
    filter_.reset();
    history_.reset();
    std::fill(clean_.begin(), clean_.end(), std::int64_t{1} << 40);
    std::fill(stood_.begin(), stood_.end(), 0.0);
    std::fill(still_.begin(), still_.end(), 0);
    now_ = -1;
    proved_ = false;
    beat_ = {};
    begin_again();
  }

  template <class Archive>
  void state(Archive& archive) {
    filter_.state(archive);
    history_.state(archive);
    archive(clean_);
    archive(stood_);
    archive(still_);
    mean_.state(archive);
    first_.state(archive);
    for (auto& m : matches_) m.state(archive);
    archive(now_);
    archive(tracking_);
    archive(quick_);
    archive(loud_);
    archive(proved_);
    archive(believable_);
    archive(anchor_);
    archive(beats_);
    archive(began_);
    archive(doubtful_);
    archive(last_);
    archive(last_but_one_);
    archive(pending_);
    archive(missed_);
    archive(last_strength_);
    archive(last_deviation_);
    archive(missed_strength_);
    archive(interval_);
    archive(silent_);
    archive(off_centre_);
    archive(echoed_);
    archive(echoes_);
    beat_.at.state(archive);
    archive(beat_.strength);
    archive(beat_.confidence);
    archive(beat_.instead);
    const auto stands = [&](std::int64_t row) { return row == never || row < now_; };
    if (now_ < -1 || now_ > never / -filter_.step() || anchor_ >= clean_.size() || beats_ < 0 || silent_ < 0 ||
        !(std::fabs(off_centre_) <= 1.5) || !(echoes_ >= 0 && echoes_ <= 1) || !stands(last_) ||
        !stands(last_but_one_) || !stands(missed_))
      reset();  // not from here
  }

 private:
  static constexpr Seconds before{0.045};
  static constexpr double late = 0.18;                  // noise is heard this late, when it is known where beats are
  static constexpr double refractory = 0.22;            // no heart beats twice within it
  static constexpr double ringing = 0.045;              // of the filter behind a beat
  static constexpr double drowned_from = 3.5;           // standard deviations of noise in a known beat
  static constexpr double fastest = 0.24;               // few hearts beat more often
  static constexpr double stopped = 10;                 // without a beat that could have been heard
  static constexpr std::int64_t first_mean_counts = 3;  // beats: not all of it need be heart
  static constexpr std::int64_t never = -(std::int64_t{1} << 60);

  std::int64_t in(double seconds) const noexcept { return samples_in({seconds}, filter_.rate()); }
  const QrsMatch& used() const noexcept { return matches_[quick_ ? 0 : 1]; }

  void begin_again() noexcept {
    mean_.reset();
    first_.reset();
    for (auto& m : matches_) m.reset();
    tracking_ = quick_ = loud_ = believable_ = false;
    anchor_ = 0;
    beats_ = began_ = 0;
    doubtful_ = now_;
    silent_ = 0;
    last_ = last_but_one_ = pending_ = missed_ = never;
    last_strength_ = last_deviation_ = missed_strength_ = interval_ = off_centre_ = echoes_ = 0;
    echoed_ = false;
  }
  // The first mean beat is there. What is R in it stays R, whichever channel says most later.
  void begin() noexcept {
    anchor_ = static_cast<std::size_t>(first_.channel());
    const std::int64_t r = mean_.r_wave(anchor_);
    mean_.move(r);
    tracking_ = true;
    began_ = now_ + in(0.1);
    doubtful_ = now_;
    last_ = now_ - first_.age() + r;
    match();
  }
  void match() noexcept {
    for (auto& m : matches_) m.match(mean_);
    off_centre_ = mean_.off_centre(anchor_);
  }

  void hear_noise() noexcept {
    for (auto& m : matches_) {
      const std::int64_t ago = in(late), then = now_ - ago - m.after();
      if (then > began_ && std::llabs(then - last_) > in(0.1) && std::llabs(then - last_but_one_) > in(0.1))
        m.hear_noise(ago, clean_);
    }
  }

  // Halfway between nothing and a beat, in much noise; in little, where less than a mean beat can be told from noise
  // and may be an ectopic one, a third. And how much more, in variances of the noise: the less likely a beat is at this
  // time of the rhythm, the more.
  static double halfway(double noise) noexcept { return 0.3 + 0.2 * std::min(1.0, noise / 0.015); }
  double reserve(std::int64_t since) const noexcept {
    if (interval_ <= 0) return 3;
    const double phase = static_cast<double>(since) / interval_;
    if (phase < 0.5) return 6;
    if (phase < 0.9) return 6 - 10 * (phase - 0.5);
    return std::max(0.0, phase < 1.2 ? 2 : 2 - 5 * (phase - 1.2));
  }

  bool look() noexcept {
    const QrsMatch& m = used();
    const double a = m.answer(2), b = m.answer(1), d = m.answer(0);
    const std::int64_t r = now_ - 1 - m.after(), since = r - last_;
    if (b > a && b >= d && b > 0.2 && since > 0) {
      const double noise = m.noise_before(1);
      // Where muscle drowns the heart: two and a half to three standard deviations, whatever the rhythm says.
      const double deviation = std::sqrt(noise);
      const double least =
          std::clamp(halfway(noise) + noise * reserve(since), 2.5 * deviation, std::max(0.9, 3 * deviation)) *
          std::clamp(m.strength(), 0.7, 1.3);
      if (since > in(refractory)) {
        if (b > least) return decide(0);
        if (b > missed_strength_) {
          missed_ = r;
          missed_strength_ = b;
        }
      } else if (b > least && b > 1.6 * last_strength_ && last_strength_ < 4.5 * last_deviation_) {
        // What was taken for a beat came just before one, and may have been noise.
        const bool reported = beats_ > 0;
        last_ = last_but_one_;
        beats_ -= reported;
        decide(0);
        beat_.instead = reported;
        return true;
      } else if (since > in(ringing) && b > 0.6 * last_strength_) {
        echoed_ = true;
      }
    }
    // Too long a pause: the largest peak in it, if it was one.
    const std::int64_t ago = r - missed_;
    if (missed_ == never || interval_ <= 0 || static_cast<double>(since) < 1.5 * interval_) return false;
    if (ago + 3 > in(late)) return false;
    if (missed_strength_ < std::max(0.3, 3 * std::sqrt(m.noise_before(ago + 1)))) return false;
    return decide(ago);
  }

  // A beat, so many rows before the one that has just been looked at.
  bool decide(std::int64_t ago) noexcept {
    const QrsMatch& m = used();
    const double a = m.answer(ago + 2), b = m.answer(ago + 1), d = m.answer(ago), bend = a - 2 * b + d;
    const double top = bend < 0 ? std::clamp(0.5 * (a - d) / bend, -0.5, 0.5) : 0;
    const std::int64_t r = now_ - 1 - m.after() - ago;
    const double step = static_cast<double>(filter_.step());
    beat_.at = Moment{r * filter_.step()} + ((top - m.late() + off_centre_) * step + 0.5 * (step - 1));
    beat_.strength = b;
    beat_.instead = false;
    if (last_ != never && r - last_ < in(2)) {
      const double rr = static_cast<double>(r - last_);
      interval_ = interval_ > 0 ? interval_ + 0.15 * std::clamp(rr - interval_, -0.3 * interval_, 0.3 * interval_) : rr;
    }
    last_but_one_ = last_;
    last_ = r;
    silent_ = 0;
    last_strength_ = b;
    pending_ = r + std::llround(top - m.late() + off_centre_);
    missed_ = never;
    missed_strength_ = 0;
    ++beats_;
    if (beats_ > 1)
      echoes_ += (static_cast<double>(echoed_) - echoes_) / static_cast<double>(std::min<std::int64_t>(beats_ - 1, 32));
    echoed_ = false;
    const double noise = m.noise_before(ago + 1);
    last_deviation_ = std::sqrt(noise);
    loud_ = noise > 4 * m.noise() * m.noise();
    beat_.confidence = believable_ ? certainty(b / std::sqrt(std::max(noise, 1e-12))) : 0;
    return true;
  }
  // That noise does not come so high once in an interval, in which it has some 20 chances.
  static double certainty(double z) noexcept { return std::pow(1 - 0.5 * std::erfc(z / std::numbers::sqrt2), 20); }

  // All of the beat is there.
  void learn() noexcept {
    const std::int64_t ago = now_ - pending_;
    pending_ = never;
    for (auto& m : matches_) m.hear_beat(ago, beats_);
    const double loud = matches_[1].prominence();
    const bool alone = echoes_ < (believable_ ? 0.7 : 0.6) && (interval_ <= 0 || interval().value > fastest);
    believable_ = beats_ >= 5 && alone && loud > (believable_ ? 0.9 : 1) * believed_from_;
    if (believable_) {
      proved_ = true;
      doubtful_ = now_;
    }
    const double strength = used().strength();
    // What may be no beat teaches nothing; until a heart is proved the larger peaks do, for a mean beat that is in part
    // noise answers too little to a beat.
    const double size = last_strength_ / strength;
    const bool like_a_beat = proved_ ? believable_ && size > 0.7 && size < 1.6 : size > 0.9;
    if (like_a_beat && !loud_) {
      mean_.take(history_, ago, beats_ + first_mean_counts, clean_);
      match();
    }
    const bool quick = believable_ && matches_[0].prominence() > (quick_ ? 7 : 8);
    if (quick != quick_) missed_ = never;
    quick_ = quick;
  }

  // Nothing believable for long: what was learnt may be no heart. A heart that was one is not forgotten for being
  // drowned, nor doubted while no electrode could hear it.
  void doubt_what_stays_away() noexcept {
    silent_ += matches_[1].hears();
    if (believable_ && silent_ > in(stopped)) believable_ = false;
    if (proved_ && drowned_from * matches_[1].noise() > 1) doubtful_ = now_;
    if (believable_ || now_ - doubtful_ <= in(proved_ ? 30 : 12)) return;
    proved_ = false;
    begin_again();
  }

  QrsFilter filter_;
  double believed_from_;
  std::int64_t reach_;  // of the mean beat to either side of R
  Rows history_;
  CleanRows clean_;
  std::vector<double> stood_;  // the last row's values, and for how many rows each has been what it is
  std::vector<std::int64_t> still_;
  std::int64_t dead_;
  MeanBeat mean_;
  FirstBeats first_;
  std::array<QrsMatch, 2> matches_;  // quick, and looking further
  std::int64_t now_ = -1;
  bool loud_ = false;  // muscle was, around the last beat
  bool tracking_ = false, quick_ = false, proved_ = false, believable_ = false;
  // Whether something like a beat followed within the last one's refractory period: a motor unit's next discharge, or
  // the rest of a burst.
  bool echoed_ = false;
  std::size_t anchor_ = 0;
  std::int64_t beats_ = 0;
  std::int64_t silent_ = 0;  // rows since the last beat in which one could have been heard
  std::int64_t began_ = 0, doubtful_ = 0, last_ = never, last_but_one_ = never, pending_ = never, missed_ = never;
  double last_strength_ = 0, last_deviation_ = 0, missed_strength_ = 0, interval_ = 0, off_centre_ = 0;
  double echoes_ = 0;  // behind how many of the beats
  RPeak beat_{};
};

}  // namespace unguard
