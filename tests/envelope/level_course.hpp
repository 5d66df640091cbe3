// SPDX-License-Identifier: Apache-2.0
// How steady an envelope is on simulated EMG of constant effort, how soon it follows an effort that jumps by eight and
// back, and how often it is off by two while nothing happens. Steps are made before the band-pass, as a muscle does.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
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
        band_(start(Bandpass{.low = {20}, .high = {std::min(450.0, 0.45 * of.rate)}, .order = 2}, format_)),
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

template <FilterSpec S>
LevelCourse level_course(const S& spec, const CourseOf& of) {
  constexpr double low = 50, high = 400;
  Muscles muscles(of, 1807);
  auto live = start(spec, muscles.format());
  std::vector<double> y(Muscles::count);
  const auto hear = [&](double effort) {
    live.process({muscles.next(effort).data(), 1, Muscles::count}, {y.data(), 1, Muscles::count});
  };
  const auto frames = [&](double seconds) { return static_cast<int>(seconds * of.rate); };
  LevelCourse found;
  // 20 s of sixteen muscles, behind 2 s.
  std::vector<double> sum(Muscles::count), squares(Muscles::count);
  for (int n = 0; n < frames(2); ++n) hear(low);
  const int steady = frames(20);
  double steady_low = 0;
  for (int n = 0; n < steady; ++n) {
    hear(low);
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += y[c], squares[c] += y[c] * y[c];
  }
  double all = 0, all_squares = 0;
  for (std::size_t c = 0; c < sum.size(); ++c) all += sum[c], all_squares += squares[c];
  const double count = static_cast<double>(steady) * Muscles::count;
  steady_low = all / count;
  found.snr = steady_low / std::sqrt(all_squares / count - steady_low * steady_low);
  // What it says of eight times the effort is eight times as much: no envelope here is otherwise.
  const double steady_high = steady_low * high / low, way = steady_high - steady_low;
  std::vector<double> rises, falls;
  for (int cycle = 0; cycle < 25; ++cycle)
    for (const bool up : {true, false}) {
      std::vector<int> reached(Muscles::count, -1);
      for (int n = 0; n < frames(0.75); ++n) {
        hear(up ? high : low);
        for (std::size_t c = 0; c < reached.size(); ++c)
          if (reached[c] < 0 && (up ? y[c] >= steady_low + 0.9 * way : y[c] <= steady_low + 0.1 * way)) reached[c] = n;
      }
      for (const int n : reached) (up ? rises : falls).push_back((n < 0 ? 750 : n + 1) * (n < 0 ? 1 : 1000 / of.rate));
    }
  const auto middle = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  found.rise_ms = middle(rises);
  found.fall_ms = middle(falls);
  return found;
}

// How often in so many hours the level is more than twice or less than half of what it is on average; one episode ends
// when it has come back within 1.5.
template <FilterSpec S>
int false_jumps(const S& spec, const CourseOf& of, double hours) {
  Muscles muscles(of, 424);
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
