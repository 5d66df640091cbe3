// SPDX-License-Identifier: Apache-2.0
// What finite-impulse-response filters have beside the rest: their taps, Kaiser's rule, and a record smoothed by
// Savitzky-Golay.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/savitzky_golay_record.hpp"
#include "unguard/filter/window.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

py::array_t<double> taps_of(const py::object& spec, const Given<given::Float>& fs) {
  const Linear parts = take(linear(chain_of(spec), stream_format(fs, 1).rate));
  if (parts.size() != 1 || parts[0].taps.empty())
    raise_argument("spec", shown(spec), "one finite-impulse-response filter, such as FirBandpass()");
  return py::array_t<double>(static_cast<py::ssize_t>(parts[0].taps.size()), parts[0].taps.data());
}

double between_or_refused(const char* argument, const py::handle& given, Limits limits, const std::string& unit) {
  const std::string expected = field_detail::expected(limits, unit, false);
  const double v = number(argument, given, expected);
  if (!limits.hold(v)) raise_argument(argument, to_text(v) + " " + unit, expected);
  return v;
}

py::tuple kaiser(const Given<given::Float>& attenuation, const Given<given::Float>& transition,
                 const Given<given::Float>& fs) {
  const Hertz rate = stream_format(fs, 1).rate;
  const double decibels = between_or_refused("attenuation", attenuation, between(8, 200), "dB");
  const double width = between_or_refused("transition", transition, {0, rate.value / 2, false, true}, "Hz");
  const KaiserOrder order = kaiser_order(decibels, {width}, rate);
  return py::make_tuple(order.length, order.beta);
}

py::array_t<double> smoothed(const Given<given::SavitzkyGolay>& spec, const Given<given::Array>& x,
                             const Given<given::Float>& fs, const Given<given::Text>& mode,
                             const Given<given::Float>& cval) {
  const auto& filter = object_of<SavitzkyGolay>("spec", spec, "a SavitzkyGolay");
  const Samples in = samples("x", x);
  const StreamFormat format = stream_format(fs, in.channels);
  std::optional<Edge> edge;
  try {
    edge = FieldValue<Edge>::from(mode);
  } catch (const Unfit&) {
    raise_argument("mode", shown(mode), FieldValue<Edge>::expected({}, ""));
  }
  const double outside = number("cval", cval, "a finite number");
  if (!(std::fabs(outside) <= format.full_scale())) raise_argument("cval", to_text(outside), "within full scale");
  const auto y = take(without_gil([&] { return savitzky_golay(filter, in.block(), format, *edge, outside); }));
  auto out = like(in);
  std::copy(y.begin(), y.end(), out.mutable_data());
  return out;
}

}  // namespace

void register_finite_responses(py::module_& m) {
  define(m, "taps", &taps_of, py::arg("spec"), py::kw_only(), py::arg("fs"),
         "The impulse response of a finite-impulse-response filter, (taps,), the newest sample's first, as "
         "scipy.signal.lfilter(taps, 1, x) takes it.\n"
         "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
         "argument.");
  define(m, "kaiser_order", &kaiser, py::arg("attenuation"), py::arg("transition"), py::kw_only(), py::arg("fs"),
         "(taps, beta) of the Kaiser window for so many dB in the stop band and a transition of so many Hz, as "
         "scipy.signal.kaiserord has them.\n"
         "Source: Kaiser 1974.");
  define(m, "savitzky_golay", &smoothed, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("mode") = "interp", py::arg("cval") = 0.0,
         "Smooth or differentiate a whole record without delay, offline; mode and cval as "
         "scipy.signal.savgol_filter: \"interp\", \"mirror\", \"nearest\", \"constant\" or \"wrap\".\n"
         "Source: Savitzky & Golay 1964, doi:10.1021/ac60214a047.");
}

}  // namespace unguard::python
