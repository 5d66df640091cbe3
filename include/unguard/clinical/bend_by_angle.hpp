// SPDX-License-Identifier: Apache-2.0
// One bend of one muscle by the trunk angle: how strong it was in each range of angles, on the way down and on the way
// up separately, for the same angle asks different work of both. Angles count from where the person stood, so that a
// sensor that sits otherwise today changes nothing. Levels: RMS, noise taken off in power, on the logarithm. Cost: an
// addition a tick of the bend.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/bend_follower.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Ranges of the trunk angle, forward from standing: `count` of the same width, side by side.
inline constexpr int most_angle_bins = 32;
struct AngleBins {
  Degrees first{5};  // where the first begins: below it is how somebody stands
  Degrees width{10};
  int count = 12;

  Degrees middle(int bin) const noexcept { return first + width * (bin + 0.5); }
  // Below 0, or `count` and more, where there is none.
  double place(double degrees) const noexcept { return std::floor((degrees - first.value) / width.value); }
  friend bool operator==(const AngleBins&, const AngleBins&) = default;
};
constexpr SpecInfo info(const AngleBins*) {
  return {"AngleBins", "ranges of the trunk angle, forward from standing", "unguard"};
}
constexpr auto fields(const AngleBins*) {
  using A = AngleBins;
  return field_list(field<&A::first>("first", "where the first range begins", between(-45, 90)),
                    field<&A::width>("width", "of each", between(1, 60)),
                    field<&A::count>("count", "how many there are", between(1, most_angle_bins)));
}

enum class BendWay { flexing, extending };
constexpr std::array<std::string_view, 2> names(const BendWay*) { return {"flexing", "extending"}; }

// A level in one range of angles.
struct BinLevel {
  double log = 0;          // ln of the RMS in uV, noise taken off
  std::int64_t ticks = 0;  // hundredths of a second that went into it; 0: there is none
  bool at_floor = false;   // no more than the floor above the noise

  bool known() const noexcept { return ticks > 0; }
  friend bool operator==(const BinLevel&, const BinLevel&) = default;
};

struct BendByAngle {
  std::int64_t number = 0;  // of the record, from 1
  int channel = 0;
  SampleIndex bending{}, end{};  // of the bend; the same: there is none
  Degrees upright{};             // where the angle counts from
  Degrees deepest{};             // from there
  AngleBins bins{};
  std::array<BinLevel, 2 * most_angle_bins> levels{};  // flexing, then extending
  Doubts doubts = doubt::none;
  Marks reasons = mark::none;

  static constexpr std::size_t index(BendWay way, int bin) noexcept {
    return static_cast<std::size_t>(way == BendWay::flexing ? bin : most_angle_bins + bin);
  }
  const BinLevel& at(BendWay way, int bin) const noexcept { return levels[index(way, bin)]; }
  friend bool operator==(const BendByAngle&, const BendByAngle&) = default;
};

template <class Archive>
void archive_report(Archive& archive, BendByAngle& b) {
  archive(b.number);
  archive(b.channel);
  archive(b.bending.value);
  archive(b.end.value);
  for (Degrees* angle : {&b.upright, &b.deepest, &b.bins.first, &b.bins.width}) {
    archive(angle->value);
    if (!std::isfinite(angle->value)) *angle = {};  // not from here
  }
  if (!(b.bins.width.value > 0)) b.bins.width = {10};
  archive(b.bins.count);
  if (!(b.bins.count >= 1 && b.bins.count <= most_angle_bins)) b.bins.count = 1;
  for (BinLevel& level : b.levels) {
    archive(level.log);
    archive(level.ticks);
    archive(level.at_floor);
    if (!(std::isfinite(level.log) && level.ticks >= 0)) level = {};
  }
  archive(b.doubts);
  archive(b.reasons);
}

// What the levels of a bend are made by; a Measure of live_bend_measure.hpp.
class BendAngleLevels {
 public:
  using Item = BendByAngle;
  // Shorter than 50 ms, a level of EMG is mostly chance.
  static constexpr std::int64_t least_ticks = 5;

  // Powers in uV^2; `noise` one a channel, or none.
  BendAngleLevels(AngleBins bins, std::vector<double> noise, double floor)
      : bins_(bins), noise_(std::move(noise)), floor_(floor) {}

  void remember(std::int64_t) {}
  void whole(const PowerCourse& course, const BendFollower& follower, BendByAngle& bend) const noexcept {
    measure(course, follower, follower.last(), bend);
  }
  void so_far(const PowerCourse& course, const BendFollower& follower, SampleIndex now,
              BendByAngle& bend) const noexcept {
    measure(course, follower, follower.so_far(now.value), bend);
  }

 private:
  void measure(const PowerCourse& course, const BendFollower& follower, const BendEdges& e,
               BendByAngle& bend) const noexcept {
    const auto& phases = follower.phases();
    bend.bins = bins_;
    bend.bending = {e.bending};
    bend.end = {e.end};
    bend.upright = phases.angle_at({e.bending});
    bend.doubts |= doubts_of_upright(bend.upright);
    if (noise_.empty()) bend.doubts |= doubt::noise_unknown;
    if (e.bending / course.length() < course.begin()) bend.doubts |= doubt::not_remembered;
    way(course, phases, e.bending, e.full, BendWay::flexing, bend);
    way(course, phases, e.returning, e.end, BendWay::extending, bend);
    // The hold may be the deepest.
    bend.deepest = std::max(bend.deepest, phases.angle_at({(e.full + e.returning) / 2}) - bend.upright);
  }
  // As far as both powers and angles are known.
  void way(const PowerCourse& course, const LiveBendPhases<BendPhases>& phases, std::int64_t from, std::int64_t to,
           BendWay which, BendByAngle& bend) const noexcept {
    std::array<double, most_angle_bins> sums{};
    std::array<std::int64_t, most_angle_bins> counts{};
    const std::int64_t last = std::min({to / course.length(), course.end(), phases.angles_end()});
    for (std::int64_t t = std::max(from / course.length(), course.begin()); t < last; ++t) {
      const Degrees angle = phases.angle_at({t * course.length()}) - bend.upright;
      bend.deepest = std::max(bend.deepest, angle);
      const double power = course.at(bend.channel, t), place = bins_.place(angle.value);
      if (!(power >= 0 && place >= 0 && place < bins_.count)) continue;
      sums[static_cast<std::size_t>(place)] += power;
      ++counts[static_cast<std::size_t>(place)];
    }
    const double noise = noise_.empty() ? 0 : noise_[static_cast<std::size_t>(bend.channel)];
    for (int bin = 0; bin < bins_.count; ++bin) {
      const auto k = static_cast<std::size_t>(bin);
      if (counts[k] < least_ticks) continue;
      const double left = sums[k] / static_cast<double>(counts[k]) - noise;
      bend.levels[BendByAngle::index(which, bin)] = {0.5 * std::log(std::max(left, floor_)), counts[k], left < floor_};
    }
  }

  AngleBins bins_;
  std::vector<double> noise_;
  double floor_;
};

}  // namespace unguard
