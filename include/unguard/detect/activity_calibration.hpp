// SPDX-License-Identifier: Apache-2.0
// What ActivityDetector has to know of a stream, as it is stored in a plan: the noise at rest, how a contraction is
// correlated once that noise has been whitened, and how often noise alone reaches a given evidence in a detector of
// which settings. Cost: none.
#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/detect/counted_for.hpp"
#include "unguard/detect/noise_model.hpp"

namespace unguard {

struct ActivityCalibration {
  NoiseModel noise{};   // empty: not calibrated; where the heart is heard, of rest while it beats
  Calibration level{};  // RMS of rest, beats left out
  int mean_of = 1;      // samples of the stream to one that all of this is of
  int lags = 6;
  // Autocorrelation at 1, 2, ... lags of a contraction's own part of the whitened signal; channel after channel. Empty:
  // not known, taken for white.
  std::vector<double> correlation{};
  // A sample of noise alone brings evidence g with probability exp(log_alarms - decay g); a value a channel.
  std::vector<double> log_alarms{};
  std::vector<double> decay{};
  CountedFor counted_for{};  // empty: these are no count but a bound, and whoever gave them answers for it
  // What one heartbeat an hour exceeds; a value a channel, 0 where too few are known to tell. Empty: no heart was told.
  std::vector<double> beat_loudness{};  // largest mean square over a look, of that of the whitened noise
  std::vector<double> beat_evidence{};  // largest evidence, nats
  // Level of all of the rest, whitened, over that of the model: below 0 where the model is of beats. Where the rest
  // ended, its level over that of all of it, and how fast it moved. A value a channel; empty: 0.
  std::vector<double> settled_dB{};
  std::vector<double> end_dB{};
  std::vector<double> end_dB_a_second{};

  bool empty() const noexcept { return noise.empty(); }
  friend bool operator==(const ActivityCalibration&, const ActivityCalibration&) = default;
  std::vector<double> correlation_of(int channel) const {
    const auto n = static_cast<std::size_t>(lags), first = n * static_cast<std::size_t>(channel);
    if (correlation.empty()) return std::vector<double>(n);
    return {correlation.begin() + static_cast<std::ptrdiff_t>(first),
            correlation.begin() + static_cast<std::ptrdiff_t>(first + n)};
  }
};
constexpr SpecInfo info(const ActivityCalibration*) {
  return {"ActivityCalibration", "noise at rest, and what a contraction is like above it",
          "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"};
}
constexpr auto fields(const ActivityCalibration*) {
  using A = ActivityCalibration;
  return field_list(
      field<&A::noise>("noise", "spectrum and level at rest; where the heart is heard, while it beats"),
      field<&A::level>("level", "RMS at rest, beats left out"),
      field<&A::mean_of>("mean_of", "samples of the stream whose mean is one that is looked at", between(1, 1000)),
      field<&A::lags>("lags", "of the correlation of a contraction", between(0, 40)),
      field<&A::correlation>("correlation",
                             "of a contraction's own part of the whitened signal, channel after channel; "
                             "none: white"),
      field<&A::log_alarms>("log_alarms",
                            "logarithm of how often a sample of noise alone brings evidence g: this less "
                            "decay g; a value a channel"),
      field<&A::decay>("decay",
                       "how much rarer each nat of evidence is, logarithm; 1 where the noise "
                       "model is exact; a value a channel"),
      field<&A::counted_for>("counted_for", "settings of the detector that log_alarms and decay were counted for"),
      field<&A::beat_loudness>("beat_loudness",
                               "mean square over the detector's look, of that of the whitened noise, that "
                               "one heartbeat an hour exceeds; a value a channel, 0: not known; none: no "
                               "heart"),
      field<&A::beat_evidence>("beat_evidence",
                               "evidence that one heartbeat an hour exceeds, nats; a value a channel, 0: "
                               "not known; none: no heart"),
      field<&A::settled_dB>("settled_dB",
                            "level of all of the rest, whitened, over that of the noise model; a value a channel; "
                            "none: 0"),
      field<&A::end_dB>("end_dB", "level at the end of the rest over that of all of it; a value a channel; none: 0"),
      field<&A::end_dB_a_second>("end_dB_a_second", "how fast the level moved there; a value a channel; none: 0"));
}

template <Spec Owner>
std::optional<Fault> refuse_activity_calibration(const ActivityCalibration& a, int channels, Hertz rate) {
  const auto refused = [&](const char* field, std::string found, std::string expected) {
    return Fault{std::string(info_of<Owner>().name), std::string("calibration.") + field, std::move(found),
                 std::move(expected)};
  };
  if (a.mean_of < 1 || a.mean_of > 1000) return refused("mean_of", std::to_string(a.mean_of), "1 to 1000");
  if (a.mean_of > 1 && a.noise.rate != rate / a.mean_of)
    return refused("mean_of",
                   std::to_string(a.mean_of) + " samples of a stream of " + to_text(a.noise.rate * a.mean_of),
                   "those of the stream, of " + to_text(rate));
  if (auto fault = refuse_noise_model<Owner>(a.noise, "calibration.noise", channels, rate / a.mean_of)) return fault;
  const std::string of_each = " for each of " + std::to_string(channels) + " channels";
  const auto n = static_cast<std::size_t>(channels);
  if (a.lags < 0 || a.lags > 40) return refused("lags", std::to_string(a.lags), "0 to 40");
  if (!a.correlation.empty() && a.correlation.size() != n * static_cast<std::size_t>(a.lags))
    return refused("correlation", std::to_string(a.correlation.size()) + " numbers",
                   "none, or " + std::to_string(a.lags) + of_each);
  for (const double r : a.correlation)
    if (!(std::fabs(r) <= 1)) return refused("correlation", to_text(r), "-1 to 1");
  if (a.level.per_channel.size() != n)
    return refused("level", std::to_string(a.level.per_channel.size()) + " channels", "one value" + of_each);
  for (const Estimate& e : a.level.per_channel)
    if (!(std::isfinite(e.value) && e.value > 0))
      return refused("level", to_text(e.value), "a finite number above 0 uV");
  for (const auto& [name, values] : {std::pair{"log_alarms", &a.log_alarms}, {"decay", &a.decay}})
    if (values->size() != n) return refused(name, std::to_string(values->size()) + " numbers", "one" + of_each);
  for (const double v : a.log_alarms)
    if (!std::isfinite(v)) return refused("log_alarms", to_text(v), "finite numbers");
  for (const double v : a.decay)
    if (!(v > 0 && v <= 2)) return refused("decay", to_text(v), "above 0, at most 2");
  // Lists that are there together or not at all.
  using List = std::pair<const char*, const std::vector<double>*>;
  const auto refused_of = [&](std::initializer_list<List> lists, auto is_good,
                              const char* expected) -> std::optional<Fault> {
    const std::size_t together = lists.begin()->second->size();
    for (const auto& [name, values] : lists) {
      if (values->size() != together || (together > 0 && together != n))
        return refused(name, std::to_string(values->size()) + " numbers", "none, or one" + of_each);
      for (const double v : *values)
        if (!is_good(v)) return refused(name, to_text(v), expected);
    }
    return std::nullopt;
  };
  if (auto fault = refused_of(
          {{"beat_loudness", &a.beat_loudness}, {"beat_evidence", &a.beat_evidence}},
          [](double v) { return std::isfinite(v) && v >= 0; }, "finite numbers of 0 and more"))
    return fault;
  if (auto fault = refused_of(
          {{"settled_dB", &a.settled_dB}, {"end_dB", &a.end_dB}, {"end_dB_a_second", &a.end_dB_a_second}},
          [](double v) { return std::fabs(v) <= 40; }, "-40 to 40"))
    return fault;
  return std::nullopt;
}

}  // namespace unguard
