// SPDX-License-Identifier: Apache-2.0
#include "any_chain.hpp"

namespace unguard::python {

namespace {
struct FilterClass {
  py::handle python_class;
  ReadFilter read;
};
std::vector<FilterClass>& filter_classes() {
  static std::vector<FilterClass> all;
  return all;
}
}  // namespace

void register_filter_class(const py::handle& python_class, ReadFilter read) {
  filter_classes().push_back({python_class, read});
}

AnyFilterSpec filter_of(const std::string& argument, const py::handle& spec, const std::string& expected) {
  for (const FilterClass& one : filter_classes())
    if (py::isinstance(spec, one.python_class)) return one.read(spec);
  raise_argument(argument, shown(spec), expected);
}

RuntimeChain chain_of(const py::object& spec) {
  if (py::isinstance<RuntimeChain>(spec)) return spec.cast<RuntimeChain>();
  return RuntimeChain{{filter_of("spec", spec, "a filter such as Bandpass(), or a Chain of them")}};
}

}  // namespace unguard::python
