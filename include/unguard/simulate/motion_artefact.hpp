// SPDX-License-Identifier: Apache-2.0
// Electrode motion: wander between 1 and 10 Hz, and tugs at the cable as half sines of 50-300 ms.
// Band of motion artefact below 20 Hz: De Luca et al. 2010, doi:10.1016/j.jbiomech.2010.01.027. Cost: one section.
#pragma once

#include <cmath>
#include <numbers>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/stretches.hpp"

namespace unguard {

struct MotionArtefact {
  PerChannel<Microvolts> wander{Microvolts{20}};
  double tugs_per_minute = 1;
  Microvolts tug{1000};
  Seconds tug_shortest{0.05};
  Seconds tug_longest{0.3};
  Seconds after{20};

  friend bool operator==(const MotionArtefact&, const MotionArtefact&) = default;
};
constexpr SpecInfo info(const MotionArtefact*) {
  return {"MotionArtefact", "slow wander and cable tugs", "De Luca et al. 2010, doi:10.1016/j.jbiomech.2010.01.027"};
}
constexpr auto fields(const MotionArtefact*) {
  return field_list(
      field<&MotionArtefact::wander>("wander", "RMS of the wander between 1 and 10 Hz", between(0, 100000)),
      field<&MotionArtefact::tugs_per_minute>("tugs_per_minute", "mean number of tugs a minute and channel",
                                              between(0, 60)),
      field<&MotionArtefact::tug>("tug", "height of a tug", between(0, 1000000)),
      field<&MotionArtefact::tug_shortest>("tug_shortest", "shortest tug", between(0.01, 1)),
      field<&MotionArtefact::tug_longest>("tug_longest", "longest tug", between(0.01, 5)),
      field<&MotionArtefact::after>("after", "no tug begins before", between(0, 86400)));
}

inline std::vector<Stretch> draw_tugs(const MotionArtefact& spec, RandomStream random, SampleIndex end, Hertz rate) {
  if (spec.tugs_per_minute == 0) return {};
  return draw_stretches({spec.after, {60 / spec.tugs_per_minute}, spec.tug_shortest, spec.tug_longest},
                        std::move(random), end, rate);
}

// One channel's motion, in uV.
class MotionPlayer {
 public:
  MotionPlayer(const MotionArtefact& spec, Microvolts wander, std::vector<Stretch> tugs, Hertz rate,
               RandomStream random)
      : wander_(wander.value), tug_(spec.tug.value), tugs_(std::move(tugs)), random_(std::move(random)) {
    section_ = (*design(Bandpass{.low = {1}, .high = {10}, .order = 1}, rate))[0];
    const double variance = noise_power({section_});
    wander_ /= std::sqrt(variance);
    for (std::int64_t i = 0; i < samples_in({6}, rate); ++i) step(section_, state_, random_.normal());  // run in
  }
  double at(SampleIndex i) noexcept {
    double x = wander_ * step(section_, state_, random_.normal());
    if (const Stretch* t = tugs_.holding(i)) {
      const double u = static_cast<double>(i - t->begin + 1) / static_cast<double>(t->end - t->begin + 1);
      x += (tugs_.count() % 2 ? -tug_ : tug_) * std::sin(std::numbers::pi * u);  // one up, one down
    }
    return x;
  }

 private:
  double wander_, tug_;
  StretchPlayer tugs_;
  RandomStream random_;
  Section section_{};
  SectionState state_{};
};

}  // namespace unguard
