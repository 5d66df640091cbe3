// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/write.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <tuple>

#include "io/edf_bytes.hpp"
#include "unguard/io/read.hpp"

namespace unguard {
namespace {

using namespace edf_bytes;

Recording noise(int channels, std::int64_t frames, double rate, double microvolts = 500) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> value(-microvolts, microvolts);
  Recording r;
  r.format = {.rate = Hertz{rate}, .channels = Channels::unnamed(channels)};
  for (std::int64_t i = 0; i < frames * channels; ++i) r.data.push_back(value(random));
  return r;
}

std::string refusal(const Recording& recording, const WriteOptions& options = {}, FileKind kind = FileKind::bdf_plus) {
  const Folder folder;
  try {
    write_recording(folder / "a.bdf", recording, kind, options);
  } catch (const ConfigError& error) {
    EXPECT_FALSE(std::filesystem::exists(folder / "a.bdf")) << "nothing is written";
    return error.what();
  }
  return "";
}

// Truth: the bytes. Codes at the places that the EDF+ and BDF+ specifications give them, as chosen by the test.
TEST(WriteRecording, WritesTheExactCodes) {
  for (const auto& [kind, width, most] : {std::tuple{FileKind::edf_plus, 2, 32767}, {FileKind::bdf_plus, 3, 8388607}}) {
    Recording r;
    r.format = {.rate = Hertz{4}, .channels = Channels{"a", "b"}};
    const std::vector<int> codes{-most - 1, most, 0, -1, 1, 12345, -12345, 2};
    for (int code : codes) r.data.push_back(code);
    const Folder folder;
    write_recording(folder / "a", r, kind, {.ranges = {{static_cast<double>(-most - 1), static_cast<double>(most)}}});
    const std::string file = content(folder / "a");
    const auto size = static_cast<std::size_t>(width);
    for (std::size_t frame = 0; frame < 4; ++frame)
      for (std::size_t c = 0; c < 2; ++c)
        EXPECT_EQ(code_at(file, 256 * 4 + (c * 4 + frame) * size, width), codes[frame * 2 + c]);
    EXPECT_EQ(file.substr(192, 5), kind == FileKind::edf_plus ? "EDF+C" : "BDF+C");
    EXPECT_EQ(read_recording(folder / "a").data, r.data);
  }
}

// Truth: rounding to a step: half of one at most; written again in the same range, nothing moves any more.
TEST(WriteRecording, ComesBackWithinHalfAStepAndThenExactly) {
  for (const auto& [kind, steps] : {std::pair{FileKind::edf_plus, 65535.0}, {FileKind::bdf_plus, 16777215.0}}) {
    const Recording r = noise(3, 5000, 2000);
    const Folder folder;
    write_recording(folder / "a", r, kind);
    const Recording first = read_recording(folder / "a");
    EXPECT_EQ(first.kind, kind);
    ASSERT_EQ(first.data.size(), r.data.size());
    double worst = 0;
    for (std::size_t i = 0; i < r.data.size(); ++i) worst = std::max(worst, std::fabs(first.data[i] - r.data[i]));
    ASSERT_TRUE(first.format.converter.step && first.format.converter.low_rail);
    EXPECT_EQ(first.format.converter.low_rail, Microvolts{-500}) << "rounded out to whole units";
    EXPECT_EQ(first.format.converter.high_rail, Microvolts{500});
    EXPECT_LE(worst, 0.5 * (1000 / steps) * (1 + 1e-9));
    EXPECT_GT(worst, 0.4 * (1000 / steps));
    write_recording(folder / "b", first, kind, {.ranges = {{-500, 500}}});
    EXPECT_EQ(read_recording(folder / "b").data, first.data);
  }
}

// Truth: by hand: ends of a range have the extreme codes, whichever range eight characters can hold. EDFlib alone cuts
// 3276.7 to 3276.699.
TEST(WriteRecording, StatesTheRangeItScalesBy) {
  for (const PhysicalRange range : {PhysicalRange{-3276.8, 3276.7},
                                    {-0.5, 0.25},
                                    {-999999, 99999999},
                                    {0, 0.000001},
                                    {-0.1234, -0.00001},
                                    {1, 1.5}}) {
    Recording r;
    r.format = {.rate = Hertz{100}, .channels = Channels{"a"}};
    r.data = {range.low, range.high, 0.5 * (range.low + range.high)};
    const Folder folder;
    write_recording(folder / "a", r, FileKind::bdf_plus, {.ranges = {range}});
    const Recording back = read_recording(folder / "a");
    EXPECT_EQ(back.format.converter.low_rail, Microvolts{range.low});
    EXPECT_EQ(back.format.converter.high_rail, Microvolts{range.high});
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(back.data[i], r.data[i], (range.high - range.low) / 16777215);
    const std::string file = content(folder / "a");
    EXPECT_EQ(code_at(file, 768, 3), -8388608);
    EXPECT_EQ(code_at(file, 771, 3), 8388607);
  }
}

// Truth: the format: whole records only. Every length comes back, at whole and odd rates.
TEST(WriteRecording, ComesBackWithItsLengthAndRate) {
  const Folder folder;
  for (double rate : {1.0, 128.0, 999.0, 1000.0, 2000.0, 34 / 0.027, 1e6 / 675, 4000.0, 10000.0, 20000.0, 50000.0})
    for (std::int64_t frames : {1, 2, 999, 1000, 1001, 2003, 20'001}) {
      const Recording r = noise(1, frames, rate);
      write_recording(folder / "a", r, FileKind::bdf_plus);
      const Recording back = read_recording(folder / "a");
      ASSERT_EQ(back.frames(), frames) << rate;
      EXPECT_NEAR(back.format.rate.value, rate, 1e-9 * rate);
      EXPECT_NEAR(back.data.back(), r.data.back(), 1e-4);
      EXPECT_TRUE(back.annotations.empty());
    }
}

// Truth: what was put in: names, units (degrees in ASCII, as the header can hold), annotations to 0.1 ms.
TEST(WriteRecording, KeepsNamesUnitsAndAnnotations) {
  Recording r = noise(2, 3000, 1000, 1);
  r.format.channels = Channels(std::vector<Channel>{{.name = "multifidus L"}, {.name = "angle", .unit = "\xC2\xB0"}});
  for (int i = 0; i < 150; ++i)
    r.annotations.push_back({Seconds{0.0199 * i}, Seconds{i % 2 ? 0.0 : 0.5}, "bending " + std::to_string(i)});
  r.annotations.push_back(
      {Seconds{2.99}, Seconds{12345.6789}, "\xC3\xA9\xE2\x82\xAC, forty bytes of text, no more no"});
  const Folder folder;
  for (FileKind kind : {FileKind::edf_plus, FileKind::bdf_plus}) {
    write_recording(folder / "a", r, kind);
    const Recording back = read_recording(folder / "a");
    EXPECT_EQ(back.format.channels[0].name, "multifidus L");
    EXPECT_EQ(back.format.channels[1].unit, "deg");
    ASSERT_EQ(back.annotations.size(), r.annotations.size());
    for (std::size_t i = 0; i < r.annotations.size(); ++i) {
      EXPECT_EQ(back.annotations[i].text, r.annotations[i].text);
      EXPECT_NEAR(back.annotations[i].onset.value, r.annotations[i].onset.value, 0.51e-4);
      EXPECT_NEAR(back.annotations[i].duration.value, r.annotations[i].duration.value, 0.51e-4);
    }
  }
}

// Truth: the EDF+ specification 2.1.3.3: X stands for what is not told.
TEST(WriteRecording, SaysNothingAboutThePerson) {
  const Folder folder;
  write_recording(folder / "a", noise(1, 10, 1000), FileKind::edf_plus);
  const std::string file = content(folder / "a");
  EXPECT_EQ(file.substr(8, 80), padded("X X X X", 80));
  EXPECT_EQ(file.substr(88, 80), padded("Startdate 01-JAN-1985 X X X", 80));
  EXPECT_EQ(file.substr(168, 16), "01.01.8500.00.00");
}

// Truth: what the formats cannot hold, each told by name, with nothing written.
TEST(WriteRecording, RefusesWhatTheFormatCannotHold) {
  const Recording good = noise(2, 100, 1000);
  ASSERT_EQ(refusal(good), "");
  Recording r = good;
  r.data[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal(r), "data is nan at sample 2 of channel 2: expected finite values (write_recording.data)");
  r.data[5] = -std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(r), "data is -inf at sample 2 of channel 2: expected finite values (write_recording.data)");
  r.data[5] = 500.5;
  EXPECT_EQ(refusal(r, {.ranges = {{-500, 500}}}),
            "data is 500.5 at sample 2 of channel 2: expected -500 to 500, the stated range (write_recording.data)");
  r.data[5] = 1e308;
  EXPECT_NE(refusal(r).find("which 8 characters hold"), std::string::npos);
  r.data[5] = -1e7;
  EXPECT_NE(refusal(r).find("which 8 characters hold"), std::string::npos);
  EXPECT_NE(refusal(good, {.ranges = {{500, -500}}}).find("low below high"), std::string::npos);
  EXPECT_NE(refusal(good, {.ranges = {{-1e3 / 3, 1000}}}).find("up to 8 characters"), std::string::npos);
  EXPECT_NE(refusal(good, {.ranges = {{-1, 1}, {-1, 1}, {-1, 1}}}).find("one a channel"), std::string::npos);
  EXPECT_NE(refusal(good, {}, FileKind::bdf).find("kind is BDF"), std::string::npos);
  r = good;
  r.data.pop_back();
  EXPECT_NE(refusal(r).find("data is 199 values"), std::string::npos);
  r.data.clear();
  EXPECT_NE(refusal(r).find("data is 0 values"), std::string::npos);
  for (double rate : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e9, 1e-6}) {
    r = good;
    r.format.rate = Hertz{rate};
    EXPECT_EQ(refusal(r).substr(0, 7), "rate is") << rate;
  }
  for (const char* name : {"", "a name of 17 char",
                           "r\xC3\xBC"
                           "cken",
                           " a", "a ", "EDF Annotations", "a\tb", "Status", "event MARKER"}) {
    r = good;
    r.format.channels = Channels{name, "b"};
    EXPECT_NE(refusal(r).find("(write_recording.channels)"), std::string::npos) << name;
  }
  r.format.channels = Channels(std::vector<Channel>{{.name = "a", .unit = "nine char"}, {.name = "b"}});
  EXPECT_NE(refusal(r).find("units of up to 8"), std::string::npos);
  r.format.channels = Channels(std::vector<Channel>{{.name = "a", .unit = "g "}, {.name = "b"}});
  EXPECT_NE(refusal(r).find("no blanks at their ends"), std::string::npos);
  r = good;
  for (const Annotation& annotation :
       {Annotation{Seconds{-1}, {}, "a"}, Annotation{Seconds{0}, Seconds{-1}, "a"}, Annotation{Seconds{NAN}, {}, "a"},
        Annotation{{}, {}, ""}, Annotation{{}, {}, std::string(41, 'a')}, Annotation{{}, {}, "a\nb"}}) {
    r.annotations = {annotation};
    EXPECT_NE(refusal(r).find("(write_recording.annotations)"), std::string::npos) << annotation.text;
  }
  r.annotations.assign(65, Annotation{{}, {}, "a"});
  EXPECT_NE(refusal(r).find("at most 64 a record"), std::string::npos);
}

// Truth: the file system: neither a missing folder nor a folder's own name can be written.
TEST(WriteRecording, SaysWhenThePlaceCannotBeWritten) {
  const Folder folder;
  EXPECT_THROW(write_recording(folder / "no" / "a.bdf", noise(1, 10, 100), FileKind::bdf_plus), FormatError);
  EXPECT_THROW(write_recording(folder.path(), noise(1, 10, 100), FileKind::bdf_plus), FormatError);
}

}  // namespace
}  // namespace unguard
