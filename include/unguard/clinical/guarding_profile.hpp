// SPDX-License-Identifier: Apache-2.0
// How loud each muscle is in good bends by trunk angle, and how much that differs from bend to bend: what a guarding
// index is told from. Of this person's own good bends (guarding_profiler.hpp), or of a table of others, filled in by
// hand. Stored in a plan. An index by angle against good trials or controls is proposed here; Main & Watson 1996 give
// no formula that could be checked, so theirs it is not. Cost: none; a value.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "unguard/clinical/bend_by_angle.hpp"
#include "unguard/core/fields.hpp"

namespace unguard {

// What says that the angle of a bend is not to be believed, and so no level by angle.
inline constexpr Doubts angle_not_believed = doubt::not_upright | doubt::angle_stuck;

// Channel after channel; of each, the bins of flexing and then those of extending.
struct GuardingProfile {
  AngleBins bins{};
  int bends = 0;                  // good bends, or people of a table; 0: there is no profile
  std::vector<double> means{};    // of ln of the RMS in uV
  std::vector<double> spreads{};  // its standard deviation from bend to bend, or between people; 0: no reference there
  std::vector<int> trials{};      // that a bin's mean is of
  // Of each channel. How bends differ: all bins together, the rest of the variance bin by bin, neighbours alike.
  std::vector<double> shared{};      // share of the variance in which all bins rise and fall together
  std::vector<double> neighbours{};  // correlation of the rest between neighbouring bins
  std::vector<double> freedom{};     // degrees of freedom of the spreads
  std::string how{};                 // band, what bends, when

  bool empty() const noexcept { return bends == 0; }
  int channels() const noexcept { return static_cast<int>(shared.size()); }
  std::size_t index(int channel, BendWay way, int bin) const noexcept {
    return static_cast<std::size_t>((2 * channel + (way == BendWay::extending)) * bins.count + bin);
  }
  friend bool operator==(const GuardingProfile&, const GuardingProfile&) = default;
};
constexpr SpecInfo info(const GuardingProfile*) {
  return {"GuardingProfile", "levels of good bends by trunk angle, and how much they differ",
          "by angle: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6; the index is proposed here"};
}
constexpr auto fields(const GuardingProfile*) {
  using G = GuardingProfile;
  return field_list(
      field<&G::bins>("bins", "ranges of the angle"),
      field<&G::bends>("bends", "good bends, or people of a table; 0: there is no profile", between(0, 1000000)),
      field<&G::means>("means", "of ln of the RMS in uV; channel after channel, flexing and then extending"),
      field<&G::spreads>("spreads", "its standard deviation from bend to bend; 0: no reference there", not_negative),
      field<&G::trials>("trials", "that a mean is of", between(0, 1000000)),
      field<&G::shared>("shared", "of each channel: share of the variance common to all bins", between(0, 1)),
      field<&G::neighbours>("neighbours", "of each channel: correlation of the rest between neighbouring bins",
                            between(0, 0.99)),
      field<&G::freedom>("freedom", "of each channel: degrees of freedom of the spreads", at_least(2)),
      field<&G::how>("how", "band, what bends, when"));
}

// What no field alone can say.
inline std::optional<Fault> refuse_guarding_profile(const GuardingProfile& profile) {
  using G = GuardingProfile;
  if (auto fault = validate(profile)) return fault;
  if (profile.empty()) return std::nullopt;
  if (profile.bends < 2) return fault_of<G>("bends", profile.bends, "at least 2, or 0 where there is no profile");
  const std::size_t channels = profile.shared.size(),
                    values = channels * 2 * static_cast<std::size_t>(profile.bins.count);
  const auto wrong = [](const char* name, std::size_t found, std::size_t expected, const char* each) {
    return fault_in_words<G>(name, std::to_string(found) + " numbers", std::to_string(expected) + ", " + each);
  };
  if (channels == 0) return wrong("shared", 0, 1, "one a channel, or more");
  if (profile.neighbours.size() != channels)
    return wrong("neighbours", profile.neighbours.size(), channels, "one a channel");
  if (profile.freedom.size() != channels) return wrong("freedom", profile.freedom.size(), channels, "one a channel");
  if (profile.means.size() != values) return wrong("means", profile.means.size(), values, "two a bin and channel");
  if (profile.spreads.size() != values)
    return wrong("spreads", profile.spreads.size(), values, "two a bin and channel");
  if (profile.trials.size() != values) return wrong("trials", profile.trials.size(), values, "two a bin and channel");
  for (std::size_t i = 0; i < values; ++i)
    if (profile.spreads[i] > 0 && profile.trials[i] < 2)
      return fault_in_words<G>("trials", std::to_string(profile.trials[i]) + " where there is a spread", "at least 2");
  return std::nullopt;
}

}  // namespace unguard
