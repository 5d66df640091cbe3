// SPDX-License-Identifier: Apache-2.0
// How much a muscle stiffens as a movement starts, and how long it takes to let go, in Python's values; None where it
// is not known.
#pragma once

#include <optional>

#include "arguments.hpp"
#include "unguard/clinical/movement_start.hpp"
#include "unguard/clinical/time_to_relax.hpp"

namespace unguard::python {

namespace given {
struct MovementStartSpec {
  static constexpr auto name = const_name("unguard._core.MovementStart");
};
struct TimeToRelaxSpec {
  static constexpr auto name = const_name("unguard._core.TimeToRelax");
};
}  // namespace given

py::object or_none(const std::optional<Stiffening>& found);
py::object or_none(const std::optional<Relaxing>& found);

}  // namespace unguard::python
