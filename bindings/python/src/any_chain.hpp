// SPDX-License-Identifier: Apache-2.0
// A filter or a chain of them, as an argument.
#pragma once

#include "convert.hpp"

namespace unguard::python {

// How an object of a Python class is read as a filter; registered once for every filter spec.
using ReadFilter = AnyFilterSpec (*)(const py::handle& object);
void register_filter_class(const py::handle& python_class, ReadFilter read);

// The filter an object is; raises ConfigError for anything else.
AnyFilterSpec filter_of(const std::string& argument, const py::handle& spec, const std::string& expected);
RuntimeChain chain_of(const py::object& spec);

}  // namespace unguard::python
