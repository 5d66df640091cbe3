// SPDX-License-Identifier: Apache-2.0
// Power spectra of whole records, and what is measured on them; the Python module unguard.spectrum gives them names and
// units.
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/spectrum/ar_spectrum.hpp"
#include "unguard/spectrum/measures.hpp"
#include "unguard/spectrum/multitaper.hpp"
#include "unguard/spectrum/noise_subtraction.hpp"
#include "unguard/spectrum/periodogram.hpp"
#include "unguard/spectrum/spectrogram.hpp"
#include "unguard/spectrum/welch.hpp"
#include "unguard/spectrum/whole_record.hpp"
#include "unguard/spectrum/zero_crossings.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

struct GivenEstimator {
  static constexpr auto name = py::detail::const_name(
      "unguard._core.Periodogram | unguard._core.Welch | unguard._core.Multitaper | unguard._core.ArSpectrum");
};
struct GivenSpectrogram {
  static constexpr auto name = py::detail::const_name("unguard._core.Spectrogram");
};

using Spectra = std::tuple<py::array_t<double>, int, py::object>;

// The density as (bins,) or (bins, channels), the length of the transform, and how many transforms were averaged, one
// number or one a channel.
Spectra shaped(const PowerSpectrum& spectrum, bool flat) {
  const py::ssize_t bins = spectrum.bins, channels = spectrum.channels;
  auto out = flat ? py::array_t<double>(bins) : py::array_t<double>({bins, channels});
  double* to = out.mutable_data();
  for (int c = 0; c < spectrum.channels; ++c)
    for (int k = 0; k < spectrum.bins; ++k)
      to[k * channels + c] = spectrum.channel(c).values[static_cast<std::size_t>(k)];
  py::object counts;
  if (flat)
    counts = py::int_(spectrum.segments.front());
  else
    counts = py::array_t<std::int64_t>(channels, spectrum.segments.data());
  return {out, spectrum.transform, counts};
}

template <class S>
std::optional<Spectra> spectrum_by(const py::handle& spec, const WholeRecord& record) {
  if (!py::isinstance<S>(spec)) return std::nullopt;
  const auto& asked = object_of<S>("spec", spec, "an estimator");
  return shaped(take(without_gil([&] { return power_spectrum(asked, record.block(), record.format); })),
                record.in.flat);
}

Spectra spectrum_of(const Given<GivenEstimator>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                    const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
  const WholeRecord record(x, fs, channels, marks);
  if (auto made = spectrum_by<Periodogram>(spec, record)) return *made;
  if (auto made = spectrum_by<Welch>(spec, record)) return *made;
  if (auto made = spectrum_by<Multitaper>(spec, record)) return *made;
  if (auto made = spectrum_by<ArSpectrum>(spec, record)) return *made;
  raise_argument("spec", shown(spec), "a Periodogram, Welch, Multitaper or ArSpectrum");
}

std::tuple<py::array_t<double>, py::array_t<double>, int> spectrogram_of(const Given<GivenSpectrogram>& spec,
                                                                         const Given<given::Array>& x,
                                                                         const Given<given::Float>& fs,
                                                                         const Given<given::OptionalChannels>& channels,
                                                                         const Given<given::Marks>& marks) {
  const auto& asked = object_of<Spectrogram>("spec", spec, "a Spectrogram");
  const WholeRecord record(x, fs, channels, marks);
  const PowerSpectrogram made = take(without_gil([&] { return spectrogram(asked, record.block(), record.format); }));
  const py::ssize_t bins = made.bins, times = static_cast<py::ssize_t>(made.times.size()), columns = made.channels;
  auto out = record.in.flat ? py::array_t<double>({bins, times}) : py::array_t<double>({bins, times, columns});
  double* to = out.mutable_data();
  const double* from = made.density.data();
  for (py::ssize_t c = 0; c < columns; ++c)
    for (py::ssize_t t = 0; t < times; ++t)
      for (py::ssize_t k = 0; k < bins; ++k) to[(k * times + t) * columns + c] = *from++;
  py::array_t<double> middles(times);
  for (py::ssize_t t = 0; t < times; ++t) middles.mutable_at(t) = made.times[static_cast<std::size_t>(t)].value;
  return {out, middles, made.transform};
}

// The densities of a transform of nfft samples, (bins, spectra), and the band they are asked for.
struct Asked {
  Samples values;
  Hertz step, end;
  FrequencyBand band;
  std::vector<double> column{};

  Density density(int spectrum) {
    column.clear();
    for (std::int64_t k = 0; k < values.frames; ++k) column.push_back(values.block()(k, spectrum));
    return {column, step, end};
  }
  // NaN throughout: a column of a spectrogram whose segment was spoilt.
  bool is_one(int spectrum) const { return !std::isnan(values.block()(0, spectrum)); }
};
Asked asked(const py::handle& density, const py::handle& fs, const py::handle& nfft, const py::handle& low,
            const py::handle& high) {
  const Samples in = samples("density", density, std::numeric_limits<int>::max());
  const Hertz rate = stream_format(fs, 1).rate;
  const std::string bins = std::to_string(2 * in.frames - 2) + " or " + std::to_string(2 * in.frames - 1);
  const std::int64_t length = whole_number("nfft", nfft, bins);
  if (length < 1 || length / 2 + 1 != in.frames) raise_argument("nfft", std::to_string(length), bins);
  for (std::int64_t k = 0; k < in.frames; ++k)
    for (int i = 0; i < in.channels; ++i) {
      const double v = in.block()(k, i);
      if (std::isnan(v) ? !std::isnan(in.block()(0, i))
                        : !(v >= 0 && std::isfinite(v) && !std::isnan(in.block()(0, i))))
        raise_argument("density", to_text(v) + " among others",
                       "finite numbers of at least 0, or NaN in all bins of a spectrum that is none");
    }
  const Hertz half = rate / 2;
  const std::string at_low = "a number of at least 0 Hz, below high";
  const std::string at_high = "a number above low, at most half the sampling rate, " + to_text(half);
  const FrequencyBand band{{number("low", low, at_low)},
                           high.is_none() ? half : Hertz{number("high", high, at_high + ", or None")}};
  if (!(band.high.value > 0 && band.high <= half)) raise_argument("high", to_text(band.high), at_high);
  if (!(band.low.value >= 0 && band.low < band.high)) raise_argument("low", to_text(band.low), at_low);
  return {in, rate / static_cast<double>(length), half, band};
}

// One number a spectrum: a float for a single one, else (spectra,). NaN where there is no power.
template <class Measure>
py::object each(Asked all, Measure&& measure) {
  py::array_t<double> out(static_cast<py::ssize_t>(all.values.channels));
  for (int i = 0; i < all.values.channels; ++i) {
    const std::optional<double> value = all.is_one(i) ? measure(all.density(i), all.band) : std::nullopt;
    out.mutable_at(i) = value.value_or(std::numeric_limits<double>::quiet_NaN());
  }
  if (all.values.flat) return py::float_(out.at(0));
  return out;
}

using Array = Given<given::Array>;
using Float = Given<given::Float>;
using Int = Given<given::Int>;
using OptionalFloat = Given<given::OptionalFloat>;

template <class Measure>
void bind_measure(py::module_& m, const char* name, Measure measure, const std::string& what) {
  const std::string doc =
      what +
      " of densities, (bins,) or (bins, spectra), of a transform of nfft samples at fs Hz, from low "
      "to high Hz (None: half of fs); one number a spectrum, NaN where there is no power.\n"
      "Source: Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738. Raises ConfigError, naming the "
      "argument.";
  define(
      m, name,
      [measure](const Array& density, const Float& fs, const Int& nfft, const Float& low, const OptionalFloat& high) {
        return each(asked(density, fs, nfft, low, high), measure);
      },
      py::arg("density"), py::kw_only(), py::arg("fs"), py::arg("nfft"), py::arg("low") = 0.0,
      py::arg("high") = py::none(), doc.c_str());
}

// A moment's order; below 0 the band must not begin at 0 Hz.
int order_of(const char* argument, const py::handle& given, const FrequencyBand& band, int least, int most) {
  const std::string expected = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  const std::int64_t order = whole_number(argument, given, expected);
  if (order < least || order > most) raise_argument(argument, std::to_string(order), expected);
  if (order < 0 && !(band.low.value > 0))
    raise_argument("low", to_text(band.low), "a number above 0 Hz for a moment of an order below 0");
  return static_cast<int>(order);
}

void bind_moments(py::module_& m) {
  define(
      m, "spectral_moment",
      [](const Array& density, const Int& order, const Float& fs, const Int& nfft, const Float& low,
         const OptionalFloat& high) {
        Asked all = asked(density, fs, nfft, low, high);
        const int k = order_of("order", order, all.band, -4, 8);
        return each(std::move(all),
                    [k](const Density& d, FrequencyBand band) { return std::optional(spectral_moment(d, band, k)); });
      },
      py::arg("density"), py::arg("order"), py::kw_only(), py::arg("fs"), py::arg("nfft"), py::arg("low") = 0.0,
      py::arg("high") = py::none(),
      "The integral of f^order P, uV^2 Hz^order, order from -4 to 8; other arguments as of mean_frequency.\n"
      "Source: Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738. Raises ConfigError, naming the argument.");
  define(
      m, "fatigue_index",
      [](const Array& density, const Int& k, const Float& fs, const Int& nfft, const Float& low,
         const OptionalFloat& high) {
        Asked all = asked(density, fs, nfft, low, high);
        const int order = order_of("k", k, all.band, 2, 5);
        if (!(all.band.low.value > 0))
          raise_argument("low", to_text(all.band.low), "a number above 0 Hz: the index divides by the frequency");
        return each(std::move(all),
                    [order](const Density& d, FrequencyBand band) { return fatigue_index(d, band, order); });
      },
      py::arg("density"), py::arg("k") = 5, py::kw_only(), py::arg("fs"), py::arg("nfft"),
      py::arg("low") = dimitrov_band.low.value, py::arg("high") = dimitrov_band.high.value,
      "Dimitrov's FInsm_k, k from 2 to 5: the moment of order -1 over that of order k, Hz^-(k + 1); other arguments as "
      "of mean_frequency.\n"
      "Source: Dimitrov 2006, doi:10.1249/01.mss.0000233794.31659.6d. Raises ConfigError, naming the argument.");
}

py::object crossings(const Array& x, const Float& fs, const Float& threshold,
                     const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
  const WholeRecord record(x, fs, channels, marks);
  const Samples& in = record.in;
  if (auto fault = whole_record::refuse_shape(record.block(), record.format)) raise(*fault);
  if (auto fault = whole_record::refuse_spoilt(record.block(), record.format)) raise(*fault);
  const std::string expected = "a number of at least 0 uV";
  const double least = number("threshold", threshold, expected);
  if (!(least >= 0 && std::isfinite(least))) raise_argument("threshold", to_text(least) + " uV", expected);
  py::array_t<double> out(static_cast<py::ssize_t>(in.channels));
  for (int c = 0; c < in.channels; ++c)
    out.mutable_at(c) = zero_crossing_rate(in.block(), c, record.format.rate, {least});
  if (in.flat) return py::float_(out.at(0));
  return out;
}

}  // namespace

void register_spectra(py::module_& m) {
  bind_spec<Periodogram>(m);
  bind_spec<Welch>(m);
  bind_spec<Multitaper>(m);
  bind_spec<ArSpectrum>(m);
  bind_spec<Spectrogram>(m);
  define(m, "power_spectrum", &spectrum_of, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels") = py::none(), py::arg("marks") = py::none(),
         "(density, nfft, transforms averaged) of a record, (samples,) or (samples, channels) in microvolts: uV^2/Hz, "
         "(bins,) or (bins, channels), one-sided, from 0 Hz in steps of fs / nfft; how many transforms, or how many of "
         "each channel. unguard.spectrum gives results with names.\n"
         "channels: their names, for refusals. marks: reason bits, uint32 of x's shape, as a chain returns them. Welch "
         "leaves out segments with a sample that must not count; others refuse the record.\n"
         "Source: Welch 1967, doi:10.1109/TAU.1967.1161901; Thomson 1982, doi:10.1109/PROC.1982.12433. Raises "
         "ConfigError, naming the argument.");
  define(m, "power_spectrogram", &spectrogram_of, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("channels") = py::none(), py::arg("marks") = py::none(),
         "(density, times, nfft) of a record, as power_spectrum has it: uV^2/Hz, (bins, segments) or (bins, segments, "
         "channels), and the middle of each segment in seconds; NaN for a segment with a sample that must not count.\n"
         "Source: Allen & Rabiner 1977, doi:10.1109/PROC.1977.10770. Raises ConfigError, naming the argument.");
  bind_measure(m, "mean_frequency", &mean_frequency, "MNF, Hz,");
  bind_measure(m, "median_frequency", &median_frequency, "MDF, Hz, by its share within a bin,");
  bind_measure(m, "peak_frequency", &peak_frequency, "The frequency of the largest density, Hz,");
  bind_measure(m, "spectral_bandwidth", &spectral_bandwidth, "The root mean square distance from MNF, Hz,");
  bind_measure(m, "statistical_bandwidth", &statistical_bandwidth, "B_s, (integral of P)^2 / integral of P^2, Hz,");
  bind_measure(
      m, "band_power", [](const Density& d, FrequencyBand band) { return std::optional(band_power(d, band)); },
      "The power, uV^2, 0 where there is none,");
  bind_measure(
      m, "at_floor", [](const Density& d, FrequencyBand band) { return std::optional(at_floor(d, band)); },
      "The share of the band where there is no power");
  bind_moments(m);
  define(m, "zero_crossing_rate", &crossings, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("threshold") = 0.0,
         py::arg("channels") = py::none(), py::arg("marks") = py::none(),
         "Changes of sign a second, a float or (channels,), of a record in microvolts, (samples,) or (samples, "
         "channels); where the two samples differ by less than threshold (uV), none. channels, marks: as of "
         "power_spectrum; a record with a sample that must not count is refused.\n"
         "Source: Hudgins, Parker & Scott 1993, doi:10.1109/10.204774. Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
