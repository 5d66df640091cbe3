// SPDX-License-Identifier: Apache-2.0
// Filters of poles and zeros.
#include "filter_class.hpp"

namespace unguard::python {

void bind_recursive_filters(py::module_& m, py::class_<AnyFilterSpec>& any) { bind_filters(m, any, RecursiveFilters{}); }

}  // namespace unguard::python
