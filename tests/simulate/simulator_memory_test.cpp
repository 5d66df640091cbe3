// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "unguard/simulate/onset_record.hpp"
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
    Paraspinal spec = scenario(name, {300}, 1, {1000});
    spec.resting_units = RestingUnits{};
    spec.level_drift = LevelDrift{.form = DriftForm::walk};
    Simulator simulator = start_simulator(spec);
    std::vector<double> data(1000 * paraspinal_channels), clean(data.size()), angle(1000);
    const long before = allocations;
    while (simulator.frames_left() > 0)
      ASSERT_EQ(simulator.generate({data.data(), 1000, paraspinal_channels}, {clean.data(), 1000, paraspinal_channels},
                                   angle),
                Status::ok);
    EXPECT_EQ(allocations, before) << name;
  }
}

// Truth: the same count, of an hour's noise with a heart and of every carrier.
TEST(OnsetNoise, GeneratesInTheMemoryItStartedWith) {
  OnsetNoise noise = start_onset_noise({.noise_colour = NoiseColour::limb, .emg_over_ecg_dB = 0}, {3600});
  std::vector<AnyCarrier> carriers;
  for (auto kind : {CarrierKind::gaussian, CarrierKind::laplacian, CarrierKind::motor_units})
    carriers.emplace_back(kind, CarrierPreset::trunk, Hertz{2000}, RandomStream(1, "memory"));
  std::vector<double> block(2000);
  double sum = 0;
  const long before = allocations;
  while (noise.frames_left() > 0) noise.generate(block);
  for (auto& c : carriers)
    for (int i = 0; i < 20000; ++i) sum += c.next();
  EXPECT_EQ(allocations, before);
  EXPECT_NE(sum, 0);
}

}  // namespace
}  // namespace unguard
