// SPDX-License-Identifier: Apache-2.0
// Catches what a real-time thread must not do: allocations, frees and locks are counted while a Watch lives in this
// thread; a system call ends a child process that has sworn to make none.
#pragma once

#include <functional>
#include <string>

namespace unguard::laws {

// Counts allocations, frees and lock operations of this thread from its construction on.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  long allocations() const;
  long locks() const;
};

// Whether this build can watch at all (a sanitizer owns the allocator where it cannot).
bool can_watch();

// Runs `work` in a child process in which any system call is fatal. Empty when none was made, else what happened.
std::string system_calls_of(const std::function<void()>& work);

// Fails the running test when `work` makes a system call, allocates, frees or locks.
void expect_pure(const std::function<void()>& work);

}  // namespace unguard::laws
