// SPDX-License-Identifier: Apache-2.0
// Truth: white noise of a known level in each phase, whose phases are told by cues or not at all; the messages.
#include "unguard/clinical/record_bends.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "clinical/people.hpp"

namespace unguard {
namespace {

using people::Levels;

StreamFormat format_of(int muscles) {
  std::vector<Channel> list;
  for (int m = 0; m < muscles; ++m) list.push_back({"muscle " + std::to_string(m + 1), "", {}, "uV"});
  return {.rate = people::rate, .channels = Channels(list)};
}
const FlexionRelaxation without_noise{.noise = {Microvolts{0}}};

// people::bends: four seconds a phase.
std::vector<Marker> cues(int count) {
  std::vector<Marker> all;
  for (int i = 0; i < count; ++i)
    for (const auto& [kind, seconds] : {std::pair{MarkerKind::standing, 0},
                                        {MarkerKind::bending, 4},
                                        {MarkerKind::full_flexion, 8},
                                        {MarkerKind::returning, 12}})
      all.push_back({{(16 * i + seconds) * 2000}, kind, 0});
  all.push_back({{16 * count * 2000}, MarkerKind::standing, 0});
  return all;
}
ConstBlock block(const std::vector<double>& x) { return {x.data(), std::ssize(x), 1}; }

TEST(RecordBends, ByCuesAreWhatTheyAreByTheAngle) {
  const auto person = people::bends(3, {3, 30, 4, 60}, 0, 1);
  const auto found = bends_by_cues(without_noise, block(person.emg), format_of(1), cues(3)).take();
  ASSERT_EQ(found.size(), 3u);
  for (const Bend& b : found) {
    EXPECT_NEAR(ratio(b, BendRatio::extension_relaxation)->value, 15, 1.5);
    EXPECT_NEAR(ratio(b, BendRatio::standing_full)->value, 0.75, 0.05);
    EXPECT_EQ(b.doubts, doubt::none);
    EXPECT_TRUE(b.silent && b.has_silence);
    EXPECT_NEAR(static_cast<double>(b.silence_begins.value), static_cast<double>(b.full.value), 100);
  }
}
TEST(RecordBends, ByCuesSayWhereTheMuscleDoesNotShowThatTheyWereFollowed) {
  const auto person = people::bends(2, {3, 30, 28, 32}, 0, 2);
  for (const Bend& b : bends_by_cues(without_noise, block(person.emg), format_of(1), cues(2)).take()) {
    EXPECT_TRUE(b.doubts & doubt::phases_uncertain);
    EXPECT_NEAR(ratio(b, BendRatio::flexion_relaxation)->value, 30.0 / 28, 0.1);
  }
}
TEST(RecordBends, ByCuesNeedAWholeBend) {
  const auto person = people::bends(2, {3, 30, 4, 60}, 0, 3);
  auto some = cues(2);
  some.erase(some.begin() + 2);  // no full flexion in the first
  some.pop_back();               // no standing behind the last
  const auto found = bends_by_cues(without_noise, block(person.emg), format_of(1), some).take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].doubts & doubt::no_hold);
  EXPECT_FALSE(found[0].flexed.known());
}
TEST(RecordBends, ByActivityAreFoundWithoutAnything) {
  const auto person = people::bends(4, {3, 30, 4, 60}, 0, 4);
  const auto found = bends_by_activity(without_noise, {}, block(person.emg), format_of(1)).take();
  ASSERT_EQ(found.size(), 4u);
  for (const Bend& b : found) {
    EXPECT_NEAR(ratio(b, BendRatio::extension_relaxation)->value, 15, 1.5);
    EXPECT_EQ(b.doubts, doubt::none);
  }
}
TEST(RecordBends, RefuseByName) {
  const auto person = people::bends(1, {3, 30, 4, 60}, 0, 5);
  auto wrong = cues(1);
  std::swap(wrong[0], wrong[1]);
  EXPECT_EQ(message(bends_by_cues(without_noise, block(person.emg), format_of(1), wrong).fault()),
            "cues is a cue at 0: expected samples of the record, 0 to 40000, in order (FlexionRelaxation.cues)");
  EXPECT_EQ(message(bends_by_cues(without_noise, block(person.emg), format_of(2), cues(1)).fault()),
            "emg is 1 channels: expected a block of the record's 2 channels (FlexionRelaxation.emg)");
}

}  // namespace
}  // namespace unguard
