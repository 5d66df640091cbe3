// SPDX-License-Identifier: Apache-2.0
// Activity that rises where it should fall: in declared bending, short rises above this person's own level at that
// angle (SPIKE ON BENDING), and in declared full flexion a level that this person's good trials do not have (GUARDING).
// Rules proposed here; the clinical picture: Geisser et al. 2005, doi:10.1016/j.jpain.2005.06.008. Rises are found by
// quickest detection (change_bank.hpp) in EMG that is divided by its expected level and whitened. Cost: that of
// ActivityDetector. Latency: decision delay.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/bending_profile.hpp"
#include "unguard/detect/live_bending_detector.hpp"

namespace unguard {

// One column of the stream may be the trunk angle, in degrees; all others are band-passed EMG in microvolts. Without a
// profile nothing is found, for without a person's own level there is no telling.
struct BendingDetector {
  BendingProfile profile{};
  std::string angle{};       // name of the channel with the trunk angle; needed where the profile has several
  Degrees around{8};         // so much earlier or later the same level is expected
  double least_share = 0.2;  // of the largest level, that is expected at every angle
  double margin = 1.25;      // a level this many times the expected one is still expected
  double rise = 1.5;         // what peaks lower, in times the expected level, is no spike
  std::vector<double> sizes{2, 6, 10};  // dB of power above the margin that are looked for
  double false_alarms = 0.5;            // an hour of bending and channel
  Seconds shortest{0.03};
  Seconds longest{2};  // a longer rise is no spike, but ACTIVITY
  Seconds join{0.05};
  double guarded = 2;  // spreads of the hold above its expected level
  Seconds held{0.5};   // of a hold, before anything is said of it
  OnMarks on_marks{};

  friend bool operator==(const BendingDetector&, const BendingDetector&) = default;
};
constexpr SpecInfo info(const BendingDetector*) {
  return {"BendingDetector", "spikes on bending and guarding in full flexion, against the person's own profile",
          "rules proposed after Geisser et al. 2005, doi:10.1016/j.jpain.2005.06.008; Page 1954, "
          "doi:10.1093/biomet/41.1-2.100"};
}
constexpr auto fields(const BendingDetector*) {
  using B = BendingDetector;
  return field_list(
      field<&B::profile>("profile", "the person's own levels; required"),
      field<&B::angle>("angle", "name of the channel with the trunk angle in degrees; none: there is none"),
      field<&B::around>("around", "so much earlier or later the same level is expected", between(0.0, 45)),
      field<&B::least_share>("least_share", "of the largest level, that is expected at every angle", between(0.0, 1)),
      field<&B::margin>("margin", "times the expected level that are still expected", between(1, 10)),
      field<&B::rise>("rise", "lowest peak of a spike, in times the expected level", between(1, 100)),
      field<&B::sizes>("sizes", "dB of power above the margin that are looked for; 1 to 8, ascending"),
      field<&B::false_alarms>("false_alarms", "an hour of bending and channel, of EMG at the margin",
                              between(1e-4, 1e4)),
      field<&B::shortest>("shortest", "shorter rises are cancelled", between(0.0, 10)),
      field<&B::longest>("longest", "longer ones are no spikes", between(0.05, 60)),
      field<&B::join>("join", "a shorter gap does not end one", between(0.0, 10)),
      field<&B::guarded>("guarded", "how many spreads above its expected level a hold is guarded", between(0.5, 100)),
      field<&B::held>("held", "of a hold, before anything is said of it", between(0.1, 60)),
      field<&B::on_marks>("on_marks", "what marks do to events"));
}

namespace bending_detail {

// Alarms of white noise at evidence g: exp(-2 - g) a sample at most, for banks of up to eight sizes (measured by the
// tests of ChangeBank).
inline constexpr double log_alarms_of_white_noise = -2;

// The detector of rises in EMG of level 1.
inline ActivityDetector rises(const BendingDetector& spec) {
  ActivityDetector inner;
  inner.calibration.noise = spec.profile.movement;
  inner.calibration.level = spec.profile.movement.level;
  inner.calibration.log_alarms.assign(spec.profile.movement.level.per_channel.size(), log_alarms_of_white_noise);
  inner.calibration.decay.assign(spec.profile.movement.level.per_channel.size(), 1);
  inner.false_alarms = spec.false_alarms;
  inner.sizes = spec.sizes;
  inner.shortest = spec.shortest;
  inner.join = spec.join;
  inner.tracking = 0;
  inner.cap = 1;
  inner.on_marks = spec.on_marks;
  return inner;
}

}  // namespace bending_detail

// The detector for this stream, or why there is none.
inline Result<LiveBendingDetector<BendingDetector>> try_start(const BendingDetector& spec, const StreamFormat& format) {
  using B = BendingDetector;
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  std::optional<int> angle;
  if (!spec.angle.empty()) {
    angle = format.channels.find(spec.angle);
    if (!angle) return fault_in_words<B>("angle", "\"" + spec.angle + "\"", "the name of one of the stream's channels");
    if (format.channels[*angle].unit != "deg")
      return Fault{"StreamFormat", "channels", "\"" + spec.angle + "\" in " + format.channels[*angle].unit,
                   "a trunk angle in deg"};
  }
  std::vector<Channel> muscles;
  for (int c = 0; c < format.channels.count(); ++c)
    if (c != angle) muscles.push_back(format.channels[c]);
  if (spec.profile.empty())
    return fault_in_words<B>("profile", "empty", "what profile_bending() makes of the person's own trials");
  if (auto fault = refuse_profile<B>(spec.profile, static_cast<int>(muscles.size()), format.rate)) return *fault;
  if (spec.profile.angles.size() > 1 && !angle)
    return fault_in_words<B>("angle", "not given", "a channel with the trunk angle, for the profile has several");
  if (!(spec.shortest < spec.longest))
    return fault_of<B>("shortest", spec.shortest, "below longest, " + to_text(spec.longest));
  StreamFormat of_muscles = format;
  of_muscles.channels = Channels(std::move(muscles));
  auto rises = try_start(bending_detail::rises(spec), of_muscles);
  if (!rises) {
    Fault fault = rises.fault();
    if (fault.owner == "ActivityDetector") fault.owner = "BendingDetector";
    return fault;
  }
  return LiveBendingDetector<B>(spec, format, std::move(*rises), angle);
}

#if defined(__cpp_exceptions)
// The detector for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveBendingDetector<BendingDetector> start(const BendingDetector& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
