// SPDX-License-Identifier: Apache-2.0
// The mains canceller of one stream: run_lines for every sample, LineTracker once a mains cycle, per channel. Cycles
// are counted from the start, so neither the cut of the stream nor the sample index shows.
// Cost: see line_canceller.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/denoise/line_finder.hpp"
#include "unguard/denoise/line_run.hpp"
#include "unguard/denoise/line_tracker.hpp"
#include "unguard/denoise/mains_loop.hpp"

namespace unguard {

class LineCancellerKernel {
 public:
  // No frequency: it is looked for.
  LineCancellerKernel(std::optional<Hertz> frequency, std::vector<int> orders, Hertz width, const StreamFormat& format)
      : channels_(format.channels.count()),
        lines_(static_cast<int>(orders.size())),
        full_scale_(format.full_scale()),
        decay_(format.rate / width / std::numbers::pi),
        search_(format.rate.value),
        slow_gain_(-std::expm1(-2 * std::numbers::pi * (lowest / format.rate))),
        loop_(frequency, std::move(orders), width, format.rate, 2 * format.full_scale()),
        candidates_(loop_, format.rate),
        trackers_(static_cast<std::size_t>(channels_), LineTracker(loop_, candidates_)),
        rows_(static_cast<std::size_t>(groups() * lines_ * line_row_size)),
        slow_(static_cast<std::size_t>(groups() * line_lanes)),
        coasting_(static_cast<std::size_t>(channels_)),
        moved_(static_cast<std::size_t>(channels_)),
        found_(static_cast<std::size_t>(2 * lines_)) {
    // What the removal of the offset does to a line, undone.
    for (const int k : loop_.orders) {
      const auto z = std::polar(1.0, -k * loop_.start);
      const auto kept = 1.0 - slow_gain_ * z / (1.0 - (1 - slow_gain_) * z);
      const auto undo = 2.0 / static_cast<double>(loop_.cycle) / kept;
      undo_re_.push_back(undo.real());
      undo_im_.push_back(undo.imag());
    }
    reset();
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    while (n > 0) {
      const std::int64_t now = std::min(n, loop_.cycle - at_);
      for (int g = 0; g < groups(); ++g)
        run_lines(group(g), lines_, slow_.data() + g * line_lanes, slow_gain_,
                  std::min(line_lanes, channels_ - g * line_lanes), channels_, x + g * line_lanes, y + g * line_lanes,
                  now);
      x += now * channels_;
      y += now * channels_;
      n -= now;
      at_ += now;
      if (at_ < loop_.cycle) continue;
      at_ = 0;
      for (int c = 0; c < channels_; ++c) end_cycle(c);
    }
  }

  void reset() noexcept {
    at_ = 0;
    std::fill(rows_.begin(), rows_.end(), 0.0);
    std::fill(slow_.begin(), slow_.end(), 0.0);
    std::fill(coasting_.begin(), coasting_.end(), std::uint8_t{0});
    std::fill(moved_.begin(), moved_.end(), 0.0);
    for (int c = 0; c < groups() * line_lanes; ++c)
      for (int k = 0; k < lines_; ++k) cell(c, k, LineRow::reference_re) = 1;
    for (int c = 0; c < channels_; ++c) {
      tracker(c).reset(loop_);
      set_turns(c);
    }
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  // A constant is no hum. The frequency is the mains', whatever became of the channel.
  double settle(int channel, double level) noexcept {
    slow_[static_cast<std::size_t>(channel)] = level;
    tracker(channel).forget();
    for (int k = 0; k < lines_; ++k)
      for (const int row : {LineRow::taken_re, LineRow::taken_im, LineRow::found_re, LineRow::found_im})
        cell(channel, k, row) = 0;
    return level;
  }
  // What comes next if nothing but the hum goes on: a sample that disturbs nothing.
  double expected(int channel) const noexcept { return slow_[static_cast<std::size_t>(channel)] + hum(channel); }
  double hum(int channel) const noexcept {
    double sum = 0;
    for (int k = 0; k < lines_; ++k)
      sum += cell(channel, k, LineRow::taken_re) * cell(channel, k, LineRow::reference_re) -
             cell(channel, k, LineRow::taken_im) * cell(channel, k, LineRow::reference_im);
    return sum;
  }
  // Samples until the lines are brought up to date.
  std::int64_t until_update() const noexcept { return loop_.cycle - at_; }
  // By how much the lines have moved in the last five cycles or so, as the power of what was added to them, uV^2.
  double moved_power(int channel) const noexcept { return moved_[static_cast<std::size_t>(channel)]; }
  // This cycle teaches nothing about the channel: the hum goes on as it was.
  void coast(int channel) noexcept { coasting_[static_cast<std::size_t>(channel)] = 1; }
  // The channel's offset has moved; its hum has not.
  void rebase(int channel, double level) noexcept { slow_[static_cast<std::size_t>(channel)] = level; }
  // Another width goes on with what is known of the same lines.
  bool adopt(const LineCancellerKernel& other) noexcept {
    if (other.loop_.orders != loop_.orders || other.loop_.start != loop_.start ||
        other.loop_.searches != loop_.searches)
      return false;
    at_ = other.at_;
    std::copy(other.trackers_.begin(), other.trackers_.end(), trackers_.begin());
    std::copy(other.rows_.begin(), other.rows_.end(), rows_.begin());
    std::copy(other.slow_.begin(), other.slow_.end(), slow_.begin());
    std::copy(other.coasting_.begin(), other.coasting_.end(), coasting_.begin());
    std::copy(other.moved_.begin(), other.moved_.end(), moved_.begin());
    return true;
  }
  // What an error leaves in the lines is forgotten with their time constant. A long one may be taken for hum, and the
  // hum looked for anew behind it.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    RingingSamples lasts = unanswered(ratios);
    const auto samples = [&](double at_first) { return static_cast<std::int64_t>(decay_ * std::log1p(at_first)); };
    const double in_one = 2 * loop_.gain / static_cast<double>(loop_.cycle);
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      lasts.lasting[i] = static_cast<std::int64_t>(search_) + samples(2 * lines_ * ratios[i]);
      lasts.single[i] = 5 * loop_.cycle + samples(in_one * lines_ * ratios[i]);
    }
    return lasts;
  }
  double error_gain() const { return 1 + 2 * lines_; }
  // Amplitudes are held below twice full scale.
  double reach(double level) const { return level + 4 * std::numbers::sqrt2 * lines_ * full_scale_; }
  StageLatency delay(Hertz) const { return {"LineCanceller", DelayKind::none, 0, {}}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(at_);
    at_ = std::clamp<std::int64_t>(at_, 0, loop_.cycle - 1);  // a state from elsewhere must not stop the cycles
    archive(rows_);
    archive(slow_);
    archive(coasting_);
    archive(moved_);
    for (auto& t : trackers_) t.state(archive);
  }

 private:
  static constexpr double remembered = 0.8;  // of how the lines moved, a cycle later
  static constexpr Hertz lowest{10};         // of what the trackers are shown

  int groups() const noexcept { return (channels_ + line_lanes - 1) / line_lanes; }
  double* group(int g) noexcept { return rows_.data() + g * lines_ * line_row_size; }
  std::size_t place(int channel, int line, int row) const noexcept {
    return static_cast<std::size_t>(((channel / line_lanes) * lines_ + line) * line_row_size + row * line_lanes +
                                    channel % line_lanes);
  }
  double& cell(int channel, int line, int row) noexcept { return rows_[place(channel, line, row)]; }
  double cell(int channel, int line, int row) const noexcept { return rows_[place(channel, line, row)]; }
  LineTracker& tracker(int channel) noexcept { return trackers_[static_cast<std::size_t>(channel)]; }

  void end_cycle(int c) noexcept {
    for (int k = 0; k < lines_; ++k) {
      const auto i = static_cast<std::size_t>(k);
      double &re = cell(c, k, LineRow::found_re), &im = cell(c, k, LineRow::found_im);
      found_[2 * i] = re * undo_re_[i] - im * undo_im_[i];
      found_[2 * i + 1] = re * undo_im_[i] + im * undo_re_[i];
      re = im = 0;
    }
    if (std::exchange(coasting_[static_cast<std::size_t>(c)], std::uint8_t{0}) == 0)
      tracker(c).update(loop_, candidates_, found_.data());
    double moved = 0;
    for (int k = 0; k < lines_; ++k) {
      const double taken_re = tracker(c).line(k).taken_re(), taken_im = tracker(c).line(k).taken_im();
      const double by_re = taken_re - std::exchange(cell(c, k, LineRow::taken_re), taken_re);
      const double by_im = taken_im - std::exchange(cell(c, k, LineRow::taken_im), taken_im);
      moved += (by_re * by_re + by_im * by_im) / 2;
      // Back onto the unit circle, from which rounding leads away by 1e-16 a sample.
      double &re = cell(c, k, LineRow::reference_re), &im = cell(c, k, LineRow::reference_im);
      const double shrink = 1.5 - 0.5 * (re * re + im * im);
      re *= shrink;
      im *= shrink;
    }
    double& moved_before = moved_[static_cast<std::size_t>(c)];
    moved_before = remembered * moved_before + moved;
    set_turns(c);
  }
  void set_turns(int c) noexcept {
    const double cosine = std::cos(tracker(c).turn()), sine = std::sin(tracker(c).turn());
    double re = 1, im = 0;
    int order = 0;
    for (int k = 0; k < lines_; ++k) {
      for (; order < loop_.orders[static_cast<std::size_t>(k)]; ++order) {
        const double turned = re * cosine - im * sine;
        im = re * sine + im * cosine;
        re = turned;
      }
      cell(c, k, LineRow::turn_re) = re;
      cell(c, k, LineRow::turn_im) = im;
    }
  }

  int channels_, lines_;
  double full_scale_;
  double decay_;   // samples in which a line's estimate forgets all but 1 / e
  double search_;  // samples in which it is found anew
  double slow_gain_;
  MainsLoop loop_;
  LineCandidates candidates_;
  std::vector<LineTracker> trackers_;
  std::vector<double> rows_;            // [group of channels][line][LineRow][lane]
  std::vector<double> slow_;            // [group][lane]: the offset
  std::vector<std::uint8_t> coasting_;  // per channel: part of this cycle was lost
  std::vector<double> moved_;           // per channel: power by which the lines moved
  std::vector<double> found_;           // one channel's cycle
  std::vector<double> undo_re_{}, undo_im_{};
  std::int64_t at_ = 0;  // samples of this cycle that have passed
};

}  // namespace unguard
