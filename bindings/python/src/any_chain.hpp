// SPDX-License-Identifier: Apache-2.0
// A filter or a chain of them, as an argument.
#pragma once

#include "convert.hpp"

namespace unguard::python {

inline RuntimeChain chain_of(const py::object& spec) {
  if (py::isinstance<RuntimeChain>(spec)) return spec.cast<RuntimeChain>();
  try {
    return RuntimeChain{{spec.cast<AnyFilterSpec>()}};
  } catch (const py::cast_error&) {
    raise_argument("spec", shown(spec), "a filter such as Bandpass(), or a Chain of them");
  }
}

}  // namespace unguard::python
