// SPDX-License-Identifier: Apache-2.0
// A filter spec as a Python class: made of its fields, called on a whole record, started for a stream.
#pragma once

#include <memory>

#include "convert.hpp"
#include "define.hpp"
#include "filter_specs.hpp"
#include "one_thread.hpp"
#include "spec_class.hpp"

namespace unguard::python {

using Live = LiveFilter<RuntimeChain>;
using LiveChain = OneThread<Live>;

py::object whole_record(const RuntimeChain& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                        const Given<given::MarksOrBool>& marks);
std::unique_ptr<LiveChain> started(const RuntimeChain& spec, const Given<given::Float>& fs,
                                   const Given<given::Channels>& channels);

inline constexpr auto whole_record_doc =
    "Run a whole record, (samples,) or (samples, channels) in microvolts, through the filter, causally; fs in Hz.\n"
    "marks: True also returns the reason bits of every output sample, uint16 of the shape of x; an array of such bits "
    "for x does too, and its marks travel with the samples and spread for as long as a stage draws them out.\n"
    "Raises ConfigError, naming the argument.";
inline constexpr auto start_doc =
    "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
    "ConfigError, naming the argument.";

template <FilterSpec S>
void bind_filter(py::module_& m, py::class_<AnyFilterSpec>& any) {
  auto c = bind_spec<S>(m);
  any.def(py::init([](const S& s) { return AnyFilterSpec(s); }));
  py::implicitly_convertible<S, AnyFilterSpec>();
  if constexpr (!std::same_as<S, Priming>) {
    define(
        c, "__call__",
        [](const S& s, const Given<given::Array>& x, const Given<given::Float>& fs,
           const Given<given::MarksOrBool>& marks) { return whole_record({{s}}, x, fs, marks); },
        py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false, whole_record_doc);
    define(
        c, "start",
        [](const S& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
          return started(RuntimeChain{{s}}, fs, channels);
        },
        py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
  }
}

template <class... S>
void bind_filters(py::module_& m, py::class_<AnyFilterSpec>& any, Specs<S...>) {
  (bind_filter<S>(m, any), ...);
}

// Each in a file of its own: what a spec brings along takes long to compile.
void bind_recursive_filters(py::module_& m, py::class_<AnyFilterSpec>& any);
void bind_finite_filters(py::module_& m, py::class_<AnyFilterSpec>& any);
void bind_levels(py::module_& m, py::class_<AnyFilterSpec>& any);

}  // namespace unguard::python
