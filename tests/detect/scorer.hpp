// SPDX-License-Identifier: Apache-2.0
// Event scoring: one-to-one matching of found and true events with the largest total overlap; a pair may match when its
// onsets are close or its overlap is at least 0.3 of its union (or, strictly, both). Both lists are disjoint and in
// time order, so the best matching keeps the order and a table finds it. Cost: found x true.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "unguard/core/event.hpp"

namespace unguard::scoring {

struct Interval {
  std::int64_t onset = 0;
  std::int64_t offset = 0;
  EventKind kind = EventKind::activity;
};

struct Score {
  std::int64_t hits = 0;
  std::int64_t false_alarms = 0;
  std::int64_t misses = 0;

  double f1() const {
    const auto all = static_cast<double>(2 * hits + false_alarms + misses);
    return all > 0 ? static_cast<double>(2 * hits) / all : 1;
  }
  Score& operator+=(const Score& s) {
    hits += s.hits;
    false_alarms += s.false_alarms;
    misses += s.misses;
    return *this;
  }
};

struct Tolerance {
  std::int64_t onset = 0;         // samples
  double overlap = 0.3;           // intersection over union
  bool both = false;              // onset and overlap, not one of them
  std::int64_t spike_onset = -1;  // of a true SPIKE; -1: as of others
};

inline bool may_match(const Interval& a, const Interval& truth, Tolerance t) {
  const auto common = static_cast<double>(std::min(a.offset, truth.offset) - std::max(a.onset, truth.onset));
  const auto together = static_cast<double>(std::max(a.offset, truth.offset) - std::min(a.onset, truth.onset));
  const std::int64_t most = truth.kind == EventKind::spike && t.spike_onset >= 0 ? t.spike_onset : t.onset;
  const bool onset = std::llabs(a.onset - truth.onset) <= most, overlap = common >= t.overlap * together;
  return t.both ? onset && overlap : onset || overlap;
}

// Pairs of indices (found, true).
inline std::vector<std::pair<std::size_t, std::size_t>> match(const std::vector<Interval>& found,
                                                              const std::vector<Interval>& truth, Tolerance t) {
  const std::size_t n = found.size(), m = truth.size();
  // A match without overlap still counts a little.
  const auto worth = [&](std::size_t i, std::size_t j) -> double {
    if (!may_match(found[i], truth[j], t)) return -1;
    return 1e-3 + static_cast<double>(std::max<std::int64_t>(
                      0, std::min(found[i].offset, truth[j].offset) - std::max(found[i].onset, truth[j].onset)));
  };
  std::vector<double> best((n + 1) * (m + 1));
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return best[i * (m + 1) + j]; };
  for (std::size_t i = 1; i <= n; ++i)
    for (std::size_t j = 1; j <= m; ++j) {
      at(i, j) = std::max(at(i - 1, j), at(i, j - 1));
      if (const double w = worth(i - 1, j - 1); w > 0) at(i, j) = std::max(at(i, j), at(i - 1, j - 1) + w);
    }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = n, j = m; i > 0 && j > 0;) {
    if (at(i, j) == at(i - 1, j)) {
      --i;
    } else if (at(i, j) == at(i, j - 1)) {
      --j;
    } else {
      pairs.emplace_back(--i, --j);
    }
  }
  std::reverse(pairs.begin(), pairs.end());
  return pairs;
}

inline Score score(const std::vector<Interval>& found, const std::vector<Interval>& truth, Tolerance t) {
  const auto hits = static_cast<std::int64_t>(match(found, truth, t).size());
  return {hits, static_cast<std::int64_t>(found.size()) - hits, static_cast<std::int64_t>(truth.size()) - hits};
}

inline std::vector<Interval> of_kind(const std::vector<Interval>& all, EventKind kind) {
  std::vector<Interval> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Interval& i) { return i.kind == kind; });
  return some;
}

}  // namespace unguard::scoring
