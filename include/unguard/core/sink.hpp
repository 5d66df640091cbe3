// SPDX-License-Identifier: Apache-2.0
// Where analysers and detectors put what they find: fixed capacity, and nothing is ever dropped.
// A processor stops before a frame that might not fit and says how many frames it consumed; the driver empties and goes
// on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

template <class T>
class Sink {
 public:
  explicit Sink(std::size_t capacity) { items_.reserve(capacity); }
  Sink(const Sink& other) : Sink(other.capacity()) { items_.assign(other.items_.begin(), other.items_.end()); }
  // The other's capacity, too.
  Sink& operator=(const Sink& other) { return *this = Sink(other); }
  Sink(Sink&&) noexcept = default;
  Sink& operator=(Sink&&) noexcept = default;

  std::size_t capacity() const noexcept { return items_.capacity(); }
  std::size_t room() const noexcept { return items_.capacity() - items_.size(); }
  std::span<const T> items() const noexcept { return items_; }
  // Those behind the first so many, to say more of them.
  std::span<T> behind(std::size_t first) noexcept { return std::span(items_).subspan(std::min(first, items_.size())); }
  void clear() noexcept { items_.clear(); }
  // False, and nothing stored, when full.
  bool push(const T& item) noexcept {
    if (room() == 0) return false;
    items_.push_back(item);
    return true;
  }

 private:
  std::vector<T> items_;
};

// How far a processor with a sink got.
struct Consumed {
  Status status = Status::ok;
  std::int64_t frames = 0;

  friend constexpr bool operator==(const Consumed&, const Consumed&) = default;
};

// Frame by frame, as whoever reports of single frames takes them: `step(i)` works frame i through, `deliver()` hands on
// what it led to and says whether all has gone. A frame whose reports have not all gone is `held`: it has been worked
// through, and counts as consumed when they have. `position` is that of the frame to come.
template <class Step, class Deliver>
Consumed take_frames(std::int64_t frames, SampleIndex& position, bool& held, Step&& step, Deliver&& deliver) noexcept {
  if (frames == 0) return {Status::ok, 0};
  if (!deliver()) return {Status::full, 0};
  for (std::int64_t i = 0; i < frames; ++i) {
    if (!held) step(i);
    held = !deliver();
    if (held) return {Status::full, i};
    position = position + 1;
  }
  return {Status::ok, frames};
}
// And the end of their stream: `end()` is called once.
template <class End, class Deliver>
Status end_frames(bool& ended, End&& end, Deliver&& deliver) noexcept {
  if (!deliver()) return Status::full;
  if (!ended) {
    ended = true;
    end();
  }
  return deliver() ? Status::ok : Status::full;
}

// How far a resampler got, and how much it wrote.
struct Produced {
  Status status = Status::ok;
  std::int64_t consumed = 0;
  std::int64_t written = 0;

  friend constexpr bool operator==(const Produced&, const Produced&) = default;
};

}  // namespace unguard
