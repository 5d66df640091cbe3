// SPDX-License-Identifier: Apache-2.0
// How much of the time a muscle works how hard: the amplitude probability distribution function (APDF: Jonsson 1982,
// J. Hum. Ergol. 11:73), static P10, median P50 and peak P90. Exact from all levels; or counted while they
// come, in bins of less than 0.8 % of the level, 128 an octave. Cost: counting, a few operations a level and 80 kB;
// exact, a sort. No logarithm is taken: the same bits everywhere.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"

namespace unguard {

// The level that the lowest `share` (0 to 1) of the time stays at or below, the straight line between neighbours
// (Hyndman & Fan's type 7, as numpy.quantile has it). NaN are left out; there has to be something else.
inline Result<double> amplitude_quantile(std::span<const double> levels, double share) {
  if (!(share >= 0 && share <= 1)) return Fault{"amplitude_quantile", "share", to_text(share), "0 to 1"};
  std::vector<double> all;
  for (const double level : levels)
    if (!std::isnan(level)) all.push_back(level);
  if (all.empty())
    return Fault{"amplitude_quantile", "levels", std::to_string(levels.size()) + " samples, none with a value",
                 "levels of a record"};
  const double at = share * static_cast<double>(all.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  std::nth_element(all.begin(), all.begin() + below, all.end());
  const double low = all[static_cast<std::size_t>(below)];
  if (below + 1 == std::ssize(all)) return low;
  const double high = *std::min_element(all.begin() + below + 1, all.end());
  return low + (at - static_cast<double>(below)) * (high - low);
}

// The distribution of one channel as it is counted. A value; add() is for the real-time thread.
class AmplitudeDistribution {
 public:
  // Levels at or below the one, and at or above the other, are counted together: any unit of an EMG level is between.
  static constexpr double lowest = 0x1p-20, highest = 0x1p20;

  AmplitudeDistribution() : counts_(static_cast<std::size_t>(octaves * bins_an_octave)) {}

  // What is no number is none of the time. A level below 0 is 0.
  void add(double level) noexcept {
    if (std::isnan(level)) return;
    ++count_;
    if (level <= lowest)
      ++low_;
    else if (level >= highest)
      ++high_;
    else
      ++counts_[bin_of(level)];
  }
  // The time of another stretch of the same person, as of another session.
  void add(const AmplitudeDistribution& other) noexcept {
    count_ += other.count_;
    low_ += other.low_;
    high_ += other.high_;
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  void clear() noexcept { *this = AmplitudeDistribution(std::move(counts_)); }

  std::int64_t count() const noexcept { return count_; }
  // The level that the lowest `share` (0 to 1) of the time stays at or below, within a bin; NaN while nothing has come.
  // `lowest` stands for all that is lower and `highest` for all that is higher.
  double quantile(double share) const noexcept {
    if (count_ == 0) return std::nan("");
    const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
    auto passed = static_cast<double>(low_);
    if (wanted <= passed && low_ > 0) return lowest;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto here = static_cast<double>(counts_[i]);
      if (here > 0 && wanted <= passed + here) return edge(i) + (edge(i + 1) - edge(i)) * (wanted - passed) / here;
      passed += here;
    }
    return highest;
  }
  // Which share of the time stays at or below a level; NaN while nothing has come.
  double share_below(double level) const noexcept {
    if (count_ == 0 || std::isnan(level)) return std::nan("");
    auto passed = static_cast<double>(low_);
    if (level < lowest) return 0;
    if (level >= highest) return 1;
    const std::size_t last = bin_of(level);
    for (std::size_t i = 0; i < last; ++i) passed += static_cast<double>(counts_[i]);
    passed += static_cast<double>(counts_[last]) * (level - edge(last)) / (edge(last + 1) - edge(last));
    return passed / static_cast<double>(count_);
  }

  friend bool operator==(const AmplitudeDistribution&, const AmplitudeDistribution&) = default;

  template <class Archive>
  void state(Archive& archive) {
    archive(counts_);
    archive(low_);
    archive(high_);
    // Not from here.
    count_ = 0;
    for (std::int64_t* n : {&low_, &high_}) count_ += * n = plausible(*n);
    for (std::int64_t& n : counts_) count_ += n = plausible(n);
  }

 private:
  static constexpr int octaves = 40, bits = 7, bins_an_octave = 1 << bits;

  explicit AmplitudeDistribution(std::vector<std::int64_t>&& room) noexcept : counts_(std::move(room)) {
    std::fill(counts_.begin(), counts_.end(), std::int64_t{0});
  }
  static std::int64_t plausible(std::int64_t n) noexcept { return n >= 0 && n < (std::int64_t{1} << 48) ? n : 0; }
  // The exponent and the first bits of the fraction, as a number is stored.
  static std::size_t bin_of(double level) noexcept {
    return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(level) - std::bit_cast<std::uint64_t>(lowest)) >>
                                    (52 - bits));
  }
  static double edge(std::size_t bin) noexcept {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(lowest) + (std::uint64_t{bin} << (52 - bits)));
  }

  std::vector<std::int64_t> counts_;
  std::int64_t low_ = 0, high_ = 0, count_ = 0;
};

}  // namespace unguard
