// SPDX-License-Identifier: Apache-2.0
// EDF and BDF hold whole data records only. What a writer added to fill the last one it tells by an annotation with
// this text, over the padding's length; Python's unguard.io writes and honours the same.
#pragma once

#include <string_view>

namespace unguard::edf {

inline constexpr std::string_view padding_text = "unguard: padding";

}  // namespace unguard::edf
