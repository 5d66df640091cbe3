// SPDX-License-Identifier: Apache-2.0
// A filter or a chain of them, as an argument.
#pragma once

#include "convert.hpp"

namespace unguard::python {

// How an object of a Python class is read as a filter, and a filter becomes one again (None: it is of another class);
// registered once for every filter spec.
using ReadFilter = AnyFilterSpec (*)(const py::handle& object);
using ShowFilter = py::object (*)(const AnyFilterSpec& filter);
void register_filter_class(const py::handle& python_class, ReadFilter read, ShowFilter show);

// The filter an object is; raises ConfigError for anything else.
AnyFilterSpec filter_of(const std::string& argument, const py::handle& spec, const std::string& expected);
RuntimeChain chain_of(const py::object& spec);
// The filters of a chain, in order.
py::tuple stages_of(const RuntimeChain& chain);

}  // namespace unguard::python
