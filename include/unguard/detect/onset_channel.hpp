// SPDX-License-Identifier: Apache-2.0
// What one channel of an onset detector says at a sample, and what it must be able to do. One algorithm is one such
// channel; streams, marks, events, saving and live change come from LiveOnsetDetector. Cost: none.
#pragma once

#include <concepts>
#include <cstdint>

namespace unguard {

enum class OnsetSays {
  nothing,
  on,         // active since `onset`; decided now
  moved,      // `onset` was looked at again
  off,        // it ended before `offset`
  cancelled,  // it was none; `offset` is where it seemed to end
};
struct OnsetChange {
  OnsetSays says = OnsetSays::nothing;
  std::int64_t onset = 0;
  std::int64_t offset = 0;  // one past the last active sample
  double confidence = 0;    // see Event; 0 of a method that does not know how sure it is
};

// A marked sample is not stepped through: the channel stands still while time goes on. After a long marked stretch it
// is restarted, which keeps what it knows of rest. `latency` is the delay, in samples, of the decision about a step far
// above the threshold at a sample whose index is even; weaker ones take longer. A channel that tracks the mean square
// of rest says so by `rest_power()`, and how many samples back an edge may lie by `looks_back()`; the area of its
// events is counted from there.
template <class C>
concept OnsetChannel = std::copyable<C> && requires(C c, const C k, double x, std::int64_t at) {
  { c.step(x, at) }
  noexcept->std::same_as<OnsetChange>;
  { k.learning() }
  noexcept->std::same_as<bool>;
  { c.reset() }
  noexcept;  // as new
  { c.restart() }
  noexcept;  // knows rest, nothing else
  { k.latency() }
  noexcept->std::same_as<std::int64_t>;
};

}  // namespace unguard
