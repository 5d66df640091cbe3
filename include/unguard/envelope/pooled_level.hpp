// SPDX-License-Identifier: Apache-2.0
// One effort from several channels of one muscle, A = sqrt(mean over channels of (level / reference)^2): of L channels
// that share the effort and nothing else, sqrt(L) times as steady as one; with whitened levels the optimal processor of
// Hogan & Mann 1980, doi:10.1109/TBME.1980.326652. Channels that may not be believed are left out. No delay.
#pragma once

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/level_stage.hpp"

namespace unguard {

// Every channel reads its own reference times what all together say; `reference` is their level at the same effort, as
// from WhiteningCalibration.level or a ReferenceCalibration; without one there is no such stage. `gated` where a
// channel was left out; `missing`, and the reasons, where fewer than least_share of them are left.
struct PooledLevel {
  PerChannel<Microvolts> reference{};
  double least_share = 0.5;

  friend bool operator==(const PooledLevel&, const PooledLevel&) = default;
};
constexpr SpecInfo info(const PooledLevel*) {
  return {"PooledLevel", "one effort from several channels", "Hogan & Mann 1980, doi:10.1109/TBME.1980.326652"};
}
constexpr auto fields(const PooledLevel*) {
  return field_list(
      field<&PooledLevel::reference>("reference", "level of each channel at one and the same effort", positive),
      field<&PooledLevel::least_share>("least_share", "share of the channels that must be left for a value",
                                       between(0.01, 1)));
}

class PooledLevelRule {
 public:
  PooledLevelRule(const PooledLevel& spec, int channels) : least_(spec.least_share * channels) {
    for (int c = 0; c < channels; ++c) reference_.push_back(spec.reference.at(c).value);
  }
  void apply(std::span<double> levels, std::span<Marks> marks) const noexcept {
    double sum = 0, left = 0;
    Marks against = mark::none;
    for (std::size_t c = 0; c < levels.size(); ++c) {
      if (marks[c] & mark::withholding) {
        against |= marks[c];
        continue;
      }
      const double share = levels[c] / reference_[c];
      sum += share * share;
      ++left;
    }
    const double effort = left > 0 ? std::sqrt(sum / left) : 0;
    const bool enough = left > 0 && left >= least_;
    for (std::size_t c = 0; c < levels.size(); ++c) {
      levels[c] = effort * reference_[c];
      const Marks own = static_cast<Marks>(marks[c] & mark::degrading);
      marks[c] = static_cast<Marks>(own | (against ? mark::gated : mark::none) |
                                    (enough ? mark::none : against | mark::missing));
    }
  }

 private:
  double least_;
  std::vector<double> reference_{};
};

using LivePooledLevel = LiveLevelStage<PooledLevel, PooledLevelRule>;

inline Result<LivePooledLevel> try_start(const PooledLevel& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = refuse_not_given<PooledLevel>("reference", spec.reference, "the level measured at one effort"))
    return *fault;
  if (auto fault = validate(spec)) return *fault;
  const int channels = format.channels.count();
  if (auto fault = refuse_count<PooledLevel>("reference", spec.reference, channels)) return *fault;
  return LivePooledLevel(spec, format, PooledLevelRule(spec, channels));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LivePooledLevel start(const PooledLevel& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
