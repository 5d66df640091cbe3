// SPDX-License-Identifier: Apache-2.0
// What stands in a header's fields, where writers and storage differ; Python's tests/io/test_edf_fields.py has the same
// cases.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "io/edf_bytes.hpp"
#include "unguard/io/read.hpp"

namespace unguard {
namespace {

using namespace edf_bytes;

const std::string nul(1, '\0');

File two_records() {
  File file;
  file.records = "2";
  file.data = little_endian({-1000, 0, 1000, 1}, 2);
  return file;
}

std::string answer(const File& file) {
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(file));
  try {
    read_recording(path);
  } catch (const FormatError& error) {
    return std::string(error.what()).substr(path.string().size());
  }
  return "read";
}

// Truth: the EDF specification: one number in ASCII, one sign.
TEST(Fields, ANumberHasOneSignAndNoUnderscore) {
  for (const char* good : {"-100", "+100", "-1e2", "-.5", "-5.", "+1.5E+1"}) {
    File file = two_records();
    file.signals[0].physical_min = good;
    file.signals[0].physical_max = "500";
    EXPECT_EQ(answer(file), "read") << good;
  }
  for (const char* bad :
       {"+-100", "--100", "++100", "-+100", "1_0", "0x10", "1e", ".", "-", "1 0", "1e-400", "1e999"}) {
    File file = two_records();
    file.signals[0].physical_min = bad;
    EXPECT_EQ(answer(file),
              ", byte 360: physical minimum is \"" + std::string(bad) + "\": expected a number in 8 characters");
  }
}

// Truth: bytes: NULs at the end fill a field; one in front is a letter that was lost.
TEST(Fields, NulsThatFillAFieldAreBlanks) {
  File file = two_records();
  const auto filled = [&](std::string text, std::size_t width) {
    text.resize(width, '\0');
    return text;
  };
  file.version = filled("0", 8);
  file.records = filled("2", 8);
  file.seconds = filled("1", 8);
  file.signals[0] = Signal{filled("EMG a", 16), filled("mV", 8),   filled("-100", 8), filled("100", 8),
                           filled("-1000", 8),  filled("1000", 8), filled("2", 8)};
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.format.channels[0].name, "EMG a");
  EXPECT_EQ(r.units_found[0], "mV");
  EXPECT_NEAR(r.data[2], 1e5, 1e-6);
  file.signals[0].physical_min = nul + "100";
  EXPECT_NE(answer(file), "read");
}

// Truth: by hand. UTF-8 where the bytes are that, else Latin-1; beyond ASCII nothing is blank.
TEST(Fields, LettersBeyondAsciiBecomeUtf8) {
  const Folder folder;
  File file = two_records();
  file.signals[0].label =
      "R\xFC"
      "cken";
  file.signals[0].unit = "\xB5V";
  Recording r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.format.channels[0].name, "R\u00FCcken");
  EXPECT_EQ(r.units_found[0], "\u00B5V");
  EXPECT_EQ(r.format.channels[0].unit, "uV");
  file.signals[0].label = "R\u00FCcken\xC2\xA0";
  file.signals[0].unit = "uV\xA0";
  r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.format.channels[0].name, "R\u00FCcken\u00A0");
  EXPECT_EQ(r.format.channels[0].unit, "uV\u00A0") << "no voltage that is known";
  file.signals[0].unit = "\xC3\x82\xC2\xB5V";
  EXPECT_EQ(read_recording(folder.with("a.edf", bytes(file))).format.channels[0].unit, "uV") << "UTF-8, twice";
  file.signals[0].unit = "\xC2V";
  EXPECT_EQ(read_recording(folder.with("a.edf", bytes(file))).format.channels[0].unit, "\u00C2V") << "no micro in it";
}

// Truth: half of a sample: 50.5 of 300 samples are 51, as everywhere in the engine.
TEST(Fields, PaddingOfHalfASampleIsAWholeOne) {
  File file;
  file.reserved = "EDF+C";
  file.seconds = "0.3";
  file.signals = {Signal{.samples = "300"}, annotations(false, 40)};
  std::string text = "+0\x14\x14" + nul +
                     "+0.2495\x15"
                     "0.0505\x14unguard: padding\x14";
  text.resize(80, '\0');
  file.data = little_endian(std::vector<int>(300, 1), 2) + text;
  const Folder folder;
  EXPECT_EQ(read_recording(folder.with("a.edf", bytes(file))).frames(), 249);
}

// Truth: arithmetic: the largest double is 1.8e308, and a volt is a million microvolts. A range that no number of
// microvolts holds is refused, whatever its unit; the largest that fits is read, without rails.
TEST(Fields, AScaleBeyondNumbersIsRefused) {
  for (const char* unit : {"V", "uV", "deg"}) {
    File file = two_records();
    file.signals[0].unit = unit;
    file.signals[0].physical_min = "0";
    file.signals[0].physical_max = "1e308";
    EXPECT_EQ(answer(file),
              ", channel \"EMG\": the signal range is 0 to 1e+308: expected a scale that numbers can hold");
    file.signals[0].physical_max = "1e299";
    EXPECT_EQ(answer(file), "read");
  }
}

// Truth: the engine's limits, in core/format.hpp.
TEST(Fields, MoreThanTheEngineTakesIsRefused) {
  File file = two_records();
  file.seconds = "1e-6";
  EXPECT_EQ(answer(file), ": rate is 2000000 Hz: expected a number above 0 Hz, at most 1000000 Hz");
}

}  // namespace
}  // namespace unguard
