// SPDX-License-Identifier: Apache-2.0
// Truth: bends written by hand, read by a sensor that counts down from 90 in standing.
#include "unguard/clinical/record_ends.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "clinical/people.hpp"
#include "unguard/clinical/angle_record.hpp"

namespace unguard {
namespace {

using people::Person;

StreamFormat angle_alone() {
  return {.rate = people::rate, .channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}})};
}
std::vector<RecordedBend> run(const std::vector<double>& degrees) {
  return bends_by_angle({}, {degrees.data(), std::ssize(degrees), 1}, angle_alone()).take();
}

TEST(RecordEnds, DoubtAnAngleThatCountsDownFromStanding) {
  const Person person = people::bends(3, {}, 0, 5);
  for (const RecordedBend& b : run(person.degrees)) EXPECT_EQ(b.doubts, doubt::none);
  std::vector<double> down = person.degrees;
  for (double& degrees : down) degrees = 90 - degrees;
  const auto found = run(down);
  EXPECT_FALSE(found.empty());
  for (const RecordedBend& b : found) EXPECT_TRUE(b.doubts & doubt::not_upright);
}
TEST(RecordEnds, LetARecordBeginOrEndBent) {
  const Person person = people::bends(3, {}, 0, 5);
  const std::vector<double> from_hold(person.degrees.begin() + 10 * 2000, person.degrees.end()),
      to_hold(person.degrees.begin(), person.degrees.end() - 10 * 2000);
  for (const auto& degrees : {from_hold, to_hold}) {
    const auto found = run(degrees);
    EXPECT_EQ(found.size(), 2u);
    for (const RecordedBend& b : found) EXPECT_EQ(b.doubts, doubt::none);
  }
}
TEST(RecordEnds, SayNothingOfWhatWrapsOrIsTooShort) {
  const Person person = people::bends(2, {}, 0, 5);
  std::vector<double> wrapped = person.degrees;
  for (double& degrees : wrapped) degrees = std::fmod(degrees + 359.8, 360);
  for (const RecordedBend& b : run(wrapped)) EXPECT_EQ(b.doubts, doubt::none);
  const std::vector<double> few(900, 90.0);
  EXPECT_EQ(RecordEnds({few.data(), 900, 1}, 0, people::rate).of({0}, {90}), doubt::none);
}

}  // namespace
}  // namespace unguard
