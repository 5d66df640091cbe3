// SPDX-License-Identifier: Apache-2.0
// The calibrated rest of a stream as it is stored in a plan and given to detectors: level and spread of both envelopes,
// each with its 95 % interval, the signal that went into it and how it was made.
// Intervals: asymptotic variances of median and MAD for normal values, Rousseeuw & Croux 1993,
// doi:10.1080/01621459.1993.10476408, counting one independent value a window, for the spread one and a half.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/detect/rest_noise.hpp"

namespace unguard {

struct RestCalibration {
  Seconds slow{0.1};    // window of the envelope behind level and spread
  Seconds fast{0.025};  // window of the envelope behind fast_level and fast_spread
  Calibration level{};  // no values: not calibrated
  Calibration spread{};
  Calibration fast_level{};
  Calibration fast_spread{};

  bool empty() const noexcept { return level.per_channel.empty(); }
  RestNoise at(int channel) const {
    const auto i = static_cast<std::size_t>(channel);
    return {level.per_channel[i].value, spread.per_channel[i].value, fast_level.per_channel[i].value,
            fast_spread.per_channel[i].value};
  }
  friend bool operator==(const RestCalibration&, const RestCalibration&) = default;
};
constexpr SpecInfo info(const RestCalibration*) {
  return {"RestCalibration", "level and spread of the envelopes at rest",
          "Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408"};
}
constexpr auto fields(const RestCalibration*) {
  return field_list(field<&RestCalibration::slow>("slow", "window of the slow envelope", between(1e-3, 10)),
                    field<&RestCalibration::fast>("fast", "window of the fast envelope", between(1e-3, 10)),
                    field<&RestCalibration::level>("level", "median of the slow envelope at rest"),
                    field<&RestCalibration::spread>("spread", "1.4826 MAD of the slow envelope at rest"),
                    field<&RestCalibration::fast_level>("fast_level", "median of the fast envelope at rest"),
                    field<&RestCalibration::fast_spread>("fast_spread", "1.4826 MAD of the fast envelope at rest"));
}

// How one rest was found, beside the numbers.
struct RestOrigin {
  CalibrationSource source = CalibrationSource::declared;
  std::int64_t samples = 0;  // the fewest that went into a channel
  Hertz rate{};
  std::string band{};  // what the signal had been through, in words
};

inline RestCalibration rest_calibration(const std::vector<RestNoise>& channels, Seconds slow, Seconds fast,
                                        const RestOrigin& origin) {
  const Seconds duration = seconds_at({origin.samples}, origin.rate);
  const auto make = [&](std::string quantity, Seconds window, auto value, auto half_width) {
    Calibration c;
    c.quantity = std::move(quantity);
    c.source = origin.source;
    c.duration = duration;
    c.samples = origin.samples;
    c.how = origin.band + "; moving RMS of " + to_text(window);
    const double windows = std::max(1.0, duration / window);
    for (const RestNoise& n : channels) {
      const double v = value(n), half = half_width(n) / std::sqrt(windows);
      c.per_channel.push_back({v, std::max(0.0, v - half), v + half});
    }
    return c;
  };
  // 1.96 standard errors for one window: sqrt(pi / 2) and 1.1664 standard deviations. For the spread, windows that
  // overlap are worth half as many more: the square of their triangular correlation comes to two thirds of a window.
  constexpr double of_median = 1.96 * 1.2533, of_mad = 1.96 * 1.1664 * 0.8165;
  RestCalibration rest;
  rest.slow = slow;
  rest.fast = fast;
  rest.level = make(
      "rest level", slow, [](const RestNoise& n) { return n.level; },
      [](const RestNoise& n) { return of_median * n.spread; });
  rest.spread = make(
      "rest spread", slow, [](const RestNoise& n) { return n.spread; },
      [](const RestNoise& n) { return of_mad * n.spread; });
  rest.fast_level = make(
      "rest level, fast", fast, [](const RestNoise& n) { return n.fast_level; },
      [](const RestNoise& n) { return of_median * n.fast_spread; });
  rest.fast_spread = make(
      "rest spread, fast", fast, [](const RestNoise& n) { return n.fast_spread; },
      [](const RestNoise& n) { return of_mad * n.fast_spread; });
  return rest;
}

// Why this calibration cannot serve these channels and windows, if it cannot.
template <Spec Owner>
std::optional<Fault> refuse_rest(const RestCalibration& rest, int channels, Seconds slow, Seconds fast) {
  const std::pair<const char*, const Calibration*> all[] = {{"level", &rest.level},
                                                            {"spread", &rest.spread},
                                                            {"fast_level", &rest.fast_level},
                                                            {"fast_spread", &rest.fast_spread}};
  for (const auto& [name, c] : all) {
    const std::string parameter = std::string("rest.") + name;
    if (c->per_channel.size() != static_cast<std::size_t>(channels))
      return Fault{std::string(info_of<Owner>().name), parameter, std::to_string(c->per_channel.size()) + " channels",
                   "one value for each of " + std::to_string(channels) + " channels"};
    if (c->unit != "uV")
      return Fault{std::string(info_of<Owner>().name), parameter, "in " + c->unit, "a calibration in uV"};
    for (const Estimate& e : c->per_channel)
      if (!(std::isfinite(e.value) && e.value > 0))
        return Fault{std::string(info_of<Owner>().name), parameter, to_text(e.value), "a finite number above 0 uV"};
  }
  if (rest.slow != slow)
    return fault_of<Owner>("slow", slow, "the window the rest was calibrated with, " + to_text(rest.slow));
  if (rest.fast != fast)
    return fault_of<Owner>("fast", fast, "the window the rest was calibrated with, " + to_text(rest.fast));
  return std::nullopt;
}

}  // namespace unguard
