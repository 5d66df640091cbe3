// SPDX-License-Identifier: Apache-2.0
// Streams and drivers shared by the detector's tests: square waves, whose moving RMS is exact, and Gaussian noise; and
// a driver that cuts the stream and empties small sinks as an application would.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/detect/spasm_detector.hpp"

namespace unguard::streams {

inline constexpr double rate = 2000;

inline StreamFormat format(int channels = 1) {
  StreamFormat f;
  f.rate = {rate};
  f.channels = Channels::unnamed(channels);
  return f;
}
inline std::int64_t in(double seconds) { return samples_in({seconds}, {rate}); }

// A rest of 2 uV with spreads of 0.1 and 0.2 uV: the detector enters at 4 uV and leaves at 3.2 uV, both envelopes.
inline RestCalibration known_rest(int channels = 1) {
  return rest_calibration(std::vector<RestNoise>(static_cast<std::size_t>(channels), {2, 0.1, 2, 0.2}), {0.1}, {0.025},
                          {CalibrationSource::declared, in(20), {rate}, "as given"});
}
inline SpasmDetector known_spec(bool all_rest = true, int channels = 1) {
  SpasmDetector spec;
  spec.rest = known_rest(channels);
  spec.all_rest = all_rest;
  return spec;
}

// One channel, put together from stretches.
class Wave {
 public:
  // +a, -a, +a, ...: every moving RMS of it is a.
  Wave& square(double seconds, double a) {
    for (std::int64_t n = in(seconds); n > 0; --n) x.push_back((x.size() % 2 ? -1 : 1) * a);
    return *this;
  }
  Wave& noise(double seconds, double rms, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal(0, rms);
    for (std::int64_t n = in(seconds); n > 0; --n) x.push_back(normal(generator));
    return *this;
  }
  std::int64_t frames() const { return static_cast<std::int64_t>(x.size()); }
  ConstBlock block(const std::vector<Marks>* marks = nullptr) const {
    return {x.data(), frames(), 1, marks ? marks->data() : nullptr};
  }
  std::vector<double> x;
};

// Hands the frames [from, to) over in the given pieces (repeated; 0 allowed), emptying the sink whenever it is full.
template <class Detector>
std::vector<Event> drive(Detector& detector, ConstBlock in, std::size_t capacity,
                         const std::vector<std::int64_t>& pieces = {1 << 20}, bool finish = true) {
  std::vector<Event> reports;
  Sink<Event> sink(capacity);
  const auto empty = [&] {
    reports.insert(reports.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  };
  std::size_t piece = 0;
  for (std::int64_t done = 0; done < in.frames;) {
    const std::int64_t n = std::min(pieces[piece++ % pieces.size()], in.frames - done);
    const Consumed c = detector.process(in.part(done, n), sink);
    done += c.frames;
    if (c.status == Status::full)
      empty();
    else if (c.status != Status::ok)
      break;
  }
  empty();
  if (finish) {
    while (detector.finish(sink) == Status::full) empty();
    empty();
  }
  return reports;
}
inline std::vector<Event> run(const SpasmDetector& spec, const Wave& wave, const std::vector<Marks>* marks = nullptr) {
  auto detector = start(spec, format());
  return drive(detector, wave.block(marks), 1000);
}
inline std::vector<Event> only(const std::vector<Event>& all, Report report) {
  std::vector<Event> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Event& e) { return e.report == report; });
  return some;
}

}  // namespace unguard::streams
