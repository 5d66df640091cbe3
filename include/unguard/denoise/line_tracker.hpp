// SPDX-License-Identifier: Apache-2.0
// What one channel knows of its mains hum, brought up to date once a mains cycle: the frequency, and amplitude, phase
// and certainty of every line. The residual of a cycle corrects all lines, their common turning the frequency: a
// phase-locked loop over all harmonics, after Karimi-Ghartemani & Iravani 2002, doi:10.1109/81.995671. Cost: some 50
// operations a line and cycle.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// One line, as a phasor against its reference exp(j k phase); powers in uV2.
struct MainsLine {
  double re = 0, im = 0;            // amplitude and phase as estimated
  double share = 0;                 // of it that is taken out: 0 where there is no hum, 1 where there certainly is
  double evidence = 0;              // power over doubt, averaged
  double doubt = 0;                 // variance of the estimate
  double noise = 0;                 // variance of one cycle's correction, by all that is not this line
  double brief = 0;                 // the same over the last few cycles only
  double chance = 0, chance_before = 0;
  double quiet = 0;                 // the same while the muscle is least active
  double last_re = 0, last_im = 0;  // the correction of the cycle before
  double mean_re = 0, mean_im = 0;  // and of the last few: what is left of it when chance averages out
  double age = 0;                   // cycles since the line was found anew

  double power() const noexcept { return re * re + im * im; }

  template <class Archive>
  void state(Archive& archive) {
    for (double* value : {&re, &im, &share, &evidence, &doubt, &noise, &brief, &chance, &chance_before, &quiet, &last_re, &last_im, &mean_re, &mean_im, &age})
      archive(*value);
  }
};

// What all channels of a stream share.
struct MainsLoop {
  MainsLoop(std::span<const int> multiples, Hertz nominal, Hertz width, std::int64_t cycle, Hertz rate, double most)
      : orders(multiples.begin(), multiples.end()), samples(static_cast<double>(cycle)), largest(most) {
    using std::numbers::pi;
    const double turn = 2 * pi / rate.value, time = samples / rate.value, bend = pi * width.value * time;
    gain = -std::expm1(-bend);
    pull = bend * bend;
    start = turn * nominal.value;
    lowest = turn * (nominal - pulled_in).value;
    most_rate = turn * 0.1 * time;
    highest = turn * (nominal + pulled_in).value;
    const auto memory = [time](Seconds of) { return -std::expm1(-time / of.value); };
    noise_gain = memory({0.25});
    quiet_growth = std::exp(time / 2);
    mean_gain = memory({0.1});
    opening = memory({0.03});
    closing = memory({0.1});
    evidence_gain = memory({1.5});
    bow = 0.2 * bend * bend * bend;
    forgotten = 1 / time;
    steady = 1.5 / time;
    found = 4 / gain - 4;
    heard = std::ceil(0.15 / time);
  }
  // Further than this from nominal no grid runs: EN 50160 allows 1 % in all but a few hours, 0.5 to 0.6 Hz.
  static constexpr Hertz pulled_in{1};

  std::vector<int> orders;
  double samples;                               // of a cycle
  double largest;                               // what no amplitude may exceed
  double gain, pull;                            // of the loop once it has settled: amplitude and phase, frequency
  double start, lowest, highest;                // frequencies, radians a sample
  double noise_gain, quiet_growth, mean_gain;     // of the averages
  double opening, closing;                      // of the share
  double evidence_gain, bow, most_rate, steady, found;
  double forgotten, heard;                      // cycles: without hum until the frequency is looked for anew; at start
};

class MainsTracker {
 public:
  explicit MainsTracker(const MainsLoop& loop) : lines_(loop.orders.size()), turn_(loop.start) {}

  // Radians a sample.
  double turn() const noexcept { return turn_; }
  std::span<const MainsLine> lines() const noexcept { return lines_; }

  // `found`: the residual of one cycle against every reference, real and imaginary part, scaled to an amplitude.
  void update(const MainsLoop& loop, const double* found) noexcept {
    cycles_ = std::min(cycles_ + 1, 1e15);
    double lag = 0, weight = 0, moved = 0, doubt = 0;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      MainsLine& line = lines_[k];
      // The residual is without what was taken out, which the estimate may be more than.
      const double re = found[2 * k] + line.share * line.re - line.re;
      const double im = found[2 * k + 1] + line.share * line.im - line.im;
      learn_noise(loop, line, re, im);
      if (has_jumped(loop, line)) {
        const double order = loop.orders[k];
        if (order * order * (line.mean_re * line.mean_re + line.mean_im * line.mean_im) > weight_ / 4) locked_ = rate_ = 0;
        begin_anew(line);
      }
      const double noise = std::max(line.noise, line.chance / 4);
      const double steadiness = noise > 3 * line.quiet ? 3 * line.quiet / noise : 1;
      const double search = 4 / (line.age + 4), gain = std::max(loop.gain * steadiness, search);
      line.age = std::min(line.age + 1, 1e15);
      line.re = std::clamp(line.re + gain * re, -loop.largest, loop.largest);
      line.im = std::clamp(line.im + gain * im, -loop.largest, loop.largest);
      line.doubt = (1 - gain) * (1 - gain) * line.doubt + gain * gain * noise;
      const double wanted = take(loop, line);
      if (wanted > 0) {
        const double order = loop.orders[k];
        const double held = gain / std::max(loop.gain, search), pull = order * order * line.power();
        lag += held * order * (im * line.re - re * line.im);
        weight += pull;
        moved += held * pull;
        doubt += order * order * line.doubt;
      }
    }
    weight_ = weight;
    if (!(weight > 0)) {
      idle_ = std::min(idle_ + 1, 1e15);
      return;
    }
    if (idle_ >= loop.forgotten) locked_ = rate_ = 0;
    idle_ = 0;
    const double held = moved / weight, pull = held * std::max(loop.pull, 6 / ((locked_ + 4) * (locked_ + 5)));
    locked_ = std::min(locked_ + 1, 1e15);
    const double sure = weight / (weight + 10 * doubt);
    const double off = std::clamp(lag / weight, -1.0, 1.0) * sure / loop.samples;
    if (locked_ > loop.steady) rate_ = std::clamp(rate_ + loop.bow * held * held * sure * off, -loop.most_rate, loop.most_rate);
    turn_ = std::clamp(turn_ + pull * off + rate_, loop.lowest, loop.highest);
  }

  // Nothing is known of the hum any more, but where it was looked for.
  void forget() noexcept {
    std::fill(lines_.begin(), lines_.end(), MainsLine{});
    cycles_ = 0;
    locked_ = 0;
    idle_ = 0;
    rate_ = weight_ = 0;
  }
  void reset(const MainsLoop& loop) noexcept {
    forget();
    turn_ = loop.start;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto& line : lines_) line.state(archive);
    for (double* value : {&turn_, &rate_, &weight_, &cycles_, &locked_, &idle_}) archive(*value);
  }

 private:
  // From the differences of one cycle to the next: a line that is not yet subtracted does not show in them.
  void learn_noise(const MainsLoop& loop, MainsLine& line, double re, double im) const noexcept {
    const double d = re - line.last_re, e = im - line.last_im;
    line.last_re = re;
    line.last_im = im;
    if (cycles_ >= 2) {
      const double chance = (d * d + e * e) / 2;
      line.noise += std::max(loop.noise_gain, 1 / (cycles_ - 1)) * (chance - line.noise);
      line.brief += std::max(loop.mean_gain, 1 / (cycles_ - 1)) * (chance - line.brief);
      line.noise = std::min(line.noise, 5 * std::max({chance, line.chance, line.chance_before}));
      line.chance_before = line.chance;
      line.chance = chance;
    }
    if (cycles_ <= loop.heard || line.noise < line.quiet)
      line.quiet = line.noise;
    else
      line.quiet = std::min(line.quiet * loop.quiet_growth, line.noise);
    line.mean_re += loop.mean_gain * (re - line.mean_re);
    line.mean_im += loop.mean_gain * (im - line.mean_im);
  }
  bool has_jumped(const MainsLoop& loop, const MainsLine& line) const noexcept {
    if (cycles_ <= loop.heard || line.age < loop.found) return false;
    const double by_chance = std::max(line.noise, line.brief) * loop.mean_gain / (2 - loop.mean_gain);
    return line.mean_re * line.mean_re + line.mean_im * line.mean_im > 50 * by_chance + 0.01 * line.power();
  }
  static void begin_anew(MainsLine& line) noexcept {
    line.age = 0;
    line.noise = std::min(line.noise, line.quiet);  // what jumped is no noise
    line.mean_re = line.mean_im = 0;
  }
  double take(const MainsLoop& loop, MainsLine& line) const noexcept {
    const double certainty = line.power() / (line.doubt + 1e-12);
    if (cycles_ <= loop.heard) return 0;
    line.evidence += loop.evidence_gain * (std::min(certainty, 16.0) - line.evidence);
    const double wanted = std::clamp(std::max((certainty - 8) / 8, (line.evidence - 3) / 1.5), 0.0, 1.0);
    line.share += (wanted > line.share ? loop.opening : loop.closing) * (wanted - line.share);
    if (wanted == 0 && line.share < 1e-3) line.share = 0;
    return wanted;
  }

  std::vector<MainsLine> lines_;
  double turn_;
  double cycles_ = 0;  // since the start
  double rate_ = 0;    // by which the turn grows, a cycle
  double weight_ = 0;
  double locked_ = 0;  // cycles for which the frequency has been followed
  double idle_ = 0;    // cycles without hum
};

}  // namespace unguard
