// SPDX-License-Identifier: Apache-2.0
// Another sampling rate by a ratio of whole numbers: Kaiser-windowed low-pass at the lower half rate, in polyphase.
// Crochiere & Rabiner 1983, Multirate Digital Signal Processing, ch. 3; Kaiser 1974; with beta = 5 the taps of
// scipy.signal.resample_poly. Cost: 20 max(up, down) / up multiplications a frame out and channel. Latency: 10 samples
// of the slower rate.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/live_resampler.hpp"
#include "unguard/filter/rate_ratio.hpp"
#include "unguard/filter/windowed.hpp"

namespace unguard {

// The rate is the target; the input's must have a ratio to it of whole numbers up to 1000. Half the slower rate passes
// with half the amplitude (-6 dB); with the values below, up to 0.8 of it passes within 0.01 dB, and from 1.2 of it on
// 60 dB are taken off (measured: 0.007 dB, 63 dB). Equal rates
// pass as they are, whatever the taps.
struct Resample {
  Hertz to{1000};
  double attenuation = 64;
  std::optional<double> beta{};
  int half_length = 10;
  std::vector<double> taps{};

  friend bool operator==(const Resample&, const Resample&) = default;
};
// The same by its ratio, whatever the rate.
struct ResampleBy {
  int up = 1;
  int down = 2;
  double attenuation = 64;
  std::optional<double> beta{};
  int half_length = 10;
  std::vector<double> taps{};

  friend bool operator==(const ResampleBy&, const ResampleBy&) = default;
};
// One frame for every `factor`.
struct Decimate {
  int factor = 2;
  double attenuation = 64;
  std::optional<double> beta{};
  int half_length = 10;
  std::vector<double> taps{};

  friend bool operator==(const Decimate&, const Decimate&) = default;
};

constexpr SpecInfo info(const Resample*) {
  return {"Resample", "another sampling rate, anti-aliased", "Crochiere & Rabiner 1983; scipy.signal.resample_poly"};
}
constexpr SpecInfo info(const ResampleBy*) {
  return {"ResampleBy", "up / down times the sampling rate, anti-aliased",
          "Crochiere & Rabiner 1983; scipy.signal.resample_poly"};
}
constexpr SpecInfo info(const Decimate*) {
  return {"Decimate", "a whole part of the sampling rate, anti-aliased",
          "Crochiere & Rabiner 1983; scipy.signal.resample_poly"};
}

namespace resample_detail {

template <class S>
constexpr auto shape_fields() {
  return field_list(
      field<&S::attenuation>("attenuation", "of what would alias, in dB, which gives the Kaiser window's beta",
                             between(8, 200)),
      field<&S::beta>("beta", "of the Kaiser window, instead of the one the attenuation gives; SciPy's is 5",
                      between(0, 100)),
      field<&S::half_length>("half_length", "samples of the slower rate that the response reaches to either side",
                             between(1, 100)),
      field<&S::taps>("taps", "the low-pass itself, at `up` times the input's rate, instead of the Kaiser window's"));
}

template <Spec S>
Result<ResamplerDesign> design(const S& spec, RateRatio ratio, Hertz rate, const StreamFormat& format) {
  ResamplerDesign made{std::string(info_of<S>().name), to_text(spec), ratio, {1.0}, 0, rate};
  if (!spec.taps.empty() && spec.beta)
    return fault_of<S>("beta", *spec.beta, "no beta where the taps are given: it is the Kaiser window's");
  if (spec.taps.size() > max_taps)
    return fault_in_words<S>("taps", std::to_string(spec.taps.size()) + " numbers",
                             "none, or 1 to " + std::to_string(max_taps) + " numbers");
  const std::int64_t longer = std::max(ratio.up, ratio.down);
  const std::int64_t length = 2 * spec.half_length * longer + 1;
  if (spec.taps.empty() && length > max_taps)
    return fault_of<S>(
        "half_length", spec.half_length,
        "one that takes at most " + std::to_string(max_taps) + " taps; this takes " + std::to_string(length));
  if (longer == 1) return made;  // as it was
  made.taps = spec.taps;
  if (made.taps.empty()) {
    const windowed_detail::Shape shape{
        static_cast<int>(length), Window::kaiser,
        static_cast<windowed_detail::Real>(spec.beta.value_or(kaiser_beta(spec.attenuation)))};
    made.taps = windowed_detail::bands({{0, 1 / static_cast<windowed_detail::Real>(longer)}}, shape, true);
  }
  made.centre = (static_cast<std::int64_t>(made.taps.size()) - 1) / 2;
  for (double& tap : made.taps) tap *= static_cast<double>(ratio.up);
  const double sum = absolute_sum(made.taps);
  if (!(sum * format.full_scale() < largest_value))
    return fault_in_words<S>("taps", "of absolute sum " + to_text(sum), kernel_detail::expected_reach("taps", format));
  return made;
}

}  // namespace resample_detail

constexpr auto fields(const Resample*) {
  return joined_fields(field_list(field<&Resample::to>("to", "the rate at the output", positive)),
                       resample_detail::shape_fields<Resample>());
}
constexpr auto fields(const ResampleBy*) {
  return joined_fields(
      field_list(field<&ResampleBy::up>("up", "frames out for every `down`", between(1, max_rate_factor)),
                 field<&ResampleBy::down>("down", "frames in for every `up`", between(1, max_rate_factor))),
      resample_detail::shape_fields<ResampleBy>());
}
constexpr auto fields(const Decimate*) {
  return joined_fields(
      field_list(field<&Decimate::factor>("factor", "frames in for each out", between(1, max_rate_factor))),
      resample_detail::shape_fields<Decimate>());
}

inline Result<ResamplerDesign> design_resampler(const Resample& spec, const StreamFormat& format) {
  const auto ratio = rate_ratio(format.rate, spec.to);
  if (!ratio)
    return fault_of<Resample>("to", spec.to,
                              "a rate whose ratio to the input's, " + to_text(format.rate) +
                                  ", is one of whole numbers up to " + std::to_string(max_rate_factor) +
                                  " to half a part in a million");
  const Hertz rate = rate_after(format.rate, *ratio, spec.to);
  if (!(rate <= max_rate)) return fault_of<Resample>("to", spec.to, "at most " + to_text(max_rate));
  return resample_detail::design(spec, *ratio, rate, format);
}
inline Result<ResamplerDesign> design_resampler(const ResampleBy& spec, const StreamFormat& format) {
  const RateRatio ratio = reduced(spec.up, spec.down);
  const Hertz rate = rate_after(format.rate, ratio, {0});
  if (!(rate <= max_rate)) return fault_of<ResampleBy>("up", spec.up, "one that leads to at most " + to_text(max_rate));
  return resample_detail::design(spec, ratio, rate, format);
}
inline Result<ResamplerDesign> design_resampler(const Decimate& spec, const StreamFormat& format) {
  const RateRatio ratio{1, spec.factor};
  return resample_detail::design(spec, ratio, rate_after(format.rate, ratio, {0}), format);
}

}  // namespace unguard
