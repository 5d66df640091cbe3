// SPDX-License-Identifier: Apache-2.0
// The header-only core without exceptions and without RTTI, as on a microcontroller: a chain starts or says why not.
#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/fir_design.hpp"

int main() {
  using namespace unguard;
  using namespace unguard::literals;
  const StreamFormat format{.rate = 2000_Hz, .channels = Channels{"longissimus L"}};

  auto refused = try_start(Bandpass{.low = 20_Hz, .high = 1000_Hz}, format);
  if (refused) return std::puts("a band up to half the rate was accepted"), 1;
  std::puts(message(refused.fault()).c_str());

  auto chain = try_start(Chain{Bandpass{}, FirLowpass{.cutoff = 450_Hz}, Rms{.window = 125_ms}}, format);
  if (!chain) return std::puts(message(chain.fault()).c_str()), 1;
  std::vector<double> x(4000), level(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 100 * std::sin(2 * std::numbers::pi * 100 * static_cast<double>(i) / format.rate.value);
  const Status status = chain->process({x.data(), 4000, 1}, {level.data(), 4000, 1});
  std::printf("RMS of a sine of 100 uV: %.2f uV\n", level.back());
  return status == Status::ok && std::fabs(level.back() - 100 / std::numbers::sqrt2) < 0.5 ? 0 : 1;
}
