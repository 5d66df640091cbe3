// SPDX-License-Identifier: Apache-2.0
// Onset by the approximated generalised likelihood ratio: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3; Staude
// et al. 2001, doi:10.1155/S1110865701000191. Of the whitened EMG, of variance 1 at rest, s is the mean square over a
// window of L samples; alarm when g = (L / 2)(s - ln s - 1) exceeds h and s exceeds 1. The reported onset is the change
// of variance of greatest likelihood; it is looked at again when `look_ahead` more is known, which may move it. 2 g of
// one window at rest is chi-square with one degree of freedom, nearly. Cost: the whitening, a moving sum and a
// logarithm a sample; at an alarm, a window of multiplications.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_run.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/rest_whitener.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct Aglr {
  NoiseModel noise{};  // empty: learnt from the first `learn` of the stream, which must be rest
  int order = 6;       // of the model of rest; the papers whiten by one, of the order that the noise asks for
  Seconds window{0.025};
  double threshold = 15;   // h: two false alarms an hour of noise behind 20-450 Hz at 2 kHz, 0.2 of white noise
  Seconds look_back{0.1};  // ours; the papers look back to the beginning
  Seconds look_ahead{0.025};
  Seconds learn{2};
  Seconds leave_for{0.05};  // the papers know no offset; this long below is one
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const Aglr&, const Aglr&) = default;
};
constexpr SpecInfo info(const Aglr*) {
  return {"Aglr", "onset by the likelihood ratio of a higher variance in the whitened EMG",
          "Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3; Staude et al. 2001, doi:10.1155/S1110865701000191"};
}
constexpr auto fields(const Aglr*) {
  using S = Aglr;
  return field_list(
      field<&S::noise>("noise", "the noise at rest that whitens; none: learnt from the first stretch"),
      field<&S::order>("order", "of the model of rest, if it is learnt; 0: only scaled", between(0, 32)),
      field<&S::window>("window", "whose mean square is compared", between(1e-3, 10)),
      field<&S::threshold>("threshold", "alarm where the logarithm of the likelihood ratio exceeds this",
                           between(0.1, 1e6)),
      field<&S::look_back>("look_back", "so far before the alarm the onset is looked for, at least a window",
                           between(0.0, 10)),
      field<&S::look_ahead>("look_ahead", "so long behind the alarm the onset is looked at again; 0: never",
                            between(0.0, 1)),
      field<&S::learn>("learn", "unmarked first stretch to learn rest from, if it is not given", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(Aglr& spec) { return spec.threshold; }

// The logarithm of the likelihood ratio of n samples of mean square s: variance s against variance 1; 0 if s is lower.
inline double aglr_statistic(double s, std::int64_t n) noexcept {
  return s > 1 ? 0.5 * static_cast<double>(n) * (s - std::log(s) - 1) : 0;
}

// Squares of the last samples, and when they were.
class RecentSquares {
 public:
  explicit RecentSquares(std::int64_t most) : squares_(static_cast<std::size_t>(most)), when_(squares_.size()) {}

  void add(double square, std::int64_t at) noexcept {
    squares_[next_] = square;
    when_[next_] = at;
    next_ = next_ + 1 == squares_.size() ? 0 : next_ + 1;
    count_ = std::min(count_ + 1, squares_.size());
  }
  std::size_t size() const noexcept { return squares_.size(); }
  std::size_t count() const noexcept { return count_; }
  // 0: the newest.
  double square(std::size_t back) const noexcept { return squares_[index(back)]; }
  std::int64_t when(std::size_t back) const noexcept { return when_[index(back)]; }

  void reset() noexcept {
    std::fill(squares_.begin(), squares_.end(), 0.0);
    std::fill(when_.begin(), when_.end(), 0);
    next_ = count_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(squares_);
    archive(when_);
    archive(next_);
    archive(count_);
    // A state from elsewhere must not point outside.
    if (next_ >= squares_.size() || count_ > squares_.size()) reset();
  }

 private:
  std::size_t index(std::size_t back) const noexcept { return (next_ + squares_.size() - 1 - back) % squares_.size(); }

  std::vector<double> squares_;
  std::vector<std::int64_t> when_;
  std::size_t next_ = 0, count_ = 0;
};

class AglrChannel {
 public:
  AglrChannel(RestWhitener whitener, std::int64_t window, double threshold, std::int64_t look_back,
              std::int64_t look_ahead, CrossingTimes times)
      : whitener_(std::move(whitener)),
        power_(window, 1),
        recent_(std::max(window, look_back) + std::max(look_ahead, times.leave_for)),
        threshold_(threshold),
        look_back_(std::max(window, look_back)),
        look_ahead_(look_ahead),
        shortest_(std::exchange(times.shortest, 0)),
        run_(times) {}

  OnsetChange step(double x, std::int64_t at) noexcept {
    const auto white = whitener_.step(x, at);
    if (!white) return {};
    const double square = *white * *white;
    double sum = 0;
    power_.add(&square, &sum);
    recent_.add(square, at);
    if (seen_ + 1 < power_.window()) {
      ++seen_;
      return {};
    }
    statistic_ = aglr_statistic(sum / static_cast<double>(power_.window()), power_.window());
    OnsetChange change = run_.step(statistic_ > threshold_, at);
    if (change.says == OnsetSays::on) {
      change.onset = likeliest_change();
      run_.move_onset(change.onset);
      variance_ = sum / static_cast<double>(power_.window());
      to_look_ = look_ahead_;
    } else if (change.says == OnsetSays::off) {
      change.offset = std::max(run_.onset(), last_active());
      if (change.offset - run_.onset() < shortest_) change.says = OnsetSays::cancelled;
    } else if (run_.active() && to_look_ > 0 && --to_look_ == 0) {
      look_again();
      change = {OnsetSays::moved, run_.onset(), 0};
    }
    return change;
  }

  bool learning() const noexcept { return whitener_.learning(); }
  std::int64_t latency() const noexcept { return 0; }
  // The last one; 0 before there was any.
  double statistic() const noexcept { return statistic_; }
  const RestWhitener& whitener() const noexcept { return whitener_; }

  void reset() noexcept {
    whitener_.reset();
    restart();
  }
  void restart() noexcept {
    whitener_.restart();
    power_.reset();
    recent_.reset();
    run_.reset();
    seen_ = to_look_ = 0;
    variance_ = 1;
    statistic_ = 0;
  }
  // Goes on where the other one is, with this one's threshold and times. False, and nothing done, for another rest,
  // window or memory.
  bool adopt(const AglrChannel& other) noexcept {
    if (!(whitener_ == other.whitener_) || power_.window() != other.power_.window() || look_back_ != other.look_back_ ||
        look_ahead_ != other.look_ahead_ || recent_.size() != other.recent_.size())
      return false;
    const double threshold = threshold_;
    const std::int64_t shortest = shortest_;
    CrossingRun run = run_;
    run.adopt(other.run_);
    *this = other;
    threshold_ = threshold;
    shortest_ = shortest;
    run_ = run;
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    whitener_.state(archive);
    power_.state(archive);
    recent_.state(archive);
    run_.state(archive);
    archive(seen_);
    archive(to_look_);
    archive(variance_);
    archive(statistic_);
  }

 private:
  // Over all ends of what is remembered, of the variance that each of them has.
  std::int64_t likeliest_change() const noexcept {
    const auto most = std::min(recent_.count(), static_cast<std::size_t>(look_back_));
    double sum = 0, best = 0;
    std::int64_t onset = recent_.when(0);
    for (std::size_t back = 0; back < most; ++back) {
      sum += recent_.square(back);
      const auto n = static_cast<std::int64_t>(back) + 1;
      const double ratio = aglr_statistic(sum / static_cast<double>(n), n);
      if (ratio > best) {
        best = ratio;
        onset = recent_.when(back);
      }
    }
    return onset;
  }
  // By how much a sample of that square speaks for the variance after the alarm.
  double for_activity(double square) const noexcept {
    return 0.5 * (square * (1 - 1 / variance_) - std::log(variance_));
  }

  // The change to the variance that has been since the alarm.
  void look_again() noexcept {
    double sum = 0;
    for (std::int64_t back = 0; back < look_ahead_; ++back) sum += recent_.square(static_cast<std::size_t>(back));
    variance_ = sum / static_cast<double>(look_ahead_);
    if (!(variance_ > 1)) return;
    const auto most = std::min(recent_.count(), static_cast<std::size_t>(look_back_ + look_ahead_));
    double spoken = 0, best = 0;
    for (std::size_t back = 0; back < most; ++back) {
      spoken += for_activity(recent_.square(back));
      if (spoken > best) {
        best = spoken;
        run_.move_onset(recent_.when(back));
      }
    }
  }
  // One past the last sample of that variance.
  std::int64_t last_active() const noexcept {
    std::int64_t offset = run_.last_above() + 1;
    if (!(variance_ > 1)) return offset;
    double spoken = 0, best = 0;
    for (std::size_t back = recent_.count(); back-- > 0;) {
      spoken += for_activity(recent_.square(back));
      if (spoken > best) {
        best = spoken;
        offset = recent_.when(back) + 1;
      }
    }
    return offset;
  }

  RestWhitener whitener_;
  MovingSum power_;
  RecentSquares recent_;
  double threshold_;
  std::int64_t look_back_;
  std::int64_t look_ahead_;
  std::int64_t shortest_;
  CrossingRun run_;
  std::int64_t seen_ = 0;     // up to a full window
  std::int64_t to_look_ = 0;  // samples until the onset is looked at again
  double variance_ = 1;       // of the activity
  double statistic_ = 0;
};

inline Result<AglrChannel> try_onset_channel(const Aglr& spec, const StreamFormat& format, int channel) {
  const std::int64_t window = samples_in(spec.window, format.rate);
  if (window < 2)
    return fault_of<Aglr>("window", spec.window, "at least two samples, " + to_text(Seconds{2 / format.rate.value}));
  auto whitener = try_rest_whitener(spec, format, channel);
  if (!whitener) return whitener.fault();
  CrossingTimes times;
  times.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, format.rate));
  times.shortest = samples_in(spec.shortest, format.rate);
  return AglrChannel(std::move(*whitener), window, spec.threshold, samples_in(spec.look_back, format.rate),
                     samples_in(spec.look_ahead, format.rate), times);
}

}  // namespace unguard
