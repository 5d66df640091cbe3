// SPDX-License-Identifier: Apache-2.0
// Mains hum: a fundamental that drifts slowly about its nominal frequency, and harmonics locked to it.
// Drift of grid frequency within 0.2 Hz: EN 50160. Cost: one sine a harmonic, channel and sample.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"

namespace unguard {

struct MainsArtefact {
  Hertz frequency{50};
  PerChannel<Microvolts> level{Microvolts{5}};
  std::vector<double> harmonics{0, 0.3, 0, 0.15, 0, 0.08};
  Hertz drift{0.1};
  Seconds drift_period{60};

  friend bool operator==(const MainsArtefact&, const MainsArtefact&) = default;
};
constexpr SpecInfo info(const MainsArtefact*) {
  return {"MainsArtefact", "mains hum with drift and harmonics", "EN 50160"};
}
constexpr auto fields(const MainsArtefact*) {
  return field_list(
      field<&MainsArtefact::frequency>("frequency", "nominal frequency", between(45, 65)),
      field<&MainsArtefact::level>("level", "RMS of the fundamental", between(0, 100000)),
      field<&MainsArtefact::harmonics>("harmonics",
                                       "RMS of the 2nd, 3rd, ... over that of the fundamental; those "
                                       "above half the rate are left out",
                                       between(0, 10)),
      field<&MainsArtefact::drift>("drift", "largest deviation from the nominal frequency", between(0, 1)),
      field<&MainsArtefact::drift_period>("drift_period", "time of one swing of the frequency", between(1, 86400)));
}

// One channel's hum, in uV. The phase is a closed form of the sample index: no error grows.
class MainsTone {
 public:
  MainsTone(const MainsArtefact& spec, Microvolts level, Hertz rate, RandomStream random)
      : frequency_(spec.frequency), drift_(spec.drift), period_(spec.drift_period), rate_(rate) {
    const double peak = level.value * std::numbers::sqrt2;
    for (std::size_t i = 0; i <= spec.harmonics.size(); ++i) {
      const double phase = random.uniform();  // drawn for every harmonic, used or not
      const double order = static_cast<double>(i + 1), height = i == 0 ? peak : peak * spec.harmonics[i - 1];
      if (height != 0 && order * (frequency_ + drift_).value < rate.value / 2) lines_.push_back({order, height, phase});
    }
  }
  double at(SampleIndex i) const noexcept {
    using std::numbers::pi;
    const double t = static_cast<double>(i.value) / rate_.value, turn = 2 * pi / period_.value;
    double cycles = frequency_.value * t + drift_.value / turn * (1 - std::cos(turn * t));
    cycles -= std::floor(cycles);
    double sum = 0;
    for (const auto& l : lines_) sum += l.height * std::sin(2 * pi * (l.order * cycles + l.phase));
    return sum;
  }

 private:
  struct Line {
    double order, height, phase;
  };
  Hertz frequency_, drift_;
  Seconds period_;
  Hertz rate_;
  std::vector<Line> lines_;
};

}  // namespace unguard
