// SPDX-License-Identifier: Apache-2.0
// Truth: straight lines between given levels, the largest of them searched anew, and what the messages have to name.
#include "unguard/detect/bending_profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "unguard/detect/bending_detector.hpp"

namespace unguard {
namespace {

BendingProfile profile() {
  BendingProfile made{.angles = {10, 20, 60}, .levels = {5, 10, 2, 1, 1, 3}};
  made.movement = {.order = 1, .coefficients = {0, 0}};
  made.movement.level.per_channel = {{1, 1, 1}, {1, 1, 1}};
  return made;
}

// Truth: straight lines, computed by hand.
TEST(BendingProfile, LevelLiesOnStraightLinesBetweenTheAnglesAndStaysAtTheEnds) {
  const BendingProfile p = profile();
  EXPECT_EQ(p.level(0, 10), 5);
  EXPECT_EQ(p.level(0, 20), 10);
  EXPECT_EQ(p.level(0, 60), 2);
  EXPECT_NEAR(p.level(0, 15), 7.5, 1e-12);
  EXPECT_NEAR(p.level(0, 50), 4, 1e-12);
  EXPECT_EQ(p.level(0, -500), 5);
  EXPECT_EQ(p.level(0, 500), 2);
  EXPECT_NEAR(p.level(1, 40), 2, 1e-12);
  EXPECT_TRUE(std::isfinite(p.level(0, std::nan(""))));
  BendingProfile one{.angles = {30}, .levels = {7}};
  for (const double at : {-10.0, 30.0, 100.0}) EXPECT_EQ(one.level(0, at), 7);
}

// Truth: the largest level within 8 degrees, searched in steps of a tenth; whole degrees between are on straight lines.
TEST(ExpectedLevel, IsTheLargestWithinSomeDegreesToEitherSide) {
  const BendingProfile p = profile();
  const ExpectedLevel expected(p, 0, {8}, 0);
  for (int at = -20; at <= 90; ++at) {
    double largest = 0;
    for (int i = -80; i <= 80; ++i) largest = std::max(largest, p.level(0, at + 0.1 * i));
    EXPECT_NEAR(expected.at(at), largest, 1e-9) << at;
    EXPECT_GE(expected.at(at + 0.5), std::min(expected.at(at), expected.at(at + 1)) - 1e-12);
    EXPECT_LE(expected.at(at + 0.5), std::max(expected.at(at), expected.at(at + 1)) + 1e-12);
  }
  EXPECT_EQ(expected.at(-1e300), 5);
  EXPECT_EQ(expected.at(1e300), 2);
}

// Truth: the rule, a share of the largest of all.
TEST(ExpectedLevel, IsNoLessThanAShareOfTheLargest) {
  const ExpectedLevel expected(profile(), 0, {0}, 0.6);
  EXPECT_NEAR(expected.at(60), 6, 1e-12);
  EXPECT_NEAR(expected.at(10), 6, 1e-12);
  EXPECT_NEAR(expected.at(20), 10, 1e-12);
}

// Truth: what each message has to name.
TEST(BendingProfile, IsRefusedByNameWhereItCannotServe) {
  const auto with = [](auto change) {
    BendingProfile p = profile();
    change(p);
    const auto fault = refuse_profile<BendingDetector>(p, 2, {2000});
    return fault ? message(*fault) : std::string("accepted");
  };
  const auto names = [](const std::string& text, const char* what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  EXPECT_EQ(with([](auto&) {}), "accepted");
  names(with([](auto& p) { p.angles = {20, 10, 60}; }), "ascending degrees within one turn");
  names(with([](auto& p) { p.angles[2] = 400; }), "(BendingDetector.profile.angles)");
  names(with([](auto& p) { p.angles[0] = std::nan(""); }), "(BendingDetector.profile.angles)");
  names(with([](auto& p) { p.levels.pop_back(); }), "3 for each of 2 channels (BendingDetector.profile.levels)");
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    names(with([bad](auto& p) { p.levels[1] = bad; }), "finite numbers above 0 uV");
  names(with([](auto& p) { p.holds = {1}; }), "(BendingDetector.profile.holds)");
  names(with([](auto& p) { p.holds = {1, 2}; }), "(BendingDetector.profile.spreads)");
  names(with([](auto& p) { p.spreads = {1, 2}; }), "(BendingDetector.profile.spreads)");
  names(with([](auto& p) {
          p.holds = {1, 2};
          p.spreads = {0.1, 0};
        }),
        "finite numbers above 0 (BendingDetector.profile.spreads)");
  names(with([](auto& p) { p.movement.rate = {1000}; }), "(BendingDetector.profile.movement.rate)");
  names(with([](auto& p) { p.movement.coefficients[0] = 1.5; }), "unstable in channel 1");
}

}  // namespace
}  // namespace unguard
