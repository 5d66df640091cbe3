// SPDX-License-Identifier: Apache-2.0
// What a stressor, a movement or a word does to a muscle: how far its level rises above what it was before, how soon,
// how much in all, and how long it takes to come half way back, which is an outcome of its own (Flor, Turk & Birbaumer
// 1985, doi:10.1037/0022-006X.53.3.354; slower recovery: Burns 2006, doi:10.1037/1528-3542.6.2.309). On the logarithm,
// from medians of short means, so that one twitch is no response. Rules proposed here. Cost: some 320 exponentials
// a tenth of `held` of the recovery. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/sampling_rate.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/median.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// For minutes of stress; a word or a sound takes seconds: shorten them all alike.
struct ResponseWindows {
  Seconds baseline{180};  // before the marker
  Seconds task{180};      // behind it
  Seconds recovery{300};  // behind that
  Seconds piece{10};      // means whose median a level is
  Seconds held{10};       // ten pieces of the way back: what is shorter is no recovery

  friend bool operator==(const ResponseWindows&, const ResponseWindows&) = default;
};
constexpr SpecInfo info(const ResponseWindows*) {
  return {"ResponseWindows", "before, during and behind what a muscle responds to",
          "Flor, Turk & Birbaumer 1985, doi:10.1037/0022-006X.53.3.354"};
}
constexpr auto fields(const ResponseWindows*) {
  using R = ResponseWindows;
  return field_list(field<&R::baseline>("baseline", "before the marker", between(0.1, 3600)),
                    field<&R::task>("task", "behind the marker", between(0.05, 3600)),
                    field<&R::recovery>("recovery", "behind the task", between(0.1, 3600)),
                    field<&R::piece>("piece", "of the means whose median a level is", between(0.01, 60)),
                    field<&R::held>("held", "what is shorter is no recovery; the way back is looked at in tenths of it",
                                    between(0.01, 60)));
}

struct Response {
  double baseline = 0;                 // in the unit of the levels: median of pieces before the marker
  double task = 0;                     // the same behind it
  double reactivity = 0;               // ln(task / baseline)
  double peak = 0;                     // strongest piece of the task
  Seconds peak_at{};                   // its middle, behind the marker
  std::optional<Seconds> latency{};    // of the first piece half way to the peak; none: nothing rose
  double area = 0;                     // of ln(level / baseline) above 0 over the recovery, in s
  std::optional<Seconds> half_time{};  // of the recovery; none: censored, or nothing to come back from
  bool censored = false;               // not half way back within the recovery
  double share = 0;                    // of all three windows that had levels

  friend bool operator==(const Response&, const Response&) = default;
};

namespace response_detail {

// Means of pieces, NaN where half of one is missing; power by power, for levels of unrelated sources add so.
inline std::vector<double> pieces(std::span<const double> levels, std::int64_t first, std::int64_t last,
                                  std::int64_t length) {
  std::vector<double> means;
  for (std::int64_t from = first; from + length <= last; from += length) {
    double sum = 0, count = 0;
    for (std::int64_t i = from; i < from + length; ++i)
      if (const double v = levels[static_cast<std::size_t>(i)]; !std::isnan(v)) {
        sum += v * v;
        count += 1;
      }
    means.push_back(2 * count < static_cast<double>(length) ? std::nan("") : std::sqrt(sum / count));
  }
  return means;
}
inline std::optional<double> middle_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return std::nullopt;
  return median(values.begin(), values.end());
}

// level(t) = end + (start - end) exp(-t / tau), by least squares of the logarithm's weights: an error is as large as
// the level. tau from a list that is fine enough, start and end by two linear equations each.
struct Decay {
  double start = 0, end = 0, tau = 0;
};
inline std::optional<Decay> decay_of(const std::vector<double>& levels, double step) {
  const auto n = static_cast<double>(levels.size());
  std::optional<Decay> best;
  double least = 0;
  const double longest = 2 * n * step;
  for (double tau = step; tau <= longest; tau *= 1.02) {
    double w = 0, we = 0, wee = 0, wy = 0, wey = 0, wyy = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const double y = levels[i];
      if (!(y > 0)) continue;
      const double e = std::exp(-(static_cast<double>(i) + 0.5) * step / tau), weight = 1 / (y * y);
      w += weight;
      we += weight * e;
      wee += weight * e * e;
      wy += weight * y;
      wey += weight * e * y;
      wyy += weight * y * y;
    }
    const double determinant = w * wee - we * we;
    if (!(determinant > 1e-12 * w * wee)) continue;
    const double slope = (w * wey - we * wy) / determinant, end = (wee * wy - we * wey) / determinant;
    const double off = wyy - end * wy - slope * wey;
    if (best && !(off < least)) continue;
    least = off;
    best = Decay{end + slope, end, tau};
  }
  return best;
}

}  // namespace response_detail

// Of one channel's levels, one a sample; NaN where there is none. `at`: the sample of the marker.
inline Result<Response> response(std::span<const double> levels, Hertz rate, std::int64_t at,
                                 const ResponseWindows& spec = {}) {
  using R = ResponseWindows;
  using namespace response_detail;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse_rate("ResponseWindows", rate)) return *fault;
  const std::int64_t piece = samples_in(spec.piece, rate), before = samples_in(spec.baseline, rate),
                     task = samples_in(spec.task, rate), after = samples_in(spec.recovery, rate),
                     held = samples_in(spec.held, rate);
  if (piece < 1) return fault_of<R>("piece", spec.piece, "at least a sample, " + to_text(Seconds{1 / rate.value}));
  for (const auto& [name, window] : {std::pair{"baseline", before}, {"task", task}, {"recovery", after}})
    if (window < piece)
      return fault_in_words<R>(name, to_text(seconds_at({window}, rate)), "at least a piece, " + to_text(spec.piece));
  if (at < before || at + task + after > std::ssize(levels))
    return fault_in_words<R>(
        "at", std::to_string(at),
        "a marker with its baseline and recovery within " + std::to_string(levels.size()) + " samples");
  Response found;
  const auto missing = std::count_if(levels.begin() + at - before, levels.begin() + at + task + after,
                                     [](double v) { return std::isnan(v); });
  found.share = 1 - static_cast<double>(missing) / static_cast<double>(before + task + after);
  const auto during = pieces(levels, at, at + task, piece);
  const auto baseline = middle_of(pieces(levels, at - before, at, piece)), level = middle_of(during);
  if (!baseline || !level || !(*baseline > 0))
    return fault_in_words<R>(baseline && *baseline > 0 ? "task" : "baseline", "without a level above 0",
                             "levels before and behind the marker");
  found.baseline = *baseline;
  found.task = *level;
  found.reactivity = std::log(*level / *baseline);
  std::size_t top = 0;
  for (std::size_t i = 0; i < during.size(); ++i)
    if (during[i] > found.peak) {
      found.peak = during[i];
      top = i;
    }
  const auto middle = [&](std::size_t i) {
    return seconds_at({static_cast<std::int64_t>(i) * piece + piece / 2}, rate);
  };
  found.peak_at = middle(top);
  if (found.peak > *baseline)
    for (std::size_t i = 0; i <= top && !found.latency; ++i)
      if (during[i] >= *baseline + 0.5 * (found.peak - *baseline)) found.latency = middle(i);
  // The way back, a tenth of the time it has to be held for a piece: by a line that falls ever more slowly.
  const std::int64_t fine = std::max<std::int64_t>(1, held / 10);
  const auto back = pieces(levels, at + task, at + task + after, fine);
  const double step = seconds_at({fine}, rate).value;
  for (const double v : back)
    if (v > *baseline) found.area += std::log(v / *baseline) * step;
  if (!(found.reactivity > 0)) return found;
  const auto decay = decay_of(back, step);
  const double half = *baseline + 0.5 * (*level - *baseline);
  if (!decay) {
    found.censored = true;
  } else if (decay->start <= half) {
    found.half_time = Seconds{0};
  } else if (decay->end < half) {
    const double time = decay->tau * std::log((decay->start - decay->end) / (half - decay->end));
    if (time <= spec.recovery.value) found.half_time = Seconds{time};
  }
  found.censored = !found.half_time;
  return found;
}

}  // namespace unguard
