// SPDX-License-Identifier: Apache-2.0
// Whether the data records follow each other without gaps, by the onsets that EDF+ and BDF+ records state.
#pragma once

#include <string>
#include <vector>

#include "io/header.hpp"

namespace unguard::edf {

// Adds to the header's remarks what the onsets say against it. Throws FormatError about `shown` for a gap in a file
// that says it has some.
void check_continuity(const std::vector<double>& record_onsets, Header& header, const std::string& shown);

}  // namespace unguard::edf
