// SPDX-License-Identifier: Apache-2.0
// A filter matched to the mean QRS complex: its answer is 1 at a mean beat, in every channel and in all together, which
// are weighted by what each knows. Turin 1960, doi:10.1109/TIT.1960.1057571.
// Cost: 26 to 35 multiplications a channel, 250 to 500 times a second. Delay: how far it looks beyond R.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/median.hpp"
#include "unguard/core/units.hpp"
#include "unguard/denoise/mean_beat.hpp"
#include "unguard/denoise/rows.hpp"

namespace unguard {

class QrsMatch {
 public:
  // What it looks at, before and behind R; and for how long answers are kept, in rows.
  QrsMatch(Hertz rate, std::size_t channels, Seconds before, Seconds after, std::int64_t kept)
      : rate_(rate.value),
        channels_(channels),
        before_(samples_in(before, rate)),
        after_(samples_in(after, rate)),
        window_(static_cast<std::size_t>(before_ + after_ + 1)),
        taps_(window_.size() * channels),
        answers_(kept, channels),
        sums_(kept, 1),
        answer_(channels),
        noise_(channels),
        weight_(channels),
        said_(channels, 1.0),
        energy_(channels) {
    const std::int64_t edge = std::max<std::int64_t>(1, samples_in({0.004}, rate)), last = before_ + after_;
    for (std::int64_t i = 0; i <= last; ++i) {
      const double from_end = static_cast<double>(std::min(i, last - i) + 1) / static_cast<double>(edge + 1);
      window_[static_cast<std::size_t>(i)] = from_end >= 1 ? 1 : 0.5 - 0.5 * std::cos(std::numbers::pi * from_end);
    }
  }

  std::int64_t after() const noexcept { return after_; }

  void take(const Rows& history, const CleanRows& clean) noexcept {
    std::fill(answer_.begin(), answer_.end(), 0.0);
    const double* t = taps_.data();
    for (std::int64_t i = before_ + after_; i >= 0; --i, t += channels_) {
      const double* x = history.before(i);
      for (std::size_t c = 0; c < channels_; ++c) answer_[c] += t[c] * x[c];
    }
    answers_.add(answer_.data());
    double sum = 0, believed = 0;
    // No channel may outshout the others: a tug at one electrode is no heart.
    for (std::size_t c = 0; c < channels_; ++c) {
      const double w = clean[c] > before_ + after_ ? weight_[c] : 0;
      believed += w;
      sum += w * std::clamp(answer_[c], -2.0, 2.0);
    }
    // What nine tenths of the weight do not say is not said.
    hears_ = believed >= 0.1;
    sum = hears_ ? sum / believed : 0;
    sums_.add(&sum);
  }
  // Whether the last row could be heard at all.
  bool hears() const noexcept { return hears_; }
  // All channels' answer, so many rows before the newest.
  double answer(std::int64_t before) const noexcept { return *sums_.before(before); }

  // The answer so many rows ago is known to have been no beat.
  void hear_noise(std::int64_t ago, const CleanRows& clean) noexcept {
    const double y = *sums_.before(ago);
    if (y == 0) return;  // nothing was believed
    const double size = std::fabs(y), n = static_cast<double>(++heard_);
    // Half of all values lie below it, however loud a burst of muscle is.
    if (heard_ == 1) usual_ = size;
    const double by = std::max(1 / rate_, 1 / (3 + n));
    usual_ = std::max(1e-6, usual_ * (size > usual_ ? 1 + by : 1 - by));
    const double* m = answers_.before(ago);
    const double share = 1 / std::min(n, 4 * rate_);
    for (std::size_t c = 0; c < channels_; ++c)
      if (clean[c] > ago + before_ + after_) noise_[c] += share * (std::min(m[c] * m[c], 100.0) - noise_[c]);
  }
  bool knows_noise() const noexcept { return static_cast<double>(heard_) > rate_; }
  // Standard deviation of noise whose magnitudes have this median.
  double noise() const noexcept { return usual_ / normal_median; }
  // Variance of what lay just before the answer so many rows ago, or of the noise if that is more: a muscle may have
  // begun, or ended.
  double noise_before(std::int64_t ago) const noexcept {
    if (!knows_noise()) return 0.04;
    const auto first = ago + static_cast<std::int64_t>(0.11 * rate_),
               last = ago + static_cast<std::int64_t>(0.3 * rate_);
    double sum = 0;
    for (std::int64_t i = first; i < last; ++i) sum += *sums_.before(i) * *sums_.before(i);
    return std::max(noise() * noise(), sum / static_cast<double>(last - first));
  }

  // The answer to the beat whose R lies so many rows ago.
  void hear_beat(std::int64_t ago, std::int64_t beats) noexcept {
    const double n = static_cast<double>(std::min<std::int64_t>(beats, 10));
    const double b = *sums_.before(ago - after_);
    strength_ += (std::clamp(b, 0.6 * strength_, 1.5 * strength_) - strength_) / n;
    const double* m = answers_.before(ago - after_);
    for (std::size_t c = 0; c < channels_; ++c) said_[c] += (std::clamp(m[c], 0.0, 1.0) - said_[c]) / followed;
  }
  double strength() const noexcept { return strength_; }
  // How far beats stand out, in standard deviations of the noise.
  double prominence() const noexcept { return knows_noise() ? strength_ / noise() : 0; }

  // Answers 1 to this beat from now on.
  void match(const MeanBeat& mean) noexcept {
    double total = 0, most = 0, loudest = 0;
    for (std::size_t c = 0; c < channels_; ++c) {
      double& energy = energy_[c];
      energy = 0;
      for (std::int64_t i = -before_; i <= after_; ++i) energy += window(i) * mean.row(i)[c] * mean.row(i)[c];
      loudest = std::max(loudest, energy);
    }
    for (std::size_t c = 0; c < channels_; ++c) {
      // In a channel in which nothing moves no beat is known by any noise.
      const double energy = energy_[c] > dead * loudest ? energy_[c] : 0, scale = energy > 0 ? 1 / energy : 0;
      for (std::int64_t i = -before_; i <= after_; ++i)
        taps_[index(i) * channels_ + c] = scale * window(i) * mean.row(i)[c];
      // Until its noise is known: as if all channels' were the same.
      // A channel that says nothing of beats any more has no weight, however quiet: its electrode may have come off.
      weight_[c] = energy > 0 && knows_noise() ? said_[c] * said_[c] / std::max(noise_[c], 1e-9) : energy;
      if (weight_[c] > most) {
        most = weight_[c];
        best_ = static_cast<int>(c);
      }
      total += weight_[c];
    }
    for (auto& w : weight_) w = total > 0 ? w / total : 0;
    // The window cuts the beat, so the answer need not be largest at R.
    double r[3] = {0, 0, 0};
    for (std::int64_t s = -1; s <= 1; ++s)
      for (std::int64_t i = -before_; i <= after_; ++i)
        for (std::size_t c = 0; c < channels_; ++c)
          r[s + 1] += weight_[c] * taps_[index(i) * channels_ + c] * mean.row(i + s)[c];
    const double bend = r[0] - 2 * r[1] + r[2];
    late_ = bend < 0 ? std::clamp(0.5 * (r[0] - r[2]) / bend, -1.0, 1.0) : 0;
  }
  // By how much its answer to the mean beat is late.
  double late() const noexcept { return late_; }
  int best_channel() const noexcept { return best_; }

  void reset() noexcept {
    for (auto* v : {&taps_, &answer_, &noise_, &weight_}) std::fill(v->begin(), v->end(), 0.0);
    std::fill(said_.begin(), said_.end(), 1.0);
    answers_.reset();
    sums_.reset();
    heard_ = 0;
    usual_ = late_ = 0;
    strength_ = 1;
    best_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(taps_);
    answers_.state(archive);
    sums_.state(archive);
    archive(noise_);
    archive(said_);
    archive(weight_);
    archive(heard_);
    archive(usual_);
    archive(strength_);
    archive(late_);
    archive(best_);
    // A state from elsewhere must not point outside, nor place a beat where there is none.
    if (best_ < 0 || best_ >= static_cast<int>(channels_)) best_ = 0;
    if (!(std::fabs(late_) <= 1)) late_ = 0;
    heard_ = std::max<std::int64_t>(0, heard_);
  }

 private:
  static constexpr double followed = 8;  // beats
  static constexpr double dead = 1e-12;  // of the energy in the loudest channel: what rounding leaves

  std::size_t index(std::int64_t from_r) const noexcept { return static_cast<std::size_t>(from_r + before_); }
  double window(std::int64_t from_r) const noexcept { return window_[index(from_r)]; }

  double rate_;
  std::size_t channels_;
  std::int64_t before_, after_;
  std::vector<double> window_, taps_;
  Rows answers_, sums_;
  std::vector<double> answer_, noise_, weight_, said_, energy_;  // one a channel; said: of a mean beat, lately
  std::int64_t heard_ = 0;
  double usual_ = 0, strength_ = 1, late_ = 0;
  int best_ = 0;
  bool hears_ = false;  // of the last row only
};

}  // namespace unguard
