// SPDX-License-Identifier: Apache-2.0
// How far a bend is louder than good ones, angle by angle: z = (ln level - mean) / spread in each range of angle, freed
// of the bias that few trials have (Hedges 1981, doi:10.3102/10769986006002107), and their mean over all, the guarding
// index proposed here. By Student's t for one more bend, not by the normal, by which one good bend in seven would lie
// "beyond 2" of five. A stretch of angles that stands out is looked for beside it, against the bend as a
// whole. Louder goes with pain, fear, load and speed alike: it need not be guarding. Cost: bins cubed, some tens of
// microseconds; for the real-time thread. No latency of its own.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unguard/clinical/guarding_covariance.hpp"
#include "unguard/clinical/guarding_profile.hpp"
#include "unguard/core/quantiles.hpp"

namespace unguard {

// Why a bend is not judged.
enum class NotJudged { judged, no_bend, no_profile, other_bins, angle_gap, little_range, no_angle };
constexpr std::array<std::string_view, 7> names(const NotJudged*) {
  return {"judged",    "no bend",          "no profile of this channel", "angles of another profile",
          "angle gap", "not enough range", "angle not believed"};
}
enum class RiseWay { flexing, extending, both };
constexpr std::array<std::string_view, 3> names(const RiseWay*) { return {"flexing", "extending", "both"}; }

// The stretch of angles that stands out most.
struct Rise {
  double z = 0;  // as rare among good bends, all stretches looked at, as a normal number so many deviations up; 0: none
  RiseWay way = RiseWay::flexing;
  Degrees from{}, to{};
  double mean = 0;  // of the bins' z in it

  friend bool operator==(const Rise&, const Rise&) = default;
};

struct GuardingIndex {
  NotJudged why = NotJudged::no_bend;  // all else means something only where this is `judged`
  double value = 0;                    // mean z over the bins
  double low = 0, high = 0;            // its 95 % interval, by how few the good bends are
  double unusual = 0;  // as rare among good bends as a normal number so many deviations from its mean, up or down
  BendWay worst_way = BendWay::flexing;
  Degrees worst_angle{};  // middle of the bin with the largest z
  double worst_z = 0;
  Rise rise{};
  int bins = 0;      // that were judged
  double share = 0;  // of those with a reference that they are: a bend that never gets deep is judged where it was

  bool judged() const noexcept { return why == NotJudged::judged; }
  friend bool operator==(const GuardingIndex&, const GuardingIndex&) = default;
};

namespace guarding_detail {

inline constexpr int least_bins = 3;

// The judged bins of one bend, in their order: flexing, then extending.
struct Judged {
  struct One {
    BendWay way{};
    int bin = 0;
    double z = 0;    // as measured
    double row = 0;  // covariance with all
  };
  std::array<One, 2 * most_angle_bins> all{};
  int count = 0;
};

// What a stretch of bins has beyond what it shares with the whole bend, and how rare that is.
class RiseSearch {
 public:
  RiseSearch(const Judged& judged, const Covariance& covariance, double bends, double inverse_trials) noexcept
      : judged_(judged), covariance_(covariance), bends_(bends), one_more_(1 + inverse_trials) {
    for (int i = 0; i < judged.count; ++i) {
      mean_ += at(i).z;
      all_ += at(i).row;
    }
    const double n = judged.count;
    mean_ /= n;
    all_ /= n * n;
    // Independent parts that the rest of the variance comes in.
    const double rest = (all_ - covariance.shared()) / (1 - covariance.shared() + tiny);
    parts_ = std::max(1.0, 1 / std::max(rest, tiny) - 1);
  }
  // Variance of the mean over all bins.
  double of_mean() const noexcept { return all_; }
  // And the degrees of freedom it is known by.
  double of_mean_degrees() const noexcept { return degrees(covariance_.shared(), all_); }
  // Normal deviations of the whole bend.
  double whole() const noexcept { return normal_of_student(mean_ / std::sqrt(all_ * one_more_), of_mean_degrees()); }
  Rise find(const AngleBins& bins) noexcept {
    Rise best;
    double most = 0;
    for (const RiseWay way : {RiseWay::flexing, RiseWay::extending, RiseWay::both})
      for (int from = 0; from < bins.count; ++from) {
        begin();
        for (int to = from; to < bins.count; ++to) {
          if (!add_all(way, to)) continue;
          const double z = deviations();
          if (!(z > most)) continue;
          most = z;
          best = {0, way, bins.first + bins.width * from, bins.first + bins.width * (to + 1.0), sum_ / taken_count_};
        }
      }
    // Stretches overlap: by drawn bends they are worth about twice the bins.
    best.z = among(most, 2.0 * judged_.count);
    return most > 0 ? best : Rise{};
  }

 private:
  static constexpr double tiny = 1e-12;

  const Judged::One& at(int i) const noexcept { return judged_.all[static_cast<std::size_t>(i)]; }
  double degrees(double shared, double variance) const noexcept {
    const double rest = std::max(0.0, variance - shared), of_bends = bends_ - 1;
    const double both = shared * shared / of_bends + rest * rest / (of_bends * parts_);
    return both > 0 ? std::max(1.0, variance * variance / both) : of_bends;
  }
  void begin() noexcept { taken_count_ = 0, sum_ = within_ = with_all_ = 0; }
  bool add_all(RiseWay way, int bin) noexcept {
    bool any = false;
    for (int i = 0; i < judged_.count; ++i) {
      const bool wanted = way == RiseWay::both || (way == RiseWay::flexing) == (at(i).way == BendWay::flexing);
      if (at(i).bin != bin || !wanted) continue;
      any = true;
      for (int t = 0; t < taken_count_; ++t) {
        const auto& other = at(taken_[static_cast<std::size_t>(t)]);
        within_ += 2 * covariance_(at(i).way, bin, other.way, other.bin);
      }
      within_ += covariance_(at(i).way, bin, at(i).way, bin);
      with_all_ += at(i).row;
      sum_ += at(i).z;
      taken_[static_cast<std::size_t>(taken_count_++)] = i;
    }
    return any;
  }
  // The mean of the stretch less what is to be expected of it because of the whole bend's.
  double deviations() const noexcept {
    const double k = taken_count_, n = judged_.count, off = covariance_.shared() / all_;
    const double found = sum_ / k - off * mean_;
    const double variance = within_ / (k * k) - 2 * off * with_all_ / (k * n) + off * off * all_;
    const double shared = covariance_.shared() * (1 - off) * (1 - off);
    if (!(variance > tiny)) return 0;
    return normal_of_student(found / std::sqrt(variance * one_more_), degrees(shared, variance));
  }

  const Judged& judged_;
  const Covariance& covariance_;
  double bends_, one_more_;
  double mean_ = 0, all_ = 0, parts_ = 1;
  std::array<int, 2 * most_angle_bins> taken_{};
  int taken_count_ = 0;
  double sum_ = 0, within_ = 0, with_all_ = 0;
};

}  // namespace guarding_detail

// Of a bend that is over, or of the one under way as far as it has come. A profile as refuse_guarding_profile() takes.
inline GuardingIndex guarding_index(const GuardingProfile& profile, const BendByAngle& bend) noexcept {
  using namespace guarding_detail;
  const auto not_judged = [](NotJudged why) {
    GuardingIndex none;
    none.why = why;
    return none;
  };
  if (!(bend.bending < bend.end)) return not_judged(NotJudged::no_bend);
  if (profile.empty() || bend.channel < 0 || bend.channel >= profile.channels())
    return not_judged(NotJudged::no_profile);
  if (bend.bins != profile.bins) return not_judged(NotJudged::other_bins);
  if (bend.doubts & doubt::angle_gap) return not_judged(NotJudged::angle_gap);
  if (bend.doubts & angle_not_believed) return not_judged(NotJudged::no_angle);
  const auto c = static_cast<std::size_t>(bend.channel);
  const double freedom = profile.freedom[c];
  GuardingIndex found;
  Judged judged;
  int possible = 0;
  double inverse_trials = 0;
  for (const BendWay way : {BendWay::flexing, BendWay::extending})
    for (int k = 0; k < profile.bins.count; ++k) {
      const std::size_t at = profile.index(bend.channel, way, k);
      if (!(profile.spreads[at] > 0)) continue;
      ++possible;
      if (!bend.at(way, k).known()) continue;
      const double z = (bend.at(way, k).log - profile.means[at]) / profile.spreads[at];
      inverse_trials += 1.0 / profile.trials[at];
      if (judged.count == 0 || z > found.worst_z) {
        found.worst_z = z;
        found.worst_way = way;
        found.worst_angle = profile.bins.middle(k);
      }
      judged.all[static_cast<std::size_t>(judged.count++)] = {way, k, z, 0};
    }
  found.bins = judged.count;
  found.share = possible > 0 ? static_cast<double>(judged.count) / possible : 0;
  if (judged.count < least_bins) {
    GuardingIndex none = not_judged(NotJudged::little_range);
    none.bins = found.bins;
    none.share = found.share;
    return none;
  }
  found.why = NotJudged::judged;
  inverse_trials /= judged.count;
  const Covariance covariance(profile.shared[c], profile.neighbours[c]);
  double sum = 0;
  for (int i = 0; i < judged.count; ++i) {
    auto& one = judged.all[static_cast<std::size_t>(i)];
    sum += one.z;
    for (int j = 0; j < judged.count; ++j) {
      const auto& other = judged.all[static_cast<std::size_t>(j)];
      one.row += covariance(one.way, one.bin, other.way, other.bin);
    }
  }
  // Spreads of few trials come out too small as often as too large, but a division by them does not.
  const double unbiased = 1 - 3 / (4 * freedom - 1);
  found.value = unbiased * sum / judged.count;
  found.worst_z *= unbiased;
  RiseSearch search(judged, covariance, profile.bends, inverse_trials);
  const double error = std::sqrt(search.of_mean() * inverse_trials + found.value * found.value / (2 * freedom));
  const double off = student_of_normal(normal_95, std::min(freedom, search.of_mean_degrees())) * error;
  found.low = found.value - off;
  found.high = found.value + off;
  found.unusual = search.whole();
  found.rise = search.find(profile.bins);
  found.rise.mean *= unbiased;
  return found;
}

}  // namespace unguard
