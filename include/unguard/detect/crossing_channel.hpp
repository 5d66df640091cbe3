// SPDX-License-Identifier: Apache-2.0
// One channel of a detector that compares a statistic with "mean + h SD" of that statistic at rest: enters when it has
// been above for long enough, leaves when it has been below for long enough. Hodges & Bui 1996,
// doi:10.1016/S0013-4694(96)95190-5. Cost: the statistic and three comparisons a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/entry.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/crossing_run.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/detect/onset_channel.hpp"

namespace unguard {

struct CrossingRule : CrossingTimes {
  double spreads = 3;
  std::int64_t learn = 1;  // samples that the baseline is learnt from

  friend bool operator==(const CrossingRule&, const CrossingRule&) = default;
};

// What a statistic says at a sample: the value that is compared, and the one whose mean and SD are taken at rest. They
// are one and the same in most methods, and not in Hodges & Bui's.
struct StatisticValue {
  double compared = 0;
  double at_rest = 0;
};

// `warm_up`: samples from a reset until both values are of a full window.
template <class S>
concept OnsetStatistic = std::copyable<S> && requires(S s, const S k, double x) {
  { s.step(x) }
  noexcept->std::same_as<StatisticValue>;
  { k.warm_up() }
  noexcept->std::same_as<std::int64_t>;
  { s.reset() }
  noexcept;
};

template <OnsetStatistic Statistic>
class CrossingChannel {
 public:
  // A baseline of one channel; without, it is learnt.
  CrossingChannel(Statistic statistic, CrossingRule rule, std::optional<std::pair<double, double>> baseline)
      : statistic_(std::move(statistic)), rule_(rule), run_(rule), known_(baseline) {
    reset();
  }

  OnsetChange step(double x, std::int64_t at) noexcept {
    const StatisticValue now = statistic_.step(x);
    if (seen_ < statistic_.warm_up()) {
      ++seen_;
      return {};
    }
    if (learning()) {
      moments_.add(now.at_rest);
      if (moments_.count() < rule_.learn) return {};
      // A flat stretch teaches nothing: learn on.
      if (moments_.spread() > 0)
        take({moments_.mean(), moments_.spread()});
      else
        moments_.reset();
      return {};
    }
    return run_.step(now.compared > threshold_, at);
  }

  bool learning() const noexcept { return !learnt_; }
  double threshold() const noexcept { return threshold_; }
  const BaselineMoments& moments() const noexcept { return moments_; }
  // For what sets the statistic up from the signal itself.
  Statistic& statistic() noexcept { return statistic_; }
  const Statistic& statistic() const noexcept { return statistic_; }
  std::int64_t latency() const noexcept { return run_.latency(); }

  void reset() noexcept {
    moments_.reset();
    learnt_ = false;
    threshold_ = 0;
    if (known_) take(*known_);
    restart();
  }
  void restart() noexcept {
    statistic_.reset();
    run_.reset();
    seen_ = 0;
  }
  // Goes on where the other one is, with the threshold of this one's rule. False, and nothing done, for another
  // statistic or another rest.
  bool adopt(const CrossingChannel& other) noexcept {
    if (!(statistic_ == other.statistic_) || known_ != other.known_ || rule_.learn != other.rule_.learn) return false;
    const CrossingRule rule = rule_;
    CrossingRun run = run_;
    run.adopt(other.run_);
    *this = other;
    rule_ = rule;
    run_ = run;
    if (learnt_) take({mean_, spread_});
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    statistic_.state(archive);
    moments_.state(archive);
    archive(mean_);
    archive(spread_);
    archive(learnt_);
    archive(seen_);
    run_.state(archive);
    if (learnt_) take({mean_, spread_});
  }

 private:
  void take(std::pair<double, double> mean_and_spread) noexcept {
    mean_ = mean_and_spread.first;
    spread_ = mean_and_spread.second;
    threshold_ = mean_ + rule_.spreads * spread_;
    learnt_ = true;
  }
  Statistic statistic_;
  CrossingRule rule_;
  CrossingRun run_;
  std::optional<std::pair<double, double>> known_;
  BaselineMoments moments_{};
  double mean_ = 0;
  double spread_ = 0;
  double threshold_ = 0;
  bool learnt_ = false;
  std::int64_t seen_ = 0;  // samples since the statistic began, up to its warm-up
};

// A spec with `try_statistic(spec, rate)`, `crossing_rule(spec, rate)` and `statistic_of(spec)`, and with the fields
// `baseline` and `learn`.
template <class S>
concept CrossingSpec = Spec<S> && requires(const S& s, Hertz rate) {
  requires OnsetStatistic<typename decltype(try_statistic(s, rate))::value_type>;
  { crossing_rule(s, rate) } -> std::same_as<CrossingRule>;
  { statistic_of(s) } -> std::same_as<std::string>;
  { s.baseline } -> std::convertible_to<OnsetBaseline>;
};
template <CrossingSpec S>
using StatisticOf = typename decltype(try_statistic(std::declval<const S&>(), Hertz{}))::value_type;

template <CrossingSpec S>
Result<CrossingChannel<StatisticOf<S>>> try_onset_channel(const S& spec, const StreamFormat& format, int channel) {
  auto statistic = try_statistic(spec, format.rate);
  if (!statistic) return statistic.fault();
  std::optional<std::pair<double, double>> rest;
  if (!spec.baseline.empty()) {
    if (auto fault = refuse_baseline<S>(spec.baseline, statistic_of(spec), format.channels.count())) return *fault;
    const auto c = static_cast<std::size_t>(channel);
    rest = {spec.baseline.mean.per_channel[c].value, spec.baseline.spread.per_channel[c].value};
  }
  return CrossingChannel<StatisticOf<S>>(std::move(*statistic), crossing_rule(spec, format.rate), rest);
}

// Mean and SD of a statistic over a declared rest, each channel for itself, marked samples left out. 95 % intervals
// from the baseline's own batches of a tenth, because neighbouring values say nearly the same.
template <CrossingSpec S>
Result<OnsetBaseline> try_baseline(const S& spec, ConstBlock rest, const StreamFormat& format,
                                   Seconds shortest = {0.2}) {
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  const std::string owner(info_of<S>().name);
  if (rest.channels != format.channels.count() || rest.frames < 0 || (rest.frames > 0 && !rest.data))
    return Fault{owner, "rest", std::to_string(rest.channels) + " channels",
                 "a block of the stream's " + std::to_string(format.channels.count()) + " channels"};
  const auto fresh = try_statistic(spec, format.rate);
  if (!fresh) return fresh.fault();
  OnsetBaseline made;
  std::int64_t fewest = rest.frames;
  for (int c = 0; c < rest.channels; ++c) {
    StatisticOf<S> statistic = *fresh;
    std::vector<double> values;
    std::int64_t seen = 0;
    for (std::int64_t i = 0; i < rest.frames; ++i) {
      if (is_marked(rest, i, c)) continue;
      const StatisticValue now = statistic.step(rest(i, c));
      if (seen < statistic.warm_up())
        ++seen;
      else
        values.push_back(now.at_rest);
    }
    const auto n = static_cast<std::int64_t>(values.size());
    if (n < 20 || seconds_at({n}, format.rate) < shortest)
      return Fault{owner, "rest",
                   to_text(seconds_at({n}, format.rate)) + " unmarked in channel \"" + format.channels[c].name + "\"",
                   "at least " + to_text(shortest)};
    BaselineMoments all, means, spreads;
    for (const double v : values) all.add(v);
    for (std::int64_t batch = 0; batch < 10; ++batch) {
      BaselineMoments part;
      for (std::int64_t i = batch * n / 10; i < (batch + 1) * n / 10; ++i)
        part.add(values[static_cast<std::size_t>(i)]);
      means.add(part.mean());
      spreads.add(part.spread());
    }
    if (!(std::isfinite(all.mean()) && all.spread() > 0))
      return Fault{owner, "rest", "flat in channel \"" + format.channels[c].name + "\"", "a signal that varies"};
    constexpr double t9 = 2.2621571628;  // 97.5 % of Student's t with nine degrees of freedom
    const auto estimate = [&](double value, const BaselineMoments& batches) {
      const double half = t9 * batches.spread() / std::sqrt(10.0);
      return Estimate{value, value - half, value + half};
    };
    made.mean.per_channel.push_back(estimate(all.mean(), means));
    made.spread.per_channel.push_back(estimate(all.spread(), spreads));
    fewest = std::min(fewest, n);
  }
  for (Calibration* calibration : {&made.mean, &made.spread}) {
    calibration->quantity = statistic_of(spec);
    calibration->unit = "";
    calibration->samples = fewest;
    calibration->duration = seconds_at({fewest}, format.rate);
  }
  made.mean.how = "mean over the rest";
  made.spread.how = "standard deviation over the rest";
  return made;
}

}  // namespace unguard
