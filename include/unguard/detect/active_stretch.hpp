// SPDX-License-Identifier: Apache-2.0
// What methods that need the whole record find in one channel of it: stretches of activity. OFFLINE ONLY: live, events
// are reported as they live (core/event.hpp). Cost: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>

#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct ActiveStretch {
  SampleIndex onset{};   // estimated first sample
  SampleIndex offset{};  // one past the last

  friend constexpr bool operator==(const ActiveStretch&, const ActiveStretch&) = default;
};

// Why this cannot be worked on, if it cannot: gaps are the caller's to cut out or bridge.
template <Spec Owner>
std::optional<Fault> refuse_record(const char* name, std::span<const double> x, std::size_t shortest) {
  const std::string owner(info_of<Owner>().name);
  if (x.size() < shortest)
    return Fault{owner, name, std::to_string(x.size()) + " samples", "at least " + std::to_string(shortest)};
  const auto bad = std::find_if(x.begin(), x.end(), [](double v) { return !std::isfinite(v); });
  if (bad != x.end())
    return Fault{owner, name, to_text(*bad) + " at sample " + std::to_string(bad - x.begin()), "finite numbers"};
  return std::nullopt;
}

}  // namespace unguard
