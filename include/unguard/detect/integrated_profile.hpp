// SPDX-License-Identifier: Apache-2.0
// OFFLINE ONLY. One burst in a record, by its integrated profile: Liu & Liu 2016, doi:10.1016/j.bspc.2015.09.004. The
// rectified EMG, cumulated, falls behind the straight line from its beginning to its end while there is rest and
// catches up while there is activity: the onset is where it lies lowest against the line, the offset where it then lies
// highest. A lone spike is one small step of it. Whether there is a burst at all is ours: the distance between both is,
// over SD sqrt(N), the statistic of Kuiper 1960, doi:10.1016/S1385-7258(60)50006-0, 2.0 of which white noise exceeds
// once in a hundred records, EMG, whose samples are not independent, oftener. The reported sample is the first of the
// burst. Cost: O(N).
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>

#include "unguard/core/fields.hpp"
#include "unguard/detect/active_stretch.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard {

struct IntegratedProfile {
  double threshold = 4;

  friend bool operator==(const IntegratedProfile&, const IntegratedProfile&) = default;
};
constexpr SpecInfo info(const IntegratedProfile*) {
  return {"IntegratedProfile", "offline: one burst, where the cumulated rectified EMG leaves a straight line most",
          "Liu & Liu 2016, doi:10.1016/j.bspc.2015.09.004"};
}
constexpr auto fields(const IntegratedProfile*) {
  return field_list(field<&IntegratedProfile::threshold>(
      "threshold", "Kuiper's statistic that there must be, or nothing is found", between(0.0, 1e6)));
}
inline double& threshold_of(IntegratedProfile& spec) { return spec.threshold; }

// One channel. Nothing where there is no burst, nor where the record begins in it.
inline Result<std::optional<ActiveStretch>> integrated_profile(const IntegratedProfile& spec,
                                                               std::span<const double> x) {
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse_record<IntegratedProfile>("x", x, 2)) return *fault;
  BaselineMoments moments;
  for (const double v : x) moments.add(std::fabs(v));
  // Against the line; 0 at both ends.
  double distance = 0, lowest = 0, highest = 0;
  std::size_t onset = 0, offset = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    distance += std::fabs(x[i]) - moments.mean();
    if (distance < lowest) {
      lowest = distance;
      onset = i + 1;
    }
  }
  distance = lowest;
  highest = lowest;
  for (std::size_t i = onset; i < x.size(); ++i) {
    distance += std::fabs(x[i]) - moments.mean();
    if (distance > highest) {
      highest = distance;
      offset = i + 1;
    }
  }
  const double kuiper = (highest - lowest) / (moments.spread() * std::sqrt(static_cast<double>(x.size())));
  if (onset == 0 || !(kuiper > spec.threshold)) return std::optional<ActiveStretch>{};
  return std::optional{ActiveStretch{{static_cast<std::int64_t>(onset)}, {static_cast<std::int64_t>(offset)}}};
}

}  // namespace unguard
