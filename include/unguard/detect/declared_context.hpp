// SPDX-License-Identifier: Apache-2.0
// In which declared context a sample lies, from the markers so far. Asked about the recent past only, because an onset
// is refined backwards. Source: the clinic's protocol; nothing is inferred from the signal. Cost: O(1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "unguard/core/event.hpp"
#include "unguard/core/marker.hpp"

namespace unguard {

// What a marker says about the context that follows; nothing for stimulus, place and pain.
constexpr std::optional<Context> context_after(MarkerKind kind) {
  switch (kind) {
    case MarkerKind::rest_begins:
      return Context::rest;
    case MarkerKind::rest_ends:
      return Context::none;
    case MarkerKind::bending:
      return Context::bending;
    case MarkerKind::full_flexion:
      return Context::full_flexion;
    case MarkerKind::returning:
      return Context::returning;
    case MarkerKind::standing:
      return Context::standing;
    default:
      return std::nullopt;
  }
}

class DeclaredContext {
 public:
  explicit DeclaredContext(Context first) : first_(first) { reset(); }

  void take(const Marker& marker) noexcept {
    const auto next = context_after(marker.kind);
    if (!next || *next == context_[0]) return;
    for (std::size_t i = kept - 1; i > 0; --i) {
      context_[i] = context_[i - 1];
      since_[i] = since_[i - 1];
    }
    context_[0] = *next;
    since_[0] = marker.at.value;
  }
  // Exact for the last four changes; before that the oldest one known.
  Context at(std::int64_t sample) const noexcept {
    for (std::size_t i = 0; i < kept; ++i)
      if (sample >= since_[i]) return context_[i];
    return context_[kept - 1];
  }
  // What a changed detector keeps: what was declared. The first context is its own.
  void adopt(const DeclaredContext& other) noexcept {
    for (std::size_t i = 0; i < kept; ++i) {
      if (other.since_[i] == always) continue;
      context_[i] = other.context_[i];
      since_[i] = other.since_[i];
    }
  }
  void reset() noexcept {
    context_.fill(first_);
    since_.fill(always);
  }
  template <class Archive>
  void state(Archive& archive) {
    for (std::size_t i = 0; i < kept; ++i) {
      archive(context_[i]);
      archive(since_[i]);
    }
  }

 private:
  static constexpr std::size_t kept = 4;
  static constexpr std::int64_t always = -(std::int64_t{1} << 61);  // before any sample
  Context first_;
  std::array<Context, kept> context_{};
  std::array<std::int64_t, kept> since_{};
};

}  // namespace unguard
