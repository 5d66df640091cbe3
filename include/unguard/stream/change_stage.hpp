// SPDX-License-Identifier: Apache-2.0
// How one stage of a running session gives way to the next: what is asked for as it is goes on, another one takes over
// what its own change() lets it, and what is new begins now. What is replaced is left in `next`, to be destroyed
// outside the real-time thread. A definition, no source. Cost: that of the stage's change(). Latency: none.
#pragma once

#include <optional>
#include <utility>

#include "unguard/core/error.hpp"
#include "unguard/core/units.hpp"

namespace unguard::change_stage {

template <class Stage>
void replace(Stage& running, Stage& next) noexcept {
  if (!(next.spec() == running.spec())) next = running.change(std::move(next));
}
template <class Stage>
void begin_anew(Stage& running, Stage& next, SampleIndex now) noexcept {
  next.begin_at(now);
  std::swap(running, next);
}
template <class Stage>
void replace(std::optional<Stage>& running, std::optional<Stage>& next, SampleIndex now) noexcept {
  if (running && next) return replace(*running, *next);
  if (next) next->begin_at(now);
  std::swap(running, next);
}
// A chain's filters may have to be written out to be compared.
template <class Filter>
void replace_filter(Filter& running, Filter& next) noexcept {
  if (next.belongs_to() != running.belongs_to()) next = running.change(std::move(next));
}
// Outside the real-time thread: what a filter needs to fade over from the one that runs.
template <class Filter>
std::optional<Fault> prepare_filter(Filter& next, const Filter& running) {
  if (next.belongs_to() == running.belongs_to()) return std::nullopt;
  auto prepared = running.try_prepare(next.spec());
  if (!prepared) return prepared.fault();
  next = std::move(*prepared);
  return std::nullopt;
}

}  // namespace unguard::change_stage
