// SPDX-License-Identifier: Apache-2.0
// Filters of finitely many samples.
#include "filter_class.hpp"

namespace unguard::python {

void bind_finite_filters(py::module_& m, py::class_<AnyFilterSpec>& any) { bind_filters(m, any, FiniteFilters{}); }

}  // namespace unguard::python
