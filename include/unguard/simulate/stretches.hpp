// SPDX-License-Identifier: Apache-2.0
// Stretches of time scattered over a record: exponential gaps, log-uniform lengths. Renewal process, Cox 1962.
// Drawn in order of time, so a longer record begins with what a shorter one had. Cost: set-up only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct Stretch {
  SampleIndex begin{};
  SampleIndex end{};
};

struct StretchLaw {
  Seconds first{};     // none begins before
  Seconds mean_gap{};  // from the end of one to the beginning of the next
  Seconds shortest{};
  Seconds longest{};
};

inline std::vector<Stretch> draw_stretches(const StretchLaw& law, RandomStream random, SampleIndex end, Hertz rate) {
  std::vector<Stretch> all;
  for (SampleIndex at{samples_in(law.first, rate)};;) {
    const SampleIndex begin = at + 1 + samples_in({random.exponential(law.mean_gap.value)}, rate);
    at = begin +
         std::max<std::int64_t>(1, samples_in({random.log_uniform(law.shortest.value, law.longest.value)}, rate));
    if (!(at < end)) return all;
    all.push_back({begin, at});
  }
}

// Walks along stretches that do not overlap.
class StretchPlayer {
 public:
  explicit StretchPlayer(std::vector<Stretch> all = {}) : all_(std::move(all)) {}
  // The stretch that holds sample `at`, or null; `at` must not decrease from call to call.
  const Stretch* holding(SampleIndex at) noexcept {
    while (next_ < all_.size() && !(at < all_[next_].end)) ++next_;
    return next_ < all_.size() && !(at < all_[next_].begin) ? &all_[next_] : nullptr;
  }
  // How many lay before that one.
  std::size_t count() const noexcept { return next_; }

 private:
  std::vector<Stretch> all_;
  std::size_t next_ = 0;
};

}  // namespace unguard
