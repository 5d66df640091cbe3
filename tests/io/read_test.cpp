// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/read.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "io/edf_bytes.hpp"

namespace unguard {
namespace {

using namespace edf_bytes;

File plain_edf() {
  File file;
  file.records = "2";
  file.data = little_endian({-1000, 0, 1000, 1}, 2);
  return file;
}

// An EDF+ file of one record: 0.1 s at 40 Hz, and annotations in 30 samples.
File edf_plus(const std::string& lists) {
  File file;
  file.reserved = "EDF+C";
  file.seconds = "0.1";
  file.signals = {Signal{.samples = "4"}, annotations(false, 60)};
  file.data = little_endian({1, 2, 3, 4}, 2);
  std::string text = "+0\x14\x14" + std::string(1, '\0') + lists;
  text.resize(120, '\0');
  file.data += text;
  return file;
}

// Truth: the EDF specification, by hand: 0.1 uV a code, records one after the other.
TEST(ReadRecording, ReadsAnEdfFileMadeByHand) {
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(plain_edf())));
  EXPECT_EQ(r.kind, FileKind::edf);
  EXPECT_EQ(r.format.rate, Hertz{2});
  ASSERT_EQ(r.format.channels.count(), 1);
  EXPECT_EQ(r.format.channels[0].name, "EMG");
  EXPECT_EQ(r.format.channels[0].unit, "uV");
  EXPECT_EQ(r.units_found, std::vector<std::string>{"uV"});
  EXPECT_EQ(r.format.converter.step, Microvolts{0.1});
  EXPECT_EQ(r.format.converter.low_rail, Microvolts{-100});
  EXPECT_EQ(r.format.converter.high_rail, Microvolts{100});
  ASSERT_EQ(r.frames(), 4);
  for (const auto& [i, uV] : {std::pair{0, -100.0}, {1, 0.0}, {2, 100.0}, {3, 0.1}}) EXPECT_NEAR(r.data[i], uV, 1e-12);
}

// Truth: the BDF specification (biosemi.com/faq/file_format.htm), by hand: 24 bits, two channels, each its own scale.
TEST(ReadRecording, ReadsABdfFileMadeByHand) {
  File file;
  file.version =
      "\xFF"
      "BIOSEMI";
  file.reserved = "24BIT";
  file.seconds = "0.002";
  file.signals = {Signal{"A", "uV", "-8388608", "8388607", "-8388608", "8388607", "2"},
                  Signal{"B", "mV", "-5", "5", "-100000", "100000", "2"}};
  file.data = little_endian({-8388608, 8388607, -100000, 20000}, 3);
  const Folder folder;
  const Recording r = read_recording(folder.with("a.bdf", bytes(file)));
  EXPECT_EQ(r.kind, FileKind::bdf);
  EXPECT_EQ(r.format.rate, Hertz{1000});
  EXPECT_EQ(r.units_found, (std::vector<std::string>{"uV", "mV"}));
  EXPECT_FALSE(r.format.converter.step) << "the two differ";
  EXPECT_FALSE(r.format.converter.low_rail);
  ASSERT_EQ(r.frames(), 2);
  EXPECT_EQ(r.data[0], -8388608);
  EXPECT_NEAR(r.data[1], -5000, 1e-9);
  EXPECT_EQ(r.data[2], 8388607);
  EXPECT_NEAR(r.data[3], 1000, 1e-9);
}

// Truth: SI prefixes; "MV" and "ohm" are no voltages that could be told. The header's spelling is kept beside.
TEST(ReadRecording, ConvertsEveryVoltageToMicrovolts) {
  struct Case {
    std::string found;
    double uV;  // of one; 0 where it is no voltage
  };
  const Folder folder;
  for (const auto& [found, uV] : {Case{"uV", 1}, Case{"UV", 1}, Case{"mV", 1e3}, Case{"V", 1e6}, Case{"nV", 1e-3},
                                  Case{"\xB5V", 1}, Case{"\xC2\xB5V", 1}, Case{"\xCE\xBCV", 1}, Case{"volts", 1e6},
                                  Case{"MV", 0}, Case{"ohm", 0}, Case{"deg", 0}}) {
    File file = plain_edf();
    file.signals[0].unit = found;
    const Recording r = read_recording(folder.with("unit.edf", bytes(file)));
    EXPECT_EQ(r.units_found[0], found);
    EXPECT_EQ(r.format.channels[0].unit, uV > 0 ? "uV" : found);
    EXPECT_NEAR(r.data[3], uV > 0 ? 0.1 * uV : 0.1, 1e-9 * (uV > 0 ? uV : 1)) << found;
    EXPECT_EQ(r.format.converter.step.has_value(), uV > 0) << found;
  }
}

// Truth: Python's rules. Muscle needs a unit, which the caller may state once; what is stated is not overruled.
TEST(ReadRecording, AsksForTheUnitOfMuscleThatStatesNone) {
  File file = plain_edf();
  file.signals[0].unit = "";
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(file));
  try {
    read_recording(path);
    FAIL();
  } catch (const FormatError& error) {
    EXPECT_EQ(std::string(error.what()), path.string() +
                                             ", channel \"EMG\": the unit is not stated: expected ReadOptions.unit "
                                             "(\"uV\", \"mV\" or \"V\")");
  }
  const Recording r = read_recording(path, {.unit = "mV"});
  EXPECT_NEAR(r.data[3], 100, 1e-9);
  EXPECT_EQ(r.units_found[0], "");
  EXPECT_THROW(read_recording(folder.with("b.edf", bytes(plain_edf())), {.unit = "mV"}), ConfigError);
  file.signals[0].label = "Temp";
  EXPECT_EQ(read_recording(folder.with("c.edf", bytes(file))).format.channels[0].unit, "");
}

// Truth: Python's rules: bits of a trigger channel are not scaled.
TEST(ReadRecording, LeavesTriggersTheirCodes) {
  File file = plain_edf();
  file.signals[0].label = "Status";
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.data, (std::vector<double>{-1000, 0, 1000, 1}));
  EXPECT_EQ(r.format.channels[0].unit, "");
}

// Truth: the EDF+ specification 2.2: time-stamped lists: onset, 0x15 duration, 0x14 texts, 0x14 0.
TEST(ReadRecording, ReadsAnnotations) {
  const std::string zero(1, '\0');
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(edf_plus("+0.05\x15"
                                                                         "0.025\x14rest\x14" +
                                                                         zero +
                                                                         "+0.01\x14"
                                                                         "caf\xC3\xA9\x14" +
                                                                         zero))));
  EXPECT_EQ(r.kind, FileKind::edf_plus);
  EXPECT_EQ(r.format.rate, Hertz{40});
  ASSERT_EQ(r.format.channels.count(), 1) << "annotations are no channel";
  EXPECT_EQ(r.annotations, (std::vector<Annotation>{{Seconds{0.01}, Seconds{0}, "caf\xC3\xA9"},
                                                    {Seconds{0.05}, Seconds{0.025}, "rest"}}));
}

// Truth: the annotation of Python's write_bdf: the samples under it were added to fill the record.
TEST(ReadRecording, TakesThePaddingOff) {
  const std::string padding =
      "+0.075\x15"
      "0.025\x14unguard: padding\x14" +
      std::string(1, '\0');
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(edf_plus(padding))));
  EXPECT_EQ(r.frames(), 3);
  EXPECT_TRUE(r.annotations.empty());
  ASSERT_EQ(r.remarks.size(), 1u);
  EXPECT_EQ(r.remarks[0], "0.025 s of padding at the end are left out, as the file's own annotation says");
}

// Truth: files found in practice, whose samples are beyond doubt: letters beyond ASCII, dates and persons that EDF+
// does not know, numbers not at the left of their field.
TEST(ReadRecording, ReadsFilesWhoseHeaderSpellsDatesAndNamesItsOwnWay) {
  const Folder folder;
  const auto reads = [&](File file) {
    const auto path = folder.with("a.edf", bytes(file));
    const std::string before = content(path);
    const Recording r = read_recording(path);
    EXPECT_EQ(r.frames(), 4);
    EXPECT_NEAR(r.data[2], file.reserved.empty() ? 100 : 0.3, 1e-9);
    EXPECT_EQ(content(path), before) << "the file itself is never touched";
    return r.format.channels[0].name;
  };
  // Those that EDFlib does not open are read from a private copy, which must not stay behind.
  const char* set = std::getenv("TMPDIR");
  const std::string before = set ? set : "";
  const Folder copies;
  setenv("TMPDIR", copies.path().c_str(), 1);
  File letters = plain_edf();
  letters.patient = "M\xFCller";
  letters.signals[0].label =
      "r\xFC"
      "cken";
  EXPECT_EQ(reads(letters),
            "r\xFC"
            "cken");
  for (const char* date : {"00.00.00", "  .  .  ", "31/12/99"}) {
    File file = plain_edf();
    file.date = date;
    file.time = "12:30:00";
    reads(file);
  }
  File person = edf_plus("");
  person.patient = "somebody";
  person.recording = "somewhere";
  reads(person);
  File blanks = plain_edf();
  blanks.records = " 2";
  blanks.signals[0].unit = std::string("uV\0\0", 4);
  reads(blanks);
  EXPECT_TRUE(std::filesystem::is_empty(copies.path()));
  set ? setenv("TMPDIR", before.c_str(), 1) : unsetenv("TMPDIR");
}

File two_rates() {
  File file;
  file.signals = {Signal{.label = "fast", .samples = "4"}, Signal{.label = "slow", .samples = "1"},
                  Signal{.label = "fast", .samples = "4"}};
  file.data = little_endian({1, 2, 3, 4, 50, 10, 20, 30, 40}, 2);
  return file;
}

// Truth: by hand. Channels of several rates stay apart unless chosen by name; equal labels are told apart.
TEST(ReadRecording, KeepsDifferentRatesApart) {
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(two_rates()));
  try {
    read_recording(path);
    FAIL();
  } catch (const FormatError& error) {
    EXPECT_EQ(error.fault().found, "not one (4 Hz: fast, fast#2; 1 Hz: slow)");
  }
  const Recording fast = read_recording(path, {.channels = {"fast#2", "fast#1"}});
  EXPECT_EQ(fast.format.rate, Hertz{4});
  ASSERT_EQ(fast.frames(), 4);
  EXPECT_NEAR(fast.data[0], 1.0, 1e-12);
  EXPECT_NEAR(fast.data[1], 0.1, 1e-12);
  EXPECT_NEAR(read_recording(path, {.channels = {"slow"}}).data[0], 5, 1e-12);
  EXPECT_THROW(read_recording(path, {.channels = {"slow", "fast"}}), FormatError);
}

// Truth: the names that are there.
TEST(ReadRecording, RefusesNamesThatAreNotThere) {
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(two_rates()));
  try {
    read_recording(path, {.channels = {"quick"}});
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()),
              "channels is \"quick\": expected one of fast, slow, fast#2 (ReadOptions.channels)");
  }
  EXPECT_THROW(read_recording(path, {.channels = {"fast", "fast"}}), ConfigError);
}

}  // namespace
}  // namespace unguard
