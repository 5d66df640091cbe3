// SPDX-License-Identifier: Apache-2.0
// Units and labels as files write them: what is a voltage, how many microvolts it is, what a label says it measures.
// The same rules as in Python's unguard.io.units and unguard.io.source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unguard::edf {

// Of the largest unit that is known, the volt.
inline constexpr double most_microvolts = 1e6;

// Microvolts in one `unit`, or nothing if it is no voltage. "MV" is none: mega and milli cannot be told apart.
std::optional<double> microvolts_per(std::string_view unit);

// Whether the label is one that trigger channels bear: those hold bits, which no scale applies to.
bool is_trigger(std::string_view label);

// Whether a channel without unit would be taken for muscle, so that its unit must be known.
bool says_emg(std::string_view label);

// A name of its own for every label; what had to be told apart or named is added to `remarks`.
std::vector<std::string> distinct_names(const std::vector<std::string>& labels, std::vector<std::string>& remarks);

// Without blanks at both ends, and without NULs at the end, which fill some writers' fields. In front, a NUL is a
// letter that was lost: "\0V" may have been anything.
std::string_view stripped(std::string_view text);

}  // namespace unguard::edf
