// SPDX-License-Identifier: Apache-2.0
// Published methods that find activity in whole records: one line each, and one call. Their Python face is
// unguard.active_stretches.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/detect/abbink.hpp"
#include "unguard/detect/bayesian_change_point.hpp"
#include "unguard/detect/integrated_profile.hpp"
#include "unguard/spectrum/whole_record.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

struct GivenMethod {
  static constexpr auto name = py::detail::const_name(
      "unguard._core.Abbink | unguard._core.IntegratedProfile | unguard._core.BayesianChangePoint");
};
using Method = std::variant<Abbink, IntegratedProfile, BayesianChangePoint>;
using Found = Result<std::vector<ActiveStretch>>;

Method method_of(const py::handle& given) {
  if (py::isinstance<Abbink>(given)) return given.cast<const Abbink&>();
  if (py::isinstance<IntegratedProfile>(given)) return given.cast<const IntegratedProfile&>();
  return object_of<BayesianChangePoint>("spec", given, "an Abbink, IntegratedProfile or BayesianChangePoint");
}

// In one channel.
Found found_by(const Abbink& spec, std::span<const double> x, std::span<const double> rest, Hertz rate) {
  return abbink(spec, x, rate, rest);
}
Found found_by(const IntegratedProfile& spec, std::span<const double> x, std::span<const double>, Hertz) {
  const auto found = integrated_profile(spec, x);
  if (!found) return found.fault();
  return *found ? std::vector{**found} : std::vector<ActiveStretch>{};
}
Found found_by(const BayesianChangePoint& spec, std::span<const double> x, std::span<const double>, Hertz rate) {
  return bayesian_change_points(spec, x, rate);
}

std::vector<double> channel_of(const Samples& s, int channel) {
  std::vector<double> x(static_cast<std::size_t>(s.frames));
  const ConstBlock block = s.block();
  for (std::int64_t n = 0; n < s.frames; ++n) x[static_cast<std::size_t>(n)] = block(n, channel);
  return x;
}

// As functions of whole records do; the argument that it is about is named.
void refuse_spoilt(const std::string& argument, ConstBlock block, const StreamFormat& format) {
  auto fault = whole_record::refuse_shape(block, format);
  if (!fault) fault = whole_record::refuse_spoilt(block, format);
  if (!fault) return;
  fault->owner = argument;
  raise(*fault);
}

// The rest, which one of the methods compares with and the others do not take.
std::optional<Samples> rest_of(const py::handle& rest, const Method& method, const Samples& x) {
  if (!std::holds_alternative<Abbink>(method)) {
    if (!rest.is_none()) raise_argument("rest", shown(rest), "None: of these methods Abbink alone is told of a rest");
    return std::nullopt;
  }
  const std::string expected =
      "samples of rest for Abbink to compare with, of as many channels as x, " + std::to_string(x.channels);
  if (rest.is_none()) raise_argument("rest", "None", expected);
  Samples made = samples("rest", rest);
  if (made.channels != x.channels) raise_argument("rest", std::to_string(made.channels) + " channels", expected);
  return made;
}

// A rest that is given may be marked; without one there is nothing to mark.
MarkArray marks_of_rest(const py::handle& marks, const std::optional<Samples>& rest) {
  if (rest) return optional_mark_array(marks, *rest, "rest_marks");
  if (!marks.is_none()) raise_argument("rest_marks", shown(marks), "None without a rest");
  return {};
}

// Other threads of Python run while a channel is looked through; between two, Ctrl-C and timers are heard.
std::vector<ActiveStretch> found_in(const Method& method, const Samples& x, const std::optional<Samples>& rest,
                                    int channel, Hertz rate) {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  return take(without_gil([&] {
    const auto one = channel_of(x, channel), quiet = rest ? channel_of(*rest, channel) : std::vector<double>{};
    return std::visit([&](const auto& spec) { return found_by(spec, one, quiet, rate); }, method);
  }));
}

py::list active_stretches(const Given<GivenMethod>& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                          const Given<given::OptionalArray>& rest, const Given<given::OptionalChannels>& channels,
                          const Given<given::Marks>& marks, const Given<given::Marks>& rest_marks) {
  const Method method = method_of(spec);
  const WholeRecord record(x, fs, channels, marks);
  refuse_spoilt("x", record.block(), record.format);
  const auto quiet = rest_of(rest, method, record.in);
  const MarkArray quiet_mark = marks_of_rest(rest_marks, quiet);
  if (quiet)
    refuse_spoilt("rest", {quiet->array.data(), quiet->frames, quiet->channels, quiet_mark.data}, record.format);
  py::list told;
  for (int c = 0; c < record.in.channels; ++c)
    for (const ActiveStretch& one : found_in(method, record.in, quiet, c, record.format.rate))
      told.append(py::make_tuple(c, one.onset.value, one.offset.value));
  return told;
}

}  // namespace

void register_offline_onsets(py::module_& m) {
  bind_spec<Abbink>(m);
  bind_spec<IntegratedProfile>(m);
  bind_spec<BayesianChangePoint>(m);
  define(m, "_active_stretches", &active_stretches, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("rest"), py::arg("channels"), py::arg("marks"), py::arg("rest_marks"),
         "(channel, onset, offset) of every ActiveStretch.");
}

}  // namespace unguard::python
