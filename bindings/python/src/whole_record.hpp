// SPDX-License-Identifier: Apache-2.0
// A whole record as an argument, and what is known of it.
#pragma once

#include <string>

#include "convert.hpp"

namespace unguard::python {

struct WholeRecord {
  Samples in;
  StreamFormat format;
  MarkArray marks;

  // `argument`, `marks_argument`: what the caller knows them as.
  WholeRecord(const py::handle& x, const py::handle& fs, const py::handle& channels, const py::handle& given_marks,
              const std::string& argument = "x", const std::string& marks_argument = "marks")
      : in(samples(argument, x)),
        format(stream_format(fs, channels, in)),
        marks(optional_mark_array(given_marks, in, marks_argument)) {}
  ConstBlock block() const { return {in.array.data(), in.frames, in.channels, marks.data}; }
};

}  // namespace unguard::python
