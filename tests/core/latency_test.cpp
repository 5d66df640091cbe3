// SPDX-License-Identifier: Apache-2.0
// How a delay is stated; that it is the truth is a law (tests/laws).
#include "unguard/core/latency.hpp"

#include <gtest/gtest.h>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

using namespace literals;

// Truth: addition.
TEST(Latency, IsTheSumOfItsStages) {
  const Latency latency{2000_Hz,
                        {{"Bandpass", DelayKind::group_delay, 12.5, 100_Hz}, {"Rms", DelayKind::centroid, 124.5, {}}}};
  EXPECT_EQ(latency.samples(), 137);
  EXPECT_EQ(latency.total(), 68.5_ms);
  EXPECT_EQ(Latency{2000_Hz}.samples(), 0);
}

// Truth: the sentence.
TEST(Latency, PrintsStageByStageAndInSum) {
  const Latency latency{2000_Hz,
                        {{"Bandpass", DelayKind::group_delay, 12.5, 100_Hz}, {"Rms", DelayKind::centroid, 124.5, {}}}};
  EXPECT_EQ(
      to_text(latency),
      "Bandpass 12.5 samples (group delay at 100 Hz) + Rms 124.5 samples (centroid of the impulse response) = 137 "
      "samples, 0.0685 s");
  EXPECT_EQ(to_text(Latency{2000_Hz}), "0 samples, 0 s");
}

// Truth: the stages alone.
TEST(Latency, OfAChainIsThatOfItsStages) {
  const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(2)};
  const auto band = start(Bandpass{}, format).latency(80_Hz), rms = start(Rms{}, format).latency();
  for (const Latency& chain : {start(Chain{Priming{}, Bandpass{}, Rms{}}, format).latency(80_Hz),
                               start(RuntimeChain{{Priming{}, Bandpass{}, Rms{}}}, format).latency(80_Hz)}) {
    ASSERT_EQ(chain.stages.size(), 3u);
    EXPECT_EQ(chain.stages[0].stage, "Priming");
    EXPECT_EQ(chain.stages[0].samples, 0);
    EXPECT_EQ(chain.stages[1], band.stages[0]);
    EXPECT_EQ(chain.stages[2], rms.stages[0]);
    EXPECT_EQ(chain.samples(), band.samples() + rms.samples());
  }
}

}  // namespace
}  // namespace unguard
