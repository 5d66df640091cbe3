// SPDX-License-Identifier: Apache-2.0
// EMG without the heart: at every R peak the mean beat of each channel, fitted in height and time, is taken off; what
// is not known is smoothed away. Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003; causal as in Petersen et
// al. 2020, doi:10.1109/ACCESS.2020.2972731. Latency: look_ahead. Cost: 20 ns a sample of 16 channels, 100 ns of a
// single one, and RPeakTracker's again while R is looked for once more; in the two frames of a beat in which it is
// fitted, 2 us a channel.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/units.hpp"
#include "unguard/denoise/beat_gaps.hpp"
#include "unguard/denoise/beat_remainder.hpp"
#include "unguard/denoise/both_ends.hpp"
#include "unguard/denoise/ecg_template.hpp"
#include "unguard/denoise/past_frames.hpp"
#include "unguard/denoise/r_peak_tracker.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/denoise/second_look.hpp"

namespace unguard {

// Stands before the band-pass: below 20 Hz there is more heart than muscle, which tells where the heart is; and a QRS
// complex is short before a high-pass has made it ring.
struct EcgSubtraction {
  std::string lead{};        // the name of an ECG channel to find beats on, itself left as it is; none: all channels
  int beats = 40;            // in the mean
  Seconds look_ahead{0.06};  // so much later comes the output
  double prominence = 4.2;   // of a heart that is believed; nothing is taken off for another

  friend bool operator==(const EcgSubtraction&, const EcgSubtraction&) = default;
};
constexpr SpecInfo info(const EcgSubtraction*) {
  return {"EcgSubtraction", "the heart's mean beat taken off at every R peak",
          "Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003"};
}
constexpr auto fields(const EcgSubtraction*) {
  using S = EcgSubtraction;
  return field_list(
      field<&S::lead>("lead", "channel with an ECG, itself left as it is; none: beats are found on all channels"),
      field<&S::beats>("beats", "how many beats a mean beat is the mean of", between(10, 1000)),
      field<&S::look_ahead>("look_ahead", "how much later the output comes", between(0.04, 0.2)),
      field<&S::prominence>("prominence",
                            "how far the mean beat must stand out from what lies between beats, in standard deviations "
                            "of it, to be believed",
                            between(3.5, 100)));
}

class EcgSubtractionKernel {
 public:
  EcgSubtractionKernel(const EcgSubtraction& spec, const StreamFormat& format)
      : channels_(format.channels.count()),
        lead_(format.channels.find(spec.lead)),
        delay_(samples_in(spec.look_ahead, format.rate)),
        smooth_(std::max<std::int64_t>(1, samples_in({0.008}, format.rate))),
        second_after_(samples_in(EcgTemplate::fit_after[1], format.rate) + 4),
        hand_over_(samples_in({0.002}, format.rate)),
        qrs_(samples_in({0.06}, format.rate)),
        rings_(samples_in({0.015}, format.rate)),
        at_once_((channels_ + 15) / 16),
        rate_(format.rate.value),
        past_(samples_in({0.75}, format.rate) + 16, channels_),
        tracker_(format.rate, lead_ ? 1 : channels_, spec.prominence),
        second_look_(tracker_, format.rate),
        remainder_(format.rate),
        without_contact_(static_cast<std::size_t>(channels_)),
        both_ends_(channels_, delay_),
        gaps_(format.rate, channels_, lead_, qrs_ + rings_),
        templates_(static_cast<std::size_t>(channels_), EcgTemplate(format.rate, spec.beats)) {
    for (auto& beat : active_) {
      beat.fits[0].resize(templates_.size());
      beat.fits[1].resize(templates_.size());
      beat.base.resize(templates_.size());
      beat.left_until.resize(templates_.size());
    }
  }

  // A channel without contact does not say where beats are; a short fault is bridged, and a beat beside it is one.
  void run(const double* x, double* y, std::int64_t n, const Marks* marks = nullptr) noexcept {
    const int first = lead_.value_or(0);
    for (std::int64_t i = 0; i < n; ++i, x += channels_, y += channels_) {
      const Marks* said = marks && any(marks + i * channels_) ? marks + i * channels_ : nullptr;
      const Marks* wrong = said ? without_contact(said) + first : nullptr;
      past_.add(x);
      gaps_.take(said, past_.count() - 1, said && beat_is_due());
      both_ends_.take(said, past_.count() - 1);
      decided_ = tracker_.take(x + first, wrong);
      if (decided_) begin(tracker_.beat());
      if (second_look_.looking() &&
          second_look_.take(x, wrong, past_.count(), tracker_.believable(), decided_, newest().r))
        go_by_second_look();
      // Looked for anew, R may be another wave than before.
      if (learnt_ && tracker_.interval().value == 0) forget();
      for (auto& beat : active_)
        if (beat.live) attend(beat);
      const std::int64_t out = past_.count() - 1 - delay_;
      const double* then = past_.frame(out);
      std::copy_n(then, channels_, y);
      for (const auto& beat : active_)
        if (beat.live && beat.believed) take_off(beat, out, y);
      both_ends_.run(y, out, past_.count() - 1, [this](std::int64_t frame, int channel) {
        double heart = 0;
        for (const auto& beat : active_)
          if (channel != lead_ && beat.live && beat.believed) heart += heart_in(beat, channel, frame);
        return past_.frame(frame)[channel] - heart;
      });
    }
  }

  // Whether there is a heart to be taken off.
  bool believable() const noexcept { return tracker_.believable(); }
  double prominence() const noexcept { return tracker_.prominence(); }
  // Whether it is taken off every channel.
  bool knows_heart() const noexcept {
    if (!believable()) return false;
    for (int c = 0; c < channels_; ++c)
      if (c != lead_ && !templates_[static_cast<std::size_t>(c)].known()) return false;
    return true;
  }
  // Whether much of a beat may be left in what comes out: none of it is taken off yet, or it looks another way; or so
  // many did of late that one may have been missed.
  bool leaves_heart() const noexcept {
    return believable() && (!knows_heart() || unknown_ || strange_ > 1 || second_look_.looking() ||
                            std::popcount(odd_beats_) >= many_odd);
  }
  // Whether much of a beat is left in any channel of the frame that came out last; and in this one.
  bool leaves_some_beat() const noexcept {
    const std::int64_t out = past_.count() - 1 - delay_;
    return gaps_.may_hide(out) || std::any_of(active_.begin(), active_.end(), [=](const Beat& beat) {
             return beat.live && out < beat.left_anywhere_until;
           });
  }
  bool leaves_beat(int channel) const noexcept {
    const std::int64_t out = past_.count() - 1 - delay_;
    const auto c = static_cast<std::size_t>(channel);
    if (gaps_.may_hide(out)) return true;
    return std::any_of(active_.begin(), active_.end(),
                       [=](const Beat& beat) { return beat.live && out < beat.left_until[c]; });
  }
  Seconds interval() const noexcept { return tracker_.interval(); }
  // The beat that was decided with the last frame, if one was, and how many frames ago R was.
  const RPeak* decided() const noexcept { return decided_ ? &tracker_.beat() : nullptr; }
  double since(const RPeak& beat) const noexcept { return placed(beat.at, began_).until(past_.count() - 1); }

  void reset() noexcept {
    past_.reset();
    tracker_.reset();
    began_ = 0;
    gaps_.reset();
    both_ends_.reset();
    second_look_.end();
    unknown_ = false;
    strange_ = 0;
    odd_beats_ = 0;
    forget();
    for (auto& beat : active_) beat.live = false;
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    past_.settle(channel, level);
    return level;
  }
  bool adopt(const EcgSubtractionKernel& other) noexcept {
    if (other.channels_ != channels_ || other.lead_ != lead_ || other.delay_ != delay_ || other.rate_ != rate_)
      return false;
    past_ = other.past_;
    tracker_ = other.tracker_;
    second_look_ = other.second_look_;
    began_ = other.began_;
    unknown_ = other.unknown_;
    strange_ = other.strange_;
    odd_beats_ = other.odd_beats_;
    templates_ = other.templates_;
    learnt_ = other.learnt_;
    active_ = other.active_;
    next_ = other.next_;
    gaps_ = other.gaps_;
    both_ends_ = other.both_ends_;
    return true;
  }
  // An error spoils the fit of a beat it lies in, until the QRS complex of that has been taken off. What it teaches is
  // far below what matters, for no beat may say much.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    return rings_for(delay_ + samples_in(beat_rings, {rate_}), ratios);
  }
  // Two beats may overlap, each up to twice a mean beat, which is what deviates from a line within the input.
  double error_gain() const { return 1 + 2 * 2 * 3; }
  double reach(double level) const { return error_gain() * 1.5 * level; }
  StageLatency delay(Hertz at) const {
    return {"EcgSubtraction", DelayKind::group_delay, static_cast<double>(delay_), at};
  }
  template <class Archive>
  void state(Archive& archive) {
    past_.state(archive);
    tracker_.state(archive);
    for (auto& t : templates_) t.state(archive);
    archive(learnt_);
    second_look_.state(archive, past_.count());
    archive(began_);
    archive(unknown_);
    archive(strange_);
    archive(odd_beats_);
    gaps_.state(archive, past_.count());
    both_ends_.state(archive);
    // Not from here.
    began_ = std::clamp<std::int64_t>(began_, 0, std::max<std::int64_t>(past_.count(), 0));
    strange_ = std::clamp<std::int64_t>(strange_, 0, turned);
    archive(next_);
    next_ %= active_.size();
    for (auto& beat : active_) {
      archive(beat.live);
      archive(beat.believed);
      archive(beat.fitted_again);
      archive(beat.odd);
      beat.r.state(archive);
      archive(beat.from);
      archive(beat.learnt);
      archive(beat.base);
      archive(beat.left_until);
      archive(beat.left_anywhere_until);
      for (auto& fits : beat.fits)
        for (auto& fit : fits) {
          archive(fit.shape);
          archive(fit.gain);
          archive(fit.shift);
          if (fit.shape >= static_cast<int>(EcgTemplate::shapes) || !(std::fabs(fit.shift) < rate_)) fit = {};
        }
      // Not from here.
      beat.learnt = std::clamp(beat.learnt, 0, channels_);
    }
  }

 private:
  static constexpr double fade_in = 0.02;  // s
  static constexpr Seconds beat_rings{0.12};
  static constexpr double due = 0.7;         // intervals behind the last beat
  static constexpr std::int64_t turned = 3;  // beats in a row of no usual shape
  static constexpr double usual_gain = 0.3;  // so much higher or lower is a usual beat at most
  static constexpr int many_odd = 4;         // of the last eight beats

  struct Beat {
    bool live = false, believed = false, fitted_again = false;
    bool odd = false;  // much of it is left in a channel
    Moment r{};
    std::int64_t from = 0;  // the first frame that had not gone out
    int learnt = 0;         // by so many channels
    std::array<std::vector<BeatFit>, 2> fits{};
    std::vector<double> base{};              // where the channel stood before
    std::vector<std::int64_t> left_until{};  // per channel: up to here much of it is left in what comes out
    std::int64_t left_anywhere_until = 0;
  };

  bool any(const Marks* marks) const noexcept {
    Marks all = mark::none;
    for (int c = 0; c < channels_; ++c) all |= marks[c];
    return all != mark::none;
  }
  const Marks* without_contact(const Marks* marks) noexcept {
    for (int c = 0; c < channels_; ++c)
      without_contact_[static_cast<std::size_t>(c)] = static_cast<Marks>(marks[c] & mark::contact_lost);
    return without_contact_.data();
  }
  bool beat_is_due() const noexcept {
    return learnt_ && active_[next_].r.until(past_.count() - 1) > due * tracker_.interval().value * rate_;
  }
  void begin(const RPeak& found) noexcept {
    if (found.instead) newest().live = false;
    next_ = (next_ + 1) % active_.size();
    Beat& beat = newest();
    beat.live = true;
    beat.believed = found.confidence > 0;
    beat.fitted_again = false;
    beat.r = placed(found.at, began_);
    beat.from = past_.count() - 1 - delay_;
    beat.learnt = 0;
    std::fill(beat.left_until.begin(), beat.left_until.end(), 0);
    beat.left_anywhere_until = 0;
    beat.odd = false;
    if (!beat.believed) return;
    if (!spoilt_everywhere(beat)) gaps_.meet_beat();
    fit(beat, 0);
    look_at_remainder(beat);
  }
  // A tracker counts from its beginning.
  static Moment placed(const Moment& at, std::int64_t began) noexcept { return {at.frame + began, at.beyond}; }

  void notice(const Beat& beat) noexcept {
    bool usual = false;
    unknown_ = false;
    for (int c = 0; c < channels_; ++c) {
      if (c == lead_) continue;
      const int shape = beat.fits[1][static_cast<std::size_t>(c)].shape;
      usual = usual || shape == 0 || shape == BeatFit::none;
      unknown_ = unknown_ || shape == BeatFit::unknown;
    }
    strange_ = usual ? 0 : std::min<std::int64_t>(strange_ + 1, turned);
    if (strange_ == turned && !second_look_.looking() && !lead_) second_look_.begin(past_.count());
  }
  // R is another wave than it was taken for.
  void go_by_second_look() noexcept {
    std::swap(tracker_, second_look_.tracker());
    began_ = second_look_.began();
    decided_ = false;
    strange_ = 0;
    odd_beats_ = 0;
    for (auto& beat : active_) beat.live = false;
    forget();
  }
  void forget() noexcept {
    for (auto& t : templates_) t.reset();
    learnt_ = false;
  }
  Beat& newest() noexcept { return active_[next_]; }

  void fit(Beat& beat, std::size_t which) noexcept {
    for (int c = 0; c < channels_; ++c) {
      if (c == lead_) continue;
      const auto k = static_cast<std::size_t>(c);
      BeatFit& now = beat.fits[which][k];
      if (!spoilt(beat, k))
        now = templates_[k].fit(past_, c, beat.r, which);
      else if (which == 0)
        now = templates_[k].known() ? BeatFit{.shape = 0} : BeatFit{};
      else
        now = beat.fits[0][k];
      if (which == 0) beat.base[k] = level_before(beat.r, c);
    }
  }
  bool spoilt_everywhere(const Beat& beat) const noexcept {
    for (int c = 0; c < channels_; ++c)
      if (c != lead_ && !spoilt(beat, static_cast<std::size_t>(c))) return false;
    return true;
  }
  // A beat with a gap in it so far is not fitted, and teaches nothing: it is taken for a usual one, or for what it was
  // before the gap.
  bool spoilt(const Beat& beat, std::size_t channel) const noexcept {
    return gaps_.since(beat.r.nearest() - qrs_, channel);
  }
  double level_before(const Moment& r, int channel) const noexcept {
    const std::int64_t end = (r + -0.06 * rate_).frame, n = std::max<std::int64_t>(1, samples_in({0.02}, {rate_}));
    double sum = 0;
    for (std::int64_t i = end - n; i < end; ++i) sum += past_.frame(i)[channel];
    return sum / static_cast<double>(n);
  }

  // What a beat waits for: its second fit, and to be learnt from, a few channels a frame.
  void attend(Beat& beat) noexcept {
    const double age = beat.r.until(past_.count() - 1);
    if (beat.believed && !beat.fitted_again && age >= static_cast<double>(second_after_)) {
      fit(beat, 1);
      beat.fitted_again = true;
      notice(beat);
      look_at_remainder(beat);
    }
    const double all = static_cast<double>(templates_[0].reach_after()) + 0.005 * rate_ + 3;
    if (age < all) return;
    if (!beat.believed) {
      beat.live = false;
      return;
    }
    for (int i = 0; i < at_once_ && beat.learnt < channels_; ++i, ++beat.learnt) {
      const auto k = static_cast<std::size_t>(beat.learnt);
      if (beat.learnt != lead_ && !spoilt(beat, k)) templates_[k].learn(past_, beat.learnt, beat.r, beat.fits[1][k]);
      learnt_ = true;
    }
    if (beat.learnt == channels_ && age > all + static_cast<double>(delay_)) beat.live = false;
  }

  void take_off(const Beat& beat, std::int64_t out, double* y) const noexcept {
    for (int c = 0; c < channels_; ++c)
      if (c != lead_) y[c] -= heart_in(beat, c, out);
  }
  double heart_in(const Beat& beat, int channel, std::int64_t out) const noexcept {
    const double u = beat.r.until(out);
    if (u < -static_cast<double>(templates_[0].reach_before()) || u > static_cast<double>(templates_[0].reach_after()))
      return 0;
    // From the first fit to the second.
    const double second =
        beat.fitted_again ? std::clamp((u - static_cast<double>(hand_over_)) / (0.006 * rate_), 0.0, 1.0) : 0;
    const auto k = static_cast<std::size_t>(channel);
    double heart = 0;
    if (second < 1) heart += (1 - second) * part(beat, 0, k, u, out);
    if (second > 0) heart += second * part(beat, 1, k, u, out);
    return heart;
  }
  // Where much of a beat is left in what comes out, it is left out of levels: from what comes out now to the end of the
  // QRS complex. A beat that does not look like the usual one is taken off too gently or wrongly until it is fitted
  // again; of any other it is looked at what is left, as far as it has come in.
  void look_at_remainder(Beat& beat) noexcept {
    const std::int64_t now = past_.count() - 1, out = now - delay_, r = beat.r.nearest();
    const Beat& last = active_[(next_ + active_.size() - 1) % active_.size()];
    const std::int64_t last_r = last.live ? last.r.nearest() : past_.oldest();
    for (int c = 0; c < channels_; ++c) {
      const auto k = static_cast<std::size_t>(c);
      const BeatFit &first = beat.fits[0][k], &fit = beat.fits[beat.fitted_again][k];
      if (c == lead_ || first.shape == BeatFit::none || fit.muscle) continue;
      const auto heart = [&](std::int64_t i) { return i < beat.from ? 0 : heart_in(beat, c, i); };
      const auto usual = [&](std::int64_t i) { return templates_[k].value({.shape = 0}, beat.r.until(i)); };
      const auto powers = remainder_.powers(past_, c, std::max(out, r - qrs_), now - 3, r, last_r, heart, usual);
      const bool left = powers.stands_out();
      const bool odd = powers.may_be_heart() &&
                       (first.shape != 0 || std::fabs(first.gain - 1) > usual_gain || fit.shape != first.shape);
      std::int64_t& until = beat.left_until[k];
      if (left || (!beat.fitted_again && odd))
        until = r + qrs_ + rings_;
      else if (beat.fitted_again)
        until = odd ? out + rings_ : std::min(until, out + rings_);
      beat.odd = beat.odd || left || odd;
    }
    beat.left_anywhere_until = *std::max_element(beat.left_until.begin(), beat.left_until.end());
    if (beat.fitted_again) odd_beats_ = static_cast<std::uint8_t>(odd_beats_ << 1 | beat.odd);
  }
  double part(const Beat& beat, std::size_t which, std::size_t channel, double u, std::int64_t out) const noexcept {
    const BeatFit& fit = beat.fits[which][channel];
    if (fit.shape == 0 || fit.shape == BeatFit::none) return templates_[channel].value(fit, u);
    // An ectopic beat is broad, and has begun before anything can be taken off: gently, then.
    const double begun = std::clamp(static_cast<double>(out - beat.from) / (fade_in * rate_), 0.0, 1.0);
    const double in = 0.5 - 0.5 * std::cos(std::numbers::pi * begun);
    if (fit.shape > 0) return in * templates_[channel].value(fit, u);
    // A beat of a shape not seen before stands far above the muscle: what is slow in it is heart.
    const double end = std::clamp((0.11 * rate_ - u) / (0.04 * rate_), 0.0, 1.0);
    const double weight = in * (0.5 - 0.5 * std::cos(std::numbers::pi * end));
    double sum = 0;
    for (std::int64_t i = -smooth_; i <= smooth_; ++i)
      sum += static_cast<double>(smooth_ + 1 - std::abs(i)) * past_.frame(out + i)[channel];
    const double scale = static_cast<double>((smooth_ + 1) * (smooth_ + 1));
    return weight * (sum / scale - beat.base[channel]);
  }

  int channels_;
  std::optional<int> lead_;
  std::int64_t delay_, smooth_, second_after_, hand_over_;
  std::int64_t qrs_, rings_;  // from R to the end of a QRS complex, and how long a band-pass still answers
  int at_once_;               // channels that learn in one frame
  double rate_;
  PastFrames past_;
  RPeakTracker tracker_;
  SecondLook second_look_;
  BeatRemainder remainder_;
  std::vector<Marks> without_contact_;  // of one frame
  BothEnds both_ends_;
  BeatGaps gaps_;
  std::vector<EcgTemplate> templates_;
  std::array<Beat, 3> active_{};
  std::size_t next_ = 0;
  std::int64_t began_ = 0, strange_ = 0;  // the tracker's first frame; beats in a row of no usual shape
  bool unknown_ = false;
  std::uint8_t odd_beats_ = 0;  // a bit for each of the last eight
  bool learnt_ = false;         // of a heart that has been tracked since
  bool decided_ = false;        // a beat, with the last frame
};

inline Result<EcgSubtractionKernel> make_kernel(const EcgSubtraction& spec, const StreamFormat& format) {
  if (format.rate < least_rate_for_r_peaks)
    return Fault{"StreamFormat", "rate", to_text(format.rate), "at least " + to_text(least_rate_for_r_peaks)};
  if (!spec.lead.empty() && !format.channels.find(spec.lead))
    return fault_of<EcgSubtraction>("lead", spec.lead, "the name of a channel, or none");
  return EcgSubtractionKernel(spec, format);
}

}  // namespace unguard
