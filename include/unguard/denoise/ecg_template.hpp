// SPDX-License-Identifier: Apache-2.0
// The heart as one channel sees it: up to three shapes of beat, each the mean of about 40, what is wrong weighing less;
// and how a beat at hand is fitted with them, in height and time, trusting the fit only as far as muscle allows. Drake
// & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003; constants Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731.
// Cost: a beat, some 600 multiplications for every fit and 2,000 for learning, at 2 kHz.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/denoise/past_frames.hpp"

namespace unguard {

// Which shape a beat has, how high it stands and by how many samples it is late.
struct BeatFit {
  static constexpr int none = -1;     // nothing is known yet
  static constexpr int unknown = -2;  // a shape not seen before
  int shape = none;
  double gain = 1;
  double shift = 0;
  bool muscle = false;  // that begins in it, by how rough it is: only of the fit that was just made
};

class EcgTemplate {
 public:
  static constexpr std::size_t shapes = 3;
  static constexpr std::int64_t least_beats = 5;
  // What a shape holds, from R.
  static constexpr Seconds before{0.07}, after{0.11};
  // A fit sees this much; the first is made as soon as R is known, the second when the QRS complex is over.
  static constexpr Seconds fit_before{0.04};
  static constexpr std::array<Seconds, 2> fit_after{Seconds{0.018}, Seconds{0.056}};
  // And the same stretch this much earlier, where there is no QRS complex, to learn what muscle does to a fit; and just
  // before, for a muscle may have begun meanwhile.
  static constexpr Seconds earlier{0.32}, just_before{0.1};

  EcgTemplate(Hertz rate, int beats)
      : before_(samples_in(before, rate)),
        after_(samples_in(after, rate)),
        edge_(std::max<std::int64_t>(1, samples_in({0.01}, rate))),
        fit_before_(samples_in(fit_before, rate)),
        fit_after_{samples_in(fit_after[0], rate), samples_in(fit_after[1], rate)},
        earlier_(samples_in(earlier, rate)),
        just_before_(samples_in(just_before, rate)),
        stride_(std::max<std::int64_t>(1, static_cast<std::int64_t>(rate.value / 500))),
        most_rough_(0.25 * std::pow(static_cast<double>(stride_) / (0.002 * rate.value), 2)),
        most_shift_(0.004 * rate.value),
        usual_shift_(0.0005 * rate.value),
        beats_(static_cast<double>(beats)),
        length_(static_cast<std::size_t>(before_ + after_ + 1)),
        mean_(shapes * length_),
        tapered_(mean_.size()),
        beat_(length_) {
    reset();
  }

  std::int64_t reach_before() const noexcept { return before_; }
  std::int64_t reach_after() const noexcept { return after_; }
  bool known() const noexcept { return memory_[0].beats >= least_beats; }

  // The beat at r, of which the frames before `until` may be looked at; the first fit of it or the second.
  BeatFit fit(const PastFrames& past, int channel, const Moment& r, std::size_t which) noexcept {
    if (!known()) return {};
    const std::int64_t last =
        std::min(fit_after_[which], static_cast<std::int64_t>(std::floor(r.until(past.count()))) - 3);
    const std::int64_t n = std::min<std::int64_t>((last + fit_before_) / stride_ + 1, most_points);
    if (n < 8) return {};
    Points x{}, y{}, z{};
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = r.frame + i * stride_ - fit_before_;
      x[i] = past.between({at, r.beyond}, channel);
      y[i] = past.between({at - earlier_, r.beyond}, channel);
      if (which == 0) z[i] = past.between({at - just_before_, r.beyond}, channel);
    }
    const std::span<double> beat(x.data(), n), muscle(y.data(), n), before_it(z.data(), n);
    for (auto v : {beat, muscle, before_it}) level(v);
    const double energy = dot(beat, beat);

    Solved best = solve(0, beat, muscle);
    std::size_t shape = 0;
    if (which == 0) loud_ = dot(before_it, before_it);
    // To begin with, as much as muscle leaves: the first beat that is fitted may be an odd one.
    double& usual = memory_[0].residual[which];
    if (!(usual > 0)) usual = std::max(best.muscle_left, loud_);
    const double noise = std::max({usual, best.muscle_left, loud_});
    // Far more is left than muscle leaves, and it is no small part of a beat.
    if (best.strange() > std::max(6 * noise, 0.1 * best.height)) {
      for (std::size_t s = 1; s < shapes; ++s) {
        if (memory_[s].beats == 0) continue;
        const Solved other = solve(s, beat, muscle);
        if (other.strange() < best.strange()) {
          best = other;
          shape = s;
        }
      }
      // No rougher than a beat or than muscle has been, and as large as a heart of this channel may be: otherwise it
      // is muscle that begins.
      const Solved usually = solve(0, beat, muscle);
      if (best.strange() > std::max(10 * noise, 0.15 * energy)) {
        const double rough = std::max(most_rough_ * energy, 4 * roughness(muscle));
        const bool smooth = roughness(beat) < rough;
        if (energy < 9 * usually.height && smooth) return {.shape = BeatFit::unknown};
        return {.shape = 0, .gain = std::clamp(usually.gain, 0.0, 1.0), .muscle = !smooth};
      }
    }
    Memory& m = memory_[shape];
    const double louder = usual > 0 ? best.left / usual : 1;
    if (shape == 0) usual = nearer(usual, best.left, m.beats);
    return {static_cast<int>(shape), 1 + trusted(m.gain[which], best.gain - 1, best.muscle_gain, 1, louder),
            trusted(m.shift[which], best.shift, best.muscle_shift, most_shift_, louder)};
  }

  // What the heart adds so many samples from R.
  double value(const BeatFit& fit, double from_r) const noexcept {
    const double at = from_r - fit.shift + static_cast<double>(before_), below = std::floor(at);
    if (fit.shape < 0 || !(below >= 1 && below <= static_cast<double>(before_ + after_ - 2))) return 0;
    const auto i = static_cast<std::int64_t>(below);
    const double* t = tapered_.data() + static_cast<std::size_t>(fit.shape) * length_ + i;
    return fit.gain * cubic(t[-1], t[0], t[1], t[2], at - below);
  }

  // All of the beat is there: it moves the mean of its shape, or begins another.
  void learn(const PastFrames& past, int channel, const Moment& r, const BeatFit& fit) noexcept {
    const Moment from = r + (fit.shift - static_cast<double>(before_));
    for (std::size_t i = 0; i < length_; ++i)
      beat_[i] = past.between({from.frame + static_cast<std::int64_t>(i), from.beyond}, channel);
    level_by_edges();
    const std::size_t shape =
        fit.shape == BeatFit::unknown ? oldest() : static_cast<std::size_t>(std::max(0, fit.shape));
    Memory& m = memory_[shape];
    for (auto& other : memory_) ++other.unused;
    m.unused = 0;
    double* mean = mean_.data() + shape * length_;
    if (fit.shape == BeatFit::unknown) {
      std::copy(beat_.begin(), beat_.end(), mean);
      m = {};
      m.beats = 1;
      m.gain.fill(Spread{0.0025, 0, 0});
      m.shift.fill(Spread{usual_shift_ * usual_shift_, 0, 0});
    } else {
      double left = 0;
      for (std::size_t i = 0; i < length_; ++i) left += (beat_[i] - mean[i]) * (beat_[i] - mean[i]);
      // A beat in a burst of muscle says less, in proportion to its power; and no single sample may say much.
      double weight = 1, most = 1e300;
      if (m.beats >= least_beats && usual_left_ > 0) {
        weight = std::min(1.0, 2 * usual_left_ / left);
        most = 6 * std::sqrt(usual_left_ / static_cast<double>(length_));
      }
      if (shape == 0 && m.beats >= 1) usual_left_ = nearer(usual_left_, left, m.beats);
      const double share = weight / std::min(static_cast<double>(m.beats + 1), beats_);
      for (std::size_t i = 0; i < length_; ++i) mean[i] += share * std::clamp(beat_[i] - mean[i], -most, most);
      ++m.beats;
    }
    taper(shape);
    // Another shape has become the usual one.
    if (shape != 0 && m.beats >= 8 && memory_[0].unused >= 8) swap_with_first(shape);
  }

  void reset() noexcept {
    std::fill(mean_.begin(), mean_.end(), 0.0);
    std::fill(tapered_.begin(), tapered_.end(), 0.0);
    for (auto& m : memory_) {
      m = {};
      m.gain.fill(Spread{0.0025, 0, 0});
      m.shift.fill(Spread{usual_shift_ * usual_shift_, 0, 0});
    }
    usual_left_ = loud_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(mean_);
    archive(tapered_);
    for (auto& m : memory_) {
      archive(m.beats);
      archive(m.unused);
      for (auto& r : m.residual) archive(r);
      for (auto* spreads : {&m.gain, &m.shift})
        for (auto& s : *spreads) {
          archive(s.all);
          archive(s.muscle);
          archive(s.count);
        }
    }
    archive(usual_left_);
    archive(loud_);
  }

 private:
  static constexpr std::size_t most_points = 128;
  using Points = std::array<double, most_points>;

  // Variance of what fits of one kind say, of muscle and heart and of muscle alone.
  struct Spread {
    double all = 0, muscle = 0;
    std::int64_t count = 0;
  };
  struct Memory {
    std::int64_t beats = 0, unused = 0;
    std::array<double, 2> residual{};  // of a fit, usually
    std::array<Spread, 2> gain{}, shift{};
  };
  struct Solved {
    double gain = 0, shift = 0, left = 0;                       // the beat
    double muscle_gain = 0, muscle_shift = 0, muscle_left = 0;  // the stretch without one
    double height = 0;                                          // energy of the shape

    // What is left, and what of the height no heart of this shape would have.
    double strange() const noexcept {
      const double odd = std::max(0.0, std::fabs(gain - 1) - 0.3);
      return left + odd * odd * height;
    }
  };

  // A median that is walked to, in longer steps to begin with.
  static double nearer(double median, double value, std::int64_t beats) noexcept {
    if (!(median > 0)) return value;
    const double step = beats < 20 ? 1.3 : 1.08;
    return value > median ? step * median : median / step;
  }
  static double dot(std::span<const double> a, std::span<const double> b) noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }
  // Energy of second differences: that of muscle, of some 60 Hz, is a good part of its energy, that of a beat is not.
  static double roughness(std::span<const double> v) noexcept {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < v.size(); ++i) {
      const double bend = v[i - 1] - 2 * v[i] + v[i + 1];
      sum += bend * bend;
    }
    return sum;
  }
  // Without mean and slope: offsets and wander are no heart.
  static void level(std::span<double> v) noexcept {
    const double n = static_cast<double>(v.size()), middle = 0.5 * (n - 1);
    double sum = 0, moment = 0;
    for (std::size_t i = 0; i < v.size(); ++i) sum += v[i];
    const double mean = sum / n;
    for (std::size_t i = 0; i < v.size(); ++i) moment += (static_cast<double>(i) - middle) * (v[i] - mean);
    const double slope = moment / (n * (n * n - 1) / 12);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= mean + slope * (static_cast<double>(i) - middle);
  }
  // Least squares for height and lateness of a shape: x = gain t - shift t'.
  Solved solve(std::size_t shape, std::span<const double> beat, std::span<const double> muscle) const noexcept {
    Points t{}, d{};
    const double* mean = mean_.data() + shape * length_ + (before_ - fit_before_);
    for (std::size_t i = 0; i < beat.size(); ++i) {
      const double* at = mean + static_cast<std::int64_t>(i) * stride_;
      t[i] = at[0];
      d[i] = 0.5 * (at[-1] - at[1]);
    }
    const std::span<double> wave(t.data(), beat.size()), slope(d.data(), beat.size());
    level(wave);
    level(slope);
    const double tt = dot(wave, wave), td = dot(wave, slope), dd = dot(slope, slope);
    const double determinant = tt * dd - td * td;
    if (!(determinant > 1e-9 * tt * dd)) return {.left = dot(beat, beat), .muscle_left = dot(muscle, muscle)};
    const auto fitted = [&](std::span<const double> x, double& gain, double& shift, double& left) {
      const double xt = dot(x, wave), xd = dot(x, slope);
      gain = (dd * xt - td * xd) / determinant;
      shift = (tt * xd - td * xt) / determinant;
      left = std::max(0.0, dot(x, x) - gain * xt - shift * xd);
    };
    Solved s;
    fitted(beat, s.gain, s.shift, s.left);
    fitted(muscle, s.muscle_gain, s.muscle_shift, s.muscle_left);
    s.height = tt;
    return s;
  }
  // How much of what a fit says is the heart's doing: what it varies by beyond what muscle alone makes it vary by.
  // `louder`: how much more muscle there is around this beat than usually.
  static double trusted(Spread& s, double said, double muscle_said, double most, double louder) noexcept {
    if (louder > 4) return std::clamp(said * std::max(0.0, 1 - louder * s.muscle / s.all), -most, most);
    ++s.count;
    const double quick = 1.0 / static_cast<double>(std::min<std::int64_t>(s.count, 10));
    s.muscle += quick * (muscle_said * muscle_said - s.muscle);
    s.all += (said * said - s.all) / static_cast<double>(std::min<std::int64_t>(s.count + 5, 30));
    const double share = s.all > 0 ? std::clamp(1 - s.muscle / s.all, 0.0, 1.0) : 0;
    return std::clamp(share * said, -most, most);
  }

  // The line through the means of both ends taken off: where a shape begins and ends it is 0.
  void level_by_edges() noexcept {
    const auto edge = static_cast<std::size_t>(edge_);
    double left = 0, right = 0;
    for (std::size_t i = 0; i < edge; ++i) {
      left += beat_[i];
      right += beat_[length_ - 1 - i];
    }
    left /= static_cast<double>(edge);
    right /= static_cast<double>(edge);
    const double slope = (right - left) / static_cast<double>(length_ - edge);
    for (std::size_t i = 0; i < length_; ++i)
      beat_[i] -= left + slope * (static_cast<double>(i) - 0.5 * static_cast<double>(edge - 1));
  }
  void taper(std::size_t shape) noexcept {
    const double* from = mean_.data() + shape * length_;
    // A mean of few beats is part muscle: as much of it is left out.
    double height = 0;
    for (std::size_t i = 0; i < length_; ++i) height += from[i] * from[i];
    const double beats = std::min(static_cast<double>(memory_[shape].beats), beats_);
    const double heart = height > 0 ? std::clamp(1 - usual_left_ / (beats * height), 0.0, 1.0) : 0;
    double* to = tapered_.data() + shape * length_;
    for (std::size_t i = 0; i < length_; ++i) {
      const double in = (static_cast<double>(std::min(i, length_ - 1 - i)) + 0.5) / static_cast<double>(edge_);
      to[i] = heart * from[i] * (in >= 1 ? 1 : 0.5 - 0.5 * std::cos(std::numbers::pi * in));
    }
  }
  std::size_t oldest() const noexcept {
    std::size_t found = 1;
    for (std::size_t s = 1; s < shapes; ++s) {
      if (memory_[s].beats == 0) return s;
      if (memory_[s].unused > memory_[found].unused) found = s;
    }
    return found;
  }
  void swap_with_first(std::size_t shape) noexcept {
    const auto other = static_cast<std::int64_t>(shape * length_), n = static_cast<std::int64_t>(length_);
    std::swap_ranges(mean_.begin(), mean_.begin() + n, mean_.begin() + other);
    std::swap_ranges(tapered_.begin(), tapered_.begin() + n, tapered_.begin() + other);
    memory_[shape].residual = memory_[0].residual;
    std::swap(memory_[0], memory_[shape]);
  }

  std::int64_t before_, after_, edge_, fit_before_;
  std::array<std::int64_t, 2> fit_after_;
  std::int64_t earlier_, just_before_, stride_;
  double most_rough_, most_shift_, usual_shift_, beats_;
  std::size_t length_;
  std::vector<double> mean_, tapered_;  // of every shape
  std::vector<double> beat_;            // the one being learnt
  std::array<Memory, shapes> memory_{};
  double loud_ = 0;        // energy just before the beat at hand
  double usual_left_ = 0;  // energy by which a beat differs from its mean, usually
};

}  // namespace unguard
