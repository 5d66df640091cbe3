// SPDX-License-Identifier: Apache-2.0
// Onset by a mixture of two Gaussians, rest and burst, of the logarithm of the power in short windows, whose parameters
// follow the signal by sequential expectation and maximisation: Liu, Ying, Rymer & Zhou 2015,
// doi:10.1371/journal.pone.0127990; the recursion: Titterington 1984, doi:10.1111/j.2517-6161.1984.tb01296.x. Active
// where the burst's odds exceed a threshold. As in the paper the burst lies above rest by a least distance; unlike it,
// one band instead of a vote of many, and constants: ours. The level of rest it starts from is that of the first
// stretch, which may hold some activity. The reported onset is the window's middle. Cost: a moving sum, a logarithm and
// two exponents a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_run.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct GaussianMixtureOnset {
  Seconds window{0.025};
  double log_odds = 6;
  double least_rise_dB = 5;
  Seconds memory{10};
  Seconds learn{2};
  Seconds leave_for{0.05};
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const GaussianMixtureOnset&, const GaussianMixtureOnset&) = default;
};
constexpr SpecInfo info(const GaussianMixtureOnset*) {
  return {"GaussianMixtureOnset", "onset by the odds of burst against rest, a mixture of two learnt as it comes",
          "Liu, Ying, Rymer & Zhou 2015, doi:10.1371/journal.pone.0127990"};
}
constexpr auto fields(const GaussianMixtureOnset*) {
  using S = GaussianMixtureOnset;
  return field_list(
      field<&S::window>("window", "whose power is taken", between(1e-3, 10)),
      field<&S::log_odds>("log_odds", "active where the logarithm of the odds exceeds this", between(-100, 1e6)),
      field<&S::least_rise_dB>("least_rise_dB", "the burst's mean lies so far above that of rest, at least, in dB",
                               between(0.1, 60)),
      field<&S::memory>("memory", "time constant with which the mixture follows", between(0.1, 3600)),
      field<&S::learn>("learn", "unmarked first stretch that the mixture starts from", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(GaussianMixtureOnset& spec) { return spec.log_odds; }

// Two Gaussians and their weights, which follow values one by one.
class SequentialMixture {
 public:
  // What one value moves it by; the least distance of the means; the least variance, of one window of white noise.
  SequentialMixture(double pace, double least_rise, double least_variance)
      : pace_(pace), least_rise_(least_rise), least_variance_(least_variance) {}

  // Rest as given. Of the burst nothing is known: twice the least rise above, and as wide.
  void begin(double mean, double variance) noexcept {
    mean_[0] = mean;
    variance_[0] = std::max(variance, least_variance_);
    mean_[1] = mean + 2 * least_rise_;
    variance_[1] = std::max(least_rise_ * least_rise_, variance_[0]);
    weight_ = 0.5;
  }
  // The logarithm of the odds of burst; what lies below rest is rest, however narrow that is.
  double log_odds(double value) const noexcept {
    value = std::max(value, mean_[0]);
    return std::log(weight_ / (1 - weight_)) + log_density(1, value) - log_density(0, value);
  }
  void follow(double value) noexcept {
    const double burst = 1 / (1 + std::exp(-log_odds(value)));
    weight_ = std::clamp(weight_ + pace_ * (burst - weight_), 0.05, 0.95);
    const double share[2] = {(1 - burst) / (1 - weight_), burst / weight_};
    for (int k = 0; k < 2; ++k) {
      // No value may move what it belongs to further than to itself.
      const double by = std::min(1.0, pace_ * share[k]), off = value - mean_[k];
      mean_[k] += by * off;
      variance_[k] = std::max(least_variance_, variance_[k] + by * ((1 - by) * off * off - variance_[k]));
    }
    mean_[1] = std::max(mean_[1], mean_[0] + least_rise_);
  }

  double mean(int k) const noexcept { return mean_[k]; }
  double variance(int k) const noexcept { return variance_[k]; }
  double weight() const noexcept { return weight_; }
  friend bool same_set_up(const SequentialMixture& a, const SequentialMixture& b) noexcept {
    return a.pace_ == b.pace_ && a.least_rise_ == b.least_rise_ && a.least_variance_ == b.least_variance_;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (double& m : mean_) archive(m);
    for (double& v : variance_) archive(v);
    archive(weight_);
  }

 private:
  double log_density(int k, double value) const noexcept {
    const double off = value - mean_[k];
    return -0.5 * (off * off / variance_[k] + std::log(variance_[k]));
  }

  double pace_, least_rise_, least_variance_;
  double mean_[2] = {0, 0};  // rest, burst
  double variance_[2] = {1, 1};
  double weight_ = 0.5;  // of the burst
};

class GaussianMixtureChannel {
 public:
  GaussianMixtureChannel(std::int64_t window, const SequentialMixture& mixture, double threshold, std::int64_t learn,
                         CrossingTimes times)
      : power_(window, 1), mixture_(mixture), threshold_(threshold), learn_(learn), run_(times) {}

  OnsetChange step(double x, std::int64_t at) noexcept {
    const double square = x * x;
    double sum = 0;
    power_.add(&square, &sum);
    ++since_;
    if (seen_ + 1 < power_.window()) {
      ++seen_;
      return {};
    }
    // Silence has no logarithm; what is below a picovolt is silence.
    const double level = std::log(std::max(sum / static_cast<double>(power_.window()), 1e-12));
    const bool whole = since_ >= power_.window();
    if (whole) since_ = 0;
    if (learning()) {
      if (whole) learn(level);
      return {};
    }
    // Windows that do not overlap move the mixture.
    if (whole) mixture_.follow(level);
    return run_.step(mixture_.log_odds(level) > threshold_, at);
  }

  bool learning() const noexcept { return !learnt_; }
  std::int64_t latency() const noexcept { return run_.latency(); }
  const SequentialMixture& mixture() const noexcept { return mixture_; }

  void reset() noexcept {
    moments_.reset();
    learnt_ = false;
    restart();
  }
  void restart() noexcept {
    power_.reset();
    run_.reset();
    seen_ = since_ = 0;
  }
  bool adopt(const GaussianMixtureChannel& other) noexcept {
    if (power_.window() != other.power_.window() || learn_ != other.learn_ || !same_set_up(mixture_, other.mixture_))
      return false;
    const double threshold = threshold_;
    CrossingRun run = run_;
    run.adopt(other.run_);
    *this = other;
    threshold_ = threshold;
    run_ = run;
    return true;
  }
  template <class Archive>
  void state(Archive& archive) {
    power_.state(archive);
    mixture_.state(archive);
    moments_.state(archive);
    run_.state(archive);
    archive(learnt_);
    archive(seen_);
    archive(since_);
  }

 private:
  void learn(double level) noexcept {
    moments_.add(level);
    if (moments_.count() * power_.window() < learn_ || moments_.count() < 2) return;
    // A flat stretch teaches nothing: learn on.
    if (moments_.spread() > 0) {
      mixture_.begin(moments_.mean(), moments_.spread() * moments_.spread());
      learnt_ = true;
    } else {
      moments_.reset();
    }
  }

  MovingSum power_;
  SequentialMixture mixture_;
  double threshold_;
  std::int64_t learn_;
  BaselineMoments moments_{};
  CrossingRun run_;
  bool learnt_ = false;
  std::int64_t seen_ = 0;   // up to a full window
  std::int64_t since_ = 0;  // samples since the last window that moved the mixture
};

inline Result<GaussianMixtureChannel> try_onset_channel(const GaussianMixtureOnset& spec, const StreamFormat& format,
                                                        int) {
  const std::int64_t window = samples_in(spec.window, format.rate);
  if (window < 2)
    return fault_of<GaussianMixtureOnset>("window", spec.window,
                                          "at least two samples, " + to_text(Seconds{2 / format.rate.value}));
  CrossingTimes times;
  times.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, format.rate));
  times.onset_back = times.offset_back = window / 2;
  times.shortest = samples_in(spec.shortest, format.rate);
  // The logarithm of the mean of n squares of white noise varies by 2 / n.
  const SequentialMixture mixture(1 - std::exp(-(spec.window / spec.memory)), spec.least_rise_dB / 10 * std::log(10.0),
                                  2 / static_cast<double>(window));
  return GaussianMixtureChannel(window, mixture, spec.log_odds, samples_in(spec.learn, format.rate), times);
}

}  // namespace unguard
