// SPDX-License-Identifier: Apache-2.0
// What was declared about the stream from outside: rest, movement, stimulus, place, pain. Addressed by sample index.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class MarkerKind { rest_begins, rest_ends, bending, full_flexion, returning, standing, stimulus, place, pain };
constexpr std::array<std::string_view, 9> names(const MarkerKind*) {
  return {"rest begins", "rest ends", "bending", "full flexion", "returning", "standing", "stimulus", "place", "pain"};
}

struct Marker {
  SampleIndex at{};
  MarkerKind kind = MarkerKind::stimulus;
  double value = 0;  // pain rating 0 to 10, stimulus or place number; 0 where there is none

  friend constexpr bool operator==(const Marker&, const Marker&) = default;
};

// Markers waiting for their sample, earliest first; fixed capacity, so that adding one is safe in real time.
class MarkerQueue {
 public:
  explicit MarkerQueue(std::size_t capacity = 256) { waiting_.resize(capacity); }

  // `now` is the next sample to be processed: a marker for an earlier one is refused, not moved.
  Status add(const Marker& marker, SampleIndex now) noexcept {
    if (marker.at < now) return Status::too_late;
    if (count_ == waiting_.size()) return Status::full;
    std::size_t i = count_++;
    for (; i > 0 && marker.at < waiting_[i - 1].at; --i) waiting_[i] = waiting_[i - 1];
    waiting_[i] = marker;
    return Status::ok;
  }
  bool due(SampleIndex at) const noexcept { return count_ > 0 && waiting_[0].at <= at; }
  Marker take() noexcept {
    const Marker first = waiting_[0];
    --count_;
    for (std::size_t i = 0; i < count_; ++i) waiting_[i] = waiting_[i + 1];
    return first;
  }
  void clear() noexcept { count_ = 0; }

  template <class Archive>
  void state(Archive& archive) {
    archive(count_);
    for (auto& marker : waiting_) {
      archive(marker.at.value);
      archive(marker.kind);
      archive(marker.value);
    }
    if (count_ > waiting_.size()) clear();
  }

 private:
  std::vector<Marker> waiting_;
  std::size_t count_ = 0;
};

}  // namespace unguard
