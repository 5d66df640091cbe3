// SPDX-License-Identifier: Apache-2.0
// Time-stamped annotation lists (EDF+ 2003, section 2.2.2): onset 0x15 duration 0x14 text 0x14 text 0x14 0, and so on.
// Whole and by the rules of Python's unguard.io.edf_annotations; EDFlib would cut a text at 512 bytes without a word.
// Cost: reads the signals of annotations of the whole file.
#pragma once

#include <vector>

#include "io/data_records.hpp"
#include "io/header.hpp"
#include "unguard/io/recording.hpp"

namespace unguard::edf {

struct AnnotationLists {
  std::vector<Annotation> annotations{};  // by onset, counted from the first sample
  // When each data record begins, in seconds; NaN where it does not say. Empty when the file has no such signal.
  std::vector<double> record_onsets{};
};

// What cannot be read as a list is said in the header's repairs, a text that is not UTF-8 in its remarks.
AnnotationLists read_annotation_lists(DataRecords& records, Header& header);

}  // namespace unguard::edf
