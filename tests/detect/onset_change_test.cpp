// SPDX-License-Identifier: Apache-2.0
// Truth: what live change promises (live_onset_detector.hpp): with the same spec nothing changes; where only the
// threshold differs what was learnt and what is open go on; and thresholds mean what they say: higher is fewer.
#include <gtest/gtest.h>

#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace unguard {
namespace {

template <class S>
class LiveChangeOfOnsets : public ::testing::Test {};
using Specs = ::testing::Types<HodgesBui, TkeoOnset, Lidierth, MerloWavelet, Aglr, Bonato, SampleEntropyOnset,
                               GaussianMixtureOnset>;
class SpecName {
 public:
  template <class S>
  static std::string GetName(int) {
    return std::string(info_of<S>().name);
  }
};
TYPED_TEST_SUITE(LiveChangeOfOnsets, Specs, SpecName);

// Rest for 3 s, activity for a second, rest.
std::vector<double> signal() { return onsets::burst(12000, 6000, 8000, 4, 1); }

// Changed to another spec within the burst.
template <class S>
std::vector<Event> changed(const S& first, const S& second, std::int64_t at) {
  const auto x = signal();
  const auto n = static_cast<std::int64_t>(x.size());
  auto live = start(first, onsets::format({2000}));
  Sink<Event> sink(x.size());
  live.process({x.data(), at, 1}, sink);
  auto old = live.change(start(second, onsets::format({2000})));
  EXPECT_EQ(live.spec(), second);
  EXPECT_EQ(live.standing(0), mark::none) << "learns again";
  live.process({x.data() + at, n - at, 1}, sink);
  live.finish(sink);
  return {sink.items().begin(), sink.items().end()};
}

TYPED_TEST(LiveChangeOfOnsets, ToTheSameIsNone) {
  // The run without a change.
  const TypeParam spec{};
  EXPECT_EQ(changed(spec, spec, 7000), onsets::reports(spec, signal()));
  EXPECT_EQ(changed(spec, spec, 6010), onsets::reports(spec, signal()));
}

TYPED_TEST(LiveChangeOfOnsets, ToAThresholdNothingReachesEndsWhatIsOpen) {
  // The event that was open at the change is the last, and ends within 0.2 s of it.
  TypeParam high{};
  threshold_of(high) = 1000;
  const auto reports = changed(TypeParam{}, high, 7000);
  ASSERT_FALSE(reports.empty());
  const Event& last = reports.back();
  EXPECT_EQ(last.report, Report::close);
  EXPECT_LT(last.onset.value, 7000);
  EXPECT_NEAR(static_cast<double>(last.offset.value), 7000, 400);
}

TYPED_TEST(LiveChangeOfOnsets, AHigherThresholdIsActiveForLess) {
  // Bursts of 1.2 to 6 times rest, half a second each: what is above a threshold is above any lower one.
  auto x = onsets::white(60000, 2, 2);
  for (std::size_t i = 8000; i < x.size(); ++i)
    if (i / 1000 % 2 == 0) x[i] *= 1.2 + 4.8 * static_cast<double>(i) / 60000;
  std::int64_t before = 60000, first = 0;
  for (const double factor : {0.5, 1.0, 2.0, 4.0, 50.0}) {
    TypeParam spec{};
    threshold_of(spec) *= factor;
    std::int64_t active = 0;
    for (const Event& e : onsets::events(spec, x)) active += e.offset - e.onset;
    EXPECT_LE(active, before) << factor;
    if (first == 0) first = active;
    before = active;
  }
  EXPECT_GT(first, 4 * before) << "and the highest hears next to nothing";
}

}  // namespace
}  // namespace unguard
