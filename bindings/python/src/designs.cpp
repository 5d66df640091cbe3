// SPDX-License-Identifier: Apache-2.0
// What a design is made of before it is rounded: its poles and zeros; and the order that a tolerance scheme needs.
#include <cstdio>
#include <optional>
#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "filter_specs.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/filter/order.hpp"

namespace unguard::python {

namespace {

// Digits beyond double, so that a test can see the poles before they are rounded.
py::tuple digits(zpk::Complex v) {
  const auto text = [](zpk::Real part) {
    char written[64];
    std::snprintf(written, sizeof written, "%.24Lg", part);
    return std::string(written);
  };
  return py::make_tuple(text(v.real()), text(v.imag()));
}

template <class S>
bool unrounded_if(const py::object& spec, Hertz rate, std::optional<zpk::Design>& made) {
  if constexpr (ZpkSpec<S>) {
    if (!py::isinstance<S>(spec)) return false;
    made = take(unrounded(spec.cast<S>(), rate));
    return true;
  }
  return false;
}
zpk::Design unrounded_of(const py::object& spec, Hertz rate) {
  std::optional<zpk::Design> made;
  [&]<class... S>(Specs<S...>) { (unrounded_if<S>(spec, rate, made) || ...); }(FilterSpecs{});
  if (!made) raise_argument("spec", shown(spec), "a filter designed by poles and zeros, such as Bandpass() or Notch()");
  return std::move(*made);
}

template <class Roots>
py::list of_every_section(const py::object& spec, const Given<given::Float>& fs, Roots&& roots) {
  py::list all;
  for (const auto& factor : unrounded_of(spec, stream_format(fs, 1).rate).factors) {
    py::list section;
    for (const zpk::Complex& root : roots(factor)) section.append(digits(root));
    all.append(section);
  }
  return all;
}

// One edge as a number counts as a list of one.
py::object listed(const py::object& edges) {
  if (!as_number(edges)) return edges;
  py::list one;
  one.append(edges);
  return one;
}
Tolerances tolerances(const py::object& passband, const py::object& stopband, const py::object& ripple,
                      const py::object& attenuation) {
  py::dict given;
  given["passband"] = listed(passband);
  given["stopband"] = listed(stopband);
  given["ripple"] = ripple;
  given["attenuation"] = attenuation;
  return spec_from<Tolerances>(py::kwargs(given));
}

template <class Low, class High, class Pass, class Stop, class Complete>
py::object spec_of(const OrderEstimate& e, Complete&& complete) {
  const auto cutoff = [&](auto spec) -> py::object {
    spec.cutoff = e.edges[0];
    spec.order = e.order;
    complete(spec);
    return py::cast(spec);
  };
  const auto band = [&](auto spec) -> py::object {
    spec.low = e.edges[0];
    spec.high = e.edges[1];
    spec.order = e.order;
    complete(spec);
    return py::cast(spec);
  };
  switch (e.band) {
    case Band::lowpass:
      return cutoff(Low{});
    case Band::highpass:
      return cutoff(High{});
    case Band::bandpass:
      return band(Pass{});
    case Band::bandstop:
      break;
  }
  return band(Stop{});
}

template <class Estimate>
void define_order(py::module_& m, const char* name, const std::string& what, Estimate&& estimate) {
  const std::string doc =
      what +
      "\n\npassband, stopband: one edge in Hz each for a low- or high-pass, two each for a band-pass or band-stop; "
      "ripple: the most that is lost within the pass band, in dB; attenuation: the least that is lost within the stop "
      "band, in dB.\nSource: Parks & Burrus 1987, Digital Filter Design, ch. 7. Raises ConfigError where the order "
      "would be above 12.";
  define(
      m, name,
      [estimate](const Given<given::Edges>& passband, const Given<given::Edges>& stopband,
                 const Given<given::Float>& ripple, const Given<given::Float>& attenuation,
                 const Given<given::Float>& fs) {
        const Hertz rate = stream_format(fs, 1).rate;
        return estimate(tolerances(passband.value, stopband.value, ripple.value, attenuation.value), rate);
      },
      py::kw_only(), py::arg("passband"), py::arg("stopband"), py::arg("ripple"), py::arg("attenuation"), py::arg("fs"),
      doc.c_str());
}

}  // namespace

void register_designs(py::module_& m) {
  define(
      m, "designed_poles",
      [](const py::object& spec, const Given<given::Float>& fs) {
        return of_every_section(spec, fs, [](const zpk::Factor& f) { return f.poles.roots(); });
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "The poles of a design before rounding, a list for each section, as (real, imaginary) in decimal digits.");
  define(
      m, "designed_zeros",
      [](const py::object& spec, const Given<given::Float>& fs) {
        return of_every_section(spec, fs, [](const zpk::Factor& f) { return f.zeros.roots(); });
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "The zeros of a design before rounding, a list for each section, as (real, imaginary) in decimal digits; those "
      "at z = 0 are left out.");
  define_order(m, "butterworth_order", "The Butterworth filter of the lowest order that keeps the tolerances.",
               [](const Tolerances& t, Hertz rate) {
                 return spec_of<Lowpass, Highpass, Bandpass, Bandstop>(take(butterworth_order(t, rate)), [](auto&) {});
               });
  define_order(m, "chebyshev1_order",
               "The Chebyshev filter of the first kind of the lowest order that keeps the tolerances.",
               [](const Tolerances& t, Hertz rate) {
                 return spec_of<Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop>(
                     take(chebyshev1_order(t, rate)), [&](auto& spec) { spec.ripple = t.ripple; });
               });
  define_order(m, "chebyshev2_order",
               "The Chebyshev filter of the second kind of the lowest order that keeps the tolerances.",
               [](const Tolerances& t, Hertz rate) {
                 return spec_of<Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop>(
                     take(chebyshev2_order(t, rate)), [&](auto& spec) { spec.attenuation = t.attenuation; });
               });
}

}  // namespace unguard::python
