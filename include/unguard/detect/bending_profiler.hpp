// SPDX-License-Identifier: Apache-2.0
// The BendingProfile of a person from trials of bending that were good: the median of short mean squares at each angle,
// corrected for being a median, so that a spike or two in the trials change little; and a model of the spectrum of what
// is left once the level is divided out (Burg's method). Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684. Cost:
// allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/median.hpp"
#include "unguard/detect/bending_profile.hpp"
#include "unguard/envelope/degrees_of_freedom.hpp"
#include "unguard/filter/burg.hpp"

namespace unguard {

struct BendingProfiler {
  int angles = 8;        // at which a level is given, from the lowest met to the highest
  Seconds window{0.05};  // of the mean squares
  int fewest_trials = 2;
  int order = 12;  // of the model of the spectrum

  friend bool operator==(const BendingProfiler&, const BendingProfiler&) = default;
};
constexpr SpecInfo info(const BendingProfiler*) {
  return {"BendingProfiler", "a person's own level while bending, from good trials",
          "Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684"};
}
constexpr auto fields(const BendingProfiler*) {
  using B = BendingProfiler;
  return field_list(field<&B::angles>("angles", "at which a level is given; 1: no angle is needed", between(1, 100)),
                    field<&B::window>("window", "of the mean squares whose median is the level", between(0.01, 1)),
                    field<&B::fewest_trials>("fewest_trials", "fewest trials that make a profile", between(1, 100)),
                    field<&B::order>("order", "of the model of the spectrum", between(1, 100)));
}

// Frames [first, last) of the record: a bend from its beginning to its end, or a hold in full flexion.
struct BendingTrial {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

namespace bending_detail {

// Mean squares of one channel over whole windows of a trial, with the angle in the middle of each.
struct Windowed {
  std::vector<double> degrees, squares;
};
inline void add_windows(ConstBlock emg, std::span<const double> degrees, int channel, BendingTrial trial,
                        std::int64_t window, Windowed& to) {
  for (std::int64_t first = trial.first; first + window <= trial.last; first += window) {
    double sum = 0;
    bool marked = false;
    for (std::int64_t i = first; i < first + window; ++i) {
      marked = marked || is_marked(emg, i, channel);
      if (!marked) sum += emg(i, channel) * emg(i, channel);
    }
    if (marked) continue;
    to.degrees.push_back(degrees.empty() ? 0.0 : degrees[static_cast<std::size_t>(first + window / 2)]);
    to.squares.push_back(sum / static_cast<double>(window));
  }
}
// The median of those whose angle lies within `half` of one; 0 where there are fewer than three.
inline double median_near(const Windowed& all, double degrees, double half) {
  std::vector<double> near;
  for (std::size_t i = 0; i < all.squares.size(); ++i)
    if (std::fabs(all.degrees[i] - degrees) <= half) near.push_back(all.squares[i]);
  return near.size() < 3 ? 0.0 : median(near.begin(), near.end());
}

struct HoldLevels {
  std::vector<double> levels, spreads;
};
inline Result<HoldLevels> hold_levels(const BendingProfiler& spec, ConstBlock emg, std::span<const BendingTrial> holds,
                                      const StreamFormat& format) {
  using B = BendingProfiler;
  // Nobody holds twice alike to less than that.
  constexpr double least_spread = 0.1;
  if (std::ssize(holds) < std::max(2, spec.fewest_trials))
    return fault_in_words<B>("holds", std::to_string(holds.size()) + " trials",
                             "none, or at least " + std::to_string(std::max(2, spec.fewest_trials)));
  HoldLevels found;
  for (int c = 0; c < emg.channels; ++c) {
    std::vector<double> logs;
    for (const BendingTrial& t : holds) {
      if (t.first < 0 || t.last > emg.frames || t.first >= t.last)
        return fault_in_words<B>("holds", "frames " + std::to_string(t.first) + " to " + std::to_string(t.last),
                                 "stretches within the record's " + std::to_string(emg.frames) + " frames");
      double sum = 0;
      std::int64_t count = 0;
      for (std::int64_t i = t.first; i < t.last; ++i)
        if (!is_marked(emg, i, c)) {
          sum += emg(i, c) * emg(i, c);
          ++count;
        }
      if (!(sum > 0))
        return fault_in_words<B>("holds", "no signal in channel \"" + format.channels[c].name + "\"",
                                 "unmarked EMG in every hold");
      logs.push_back(0.5 * std::log(sum / static_cast<double>(count)));
    }
    double mean = 0, squares = 0;
    for (const double l : logs) mean += l / static_cast<double>(logs.size());
    for (const double l : logs) squares += (l - mean) * (l - mean);
    found.levels.push_back(std::exp(mean));
    found.spreads.push_back(std::max(least_spread, std::sqrt(squares / static_cast<double>(logs.size() - 1))));
  }
  return found;
}

}  // namespace bending_detail

// `degrees`: the trunk angle of each frame; may be empty when one angle is asked for.
inline Result<BendingProfile> try_profile_bending(const BendingProfiler& spec, ConstBlock emg,
                                                  std::span<const double> degrees, std::span<const BendingTrial> trials,
                                                  std::span<const BendingTrial> holds, const StreamFormat& format,
                                                  std::string band) {
  using B = BendingProfiler;
  using namespace bending_detail;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (emg.channels != format.channels.count() || emg.frames < 0 || (emg.frames > 0 && !emg.data))
    return fault_in_words<B>("emg", std::to_string(emg.channels) + " channels",
                             "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  if (std::ssize(degrees) != emg.frames && !(degrees.empty() && spec.angles == 1))
    return fault_in_words<B>("degrees", std::to_string(degrees.size()) + " angles",
                             "one for each of " + std::to_string(emg.frames) + " frames");
  if (std::ssize(trials) < spec.fewest_trials)
    return fault_in_words<B>("trials", std::to_string(trials.size()) + " trials",
                             "at least " + std::to_string(spec.fewest_trials));
  double lowest = 0, highest = 0;
  bool any = false;
  for (const BendingTrial& t : trials) {
    if (t.first < 0 || t.last > emg.frames || t.first >= t.last)
      return fault_in_words<B>("trials", "frames " + std::to_string(t.first) + " to " + std::to_string(t.last),
                               "stretches within the record's " + std::to_string(emg.frames) + " frames");
    for (std::int64_t i = t.first; i < t.last && !degrees.empty(); ++i) {
      const double at = degrees[static_cast<std::size_t>(i)];
      if (!std::isfinite(at))
        return fault_in_words<B>("degrees", to_text(at) + " at frame " + std::to_string(i), "finite numbers");
      lowest = any ? std::min(lowest, at) : at;
      highest = any ? std::max(highest, at) : at;
      any = true;
    }
  }
  BendingProfile made;
  if (spec.angles > 1 && !(highest - lowest > 5))
    return fault_in_words<B>("degrees", "a range of " + to_text(highest - lowest) + " degrees in the trials",
                             "more than 5 degrees, or one angle");
  // A level stands in the middle of its share of the range.
  const double width = (highest - lowest) / spec.angles;
  for (int i = 0; i < spec.angles; ++i) made.angles.push_back(lowest + (i + 0.5) * width);
  const std::int64_t window = std::max<std::int64_t>(1, samples_in(spec.window, format.rate));
  made.movement = {.rate = format.rate, .order = spec.order};
  std::int64_t fewest = emg.frames;
  for (int c = 0; c < emg.channels; ++c) {
    const std::string where = " in channel \"" + format.channels[c].name + "\"";
    Windowed all;
    for (const BendingTrial& t : trials) add_windows(emg, degrees, c, t, window, all);
    const std::size_t begin = made.levels.size();
    for (const double at : made.angles) {
      const double square = median_near(all, at, spec.angles == 1 ? 1e9 : 0.75 * width);
      if (!(square > 0))
        return fault_in_words<B>("trials", "less than three windows of signal at " + to_text(at) + " degrees" + where,
                                 "trials that go through the whole range, without marks");
      made.levels.push_back(std::sqrt(square));
    }
    // What is left when the level is divided out, trial by trial.
    made.movement.coefficients.resize(static_cast<std::size_t>((c + 1) * spec.order), 0.0);
    made.movement.level.per_channel.push_back({1, 1, 1});
    std::vector<std::vector<double>> even;
    double freedom = 0, count = 0;
    for (const BendingTrial& t : trials) {
      std::vector<double> piece;
      for (std::int64_t i = t.first; i < t.last; ++i) {
        if (is_marked(emg, i, c)) {
          if (std::ssize(piece) > 2 * spec.order) even.push_back(piece);
          piece.clear();
          continue;
        }
        const double level = made.level(c, degrees.empty() ? 0.0 : degrees[static_cast<std::size_t>(i)]);
        piece.push_back(emg(i, c) / level);
      }
      if (std::ssize(piece) > 2 * spec.order) even.push_back(std::move(piece));
    }
    std::vector<std::span<const double>> spans(even.begin(), even.end());
    const ArModel model = burg(spans, spec.order);
    if (!(model.power > 0 && model.error_power > 1e-12 * model.power))
      return fault_in_words<B>("trials", "flat or a pure tone" + where, "EMG");
    std::copy(model.coefficients.begin(), model.coefficients.end(),
              made.movement.coefficients.end() - static_cast<std::ptrdiff_t>(spec.order));
    for (const auto& piece : even) {
      freedom += degrees_of_freedom(piece, std::ssize(piece));
      count += static_cast<double>(piece.size());
    }
    // The median of a mean square of nu values lies low.
    const double nu = std::max(1.0, freedom / count * static_cast<double>(window));
    const double low = std::pow(1 - 2 / (9 * nu), 1.5);
    for (std::size_t i = begin; i < made.levels.size(); ++i) made.levels[i] /= low;
    fewest = std::min(fewest, static_cast<std::int64_t>(count));
  }
  if (!holds.empty()) {
    auto found = hold_levels(spec, emg, holds, format);
    if (!found) return found.fault();
    made.holds = std::move(found->levels);
    made.spreads = std::move(found->spreads);
  }
  Calibration& about = made.movement.level;
  about.quantity = "EMG of bending over its level";
  about.unit = "";
  about.samples = fewest;
  about.duration = seconds_at({fewest}, format.rate);
  about.how = std::move(band) + "; " + std::to_string(trials.size()) + " trials";
  return made;
}

}  // namespace unguard
