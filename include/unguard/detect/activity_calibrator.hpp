// SPDX-License-Identifier: Apache-2.0
// The ActivityCalibration of a declared rest and, where there is one, a declared contraction, both after the filters
// that the stream goes through. How often noise alone brings much evidence is counted on white noise, which is what the
// calibrated noise is once it has been whitened; large evidence grows rarer by a factor e a nat (Siegmund 1985,
// Sequential Analysis, ch. 2). Cost: allocates and counts over two million samples a channel, a tenth of a second.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/random.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/newest_first.hpp"
#include "unguard/detect/noise_calibrator.hpp"

namespace unguard {

struct ActivityCalibrator {
  NoiseCalibrator noise{};
  int lags = 6;
  double least_ratio = 1.5;  // RMS of the contraction over that of the rest

  friend bool operator==(const ActivityCalibrator&, const ActivityCalibrator&) = default;
};
constexpr SpecInfo info(const ActivityCalibrator*) {
  return {"ActivityCalibrator", "noise at rest, and what a contraction is like above it",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const ActivityCalibrator*) {
  using A = ActivityCalibrator;
  return std::tuple{
      field<&A::noise>("noise", "how the noise at rest is modelled"),
      field<&A::lags>("lags", "of the correlation of a contraction", between(0, 40)),
      field<&A::least_ratio>("least_ratio", "least RMS of the contraction, of that of the rest", between(1.1, 1000))};
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

// ln of how many times a sample white noise brings the evidence g, plus g. Counted where that is often, some two
// thousand times; every time the evidence begins anew.
inline double log_alarms_of(std::vector<ChangeSize> sizes, double most_a_sample) {
  ChangeBank bank(std::move(sizes), most_a_sample);
  NewestFirst white(bank.lags() + 1);
  RandomStream random(1, "alarms of white noise");
  constexpr double evidence = 7;
  constexpr std::int64_t samples = 4000000;
  for (std::size_t i = 0; i < white.length(); ++i) white.add(random.normal());
  std::int64_t alarms = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    white.add(random.normal());
    if (bank.step(white.data()) <= evidence) continue;
    ++alarms;
    bank.clear();
  }
  return std::log(std::max(1.0, static_cast<double>(alarms)) / static_cast<double>(samples)) + evidence;
}

}  // namespace activity_detail

// `contraction` may have no frames: then its spectrum is not known, and activity is looked for as if it were white
// where the noise is. `detector` says which sizes alarms are counted for. `band` says what both stretches have been
// through ("20-450 Hz order 4, causal"): the result is valid for that only.
inline Result<ActivityCalibration> try_calibrate_activity(const ActivityCalibrator& spec, ConstBlock rest,
                                                          ConstBlock contraction, const StreamFormat& format,
                                                          std::string band, const ActivityDetector& detector = {}) {
  using A = ActivityCalibrator;
  if (auto fault = validate(spec)) return *fault;
  auto noise = try_calibrate_noise(spec.noise, rest, format, std::move(band));
  if (!noise) return noise.fault();
  ActivityCalibration made{.noise = std::move(*noise), .lags = spec.lags};
  const bool has_contraction = contraction.frames > 0;
  if (has_contraction && !whitening_detail::is_a_block_of(contraction, format))
    return fault_in_words<A>("contraction", std::to_string(contraction.channels) + " channels",
                             "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  for (int c = 0; has_contraction && c < format.channels.count(); ++c) {
    const std::string where = " in channel \"" + format.channels[c].name + "\"";
    const auto fewest = made.noise.order + spec.lags + 1;
    const auto loud = whitening_detail::pieces_of(contraction, c, fewest, format.full_scale());
    const auto quiet = whitening_detail::pieces_of(rest, c, fewest, format.full_scale());
    const Seconds good = seconds_at({loud.samples}, format.rate);
    if (good < Seconds{0.5})
      return fault_in_words<A>("contraction", to_text(good) + " unmarked" + where, "at least 0.5 s");
    const auto in_rest =
        activity_detail::whitened_correlation(quiet.all, made.noise.of(c), made.noise.error(c), spec.lags);
    auto r = activity_detail::whitened_correlation(loud.all, made.noise.of(c), made.noise.error(c), spec.lags);
    double power = 0, rest_power = 0;
    for (const auto& piece : loud.all)
      for (const double x : piece) power += x * x;
    for (const auto& piece : quiet.all)
      for (const double x : piece) rest_power += x * x;
    const double ratio =
        std::sqrt(power / static_cast<double>(loud.samples) / (rest_power / static_cast<double>(quiet.samples)));
    if (!(ratio >= spec.least_ratio && r[0] > in_rest[0]))
      return fault_in_words<A>("contraction", to_text(ratio) + " times the RMS of the rest" + where,
                               "at least " + to_text(spec.least_ratio) + " times");
    for (std::size_t lag = 1; lag < r.size(); ++lag)
      made.correlation.push_back(std::clamp((r[lag] - in_rest[lag]) / (r[0] - in_rest[0]), -1.0, 1.0));
  }
  for (int c = 0; c < format.channels.count(); ++c) {
    // Without a contraction all channels are alike.
    if (c > 0 && !has_contraction) {
      made.log_alarms.push_back(made.log_alarms[0]);
      continue;
    }
    auto sizes = activity_detail::change_sizes<ActivityDetector>(detector.sizes, made.correlation_of(c));
    if (!sizes) return sizes.fault();
    made.log_alarms.push_back(activity_detail::log_alarms_of(std::move(*sizes), detector.most_a_sample));
  }
  return made;
}

#if defined(__cpp_exceptions)
inline ActivityCalibration calibrate_activity(const ActivityCalibrator& spec, ConstBlock rest, ConstBlock contraction,
                                              const StreamFormat& format, std::string band,
                                              const ActivityDetector& detector = {}) {
  return try_calibrate_activity(spec, rest, contraction, format, std::move(band), detector).take();
}
#endif

}  // namespace unguard
