// SPDX-License-Identifier: Apache-2.0
// Every bend of every muscle by the trunk angle (bend_by_angle.hpp) while it happens: what a guarding index is made of,
// learnt from good bends and asked of new ones alike. A BendByAngle a muscle when somebody stands again; what is known
// before, so_far() tells. Levels by angle as in Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6. Cost: a square
// a sample. Latency: until standing is decided.
#pragma once

#include <utility>
#include <vector>

#include "unguard/clinical/bend_by_angle.hpp"
#include "unguard/clinical/bend_stream.hpp"
#include "unguard/clinical/live_bend_measure.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

// One column of the stream is the trunk angle, in degrees; all others are EMG in microvolts.
struct LevelsByAngle {
  BendPhases phases{};
  AngleBins bins{};
  std::vector<Microvolts> noise{};  // of electrode and amplifier, one for all muscles or one for each
  Microvolts floor{0.5};

  friend bool operator==(const LevelsByAngle&, const LevelsByAngle&) = default;
};
constexpr SpecInfo info(const LevelsByAngle*) {
  return {"LevelsByAngle", "levels of every muscle by trunk angle, bend by bend",
          "Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6 (levels of bending are the person's own)"};
}
constexpr auto fields(const LevelsByAngle*) {
  using L = LevelsByAngle;
  return field_list(
      field<&L::phases>("phases", "how the angle is read"), field<&L::bins>("bins", "ranges of the angle"),
      field<&L::noise>("noise",
                       "RMS of electrode and amplifier in the band of the EMG, one for all muscles or one for each, "
                       "taken off in power; none: nothing is",
                       not_negative),
      field<&L::floor>("floor", "a level no further above the noise is at most that", between(0.01, 100)));
}

using LiveLevelsByAngle = LiveBendMeasure<LevelsByAngle, BendAngleLevels>;

// For this stream, or why there is none.
inline Result<LiveLevelsByAngle> try_start(const LevelsByAngle& spec, const StreamFormat& format) {
  auto stream = bend_stream(spec.phases, format);
  if (!stream) return stream.fault();
  if (auto fault = validate(spec)) return *fault;
  auto noise = noise_powers<LevelsByAngle>(spec.noise, stream->muscles);
  if (!noise) return noise.fault();
  return LiveLevelsByAngle(spec, format, std::move(stream->phases), stream->column,
                           BendAngleLevels(spec.bins, std::move(*noise), spec.floor.value * spec.floor.value));
}

#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveLevelsByAngle start(const LevelsByAngle& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
