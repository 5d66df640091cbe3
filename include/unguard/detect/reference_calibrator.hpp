// SPDX-License-Identifier: Apache-2.0
// The level of a declared effort from one or several holds, submaximal or maximal: the RMS of the middle of each, the
// rest taken off in power, the mean of all. Refuses, by name, a hold too short, with too many marked samples, clipped,
// peaked as by a heart, not above rest or not steady, and holds that disagree. Submaximal is the default: between days
// it repeats to 7 %, a maximal one to 17 % (Dankaerts et al. 2004, doi:10.1016/j.jelekin.2003.07.001). Interval:
// Student's t between the holds; of one hold its degrees of freedom, Hogan & Mann 1980, doi:10.1109/TBME.1980.326652.
// Cost: one transform a hold and channel; allocates.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/quantiles.hpp"
#include "unguard/detect/reference_calibration.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/detect/steady_stretch.hpp"
#include "unguard/envelope/degrees_of_freedom.hpp"

namespace unguard {

struct ReferenceCalibrator {
  Effort effort = Effort::submaximal;
  Seconds shortest{3};          // of a hold
  Seconds middle{2};            // of each, which counts
  double most_marked = 0.2;     // of the middle
  double most_variation = 0.2;  // between holds
  double least_over_rest = 2;   // where a rest is given
  double most_by_peaks = 0.05;  // of the RMS, beside what chance explains
  double most_trend = 0.2;      // between the thirds of the middle, beside what chance explains

  friend bool operator==(const ReferenceCalibrator&, const ReferenceCalibrator&) = default;
};
constexpr SpecInfo info(const ReferenceCalibrator*) {
  return {"ReferenceCalibrator", "level of a declared effort from its holds",
          "Dankaerts et al. 2004, doi:10.1016/j.jelekin.2003.07.001"};
}
constexpr auto fields(const ReferenceCalibrator*) {
  using R = ReferenceCalibrator;
  return field_list(
      field<&R::effort>("effort", "what was asked for"),
      field<&R::shortest>("shortest", "least length of a hold", between(0.5, 600)),
      field<&R::middle>("middle", "middle part of each hold, which counts; no longer than the shortest hold",
                        between(0.5, 600)),
      field<&R::most_marked>("most_marked", "largest share of marked samples in it", between(0.0, 0.9)),
      field<&R::most_variation>("most_variation", "largest coefficient of variation between the holds of a channel",
                                between(0.01, 1)),
      field<&R::least_over_rest>("least_over_rest",
                                 "least RMS of a hold, in multiples of the rest's, where a rest is given",
                                 between(1.1, 100)),
      field<&R::most_by_peaks>("most_by_peaks",
                               "largest share by which peaks, as of a heart, may raise the RMS of a hold beside what "
                               "chance explains",
                               between(0.0, 1000)),
      field<&R::most_trend>("most_trend",
                            "largest share by which thirds of a hold may differ beside what chance explains",
                            between(0.0, 1000)));
}

// One effort that was held: samples [begin, end) of the block.
struct Hold {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  friend bool operator==(const Hold&, const Hold&) = default;
};

namespace reference_detail {

inline std::string told(Microvolts value) { return steady_detail::three_digits(value.value) + " uV"; }
inline std::string told_share(double share) { return steady_detail::three_digits(share); }
inline std::string in_channel(const Channel& channel) { return " in channel \"" + channel.name + "\""; }
inline std::string name_of(std::size_t hold) { return "hold " + std::to_string(hold + 1); }
inline Fault refuse(std::size_t hold, std::string found, std::string expected) {
  return fault_in_words<ReferenceCalibrator>(name_of(hold), std::move(found), std::move(expected));
}

// A median of RMS over short windows is less than the root of their mean power: by the skew of a chi-square, whose
// degrees of freedom its spread tells. Wilson & Hilferty 1931.
inline Estimate root_mean_power(const Estimate& level, double spread) {
  const double relative = spread / level.value;
  const double by = std::pow(std::max(0.5, 1 - 4 * relative * relative / 9), -1.5);
  return {level.value * by, level.low * by, level.high * by};
}

// EMG has them in a tenth of a second.
inline constexpr double least_degrees = 20;

// The middle of one hold in one channel.
struct HeldPower {
  double power = 0;    // uV^2, rest included
  double degrees = 0;  // of freedom
  std::int64_t samples = 0;
};

struct Marked {
  std::int64_t all = 0, clipped = 0;
};
inline HeldPower power_in(ConstBlock part, int channel, Marked& marked) {
  std::vector<double> kept(static_cast<std::size_t>(part.frames));
  double sum = 0;
  for (std::int64_t i = 0; i < part.frames; ++i) {
    const double x = part(i, channel);
    const Marks marks = part.marks ? part.marks[i * part.channels + channel] : mark::none;
    marked.clipped += (marks & mark::clipped) != 0;
    if (marks || !std::isfinite(x)) {
      ++marked.all;
      continue;
    }
    kept[static_cast<std::size_t>(i)] = x;
    sum += x * x;
  }
  const std::int64_t n = part.frames - marked.all;
  return {n > 0 ? sum / static_cast<double>(n) : 0, degrees_of_freedom(kept, n), n};
}

// The mean of the holds, and how far they vary.
struct Reference {
  Estimate level{};
  double variation = 0;
  std::size_t farthest = 0;          // hold from the mean
  std::vector<double> amplitudes{};  // of the holds, rest taken off
};
inline Reference mean_of(const std::vector<HeldPower>& held, const Estimate& rest) {
  const double n2 = rest.value * rest.value, count = static_cast<double>(held.size());
  Reference r;
  double mean = 0, inverse = 0, within = 0;  // within: variance of the mean by the degrees of freedom alone
  for (const HeldPower& e : held) {
    const double a = std::sqrt(e.power - n2), error = e.power * std::sqrt(2 / e.degrees) / (2 * a);
    r.amplitudes.push_back(a);
    mean += a / count;
    inverse += 1 / (a * count);
    within += error * error / (count * count);
  }
  double squares = 0;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const double off = std::fabs(r.amplitudes[i] - mean);
    squares += off * off;
    if (off > std::fabs(r.amplitudes[r.farthest] - mean)) r.farthest = i;
  }
  double below = 0, above = 0;
  if (held.size() > 1) {
    const double deviation = std::sqrt(squares / (count - 1));
    r.variation = deviation / mean;
    // The spread of the holds has that within them in it. By chance it may be next to nothing: one standard error of
    // what is within them it is at least.
    below = above =
        std::max(student_95(static_cast<int>(held.size()) - 1) * deviation / std::sqrt(count), std::sqrt(within));
  } else {
    const HeldPower& e = held[0];
    below = mean - std::sqrt(std::max(0.0, e.power / chi_square_share(normal_95, e.degrees) - n2));
    above = std::sqrt(std::max(0.0, e.power / chi_square_share(-normal_95, e.degrees) - n2)) - mean;
  }
  // Where the rest is off, all holds are.
  const double by_rest = rest.value * (rest.high - rest.low) / 2 * inverse;
  r.level = {mean, std::max(0.0, mean - std::hypot(below, by_rest)), mean + std::hypot(above, by_rest)};
  return r;
}

inline std::optional<Fault> refuse_holds(const ReferenceCalibrator& spec, ConstBlock block, const StreamFormat& format,
                                         std::span<const Hold> holds) {
  if (auto fault = validate(format)) return fault;
  if (auto fault = validate(spec)) return fault;
  if (spec.middle > spec.shortest)
    return fault_of<ReferenceCalibrator>("middle", spec.middle, "no longer than shortest, " + to_text(spec.shortest));
  if (block.channels != format.channels.count() || block.frames < 0 || (block.frames > 0 && !block.data))
    return fault_in_words<ReferenceCalibrator>(
        "block", std::to_string(block.channels) + " channels",
        "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  if (holds.empty() || holds.size() > 1000)
    return fault_in_words<ReferenceCalibrator>("holds", std::to_string(holds.size()) + " holds", "1 to 1000 holds");
  for (std::size_t i = 0; i < holds.size(); ++i) {
    const std::string found = std::to_string(holds[i].begin) + " to " + std::to_string(holds[i].end);
    if (holds[i].begin < 0 || holds[i].end > block.frames || holds[i].end < holds[i].begin)
      return refuse(i, found, "samples of the block, 0 to " + std::to_string(block.frames) + ", the first one first");
    if (i > 0 && holds[i].begin < holds[i - 1].end)
      return refuse(
          i, found,
          "a hold that begins behind " + name_of(i - 1) + ", which ends at " + std::to_string(holds[i - 1].end));
    const Seconds length = seconds_at({holds[i].end - holds[i].begin}, format.rate);
    if (length < spec.shortest)
      return refuse(i, to_text(length) + " in all channels", "held for at least " + to_text(spec.shortest));
  }
  return std::nullopt;
}

// A heart or a trend where one level should be. Peaks first: those of a heart make thirds differ, too.
inline std::optional<Fault> refuse_unsteady(const ReferenceCalibrator& spec, std::size_t hold, ConstBlock part,
                                            int channel, Hertz rate, const HeldPower& held, const std::string& where) {
  using namespace steady_detail;
  const std::vector<double> all = believed(part, channel);
  std::vector<double> calm = all;
  const int peaks = take_peaks_out(calm, rate);
  const double with = std::sqrt(held.power), without = std::sqrt(power_of(calm));
  const double most = std::hypot(spec.most_by_peaks, normal_95 * deviation_of_a_third(calm, rate) / std::sqrt(3.0));
  if (peaks > 0 && !(with <= (1 + most) * without))
    return refuse(hold, found_peaks(with, without, peaks) + where, no_peaks(most));
  std::array<double, 3> levels{};
  const std::size_t third = all.size() / 3;
  for (std::size_t i = 0; i < 3; ++i)
    levels[i] = std::sqrt(power_of(std::span<const double>(all).subspan(i * third, third)));
  const Thirds thirds = thirds_of(levels);
  const double most_trend = most_between_thirds(spec.most_trend, deviation_of_a_third(all, rate));
  // A third without a sample that counts says nothing.
  if (levels[thirds.weakest] > 0 && thirds.difference() > most_trend)
    return refuse(hold, found_thirds(thirds) + where, no_trend(most_trend));
  return std::nullopt;
}

// One hold in one channel, or why it is none. `rest` is 0 where none is given.
inline Result<HeldPower> middle_of(const ReferenceCalibrator& spec, std::size_t hold, ConstBlock part, int channel,
                                   Hertz rate, const Estimate& rest, const std::string& where) {
  Marked marked;
  const HeldPower held = power_in(part, channel, marked);
  if (marked.clipped > 0)
    return refuse(hold,
                  "clipped at " + std::to_string(marked.clipped) + (marked.clipped == 1 ? " sample" : " samples") +
                      " of its middle" + where,
                  "no sample at the converter's rail");
  const double share = static_cast<double>(marked.all) / static_cast<double>(part.frames);
  if (share > spec.most_marked)
    return refuse(hold, told_share(share) + " marked" + where,
                  "a share of marked samples of at most " + to_text(spec.most_marked));
  const double rms = std::sqrt(held.power);
  if (held.degrees < least_degrees)
    return refuse(hold, told({rms}) + " worth " + std::to_string(std::llround(held.degrees)) + " values" + where,
                  "EMG, worth more than " + to_text(least_degrees) + " independent values: no constant and no hum");
  if (rms < spec.least_over_rest * rest.value)
    return refuse(hold, told({rms}) + where,
                  "at least " + to_text(spec.least_over_rest) + " times the rest of " + told({rest.value}));
  if (auto fault = refuse_unsteady(spec, hold, part, channel, rate, held, where)) return *fault;
  return held;
}

inline std::optional<Fault> refuse_rest_of(const RestCalibration* rest, int channels) {
  if (!rest) return std::nullopt;
  return refuse_rest<ReferenceCalibrator>(*rest, channels, rest->slow, rest->fast);
}

}  // namespace reference_detail

// From holds declared in a band-passed block, `band` in words ("20-450 Hz order 4, causal"): the numbers are valid for
// that only. Without `rest` nothing is taken off, and no hold is too weak.
inline Result<ReferenceCalibration> try_calibrate_reference(const ReferenceCalibrator& spec, ConstBlock block,
                                                            const StreamFormat& format, std::span<const Hold> holds,
                                                            std::string band, const RestCalibration* rest = nullptr) {
  using namespace reference_detail;
  if (auto fault = refuse_holds(spec, block, format, holds)) return *fault;
  if (auto fault = refuse_rest_of(rest, block.channels)) return *fault;
  const std::int64_t length = std::max<std::int64_t>(1, samples_in(spec.middle, format.rate));
  ReferenceCalibration made;
  made.effort = spec.effort;
  made.holds = static_cast<int>(holds.size());
  std::int64_t fewest = length * made.holds;
  for (int c = 0; c < block.channels; ++c) {
    const std::string where = in_channel(format.channels[c]);
    Estimate floor;
    if (rest) {
      const auto i = static_cast<std::size_t>(c);
      floor = root_mean_power(rest->level.per_channel[i], rest->spread.per_channel[i].value);
      made.rest.per_channel.push_back(floor);
    }
    std::vector<HeldPower> held;
    std::int64_t samples = 0;
    for (std::size_t i = 0; i < holds.size(); ++i) {
      const std::int64_t first = holds[i].begin + (holds[i].end - holds[i].begin - length) / 2;
      const auto one = middle_of(spec, i, block.part(first, length), c, format.rate, floor, where);
      if (!one) return one.fault();
      held.push_back(*one);
      samples += (*one).samples;
    }
    const Reference found = mean_of(held, floor);
    if (found.variation > spec.most_variation)
      return refuse(found.farthest,
                    told({found.amplitudes[found.farthest]}) + where + ", the mean of all " +
                        told({found.level.value}) + ", their variation " + told_share(found.variation),
                    "holds that agree to a coefficient of variation of at most " + to_text(spec.most_variation));
    made.level.per_channel.push_back(found.level);
    made.variation.push_back(found.variation);
    fewest = std::min(fewest, samples);
  }
  for (Calibration* c : {&made.level, &made.rest}) {
    c->source = CalibrationSource::holds;
    c->samples = fewest;
    c->duration = seconds_at({fewest}, format.rate);
  }
  const std::string plural = made.holds == 1 ? " hold" : " holds";
  made.level.quantity = to_text(spec.effort) + " reference";
  made.level.how = band + "; RMS of the middle " + to_text(spec.middle) + " of " + std::to_string(made.holds) + plural +
                   (rest ? "; rest taken off in power" : "");
  if (rest) {
    made.rest.quantity = "rest taken off";
    made.rest.source = rest->level.source;
    made.rest.samples = rest->level.samples;
    made.rest.duration = rest->level.duration;
    made.rest.how = rest->level.how + "; root of the mean power";
  } else {
    made.rest = {};
  }
  return made;
}

#if defined(__cpp_exceptions)
// Throws ConfigError naming the hold, the channel, the value found and what is expected.
inline ReferenceCalibration calibrate_reference(const ReferenceCalibrator& spec, ConstBlock block,
                                                const StreamFormat& format, std::span<const Hold> holds,
                                                std::string band, const RestCalibration* rest = nullptr) {
  return try_calibrate_reference(spec, block, format, holds, std::move(band), rest).take();
}
#endif

}  // namespace unguard
