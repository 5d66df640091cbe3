// SPDX-License-Identifier: Apache-2.0
// Onset by wavelets that look like motor unit action potentials: Merlo, Farina & Merletti 2003,
// doi:10.1109/TBME.2003.808829. The continuous wavelet transform by the first-order Hermite-Rodriguez function, t
// exp(-t^2 / s^2), at several scales s is a bank of matched filters; the manifestation variable is the largest of their
// outputs, here of their magnitudes, because a potential may come either way round. Active where it exceeds its mean at
// rest by h standard deviations. The reported onset is the middle of the first potential above: the variable's first
// sample above, less the filters' delay of three of the longest scale. Scales, h and pauses of 125 ms, a motor unit
// firing at least eight times a second: ours. Cost: six scales of multiplications a sample, of every scale.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard {

struct MerloWavelet {
  // A potential of scale s lasts about four of it, and is strongest at 0.225 / s: 225, 150, 113 and 75 Hz.
  std::vector<Seconds> scales{{0.001}, {0.0015}, {0.002}, {0.003}};
  double spreads = 5;
  OnsetBaseline baseline{};  // empty: learnt from the first `learn` of the stream, which must be rest
  Seconds learn{2};
  Seconds leave_for{0.125};
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const MerloWavelet&, const MerloWavelet&) = default;
};
constexpr SpecInfo info(const MerloWavelet*) {
  return {"MerloWavelet", "onset where wavelets like motor unit action potentials exceed rest by h SD",
          "Merlo, Farina & Merletti 2003, doi:10.1109/TBME.2003.808829"};
}
constexpr auto fields(const MerloWavelet*) {
  using S = MerloWavelet;
  return field_list(
      field<&S::scales>("scales", "of the wavelets, s of t exp(-t^2 / s^2)", between(1e-5, 0.1)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the manifestation variable",
                         between(0.1, 1000)),
      field<&S::baseline>("baseline", "mean and SD at rest; none: learnt from the first stretch"),
      field<&S::learn>("learn", "unmarked first stretch to learn them from, if none are given", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(MerloWavelet& spec) { return spec.spreads; }

// t exp(-t^2 / s^2) from -reach to reach, of energy 1: white noise comes out of every scale as it went in.
inline std::vector<double> hermite_rodriguez(double scale, std::int64_t reach) {
  std::vector<double> taps;
  double energy = 0;
  for (std::int64_t i = -reach; i <= reach; ++i) {
    const double t = static_cast<double>(i) / scale;
    taps.push_back(t * std::exp(-t * t));
    energy += taps.back() * taps.back();
  }
  for (double& tap : taps) tap /= std::sqrt(energy);
  return taps;
}

class MerloStatistic {
 public:
  // Scales in samples.
  explicit MerloStatistic(const std::vector<double>& scales) {
    for (const double s : scales) {
      const auto reach = static_cast<std::int64_t>(std::ceil(3 * s));
      wavelets_.push_back(hermite_rodriguez(s, reach));
      reach_ = std::max(reach_, reach);
    }
    past_.resize(static_cast<std::size_t>(2 * reach_ + 1));
  }

  StatisticValue step(double x) noexcept {
    newest_ = newest_ == 0 ? past_.size() - 1 : newest_ - 1;
    past_[newest_] = x;
    double most = 0;
    for (const auto& wavelet : wavelets_) {
      // All of them look at the same middle.
      std::size_t at = newest_ + (past_.size() - wavelet.size()) / 2;
      if (at >= past_.size()) at -= past_.size();
      double sum = 0;
      for (const double tap : wavelet) {
        sum += tap * past_[at];
        if (++at == past_.size()) at = 0;
      }
      most = std::max(most, std::fabs(sum));
    }
    return {most, most};
  }
  std::int64_t delay() const noexcept { return reach_; }
  std::int64_t warm_up() const noexcept { return 2 * reach_; }
  void reset() noexcept {
    std::fill(past_.begin(), past_.end(), 0.0);
    newest_ = 0;
  }
  // Set up alike.
  friend bool operator==(const MerloStatistic& a, const MerloStatistic& b) noexcept {
    return a.wavelets_ == b.wavelets_;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(past_);
    archive(newest_);
    if (newest_ >= past_.size()) reset();  // a state from elsewhere must not point outside
  }

 private:
  std::vector<std::vector<double>> wavelets_{};
  std::int64_t reach_ = 0;
  std::vector<double> past_{};  // a ring, newest first
  std::size_t newest_ = 0;
};

// What the mean and SD at rest are of.
inline std::string statistic_of(const MerloWavelet& spec) {
  return "largest of the Hermite-Rodriguez wavelets of scales " + to_text(spec.scales);
}
inline Result<MerloStatistic> try_statistic(const MerloWavelet& spec, Hertz rate) {
  if (spec.scales.empty() || spec.scales.size() > 16)
    return fault_in_words<MerloWavelet>("scales", std::to_string(spec.scales.size()) + " of them", "1 to 16 of them");
  std::vector<double> scales;
  for (const Seconds s : spec.scales) {
    // A wavelet of a narrower one is no longer sampled: its spectrum reaches beyond half the rate.
    if (s * rate < 1)
      return fault_of<MerloWavelet>("scales", spec.scales,
                                    "each at least one sample, " + to_text(Seconds{1 / rate.value}));
    if (s * rate > 10000) return fault_of<MerloWavelet>("scales", spec.scales, "each at most 10000 samples");
    scales.push_back(s * rate);
  }
  return MerloStatistic(scales);
}
inline CrossingRule crossing_rule(const MerloWavelet& spec, Hertz rate) {
  double longest = 0;
  for (const Seconds s : spec.scales) longest = std::max(longest, s * rate);
  CrossingRule rule;
  rule.spreads = spec.spreads;
  rule.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, rate));
  rule.onset_back = rule.offset_back = static_cast<std::int64_t>(std::ceil(3 * longest));
  rule.shortest = samples_in(spec.shortest, rate);
  rule.learn = samples_in(spec.learn, rate);
  return rule;
}

}  // namespace unguard
