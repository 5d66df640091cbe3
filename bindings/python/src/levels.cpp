// SPDX-License-Identifier: Apache-2.0
// Envelopes, and what starts a chain.
#include "filter_class.hpp"

namespace unguard::python {

void bind_levels(py::module_& m, py::class_<AnyFilterSpec>& any) { bind_filters(m, any, Levels{}); }

}  // namespace unguard::python
