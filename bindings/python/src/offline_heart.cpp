// SPDX-License-Identifier: Apache-2.0
// The heart taken out of whole records: three methods, one call.
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/denoise/ekf_smoother.hpp"
#include "unguard/denoise/pca_subtraction.hpp"
#include "unguard/denoise/record_beats.hpp"
#include "unguard/denoise/wavelet_subtraction.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

// Where the R peaks lie: found by the RPeaks given or by RPeaks(), or given as samples.
std::vector<double> beats_from(const py::handle& r_peaks, ConstBlock record, const StreamFormat& format) {
  const std::string expected = "samples of the record in order, an RPeaks, or None";
  if (r_peaks.is_none() || py::isinstance<RPeaks>(r_peaks)) {
    const RPeaks spec = r_peaks.is_none() ? RPeaks{} : r_peaks.cast<RPeaks>();
    return take(without_gil([&] { return beats_of_record(record, format, spec); }));
  }
  try {
    return FieldValue<std::vector<double>>::from(r_peaks);
  } catch (const Unfit&) {
    raise_argument("r_peaks", shown(r_peaks), expected);
  }
}

template <HeartMethod M>
std::vector<double> without_heart(const M& method, ConstBlock record, const StreamFormat& format,
                                  const std::vector<double>& r_peaks) {
  return take(without_gil([&] { return remove_ecg(method, record, format, r_peaks); }));
}

std::vector<double> by_method(const py::handle& method, ConstBlock record, const StreamFormat& format,
                              const std::vector<double>& r_peaks) {
  if (method.is_none()) return without_heart(PcaSubtraction{}, record, format, r_peaks);
  if (py::isinstance<PcaSubtraction>(method))
    return without_heart(method.cast<const PcaSubtraction&>(), record, format, r_peaks);
  if (py::isinstance<WaveletSubtraction>(method))
    return without_heart(method.cast<const WaveletSubtraction&>(), record, format, r_peaks);
  return without_heart(
      object_of<EkfSmoother>("method", method, "a PcaSubtraction, WaveletSubtraction or EkfSmoother, or None"), record,
      format, r_peaks);
}

}  // namespace

void register_offline_heart(py::module_& m) {
  bind_spec<PcaSubtraction>(m);
  bind_spec<WaveletSubtraction>(m);
  bind_spec<EkfSmoother>(m);
  define(
      m, "remove_ecg",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalHeartMethod>& method,
         const Given<given::OptionalRPeaks>& r_peaks, const Given<given::OptionalChannels>& channels,
         const Given<given::Marks>& marks) {
        const WholeRecord record(x, fs, channels, marks);
        const auto beats = beats_from(r_peaks, record.block(), record.format);
        const auto y = by_method(method, record.block(), record.format, beats);
        auto out = like(record.in);
        std::copy(y.begin(), y.end(), out.mutable_data());
        return out;
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("method") = py::none(), py::arg("r_peaks") = py::none(),
      py::arg("channels") = py::none(), py::arg("marks") = py::none(),
      "A whole record without the heart, offline: every channel of x, (samples,) or (samples, channels) in microvolts, "
      "before any high-pass; returns an array of that shape, not late. fs in Hz, at least 250 where R peaks are to be "
      "found.\n"
      "method: PcaSubtraction() if None, WaveletSubtraction() or EkfSmoother(). r_peaks: samples of the record in "
      "order, "
      "none or at least 10; or an RPeaks that finds them, RPeaks() if None. Where no heart is believed the record "
      "comes "
      "back as it is, bit for bit.\n"
      "channels: names, for an RPeaks with a lead. marks: reason bits, uint32 of the shape of x: marked samples are "
      "left as they are and not learnt from; all others must be finite. The GIL is released meanwhile. Raises "
      "ConfigError, naming the argument.\n"
      "Source: Peri et al. 2021, doi:10.3390/s21020573; Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731; Sameni "
      "et al. 2007, doi:10.1109/TBME.2007.897817.");
  define(
      m, "r_peaks",
      [](const Given<given::Array>& x, const Given<given::Float>& fs, const Given<given::OptionalRPeaksSpec>& spec,
         const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks) {
        const WholeRecord record(x, fs, channels, marks);
        const py::handle asked = spec;
        if (!asked.is_none()) object_of<RPeaks>("spec", asked, "an RPeaks, or None");
        const auto found = beats_from(asked, record.block(), record.format);
        return py::array_t<double>(static_cast<py::ssize_t>(found.size()), found.data());
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("spec") = py::none(), py::arg("channels") = py::none(),
      py::arg("marks") = py::none(),
      "The samples of R peaks in a whole record, (beats,), in order; none where no heart is believed. Offline: half a "
      "minute of the record is heard before it begins, so that its first beats are found too. x, channels and marks as "
      "remove_ecg() takes them; fs in Hz, at least 250; RPeaks() if spec is None.\n"
      "Source: after Pan & Tompkins 1985, doi:10.1109/TBME.1985.325532. Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
