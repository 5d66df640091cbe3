// SPDX-License-Identifier: Apache-2.0
// OFFLINE ONLY: rest level and spread of a whole recording in which nobody declared a rest, from its quietest windows,
// corrected for having been chosen as the quietest: the lowest share p of normal window levels lies lambda = phi(z_p)/p
// standard deviations low, with variance 1 - z_p lambda - lambda^2. Johnson, Kotz & Balakrishnan 1994, Continuous
// Univariate Distributions 1, ch. 13.10. Cost: one pass, one sort of the windows.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "unguard/detect/rest_calibrator.hpp"

namespace unguard {

namespace rest_detail {

// Long enough that choosing hardly biases, short enough to fit between two contractions.
inline constexpr Seconds quiet_window{0.5};

// Mean (negated) and variance of the lowest share p of standard normal values.
struct Lowest {
  double lambda = 0;
  double variance = 1;
};
inline Lowest lowest(double p) {
  if (!(p < 1)) return {};
  double low = -40, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double z = (low + high) / 2;
    (0.5 * std::erfc(-z / std::numbers::sqrt2) < p ? low : high) = z;
  }
  const double z = (low + high) / 2;
  const double lambda = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) / p;
  return {lambda, std::max(0.0, 1 - z * lambda - lambda * lambda)};
}

// Level and spread as all of the noise has them, from those of the quietest share p of its windows of K envelope
// windows each: within a window the variance is (1 - 1/K) of all, between the chosen ones lowest(p).variance / K of it,
// and their levels lie lambda sd / sqrt(K) low.
inline MedianAndSpread unchosen(MedianAndSpread chosen, double p, double k) {
  const Lowest l = lowest(p);
  MedianAndSpread all;
  all.spread = chosen.spread / std::sqrt(1 - (1 - l.variance) / k);
  all.median = chosen.median + l.lambda * all.spread / std::sqrt(k);
  return all;
}

}  // namespace rest_detail

// From the quietest unmarked windows that add up to max(2 s, 10 % of the record), each channel for itself.
inline Result<RestCalibration> try_calibrate_quietest_offline(const RestCalibrator& spec, ConstBlock record,
                                                              const StreamFormat& format, std::string band) {
  using namespace rest_detail;
  auto shape = shape_of(spec, record, format);
  if (!shape) return shape.fault();
  if (!(spec.slow * 2 <= quiet_window))
    return fault_of<RestCalibrator>("slow", spec.slow, "at most half of the quiet window, " + to_text(quiet_window));
  const std::int64_t window = samples_in(quiet_window, format.rate);
  const std::int64_t wanted = std::max(samples_in(std::max(spec.shortest, Seconds{2}), format.rate), record.frames / 10);
  const auto count = static_cast<std::size_t>((wanted + window - 1) / window);

  std::vector<RestNoise> channels;
  std::int64_t fewest = record.frames;
  for (int c = 0; c < record.channels; ++c) {
    std::vector<std::pair<double, std::int64_t>> levels;  // mean square, first frame
    for (std::int64_t first = 0; first + window <= record.frames; first += window) {
      double sum = 0;
      bool marked = false;
      for (std::int64_t i = first; i < first + window; ++i) {
        marked = marked || is_marked(record, i, c);
        if (!marked) sum += record(i, c) * record(i, c);
      }
      if (!marked) levels.emplace_back(sum / static_cast<double>(window), first);
    }
    if (levels.size() < count)
      return fault_of<RestCalibrator>("record", seconds_at({static_cast<std::int64_t>(levels.size()) * window}, format.rate),
                                      "unmarked windows that add up to " + to_text(seconds_at({wanted}, format.rate)));
    std::sort(levels.begin(), levels.end());
    // Windows of noise: those below twice the quietest ones' level, four times their mean square.
    const double border = 4 * levels[count / 2].first;
    const auto noise = static_cast<double>(
        std::count_if(levels.begin(), levels.end(), [&](const auto& l) { return l.first <= border; }));
    RestCollector collector(shape->slow, shape->fast, static_cast<std::int64_t>(count) * window);
    for (std::size_t i = 0; i < count; ++i)
      collect(record, c, levels[i].second, levels[i].second + window, *shape, collector);
    fewest = std::min(fewest, collector.samples());
    RestNoise n = collector.noise();
    if (auto fault = refuse_noise(n, format.channels[c])) return *fault;
    const double p = std::min(1.0, static_cast<double>(count) / noise);
    const auto slow = unchosen({n.level, n.spread}, p, quiet_window / spec.slow);
    const auto fast = unchosen({n.fast_level, n.fast_spread}, p, quiet_window / spec.fast);
    channels.push_back({slow.median, slow.spread, fast.median, fast.spread});
  }
  return rest_calibration(channels, spec.slow, spec.fast,
                          {CalibrationSource::quietest, fewest, format.rate, std::move(band)});
}

#if defined(__cpp_exceptions)
inline RestCalibration calibrate_quietest_offline(const RestCalibrator& spec, ConstBlock record,
                                                  const StreamFormat& format, std::string band) {
  return try_calibrate_quietest_offline(spec, record, format, std::move(band)).take();
}
#endif

}  // namespace unguard
