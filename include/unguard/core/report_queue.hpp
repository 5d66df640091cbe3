// SPDX-License-Identifier: Apache-2.0
// Reports on their way to a sink: those of one frame at most, so that a sink of any size, one included, gets the same
// reports in the same order. First in, first out; fixed capacity. Cost: a copy a report.
#pragma once

#include <cstddef>
#include <vector>

#include "unguard/core/sink.hpp"

namespace unguard {

// Item: anything that has an archive_report(archive, item).
template <class Item>
class ReportQueue {
 public:
  explicit ReportQueue(std::size_t capacity) : waiting_(capacity) {}

  bool empty() const noexcept { return first_ == count_; }
  void push(const Item& item) noexcept {
    if (count_ < waiting_.size()) waiting_[count_++] = item;
  }
  // True when all have gone.
  bool deliver(Sink<Item>& sink) noexcept {
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
    for (auto& item : waiting_) archive_report(archive, item);
    if (count_ > waiting_.size() || first_ > count_) clear();
  }

 private:
  std::vector<Item> waiting_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace unguard
