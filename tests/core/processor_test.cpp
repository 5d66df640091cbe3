// SPDX-License-Identifier: Apache-2.0
// The five kinds: the right types model them, and what is one promise short does not. Truth: design section 2.
#include "unguard/core/processor.hpp"

#include <gtest/gtest.h>

#include "laws/toys/above.hpp"
#include "laws/toys/block_mean.hpp"
#include "laws/toys/decimate.hpp"
#include "laws/toys/subtract.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/resample.hpp"

namespace unguard {
namespace {

using namespace laws::toys;

// Which of the five kinds a type is.
template <class P>
constexpr int kinds = Filter<P> * 1 + Resampler<P> * 10 + Analyser<P> * 100 + Detector<P> * 1000 + Combiner<P> * 10000;

static_assert(kinds<LiveFilter<Bandpass>> == 1);
static_assert(kinds<LiveFilter<Rms>> == 1);
static_assert(kinds<LiveFilter<Chain<Bandpass, Rms>>> == 1);
static_assert(kinds<LiveFilter<RuntimeChain>> == 1);
static_assert(kinds<LiveDecimate> == 10);
static_assert(kinds<LiveResampler> == 10);
static_assert(kinds<LiveLevels> == 100);
static_assert(kinds<LiveBlockMean> == 100);
static_assert(kinds<LiveSpasmDetector<SpasmDetector>> == 1000);
static_assert(kinds<LiveEventDetector<EventDetector>> == 1000);
static_assert(kinds<LiveAbove> == 1000);
static_assert(kinds<LiveSubtract> == 10000);
// Specs, kernels and values are none.
static_assert(kinds<Bandpass> == 0 && kinds<SosKernel> == 0 && kinds<Levels> == 0 && kinds<double> == 0);

// One promise short each.
struct ProcessMayThrow : LiveLevels {
  Consumed process(ConstBlock, Sink<Reading>&) { return {}; }
};
struct ResetMayThrow : LiveLevels {
  void reset() {}
};
struct CannotFinish : LiveLevels {
  void finish(Sink<Reading>&) noexcept = delete;
};
struct CannotBeCopied : LiveLevels {
  CannotBeCopied(const CannotBeCopied&) = delete;
};
struct SaysNoLatency : LiveLevels {
  void latency() const {}
};
struct CannotBeSaved : LiveLevels {
  void save() const = delete;
};
struct CountsIn32Bits : LiveLevels {
  int position() const noexcept { return 0; }
};
struct CannotChange : LiveFilter<Bandpass> {
  void change(CannotChange) noexcept {}
};
struct SaysNoRoom : LiveDecimate {
  void most_written(std::int64_t) const noexcept {}
};
struct KeepsItsTail : LiveDecimate {
  Produced finish(Block) noexcept = delete;
};
static_assert(!Analyser<ProcessMayThrow> && !Analyser<ResetMayThrow> && !Analyser<CannotFinish>);
static_assert(!Analyser<CannotBeCopied> && !Analyser<SaysNoLatency> && !Analyser<CannotBeSaved>);
static_assert(!Analyser<CountsIn32Bits> && !Filter<CannotChange> && !Resampler<SaysNoRoom> && !Resampler<KeepsItsTail>);

// Truth: the names of the members; the rest of this file is checked by the compiler.
TEST(Processor, IsReadyWhenItHasBeenStarted) {
  const auto live = start(Levels{}, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(2)});
  EXPECT_EQ(live.position(), SampleIndex{0});
  EXPECT_EQ(live.spec(), Levels{});
  EXPECT_EQ(live.format().channels.count(), 2);
}

}  // namespace
}  // namespace unguard
