// SPDX-License-Identifier: Apache-2.0
// What one linear kernel is made of, and several in a row.
#pragma once

#include <vector>

#include "unguard/filter/polynomials.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

// One of the three; the others are empty.
struct LinearPart {
  Sections sections{};
  Taps taps{};
  Polynomials polynomials{};

  bool cascade() const noexcept { return taps.empty() && polynomials.empty(); }
  // What `ask` makes of the one there is.
  template <class Ask>
  auto of(Ask&& ask) const {
    return !taps.empty() ? ask(taps) : !polynomials.empty() ? ask(polynomials) : ask(sections);
  }
};

using Linear = std::vector<LinearPart>;

}  // namespace unguard
