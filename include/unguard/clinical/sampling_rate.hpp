// SPDX-License-Identifier: Apache-2.0
// The rate of levels or speeds that come without a StreamFormat. Cost: none.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "unguard/core/error.hpp"
#include "unguard/core/text.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

inline std::optional<Fault> refuse_rate(std::string_view owner, Hertz rate) {
  if (rate.value > 0 && std::isfinite(rate.value)) return std::nullopt;
  return Fault{std::string(owner), "fs", to_text(rate), "a finite number above 0 Hz"};
}

}  // namespace unguard
