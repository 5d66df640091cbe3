// SPDX-License-Identifier: Apache-2.0
// Why a bend may not be what it seems, in words.
#pragma once

#include <string>

#include "arguments.hpp"
#include "unguard/clinical/bend.hpp"

namespace unguard::python {

inline py::list doubts_in_words(Doubts doubts) {
  py::list all;
  for (std::size_t i = 0; i < doubt_names.size(); ++i)
    if (doubts & (Doubts{1} << i)) all.append(std::string(doubt_names[i]));
  return all;
}

}  // namespace unguard::python
