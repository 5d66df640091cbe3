// SPDX-License-Identifier: Apache-2.0
// What a check finds for certain, and how soon: the other half of "no alarm". A value; no source. Cost: none.
#pragma once

#include <string>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// What is found for certain of a reason, and how soon; what is smaller than that may pass. Never, where `within` is
// infinite: `of` says why.
struct DetectionBound {
  Marks reason = mark::none;
  Seconds within{};
  std::string of{};
};

}  // namespace unguard
