// SPDX-License-Identifier: Apache-2.0
// How often a detector alarms on noise alone, counted on hours of noise that a NoiseModel makes; and the threshold for
// a wanted number of false alarms an hour, which is what "3 SD" never says. Exact interval of a count: Garwood 1936,
// doi:10.1093/biomet/28.3-4.437. Cost: offline; the detector's own for every simulated sample, 7.2 million an hour at
// 2 kHz.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/chi_square.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/activity_calibration.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/model_noise.hpp"
#include "unguard/detect/noise_model.hpp"

namespace unguard {

// An alarm that is cancelled sooner than this was none: it is counted beside.
inline constexpr Seconds soon_cancelled{0.15};

struct AlarmCount {
  std::int64_t alarms = 0;
  std::int64_t cancelled = 0;  // soon enough
  double hours = 0;

  double per_hour() const noexcept { return static_cast<double>(alarms) / hours; }
  // 95 %, exact.
  double lowest_per_hour() const { return count_interval(alarms).low / hours; }
  double highest_per_hour() const { return count_interval(alarms).high / hours; }
};

namespace false_alarm_detail {

inline NoiseModel one_channel(const NoiseModel& noise, int channel) {
  NoiseModel one = noise;
  one.coefficients.assign(noise.of(channel).begin(), noise.of(channel).end());
  one.level.per_channel = {noise.level.per_channel[static_cast<std::size_t>(channel)]};
  return one;
}

// The spec as somebody would start it who knows this noise well: told the model, or a minute of it to learn from.
template <class S>
S told(S spec, const NoiseModel& one, int) {
  if constexpr (requires { spec.noise = one; }) {
    spec.noise = one;
  } else {
    if constexpr (requires { spec.baseline; }) spec.baseline = {};
    spec.learn = Seconds{60};
  }
  return spec;
}
// One that is calibrated keeps what it knows of that channel beside the noise: how often noise alone brings how much
// evidence, at which settings, and how loud a heart is. Where it is not calibrated, the bound of an exact model, at
// whatever settings.
template <class S>
requires std::same_as<decltype(S::calibration), ActivityCalibration> S told(S spec, const NoiseModel& one,
                                                                            int channel) {
  ActivityCalibration known{
      .noise = one, .level = one.level, .lags = spec.calibration.lags, .log_alarms = {0}, .decay = {1}};
  if (!spec.calibration.empty()) {
    const auto c = static_cast<std::size_t>(channel);
    known.correlation = spec.calibration.correlation_of(channel);
    known.log_alarms = {spec.calibration.log_alarms[c]};
    known.decay = {spec.calibration.decay[c]};
    known.counted_for = spec.calibration.counted_for;
    if (!spec.calibration.beat_loudness.empty()) {
      known.beat_loudness = {spec.calibration.beat_loudness[c]};
      known.beat_evidence = {spec.calibration.beat_evidence[c]};
    }
  }
  spec.calibration = std::move(known);
  return spec;
}
// Why what a spec is calibrated with says nothing of that channel, if it does not.
template <class S>
std::optional<Fault> refuse_calibrated(const S& spec, int channel, Hertz rate) {
  if constexpr (requires { spec.calibration; }) {
    if (spec.calibration.empty()) return std::nullopt;
    ActivityCalibration known = spec.calibration;
    known.mean_of = 1;  // the noise is of what is looked at
    if (auto fault = refuse_activity_calibration<S>(known, known.noise.channels(), rate)) return fault;
    if (channel >= known.noise.channels())
      return Fault{"false alarms", "channel", std::to_string(channel),
                   "a channel of the detector's calibration, 0 to " + std::to_string(known.noise.channels() - 1)};
  }
  return std::nullopt;
}

}  // namespace false_alarm_detail

// One channel of the detector on so many hours of that channel's noise. What the spec knows of rest is left aside: it
// learns from the noise itself. Repeats by its seed.
template <OnsetSpec S>
Result<AlarmCount> try_count_false_alarms(const S& spec, const NoiseModel& noise, int channel, double hours,
                                          std::uint64_t seed = 1) {
  using namespace false_alarm_detail;
  if (channel < 0 || channel >= noise.channels())
    return Fault{"false alarms", "channel", std::to_string(channel),
                 "a channel of the noise model, 0 to " + std::to_string(noise.channels() - 1)};
  if (!(hours > 0 && hours <= 10000)) return Fault{"false alarms", "hours", to_text(hours), "above 0, at most 10000"};
  if (auto fault = refuse_noise_model<NoiseModel>(noise, "noise", noise.channels(), noise.rate)) return *fault;
  const NoiseModel one = one_channel(noise, channel);
  if (auto fault = refuse_calibrated(spec, channel, noise.rate)) return *fault;
  const S known = told(spec, one, channel);
  if (auto fault = validate(known)) return *fault;
  auto made = try_onset_channel(known, {.rate = noise.rate, .channels = Channels::unnamed(1)}, 0);
  if (!made) return made.fault();
  auto& detector = *made;
  ModelNoise source(one, 0, seed);
  std::int64_t at = 0;
  for (; detector.learning(); ++at) detector.step(source.next(), at);
  for (const std::int64_t warm = at + samples_in({1}, noise.rate); at < warm; ++at) detector.step(source.next(), at);
  AlarmCount count;
  const auto end = at + static_cast<std::int64_t>(hours * 3600 * noise.rate.value);
  const std::int64_t soon = samples_in(soon_cancelled, noise.rate);
  std::int64_t opened = -1;
  for (; at < end; ++at) {
    const OnsetChange change = detector.step(source.next(), at);
    if (change.says == OnsetSays::on) opened = at;
    if (opened < 0) continue;
    if (change.says == OnsetSays::cancelled && at - opened <= soon)
      ++count.cancelled;
    else if (change.says == OnsetSays::off || change.says == OnsetSays::cancelled)
      ++count.alarms;
    else
      continue;
    opened = -1;
  }
  count.alarms += opened >= 0;
  count.hours = hours;
  return count;
}

// A spec with the threshold that was looked for, and what it was found from.
template <class S>
struct ForFalseAlarms {
  S spec;
  double threshold = 0;
  double per_hour = 0;  // wanted
  AlarmCount counted;   // on the noise that the threshold was tried on last
};

namespace false_alarm_detail {

struct Tried {
  double threshold;
  double log_rate;  // ln of alarms an hour
  double weight;    // alarms behind it
};

// The straight line through what was tried last, each weighted by its alarms, and where it meets a rate. The rate of
// large excursions falls exponentially or faster, so that nearby rates lie on a line.
inline double where_line_meets(const std::vector<Tried>& tried, double log_rate) {
  const std::size_t first = tried.size() > 3 ? tried.size() - 3 : 0;
  double n = 0, x = 0, y = 0;
  for (std::size_t i = first; i < tried.size(); ++i) {
    n += tried[i].weight;
    x += tried[i].weight * tried[i].threshold;
    y += tried[i].weight * tried[i].log_rate;
  }
  x /= n;
  y /= n;
  double xx = 0, xy = 0;
  for (std::size_t i = first; i < tried.size(); ++i) {
    xx += tried[i].weight * (tried[i].threshold - x) * (tried[i].threshold - x);
    xy += tried[i].weight * (tried[i].threshold - x) * (tried[i].log_rate - y);
  }
  const double slope = xx > 0 ? xy / xx : 0;
  return slope < 0 ? x + (log_rate - y) / slope : 1.2 * tried.back().threshold;
}

}  // namespace false_alarm_detail

// The spec with the threshold (`threshold_of(spec)`) at which that channel's noise gives so many alarms an hour. Tried
// at ever higher thresholds, on as much noise as gives 40 alarms each.
template <OnsetSpec S>
requires requires(S& s) {
  { threshold_of(s) } -> std::convertible_to<double&>;
}
Result<ForFalseAlarms<S>> try_for_false_alarms(S spec, const NoiseModel& noise, int channel, double per_hour,
                                               std::uint64_t seed = 1) {
  using namespace false_alarm_detail;
  if (!(per_hour >= 0.01 && per_hour <= 10000))
    return Fault{"false alarms", "per_hour", to_text(per_hour), "0.01 to 10000"};
  constexpr double enough = 40, often = 400;  // alarms behind a rate; alarms an hour that are soon counted
  double& threshold = threshold_of(spec);
  std::vector<Tried> tried;
  AlarmCount last;
  const auto attempt = [&](double hours) -> std::optional<Fault> {
    const auto count = try_count_false_alarms(spec, noise, channel, hours, seed + tried.size());
    if (!count) return count.fault();
    last = *count;
    return std::nullopt;
  };
  // From where the spec stands to where alarms are frequent, but not one upon the other.
  double low = 0, high = 0;
  for (int i = 0;; ++i) {
    if (auto fault = attempt(0.1)) return *fault;
    const double rate = last.per_hour();
    if (rate >= std::min(often, per_hour) && rate <= std::max(4 * often, 2 * per_hour)) break;
    if (i == 60)
      return Fault{std::string(info_of<S>().name), "threshold", to_text(threshold),
                   "a detector whose false alarms depend on its threshold"};
    if (rate > often) {
      low = threshold;
      threshold = high > 0 ? 0.5 * (low + high) : 1.25 * threshold;
    } else {
      high = threshold;
      threshold = low > 0 ? 0.5 * (low + high) : 0.8 * threshold;
    }
  }
  tried.push_back({threshold, std::log(last.per_hour()), static_cast<double>(last.alarms)});
  const double wanted = std::log(per_hour);
  // A quarter of the rate at a time.
  for (int i = 0; i < 40; ++i) {
    const double aim = std::max(wanted, tried.back().log_rate - std::log(4.0));
    threshold = tried.size() > 1 ? where_line_meets(tried, aim) : 1.05 * threshold;
    if (auto fault = attempt(enough / std::exp(aim))) return *fault;
    const double alarms = std::max(0.5, static_cast<double>(last.alarms));
    tried.push_back({threshold, std::log(alarms / last.hours), alarms});
    if (aim == wanted && std::fabs(tried.back().log_rate - wanted) < 0.25) break;
  }
  threshold = where_line_meets(tried, wanted);
  return ForFalseAlarms<S>{spec, threshold, per_hour, last};
}

}  // namespace unguard
