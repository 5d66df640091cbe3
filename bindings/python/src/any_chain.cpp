// SPDX-License-Identifier: Apache-2.0
#include "any_chain.hpp"

namespace unguard::python {

namespace {
struct FilterClass {
  py::handle python_class;
  ReadFilter read;
  ShowFilter show;
};
std::vector<FilterClass>& filter_classes() {
  static std::vector<FilterClass> all;
  return all;
}
}  // namespace

void register_filter_class(const py::handle& python_class, ReadFilter read, ShowFilter show) {
  filter_classes().push_back({python_class, read, show});
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

py::tuple stages_of(const RuntimeChain& chain) {
  py::list stages;
  for (const AnyFilterSpec& stage : chain.stages) {
    py::object shown = py::none();
    for (const FilterClass& one : filter_classes())
      if (shown.is_none()) shown = one.show(stage);
    stages.append(shown);
  }
  return py::tuple(stages);
}

}  // namespace unguard::python
