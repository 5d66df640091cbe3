// SPDX-License-Identifier: Apache-2.0
// Letters beyond ASCII, which EDF does not allow and files have all the same: UTF-8 where the bytes are that, Latin-1
// where they are not. Python's unguard.io decodes labels, units and annotations by the same rule.
#pragma once

#include <string>
#include <string_view>

namespace unguard::edf {

// Well-formed as the Unicode standard has it (table 3-7): nothing overlong, no surrogates.
bool is_utf8(std::string_view text);

// The bytes as UTF-8.
std::string as_utf8(std::string_view bytes);

}  // namespace unguard::edf
