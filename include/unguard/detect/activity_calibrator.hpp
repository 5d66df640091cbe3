// SPDX-License-Identifier: Apache-2.0
// The ActivityCalibration of a declared rest and, where there is one, a declared contraction, both after the filters
// that the stream goes through. Where the heart is heard, the noise is modelled while it beats: whitened by that, a
// beat is no louder than the rest between, and what lies above its frequencies is as loud as ever. Noise: Burg 1975,
// Maximum Entropy Spectral Analysis, Stanford; how often it alone brings much evidence: alarm_tail.hpp. Cost: a second
// or two a channel.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/alarm_tail.hpp"
#include "unguard/detect/beat_limits.hpp"
#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/change_evidence.hpp"
#include "unguard/detect/followed_rest.hpp"
#include "unguard/detect/noise_calibrator.hpp"
#include "unguard/detect/thinned_channel.hpp"
#include "unguard/detect/thinned_stretch.hpp"

namespace unguard {

struct ActivityCalibrator {
  NoiseCalibrator noise{};
  int lags = 6;
  double least_ratio = 1.5;  // RMS of the contraction over that of the rest
  Seconds before{0.03};      // of each R peak, if there are any
  Seconds after{0.08};

  friend bool operator==(const ActivityCalibrator&, const ActivityCalibrator&) = default;
};
constexpr SpecInfo info(const ActivityCalibrator*) {
  return {"ActivityCalibrator", "noise at rest, and what a contraction is like above it",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const ActivityCalibrator*) {
  using A = ActivityCalibrator;
  return field_list(
      field<&A::noise>("noise", "how the noise at rest is modelled"),
      field<&A::lags>("lags", "of the correlation of a contraction", between(0, 40)),
      field<&A::least_ratio>("least_ratio", "least RMS of the contraction, of that of the rest", between(1.1, 1000)),
      field<&A::before>("before", "a beat lasts from so long before its R peak", between(0.005, 0.3)),
      field<&A::after>("after", "to so long after it", between(0.005, 0.5)));
}

namespace activity_detail {

// Mean products of a whitened record with itself, 0 to `lags` samples later, over what is not marked.
inline std::vector<double> whitened_correlation(const std::vector<std::vector<double>>& pieces,
                                                std::span<const double> noise, double error, int lags) {
  std::vector<double> sums(static_cast<std::size_t>(lags) + 1);
  double count = 0;
  for (const auto& piece : pieces) {
    if (piece.size() <= noise.size() + sums.size()) continue;
    std::vector<double> white;
    for (std::size_t n = noise.size(); n < piece.size(); ++n) {
      double e = piece[n];
      for (std::size_t i = 0; i < noise.size(); ++i) e += noise[i] * piece[n - 1 - i];
      white.push_back(e / error);
    }
    for (std::size_t lag = 0; lag < sums.size(); ++lag)
      for (std::size_t n = lag; n < white.size(); ++n) sums[lag] += white[n] * white[n - lag];
    count += static_cast<double>(white.size());
  }
  for (double& s : sums) s /= count;
  return sums;
}

// The marks of a rest, and what is no beat (or what is one) left out beside.
inline std::vector<Marks> marked_by_beats(ConstBlock rest, std::span<const std::int64_t> r_peaks, std::int64_t before,
                                          std::int64_t after, bool keep_beats) {
  std::vector<Marks> marks(static_cast<std::size_t>(rest.frames * rest.channels));
  if (rest.marks) std::copy_n(rest.marks, marks.size(), marks.begin());
  std::vector<bool> beat(static_cast<std::size_t>(rest.frames));
  for (const std::int64_t r : r_peaks)
    for (std::int64_t i = std::max<std::int64_t>(0, r - before); i < std::min(rest.frames, r + after); ++i)
      beat[static_cast<std::size_t>(i)] = true;
  for (std::int64_t i = 0; i < rest.frames; ++i)
    if (beat[static_cast<std::size_t>(i)] != keep_beats)
      for (int c = 0; c < rest.channels; ++c) marks[static_cast<std::size_t>(i * rest.channels + c)] |= mark::gated;
  return marks;
}

// A limit from fewer values is so high that no muscle would be above it.
inline constexpr std::size_t fewest_beats = 5;

// What a beat to come brings at most in one channel, behind what is known of the others. Refused where beats bring more
// evidence than noise does, and there are too few of them to say how loud the next one may be.
inline std::optional<Fault> learn_beats(ActivityCalibration& known, const ActivityDetector& detector, ConstBlock rest,
                                        int channel, const StreamFormat& format, const ChangeBank& bank,
                                        std::span<const std::int64_t> r_peaks, std::int64_t before,
                                        std::int64_t after) {
  const auto c = static_cast<std::size_t>(channel);
  const auto noise = known.noise.of(channel);
  const std::int64_t look = look_of(detector, format.rate);
  const ChangeEvidence evidence({noise.begin(), noise.end()}, known.noise.error(channel), bank,
                                following(detector, format.rate), look);
  const BeatSizes beats = beat_sizes(evidence, rest, channel, format.full_scale(), r_peaks, {before, after, look});
  double loudness = 0, most = 0;
  if (beats.evidence.size() >= fewest_beats) {
    const double chance = one_beat_an_hour(r_peaks, format.rate);
    loudness = std::exp(upper_prediction_limit(beats.log_loudness, chance));
    most = std::max(0.0, upper_prediction_limit(beats.evidence, chance));
  } else if (const double enough = enough_evidence(detector, format.rate, known.log_alarms[c], known.decay[c]);
             std::any_of(beats.evidence.begin(), beats.evidence.end(), [&](double e) { return e > enough; })) {
    return fault_in_words<ActivityCalibrator>("r_peaks",
                                              std::to_string(beats.evidence.size()) + " whole beats in channel \"" +
                                                  format.channels[channel].name + "\", louder than its noise",
                                              "at least " + std::to_string(fewest_beats) + " where they are");
  }
  known.beat_loudness.push_back(loudness);
  known.beat_evidence.push_back(most);
  return std::nullopt;
}

// What a contraction is like above the rest, behind the noise of that rest.
inline std::optional<Fault> learn_contraction(ActivityCalibration& known, const ActivityCalibrator& spec,
                                              ConstBlock rest, ConstBlock contraction, const StreamFormat& format) {
  using A = ActivityCalibrator;
  for (int c = 0; c < format.channels.count(); ++c) {
    const std::string where = " in channel \"" + format.channels[c].name + "\"";
    const auto fewest = known.noise.order + spec.lags + 1;
    const auto loud = whitening_detail::pieces_of(contraction, c, fewest, format.full_scale());
    const auto still = whitening_detail::pieces_of(rest, c, fewest, format.full_scale());
    const Seconds good = seconds_at({loud.samples}, format.rate);
    if (still.samples == 0)
      return fault_in_words<A>("rest", "no " + std::to_string(fewest) + " unmarked samples in a row" + where,
                               "one such piece at least");
    if (good < Seconds{0.5})
      return fault_in_words<A>("contraction", to_text(good) + " unmarked" + where, "at least 0.5 s");
    if (auto fault = whitening_detail::refuse_offset<A>("contraction", whitening_detail::steadiness_of(loud), where))
      return *fault;
    const auto in_rest = whitened_correlation(still.all, known.noise.of(c), known.noise.error(c), spec.lags);
    auto r = whitened_correlation(loud.all, known.noise.of(c), known.noise.error(c), spec.lags);
    double power = 0, rest_power = 0;
    for (const auto& piece : loud.all)
      for (const double x : piece) power += x * x;
    for (const auto& piece : still.all)
      for (const double x : piece) rest_power += x * x;
    const double ratio =
        std::sqrt(power / static_cast<double>(loud.samples) / (rest_power / static_cast<double>(still.samples)));
    if (!(ratio >= spec.least_ratio && r[0] > in_rest[0]))
      return fault_in_words<A>("contraction", to_text(ratio) + " times the RMS of the rest" + where,
                               "at least " + to_text(spec.least_ratio) + " times");
    for (std::size_t lag = 1; lag < r.size(); ++lag)
      known.correlation.push_back(std::clamp((r[lag] - in_rest[lag]) / (r[0] - in_rest[0]), -1.0, 1.0));
  }
  return std::nullopt;
}

// Of stretches that are as the detector hears them, and beats in order.
inline Result<ActivityCalibration> calibration_as_heard(const ActivityCalibrator& spec, ConstBlock rest,
                                                        ConstBlock contraction, const StreamFormat& format,
                                                        std::string band, const ActivityDetector& detector,
                                                        std::span<const std::int64_t> r_peaks) {
  using A = ActivityCalibrator;
  const std::int64_t before = samples_in(spec.before, format.rate), after = samples_in(spec.after, format.rate);
  std::vector<Marks> between, beating;
  const ConstBlock heard = rest;
  ConstBlock quiet = rest;
  if (!r_peaks.empty()) {
    between = marked_by_beats(rest, r_peaks, before, after, false);
    beating = marked_by_beats(rest, r_peaks, before, after, true);
    quiet.marks = between.data();
  }
  // Whether it is a rest at all is asked of what lies between the beats.
  auto noise = try_calibrate_noise(spec.noise, quiet, format, band);
  if (!noise) return noise.fault();
  ActivityCalibration made{.noise = *noise, .level = noise->level, .lags = spec.lags};
  if (!r_peaks.empty()) {
    rest.marks = beating.data();
    NoiseCalibrator of_beats = spec.noise;
    // An edge of the rest may cut one of them short; and of less no noise model is made.
    const Seconds few = std::max(Seconds{0.2}, (static_cast<double>(fewest_beats) - 0.5) * (spec.before + spec.after));
    if (r_peaks.size() < fewest_beats && few <= spec.noise.shortest)
      return fault_in_words<A>("r_peaks", std::to_string(r_peaks.size()) + " beats",
                               "at least " + std::to_string(fewest_beats) + ", or none");
    of_beats.shortest = std::min(spec.noise.shortest, few);
    of_beats.most_marked = 1;
    of_beats.most_change = of_beats.most_peaked = 1000;
    noise = try_calibrate_noise(of_beats, rest, format, std::move(band));
    if (!noise) return noise.fault();
    made.noise = std::move(*noise);
    made.noise.level.how += "; of beats";
  }
  if (contraction.frames > 0)
    if (auto fault = learn_contraction(made, spec, rest, contraction, format)) return *fault;
  made.counted_for = counted_for(detector);
  const RestFollowing rule = following(detector, format.rate);
  for (int c = 0; c < format.channels.count(); ++c) {
    auto sizes = change_sizes<ActivityDetector>(detector.sizes, made.correlation_of(c));
    if (!sizes) return sizes.fault();
    const ChangeBank bank(std::move(*sizes), detector.most_a_sample);
    const auto tail = alarm_tail(spec.noise, rest, c, format, bank, rule);
    made.log_alarms.push_back(tail.log_alarms);
    made.decay.push_back(tail.decay);
    const auto looks = looks_at(heard, c, made.noise, format.full_scale(), rule.block);
    const auto followed = follow(looks, rule);
    constexpr double dB_a_nat = 10 / std::numbers::ln10;
    made.settled_dB.push_back(dB_a_nat * followed.settled);
    made.end_dB.push_back(dB_a_nat * (followed.end - followed.settled));
    made.end_dB_a_second.push_back(dB_a_nat * followed.drift * format.rate.value / static_cast<double>(rule.block));
    if (r_peaks.empty()) continue;
    if (auto fault = learn_beats(made, detector, heard, c, format, bank, r_peaks, before, after)) return *fault;
  }
  return made;
}

}  // namespace activity_detail

// `r_peaks`: frames of the rest at which the heart beats, where it is heard; also those so near before (below 0) and
// behind that the beat reaches into it. `contraction` may have no frames: then its spectrum is not known, and activity
// is looked for as if it were white where the noise is. `detector` says which settings alarms are counted for: one that
// has others does not start with what is made here. `band` says what both stretches have been through ("20-450 Hz order
// 4, causal"): the result is valid for that only.
inline Result<ActivityCalibration> try_calibrate_activity(const ActivityCalibrator& spec, ConstBlock rest,
                                                          ConstBlock contraction, const StreamFormat& format,
                                                          std::string band, const ActivityDetector& detector = {},
                                                          std::span<const std::int64_t> r_peaks = {}) {
  using A = ActivityCalibrator;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = validate(detector)) return *fault;
  if (!whitening_detail::is_a_block_of(rest, format))
    return fault_in_words<A>("rest", std::to_string(rest.channels) + " channels",
                             "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  const std::int64_t before = samples_in(spec.before, format.rate), after = samples_in(spec.after, format.rate);
  for (const std::int64_t r : r_peaks)
    if (r <= -after || r >= rest.frames + before)
      return fault_in_words<A>("r_peaks", "a beat at frame " + std::to_string(r),
                               "beats that reach into the rest, frames " + std::to_string(1 - after) + " to " +
                                   std::to_string(rest.frames + before - 1));
  std::vector<std::int64_t> in_order(r_peaks.begin(), r_peaks.end());
  std::sort(in_order.begin(), in_order.end());
  if (const auto twice = std::adjacent_find(in_order.begin(), in_order.end()); twice != in_order.end())
    return fault_in_words<A>("r_peaks", "frame " + std::to_string(*twice) + " twice", "every beat once");
  if (contraction.frames > 0 && !whitening_detail::is_a_block_of(contraction, format))
    return fault_in_words<A>("contraction", std::to_string(contraction.channels) + " channels",
                             "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  const int mean_of = thinning(format.rate);
  if (mean_of == 1)
    return activity_detail::calibration_as_heard(spec, rest, contraction, format, std::move(band), detector, in_order);
  const ThinnedStretch still = thinned(rest, mean_of, format.full_scale());
  const ThinnedStretch loud = thinned(contraction, mean_of, format.full_scale());
  StreamFormat of_means = format;
  of_means.rate = format.rate / mean_of;
  // What reaches in by less than a mean is left out.
  std::vector<std::int64_t> beats;
  for (const std::int64_t r : in_order) {
    const std::int64_t beat = mean_at(r, mean_of);
    const bool reaches_in =
        beat > -samples_in(spec.after, of_means.rate) && beat < still.frames + samples_in(spec.before, of_means.rate);
    if (reaches_in && (beats.empty() || beat > beats.back())) beats.push_back(beat);
  }
  auto made = activity_detail::calibration_as_heard(spec, still.block(), loud.block(), of_means, std::move(band),
                                                    detector, beats);
  if (!made) return made;
  made->mean_of = mean_of;
  // How loud rest is, is said of samples: so is how loud an event is.
  const auto quiet = activity_detail::marked_by_beats(still.block(), beats, samples_in(spec.before, of_means.rate),
                                                      samples_in(spec.after, of_means.rate), false);
  for (int c = 0; c < format.channels.count(); ++c) {
    Estimate& level = made->level.per_channel[static_cast<std::size_t>(c)];
    const double more = over_means(rest, still, quiet, c, mean_of);
    for (double* v : {&level.value, &level.low, &level.high}) *v *= more;
  }
  made->level.samples *= mean_of;
  return made;
}

#if defined(__cpp_exceptions)
inline ActivityCalibration calibrate_activity(const ActivityCalibrator& spec, ConstBlock rest, ConstBlock contraction,
                                              const StreamFormat& format, std::string band,
                                              const ActivityDetector& detector = {},
                                              std::span<const std::int64_t> r_peaks = {}) {
  return try_calibrate_activity(spec, rest, contraction, format, std::move(band), detector, r_peaks).take();
}
#endif

}  // namespace unguard
