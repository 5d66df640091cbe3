// SPDX-License-Identifier: Apache-2.0
// What a linear spec does: its sections, response, group delay, settle time, and its zero-phase twin.
#include <cmath>
#include <complex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/noise_bandwidth.hpp"
#include "unguard/filter/zero_phase.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

// What a linear spec is made of, and the rate it was made for.
struct Made {
  Linear parts;
  Hertz rate;
};
Made made_of(const py::object& spec, const Given<given::Float>& fs) {
  const Hertz rate = stream_format(fs, 1).rate;
  return {take(linear(chain_of(spec), rate)), rate};
}
Sections sections_of(const py::object& spec, const Given<given::Float>& fs) {
  Sections all;
  for (const auto& part : made_of(spec, fs).parts) {
    if (!part.taps.empty()) raise_argument("spec", shown(spec), "second-order sections only: this has a FIR filter");
    if (!part.polynomials.empty())
      raise_argument("spec", shown(spec), "second-order sections only: this has a transfer function");
    all.insert(all.end(), part.sections.begin(), part.sections.end());
  }
  return all;
}

// value(frequency) for every frequency, (n,), each from 0 Hz to half the sampling rate; for one number, n is 1.
template <class Value>
py::array at_each(const Given<given::Array>& frequencies, Hertz rate, Value&& value) {
  const char* argument = "frequencies";
  const std::string expected = "frequencies from 0 Hz to half the sampling rate, " + to_text(rate / 2.0);
  std::vector<double> all;
  if (const auto one = as_number(frequencies)) {
    all.push_back(*one);
  } else {
    const Samples many = samples(argument, frequencies);
    if (!many.flat) raise_argument(argument, "two-dimensional", "one frequency in Hz or a row of them");
    if (many.frames == 0) raise_argument(argument, "empty", "one frequency in Hz or more");
    all.assign(many.array.data(), many.array.data() + many.frames);
  }
  // A grid of fractions of the rate may end one rounding beyond its half.
  const double most = rate.value / 2 * (1 + 1e-12);
  py::array_t<decltype(value(Hertz{}))> made(static_cast<py::ssize_t>(all.size()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!(all[i] >= 0 && all[i] <= most))
      raise_argument(argument, to_text(all[i]) + " Hz at " + std::to_string(i), expected);
    made.mutable_at(static_cast<py::ssize_t>(i)) = value(Hertz{all[i]});
  }
  return made;
}

}  // namespace

void register_responses(py::module_& m) {
  define(
      m, "sections",
      [](const py::object& spec, const Given<given::Float>& fs) {
        const auto all = sections_of(spec, fs);
        py::array_t<double> rows({static_cast<py::ssize_t>(all.size()), py::ssize_t{6}});
        auto r = rows.mutable_unchecked<2>();
        for (py::ssize_t i = 0; i < r.shape(0); ++i) {
          const Section& s = all[static_cast<std::size_t>(i)];
          const double row[] = {s.b0, s.b1, s.b2, 1, s.a1, s.a2};
          for (py::ssize_t k = 0; k < 6; ++k) r(i, k) = row[k];
        }
        return rows;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "The second-order sections of a linear spec or chain, (sections, 6), as scipy.signal has them.\n"
      "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
      "argument.");
  define(
      m, "polynomials",
      [](const py::object& spec, const Given<given::Float>& fs) {
        std::vector<std::pair<std::vector<double>, std::vector<double>>> all;
        for (const auto& part : made_of(spec, fs).parts) {
          if (!part.taps.empty()) all.emplace_back(part.taps, std::vector<double>{1});
          if (!part.polynomials.empty()) all.emplace_back(part.polynomials.b, part.polynomials.a);
          for (const auto& s : part.sections)
            all.emplace_back(std::vector{s.b0, s.b1, s.b2}, std::vector{1.0, s.a1, s.a2});
        }
        return all;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "What a linear spec or chain is made of, in a row: (b, a) in powers of z^-1 of every section, finite impulse "
      "response and transfer function.\n"
      "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
      "argument.");
  define(
      m, "response",
      [](const py::object& spec, const Given<given::Array>& frequencies, const Given<given::Float>& fs) {
        const auto [all, rate] = made_of(spec, fs);
        return py::array_t<std::complex<double>>(
            at_each(frequencies, rate, [&](Hertz f) { return response(all, f, rate); }));
      },
      py::arg("spec"), py::arg("frequencies"), py::kw_only(), py::arg("fs"),
      "Complex gain of a linear spec at each frequency, (n,), 0 Hz to half of fs.\n"
      "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
      "argument.");
  define(
      m, "group_delay",
      [](const py::object& spec, const Given<given::Array>& frequencies, const Given<given::Float>& fs) {
        const auto [all, rate] = made_of(spec, fs);
        return py::array_t<double>(at_each(frequencies, rate, [&](Hertz f) { return group_delay(all, f, rate); }));
      },
      py::arg("spec"), py::arg("frequencies"), py::kw_only(), py::arg("fs"),
      "Group delay of a linear spec in samples at each frequency, (n,), 0 Hz to half of fs.\n"
      "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
      "argument.");
  define(
      m, "settle_time",
      [](const py::object& spec, const Given<given::Float>& fs, const Given<given::Float>& step,
         const Given<given::Float>& within) {
        const auto [all, rate] = made_of(spec, fs);
        const auto size = [](const char* argument, const py::handle& given) {
          const std::string expected = "a finite number above 0 uV";
          const double v = number(argument, given, expected);
          if (!(v > 0 && std::isfinite(v))) raise_argument(argument, to_text(v) + " uV", expected);
          return v;
        };
        const double ratio = size("step", step) / size("within", within);
        if (!std::isfinite(ratio)) raise_argument("within", shown(within) + " uV", "no such small part of step");
        const auto samples = settle_samples(all, ratio);
        if (!samples)
          raise_argument("spec", shown(spec), "a filter that settles within " + to_text(longest_followed) + " samples");
        return static_cast<double>(*samples) / rate.value;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"), py::arg("step") = 300000.0, py::arg("within") = 1.0,
      "Seconds until the answer to a step (uV) stays within so many uV of its final value.\n"
      "Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6. Raises ConfigError, naming the "
      "argument.");
  define(
      m, "noise_bandwidth",
      [](const py::object& spec, const Given<given::Float>& fs) {
        const auto [all, rate] = made_of(spec, fs);
        const auto width = noise_bandwidth(all, rate);
        if (!width)
          raise_argument(
              "spec", shown(spec),
              "a filter that lets something through and settles within " + to_text(longest_followed) + " samples");
        return (*width).value;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "Equivalent noise bandwidth of a linear spec in Hz, one-sided: the width of the rectangle as high as the largest "
      "gain that lets as much white noise through.\n"
      "Source: Harris 1978, doi:10.1109/PROC.1978.10837. Raises ConfigError, naming the argument.");
  define(
      m, "zero_phase",
      [](const py::object& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::Text>& method, const Given<given::Text>& padding,
         const Given<given::OptionalInt>& pad_length, const Given<given::OptionalInt>& response_length) {
        const Samples in = samples("x", x);
        const auto format = stream_format(fs, in.channels);
        const RuntimeChain c = chain_of(spec);
        py::dict given;
        given["method"] = method.value;
        given["padding"] = padding.value;
        given["pad_length"] = pad_length.value;
        given["response_length"] = response_length.value;
        const auto edges = spec_from<ZeroPhaseEdges>(py::kwargs(given));
        auto out = like(in);
        const auto y = take(without_gil([&] { return zero_phase(c, in.block(), format, edges); }));
        std::copy(y.begin(), y.end(), out.mutable_data());
        return out;
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("method") = "pad",
      py::arg("padding") = "odd", py::arg("pad_length") = py::none(), py::arg("response_length") = py::none(),
      "Filter a whole record forward and backward: no delay, twice the order, offline only.\n\n"
      "method \"pad\": the record is extended on either side by pad_length frames (None: three times the filter's "
      "length), \"odd\", \"even\", \"constant\" or by \"none\", as scipy.signal.sosfiltfilt does; it must be longer "
      "than that. method \"gustafsson\": the initial states for which both directions agree best, as "
      "scipy.signal.filtfilt(method=\"gust\"); response_length is its irlen (None: as long as the filter remembers).\n"
      "Source: Gustafsson 1996, doi:10.1109/78.492552. Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
