// SPDX-License-Identifier: Apache-2.0
// The message of a refusal, or "accepted".
#pragma once

#include <optional>
#include <string>

#include "unguard/core/error.hpp"

namespace unguard {

inline std::string why(const std::optional<Fault>& fault) { return fault ? message(*fault) : "accepted"; }
template <class T>
std::string why(const Result<T>& result) {
  return result ? "accepted" : message(result.fault());
}

}  // namespace unguard
