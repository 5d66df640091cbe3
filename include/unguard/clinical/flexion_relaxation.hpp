// SPDX-License-Identifier: Apache-2.0
// Flexion-relaxation while it happens: the phases of each bend by the trunk angle (bend_phases.hpp), and how strong
// every muscle was in them, from band-passed EMG without the heart. A Bend a muscle, when somebody stands again; what
// is known before, so_far() tells. Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6; no cut-off is built in, for
// none holds from one laboratory to the next. Cost: a square a sample. Latency: until standing is decided.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/bend_phases.hpp"
#include "unguard/clinical/bend_stream.hpp"
#include "unguard/clinical/live_flexion_relaxation.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

// One column of the stream is the trunk angle, in degrees; all others are EMG in microvolts.
struct FlexionRelaxation {
  BendPhases phases{};
  std::vector<Microvolts> noise{};  // of electrode and amplifier, one for all muscles or one for each
  Microvolts floor{0.5};
  Seconds peak_window{1};
  bool as_published = false;
  double silence_share = 0.1;

  friend bool operator==(const FlexionRelaxation&, const FlexionRelaxation&) = default;
};
constexpr SpecInfo info(const FlexionRelaxation*) {
  return {"FlexionRelaxation", "levels of every muscle in the phases of each bend, and their ratios",
          "Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6; Mathieu & Fortin 2000, J. Electromyogr. Kinesiol. "
          "10:197"};
}
constexpr auto fields(const FlexionRelaxation*) {
  using F = FlexionRelaxation;
  return field_list(
      field<&F::phases>("phases", "how the angle is read"),
      field<&F::noise>("noise",
                       "RMS of electrode and amplifier in the band of the EMG, one for all muscles or one for each, "
                       "taken off in power; none: nothing is",
                       not_negative),
      field<&F::floor>("floor", "a level no further above the noise is at most that", between(0.01, 100)),
      field<&F::peak_window>("peak_window", "of the strongest stretch on the way down and up", between(0.05, 10)),
      field<&F::as_published>(
          "as_published", "the largest of all windows, which chance makes too large, and not what the strongest is"),
      field<&F::silence_share>("silence_share",
                               "of the strongest level on the way up, below which full flexion is silent",
                               between(0.01, 1)));
}

// How levels are made of powers, for so many muscles.
inline Result<BendLevelRule> bend_level_rule(const FlexionRelaxation& spec, int muscles) {
  auto noise = noise_powers<FlexionRelaxation>(spec.noise, muscles);
  if (!noise) return noise.fault();
  BendLevelRule rule;
  rule.noise = std::move(*noise);
  rule.floor = spec.floor.value * spec.floor.value;
  rule.window = std::max<std::int64_t>(1, std::llround(spec.peak_window * tick_rate));
  rule.silence_share = spec.silence_share;
  rule.as_published = spec.as_published;
  return rule;
}

// For this stream, or why there is none.
inline Result<LiveFlexionRelaxation<FlexionRelaxation>> try_start(const FlexionRelaxation& spec,
                                                                  const StreamFormat& format) {
  using F = FlexionRelaxation;
  auto stream = bend_stream(spec.phases, format);
  if (!stream) return stream.fault();
  if (auto fault = validate(spec)) return *fault;
  auto rule = bend_level_rule(spec, stream->muscles);
  if (!rule) return rule.fault();
  return LiveFlexionRelaxation<F>(spec, format, std::move(stream->phases), stream->column,
                                  FlexionLevels(std::move(*rule)));
}

#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveFlexionRelaxation<FlexionRelaxation> start(const FlexionRelaxation& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
