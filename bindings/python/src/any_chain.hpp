// SPDX-License-Identifier: Apache-2.0
// A filter or a chain of them, as an argument.
#pragma once

#include "convert.hpp"

namespace unguard::python {

// None first: pybind11 takes it for a filter that is not there, and answers the call in its own words.
inline AnyFilterSpec filter_of(const std::string& argument, const py::handle& spec, const std::string& expected) {
  if (spec.is_none()) raise_argument(argument, "None", expected);
  try {
    return spec.cast<AnyFilterSpec>();
  } catch (const py::cast_error&) {
    raise_argument(argument, shown(spec), expected);
  }
}

inline RuntimeChain chain_of(const py::object& spec) {
  if (py::isinstance<RuntimeChain>(spec)) return spec.cast<RuntimeChain>();
  return RuntimeChain{{filter_of("spec", spec, "a filter such as Bandpass(), or a Chain of them")}};
}

}  // namespace unguard::python
