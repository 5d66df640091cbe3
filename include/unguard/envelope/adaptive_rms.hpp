// SPDX-License-Identifier: Apache-2.0
// RMS over a window as long as the signal lets it be: long while the effort is held, short while it changes. With level
// A and slope A' a window T is wrong by A^2 / (4 B_s T) for its scatter and (A' T / 2)^2 for its delay, least at
// T = (A^2 / (2 B_s A'^2))^(1/3). Clancy 1999, IEEE Trans. Biomed. Eng. 46:717; here causal: level and slope are those
// of a pilot window so far. Where two halves of a window differ by more than chance explains, no longer one is taken;
// and a window grows no faster than time passes, so that what came before a step stays out. Cost: a dozen moving sums,
// the same for every frame. Latency: half the window of the moment; stated is that of the longest.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct AdaptiveRms {
  Seconds shortest{0.05};
  Seconds longest{1};
  Seconds pilot{0.3};
  Hertz bandwidth{100};  // B_s of the EMG after its filters: 100 on the trunk, 190 on a limb

  friend bool operator==(const AdaptiveRms&, const AdaptiveRms&) = default;
};
constexpr SpecInfo info(const AdaptiveRms*) {
  return {"AdaptiveRms", "moving RMS whose window follows the signal, causal",
          "Clancy 1999, IEEE Trans. Biomed. Eng. 46:717"};
}
constexpr auto fields(const AdaptiveRms*) {
  return field_list(
      field<&AdaptiveRms::shortest>("shortest", "length of the shortest window", between(1e-6, 3600)),
      field<&AdaptiveRms::longest>("longest", "length of the longest window, reached to within a factor of 1.5",
                                   between(1e-6, 3600)),
      field<&AdaptiveRms::pilot>("pilot", "window that level and slope are taken from", between(1e-6, 3600)),
      field<&AdaptiveRms::bandwidth>("bandwidth",
                                     "statistical bandwidth of the EMG after its filters: how many "
                                     "independent values there are in a window",
                                     positive));
}

namespace adaptive_detail {

// Windows in samples, each 1.5 and 1.33 times the one before in turn, so that every second one is twice as long.
inline std::vector<std::int64_t> rungs(std::int64_t shortest, std::int64_t longest) {
  std::vector<std::int64_t> all{shortest};
  for (std::int64_t even = shortest, odd = (3 * shortest + 1) / 2;;) {
    if (odd > longest) break;
    all.push_back(odd);
    if ((even *= 2) > longest) break;
    all.push_back(even);
    odd *= 2;
  }
  return all;
}

}  // namespace adaptive_detail

class AdaptiveRmsKernel {
 public:
  AdaptiveRmsKernel(std::vector<std::int64_t> rungs, std::size_t pilot, double bandwidth, const StreamFormat& format)
      : channels_(format.channels.count()),
        pilot_(pilot),
        full_scale_(format.full_scale()),
        lengths_(rungs.begin(), rungs.end()),
        squares_(static_cast<std::size_t>(channels_)),
        means_(rungs.size() * squares_.size()),
        thinned_(means_.size(), 1.0),
        window_(squares_.size()) {
    const double rate = format.rate.value;
    for (std::size_t k = 0; k < rungs.size(); ++k) {
      sums_.emplace_back(rungs[k], channels_);
      counted_.emplace_back(rungs[k], channels_);
      const double n = lengths_[k];
      shares_.push_back(1 / n);
      cubes_.push_back(n * n * n);
      // The halves' powers differ with a variance of 4 P^2 / (B_s T).
      chance_.push_back(4 * rate / (bandwidth * n));
    }
    // T^3 = A^2 / (2 B_s A'^2).
    const double half = lengths_[pilot_] / 2;
    law_ = rate / (2 * bandwidth) * half * half;
    reset();
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (const double* end = x + n * channels_; x != end; x += channels_, y += channels_) {
      for (int c = 0; c < channels_; ++c) squares_[static_cast<std::size_t>(c)] = x[c] * x[c];
      for (std::size_t k = 0; k < sums_.size(); ++k) {
        double* row = means_.data() + k * squares_.size();
        sums_[k].add(squares_.data(), row);
        for (std::size_t c = 0; c < squares_.size(); ++c) row[c] *= shares_[k];
      }
      for (std::size_t c = 0; c < squares_.size(); ++c) y[c] = std::sqrt(power(c));
    }
  }
  // One frame of which only some channels count, for Gated: every window is over what is left of it. `shares`: of the
  // window, how much that is.
  void run_where(const double* x, const std::uint8_t* counts, double* y, double* shares) noexcept {
    for (std::size_t k = 0; k < sums_.size(); ++k) {
      const std::size_t row = k * squares_.size();
      for (std::size_t c = 0; c < squares_.size(); ++c) {
        means_[row + c] = counts[c] ? x[c] * x[c] : 0;
        thinned_[row + c] = counts[c];
      }
      sums_[k].add(means_.data() + row, means_.data() + row);
      counted_[k].add(thinned_.data() + row, thinned_.data() + row);
    }
    for (std::size_t c = 0; c < squares_.size(); ++c) {
      const std::size_t next = squares_.size();
      const bool any = thinned_[(sums_.size() - 1) * next + c] > 0;
      // Of a window of which nothing is left, nothing shorter than the next one is known.
      for (std::size_t k = sums_.size(); any && k-- > 0;) {
        const std::size_t at = k * next + c;
        const double left = thinned_[at];
        means_[at] = left > 0 ? means_[at] / left : means_[at + next];
        thinned_[at] = left > 0 ? lengths_[k] / left : thinned_[at + next];
      }
      y[c] = any ? std::sqrt(power(c)) : 0;
      shares[c] = any ? 1 / thinned(c) : 0;
    }
    std::fill(thinned_.begin(), thinned_.end(), 1.0);
  }
  // A channel as if everything so far had been 0 and had counted, 1, or had not, 0.
  void begin(int channel, double share) noexcept {
    for (auto& sum : sums_) sum.settle(channel, 0);
    for (auto& sum : counted_) sum.settle(channel, share);
    window_[static_cast<std::size_t>(channel)] = lengths_.back();
  }
  std::int64_t refills_within(double) const { return static_cast<std::int64_t>(lengths_.back()); }
  void reset() noexcept {
    for (auto& sum : sums_) sum.reset();
    for (auto& sum : counted_) {
      sum.reset();
      for (int c = 0; c < channels_; ++c) sum.settle(c, 1);
    }
    std::fill(window_.begin(), window_.end(), lengths_.back());
  }
  void seek(std::int64_t) noexcept {}
  // Half of the longest windows: both are multiples of all the others' halves, but for the two kinds of rung.
  std::int64_t period() const noexcept {
    std::int64_t all = 1;
    for (const auto& sum : sums_) all = std::lcm(all, sum.period());
    return all;
  }
  double settle(int channel, double level) noexcept {
    for (auto& sum : sums_) sum.settle(channel, level * level);
    for (auto& sum : counted_) sum.settle(channel, 1);
    window_[static_cast<std::size_t>(channel)] = lengths_.back();
    return std::fabs(level);
  }
  bool adopt(const AdaptiveRmsKernel& other) noexcept {
    if (other.lengths_ != lengths_) return false;
    for (std::size_t k = 0; k < sums_.size(); ++k) {
      sums_[k].adopt(other.sums_[k]);
      counted_[k].adopt(other.counted_[k]);
    }
    std::copy(other.window_.begin(), other.window_.end(), window_.begin());
    return true;
  }
  // Exact: a window that was too short has grown to any length by then, over sums that have forgotten.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    return rings_for(2 * static_cast<std::int64_t>(lengths_.back()) + 1, ratios);
  }
  // An error may choose the window, and between two windows may lie all that is read.
  double error_gain() const { return full_scale_; }
  double reach(double level) const { return level; }
  StageLatency delay(Hertz) const { return {"AdaptiveRms", DelayKind::centroid, (lengths_.back() - 1) / 2, {}}; }
  template <class Archive>
  void state(Archive& archive) {
    for (auto& sum : sums_) sum.state(archive);
    for (auto& sum : counted_) sum.state(archive);
    archive(window_);
    for (double& n : window_)
      if (!(n >= lengths_.front() && n <= lengths_.back())) n = lengths_.back();  // not from here
  }

 private:
  // Halves that differ by more deviations than this are no chance: one in 370 is.
  static constexpr double deviations2 = 9;
  // What a slope must be beyond, in variances of what chance makes of a steady level.
  static constexpr double of_chance = 2;

  double mean(std::size_t rung, std::size_t c) const noexcept { return means_[rung * squares_.size() + c]; }
  // What a rung's chance is more for being over part of its window only.
  double thinned(std::size_t rung, std::size_t c) const noexcept { return thinned_[rung * squares_.size() + c]; }
  // The same of the window of the moment.
  double thinned(std::size_t c) const noexcept {
    const auto [k, weight] = between(window_[c]);
    return (1 - weight) * thinned(k, c) + weight * thinned(k + 1, c);
  }
  // The rung next below a window, and how far it is towards the next one.
  std::pair<std::size_t, double> between(double window) const noexcept {
    std::size_t k = 0;
    while (k + 2 < lengths_.size() && lengths_[k + 1] <= window) ++k;
    return {k, (window - lengths_[k]) / (lengths_[k + 1] - lengths_[k])};
  }
  double power(std::size_t c) noexcept {
    double longest = lengths_[1];
    for (std::size_t k = 2; k < lengths_.size(); ++k) {
      const double all = mean(k, c), apart = 2 * (mean(k - 2, c) - all);
      if (!(apart * apart <= deviations2 * chance_[k] * thinned(k, c) * all * all)) break;
      longest = lengths_[k];
    }
    const double wanted = std::min({longest, wanted_window(c), window_[c] + 1});
    window_[c] = wanted;
    const auto [k, weight] = between(wanted);
    return (1 - weight) * mean(k, c) + weight * mean(k + 1, c);
  }
  // From the pilot's halves: A'^2 is their difference squared, less what chance makes of it. Between two rungs along
  // the cube, so that no root is needed.
  double wanted_window(std::size_t c) const noexcept {
    const double all = mean(pilot_, c), apart = 2 * (mean(pilot_ - 2, c) - all);
    const double square =
        apart * apart - of_chance * chance_[pilot_] * thinned(pilot_, c) * all * all;  // 4 A^2 (A' T / 2)^2
    if (!(square > 0)) return lengths_.back();
    const double cube = law_ * 4 * all * all / square;
    if (cube <= cubes_.front()) return lengths_.front();
    for (std::size_t k = 0; k + 1 < cubes_.size(); ++k)
      if (cube < cubes_[k + 1])
        return lengths_[k] + (cube - cubes_[k]) / (cubes_[k + 1] - cubes_[k]) * (lengths_[k + 1] - lengths_[k]);
    return lengths_.back();
  }

  int channels_;
  std::size_t pilot_;
  double full_scale_;
  std::vector<double> lengths_;  // samples
  std::vector<double> shares_{}, cubes_{}, chance_{};
  double law_ = 0;
  std::vector<MovingSum> sums_{}, counted_{};
  std::vector<double> squares_, means_;  // of the frame under way; means by rung
  std::vector<double> thinned_;          // by rung, the window over what is left of it; 1 but for a gated frame
  std::vector<double> window_;           // per channel, samples
};

inline Result<AdaptiveRmsKernel> make_kernel(const AdaptiveRms& spec, const StreamFormat& format) {
  const std::int64_t shortest = samples_in(spec.shortest, format.rate), longest = samples_in(spec.longest, format.rate);
  if (shortest < 2)
    return fault_of<AdaptiveRms>("shortest", spec.shortest,
                                 "at least two samples, " + to_text(Seconds{2 / format.rate.value}));
  if (longest < 4 * shortest)
    return fault_of<AdaptiveRms>("longest", spec.longest,
                                 "at least four times shortest, " + to_text(spec.shortest * 4));
  if (!(spec.bandwidth.value <= format.rate.value / 2))
    return fault_of<AdaptiveRms>("bandwidth", spec.bandwidth,
                                 "at most half the sampling rate, " + to_text(format.rate / 2));
  auto rungs = adaptive_detail::rungs(shortest, longest);
  if (spec.pilot < spec.shortest * 2 || spec.pilot > spec.longest)
    return fault_of<AdaptiveRms>(
        "pilot", spec.pilot,
        "from twice shortest to longest, " + to_text(spec.shortest * 2) + " to " + to_text(spec.longest));
  // The rung next below; it has a half.
  const std::int64_t wanted = samples_in(spec.pilot, format.rate);
  std::size_t pilot = 2;
  while (pilot + 1 < rungs.size() && rungs[pilot + 1] <= wanted) ++pilot;
  return AdaptiveRmsKernel(std::move(rungs), pilot, spec.bandwidth.value, format);
}

}  // namespace unguard
