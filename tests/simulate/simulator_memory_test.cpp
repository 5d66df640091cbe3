// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace {
long allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size ? size : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size ? size : 1);
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace unguard {
namespace {

// Truth: a count in operator new: nothing is allocated once the simulator stands, however long it runs.
TEST(Simulator, GeneratesInTheMemoryItStartedWith) {
  for (auto name : {"rest", "healthy", "guarded", "contaminated"}) {
    Simulator simulator = start_simulator(scenario(name, {300}, 1, {1000}));
    std::vector<double> data(1000 * paraspinal_channels), clean(data.size()), angle(1000);
    const long before = allocations;
    while (simulator.frames_left() > 0)
      ASSERT_EQ(simulator.generate({data.data(), 1000, paraspinal_channels}, {clean.data(), 1000, paraspinal_channels},
                                   angle),
                Status::ok);
    EXPECT_EQ(allocations, before) << name;
  }
}

}  // namespace
}  // namespace unguard
