// SPDX-License-Identifier: Apache-2.0
// The power spectrum of a whole record as the mean over orthogonal tapers: it uses all samples, where one window throws
// those near its ends away, and leaks little. Thomson 1982, doi:10.1109/PROC.1982.12433 (DPSS); Riedel & Sidorenko
// 1995, doi:10.1109/78.365298 (sine tapers). All tapers count alike. Cost: one transform a taper, offline.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "unguard/spectrum/dpss.hpp"
#include "unguard/spectrum/windowed_stretch.hpp"

namespace unguard {

enum class TaperKind { sine, dpss };
constexpr std::array<std::string_view, 2> names(const TaperKind*) { return {"sine", "dpss"}; }

struct Multitaper {
  TaperKind tapers = TaperKind::sine;
  int count = 3;
  std::optional<double> half_bandwidth{};
  Detrend detrend = Detrend::constant;
  std::optional<int> nfft{};

  friend bool operator==(const Multitaper&, const Multitaper&) = default;
};
constexpr SpecInfo info(const Multitaper*) {
  return {"Multitaper", "power spectrum of a whole record as the mean over orthogonal tapers",
          "Thomson 1982, doi:10.1109/PROC.1982.12433; Riedel & Sidorenko 1995, doi:10.1109/78.365298"};
}
constexpr auto fields(const Multitaper*) {
  return field_list(
      field<&Multitaper::tapers>("tapers", "which family"),
      field<&Multitaper::count>("count", "how many tapers", between(1, 64)),
      field<&Multitaper::half_bandwidth>(
          "half_bandwidth", "of dpss, for which alone it is given: N W, in steps of rate / N", between(0.5, 64)),
      field<&Multitaper::detrend>("detrend", "what is taken off before: nothing, the mean or a straight line"),
      field<&Multitaper::nfft>("nfft", "length of the transforms, filled up with zeros; none: that of the record",
                               between(1, longest_transform)));
}

inline Result<PowerSpectrum> power_spectrum(const Multitaper& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse_whole(spec, record, format)) return *fault;
  const auto transform = spectrum_detail::transform_of(spec, record.frames);
  if (!transform) return transform.fault();
  if (auto fault = spectrum_detail::refuse_bins<Multitaper>(spec.nfft ? "nfft" : "record", *transform, record.channels))
    return *fault;
  const int length = static_cast<int>(record.frames);
  if (whole_record::too_many({length, spec.count}))
    return fault_in_words<Multitaper>("count", to_text(spec.count) + " tapers of " + to_text(length) + " samples",
                                      whole_record::at_most_numbers());
  if (spec.count > length)
    return fault_of<Multitaper>("count", spec.count, "at most one for each of the " + to_text(length) + " samples");
  std::vector<Taper> tapers;
  if (spec.tapers == TaperKind::sine) {
    if (spec.half_bandwidth)
      return fault_of<Multitaper>("half_bandwidth", *spec.half_bandwidth, "none for sine tapers");
    tapers = sine_tapers(length, spec.count);
  } else {
    if (!spec.half_bandwidth) return fault_in_words<Multitaper>("half_bandwidth", "none", "a number for dpss");
    if (!(*spec.half_bandwidth < static_cast<double>(length) / 2))
      return fault_of<Multitaper>("half_bandwidth", *spec.half_bandwidth,
                                  "below half the " + to_text(length) + " samples");
    // Beyond 2 N W they keep next to nothing within the band.
    if (spec.count > 2 * *spec.half_bandwidth)
      return fault_of<Multitaper>("count", spec.count,
                                  "at most twice half_bandwidth, " + to_text(2 * *spec.half_bandwidth));
    tapers = dpss(length, *spec.half_bandwidth, spec.count);
  }
  TaperedPower power(std::move(tapers), *transform, format.rate, spec.detrend);
  return spectrum_detail::averaged(std::move(power), {length, length, 1}, record, *transform, format);
}

}  // namespace unguard
