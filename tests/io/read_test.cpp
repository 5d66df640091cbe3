// SPDX-License-Identifier: Apache-2.0
#include "unguard/io/read.hpp"

#include <gtest/gtest.h>

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

const std::string zero(1, '\0');

// A time-stamped annotation list.
std::string list(const std::string& time, const std::vector<std::string>& texts) {
  std::string result = time + '\x14';
  for (const std::string& text : texts) result += text + '\x14';
  return result + '\0';
}

// An EDF+ file of one record: 0.1 s at 40 Hz, and annotations in 60 samples.
File edf_plus(const std::string& lists, const std::string& start = list("+0", {""})) {
  File file;
  file.reserved = "EDF+C";
  file.seconds = "0.1";
  file.signals = {Signal{.samples = "4"}, annotations(false, 60)};
  file.data = little_endian({1, 2, 3, 4}, 2);
  std::string text = start + lists;
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

// Truth: SI prefixes; "MV" and "ohm" are no voltages that could be told. The header's spelling is kept beside, as
// UTF-8.
TEST(ReadRecording, ConvertsEveryVoltageToMicrovolts) {
  struct Case {
    std::string found;
    double uV;  // of one; 0 where it is no voltage
  };
  const Folder folder;
  for (const auto& [found, uV] :
       {Case{"uV", 1}, Case{"UV", 1}, Case{"mV", 1e3}, Case{"V", 1e6}, Case{"nV", 1e-3}, Case{"\xB5V", 1},
        Case{"\xC2\xB5V", 1}, Case{"\xCE\xBCV", 1}, Case{"volts", 1e6}, Case{std::string("uV\0", 3), 1},
        Case{std::string("\0V", 2), 0}, Case{"MV", 0}, Case{"ohm", 0}, Case{"deg", 0}}) {
    File file = plain_edf();
    file.signals[0].unit = found;
    const Recording r = read_recording(folder.with("unit.edf", bytes(file)));
    EXPECT_EQ(r.units_found[0], found.back() == '\0' ? "uV" : found == "\xB5V" ? "\xC2\xB5V" : found);
    EXPECT_EQ(r.format.channels[0].unit, uV > 0 ? "uV" : found);
    EXPECT_NEAR(r.data[3], uV > 0 ? 0.1 * uV : 0.1, 1e-9 * (uV > 0 ? uV : 1)) << found;
    EXPECT_EQ(r.format.converter.step.has_value(), uV > 0) << found;
  }
}

// Truth: by hand. A header that states a range too small does not change what the converter gave; it is said instead.
TEST(ReadRecording, KeepsCodesOutsideTheStatedRange) {
  for (const int width : {2, 3}) {
    File file;
    if (width == 3)
      file.version =
          "\xFF"
          "BIOSEMI";
    file.records = "2";
    file.signals = {Signal{"EMG L", "uV", "0", "1023", "0", "1023", "2"},
                    Signal{"EMG R", "uV", "1023", "0", "1023", "0", "2"},
                    Signal{"Status", "", "0", "1", "0", "1", "2"}};
    file.data = little_endian({1500, 1023, -7, 0, 0, 1, -20000, 512, 1024, 1023, 3, 2}, width);
    const Folder folder;
    const Recording r = read_recording(folder.with("a", bytes(file)));
    EXPECT_EQ(r.data, (std::vector<double>{1500, -7, 0, 1023, 0, 1, -20000, 1024, 3, 512, 1023, 2})) << width;
    EXPECT_FALSE(r.format.converter.low_rail || r.format.converter.high_rail)
        << "a chain would quarantine what is there";
    EXPECT_EQ(r.format.converter.step, Microvolts{1});
    const std::string said = " samples lie outside the digital range that the header states, ";
    EXPECT_EQ(r.remarks, (std::vector<std::string>{"EMG L: 2" + said + "0 to 1023: they are read as they stand",
                                                   "EMG R: 2" + said + "0 to 1023: they are read as they stand",
                                                   "Status: 2" + said + "0 to 1: they are read as they stand"}));
  }
}

// Truth: the file as it was before it was damaged, and the words of Python's reader.
TEST(ReadRecording, CountsTheDataRecordsThatAreThere) {
  File file = plain_edf();
  file.records = "3";
  file.data = little_endian({1, 2, 3, 4, 5, 6}, 2);
  const Folder folder;
  const auto damaged = [&](const std::string& records, std::size_t bytes_of_data) {
    File copy = file;
    copy.records = records;
    copy.data.resize(bytes_of_data, 'x');
    const Recording r = read_recording(folder.with("a.edf", bytes(copy)));
    for (std::size_t i = 0; i < r.data.size(); ++i) EXPECT_NEAR(r.data[i], 0.1 * static_cast<double>(i + 1), 1e-12);
    std::string said = std::to_string(r.frames());
    for (const std::string& text : r.repairs) said += "; repair: " + text;
    for (const std::string& text : r.remarks) said += "; remark: " + text;
    return said;
  };
  EXPECT_EQ(damaged("3", 12), "6");
  EXPECT_EQ(damaged("-1", 12),
            "6; repair: the number of data records is -1 (the recording was not closed): 3 counted from the size");
  EXPECT_EQ(damaged("-1", 11),
            "4; repair: the number of data records is -1 (the recording was not closed): 2 counted from the size; "
            "repair: the last data record is incomplete (3 of 4 bytes): it is dropped");
  EXPECT_EQ(damaged("3", 8), "4; repair: the header states 3 data records, the file holds 2: it was cut off");
  EXPECT_EQ(damaged("99999999", 5),
            "2; repair: the header states 99999999 data records, the file holds 1: it was cut off; repair: the last "
            "data record is incomplete (1 of 4 bytes): it is dropped");
  EXPECT_EQ(damaged("3", 13), "6; repair: the last data record is incomplete (1 of 4 bytes): it is dropped");
  EXPECT_EQ(damaged("2", 12), "4; remark: the header states 2 data records, 1 more follow: they are not read");
}

// Truth: by hand: what is wrong with one signal is not wrong with the next.
TEST(ReadRecording, ReadsTheSoundChannelsBesideASpoiltOne) {
  File file;
  file.signals = {Signal{.label = "spoilt", .physical_min = "x"}, Signal{.label = "sound"}};
  file.data = little_endian({1, 2, 3, 4}, 2);
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(file));
  EXPECT_THROW(read_recording(path), FormatError);
  EXPECT_THROW(read_recording(path, {.channels = {"spoilt"}}), FormatError);
  EXPECT_NEAR(read_recording(path, {.channels = {"sound"}}).data[1], 0.4, 1e-12);
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

// Truth: the EDF+ specification 2.2.2, by hand. What EDFlib or edfio would cut or lose: long texts, several texts in
// one list, lines, a list that fills its signal to the last byte, a second signal of annotations.
TEST(ReadRecording, ReadsAnnotationsWhole) {
  const std::string longest(3000, 'x');
  File file;
  file.seconds = "10";
  file.signals = {annotations(false, 2000), Signal{}, annotations(false, 5)};
  std::string first = list("+0.5", {"", "first"}) +
                      list(
                          "+3.5\x15"
                          "2.",
                          {"one", "two\nlines", ""}) +
                      list("+1\x15", {longest}) + list("-0.25", {"early"});
  first.resize(4000, '\0');
  file.data = first + little_endian({1, 2}, 2) + list("+2.5", {"last"}).substr(0, 10);
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.annotations, (std::vector<Annotation>{{Seconds{-0.75}, {}, "early"},
                                                    {Seconds{0}, {}, "first"},
                                                    {Seconds{0.5}, {}, longest},
                                                    {Seconds{2}, {}, "last"},
                                                    {Seconds{3}, Seconds{2}, ""},
                                                    {Seconds{3}, Seconds{2}, "one"},
                                                    {Seconds{3}, Seconds{2}, "two\nlines"}}))
      << "counted from the first sample, half a second after the header's start";
  EXPECT_EQ(r.kind, FileKind::edf_plus) << "which the header does not say, but the signals do";
  EXPECT_TRUE(r.repairs.empty() && r.remarks.empty());
}

// Truth: by hand. What is no list is counted, the others come; a record that does not say when it begins is named.
TEST(ReadRecording, SaysWhichAnnotationsCannotBeRead) {
  const Folder folder;
  const auto read = [&](const std::string& lists, const std::string& start = list("+0", {""})) {
    const Recording r = read_recording(folder.with("a.edf", bytes(edf_plus(lists, start))));
    EXPECT_EQ(r.frames(), 4);
    std::string said;
    for (const Annotation& a : r.annotations) said += "[" + a.text + "] ";
    for (const std::string& text : r.repairs) said += "repair: " + text;
    for (const std::string& text : r.remarks) said += "remark: " + text;
    return said;
  };
  const std::string good = "+0.01\x14good\x14" + zero;
  const std::string one = "repair: 1 annotation lists cannot be read (first: data record 1): they are left out";
  for (const char* bad : {"0.02\x14no sign\x14", "+\x14no digits\x14", "+0.02\x14no end", "+0.02",
                          "+0.02\x15"
                          "x\x14text\x14",
                          "text", "+0.02.\x14text\x14", "+0,02\x14text\x14",
                          "+0.02\x15"
                          "1\x14"
                          "text"})
    EXPECT_EQ(read(bad + zero + good), "[good] " + one) << bad;
  EXPECT_EQ(read("+" + std::string(50, '9') + "\x14" + "late\x14" + zero),
            "[late] remark: 1 annotations lie after the last sample");
  const std::string unsaid = "remark: 1 data records do not state when they begin: gaps there would not be seen";
  EXPECT_EQ(read("", ""), unsaid);
  EXPECT_EQ(read("", good), "[good] " + unsaid) << "the first text of a record is to be empty; this one is not lost";
  EXPECT_EQ(read(good, "what" + zero), "[good] " + one + unsaid);
  EXPECT_EQ(read("+0.01\x14r\xFC"
                 "cken\x14" +
                 zero),
            "[r\xC3\xBC"
            "cken] remark: 1 annotation texts are not UTF-8, as EDF+ has them: they are read as Latin-1");
  for (const char* odd : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    EXPECT_NE(read("+0.01\x14" + std::string(odd) + "\x14" + zero).find("not UTF-8"), std::string::npos);
  for (const char* fine : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x92\xAA", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(read("+0.01\x14" + std::string(fine) + "\x14" + zero), "[" + std::string(fine) + "] ");
}

// Truth: by hand: three records of a second, the last half a second late, under a header that denies gaps.
TEST(ReadRecording, BelievesTheHeaderAboutGapsAndSaysSo) {
  File file;
  file.reserved = "EDF+C";
  file.records = "3";
  file.signals.push_back(annotations(false, 10));
  for (const char* onset : {"+0", "+1", "+2.5"}) {
    std::string text = std::string(onset) + "\x14\x14" + zero;
    text.resize(20, '\0');
    file.data += little_endian({1, 2}, 2) + text;
  }
  const Folder folder;
  const Recording r = read_recording(folder.with("a.edf", bytes(file)));
  EXPECT_EQ(r.frames(), 6);
  EXPECT_EQ(r.remarks, std::vector<std::string>{
                           "the header says the recording is continuous, but 1 records begin at another time than the "
                           "one before ends (first: record 3); the header is believed"});
}

// Truth: the EDF+ specification 2.1.3.3: EDF+ has a signal of annotations, which would tell of gaps.
TEST(ReadRecording, SaysWhenNothingWouldTellOfGaps) {
  const Folder folder;
  for (const std::string flavour : {"EDF+C", "EDF+D"}) {
    File file = plain_edf();
    file.reserved = flavour;
    const Recording r = read_recording(folder.with("a.edf", bytes(file)));
    EXPECT_EQ(r.frames(), 4);
    EXPECT_EQ(r.kind, FileKind::edf);
    EXPECT_EQ(r.remarks, std::vector<std::string>{"the header says " + flavour +
                                                  ", but no signal holds annotations: gaps would not be seen"});
  }
}

// Truth: Python's rule: blanks behind the label mean nothing, a blank in front makes an ordinary signal of it.
TEST(ReadRecording, KnowsAnnotationsByTheirLabel) {
  const Folder folder;
  File file = edf_plus(list("+0.01", {"rest"}));
  for (const auto& [label, channels] : {std::pair{std::string("EDF Annotations\t"), 1}, {" EDF Annotations", 2}}) {
    file.signals[1].label = label;
    file.signals[0].samples = "60";
    file.data.resize(240, '\0');
    const Recording r = read_recording(folder.with("a.edf", bytes(file)));
    EXPECT_EQ(r.format.channels.count(), channels);
  }
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
  File letters = plain_edf();
  letters.patient = "M\xFCller";
  letters.signals[0].label =
      "r\xFC"
      "cken";
  EXPECT_EQ(reads(letters), "r\u00FCcken") << "Latin-1 in the file, UTF-8 for everybody";
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
