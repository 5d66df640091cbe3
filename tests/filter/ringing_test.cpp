// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, sample by sample in scalar arithmetic, one whole pass for every ratio.
#include "unguard/filter/ringing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"

namespace unguard {
namespace {

std::int64_t by_definition(const Sections& sections, double ratio) {
  const auto n = static_cast<std::size_t>(section_detail::memory(sections));
  std::vector<double> size(n);
  std::vector<SectionState> state(sections.size());
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double v = i == 0;
    for (std::size_t k = 0; k < sections.size(); ++k) v = step(sections[k], state[k], v);
    total += size[i] = std::fabs(v);
  }
  std::int64_t last = 0;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (ratio * (total - sum) >= 1) last = static_cast<std::int64_t>(i) + 1;
    sum += size[i];
  }
  return last;
}

constexpr std::array<double, 6> ratios = {1e-3, 1, 1e3, 32e3, 1e7, 1e9};

void expect_by_definition(const Sections& sections, const std::string& what) {
  const auto found = ringing(sections, ratios);
  for (std::size_t i = 0; i < ratios.size(); ++i)
    EXPECT_EQ(found[i], by_definition(sections, ratios[i])) << what << " at " << ratios[i];
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
      EXPECT_EQ(all[0], kernel.ringing({1e3, 1e3, 1e3})[2]);
      EXPECT_EQ(all[1], kernel.ringing({32e3, 32e3, 32e3})[0]);
      EXPECT_EQ(all[2], kernel.ringing({1e7, 1e7, 1e7})[0]);
      EXPECT_EQ(kernel.ringing({0.5, 0.5, 2})[0], 0);
    }
}

}  // namespace
}  // namespace unguard
