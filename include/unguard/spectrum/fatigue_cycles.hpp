// SPDX-License-Identifier: Apache-2.0
// Fatigue while somebody moves: EMG is compared at the same angle of every repetition, for length and load of the
// muscle change its spectrum more than fatigue does. Bonato, Roy, Knaflitz & De Luca 2001, IEEE Trans. Biomed. Eng.
// 48:745, on repeated tasks. Cost: O(N), offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class Crossing { upward, downward };
constexpr std::array<std::string_view, 2> names(const Crossing*) { return {"upward", "downward"}; }

// Where in a repetition. `swing` is how far the angle must have been on the other side before it counts again.
struct CyclePoint {
  Degrees angle{45};
  Crossing crossing = Crossing::upward;
  Degrees swing{5};

  friend bool operator==(const CyclePoint&, const CyclePoint&) = default;
};
constexpr SpecInfo info(const CyclePoint*) {
  return {"CyclePoint", "the point of a repetition at which EMG is compared",
          "Bonato, Roy, Knaflitz & De Luca 2001, IEEE Trans. Biomed. Eng. 48:745"};
}
constexpr auto fields(const CyclePoint*) {
  return field_list(field<&CyclePoint::angle>("angle", "the angle at which EMG is compared", between(-720, 720)),
                    field<&CyclePoint::crossing>("crossing", "on the way up or down"),
                    field<&CyclePoint::swing>("swing", "how far on the other side it must have been", between(0, 360)));
}

// The frame of each repetition at which the angle (one value a frame, in degrees) gets there. An angle that is not
// finite is none: the crossing within such a gap is left out.
inline Result<std::vector<std::int64_t>> cycle_frames(std::span<const double> angle, const CyclePoint& spec) {
  if (auto fault = validate(spec)) return *fault;
  const double side = spec.crossing == Crossing::upward ? 1 : -1, there = side * spec.angle.value;
  std::vector<std::int64_t> frames;
  bool ready = false;
  for (std::size_t n = 0; n < angle.size(); ++n) {
    const double a = side * angle[n];
    if (!std::isfinite(a)) {
      ready = false;
    } else if (ready && a >= there) {
      frames.push_back(static_cast<std::int64_t>(n));
      ready = false;
    } else if (a < there && a <= there - spec.swing.value) {
      ready = true;
    }
  }
  return frames;
}

// For each point in time the window whose middle is nearest, or none within `reach`. Both are in seconds and ascend;
// what does not is refused, for the nearest would not be found.
inline Result<std::vector<std::optional<std::size_t>>> windows_at(std::span<const double> seconds,
                                                                  std::span<const double> points, Seconds reach) {
  const auto descent = [](std::string_view name, std::span<const double> times) -> std::optional<Fault> {
    for (std::size_t i = 0; i < times.size(); ++i)
      if (!std::isfinite(times[i]) || (i > 0 && times[i] < times[i - 1]))
        return Fault{"windows_at", std::string(name) + "[" + to_text(i) + "]", to_text(times[i]),
                     "a finite time, not before the one before it"};
    return std::nullopt;
  };
  if (auto fault = descent("seconds", seconds)) return *fault;
  if (auto fault = descent("points", points)) return *fault;
  if (!(reach.value >= 0)) return Fault{"windows_at", "reach", to_text(reach), "at least 0 s"};
  std::vector<std::optional<std::size_t>> chosen;
  for (const double point : points) {
    const auto after =
        static_cast<std::size_t>(std::lower_bound(seconds.begin(), seconds.end(), point) - seconds.begin());
    std::optional<std::size_t> nearest;
    for (const std::size_t w :
         {after - 1, after})  // before the first there is none: that wraps around, beyond the last
      if (w < seconds.size() &&
          std::fabs(seconds[w] - point) <= (nearest ? std::fabs(seconds[*nearest] - point) : reach.value))
        nearest = w;
    chosen.push_back(nearest);
  }
  return chosen;
}

}  // namespace unguard
