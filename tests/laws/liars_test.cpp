// SPDX-License-Identifier: Apache-2.0
// The laws catch liars: toys that are wrong in one way break the laws named, and no other; honest ones break none.
// Truth: what was done to each toy.
#include <gtest/gtest.h>

#include "laws/analyser_laws.hpp"
#include "laws/broken_laws.hpp"
#include "laws/combiner_laws.hpp"
#include "laws/detector_laws.hpp"
#include "laws/filter_laws.hpp"
#include "laws/resampler_laws.hpp"
#include "laws/toys/lying_analysers.hpp"
#include "laws/toys/lying_detectors.hpp"
#include "laws/toys/lying_filters.hpp"

namespace unguard::laws {
namespace {

template <class K>
std::string broken_filter(Response response = Response::linear) {
  const auto trials = filter_trials(under_test(toys::Toy<K>{}, {.response = response}));
  return response == Response::linear ? broken_laws(trials) : broken_laws(trials, {Law::linear});
}
template <class Live>
std::string broken_analyser() {
  return broken_laws(
      analyser_trials<Live>([](int channels) { return Live(channels); },
                            {.answer = Answer::linear, .memory = toys::LiveBlockMean::length - 1, .useful = 0.9}));
}
template <class Live>
std::string broken_detector() {
  Step step{std::vector<double>(1000), 500};
  for (std::size_t i = 500; i < step.x.size(); ++i) step.x[i] = 20;
  return broken_laws(detector_trials<Live>([](int channels) { return Live(channels); }, {.step = step}));
}
template <class Live>
std::string broken_resampler() {
  return broken_laws(resampler_trials<Live>([](int channels) { return Live(channels); }));
}
template <class Live>
std::string broken_combiner() {
  return broken_laws(combiner_trials<Live>([](int channels) { return Live(channels); }));
}

TEST(Laws, HonestToysBreakNone) {
  EXPECT_EQ(broken_filter<toys::Delay>(), "");
  EXPECT_EQ(broken_analyser<toys::LiveBlockMean>(), "");
  EXPECT_EQ(broken_detector<toys::LiveAbove>(), "");
  EXPECT_EQ(broken_resampler<toys::LiveDecimate>(), "");
  EXPECT_EQ(broken_combiner<toys::LiveSubtract>(), "");
}

TEST(Laws, AnyCutCatchesWhatDependsOnBlocks) {
  EXPECT_EQ(broken_filter<toys::ForgetsBetweenBlocks>(), "AnyCutGivesTheSameBits ");
  EXPECT_EQ(broken_analyser<toys::DropsWhenFull>(), "AnyCutGivesTheSameBits ");
  EXPECT_EQ(broken_detector<toys::LooksAtBlocks>(), "AnyCutGivesTheSameBits ");
  // Other laws of a resampler look at it in other cuts: latency frame by frame, causality in a shorter record.
  EXPECT_EQ(broken_resampler<toys::ForgetsTheRest>(), "AnyCutGivesTheSameBits LatencyTellsTheTruth ");
  EXPECT_EQ(broken_resampler<toys::PromisesTooLittleRoom>(), "AnyCutGivesTheSameBits LatencyTellsTheTruth IsCausal ");
}

TEST(Laws, PureCatchesWhatARealTimeThreadMustNotDo) {
  if (!can_watch()) GTEST_SKIP() << "a sanitizer owns the allocator and calls the system itself";
  EXPECT_EQ(broken_filter<toys::CallsTheSystem>(), "IsPureInRealTime ");
  EXPECT_EQ(broken_filter<toys::Allocates>(), "IsPureInRealTime ");
  EXPECT_EQ(broken_filter<toys::Locks>(), "IsPureInRealTime ");
}

TEST(Laws, FiniteCatchesNanAndUnmarkedDisturbance) {
  EXPECT_EQ(broken_filter<toys::GivesNan>(), "StaysFinite ");
  EXPECT_EQ(broken_filter<toys::RingsInSecret>(), "StaysFinite ");
  EXPECT_EQ(broken_detector<toys::NeverCloses>(), "StaysFinite ");
  EXPECT_EQ(broken_resampler<toys::LosesItsMarks>(), "StaysFinite ");
  EXPECT_EQ(broken_combiner<toys::TrustsTheSecondInput>(), "StaysFinite ");
}

TEST(Laws, FreshCatchesForgottenStateAndNarrowCounters) {
  EXPECT_EQ(broken_filter<toys::KeepsStateOverReset>(), "StartsFresh ");
  EXPECT_EQ(broken_filter<toys::ForgetsToSaveItsState>(), "StartsFresh ");
  EXPECT_EQ(broken_filter<toys::CountsIn32Bits>(), "StartsFresh ");
  EXPECT_EQ(broken_analyser<toys::ForgetsWhatItHolds>(), "StartsFresh ");
  EXPECT_EQ(broken_analyser<toys::CountsInSinglePrecision>(), "StartsFresh ");
}

TEST(Laws, LatencyCatchesAWrongStatement) {
  EXPECT_EQ(broken_filter<toys::StatesAnotherDelay>(), "LatencyTellsTheTruth ");
  EXPECT_EQ(broken_analyser<toys::StatesNoDelay>(), "LatencyTellsTheTruth ");
}

TEST(Laws, FailSafeCatchesBothWaysToBeWrong) {
  EXPECT_EQ(broken_analyser<toys::SpeaksWhileInvalid>(), "IsFailSafeAndUseful ");
  EXPECT_EQ(broken_analyser<toys::NeverSpeaksAgain>(), "IsFailSafeAndUseful ");
  EXPECT_EQ(broken_detector<toys::BelievesEverything>(), "IsFailSafeAndUseful ");
}

TEST(Laws, ChannelsAreEqualCatchesCrossTalk) { EXPECT_EQ(broken_filter<toys::MixesChannels>(), "ChannelsAreEqual "); }

TEST(Laws, LinearCatchesCompressionAndChangeInTime) {
  EXPECT_EQ(broken_filter<toys::Compresses>(), "IsLinearWhereLinear ");
  EXPECT_EQ(broken_filter<toys::ChangesWithTime>(), "IsLinearWhereLinear ");
  EXPECT_EQ(broken_combiner<toys::Chooses>(), "IsLinearWhereLinear ");
}

TEST(Laws, CausalCatchesWhatKnowsTheFuture) {
  EXPECT_EQ(broken_analyser<toys::DatesItselfBack>(), "IsCausal ");
  EXPECT_EQ(broken_detector<toys::SaysItKnewBefore>(), "IsCausal ");
  // The future within a block depends on the block.
  EXPECT_EQ(broken_filter<toys::PeeksAhead>(), "AnyCutGivesTheSameBits IsCausal ");
}

}  // namespace
}  // namespace unguard::laws
