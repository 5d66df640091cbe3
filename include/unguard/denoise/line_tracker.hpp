// SPDX-License-Identifier: Apache-2.0
// One channel's hum, brought up to date once a mains cycle: its frequency and its lines. What the lines' phases lag
// behind turns the frequency: a phase-locked loop over all harmonics, which follows a drift without lag. One frequency
// for all harmonics, and gains that fall from a quick start, as in Keshtkaran & Yang 2014,
// doi:10.1088/1741-2560/11/2/026017. Cost: a few operations a line and cycle beside MainsLine's.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/denoise/line_finder.hpp"
#include "unguard/denoise/mains_line.hpp"
#include "unguard/denoise/mains_loop.hpp"

namespace unguard {

class LineTracker {
 public:
  LineTracker(const MainsLoop& loop, const LineCandidates& candidates)
      : lines_(loop.orders.size()), finder_(candidates), turn_(loop.start), searching_(loop.searches) {}

  // Radians a sample.
  double turn() const noexcept { return turn_; }
  const MainsLine& line(int k) const noexcept { return lines_[static_cast<std::size_t>(k)]; }

  // `found`: the residual of one cycle against every reference, real and imaginary part, as an amplitude.
  void update(const MainsLoop& loop, const LineCandidates& candidates, const double* found) noexcept {
    if (searching_) {
      const auto turn = finder_.listen(candidates, found);
      if (!turn) return;
      forget();
      turn_ = *turn;
      searching_ = false;
      return;
    }
    cycles_ = std::min(cycles_ + 1, 0x1p50);
    double lag = 0, weight = 0, moved = 0, search = 0, doubt = 0;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      MainsLine& line = lines_[k];
      const double order = loop.orders[k];
      // Where much of the hum is new, so may be its frequency.
      if (line.correct(loop, cycles_, found[2 * k], found[2 * k + 1]) &&
          order * order * line.jumped_power() > weight_ / 4)
        locked_ = drift_ = 0;
      if (!line.weigh(loop, cycles_)) continue;
      const double pull = order * order * line.power();
      lag += line.held() * order * line.lag();
      weight += pull;
      moved += line.held() * pull;
      search += line.search() * pull;
      doubt += order * order * line.doubt();
    }
    weight_ = weight;
    if (weight > 0)
      follow(loop, lag / weight, moved / weight, search / weight, weight / (weight + 10 * doubt));
    else
      miss(loop);
  }

  // Nothing is known of the hum any more but its frequency.
  void forget() noexcept {
    std::fill(lines_.begin(), lines_.end(), MainsLine{});
    cycles_ = locked_ = missed_ = drift_ = weight_ = 0;
    finder_.reset();
  }
  void reset(const MainsLoop& loop) noexcept {
    forget();
    turn_ = loop.start;
    searching_ = loop.searches;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto& line : lines_) line.state(archive);
    finder_.state(archive);
    for (double* value : {&turn_, &drift_, &weight_, &cycles_, &locked_, &missed_}) archive(*value);
    archive(searching_);
  }

 private:
  // A phase behind by `lag`, in a loop that may move by a share `held` of its gain, and is sure of that to a degree:
  // frequency and drift move by its square and cube, or the loop would swing; so it would with a pull beyond the square
  // of the lines' own gain while they are searched for.
  void follow(const MainsLoop& loop, double lag, double held, double search, double sure) noexcept {
    if (missed_ >= loop.forgotten) locked_ = drift_ = 0;
    missed_ = 0;
    const double off = sure * std::clamp(lag, -1.0, 1.0) / static_cast<double>(loop.cycle);
    const double pull =
        std::max(held * loop.pull, std::min(6 / ((locked_ + 4) * (locked_ + 5)), 0.7 * search * search));
    if (locked_ > loop.steady)
      drift_ = std::clamp(drift_ + loop.bow * held * held * sure * off, -loop.fastest, loop.fastest);
    locked_ = std::min(locked_ + 1, 0x1p50);
    turn_ = std::clamp(turn_ + pull * off + drift_, loop.lowest, loop.highest);
  }
  void miss(const MainsLoop& loop) noexcept {
    missed_ = std::min(missed_ + 1, 0x1p50);
    if (loop.searches && missed_ >= 3 * loop.forgotten) reset(loop);
  }

  std::vector<MainsLine> lines_;
  LineFinder finder_;
  double turn_;
  double drift_ = 0;   // by which the turn grows in a cycle
  double weight_ = 0;  // of the lines in the cycle before
  double cycles_ = 0;  // heard in all
  double locked_ = 0;  // for which the frequency has been followed
  double missed_ = 0;  // since there was hum
  bool searching_;
};

}  // namespace unguard
