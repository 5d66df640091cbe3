// SPDX-License-Identifier: Apache-2.0
// Single motor units that fire in a muscle at rest, for seconds, then pause: what a calibration of rest meets when a
// person does not let go entirely. One unit a channel. Rates of steady low firing: Fuglevand et al. 1993,
// doi:10.1152/jn.1993.70.6.2470; shape: the biphasic Hermite-Rodriguez function, Lo Conte et al. 1994,
// doi:10.1109/10.335863. Cost: a comparison a sample, an exponential while an action potential passes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"
#include "unguard/simulate/stretches.hpp"
#include "unguard/simulate/truth.hpp"

namespace unguard {

struct RestingUnits {
  Hertz slowest{5};
  Hertz fastest{12};
  double variability = 0.2;
  Seconds shortest{1};
  Seconds longest{20};
  Seconds mean_pause{20};
  Seconds width{0.01};
  PerChannel<Microvolts> height{Microvolts{12}};
  Seconds after{20};

  friend bool operator==(const RestingUnits&, const RestingUnits&) = default;
};
constexpr SpecInfo info(const RestingUnits*) {
  return {"RestingUnits", "trains of a single motor unit in declared rest",
          "Fuglevand et al. 1993, doi:10.1152/jn.1993.70.6.2470"};
}
constexpr auto fields(const RestingUnits*) {
  return field_list(
      field<&RestingUnits::slowest>("slowest", "lowest mean rate of a train", between(1, 30)),
      field<&RestingUnits::fastest>("fastest", "highest mean rate of a train", between(1, 30)),
      field<&RestingUnits::variability>("variability", "standard deviation of an interval, as a share of the mean",
                                        between(0, 0.3)),
      field<&RestingUnits::shortest>("shortest", "shortest train", between(0.5, 3600)),
      field<&RestingUnits::longest>("longest", "longest train", between(0.5, 3600)),
      field<&RestingUnits::mean_pause>("mean_pause", "mean time between two trains", between(0.1, 86400)),
      field<&RestingUnits::width>("width", "length of an action potential", between(0.004, 0.03)),
      field<&RestingUnits::height>("height", "peak to peak of an action potential; 0: no unit", between(0, 1000)),
      field<&RestingUnits::after>("after", "no train begins before", between(0, 86400)));
}

// One channel's trains, and the instants of all firings, in samples; both in order.
struct UnitFirings {
  std::vector<TrueTrain> trains;
  std::vector<double> instants;
};

inline UnitFirings draw_resting_units(const RestingUnits& spec, RandomStream stretches, RandomStream random,
                                      int channel, SampleIndex end, Hertz rate) {
  UnitFirings all;
  if (spec.height.at(channel).value == 0) return all;
  const double half = 0.5 * (spec.width * rate);
  for (const Stretch& s :
       draw_stretches({spec.after, spec.mean_pause, spec.shortest, spec.longest}, std::move(stretches), end, rate)) {
    const double firing = random.uniform(spec.slowest.value, spec.fastest.value), mean = rate.value / firing;
    TrueTrain train{.channel = channel, .begin = s.begin, .end = s.end, .rate = {firing}};
    const double last = static_cast<double>(s.end.value) - half;
    for (double t = static_cast<double>(s.begin.value) + half; t < last;) {
      all.instants.push_back(t);
      ++train.firings;
      train.end = {static_cast<std::int64_t>(std::ceil(t + half))};
      t += mean * std::max(0.3, 1 + spec.variability * random.normal());
    }
    all.trains.push_back(train);
  }
  return all;
}

// One channel's unit, in uV. The middle of an action potential lies at the instant of its firing.
class RestingUnitPlayer {
 public:
  RestingUnitPlayer(const RestingUnits& spec, Microvolts height, std::vector<double> instants, Hertz rate)
      : instants_(std::move(instants)), half_(0.5 * (spec.width * rate)), height_(height.value / peak_to_peak) {}

  double next() noexcept {
    const double now = static_cast<double>(at_++);
    while (first_ < instants_.size() && instants_[first_] + half_ <= now) ++first_;
    double sum = 0;
    for (std::size_t i = first_; i < instants_.size() && instants_[i] - half_ <= now; ++i) {
      const double u = 4 * (now - instants_[i]) / half_;  // cut where 0.1 % of it is left
      sum -= u * std::exp(-0.5 * u * u);
    }
    return height_ * sum;
  }

 private:
  static constexpr double peak_to_peak = 1.2130613194252668;  // 2 exp(-1/2)

  std::vector<double> instants_;
  double half_;
  double height_;
  std::size_t first_ = 0;  // all before it are over
  std::int64_t at_ = 0;
};

}  // namespace unguard
