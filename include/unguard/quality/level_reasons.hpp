// SPDX-License-Identifier: Apache-2.0
// Of what is a level made, if not of muscle? Marks it `noise` where amplifier or electrode give too much of that,
// `low_snr` where its power is mostly noise, `heart` where much of it is heart: a value stands, and says why it is less
// sure. What is mostly heart is `heart` and `missing`, and has no value: a heartbeat must not look like muscle. The
// measures are those of NoiseFloor and HeartShare. Cost: theirs, and a comparison a channel every 2 ms.
// Latency: none of its own.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"
#include "unguard/quality/detection_bound.hpp"
#include "unguard/quality/heart_share.hpp"
#include "unguard/quality/noise_floor.hpp"

namespace unguard {

class LevelReasons {
 public:
  static constexpr Seconds looked_every{0.002};

  // Without a heart where the rate is too low to hear one. `window`: of the level, samples. `noise_left`: share of the
  // power of noise in 20 to 450 Hz that the cleaning leaves.
  LevelReasons(LiveNoiseFloor noise, std::optional<LiveHeartShare> heart, std::int64_t window, double noise_left)
      : noise_(std::move(noise)),
        heart_(std::move(heart)),
        window_(window),
        noise_left_(noise_left),
        channels_(noise_.format().channels.count()),
        every_(std::max<std::int64_t>(1, samples_in(looked_every, noise_.format().rate))),
        floor_(static_cast<std::size_t>(tile * channels_)),
        energy_(floor_.size()),
        noisy_(floor_.size()),
        said_(floor_.size()),
        told_(static_cast<std::size_t>(channels_)),
        last_level_(told_.size()),
        last_floor_(told_.size()) {}

  // At most 32 frames as they came in, those and an ECG behind them if there is one, and cleaned: what is only the
  // heart moving is no longer marked as movement.
  void listen(ConstBlock raw, ConstBlock heard, Block clean) noexcept {
    noise_.listen(raw, floor_.data(), noisy_.data());
    if (heart_) heart_->process(heard, clean, energy_.data(), said_.data());
  }
  // The levels of these frames.
  void tell(Block level) noexcept {
    for (std::int64_t i = 0; i < level.frames; ++i) {
      const std::int64_t row = i * channels_;
      if ((told_until_ + i) % every_ == 0)
        for (int c = 0; c < channels_; ++c)
          look(c, level.data[row + c], floor_[static_cast<std::size_t>(row + c)],
               heart_ ? energy_[static_cast<std::size_t>(row + c)] : 0);
      for (int c = 0; c < channels_; ++c) {
        Marks& marks = level.marks[row + c];
        // That a sample of the signal is heart is no reason of a level, which may have little of it.
        marks &= ~said_[static_cast<std::size_t>(row + c)];
        // Of no level nothing is said.
        if (!(marks & mark::withholding)) marks |= told_[static_cast<std::size_t>(c)];
        marks |= noisy_[static_cast<std::size_t>(row + c)];
      }
    }
    told_until_ += level.frames;
    if (level.frames == 0) return;
    std::copy_n(level.data + (level.frames - 1) * channels_, channels_, last_level_.begin());
    std::copy_n(floor_.begin() + (level.frames - 1) * channels_, channels_, last_floor_.begin());
  }
  void begin_at(SampleIndex at) noexcept {
    noise_.begin_at(at);
    if (heart_) heart_->begin_at(at);
    std::fill(told_.begin(), told_.end(), mark::none);
    std::fill(last_level_.begin(), last_level_.end(), 0.0);
    std::fill(last_floor_.begin(), last_floor_.end(), 0.0);
    told_until_ = 0;
  }
  std::int64_t period() const noexcept { return every_; }
  // Live change at a frame boundary. A floor that is asked for as it is stays known, and so does the heart if what it
  // is compared with is `as_before`; else it is listened for anew.
  LevelReasons change(LevelReasons next, SampleIndex now, bool as_before) noexcept {
    next.begin_at(now);
    if (next.noise_.spec() == noise_.spec()) std::swap(next.noise_, noise_);
    if (as_before && next.heart_ && heart_ && next.heart_->same_question(*heart_)) {
      std::swap(next.heart_, heart_);
      next.told_until_ = told_until_;
    }
    std::swap(*this, next);
    return next;
  }

  const LiveNoiseFloor& noise() const noexcept { return noise_; }
  // Signal-to-noise ratio of the last level, in power: what is no noise over what is; -20 dB and less is -20 dB.
  // Unknown where the floor is.
  std::optional<Decibels> snr(int channel) const noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const double noise = last_floor_[c] * noise_left_;
    if (!(noise > 0)) return std::nullopt;
    return Decibels{10 * std::log10(std::max(last_level_[c] * last_level_[c] / noise - 1, least_ratio))};
  }
  // How much of the cleaned power of some seconds is the heart's; unknown where no heart is heard.
  std::optional<double> heart_share(int channel) const noexcept {
    return heart_ ? heart_->share(channel) : std::nullopt;
  }
  std::vector<DetectionBound> bounds() const {
    auto all = noise_.bounds();
    if (heart_)
      all.push_back(heart_->bound());
    else
      all.push_back({mark::heart,
                     {std::numeric_limits<double>::infinity()},
                     "nothing: no heart is heard at rates below " + to_text(least_rate_for_r_peaks)});
    return all;
  }

  template <class Archive>
  void state(Archive& archive) {
    noise_.state(archive);
    if (heart_) heart_->state(archive);
    archive(told_);
    archive(last_level_);
    archive(last_floor_);
    archive(told_until_);
  }

 private:
  static constexpr std::int64_t tile = 32;
  static constexpr double least_ratio = 0.01;

  void look(int channel, double level, double floor, double energy) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const double power = level * level, noise = floor * noise_left_;
    if (!(power > 0)) {
      told_[c] = mark::none;
      return;
    }
    const bool low = noise > noise_.spec().snr_share * power;
    const double all = power * static_cast<double>(window_);
    // What has so little of the muscle in it is no level of it.
    if (heart_ && energy > heart_->withheld_from() * all) {
      told_[c] = mark::heart | mark::missing;
      return;
    }
    const bool heart = heart_ && energy > heart_->said_from() * all;
    told_[c] = static_cast<Marks>((low ? mark::low_snr : mark::none) | (heart ? mark::heart : mark::none));
  }

  LiveNoiseFloor noise_;
  std::optional<LiveHeartShare> heart_;
  std::int64_t window_;
  double noise_left_;
  int channels_;
  std::int64_t every_;
  std::vector<double> floor_;   // power of the noise in 20 to 450 Hz, frames of all channels, uV^2; 0: not known
  std::vector<double> energy_;  // of the heart in a level, likewise, uV^2 samples
  std::vector<Marks> noisy_, said_;
  std::vector<Marks> told_;  // per channel, at the last look
  std::vector<double> last_level_, last_floor_;
  std::int64_t told_until_ = 0;
};

// Of a level with this window, for which the cleaned signal waits; `behind`: by how much that comes later than the one
// with the heart in it. `heard`: what the heart is found on, an ECG behind the channels of `format` included.
inline Result<LevelReasons> try_start(const NoiseFloor& noise, const HeartShare& heart, const StreamFormat& format,
                                      const StreamFormat& heard, Seconds window, Seconds wait, Seconds behind,
                                      double noise_left) {
  auto floor = try_start(noise, format);
  if (!floor) return floor.fault();
  const auto samples = [&](Seconds t) { return samples_in(t, format.rate); };
  std::optional<LiveHeartShare> share;
  if (format.rate >= least_rate_for_r_peaks) {
    auto started = try_start(heart, heard,
                             {.channels = format.channels.count(),
                              .behind = samples(behind),
                              .window = samples(window),
                              .wait = samples(wait),
                              .every = std::max<std::int64_t>(1, samples(LevelReasons::looked_every))});
    if (!started) return started.fault();
    share = std::move(*started);
  } else if (auto fault = validate(heart)) {
    return *fault;
  }
  return LevelReasons(std::move(*floor), std::move(share), samples(window), noise_left);
}

}  // namespace unguard
