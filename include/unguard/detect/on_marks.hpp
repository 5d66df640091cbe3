// SPDX-License-Identifier: Apache-2.0
// What marks do to an event of an onset detector: short marked stretches are stepped over, longer ones end it, and what
// begins just before one is taken back, because it may be what was marked. Reasons: design, section 2. Cost: none.
#pragma once

#include <cstdint>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct OnMarks {
  Seconds bridge{0.05};
  Seconds guard{0.1};
  Seconds late{0.3};

  friend bool operator==(const OnMarks&, const OnMarks&) = default;
};
constexpr SpecInfo info(const OnMarks*) {
  return {"OnMarks", "what marks do to events", "measured delays of the marks, docs/quality.md"};
}
constexpr auto fields(const OnMarks*) {
  return field_list(
      field<&OnMarks::bridge>("bridge", "a longer marked stretch ends an event", between(0.0, 10)),
      field<&OnMarks::guard>("guard", "a mark this close behind an onset cancels the event", between(0.0, 10)),
      field<&OnMarks::late>("late", "the same of a mark of what is found late: no contact, hum, movement",
                            between(0.0, 10)));
}

}  // namespace unguard
