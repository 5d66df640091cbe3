// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, sample by sample in scalar arithmetic, one whole pass for every ratio.
#include "unguard/filter/ringing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/differentiator.hpp"
#include "unguard/filter/fir_design.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/savitzky_golay.hpp"
#include "unguard/filter/sos.hpp"

namespace unguard {
namespace {

struct Lasts {
  std::int64_t lasting = 0, single = 0;
};
Lasts by_definition(const Sections& sections, double ratio) {
  const auto n = static_cast<std::size_t>(memory(sections));
  std::vector<double> size(n);
  std::vector<SectionState> state(sections.size());
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double v = i == 0;
    for (std::size_t k = 0; k < sections.size(); ++k) v = step(sections[k], state[k], v);
    total += size[i] = std::fabs(v);
  }
  Lasts last;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (ratio * (total - sum) >= 1) last.lasting = static_cast<std::int64_t>(i) + 1;
    if (ratio * size[i] >= 1) last.single = static_cast<std::int64_t>(i) + 1;
    sum += size[i];
  }
  return last;
}

void expect_by_definition(const Sections& sections, const std::string& what) {
  for (const ErrorRatios& ratios : {ErrorRatios{1e-3, 1, 1e3}, ErrorRatios{32e3, 1e7, 1e9}}) {
    const auto found = ringing(sections, ratios);
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      const Lasts expected = by_definition(sections, ratios[i]);
      EXPECT_EQ(found.lasting[i], expected.lasting) << what << " at " << ratios[i];
      EXPECT_EQ(found.single[i], expected.single) << what << " at " << ratios[i];
    }
  }
}
template <class S>
void expect_by_definition(const S& spec, Hertz rate = {2000}) {
  expect_by_definition(*design(spec, rate), to_text(spec) + " at " + to_text(rate));
}

TEST(Ringing, IsTheTailOfTheAbsoluteSum) {
  for (const Hertz rate : {Hertz{500}, Hertz{2000}, Hertz{10000}})
    for (const int order : {1, 2, 3, 4, 8, 12}) {
      expect_by_definition(Lowpass{.cutoff = rate * 0.1, .order = order}, rate);
      expect_by_definition(Highpass{.order = order}, rate);
      expect_by_definition(Bandpass{.high = rate * 0.22, .order = order}, rate);
      expect_by_definition(Bandstop{.order = order}, rate);
    }
  expect_by_definition(Notch{});
  expect_by_definition(Highpass{.cutoff = {0.5}});
}

TEST(Ringing, OfWhatHasNoTailAtAll) {
  expect_by_definition(Sos{{0, 0, 0, 1, 0, 0}});
  expect_by_definition(Sos{{1e-6, 0, 0, 1, 0, 0}});
  expect_by_definition(Sos{{1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0}});
  // A fast section in front of a slow one: its own tail is subnormal for most of the time.
  Sections both = *design(Lowpass{}, {2000});
  const Sections slow = *design(Highpass{.cutoff = {0.5}}, {2000});
  both.insert(both.end(), slow.begin(), slow.end());
  expect_by_definition(both, "low-pass and high-pass");
}

// Truth: the same kernel asked for one size at a time.
TEST(Ringing, OfTwoPolesIsTheSameOneByOne) {
  for (const Detection detection : {Detection::rectified, Detection::power})
    for (const double window : {0.001, 0.125, 1.0}) {
      const auto kernel = *make_kernel(TwoPole{.window = {window}, .detection = detection},
                                       StreamFormat{.rate = {2000}, .channels = Channels::unnamed(1)});
      const auto all = kernel.ringing({1e3, 32e3, 1e7});
      const auto expect_same = [&](std::size_t i, const RingingSamples& alone, std::size_t j) {
        EXPECT_EQ(all.lasting[i], alone.lasting[j]);
        EXPECT_EQ(all.single[i], alone.single[j]);
      };
      expect_same(0, kernel.ringing({1e3, 1e3, 1e3}), 2);
      expect_same(1, kernel.ringing({32e3, 32e3, 32e3}), 0);
      expect_same(2, kernel.ringing({1e7, 1e7, 1e7}), 0);
      EXPECT_EQ(kernel.ringing({0.5, 0.5, 2}).lasting[0], 0);
    }
}

// Truth: two runs of the kernel that differ in one sample.
TEST(Ringing, OfTwoPolesAfterOneWrongSample) {
  for (const double window : {0.002, 0.125, 1.0}) {
    const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
    auto clean = *make_kernel(TwoPole{.window = {window}, .detection = Detection::rectified}, format), wrong = clean;
    const auto stated = clean.ringing({1e3, 32e3, 1e7});
    std::int64_t last = 0;
    for (std::int64_t i = 0; i < 60000; ++i) {
      const double x = 0, bad = i == 0 ? 32e3 : 0;
      double y, disturbed;
      clean.run(&x, &y, 1);
      wrong.run(&bad, &disturbed, 1);
      if (std::fabs(y - disturbed) >= 1) last = i + 1;
    }
    EXPECT_GE(stated.single[1], last) << window;
    EXPECT_LE(stated.single[1], last + 2) << window;
  }
}

// Truth: the kernel asked for that very size.
template <class S>
void expect_enough_between(const S& spec) {
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  const auto kernel = *make_kernel(spec, format);
  const Ringing ringing(kernel, format.full_scale());
  for (double error = assumed_error.value; error < format.full_scale(); error *= 1.01) {
    const double ratio = error / stated_disturbance.value;
    const RingingSamples exact = kernel.ringing({ratio, ratio, ratio});
    EXPECT_GE(ringing.after(error), exact.lasting[0]) << to_text(spec) << " after " << error;
    EXPECT_GE(ringing.after(error, 1), exact.single[0]) << to_text(spec) << " after one of " << error;
  }
}

TEST(Ringing, IsLongEnoughForErrorsOfEverySize) {
  for (const std::int64_t length : {1, 2, 31, 101, 501}) {
    expect_enough_between(FirLowpass{.cutoff = {100}, .length = length});
    if (length % 2 == 1) expect_enough_between(FirHighpass{.cutoff = {20}, .length = length});
  }
  expect_enough_between(SavitzkyGolay{});
  expect_enough_between(Differentiator{});
  for (const int order : {1, 2, 3, 4, 8}) {
    expect_enough_between(Highpass{.order = order});
    expect_enough_between(Lowpass{.cutoff = {5}, .order = order});
    expect_enough_between(BesselHighpass{.order = order});
  }
  expect_enough_between(Bandpass{});
  expect_enough_between(TwoPole{});
  expect_enough_between(Notch{});
}

// Followed to no end, yet stated: no less than by definition, and no more than the memory.
TEST(Ringing, OfWhatRemembersForHours) {
  for (const Sections& slow : {*design(OnePole{.time_constant = Seconds{200}}, {2000}),
                               *design(Highpass{.cutoff = {0.001}, .order = 2}, {2000})}) {
    const std::int64_t length = memory(slow);
    ASSERT_GT(length, longest_followed);
    ASSERT_LT(length, 5 * longest_followed);
    const auto found = ringing(slow, {1e3, 3e5});
    const Lasts expected = by_definition(slow, 3e5);
    EXPECT_GE(found.lasting[1], expected.lasting);
    EXPECT_GE(found.single[1], expected.single);
    EXPECT_LE(found.lasting[1], length);
    EXPECT_LE(found.single[1], length);
  }
}

}  // namespace
}  // namespace unguard
