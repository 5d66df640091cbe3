// SPDX-License-Identifier: Apache-2.0
// Rest level and spread from a stretch somebody declared to be rest. Refuses a stretch too short, with too many marked
// samples, or without signal. Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408.
// Cost: two moving sums a sample and one median a channel; allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct RestCalibrator {
  Seconds slow{0.1};
  Seconds fast{0.025};
  Seconds shortest{2};       // of unmarked signal
  double most_marked = 0.2;  // of the stretch

  friend bool operator==(const RestCalibrator&, const RestCalibrator&) = default;
};
constexpr SpecInfo info(const RestCalibrator*) {
  return {"RestCalibrator", "rest level and spread of both envelopes",
          "Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408"};
}
constexpr auto fields(const RestCalibrator*) {
  return std::tuple{
      field<&RestCalibrator::slow>("slow", "window of the slow envelope", between(1e-3, 10)),
      field<&RestCalibrator::fast>("fast", "window of the fast envelope", between(1e-3, 10)),
      field<&RestCalibrator::shortest>("shortest", "least unmarked signal that counts as a rest", between(1, 3600)),
      field<&RestCalibrator::most_marked>("most_marked", "largest share of marked samples", between(0.0, 0.9))};
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

inline bool is_marked(ConstBlock block, std::int64_t frame, int channel) {
  const std::int64_t k = frame * block.channels + channel;
  return (block.marks && block.marks[k]) || !std::isfinite(block.data[k]);
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
    for (std::int64_t i = 0; i < rest.frames; ++i) marked += rest_detail::is_marked(rest, i, c);
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
