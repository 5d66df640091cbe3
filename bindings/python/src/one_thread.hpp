// SPDX-License-Identifier: Apache-2.0
// A live processor for one thread at a time: a second thread is told so instead of racing while the GIL is released.
#pragma once

#include <atomic>
#include <stdexcept>
#include <utility>

namespace unguard::python {

template <class P>
class OneThread {
 public:
  explicit OneThread(P processor) : processor_(std::move(processor)) {}
  OneThread(const OneThread& other) : processor_(other.alone([](const P& p) { return p; })) {}
  OneThread& operator=(const OneThread&) = delete;

  template <class Work>
  auto alone(Work&& work) {
    const Busy busy(busy_);
    return work(processor_);
  }
  template <class Work>
  auto alone(Work&& work) const {
    const Busy busy(busy_);
    return work(processor_);
  }
  const P& live() const { return processor_; }

 private:
  struct Busy {
    explicit Busy(std::atomic_flag& f) : flag(f) {
      if (flag.test_and_set(std::memory_order_acquire))
        throw std::runtime_error(
            "this is being used by another thread; a live processor belongs to one thread at a time");
    }
    ~Busy() { flag.clear(std::memory_order_release); }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    std::atomic_flag& flag;
  };

  P processor_;
  mutable std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

}  // namespace unguard::python
