// SPDX-License-Identifier: Apache-2.0
// A stream for sessions with all their stages: trunk EMG with a heart, bursts, hum, losses, a step and what is no
// number, on two electrodes; seeds fixed beforehand. And how a session is driven through it.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "stream/usual_session.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard::sessions {

inline StreamFormat format_at(Hertz rate) { return {.rate = rate, .channels = Channels{"left", "right"}}; }

// With every stage there is.
inline auto whole_plan(Hertz rate) {
  using namespace literals;
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{.high = {0.4 * rate.value}}}};
  plan.mains = Mains{{.frequency = 50_Hz}};
  plan.heart = EcgSubtraction{};
  plan.readings.interval = 20_ms;
  SpasmDetector spec;
  spec.rest = rest_calibration(std::vector<RestNoise>(2, {2, 0.2, 2, 0.5}), spec.slow, spec.fast,
                               {CalibrationSource::declared, 40000, rate, "as made"});
  plan.events = spec;
  return plan;
}

struct Stream {
  std::vector<double> x;
  std::vector<Marks> marks;
  std::int64_t frames = 0;
  ConstBlock part(std::int64_t first, std::int64_t n) const {
    return ConstBlock{x.data(), frames, 2, marks.data()}.part(first, n);
  }
};
inline Stream spoilt(Hertz rate, Seconds duration) {
  auto m =
      hearts::mix({.rate = rate, .duration = duration, .emg_over_ecg_dB = 0, .emg = {2}, .channels = 2, .seed = 451});
  Stream s{std::move(m.x), std::vector<Marks>(static_cast<std::size_t>(2 * m.frames)), m.frames};
  std::mt19937 random(452);
  std::normal_distribution<double> normal;
  const auto second = static_cast<std::int64_t>(rate.value);
  for (std::int64_t i = 0; i < s.frames; ++i)
    for (int c = 0; c < 2; ++c) {
      const auto k = static_cast<std::size_t>(2 * i + c);
      s.x[k] += 40 * std::sin(2 * std::numbers::pi * 50 * static_cast<double>(i) / rate.value + c);
      if (i > 5 * second && i % (2 * second) > 7 * second / 4) s.x[k] += 30 * normal(random);
      if (i % (3 * second) < second / 100 && c == 1) s.marks[k] = mark::missing;
      if (i == 4 * second + 7) s.x[k] = std::numeric_limits<double>::quiet_NaN();
      if (i > s.frames / 2 && c == 0) s.x[k] += 4000;
    }
  return s;
}

struct Told {
  std::vector<Reading> readings{};
  std::vector<Event> events{};
  bool operator==(const Told&) const = default;
};

// Two sinks, and all they have held.
class Listener {
 public:
  explicit Listener(std::size_t room) : readings_(room), events_(room) {}

  // Until the frames are consumed or a sink is full; how many were.
  template <class Live>
  std::int64_t feed(Live& live, ConstBlock block) {
    const Consumed c = live.process(block, readings_, events_);
    EXPECT_TRUE(c.status == Status::full || (c.status == Status::ok && c.frames == block.frames));
    empty();
    return c.frames;
  }
  // Frames [first, last), in pieces that need not be as long as what a session takes at once.
  template <class Live>
  void hear(Live& live, const Stream& s, std::int64_t first, std::int64_t last, std::int64_t piece = 100) {
    while (first < last) first += feed(live, s.part(first, std::min(piece, last - first)));
    feed(live, s.part(last, 0));
  }
  template <class Live>
  void finish(Live& live) {
    for (int i = 0; i < 1000; ++i) {
      const Status status = live.finish(readings_, events_);
      empty();
      if (status != Status::full) return;
    }
    ADD_FAILURE() << "finish() does not end";
  }
  const Told& told() const { return told_; }

 private:
  void empty() {
    told_.readings.insert(told_.readings.end(), readings_.items().begin(), readings_.items().end());
    told_.events.insert(told_.events.end(), events_.items().begin(), events_.items().end());
    readings_.clear();
    events_.clear();
  }
  Sink<Reading> readings_;
  Sink<Event> events_;
  Told told_{};
};

}  // namespace unguard::sessions
