// SPDX-License-Identifier: Apache-2.0
// Truth: the session without the step. However slowly an amplifier or a cable lets it come.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "stream/whole_session.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

struct Told {
  double above = 0;  // uV, of readings that are OK
  Seconds back{};    // the last reading without a value, from the beginning of the step
};
// Steps of 1 to 300 mV either way under rest of 2 and 20 uV, that come by 1 - exp(-t / tau).
Told stepped(int n, Seconds tau, RandomStream& random) {
  const auto live = start(sessions::in_a_room(), format);
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(56, "rest", n));
  const double rms = n % 2 ? 2 : 20, step = random.log_uniform(1000, 300000) * (n % 4 < 2 ? 1 : -1);
  const std::int64_t at = 8000 + static_cast<std::int64_t>(random.uniform(0, 400)), end = at + 6000;
  std::vector<double> without(static_cast<std::size_t>(end)), with;
  for (double& v : without) v = rms * carrier.next();
  with = without;
  for (std::int64_t i = at; i < end; ++i) {
    const double since = static_cast<double>(i - at + 1) / format.rate.value;
    with[static_cast<std::size_t>(i)] += step * (tau.value > 0 ? -std::expm1(-since / tau.value) : 1);
  }
  const auto told = sessions::readings_of(live, {with.data(), end, 1});
  const auto truth = sessions::readings_of(live, {without.data(), end, 1});
  Told found;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i].at().value < at) continue;
    if (!told[i].value())
      found.back = seconds_at({told[i].at().value - at}, format.rate);
    else if (told[i].trust() == Trust::ok)
      found.above = std::max(found.above, *told[i].value() - *truth[i].value());
  }
  return found;
}

TEST(PipelineSteps, NeverRaiseALevelThatIsOkAndGiveItBackSoon) {
  for (const double tau_ms : {0.0, 0.5, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0}) {
    RandomStream random(56, "steps");
    Told worst;
    for (int n = 0; n < 60; ++n) {
      const Told one = stepped(n, {tau_ms / 1000}, random);
      worst.above = std::max(worst.above, one.above);
      worst.back = std::max(worst.back, one.back);
    }
    std::printf(
        "[ MEASURED ] steps that come within %g ms: a level that is OK is at most %.2f uV too high, back within "
        "%.0f ms\n",
        tau_ms, worst.above, 1000 * worst.back.value);
    EXPECT_LE(worst.above, 1) << tau_ms;
    // As soon as the bar asks for a step; what takes long to come takes long to go, and contact has to be good again.
    EXPECT_LE(worst.back.value, tau_ms <= 5 ? 0.5 : 1.5) << tau_ms;
  }
}

}  // namespace
}  // namespace unguard
