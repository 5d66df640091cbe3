// SPDX-License-Identifier: Apache-2.0
#include "any_detector.hpp"

#include <deque>

namespace unguard::python {

namespace {
std::deque<DetectorClass>& detector_classes() {
  static std::deque<DetectorClass> all;
  return all;
}
}  // namespace

void register_detector_class(const DetectorClass& detector) { detector_classes().push_back(detector); }

const DetectorClass& detector_class_of(const std::string& argument, const py::handle& spec) {
  for (const DetectorClass& one : detector_classes())
    if (py::isinstance(spec, one.python_class)) return one;
  raise_argument(argument, shown(spec),
                 "a SpasmDetector, an ActivityDetector, an EventDetector, a BendingDetector, an onset detector such as "
                 "HodgesBui(), or RPeaks");
}

}  // namespace unguard::python
