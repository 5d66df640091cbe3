// SPDX-License-Identifier: Apache-2.0
// How steady an envelope is on simulated EMG of constant effort, how soon it follows an effort that jumps and
// falls back, and how often it is off by two while nothing happens. Steps are made before the band-pass, as a muscle
// does.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/filter/burg.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/whitening.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {

struct CourseOf {
  CarrierPreset preset = CarrierPreset::limb;
  double rate = 1000;
  bool laplacian = false;  // every sample turned into one of a Laplace distribution before the band-pass
  int order = 2;           // of the band-pass
  int whitened = 0;        // order of the model, of 30 s of the same
};

struct LevelCourse {
  double snr = 0;                   // mean over standard deviation
  double rise_ms = 0, fall_ms = 0;  // medians: first reach 90 % of the way
};

// Sixteen muscles that are alike.
class Muscles {
 public:
  static constexpr int count = 16;

  explicit Muscles(const CourseOf& of, std::uint64_t seed)
      : of_(of),
        format_{.rate = {of.rate}, .channels = Channels::unnamed(count)},
        band_(start(Bandpass{.low = {20}, .high = {std::min(450.0, 0.45 * of.rate)}, .order = of.order}, format_)),
        whitening_(start(Whitening{{1e-9}}, format_)),
        frame_(count) {
    for (int c = 0; c < count; ++c)
      carriers_.emplace_back(corners(of.preset), Hertz{of.rate}, RandomStream(seed, "muscle " + std::to_string(c)));
    if (of.whitened > 0) {
      std::vector<double> stretch;
      while (stretch.size() < static_cast<std::size_t>(30 * of.rate)) stretch.push_back(next(1)[0]);
      whitening_ = start(Whitening{burg(stretch, of.whitened).coefficients}, format_);
      whitens_ = true;
    }
    double squares = 0;
    const int frames = static_cast<int>(20 * of.rate);
    for (int n = 0; n < frames; ++n)
      for (const double x : next(1)) squares += x * x;
    scale_ = 1 / std::sqrt(squares / frames / count);
  }
  const StreamFormat& format() const { return format_; }
  // A frame of so much effort; at effort 1 the RMS is 1.
  const std::vector<double>& next(double effort) {
    for (int c = 0; c < count; ++c) {
      double x = carriers_[static_cast<std::size_t>(c)].next();
      if (of_.laplacian) {
        const double above = std::erfc(std::fabs(x) / std::numbers::sqrt2);  // the share of magnitudes
        x = std::copysign(-std::log(above) / std::numbers::sqrt2, x);
      }
      frame_[static_cast<std::size_t>(c)] = effort * scale_ * x;
    }
    band_.process({frame_.data(), 1, count}, {frame_.data(), 1, count});
    if (whitens_) whitening_.process({frame_.data(), 1, count}, {frame_.data(), 1, count});
    return frame_;
  }

 private:
  CourseOf of_;
  StreamFormat format_;
  LiveFilter<Bandpass> band_;
  LiveFilter<Whitening> whitening_;
  bool whitens_ = false;
  double scale_ = 1;
  std::vector<Carrier> carriers_;
  std::vector<double> frame_;
};

// Of jumps up and down: the medians of the times until 90 % of the way, and until half of it as the logarithm goes.
// Infinite where more than half of them were not there before the next jump.
struct JumpTimes {
  double rise_ms = 0, fall_ms = 0;
  double rise_half_ms = 0, fall_half_ms = 0;
};

// An envelope behind sixteen muscles.
template <FilterSpec S>
class Course {
 public:
  Course(const S& spec, const CourseOf& of)
      : rate_(of.rate), muscles_(of, 1807), live_(start(spec, muscles_.format())), y_(Muscles::count) {}

  // So many seconds of steady effort, behind 2 s; returns mean over standard deviation.
  double steady(double seconds) {
    double sum = 0, squares = 0;
    for (int n = 0; n < frames(2); ++n) hear(low);
    for (int n = 0; n < frames(seconds); ++n) {
      hear(low);
      for (const double y : y_) sum += y, squares += y * y;
    }
    const double count = frames(seconds) * static_cast<double>(Muscles::count);
    steady_low_ = sum / count;
    return steady_low_ / std::sqrt(squares / count - steady_low_ * steady_low_);
  }
  // Up and down again, so many times; each effort is held for so many seconds. Behind steady().
  JumpTimes jumps(double ratio, double held, int cycles) {
    // What it says of so many times the effort is as many times as much: no envelope here is otherwise.
    const double way = steady_low_ * ratio - steady_low_, half = steady_low_ * std::sqrt(ratio);
    std::vector<double> times[2][2];
    for (int cycle = 0; cycle < cycles; ++cycle)
      for (const bool up : {true, false}) {
        std::vector<int> reached(Muscles::count, -1), halfway(reached);
        for (int n = 0; n < frames(held); ++n) {
          hear(up ? low * ratio : low);
          for (std::size_t c = 0; c < reached.size(); ++c) {
            const double y = y_[c];
            if (reached[c] < 0 && (up ? y >= steady_low_ + 0.9 * way : y <= steady_low_ + 0.1 * way)) reached[c] = n;
            if (halfway[c] < 0 && (up ? y >= half : y <= half)) halfway[c] = n;
          }
        }
        for (const int n : reached) times[up][0].push_back(milliseconds(n));
        for (const int n : halfway) times[up][1].push_back(milliseconds(n));
      }
    return {middle(times[1][0]), middle(times[0][0]), middle(times[1][1]), middle(times[0][1])};
  }

 private:
  static constexpr double low = 50;

  int frames(double seconds) const { return static_cast<int>(seconds * rate_); }
  double milliseconds(int n) const { return n < 0 ? std::numeric_limits<double>::infinity() : (n + 1) * 1000 / rate_; }
  void hear(double effort) {
    live_.process({muscles_.next(effort).data(), 1, Muscles::count}, {y_.data(), 1, Muscles::count});
  }
  static double middle(std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  }

  double rate_;
  Muscles muscles_;
  LiveFilter<S> live_;
  std::vector<double> y_;
  double steady_low_ = 0;
};

template <FilterSpec S>
LevelCourse level_course(const S& spec, const CourseOf& of) {
  Course<S> course(spec, of);
  LevelCourse found{.snr = course.steady(20)};
  const JumpTimes times = course.jumps(8, 0.75, 25);
  found.rise_ms = times.rise_ms;
  found.fall_ms = times.fall_ms;
  return found;
}

// How often in so many hours the level is more than twice or less than half of what it is on average; one episode ends
// when it has come back within 1.5.
template <FilterSpec S>
int false_jumps(const S& spec, const CourseOf& of, double hours) {
  Muscles muscles(of, 2026);
  auto live = start(spec, muscles.format());
  std::vector<double> y(Muscles::count), mean(Muscles::count);
  std::vector<bool> away(Muscles::count);
  const auto frames = static_cast<std::int64_t>(hours * 3600 * of.rate) / Muscles::count;
  const auto before = static_cast<std::int64_t>(20 * of.rate);
  int jumps = 0;
  for (std::int64_t n = -before; n < frames; ++n) {
    live.process({muscles.next(50).data(), 1, Muscles::count}, {y.data(), 1, Muscles::count});
    for (std::size_t c = 0; c < y.size(); ++c) {
      if (n < 0) {
        if (n >= -before / 2) mean[c] += y[c] / static_cast<double>(before / 2);
        continue;
      }
      const double ratio = std::max(y[c] / mean[c], mean[c] / y[c]);
      if (!away[c] && ratio > 2) ++jumps;
      away[c] = ratio > 2 || (away[c] && ratio > 1.5);
    }
  }
  return jumps;
}

}  // namespace unguard
