// SPDX-License-Identifier: Apache-2.0
// What is declared about a stream, from Python to a detector: alone, or inside a session.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "convert.hpp"
#include "detector_parts.hpp"
#include "unguard/core/marker.hpp"

namespace unguard::python {

inline MarkerKind marker_kind(const py::handle& kind) {
  try {
    return FieldValue<MarkerKind>::from(kind);
  } catch (const Unfit&) {
    raise_argument("marker", shown(kind), FieldValue<MarkerKind>::expected(finite, ""));
  }
}

inline Marker marker_of(const py::handle& kind, const py::handle& at, double value) {
  const MarkerKind known = marker_kind(kind);
  return {{whole_number("at", at, "a whole number, the index of a sample still to come")}, known, value};
}
// In order of time.
inline std::vector<Marker> markers_from(const py::handle& markers) {
  const std::string expected = "pairs (kind, sample)";
  if (!py::isinstance<py::sequence>(markers) || py::isinstance<py::str>(markers))
    raise_argument("markers", shown(markers), expected);
  std::vector<Marker> all;
  for (const auto& one : markers) {
    if (!(py::isinstance<py::tuple>(one) || py::isinstance<py::list>(one)) || py::len(one) != 2)
      raise_argument("markers", shown(one) + " among others", expected);
    const auto pair = py::reinterpret_borrow<py::sequence>(one);
    all.push_back(marker_of(py::object(pair[0]), py::object(pair[1]), 0));
  }
  std::stable_sort(all.begin(), all.end(), [](const Marker& a, const Marker& b) { return a.at < b.at; });
  return all;
}
// What a detector said to a marker, where it did not take it.
inline void refuse_undeclared(Status status, const Marker& marker) {
  if (status == Status::full)
    raise_argument("marker", "one more than can wait", "no more than 256 at a time that are still to come");
  if (status != Status::ok)
    raise_argument("at", std::to_string(marker.at.value), "a sample still to come: " + std::string(to_text(status)));
}

template <class Detector>
void declare(Detector& live, const py::handle& kind, const py::handle& at, const py::handle& value) {
  const double given = number("value", value, "a finite number");
  if (!std::isfinite(given)) raise_argument("value", to_text(given), "a finite number");
  refuse_ended(live);
  const Marker marker = marker_of(kind, at, given);
  refuse_undeclared(live.declare(marker), marker);
}

}  // namespace unguard::python
