// SPDX-License-Identifier: Apache-2.0
// The power spectrum of a whole record by one transform. Schuster 1898; conventions of scipy.signal.periodogram. With
// the rectangular window and no detrending its power is the mean square exactly (Parseval). Its variance does not fall
// with the length: smooth it, or take welch or multitaper. Cost: O(N log N), offline.
#pragma once

#include <optional>

#include "unguard/spectrum/windowed_stretch.hpp"

namespace unguard {

struct Periodogram {
  Window window = Window::rectangular;
  std::optional<double> beta{};
  Detrend detrend = Detrend::constant;
  std::optional<int> nfft{};

  friend bool operator==(const Periodogram&, const Periodogram&) = default;
};
constexpr SpecInfo info(const Periodogram*) {
  return {"Periodogram", "power spectrum of a whole record by one transform", "Schuster 1898, Terr. Magn. 3:13"};
}
constexpr auto fields(const Periodogram*) {
  return field_list(
      field<&Periodogram::window>("window", "what the record is multiplied with"),
      field<&Periodogram::beta>("beta", "of the Kaiser window, for which alone it is given", between(0, 700)),
      field<&Periodogram::detrend>("detrend", "what is taken off before: nothing, the mean or a straight line"),
      field<&Periodogram::nfft>("nfft", "length of the transform, filled up with zeros; none: that of the record",
                                between(1, longest_transform)));
}

inline Result<PowerSpectrum> power_spectrum(const Periodogram& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse_whole(spec, record, format)) return *fault;
  const auto transform = spectrum_detail::transform_of(spec, record.frames);
  if (!transform) return transform.fault();
  if (auto fault =
          spectrum_detail::refuse_bins<Periodogram>(spec.nfft ? "nfft" : "record", *transform, record.channels))
    return *fault;
  auto power = spectrum_detail::windowed(spec, record.frames, *transform, format.rate);
  if (!power) return power.fault();
  return spectrum_detail::averaged(std::move(*power), {record.frames, record.frames, 1}, record, *transform, format);
}

}  // namespace unguard
