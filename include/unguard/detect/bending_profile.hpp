// SPDX-License-Identifier: Apache-2.0
// How loud each muscle of one person is while bending well, by trunk angle, and its spectrum there: what a spike on
// bending is told from. Made from that person's own trials (bending_profiler.hpp) or taken from a table; stored in a
// plan. Cost: a search through the angles a look-up.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"
#include "unguard/detect/noise_model.hpp"

namespace unguard {

struct BendingProfile {
  std::vector<double> angles{};  // degrees, ascending; one: the level does not depend on the angle
  std::vector<double> levels{};  // RMS in uV at each angle, channel after channel
  NoiseModel movement{};         // of EMG divided by its level, RMS 1
  std::vector<double> holds{};   // RMS in uV of each channel in full flexion, geometric mean of trials; none: not known
  std::vector<double> spreads{};  // of its logarithm between trials, standard deviation

  bool empty() const noexcept { return angles.empty(); }
  // Between two angles on a straight line, beyond the ends the end's.
  double level(int channel, double degrees) const noexcept {
    const double* of = levels.data() + angles.size() * static_cast<std::size_t>(channel);
    if (!(degrees > angles.front())) return of[0];
    if (degrees >= angles.back()) return of[angles.size() - 1];
    const auto above = std::upper_bound(angles.begin(), angles.end(), degrees);
    const auto i = static_cast<std::size_t>(above - angles.begin());
    const double share = (degrees - angles[i - 1]) / (angles[i] - angles[i - 1]);
    return of[i - 1] + share * (of[i] - of[i - 1]);
  }
  friend bool operator==(const BendingProfile&, const BendingProfile&) = default;
};
constexpr SpecInfo info(const BendingProfile*) {
  return {"BendingProfile", "a person's own level of each muscle while bending, by trunk angle",
          "Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6 (levels of bending are the person's own)"};
}
constexpr auto fields(const BendingProfile*) {
  using B = BendingProfile;
  return field_list(field<&B::angles>("angles", "degrees, ascending; one: at every angle the same"),
                    field<&B::levels>("levels", "RMS in uV at each angle, channel after channel"),
                    field<&B::movement>("movement", "spectrum of EMG divided by its level"),
                    field<&B::holds>("holds", "RMS in uV of each channel in full flexion; none: not known"),
                    field<&B::spreads>("spreads", "standard deviation of its logarithm between trials"));
}

// What to expect of one muscle, degree by degree: the largest level within some degrees to either side, because nobody
// falls silent at the same angle twice, and no less than a share of the largest of all. Cost: O(1) a look-up.
class ExpectedLevel {
 public:
  ExpectedLevel(const BendingProfile& profile, int channel, Degrees around, double least_share) {
    const auto from = static_cast<int>(std::floor(profile.angles.front() - around.value)) - 1;
    const auto to = static_cast<int>(std::ceil(profile.angles.back() + around.value)) + 1;
    const auto reach = static_cast<int>(std::ceil(around.value));
    double largest = 0;
    for (int at = from; at <= to; ++at) {
      double most = 0;
      for (int near = at - reach; near <= at + reach; ++near) most = std::max(most, profile.level(channel, near));
      levels_.push_back(most);
      largest = std::max(largest, most);
    }
    for (double& level : levels_) level = std::max(level, least_share * largest);
    first_ = from;
  }
  double at(double degrees) const noexcept {
    // Whitening would make a spike of every step.
    const double i = std::clamp(degrees - first_, 0.0, static_cast<double>(levels_.size() - 2));
    const auto below = static_cast<std::size_t>(i);
    return levels_[below] + (i - static_cast<double>(below)) * (levels_[below + 1] - levels_[below]);
  }

 private:
  double first_ = 0;
  std::vector<double> levels_;
};

template <Spec Owner>
std::optional<Fault> refuse_profile(const BendingProfile& profile, int channels, Hertz rate) {
  const auto refused = [](const char* field, std::string found, std::string expected) {
    return Fault{std::string(info_of<Owner>().name), std::string("profile.") + field, std::move(found),
                 std::move(expected)};
  };
  for (std::size_t i = 0; i < profile.angles.size(); ++i)
    if (!(std::fabs(profile.angles[i]) <= 360) || (i > 0 && !(profile.angles[i] > profile.angles[i - 1])))
      return refused("angles", to_text(profile.angles), "ascending degrees within one turn");
  if (profile.levels.size() != profile.angles.size() * static_cast<std::size_t>(channels))
    return refused("levels", std::to_string(profile.levels.size()) + " numbers",
                   std::to_string(profile.angles.size()) + " for each of " + std::to_string(channels) + " channels");
  for (const double level : profile.levels)
    if (!(std::isfinite(level) && level > 0)) return refused("levels", to_text(level), "finite numbers above 0 uV");
  for (const auto& [name, values] : {std::pair{"holds", &profile.holds}, {"spreads", &profile.spreads}}) {
    if (values->size() != profile.holds.size() || (!values->empty() && std::ssize(*values) != channels))
      return refused(name, std::to_string(values->size()) + " numbers",
                     "none, or one for each of " + std::to_string(channels) + " channels");
    for (const double v : *values)
      if (!(std::isfinite(v) && v > 0)) return refused(name, to_text(v), "finite numbers above 0");
  }
  return refuse_noise_model<Owner>(profile.movement, "profile.movement", channels, rate);
}

}  // namespace unguard
