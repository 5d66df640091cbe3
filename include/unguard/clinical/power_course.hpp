// SPDX-License-Identifier: Apache-2.0
// The power of every channel a hundred times a second, as far back as a bend goes: what levels over any stretch are
// made of once it is known where the stretch lies. Marked samples are left out. How sure a level is, the stretch itself
// says: by how much neighbouring powers differ (von Neumann 1941, doi:10.1214/aoms/1177731677), so that a level that
// changes slowly does not count as noise. Cost: a square and an addition a sample; a stretch, an addition a tick.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// The mean power of a stretch of one channel.
struct StretchPower {
  double power = 0;        // uV^2; 0 where there is none
  double spread = 0;       // standard error over it
  std::int64_t ticks = 0;  // that went into it
  double share = 0;        // of the stretch that they are
};

class PowerCourse {
 public:
  PowerCourse(Hertz rate, int channels, std::int64_t remembered_ticks)
      : length_(tick_length(rate)),
        channels_(channels),
        remembered_(remembered_ticks),
        powers_(static_cast<std::size_t>(remembered_ticks * channels)),
        sums_(static_cast<std::size_t>(channels)),
        counts_(sums_.size()) {
    begin_at(0);
  }

  std::int64_t length() const noexcept { return length_; }
  // Ticks that are complete.
  std::int64_t end() const noexcept { return next_ / length_; }
  // The first of them that is remembered.
  std::int64_t begin() const noexcept { return std::max(first_, end() - remembered_); }

  void begin_at(std::int64_t sample) noexcept {
    std::fill(powers_.begin(), powers_.end(), none);
    clear();
    next_ = sample;
    first_ = (sample + length_ - 1) / length_;
  }
  // Powers of equal stretches repeat when their first samples are a multiple of it.
  std::int64_t period() const noexcept { return 2 * block * length_; }
  // The next frame and its marks, or none. What is withheld, what a heart dominates, what is no number and what no
  // electrode gives are left out.
  void add(const double* x, const Marks* marks) noexcept {
    for (int c = 0; c < channels_; ++c) {
      if ((marks && (marks[c] & (mark::withholding | mark::heart))) || !(std::fabs(x[c]) <= default_full_scale.value))
        continue;
      sums_[index(c)] += x[c] * x[c];
      ++counts_[index(c)];
    }
    if (++next_ % length_ != 0) return;
    const std::int64_t tick = next_ / length_ - 1;
    // Of a tick that is half there, half is known.
    for (int c = 0; c < channels_; ++c)
      powers_[slot(tick, c)] =
          2 * counts_[index(c)] < length_ ? none : sums_[index(c)] / static_cast<double>(counts_[index(c)]);
    clear();
  }

  // Of a tick that is remembered; below 0 where there is none.
  double at(int channel, std::int64_t tick) const noexcept { return powers_[slot(tick, channel)]; }
  // Of ticks [from, to), as far as they are remembered.
  StretchPower over(int channel, std::int64_t from, std::int64_t to) const noexcept {
    StretchPower found;
    const std::int64_t asked = to - from;
    from = std::max(from, begin());
    to = std::min(to, end());
    double sum = 0, differences = 0, before = none;
    std::int64_t pairs = 0;
    for (std::int64_t t = from; t < to; ++t) {
      const double p = powers_[slot(t, channel)];
      if (p >= 0) {
        sum += p;
        ++found.ticks;
        if (before >= 0) {
          differences += (p - before) * (p - before);
          ++pairs;
        }
      }
      before = p;
    }
    if (found.ticks == 0) return found;
    const auto n = static_cast<double>(found.ticks);
    found.power = sum / n;
    found.share = n / static_cast<double>(asked);
    if (pairs > 0 && found.power > 0)
      found.spread = std::sqrt(differences / static_cast<double>(2 * pairs) / n) / found.power;
    return found;
  }
  // The power of the strongest window of so many ticks within [from, to), of which at least half is there; of a shorter
  // stretch, that. The largest of many is too large by chance: so blocks of 50 ms take turns, those of one turn choose
  // the window and those of the other say its power, and the other way round.
  StretchPower strongest(int channel, std::int64_t from, std::int64_t to, std::int64_t window) const noexcept {
    const Window all = largest_of(channel, from, to, window, either);
    if (!all.there()) return {};
    StretchPower found = over(channel, all.first, all.last);
    if (all.last - all.first < 4 * block) return found;
    const auto said_by_others = [&](int chosen_by) {
      const Window w = largest_of(channel, from, to, window, chosen_by);
      return w.there() ? mean(channel, w.first, w.last, 1 - chosen_by) : 0;
    };
    const double even = said_by_others(1), odd = said_by_others(0);
    if (even > 0 && odd > 0) found.power = (even + odd) / 2;
    return found;
  }
  // The same as it is published: the largest of all.
  StretchPower largest(int channel, std::int64_t from, std::int64_t to, std::int64_t window) const noexcept {
    const Window w = largest_of(channel, from, to, window, either);
    return w.there() ? over(channel, w.first, w.last) : StretchPower{};
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(powers_);
    archive(sums_);
    archive(counts_);
    archive(next_);
    archive(first_);
    // Not from here.
    for (double& p : powers_)
      if (!std::isfinite(p)) p = none;
    for (double& s : sums_)
      if (!(s >= 0 && std::isfinite(s))) s = 0;
    for (auto& n : counts_)
      if (!(n >= 0 && n < length_)) n = 0;
    for (std::int64_t* n : {&next_, &first_})
      if (!(*n >= 0 && *n < (std::int64_t{1} << 61))) *n = 0;
  }

 private:
  static constexpr double none = -1;

  static constexpr std::int64_t block = 5;  // ticks
  static constexpr int either = -1;

  bool takes_part(std::int64_t tick, int turn) const noexcept { return turn == either || tick / block % 2 == turn; }
  struct Window {
    std::int64_t first = 0, last = 0;  // ticks, one past the last

    bool there() const noexcept { return first < last; }
  };
  // The window whose ticks of one turn have the largest mean power.
  Window largest_of(int channel, std::int64_t from, std::int64_t to, std::int64_t window, int turn) const noexcept {
    from = std::max(from, begin());
    to = std::min(to, end());
    window = std::clamp<std::int64_t>(window, 1, std::max<std::int64_t>(1, to - from));
    Window found;
    std::int64_t count = 0, in_turn = 0;
    double sum = 0, most = -1;
    const auto take = [&](std::int64_t t, int sign) {
      if (!takes_part(t, turn)) return;
      in_turn += sign;
      const double p = powers_[slot(t, channel)];
      if (!(p >= 0)) return;
      sum += sign * p;
      count += sign;
    };
    for (std::int64_t t = from; t < to; ++t) {
      take(t, 1);
      if (t - from >= window) take(t - window, -1);
      if (t - from + 1 < window || 2 * count < in_turn || count == 0) continue;
      // Windows that share all ticks of this turn are alike but for rounding: the first of them.
      if (const double mean_of = sum / static_cast<double>(count); mean_of > most * (1 + 1e-12)) {
        most = mean_of;
        found = {t - window + 1, t + 1};
      }
    }
    return found;
  }
  double mean(int channel, std::int64_t from, std::int64_t to, int turn) const noexcept {
    double sum = 0, count = 0;
    for (std::int64_t t = from; t < to; ++t)
      if (const double p = powers_[slot(t, channel)]; p >= 0 && takes_part(t, turn)) {
        sum += p;
        count += 1;
      }
    return count > 0 ? sum / count : 0;
  }

  static std::size_t index(int channel) noexcept { return static_cast<std::size_t>(channel); }
  std::size_t slot(std::int64_t tick, int channel) const noexcept {
    return static_cast<std::size_t>(tick % remembered_ * channels_ + channel);
  }
  void clear() noexcept {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    std::fill(counts_.begin(), counts_.end(), std::int64_t{0});
  }

  std::int64_t length_;
  int channels_;
  std::int64_t remembered_;
  std::vector<double> powers_;  // uV^2; `none` where there is none
  std::vector<double> sums_;
  std::vector<std::int64_t> counts_;
  std::int64_t next_ = 0;   // sample
  std::int64_t first_ = 0;  // tick
};

// Of all channels of a whole record.
inline PowerCourse power_course_of(ConstBlock record, Hertz rate) {
  PowerCourse course(rate, record.channels, std::max<std::int64_t>(1, record.frames / tick_length(rate)));
  for (std::int64_t i = 0; i < record.frames; ++i)
    course.add(record.data + i * record.channels, record.marks ? record.marks + i * record.channels : nullptr);
  return course;
}

}  // namespace unguard
