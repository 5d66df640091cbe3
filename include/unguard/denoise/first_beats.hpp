// SPDX-License-Identifier: Apache-2.0
// How a heart is found of which nothing is known: six seconds of listening tell which channel has peaks that stand out
// most, and which way up; the medians of its next seven are the first mean beat. Thresholds after Pan & Tompkins 1985,
// doi:10.1109/TBME.1985.325532. Cost: 25 multiplications a channel, 250 to 500 times a second, until it is found.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/denoise/mean_beat.hpp"
#include "unguard/denoise/rows.hpp"

namespace unguard {

class FirstBeats {
 public:
  static constexpr std::size_t beats = 7;

  FirstBeats(Hertz rate, std::size_t channels, std::int64_t reach)
      : rate_(rate),
        channels_(channels),
        reach_(reach),
        half_(samples_in({0.03}, rate)),
        wave_(static_cast<std::size_t>(2 * half_ + 1)),
        answers_(3, channels),
        answer_(channels),
        loudest_(2 * channels),
        power_(channels),
        loudest_then_(windows * loudest_.size()),
        power_then_(windows * power_.size()),
        kept_(beats * static_cast<std::size_t>(2 * reach + 1) * channels) {
    // Nobody's QRS: a wave between two of half its height.
    const double sigma = 0.01 * rate.value;
    for (std::int64_t i = -half_; i <= half_; ++i) {
      const double u = static_cast<double>(i) / sigma;
      wave_[static_cast<std::size_t>(i + half_)] = (1 - u * u) * std::exp(-0.5 * u * u);
    }
    reset();
  }

  // One more row; true when `mean` has become the first mean beat, whose R lies age() rows back.
  bool take(const Rows& history, const CleanRows& clean, MeanBeat& mean) noexcept {
    std::fill(answer_.begin(), answer_.end(), 0.0);
    for (std::int64_t i = 0; i <= 2 * half_; ++i) {
      const double* x = history.before(i);
      const double w = wave_[static_cast<std::size_t>(i)];
      for (std::size_t c = 0; c < channels_; ++c) answer_[c] += w * x[c];
    }
    for (std::size_t c = 0; c < channels_; ++c)
      if (clean[c] <= 2 * half_) answer_[c] = 0;
    answers_.add(answer_.data());
    ++age_;
    ++since_;
    if (windows_ < windows) {
      listen();
      return false;
    }
    if (age_ == reach_) return keep(history, mean);
    const double a = chosen(2), b = chosen(1), d = chosen(0);
    if (b > a && b >= d && b > 0.55 * level_ && b < 1.7 * level_ && since_ > in(0.25) && since_ > reach_) {
      age_ = 1 + half_;
      since_ = 0;
    } else if (since_ > in(3)) {
      reset();
    }
    return false;
  }
  std::int64_t age() const noexcept { return age_; }
  int channel() const noexcept { return channel_; }

  void reset() noexcept {
    answers_.reset();
    std::fill(loudest_.begin(), loudest_.end(), 0.0);
    std::fill(power_.begin(), power_.end(), 0.0);
    windows_ = found_ = 0;
    since_ = 0;
    age_ = long_ago;
    level_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    answers_.state(archive);
    archive(loudest_);
    archive(power_);
    archive(loudest_then_);
    archive(power_then_);
    archive(kept_);
    archive(windows_);
    archive(found_);
    archive(since_);
    archive(age_);
    archive(level_);
    archive(channel_);
    archive(sign_);
    if (windows_ > windows || found_ >= beats || channel_ < 0 || channel_ >= static_cast<int>(channels_)) {
      channel_ = 0;  // not from here
      reset();
    }
  }

 private:
  static constexpr std::size_t windows = 4;
  static constexpr std::int64_t long_ago = std::int64_t{1} << 40;

  std::int64_t in(double seconds) const noexcept { return samples_in({seconds}, rate_); }
  double chosen(std::int64_t before) const noexcept {
    return sign_ * answers_.before(before)[static_cast<std::size_t>(channel_)];
  }

  void listen() noexcept {
    for (std::size_t c = 0; c < channels_; ++c) {
      loudest_[2 * c] = std::max(loudest_[2 * c], answer_[c]);
      loudest_[2 * c + 1] = std::max(loudest_[2 * c + 1], -answer_[c]);
      power_[c] += answer_[c] * answer_[c];
    }
    if (since_ < in(1.5)) return;  // as long as any heart waits
    since_ = 0;
    std::copy(loudest_.begin(), loudest_.end(), loudest_then_.data() + windows_ * loudest_.size());
    std::copy(power_.begin(), power_.end(), power_then_.data() + windows_ * power_.size());
    std::fill(loudest_.begin(), loudest_.end(), 0.0);
    std::fill(power_.begin(), power_.end(), 0.0);
    if (++windows_ == windows) choose();
  }
  // The second quietest window counts: a heart beats in every one, and a muscle need not be still in all.
  void choose() noexcept {
    double most = 0;
    for (std::size_t k = 0; k < loudest_.size(); ++k) {
      const double peak = second_lowest(loudest_then_, k, loudest_.size());
      const double power = second_lowest(power_then_, k / 2, power_.size());
      if (!(power > 0) || peak / std::sqrt(power) <= most) continue;
      most = peak / std::sqrt(power);
      level_ = peak;
      channel_ = static_cast<int>(k / 2);
      sign_ = k % 2 ? -1 : 1;
    }
    if (!(most > 0)) reset();
  }
  static double second_lowest(const std::vector<double>& rows, std::size_t column, std::size_t width) noexcept {
    std::array<double, windows> v{};
    for (std::size_t w = 0; w < windows; ++w) v[w] = rows[w * width + column];
    std::sort(v.begin(), v.end());
    return v[1];
  }

  // Not all that was kept need be beats: the medians are.
  bool keep(const Rows& history, MeanBeat& mean) noexcept {
    auto& values = mean.values();
    double* to = kept_.data() + found_ * values.size();
    for (std::int64_t i = -reach_; i <= reach_; ++i, to += channels_)
      std::copy_n(history.before(age_ - i), channels_, to);
    if (++found_ < beats) return false;
    found_ = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      std::array<double, beats> v{};
      for (std::size_t b = 0; b < beats; ++b) v[b] = kept_[b * values.size() + k];
      std::nth_element(v.begin(), v.begin() + beats / 2, v.end());
      values[k] = v[beats / 2];
    }
    return true;
  }

  Hertz rate_;
  std::size_t channels_;
  std::int64_t reach_, half_;
  std::vector<double> wave_;
  Rows answers_;
  std::vector<double> answer_, loudest_, power_;          // loudest upwards and downwards
  std::vector<double> loudest_then_, power_then_, kept_;  // of every window; of every beat
  std::size_t windows_ = 0, found_ = 0;
  std::int64_t since_ = 0;  // rows since the last beat or window
  std::int64_t age_ = long_ago;
  double level_ = 0;
  int channel_ = 0;
  double sign_ = 1;
};

}  // namespace unguard
