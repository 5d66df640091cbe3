// SPDX-License-Identifier: Apache-2.0
// Rest level and spread from a stretch somebody declared to be rest. Refuses a stretch too short, with too many marked
// samples, without signal, with peaks that raise its level, as of a heart, or with a trend. Rousseeuw & Croux 1993,
// doi:10.1080/01621459.1993.10476408. Cost: two moving sums a sample and one median a channel; allocates, so not for
// the real-time thread.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/detect/steady_stretch.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct RestCalibrator {
  Seconds slow{0.1};
  Seconds fast{0.025};
  Seconds shortest{2};          // of unmarked signal
  double most_marked = 0.2;     // of the stretch
  double most_by_peaks = 0.03;  // of the level
  double most_trend = 0.2;      // between thirds, beside what chance explains

  friend bool operator==(const RestCalibrator&, const RestCalibrator&) = default;
};
constexpr SpecInfo info(const RestCalibrator*) {
  return {"RestCalibrator", "rest level and spread of both envelopes",
          "Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408"};
}
constexpr auto fields(const RestCalibrator*) {
  return field_list(
      field<&RestCalibrator::slow>("slow", "window of the slow envelope", between(1e-3, 10)),
      field<&RestCalibrator::fast>("fast", "window of the fast envelope", between(1e-3, 10)),
      field<&RestCalibrator::shortest>("shortest", "least unmarked signal that counts as a rest", between(1, 3600)),
      field<&RestCalibrator::most_marked>("most_marked", "largest share of marked samples", between(0.0, 0.9)),
      field<&RestCalibrator::most_by_peaks>(
          "most_by_peaks", "largest share by which peaks, as of a heart, may raise the level", between(0.0, 1000)),
      field<&RestCalibrator::most_trend>(
          "most_trend", "largest share by which thirds of the stretch may differ beside what chance explains",
          between(0.0, 1000)));
}

namespace rest_detail {

// Windows in samples, the block checked against the format.
struct Shape {
  std::int64_t slow = 0;
  std::int64_t fast = 0;
};
inline Result<Shape> shape_of(const RestCalibrator& spec, ConstBlock block, const StreamFormat& format) {
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (block.channels != format.channels.count() || block.frames < 0 || (block.frames > 0 && !block.data))
    return fault_in_words<RestCalibrator>(
        "stretch", std::to_string(block.channels) + " channels",
        "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  const Shape shape{samples_in(spec.slow, format.rate), samples_in(spec.fast, format.rate)};
  if (shape.fast < 1) return fault_of<RestCalibrator>("fast", spec.fast, "at least one sample");
  if (!(spec.fast < spec.slow)) return fault_of<RestCalibrator>("fast", spec.fast, "below slow, " + to_text(spec.slow));
  return shape;
}

// The envelopes of frames [first, last) of one channel, into the collector; windows that reach before `first` or over a
// marked sample do not count.
inline void collect(ConstBlock block, int channel, std::int64_t first, std::int64_t last, Shape shape,
                    RestCollector& collector) {
  MovingSum slow(shape.slow, 1), fast(shape.fast, 1);
  std::int64_t good = 0;
  for (std::int64_t i = first; i < last; ++i) {
    const bool marked = is_marked(block, i, channel);
    const double x = marked ? 0.0 : block(i, channel), square = x * x;
    double s = 0, f = 0;
    slow.add(&square, &s);
    fast.add(&square, &f);
    good = marked ? 0 : good + 1;
    collector.take(s / static_cast<double>(shape.slow), good >= shape.slow, f / static_cast<double>(shape.fast),
                   good >= shape.fast);
  }
}

inline std::optional<Fault> refuse_noise(const RestNoise& n, const Channel& channel) {
  if (n.level > 0 && n.spread > 0 && n.fast_level > 0 && n.fast_spread > 0) return std::nullopt;
  return fault_in_words<RestCalibrator>("stretch", "flat in channel \"" + channel.name + "\"",
                                        "a signal: at least half of it not constant");
}

// A heart or a trend where one level should be; `level` is that of all. Peaks first: those of a heart make thirds
// differ, too.
inline std::optional<Fault> refuse_unsteady(const RestCalibrator& spec, ConstBlock rest, int channel, double level,
                                            Shape shape, const StreamFormat& format) {
  using namespace steady_detail;
  const std::string where = " in channel \"" + format.channels[channel].name + "\"";
  const auto noise_of = [&](const std::vector<double>& x, std::int64_t first, std::int64_t last) {
    RestCollector collector(shape.slow, shape.fast, last - first);
    collect({x.data(), static_cast<std::int64_t>(x.size()), 1}, 0, first, last, shape, collector);
    const auto windows = static_cast<double>(collector.samples()) / static_cast<double>(shape.slow);
    return std::pair{collector.noise(), windows};
  };
  const std::vector<double> all = believed(rest, channel);
  std::vector<double> calm = all;
  const int peaks = take_peaks_out(calm, format.rate);
  if (peaks > 0) {
    const double without = noise_of(calm, 0, rest.frames).first.level;
    if (!(level <= (1 + spec.most_by_peaks) * without))
      return fault_in_words<RestCalibrator>("stretch", found_peaks(level, without, peaks) + where,
                                            no_peaks(spec.most_by_peaks));
  }
  std::array<double, 3> levels{};
  double variances = 0;  // of the levels of the thirds, as shares
  for (std::size_t i = 0; i < 3; ++i) {
    const auto at = static_cast<std::int64_t>(i) * (rest.frames / 3);
    const auto [noise, windows] = noise_of(all, at, at + rest.frames / 3);
    // Too few to tell how far they scatter.
    if (windows < 3 || !(noise.level > 0)) return std::nullopt;
    levels[i] = noise.level;
    // Of a median: pi / 2 of that of a mean.
    variances += 1.5708 * noise.spread / noise.level * noise.spread / noise.level / windows;
  }
  const Thirds thirds = thirds_of(levels);
  const double most = most_between_thirds(spec.most_trend, std::sqrt(variances / 3));
  if (thirds.difference() > most)
    return fault_in_words<RestCalibrator>("stretch", found_thirds(thirds) + where, no_trend(most));
  return std::nullopt;
}

}  // namespace rest_detail

// From a stretch that was declared to be rest. `band` says what the signal has been through ("20-450 Hz order 4,
// causal"): the numbers are valid for that only.
inline Result<RestCalibration> try_calibrate_rest(const RestCalibrator& spec, ConstBlock rest,
                                                  const StreamFormat& format, std::string band) {
  auto shape = rest_detail::shape_of(spec, rest, format);
  if (!shape) return shape.fault();
  if (rest.frames > 0 && rest.frames < shape->slow)
    return fault_of<RestCalibrator>("slow", spec.slow,
                                    "at most the stretch, " + to_text(seconds_at({rest.frames}, format.rate)));
  std::vector<RestNoise> channels;
  std::int64_t fewest = rest.frames;
  for (int c = 0; c < rest.channels; ++c) {
    std::int64_t marked = 0;
    for (std::int64_t i = 0; i < rest.frames; ++i) marked += is_marked(rest, i, c);
    const Seconds good = seconds_at({rest.frames - marked}, format.rate);
    if (good < spec.shortest)
      return fault_of<RestCalibrator>("stretch", good, "unmarked signal of at least " + to_text(spec.shortest));
    if (static_cast<double>(marked) > spec.most_marked * static_cast<double>(rest.frames))
      return fault_in_words<RestCalibrator>("stretch",
                                            to_text(static_cast<double>(marked) / static_cast<double>(rest.frames)) +
                                                " marked in channel \"" + format.channels[c].name + "\"",
                                            "a share of marked samples of at most " + to_text(spec.most_marked));
    RestCollector collector(shape->slow, shape->fast, rest.frames);
    rest_detail::collect(rest, c, 0, rest.frames, *shape, collector);
    const std::int64_t used = collector.samples();
    if (used == 0 || seconds_at({used + shape->slow}, format.rate) < spec.shortest * (1 - spec.most_marked))
      return fault_of<RestCalibrator>(
          "stretch", seconds_at({used}, format.rate),
          "marks so rare that whole windows between them add up to " + to_text(spec.shortest * (1 - spec.most_marked)));
    fewest = std::min(fewest, used);
    channels.push_back(collector.noise());
    if (auto fault = rest_detail::refuse_noise(channels.back(), format.channels[c])) return *fault;
    if (auto fault = rest_detail::refuse_unsteady(spec, rest, c, channels.back().level, *shape, format)) return *fault;
  }
  return rest_calibration(channels, spec.slow, spec.fast,
                          {CalibrationSource::declared, fewest, format.rate, std::move(band)});
}

#if defined(__cpp_exceptions)
inline RestCalibration calibrate_rest(const RestCalibrator& spec, ConstBlock rest, const StreamFormat& format,
                                      std::string band) {
  return try_calibrate_rest(spec, rest, format, std::move(band)).take();
}
#endif

}  // namespace unguard
