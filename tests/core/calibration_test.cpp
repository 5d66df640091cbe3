// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/calibration.hpp"

#include <gtest/gtest.h>

namespace unguard {
namespace {

Calibration rest() {
  return {.quantity = "rest level",
          .unit = "uV",
          .source = CalibrationSource::declared,
          .duration = {20},
          .samples = 40000,
          .how = "20-450 Hz; moving RMS of 0.1 s",
          .per_channel = {{2, 1.9, 2.1}, {3.5, 3, 4}}};
}

// Truth: the sentence: what, from where, how long, how made, and every channel with its interval.
TEST(Calibration, PrintsHowItWasMadeAndHowSureItIs) {
  EXPECT_EQ(to_text(rest()),
            "rest level from declared rest, 20 s (20-450 Hz; moving RMS of 0.1 s): 2 [1.9, 2.1] uV 3.5 [3, 4] uV");
}

// Truth: the issue: the offline choice is named so.
TEST(Calibration, NamesTheOfflineSourceAsSuch) {
  EXPECT_EQ(to_text(CalibrationSource::quietest), "quietest windows (offline)");
  EXPECT_EQ(to_text(CalibrationSource::learnt), "learnt from the declared first stretch");
}

// Truth: one changed member at a time; specs with another calibration must not share saved states.
TEST(Calibration, ComparesEverything) {
  const auto differs = [](auto change) {
    Calibration c = rest();
    change(c);
    return !(c == rest());
  };
  EXPECT_TRUE(rest() == rest());
  EXPECT_TRUE(differs([](Calibration& c) { c.quantity = "x"; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.unit = "mV"; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.source = CalibrationSource::learnt; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.duration = {21}; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.samples = 1; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.how = "x"; }));
  EXPECT_TRUE(differs([](Calibration& c) { c.per_channel[1].high = 5; }));
}

}  // namespace
}  // namespace unguard
