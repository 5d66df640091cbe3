// SPDX-License-Identifier: Apache-2.0
// How well somebody feels and sets the tension of a muscle: levels asked for without a screen, each several times in
// random order, against those produced. People with chronic back pain feel low levels as higher and high ones as lower
// than they are (4, 8, 12, 16 uV: Flor, Fuerst & Birbaumer 1999, doi:10.1023/A:1022847131149; eight levels three times
// each: Flor, Schugens & Birbaumer 1992, doi:10.1007/BF01000401); who sets levels by such a feeling has a slope above 1
// on double logarithmic axes. Whether neighbours differ: area under the ROC curve, interval by Newcombe 2006,
// doi:10.1002/sim.2324, and d', freed of the bias of few trials (Hedges 1981, doi:10.3102/10769986006002107). Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/tension_trial.hpp"
#include "unguard/core/calibration.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/quantiles.hpp"

namespace unguard {

struct TensionDiscrimination {
  std::vector<double> targets{4, 8, 12, 16};  // in uV, or in % of one's own reference; ascending
  int fewest_trials = 2;                      // of each

  friend bool operator==(const TensionDiscrimination&, const TensionDiscrimination&) = default;
};
constexpr SpecInfo info(const TensionDiscrimination*) {
  return {"TensionDiscrimination", "levels of tension that were asked for against those produced",
          "levels: Flor et al. 1999, doi:10.1023/A:1022847131149; Newcombe 2006, doi:10.1002/sim.2324; Hedges 1981, "
          "doi:10.3102/10769986006002107"};
}
constexpr auto fields(const TensionDiscrimination*) {
  using T = TensionDiscrimination;
  return field_list(field<&T::targets>("targets", "levels asked for, ascending, in uV or % of a reference", positive),
                    field<&T::fewest_trials>("fewest_trials", "of each level", between(2, 1000)));
}

// All on the natural logarithm, with 95 % intervals.
struct TensionTarget {
  double target = 0;
  int trials = 0;
  double produced = 0;  // geometric mean
  Estimate error{};     // mean of ln(produced / target): above 0 too much

  friend bool operator==(const TensionTarget&, const TensionTarget&) = default;
};
struct TensionPair {
  double lower = 0, higher = 0;  // targets
  Estimate area{};               // chance that a trial of the higher is the stronger; 0.5: told apart by chance alone
  Estimate d_prime{};            // their distance in spreads of one trial

  friend bool operator==(const TensionPair&, const TensionPair&) = default;
};
struct TensionPerception {
  Estimate slope{};   // of ln produced on ln target; above 1: low ones too low, high ones too high
  Estimate bias{};    // mean of ln(produced / target), all levels alike
  double spread = 0;  // of ln produced from trial to trial of one level
  std::vector<TensionTarget> targets{};
  std::vector<TensionPair> neighbours{};

  friend bool operator==(const TensionPerception&, const TensionPerception&) = default;
};

namespace tension_detail {

// Newcombe's interval, his method 5: areas that lie no further from the one found than their own error has it.
inline Estimate area_interval(double area, double low_trials, double high_trials) {
  const auto too_far = [&](double truth) {
    const double spread = (low_trials + high_trials) / 2 - 1;
    const double variance = truth * (1 - truth) / (low_trials * high_trials) *
                            (1 + spread * ((1 - truth) / (2 - truth) + truth / (1 + truth)));
    return std::fabs(area - truth) > normal_95 * std::sqrt(variance);
  };
  const auto end = [&](double outside) {
    double inside = area;
    if (!too_far(outside)) return outside;
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (too_far(middle) ? outside : inside) = middle;
    }
    return inside;
  };
  // At the ends themselves nothing scatters.
  constexpr double next_to_nothing = 1e-9;
  return {area, area <= 0 ? 0 : end(next_to_nothing), area >= 1 ? 1 : end(1 - next_to_nothing)};
}
inline double area_of(const std::vector<double>& low, const std::vector<double>& high) {
  double sum = 0;
  for (const double h : high)
    for (const double l : low) sum += h > l ? 1 : h == l ? 0.5 : 0;
  return sum / static_cast<double>(low.size() * high.size());
}

}  // namespace tension_detail

// In any order. Each target of the spec, and no other.
inline Result<TensionPerception> tension_discrimination(std::span<const TensionTrial> trials,
                                                        const TensionDiscrimination& spec = {}) {
  using T = TensionDiscrimination;
  if (auto fault = validate(spec)) return *fault;
  const auto refuse = [](const char* what, std::string found, std::string expected) {
    return fault_in_words<T>(what, std::move(found), std::move(expected));
  };
  if (spec.targets.size() < 2 ||
      std::adjacent_find(spec.targets.begin(), spec.targets.end(), std::greater_equal<>()) != spec.targets.end())
    return fault_of<T>("targets", spec.targets, "two levels or more that ascend");
  std::vector<std::vector<double>> logs(spec.targets.size());
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto at = std::find(spec.targets.begin(), spec.targets.end(), trials[i].target);
    if (at == spec.targets.end())
      return refuse("trials", "a target of " + to_text(trials[i].target) + " in trial " + std::to_string(i),
                    "one of " + to_text(spec.targets));
    if (!(trials[i].produced > 0 && std::isfinite(trials[i].produced)))
      return refuse("trials", to_text(trials[i].produced) + " produced in trial " + std::to_string(i),
                    "finite levels above 0");
    logs[static_cast<std::size_t>(at - spec.targets.begin())].push_back(std::log(trials[i].produced));
  }
  TensionPerception found;
  double squares = 0, all = 0, mean_x = 0, mean_y = 0;
  for (std::size_t k = 0; k < logs.size(); ++k) {
    if (std::ssize(logs[k]) < spec.fewest_trials)
      return refuse("trials", std::to_string(logs[k].size()) + " of " + to_text(spec.targets[k]),
                    "at least " + std::to_string(spec.fewest_trials) + " of each level");
    const auto n = static_cast<double>(logs[k].size());
    double mean = 0;
    for (const double y : logs[k]) mean += y / n;
    for (const double y : logs[k]) squares += (y - mean) * (y - mean);
    all += n;
    mean_x += n * std::log(spec.targets[k]);
    mean_y += n * mean;
    found.targets.push_back(
        {spec.targets[k], static_cast<int>(n), std::exp(mean), {mean - std::log(spec.targets[k]), 0, 0}});
  }
  mean_x /= all;
  mean_y /= all;
  // One spread for all levels: of two or three trials of one there is none to speak of.
  const double degrees = all - static_cast<double>(logs.size());
  found.spread = std::sqrt(squares / degrees);
  const double times = student_95(static_cast<int>(degrees));
  double xx = 0, xy = 0, off_line = 0, bias = 0, inverse = 0;
  const auto levels = static_cast<double>(logs.size());
  for (std::size_t k = 0; k < logs.size(); ++k) {
    auto& t = found.targets[k];
    const double off = times * found.spread / std::sqrt(static_cast<double>(t.trials));
    t.error.low = t.error.value - off;
    t.error.high = t.error.value + off;
    bias += t.error.value / levels;
    inverse += 1.0 / t.trials;
    const double x = std::log(t.target) - mean_x;
    for (const double y : logs[k]) {
      xx += x * x;
      xy += x * (y - mean_y);
    }
  }
  const double slope = xy / xx;
  for (std::size_t k = 0; k < logs.size(); ++k)
    for (const double y : logs[k]) off_line += std::pow(y - mean_y - slope * (std::log(spec.targets[k]) - mean_x), 2);
  const double of_slope = student_95(static_cast<int>(all) - 2) * std::sqrt(off_line / (all - 2) / xx);
  found.slope = {slope, slope - of_slope, slope + of_slope};
  const double of_bias = times * found.spread * std::sqrt(inverse) / levels;
  found.bias = {bias, bias - of_bias, bias + of_bias};
  const double unbiased = degrees > 1 ? 1 - 3 / (4 * degrees - 1) : 1;
  for (std::size_t k = 0; k + 1 < logs.size(); ++k) {
    const double m = found.targets[k].trials, n = found.targets[k + 1].trials;
    TensionPair pair{spec.targets[k], spec.targets[k + 1], {}, {}};
    pair.area = tension_detail::area_interval(tension_detail::area_of(logs[k], logs[k + 1]), m, n);
    if (found.spread > 0) {
      const double apart =
          unbiased * std::log(found.targets[k + 1].produced / found.targets[k].produced) / found.spread;
      const double off = times * std::sqrt(1 / m + 1 / n + apart * apart / (2 * degrees));
      pair.d_prime = {apart, apart - off, apart + off};
    }
    found.neighbours.push_back(pair);
  }
  return found;
}

}  // namespace unguard
