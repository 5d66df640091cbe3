// SPDX-License-Identifier: Apache-2.0
// Bending forward and coming back: stand, bend, hang in full flexion, return. A healthy back falls silent near the end
// of the bend (flexion-relaxation: Kippers & Parker 1984, Spine 9:740); a guarded one holds on and bends less far.
// Angle: minimum jerk, Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985. Cost: a polynomial a sample.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/random.hpp"
#include "unguard/simulate/truth.hpp"

namespace unguard {

enum class BendingPattern { healthy, guarded };
constexpr std::array<std::string_view, 2> names(const BendingPattern*) { return {"healthy", "guarded"}; }

// Declared rest first, then cycles until the time is up, standing at the end. Levels are RMS over the whole band and
// add in power to the resting EMG.
struct Bending {
  BendingPattern pattern = BendingPattern::healthy;
  Seconds rest{20};
  Seconds stand{4};
  Seconds bend{4};
  Seconds hold{4};
  Seconds back{4};
  double unevenness = 0.1;
  Degrees upright{2};
  Degrees full_flexion{100};
  double silence_at = 0.8;
  double return_at = 0.85;
  Microvolts standing_level{2};
  Microvolts bending_level{25};
  Microvolts hold_level{10};
  Microvolts returning_level{60};
  Seconds ramp{0.3};
  int spikes = 2;
  double lowest_spike = 2;
  double highest_spike = 4;

  friend bool operator==(const Bending&, const Bending&) = default;
};
constexpr SpecInfo info(const Bending*) {
  return {"Bending", "cycles of bending forward, with or without flexion-relaxation",
          "Kippers & Parker 1984, Spine 9:740"};
}
constexpr auto fields(const Bending*) {
  return field_list(
      field<&Bending::pattern>("pattern", "healthy: silent at full flexion; guarded: never silent, spikes on bending"),
      field<&Bending::rest>("rest", "declared rest before the first cycle", between(1, 86400)),
      field<&Bending::stand>("stand", "standing before each bend", between(1, 600)),
      field<&Bending::bend>("bend", "bending forward", between(1, 600)),
      field<&Bending::hold>("hold", "hanging in full flexion", between(1, 600)),
      field<&Bending::back>("back", "coming back up", between(1, 600)),
      field<&Bending::unevenness>("unevenness", "largest deviation of a phase's duration, as a share", between(0, 0.5)),
      field<&Bending::upright>("upright", "trunk angle in standing", between(-30, 30)),
      field<&Bending::full_flexion>("full_flexion", "trunk angle in full flexion", between(31, 150)),
      field<&Bending::silence_at>("silence_at",
                                  "share of the range at which a healthy back falls silent; each channel "
                                  "within 0.03 of it",
                                  between(0.3, 0.95)),
      field<&Bending::return_at>("return_at", "share of the range at which a healthy back starts again; likewise",
                                 between(0.3, 0.95)),
      field<&Bending::standing_level>("standing_level", "muscle tone in standing", between(0, 1000)),
      field<&Bending::bending_level>("bending_level", "activity while bending", between(0.1, 10000)),
      field<&Bending::hold_level>("hold_level", "activity in full flexion; guarded only", between(0.1, 10000)),
      field<&Bending::returning_level>("returning_level", "activity while coming back", between(0.1, 10000)),
      field<&Bending::ramp>("ramp", "time of each rise and fall", between(0, 1)),
      field<&Bending::spikes>("spikes", "spikes in each bend and channel; guarded only", between(0, 5)),
      field<&Bending::lowest_spike>("lowest_spike", "weakest spike: peak over the bend's activity", between(1.5, 20)),
      field<&Bending::highest_spike>("highest_spike", "strongest spike", between(1.5, 20)));
}

// One cycle by the samples at which its phases begin.
struct BendingCycle {
  SampleIndex stand{}, bend{}, hold{}, back{}, end{};
};

inline std::vector<BendingCycle> draw_cycles(const Bending& spec, RandomStream random, SampleIndex end, Hertz rate) {
  std::vector<BendingCycle> all;
  const auto about = [&](Seconds t) { return samples_in(t * (1 + spec.unevenness * random.uniform(-1, 1)), rate); };
  for (SampleIndex at{samples_in(spec.rest, rate)};;) {
    BendingCycle c{.stand = at};
    c.bend = c.stand + about(spec.stand);
    c.hold = c.bend + about(spec.bend);
    c.back = c.hold + about(spec.hold);
    c.end = c.back + about(spec.back);
    if (end < c.end) return all;
    all.push_back(c);
    at = c.end;
  }
}

// Share of the range of motion, 0 upright to 1 in full flexion: 10 u^3 - 15 u^4 + 6 u^5 along bend and return.
inline double flexion_at(const BendingCycle& c, SampleIndex at) noexcept {
  const auto minimum_jerk = [](std::int64_t done, std::int64_t all) {
    const double u = static_cast<double>(done) / static_cast<double>(all);
    return u * u * u * (10 + u * (6 * u - 15));
  };
  if (at < c.bend || !(at < c.end)) return 0;
  if (at < c.hold) return minimum_jerk(at - c.bend, c.hold - c.bend);
  if (at < c.back) return 1;
  return 1 - minimum_jerk(at - c.back, c.end - c.back);
}

// The first sample of [from, to) at which the flexion has passed `share` (it only rises, or only falls, there).
inline SampleIndex crossing(const BendingCycle& c, SampleIndex from, SampleIndex to, double share) {
  const bool rising = flexion_at(c, from) < share;
  while (from < to) {
    const SampleIndex middle = from + (to - from) / 2;
    if ((flexion_at(c, middle) >= share) == rising)
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

inline Degrees angle_of(const Bending& spec, double flexion) {
  return spec.upright + flexion * (spec.full_flexion - spec.upright);
}

// The trunk angle, sample by sample.
class AnglePlayer {
 public:
  AnglePlayer(const Bending& spec, std::vector<BendingCycle> cycles) : spec_(spec), cycles_(std::move(cycles)) {}
  double next() noexcept {
    while (next_ < cycles_.size() && !(at_ < cycles_[next_].end)) ++next_;
    const double flexion = next_ < cycles_.size() ? flexion_at(cycles_[next_], at_) : 0.0;
    at_ = at_ + 1;
    return angle_of(spec_, flexion).value;
  }

 private:
  Bending spec_;
  std::vector<BendingCycle> cycles_;
  std::size_t next_ = 0;
  SampleIndex at_{};
};

inline void add_phases(const std::vector<BendingCycle>& cycles, SampleIndex end, Truth& truth) {
  const auto add = [&](Context phase, MarkerKind marker, SampleIndex begin, SampleIndex until) {
    if (!(begin < until)) return;
    truth.phases.push_back({phase, begin, until});
    truth.markers.push_back({begin, marker, 0});
  };
  const SampleIndex rest_ends = cycles.empty() ? end : cycles.front().stand;
  add(Context::rest, MarkerKind::rest_begins, {0}, rest_ends);
  truth.markers.push_back({rest_ends, MarkerKind::rest_ends, 0});
  for (const auto& c : cycles) {
    add(Context::standing, MarkerKind::standing, c.stand, c.bend);
    add(Context::bending, MarkerKind::bending, c.bend, c.hold);
    add(Context::full_flexion, MarkerKind::full_flexion, c.hold, c.back);
    add(Context::returning, MarkerKind::returning, c.back, c.end);
  }
  if (!cycles.empty()) add(Context::standing, MarkerKind::standing, cycles.back().end, end);
}

}  // namespace unguard
