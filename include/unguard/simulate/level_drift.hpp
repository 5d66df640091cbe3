// SPDX-License-Identifier: Apache-2.0
// Rest that is not as quiet now as it was: resting EMG and electrode noise rise and fall together over minutes, as skin
// and posture change; a threshold set once is wrong later. Electrode noise by skin and time: Huigen, Peper & Grimbergen
// 2002, doi:10.1007/BF02344216. Depths and periods are our own. Cost: a sine and an exponential a sample and channel.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"

namespace unguard {

// A sine; or a smooth walk from one level to the next, drawn anew every half period, evenly within the depth.
enum class DriftForm { sinusoid, walk };
constexpr std::array<std::string_view, 2> names(const DriftForm*) { return {"sinusoid", "walk"}; }

struct LevelDrift {
  DriftForm form = DriftForm::sinusoid;
  double depth_dB = 3;
  Seconds period{120};

  friend bool operator==(const LevelDrift&, const LevelDrift&) = default;
};
constexpr SpecInfo info(const LevelDrift*) {
  return {"LevelDrift", "slow drift of resting EMG and sensor noise", "Huigen et al. 2002, doi:10.1007/BF02344216"};
}
constexpr auto fields(const LevelDrift*) {
  return field_list(
      field<&LevelDrift::form>("form", "a sine, or a smooth random walk"),
      field<&LevelDrift::depth_dB>("depth_dB", "largest deviation from the level of the spec, up or down",
                                   between(0, 40)),
      field<&LevelDrift::period>("period", "time of one swing; the walk takes half of it from one level to the next",
                                 between(1, 86400)));
}

// One channel's drift, as a factor of the level; 1 on average over the decibels.
class DriftPlayer {
 public:
  DriftPlayer(const LevelDrift& spec, Hertz rate, RandomStream random)
      : spec_(spec), rate_(rate), random_(std::move(random)), phase_(random_.uniform()) {
    from_ = random_.uniform(-1, 1);
    to_ = random_.uniform(-1, 1);
  }
  double next() noexcept {
    using std::numbers::pi;
    const double swings = static_cast<double>(at_++) / (spec_.period * rate_);
    double share = 0;
    if (spec_.form == DriftForm::sinusoid) {
      share = std::sin(2 * pi * (swings + phase_));
    } else {
      for (; static_cast<double>(levels_ + 1) <= 2 * swings; ++levels_) {
        from_ = to_;
        to_ = random_.uniform(-1, 1);
      }
      const double u = 2 * swings - static_cast<double>(levels_);
      share = from_ + (to_ - from_) * (u * u * (3 - 2 * u));
    }
    return std::exp(std::numbers::ln10 / 20 * spec_.depth_dB * share);
  }

 private:
  LevelDrift spec_;
  Hertz rate_;
  RandomStream random_;
  double phase_;
  double from_ = 0, to_ = 0;
  std::int64_t levels_ = 0;  // how many the walk has passed
  std::int64_t at_ = 0;
};

}  // namespace unguard
