// SPDX-License-Identifier: Apache-2.0
// The amplitude script: when a muscle is how active. It multiplies the carrier before any band-pass, because a muscle
// does; gating after one leaves broadband steps that no electrode ever saw (Staude et al. 2001,
// doi:10.1155/S1110865701000191). Ramps are polynomials, so they repeat on every machine. Cost: O(overlap) a sample.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

enum class RampShape { step, linear, smooth };
constexpr std::array<std::string_view, 3> names(const RampShape*) { return {"step", "linear", "smooth"}; }

// `level` uV RMS from onset to before offset, rising and falling within. Overlapping segments add in power.
struct Segment {
  SampleIndex onset{};
  SampleIndex offset{};
  Microvolts level{};
  RampShape shape = RampShape::linear;
  std::int64_t rise = 0;  // samples, part of the segment
  std::int64_t fall = 0;
};

// Above 0 at every sample of the segment: the first one of a ramp of r samples has 1 / (r + 1) of the way.
inline double gain_at(const Segment& s, SampleIndex at) noexcept {
  if (at < s.onset || !(at < s.offset)) return 0;
  if (s.shape == RampShape::step) return s.level.value;
  const auto part = [&](std::int64_t done, std::int64_t ramp) {
    const double u = done < ramp ? static_cast<double>(done + 1) / static_cast<double>(ramp + 1) : 1.0;
    return s.shape == RampShape::smooth ? u * u * (3 - 2 * u) : u;
  };
  return s.level.value * std::min(part(at - s.onset, s.rise), part(s.offset - at - 1, s.fall));
}

// A channel's script, played sample by sample.
class SegmentPlayer {
 public:
  explicit SegmentPlayer(std::vector<Segment> segments) : segments_(std::move(segments)) {
    std::stable_sort(segments_.begin(), segments_.end(),
                     [](const Segment& a, const Segment& b) { return a.onset < b.onset; });
  }
  // Of the next sample, in uV RMS.
  double next() noexcept {
    while (first_ < segments_.size() && !(at_ < segments_[first_].offset)) ++first_;
    double only = 0, power = 0;
    int active = 0;
    for (std::size_t i = first_; i < segments_.size() && !(at_ < segments_[i].onset); ++i) {
      const double g = gain_at(segments_[i], at_);
      if (g == 0) continue;
      only = g;
      power += g * g;
      ++active;
    }
    at_ = at_ + 1;
    return active > 1 ? std::sqrt(power) : only;
  }
  const std::vector<Segment>& segments() const noexcept { return segments_; }

 private:
  std::vector<Segment> segments_;
  std::size_t first_ = 0;  // all before it are over
  SampleIndex at_{};
};

}  // namespace unguard
