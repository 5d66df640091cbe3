// SPDX-License-Identifier: Apache-2.0
// The level of the muscle alone: an RMS with the noise subtracted in power, sqrt(max(0, RMS^2 - noise^2)). Of two
// signals that know nothing of each other the powers add; Hogan & Mann 1980, doi:10.1109/TBME.1980.326652. The noise is
// that of a rest in the same band (RestCalibration) or the floor that NoiseFloor measures. No delay.
#pragma once

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/level_stage.hpp"

namespace unguard {

// A level at or below the noise comes out as 0 and is marked `low_snr`; so is one that is mostly noise. 0 then means
// "not above the noise", not "no muscle": how far noise alone goes above itself, level_interval() says. Behind an
// envelope that roots a power (Rms, TwoPole of power): those of |x| do not add in power. There is no noise but one that
// was measured: without it there is no such stage.
struct NoiseSubtracted {
  PerChannel<Microvolts> noise{};
  double snr_share = 0.5;

  friend bool operator==(const NoiseSubtracted&, const NoiseSubtracted&) = default;
};
constexpr SpecInfo info(const NoiseSubtracted*) {
  return {"NoiseSubtracted", "a level with the noise subtracted in power",
          "Hogan & Mann 1980, doi:10.1109/TBME.1980.326652"};
}
constexpr auto fields(const NoiseSubtracted*) {
  return field_list(field<&NoiseSubtracted::noise>("noise", "RMS of the noise in the band of the level", not_negative),
                    field<&NoiseSubtracted::snr_share>(
                        "snr_share", "marked low_snr where noise is more than this of the power", between(0.01, 1)));
}

class NoiseSubtractedRule {
 public:
  NoiseSubtractedRule(const NoiseSubtracted& spec, int channels) : share_(spec.snr_share) {
    for (int c = 0; c < channels; ++c) power_.push_back(spec.noise.at(c).value * spec.noise.at(c).value);
  }
  void apply(std::span<double> levels, std::span<Marks> marks) const noexcept {
    for (std::size_t c = 0; c < levels.size(); ++c) {
      const double all = levels[c] * levels[c];
      levels[c] = all > power_[c] ? std::sqrt(all - power_[c]) : 0;
      if (power_[c] > share_ * all) marks[c] |= mark::low_snr;
    }
  }

 private:
  double share_;
  std::vector<double> power_{};
};

using LiveNoiseSubtracted = LiveLevelStage<NoiseSubtracted, NoiseSubtractedRule>;

inline Result<LiveNoiseSubtracted> try_start(const NoiseSubtracted& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = refuse_not_given<NoiseSubtracted>("noise", spec.noise, "the RMS that a rest measured"))
    return *fault;
  if (auto fault = validate(spec)) return *fault;
  const int channels = format.channels.count();
  if (auto fault = refuse_count<NoiseSubtracted>("noise", spec.noise, channels)) return *fault;
  return LiveNoiseSubtracted(spec, format, NoiseSubtractedRule(spec, channels));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveNoiseSubtracted start(const NoiseSubtracted& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
