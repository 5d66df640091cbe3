// SPDX-License-Identifier: Apache-2.0
// The classical features of EMG over sliding windows. Their Python face is unguard.features.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/features/window_features.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace given {
struct Windows {
  static constexpr auto name = const_name("unguard._core.FeatureWindows");
};
struct Names {
  static constexpr auto name = const_name("collections.abc.Sequence[str]");
};
}  // namespace given

namespace {

std::vector<Feature> features_of(const py::handle& wanted) {
  try {
    return FieldValue<std::vector<Feature>>::from(wanted);
  } catch (const Unfit&) {
    raise_argument("names", shown(wanted), "a list of features, each " + FieldValue<Feature>::expected({}, ""));
  }
}

}  // namespace

void register_features(py::module_& m) {
  bind_spec<FeatureWindows>(m);
  define(
      m, "_window_features",
      [](const Given<given::Windows>& windows, const Given<given::Names>& wanted, const Given<given::Array>& x,
         const Given<given::Float>& fs, const Given<given::Marks>& marks) {
        const FeatureWindows& spec = object_of<FeatureWindows>("windows", windows, "FeatureWindows");
        const auto features = features_of(wanted);
        const WholeRecord record(x, fs, py::none(), marks);
        const FeatureTable table =
            take(without_gil([&] { return window_features(features, spec, record.block(), record.format); }));
        py::dict told;
        told["columns"] = table.columns;
        told["starts"] = table.starts;
        told["window"] = table.window;
        py::array_t<double> values({static_cast<py::ssize_t>(table.starts.size()), py::ssize_t{table.channels},
                                    static_cast<py::ssize_t>(table.columns.size())});
        std::copy(table.values.begin(), table.values.end(), values.mutable_data());
        told["values"] = values;
        return told;
      },
      py::arg("windows"), py::arg("names"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = py::none());
}

}  // namespace unguard::python
