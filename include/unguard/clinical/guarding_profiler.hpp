// SPDX-License-Identifier: Apache-2.0
// The GuardingProfile of a person from three good bends and more. A spread of three to five is hardly one: so each
// bin's variance is drawn towards that of all, the more the less bins differ in it (Smyth 2004,
// doi:10.2202/1544-6115.1027, its prior by moments), and how bins hang together is drawn towards half and half by as
// much as two bends would say. Degrees of freedom: Satterthwaite 1946, doi:10.2307/3002019. Cost: bins squared times
// bends; offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/guarding_covariance.hpp"
#include "unguard/clinical/guarding_profile.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"

namespace unguard {

struct GuardingProfiler {
  int fewest_trials = 3;
  int fewest_bins = 3;
  double least_spread = 0.05;  // nobody bends twice alike to less than that

  friend bool operator==(const GuardingProfiler&, const GuardingProfiler&) = default;
};
constexpr SpecInfo info(const GuardingProfiler*) {
  return {"GuardingProfiler", "levels of good bends by trunk angle, learnt from a person's own",
          "Smyth 2004, doi:10.2202/1544-6115.1027; Satterthwaite 1946, doi:10.2307/3002019"};
}
constexpr auto fields(const GuardingProfiler*) {
  using G = GuardingProfiler;
  return field_list(
      field<&G::fewest_trials>("fewest_trials", "fewest good bends of a profile, and of a bin of it", between(3, 1000)),
      field<&G::fewest_bins>("fewest_bins", "that they have to go through, down and up taken together",
                             between(2, 2 * most_angle_bins)),
      field<&G::least_spread>("least_spread", "of ln of the level in a bin, from bend to bend", between(0.001, 1)));
}

namespace guarding_detail {

struct Bin {
  BendWay way{};
  int bin = 0;
  std::size_t at = 0;                  // in the profile's lists
  std::vector<double> logs{}, rest{};  // of each bend; NaN where it has none
  double mean = 0, squares = 0, trials = 0, variance = 0;
};

// Bins that enough bends have gone through, with their means.
inline std::vector<Bin> bins_of(const GuardingProfiler& spec, const GuardingProfile& profile, int channel,
                                const std::vector<const BendByAngle*>& bends) {
  std::vector<Bin> all;
  for (const BendWay way : {BendWay::flexing, BendWay::extending})
    for (int k = 0; k < profile.bins.count; ++k) {
      Bin bin{.way = way, .bin = k, .at = profile.index(channel, way, k)};
      for (const BendByAngle* b : bends) {
        const BinLevel& level = b->at(way, k);
        bin.logs.push_back(level.known() ? level.log : std::nan(""));
        if (!level.known()) continue;
        bin.trials += 1;
        bin.mean += level.log;
      }
      if (bin.trials < spec.fewest_trials) continue;
      bin.mean /= bin.trials;
      for (const double log : bin.logs) {
        bin.rest.push_back(log - bin.mean);
        if (!std::isnan(log)) bin.squares += (log - bin.mean) * (log - bin.mean);
      }
      all.push_back(std::move(bin));
    }
  return all;
}
// Each variance, drawn towards that of all; and the degrees of freedom that the latter adds to one bin's own.
inline double shrink(std::vector<Bin>& bins, double least_spread) {
  double squares = 0, degrees = 0;
  for (const Bin& b : bins) {
    squares += b.squares;
    degrees += b.trials - 1;
  }
  const double pooled = std::max(squares / degrees, least_spread * least_spread),
               of_one = degrees / static_cast<double>(bins.size());
  double apart = -2 / of_one;  // how much more bins differ than chance has it
  for (const Bin& b : bins) {
    const double off = b.squares / (b.trials - 1) / pooled - 1;
    apart += off * off / static_cast<double>(bins.size());
  }
  constexpr double alike = 1000;
  const double prior = apart > 0 ? std::min(alike, 4 + 2 / apart) : alike;
  for (Bin& b : bins)
    b.variance = std::max(least_spread * least_spread, (prior * pooled + b.squares) / (prior + b.trials - 1));
  return prior;
}
// The mean product of two bins' deviations, in their spreads, over pairs that `which` chooses; NaN where there are
// none.
template <class Which>
double correlation(const std::vector<Bin>& bins, Which&& which) {
  double sum = 0, pairs = 0;
  for (const Bin& a : bins)
    for (const Bin& b : bins) {
      if (!which(a, b)) continue;
      double products = 0, both = 0;
      for (std::size_t i = 0; i < a.rest.size(); ++i)
        if (const double p = a.rest[i] * b.rest[i]; !std::isnan(p)) {
          products += p;
          both += 1;
        }
      if (both < 2) continue;
      sum += products / (both - 1) / std::sqrt(a.variance * b.variance);
      pairs += 1;
    }
  return pairs > 0 ? sum / pairs : std::nan("");
}
// A share found by so many degrees of freedom, drawn towards what is usual by as much as two bends would say.
inline double drawn(double found, double degrees, double usual) {
  constexpr double bends = 2;
  return std::isnan(found) ? usual : (degrees * std::clamp(found, 0.0, 1.0) + bends * usual) / (degrees + bends);
}

inline void learn(GuardingProfile& profile, std::vector<Bin>& bins, double prior, double bends) {
  const double degrees = bends - 1;
  const double found_shared = correlation(bins, [](const Bin& a, const Bin& b) { return a.way != b.way; });
  const double shared = drawn(found_shared, degrees, 0.6);
  const double next =
      correlation(bins, [](const Bin& a, const Bin& b) { return a.way == b.way && b.bin == a.bin + 1; });
  const double of_all = std::isnan(found_shared) ? 0.0 : std::clamp(found_shared, 0.0, 0.95);
  const double neighbours = std::min(0.95, drawn((next - of_all) / (1 - of_all), degrees, 0.5));
  const Covariance covariance(shared, neighbours);
  double squares = 0;
  for (const Bin& a : bins)
    for (const Bin& b : bins) squares += std::pow(covariance(a.way, a.bin, b.way, b.bin), 2);
  const auto many = static_cast<double>(bins.size());
  profile.shared.push_back(shared);
  profile.neighbours.push_back(neighbours);
  profile.freedom.push_back(std::min(degrees * many * many / squares, prior + degrees));
  for (const Bin& b : bins) {
    profile.means[b.at] = b.mean;
    profile.spreads[b.at] = std::sqrt(b.variance);
    profile.trials[b.at] = static_cast<int>(b.trials);
  }
}

// Whether a bend says how this person bends.
inline bool is_good(const BendByAngle& bend) noexcept {
  return !(bend.doubts & (doubt::angle_gap | doubt::not_remembered | angle_not_believed));
}

}  // namespace guarding_detail

// From good bends of so many muscles, each of all of them. A bend with a gap in its angle is none. `how`: the band the
// levels are of, what bends, when. `left_out`: the number of a bend that is not taken, 0: all are.
inline Result<GuardingProfile> profile_guarding(const GuardingProfiler& spec, std::span<const BendByAngle> bends,
                                                int channels, std::string how, std::int64_t left_out = 0) {
  using G = GuardingProfiler;
  using namespace guarding_detail;
  if (auto fault = validate(spec)) return *fault;
  if (channels < 1) return fault_in_words<G>("channels", std::to_string(channels), "at least 1");
  GuardingProfile made;
  if (!bends.empty()) made.bins = bends.front().bins;
  for (const BendByAngle& b : bends) {
    if (b.bins != made.bins)
      return fault_in_words<G>("trials", "bend " + std::to_string(b.number) + " with other ranges of angle",
                               "bends with the same ones");
    if (b.channel < 0 || b.channel >= channels)
      return fault_in_words<G>("trials",
                               "bend " + std::to_string(b.number) + " of channel " + std::to_string(b.channel),
                               "channels 0 to " + std::to_string(channels - 1));
  }
  const std::size_t values = static_cast<std::size_t>(channels * 2 * made.bins.count);
  made.means.resize(values);
  made.spreads.resize(values);
  made.trials.resize(values);
  for (int c = 0; c < channels; ++c) {
    const std::string where = " in channel " + std::to_string(c);
    std::vector<const BendByAngle*> good;
    for (const BendByAngle& b : bends)
      if (b.channel == c && is_good(b) && (left_out == 0 || b.number != left_out)) good.push_back(&b);
    if (std::ssize(good) < spec.fewest_trials)
      return fault_in_words<G>("trials", std::to_string(good.size()) + " good bends" + where,
                               "at least " + std::to_string(spec.fewest_trials));
    auto bins = bins_of(spec, made, c, good);
    if (std::ssize(bins) < spec.fewest_bins)
      return fault_in_words<G>("trials",
                               std::to_string(bins.size()) + " ranges of angle that enough bends went through" + where,
                               "at least " + std::to_string(spec.fewest_bins));
    const double prior = shrink(bins, spec.least_spread);
    learn(made, bins, prior, static_cast<double>(good.size()));
    made.bends = c == 0 ? static_cast<int>(good.size()) : std::min(made.bends, static_cast<int>(good.size()));
  }
  made.how = std::move(how) + "; " + std::to_string(made.bends) + " good bends";
  return made;
}

}  // namespace unguard
