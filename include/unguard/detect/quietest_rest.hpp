// SPDX-License-Identifier: Apache-2.0
// OFFLINE ONLY: rest level and spread of a whole recording in which nobody declared a rest, from its quietest windows,
// corrected for having been chosen as the quietest: the lowest share p of normal window levels lies lambda = phi(z_p)/p
// standard deviations low, with variance 1 - z_p lambda - lambda^2. Johnson, Kotz & Balakrishnan 1994, Continuous
// Univariate Distributions 1, ch. 13.10. Then widened, because rest that changes is more than its quietest part.
// Cost: two passes and one sort of the windows a channel, a median a widening.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "unguard/detect/rest_baseline.hpp"
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
// windows each. Levels lie lambda sd / sqrt(K) low. The variance within a window is (1 - 1/K) of all, between the
// chosen ones lowest(p).variance / K of it; and quiet windows are those without large values: choosing by mean square
// lowers the variance by lambda / sqrt(K) times coefficient of variation plus skewness, which for a moving RMS are
// equal.
inline MedianAndSpread unchosen(MedianAndSpread chosen, double p, double k) {
  const Lowest l = lowest(p);
  MedianAndSpread all = chosen;
  for (int i = 0; i < 50; ++i) {
    const double variation = std::min(0.5, all.spread / all.median);
    const double kept = 1 - (1 - l.variance) / k - 2 * l.lambda * variation / std::sqrt(k);
    all.spread = chosen.spread / std::sqrt(std::max(0.25, kept));
    all.median = chosen.median + l.lambda * all.spread / std::sqrt(k);
  }
  return all;
}

// Both envelopes of one channel: a value every quarter window and, by pieces of one slow window, the largest.
struct Envelopes {
  std::vector<double> slow, fast;            // root mean squares, one a quarter window, piece by piece
  std::vector<double> slow_most, fast_most;  // one a piece
  std::vector<bool> usable;                  // whether the windows behind a piece were whole and unmarked
  std::size_t slow_a_piece = 0, fast_a_piece = 0;
};
inline Envelopes envelopes_of(ConstBlock record, int channel, Shape shape) {
  MovingSum slow(shape.slow, 1), fast(shape.fast, 1);
  Envelopes e;
  const std::int64_t slow_hop = hop_of(shape.slow), fast_hop = hop_of(shape.fast);
  e.slow_a_piece = static_cast<std::size_t>((shape.slow + slow_hop - 1) / slow_hop);
  e.fast_a_piece = static_cast<std::size_t>((shape.slow + fast_hop - 1) / fast_hop);
  std::int64_t good = 0;
  for (std::int64_t i = 0; i + shape.slow <= record.frames; i += shape.slow) {
    e.slow_most.push_back(0);
    e.fast_most.push_back(0);
    e.usable.push_back(true);
    for (std::int64_t k = 0; k < shape.slow; ++k) {
      const bool marked = is_marked(record, i + k, channel);
      const double x = marked ? 0.0 : record(i + k, channel), square = x * x;
      double s = 0, f = 0;
      slow.add(&square, &s);
      fast.add(&square, &f);
      s = std::sqrt(s / static_cast<double>(shape.slow));
      f = std::sqrt(f / static_cast<double>(shape.fast));
      good = marked ? 0 : good + 1;
      if (good < shape.slow) e.usable.back() = false;
      e.slow_most.back() = std::max(e.slow_most.back(), s);
      e.fast_most.back() = std::max(e.fast_most.back(), f);
      if (k % slow_hop == 0) e.slow.push_back(s);
      if (k % fast_hop == 0) e.fast.push_back(f);
    }
  }
  return e;
}

// Rest is more than its quietest part: takes in every piece that the rest found so far would not call activity by
// ThresholdRule, again and again until no more come. The level ends at most at twice the quietest.
struct Widened {
  RestNoise noise;
  std::int64_t pieces = 0;
};
inline Widened widened(const Envelopes& e, RestNoise seed) {
  const ThresholdRule rule;
  Widened found{seed, 0};
  std::vector<double> slow, fast;
  for (int pass = 0; pass < 50; ++pass) {
    const RestNoise& n = found.noise;
    const double slow_enter = n.level + std::max(rule.slow_spreads * n.spread, rule.rise * n.level);
    const double fast_enter = n.fast_level + std::max(rule.fast_spreads * n.fast_spread, rule.rise * n.fast_level);
    slow.clear();
    fast.clear();
    std::int64_t pieces = 0;
    for (std::size_t i = 0; i < e.usable.size(); ++i) {
      if (!e.usable[i] || e.slow_most[i] > slow_enter || e.fast_most[i] > fast_enter) continue;
      ++pieces;
      const auto at = [](std::size_t k) { return static_cast<std::ptrdiff_t>(k); };
      slow.insert(slow.end(), e.slow.begin() + at(i * e.slow_a_piece), e.slow.begin() + at((i + 1) * e.slow_a_piece));
      fast.insert(fast.end(), e.fast.begin() + at(i * e.fast_a_piece), e.fast.begin() + at((i + 1) * e.fast_a_piece));
    }
    if (pieces <= found.pieces) break;
    const auto s = median_and_spread(slow), f = median_and_spread(fast);
    if (s.median > 2 * seed.level) break;
    found = {{s.median, s.spread, f.median, f.spread}, pieces};
  }
  return found;
}

// Level and spread of the quietest unmarked windows that add up to `wanted` frames, corrected for the choice.
inline Result<RestNoise> quietest(const RestCalibrator& spec, ConstBlock record, int channel,
                                  const StreamFormat& format, Shape shape, std::int64_t wanted) {
  const std::int64_t window = samples_in(quiet_window, format.rate);
  const auto count = static_cast<std::size_t>((wanted + window - 1) / window);
  std::vector<std::pair<double, std::int64_t>> levels;  // mean square, first frame
  for (std::int64_t first = 0; first + window <= record.frames; first += window) {
    double sum = 0;
    bool marked = false;
    for (std::int64_t i = first; i < first + window; ++i) {
      marked = marked || is_marked(record, i, channel);
      if (!marked) sum += record(i, channel) * record(i, channel);
    }
    if (!marked) levels.emplace_back(sum / static_cast<double>(window), first);
  }
  if (levels.size() < count)
    return fault_of<RestCalibrator>("record",
                                    seconds_at({static_cast<std::int64_t>(levels.size()) * window}, format.rate),
                                    "unmarked windows that add up to " + to_text(seconds_at({wanted}, format.rate)));
  std::sort(levels.begin(), levels.end());
  // Windows of noise: those below twice the quietest ones' level, four times their mean square.
  const double border = 4 * levels[count / 2].first;
  const auto noise = static_cast<double>(
      std::count_if(levels.begin(), levels.end(), [&](const auto& l) { return l.first <= border; }));
  RestCollector collector(shape.slow, shape.fast, static_cast<std::int64_t>(count) * window);
  for (std::size_t i = 0; i < count; ++i)
    collect(record, channel, levels[i].second, levels[i].second + window, shape, collector);
  const RestNoise n = collector.noise();
  if (auto fault = refuse_noise(n, format.channels[channel])) return *fault;
  const double p = std::min(1.0, static_cast<double>(count) / noise);
  const auto slow = unchosen({n.level, n.spread}, p, quiet_window / spec.slow);
  const auto fast = unchosen({n.fast_level, n.fast_spread}, p, quiet_window / spec.fast);
  return RestNoise{slow.median, slow.spread, fast.median, fast.spread};
}

}  // namespace rest_detail

// Each channel for itself: the quietest unmarked windows that add up to max(2 s, 10 % of the record), corrected, then
// widened to all that cannot be told from them.
inline Result<RestCalibration> try_calibrate_quietest_offline(const RestCalibrator& spec, ConstBlock record,
                                                              const StreamFormat& format, std::string band) {
  using namespace rest_detail;
  auto shape = shape_of(spec, record, format);
  if (!shape) return shape.fault();
  if (!(spec.slow * 2 <= quiet_window))
    return fault_of<RestCalibrator>("slow", spec.slow, "at most half of the quiet window, " + to_text(quiet_window));
  const std::int64_t wanted =
      std::max(samples_in(std::max(spec.shortest, Seconds{2}), format.rate), record.frames / 10);
  std::vector<RestNoise> channels;
  std::int64_t fewest = record.frames;
  for (int c = 0; c < record.channels; ++c) {
    auto seed = quietest(spec, record, c, format, *shape, wanted);
    if (!seed) return seed.fault();
    const Widened rest = widened(envelopes_of(record, c, *shape), *seed);
    fewest = std::min(fewest, std::max(wanted, rest.pieces * shape->slow));
    if (auto fault = refuse_noise(rest.noise, format.channels[c])) return *fault;
    channels.push_back(rest.noise);
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
