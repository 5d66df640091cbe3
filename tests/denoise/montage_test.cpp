// SPDX-License-Identifier: Apache-2.0
// Truth: the definitions, electrode by electrode.
#include "unguard/denoise/montage.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "refusal.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat electrodes{.rate = 2000_Hz, .channels = Channels{"L1", "L2", "R1", "R2"}};
const Montage bipolar{.derivations = {{{.name = "left", .side = Side::left}, "L1", "L2"},
                                      {{.name = "right", .side = Side::right}, "R1", "R2"}}};

TEST(Montage, TakesPairsByName) {
  auto live = start(bipolar, electrodes);
  const double x[] = {10, 1, 300, 100, 20, 3, 500, 200};
  const Marks marks[] = {0, 0, 0, 0, 0, mark::flat, mark::hum, mark::gap};
  double y[4];
  Marks of[4];
  ASSERT_EQ(live.process({x, 2, 4, marks}, {y, 2, 2, of}), Status::ok);
  EXPECT_EQ(std::vector<double>(y, y + 4), (std::vector<double>{9, 200, 17, 300}));
  EXPECT_EQ(std::vector<Marks>(of, of + 4), (std::vector<Marks>{0, 0, mark::flat, mark::hum | mark::gap}));
  EXPECT_EQ(live.format().channels[0].side, Side::left);
}

// The columns come in another order: the channels do not.
TEST(Montage, DoesNotCareForTheOrderOfColumns) {
  const StreamFormat swapped{.rate = 2000_Hz, .channels = Channels{"R2", "L1", "R1", "L2"}};
  const double x[] = {100, 10, 300, 1};
  double y[2];
  ASSERT_EQ(start(bipolar, swapped).process({x, 1, 4}, {y, 1, 2}), Status::ok);
  EXPECT_EQ(y[0], 9);
  EXPECT_EQ(y[1], 200);
  EXPECT_EQ(start(bipolar, swapped).format().channels, start(bipolar, electrodes).format().channels);
}

TEST(Montage, TakesTheAverageOff) {
  auto live = start(Montage{.common_average = true}, electrodes);
  const double x[] = {1, 2, 3, 6, 1, std::numeric_limits<double>::quiet_NaN(), 3, 6};
  double y[8];
  ASSERT_EQ(live.process({x, 2, 4}, {y, 2, 4}), Status::ok);
  EXPECT_EQ(std::vector<double>(y, y + 4), (std::vector<double>{-2, -1, 0, 3}));
  EXPECT_EQ(y[4], -2);
  EXPECT_TRUE(std::isnan(y[5])) << "what is no number stays none, and the quarantine behind finds it";
}

// A pair has nothing of the average, and is not marked by it.
TEST(Montage, TellsWhatHadGoneIntoTheAverageToThoseWhoHadItOnly) {
  Montage both = bipolar;
  both.derivations.resize(1);
  both.derivations.push_back({{.name = "right"}, "R1", {}});
  both.common_average = true;
  auto live = start(both, electrodes);
  const double x[16]{};
  const Marks marks[16] = {0, 0, 0, 0, 0, 0, 0, mark::lead_off, 0, 0, 0, mark::lead_off};
  double y[8];
  Marks of[8];
  ASSERT_EQ(live.process({x, 4, 4, marks}, {y, 4, 2, of}), Status::ok);
  EXPECT_EQ(std::vector<Marks>(of, of + 8), (std::vector<Marks>{0, 0, 0, mark::motion, 0, 0, 0, 0}));
}

TEST(Montage, RefusesWhatIsNotThereByName) {
  const auto refusal = [](const Montage& spec, const StreamFormat& format = electrodes) {
    return why(try_start(spec, format));
  };
  EXPECT_EQ(refusal({.derivations = {{{}, "L3", {}}}}),
            "plus is \"L3\": expected one of \"L1\", \"L2\", \"R1\", \"R2\" (Montage.plus)");
  EXPECT_EQ(refusal({.derivations = {{{}, "L1", "L9"}}}),
            "minus is \"L9\": expected one of \"L1\", \"L2\", \"R1\", \"R2\" (Montage.minus)");
  EXPECT_EQ(refusal({.derivations = {{{}, "L1", "L1"}}}),
            "minus is \"L1\": expected another electrode than plus (Montage.minus)");
  EXPECT_EQ(refusal({.derivations = {{{}, "L1", "L2"}, {{}, "L1", "L2"}}}),
            "channels is \"L1 - L2\" twice: expected every name once (StreamFormat.channels)");
  const StreamFormat mixed{
      .rate = 2000_Hz, .channels = Channels(std::vector<Channel>{{.name = "L1"}, {.name = "angle", .unit = "deg"}})};
  EXPECT_EQ(refusal({.derivations = {{{}, "L1", "angle"}}}, mixed),
            "minus is \"deg\": expected the unit of \"L1\", uV (Montage.minus)");
  EXPECT_EQ(refusal({.common_average = true}, mixed),
            "common_average is \"deg\" beside \"uV\": expected channels of one unit (Montage.common_average)");
}

TEST(Montage, AnswersWrongShapes) {
  auto live = start(bipolar, electrodes);
  double x[8]{}, y[4]{};
  EXPECT_EQ(live.process({x, 2, 3}, {y, 2, 2}), Status::wrong_channels);
  EXPECT_EQ(live.process({x, 2, 4}, {y, 2, 4}), Status::wrong_channels);
  EXPECT_EQ(live.process({x, 2, 4}, {y, 1, 2}), Status::wrong_frames);
  EXPECT_EQ(live.process({nullptr, 2, 4}, {y, 2, 2}), Status::missing_data);
}

}  // namespace
}  // namespace unguard
