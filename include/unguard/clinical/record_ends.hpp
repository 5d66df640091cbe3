// SPDX-License-Identifier: Apache-2.0
// Whether a whole record begins and ends as deep as its bends go. People begin and end standing, so an angle that is
// largest there counts the other way, from 90 in standing to 0 bent. Only a whole record can tell. Cost: a comparison a
// sample. Offline.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/whole_turns.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class RecordEnds {
 public:
  // The angle is in `column` of the record.
  RecordEnds(ConstBlock record, int column, Hertz rate) {
    const std::int64_t n = samples_in(length, rate);
    WholeTurns turns;
    Mean at_first;
    std::vector<double> last(static_cast<std::size_t>(n));
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < record.frames; ++i) {
      if (is_marked(record, i, column)) continue;
      const double degrees = turns.undone(record(i, column));
      if (count < n) at_first.add(degrees);
      last[static_cast<std::size_t>(count++ % n)] = degrees;
    }
    if (count < n) return;
    Mean at_last;
    for (const double degrees : last) at_last.add(degrees);
    least_ = {std::min(at_first.mean(), at_last.mean())};
  }

  // What that says of a bend from `upright` to `deepest`.
  Doubts of(Degrees upright, Degrees deepest) const noexcept {
    return least_ && *least_ - upright > (deepest - upright) * deep ? doubt::not_upright : doubt::none;
  }

 private:
  static constexpr Seconds length{0.5};  // of each end
  static constexpr double deep = 0.75;   // of the way down, and beyond

  struct Mean {
    double sum = 0;
    std::int64_t count = 0;
    void add(double value) {
      sum += value;
      ++count;
    }
    double mean() const { return sum / static_cast<double>(count); }
  };

  std::optional<Degrees> least_{};  // of both ends; nothing where too little is known
};

}  // namespace unguard
