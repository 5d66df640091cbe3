// SPDX-License-Identifier: Apache-2.0
// The NoiseModel of a declared rest, after the filters that the stream goes through: Burg's method over what is not
// marked. Refuses stretches too short, with too many marked samples, flat, with an offset, that change, or that hold
// spikes or heartbeats. Burg 1975, Maximum Entropy Spectral Analysis, Stanford; several stretches: de Waele & Broersen
// 2000, IEEE Trans. Signal Process. 48:2876. Cost: allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/envelope/level_interval.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/filter/burg.hpp"

namespace unguard {

struct NoiseCalibrator {
  int order = 20;
  Seconds shortest{2};       // of unmarked signal
  double most_marked = 0.2;  // of the stretch
  double most_change = 1.5;  // between quarters of the rest
  double most_peaked = 1.3;  // RMS over what the median magnitude says it is

  friend bool operator==(const NoiseCalibrator&, const NoiseCalibrator&) = default;
};
constexpr SpecInfo info(const NoiseCalibrator*) {
  return {"NoiseCalibrator", "spectrum and level of the noise at rest",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const NoiseCalibrator*) {
  using N = NoiseCalibrator;
  return field_list(
      field<&N::order>("order", "of the model", between(1, 100)),
      field<&N::shortest>("shortest", "least unmarked signal", between(0.2, 3600)),
      field<&N::most_marked>("most_marked", "largest share of marked samples", between(0, 1)),
      field<&N::most_change>("most_change", "largest ratio of the RMS of two quarters of the rest", between(1.1, 1000)),
      field<&N::most_peaked>("most_peaked",
                             "largest RMS of what its median magnitude says of Gaussian noise: of spikes, heartbeats "
                             "and bursts more",
                             between(1.05, 1000)));
}

// `band` says what the stretch has been through ("20-450 Hz order 4, causal"): the model is valid for that only.
inline Result<NoiseModel> try_calibrate_noise(const NoiseCalibrator& spec, ConstBlock rest, const StreamFormat& format,
                                              std::string band) {
  using N = NoiseCalibrator;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (!whitening_detail::is_a_block_of(rest, format))
    return fault_in_words<N>("rest", std::to_string(rest.channels) + " channels",
                             "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  NoiseModel made{.rate = format.rate, .order = spec.order};
  std::int64_t fewest = rest.frames;
  for (int c = 0; c < format.channels.count(); ++c) {
    const std::string where = " in channel \"" + format.channels[c].name + "\"";
    const auto pieces = whitening_detail::pieces_of(rest, c, spec.order, format.full_scale());
    const Seconds good = seconds_at({pieces.samples}, format.rate);
    if (good < spec.shortest)
      return fault_in_words<N>("rest", to_text(good) + " unmarked" + where,
                               "unmarked signal of at least " + to_text(spec.shortest));
    const double marked = 1 - static_cast<double>(pieces.samples) / static_cast<double>(rest.frames);
    if (marked > spec.most_marked)
      return fault_in_words<N>("rest", to_text(marked) + " marked, clipped or between marks" + where,
                               "a share of at most " + to_text(spec.most_marked));
    const ArModel model = burg(pieces.spans(), spec.order);
    if (!(model.power > 0 && model.error_power > 1e-12 * model.power))
      return fault_in_words<N>("rest", "flat or a pure tone" + where, "a signal that is not known from its past");
    const auto steady = whitening_detail::steadiness_of(pieces);
    if (auto fault = whitening_detail::refuse_offset<N>("rest", steady, where)) return *fault;
    if (!(steady.loudest <= spec.most_change * steady.quietest))
      return fault_in_words<N>(
          "rest",
          "quarters of " + to_text(Microvolts{steady.quietest}) + " to " + to_text(Microvolts{steady.loudest}) + where,
          "a steady rest, quarters within a factor of " + to_text(spec.most_change));
    if (!(steady.level <= spec.most_peaked * steady.of_median))
      return fault_in_words<N>(
          "rest",
          "an RMS of " + to_text(Microvolts{steady.level}) + " where its median magnitude says " +
              to_text(Microvolts{steady.of_median}) + where,
          "rest without spikes, bursts and heartbeats, a ratio of at most " + to_text(spec.most_peaked));
    double freedom = 0;
    for (const auto& piece : pieces.all) freedom += degrees_of_freedom(piece, static_cast<std::int64_t>(piece.size()));
    made.coefficients.insert(made.coefficients.end(), model.coefficients.begin(), model.coefficients.end());
    made.level.per_channel.push_back((*level_interval(std::max(freedom, 0.1))).of(std::sqrt(model.power)));
    fewest = std::min(fewest, pieces.samples);
  }
  made.level.quantity = "noise at rest";
  made.level.duration = seconds_at({fewest}, format.rate);
  made.level.samples = fewest;
  made.level.how = std::move(band) + "; RMS over the stretch";
  return made;
}

#if defined(__cpp_exceptions)
inline NoiseModel calibrate_noise(const NoiseCalibrator& spec, ConstBlock rest, const StreamFormat& format,
                                  std::string band) {
  return try_calibrate_noise(spec, rest, format, std::move(band)).take();
}
#endif

}  // namespace unguard
