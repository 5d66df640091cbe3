// SPDX-License-Identifier: Apache-2.0
// Reports on their way to a sink: those of one frame at most, so that a sink of any size, one included, gets the same
// reports in the same order. First in, first out; fixed capacity. Cost: a copy a report.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"

namespace unguard {

template <class Archive>
void archive_event(Archive& archive, Event& e) {
  archive(e.id);
  archive(e.channel);
  archive(e.report);
  archive(e.kind);
  archive(e.context);
  archive(e.onset.value);
  archive(e.decided.value);
  archive(e.offset.value);
  archive(e.peak.value);
  archive(e.area_uV_s);
  archive(e.confidence);
  archive(e.reasons);
  archive(e.attributes.rhythm_Hz);
  archive(e.attributes.regularity);
  archive(e.attributes.single_unit);
  // Not from here.
  if (!std::isfinite(e.peak.value)) e.peak = {};
  if (!std::isfinite(e.area_uV_s)) e.area_uV_s = 0;
  if (!(e.confidence >= 0 && e.confidence <= 1)) e.confidence = 0;
  if (!std::isfinite(e.attributes.rhythm_Hz)) e.attributes.rhythm_Hz = 0;
  if (!std::isfinite(e.attributes.regularity)) e.attributes.regularity = 0;
}

class EventQueue {
 public:
  explicit EventQueue(std::size_t capacity) : waiting_(capacity) {}

  bool empty() const noexcept { return first_ == count_; }
  void push(const Event& event) noexcept {
    if (count_ < waiting_.size()) waiting_[count_++] = event;
  }
  // True when all have gone.
  bool deliver(Sink<Event>& sink) noexcept {
    while (first_ < count_ && sink.push(waiting_[first_])) ++first_;
    if (first_ < count_) return false;
    clear();
    return true;
  }
  void clear() noexcept { first_ = count_ = 0; }

  template <class Archive>
  void state(Archive& archive) {
    archive(first_);
    archive(count_);
    for (auto& e : waiting_) archive_event(archive, e);
    if (count_ > waiting_.size() || first_ > count_) clear();
  }

 private:
  std::vector<Event> waiting_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace unguard
