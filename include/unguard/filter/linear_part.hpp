// SPDX-License-Identifier: Apache-2.0
// What one linear kernel is made of.
#pragma once

#include "unguard/filter/section.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

// One of the two; the other is empty.
struct LinearPart {
  Sections sections{};
  Taps taps{};
};

}  // namespace unguard
