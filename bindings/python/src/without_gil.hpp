// SPDX-License-Identifier: Apache-2.0
// Work of the engine, during which other threads of Python run. It must not touch a Python object.
#pragma once

#include <chrono>
#include <thread>
#include <utility>

#include "arguments.hpp"

namespace unguard::python {

// Gives the GIL away and takes it back at the end of the block. Until Python 3.14 an interpreter that exits ends other
// threads where they ask for the GIL, by unwinding through them, which no destructor survives. Such a thread sleeps
// here instead, as it does from 3.14 on, and goes with the process.
class GilReleased {
 public:
  GilReleased() : state_(PyEval_SaveThread()) {}
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;
  ~GilReleased() {
    try {
      PyEval_RestoreThread(state_);
    } catch (...) {
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
  }

 private:
  PyThreadState* state_;
};

template <class Work>
auto without_gil(Work&& work) {
  const GilReleased released;
  return std::forward<Work>(work)();
}

}  // namespace unguard::python
