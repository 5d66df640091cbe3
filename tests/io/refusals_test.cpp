// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "io/edf_bytes.hpp"
#include "unguard/io/format_error.hpp"
#include "unguard/io/read.hpp"

namespace unguard {
namespace {

using namespace edf_bytes;

File good_edf() {
  File file;
  file.data = little_endian({1, 2}, 2);
  return file;
}

// What the reader says about a file, without the file's name; "read" if it reads it.
std::string answer(const std::filesystem::path& path) {
  try {
    read_recording(path);
    return "read";
  } catch (const FormatError& error) {
    const std::string text = error.what(), name = path.string();
    EXPECT_EQ(text.substr(0, name.size()), name);
    return text.substr(name.size());
  }
}

std::string answer(const std::string& content) {
  const Folder folder;
  return answer(folder.with("a.edf", content));
}

// Truth: the voice of Python's unguard.errors.sentence: place, field, found, expected.
TEST(FormatError, SpeaksTheSentenceOfPython) {
  EXPECT_EQ(message(FormatFault{"a.edf", "byte 252", "number of signals", "0", "1 or more"}),
            "a.edf, byte 252: number of signals is 0: expected 1 or more");
  EXPECT_EQ(message(FormatFault{"a.edf", "", "the file", "missing", "a file that exists"}),
            "a.edf: the file is missing: expected a file that exists");
  const std::string shortened = message(FormatFault{"a", "", "b", std::string(1000, 'x'), "c"});
  EXPECT_EQ(shortened, "a: b is " + std::string(400, 'x') + "...: expected c");
}

// Truth: what lies there.
TEST(ReadRecording, SaysWhatIsThereInsteadOfARecording) {
  const Folder folder;
  EXPECT_EQ(answer(folder / "no.edf"), ": the file is missing: expected a file that exists");
  EXPECT_EQ(answer(folder.path()), ": the file is a folder: expected an EDF or BDF file");
  EXPECT_EQ(answer(folder.with("a.edf", "")), ": the file is empty: expected an EDF or BDF file");
  EXPECT_EQ(answer(folder.with("a.edf", "time,EMG\n0,1\n\x01")),
            ", byte 0: the version is \"time,EMG\": expected 0 as in EDF, or BIOSEMI behind a byte of 255 as in BDF");
  EXPECT_EQ(answer(folder.with("a.edf", bytes(good_edf()).substr(0, 200))),
            ", byte 0: the header is 200 bytes long: expected at least 256 bytes of EDF or BDF header");
}

// Truth: the file of the test before any change, which reads.
TEST(ReadRecording, ReadsTheFileThatTheOtherTestsSpoil) { EXPECT_EQ(answer(bytes(good_edf())), "read"); }

// Truth: the EDF specification, one field at a time.
TEST(ReadRecording, NamesTheFieldOfAnAbsurdHeader) {
  const auto spoilt = [](auto&& change) {
    File file = good_edf();
    change(file);
    return answer(bytes(file));
  };
  EXPECT_EQ(spoilt([](File& f) { f.count = "0"; }), ", byte 252: number of signals is 0: expected 1 or more");
  EXPECT_EQ(spoilt([](File& f) { f.count = "-1"; }), ", byte 252: number of signals is -1: expected 1 or more");
  EXPECT_EQ(spoilt([](File& f) { f.count = "9999"; }),
            ", byte 184: bytes in header is 512: expected 2560000 for 9999 signals");
  EXPECT_EQ(spoilt([](File& f) { f.count = "x"; }),
            ", byte 252: number of signals is \"x\": expected a number in 4 characters");
  EXPECT_EQ(spoilt([](File& f) { f.count = "1.5"; }),
            ", byte 252: number of signals is \"1.5\": expected a whole number in 4 characters");
  EXPECT_EQ(spoilt([](File& f) { f.count = "2"; }), ", byte 184: bytes in header is 512: expected 768 for 2 signals");
  EXPECT_EQ(spoilt([](File& f) { f.count = "600", f.header_bytes = "153856"; }),
            ", byte 252: number of signals is 600, which needs a header of 153856 bytes in a file of 516: expected a "
            "header that fits into the file");
  EXPECT_EQ(spoilt([](File& f) { f.records = "-2"; }),
            ", byte 236: number of data records is -2: expected 1 or more, or -1 if unknown");
  EXPECT_EQ(spoilt([](File& f) { f.records = "0"; }),
            ", byte 236: number of data records is 0: expected 1 or more, or -1 if unknown");
  EXPECT_EQ(spoilt([](File& f) { f.records = "1e300"; }),
            ", byte 236: number of data records is \"1e300\": expected a whole number in 8 characters");
  EXPECT_EQ(spoilt([](File& f) { f.seconds = "0"; }),
            ", byte 244: duration of a data record is 0: expected seconds, more than 0");
  EXPECT_EQ(spoilt([](File& f) { f.seconds = "-1"; }),
            ", byte 244: duration of a data record is -1: expected seconds, more than 0");
  EXPECT_EQ(spoilt([](File& f) { f.seconds = "nan"; }),
            ", byte 244: duration of a data record is \"nan\": expected a number in 8 characters");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].digital_min = f.signals[0].digital_max; }),
            ", byte 376: digital minimum of signal 1 is 1000, equal to the digital maximum: expected two different "
            "values to scale by");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].digital_max = "1e3"; }),
            ", byte 384: digital maximum is \"1e3\": expected a whole number in 8 characters");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].physical_max = "-100"; }),
            ", byte 360: physical minimum of signal 1 is -100, equal to the physical maximum: expected two different "
            "values to scale by");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].physical_min = "-1,5"; }),
            ", byte 360: physical minimum is \"-1,5\": expected a number in 8 characters");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].physical_max = "1e308", f.signals[0].physical_min = "-1e308"; }),
            ", channel \"EMG\": the signal range is -1e+308 to 1e+308: expected a scale that numbers can hold");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].samples = "0"; }),
            ", byte 512: the data section is 4 bytes long: expected signals with samples");
  EXPECT_EQ(spoilt([](File& f) { f.signals.push_back({.label = "none", .samples = "0"}); }),
            ", byte 696: samples per record of signal 2 is 0: expected 1 or more");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].samples = "-2"; }),
            ", byte 472: samples per record of signal 1 is -2: expected 0 or more");
  EXPECT_EQ(spoilt([](File& f) { f.signals[0].samples = "99999999"; }),
            ", byte 512: the data section is 4 bytes long: expected at least one data record of 199999998 bytes");
  EXPECT_EQ(spoilt([](File& f) { f.data.pop_back(); }),
            ", byte 512: the data section is 3 bytes long: expected at least one data record of 4 bytes");
  EXPECT_EQ(spoilt([](File& f) {
              f.reserved = "EDF+C";
              f.signals = {annotations(false, 2)};
              f.data = std::string("+0\x14\x14", 4);
            }),
            ": the signals is annotations only: expected at least one with samples");
}

// Truth: the EDF+ specification 2.1.3.3.2: EDF+D says that there may be gaps. Python holds and marks them; a block here
// has no place for samples that are not there.
TEST(ReadRecording, RefusesGapsByTheirRecord) {
  const auto discontinuous = [](std::vector<std::string> onsets) {
    File file = good_edf();
    file.reserved = "EDF+D";
    file.records = std::to_string(onsets.size());
    file.signals.push_back(annotations(false, 20));
    file.data.clear();
    for (std::string text : onsets) {
      text += std::string("\x14\x14\0", 3);
      text.resize(40, '\0');
      file.data += little_endian({1, 2}, 2) + text;
    }
    return answer(bytes(file));
  };
  EXPECT_EQ(discontinuous({"+0.25", "+1.25", "+2.25"}), "read") << "no gap, whatever the header thinks possible";
  EXPECT_EQ(discontinuous({"+0", "+1", "+2.5"}),
            ", data record 3: onset is 2.5 s in a discontinuous recording: expected 2 s, when the one before ends, as "
            "gaps are not read");
  EXPECT_EQ(discontinuous({"+0", "+0.5"}).substr(0, 26), ", data record 2: onset is ");
}

// Truth: the file, cut after it was opened.
TEST(RecordingReader, SaysWhenTheFileIsCutWhileItIsRead) {
  File file = good_edf();
  file.records = "5000";
  file.data.assign(20'000, '\1');
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(file));
  RecordingReader reader(path);
  std::filesystem::resize_file(path, 600);
  std::vector<double> block(10'000);
  EXPECT_THROW(reader.read({block.data(), 10'000, 1}), FormatError);
}

// Truth: whatever stands in a file, it is read or refused by name: no other exception, no crash (run it under the
// sanitizers), no memory beyond the file's size.
TEST(ReadRecording, SurvivesFilesSpoiltAtRandom) {
  File file = good_edf();
  file.reserved = "EDF+C";
  file.records = "3";
  file.signals.push_back(annotations(false, 20));
  file.data.clear();
  for (const char* onset : {"+0", "+1", "+2"}) {
    std::string text = std::string(onset) + "\x14\x14" + '\0' +
                       "+0.5\x15"
                       "0.25\x14rest\x14" +
                       '\0';
    text.resize(40, '\0');
    file.data += little_endian({100, -100}, 2) + text;
  }
  const std::string good = bytes(file);
  ASSERT_EQ(answer(good), "read");
  std::mt19937 engine(1);
  const auto random = [&] { return static_cast<unsigned>(engine()); };
  const Folder folder;
  int read = 0, refused = 0;
  for (int turn = 0; turn < 1000; ++turn) {
    std::string spoilt = good;
    const unsigned changes = 1 + random() % 4;
    for (unsigned i = 0; i < changes; ++i) {
      // Half of the changes hit the numbers and the annotations, where they hurt.
      const std::size_t at = random() % 2 ? random() % spoilt.size() : 184 + random() % 72;
      constexpr std::string_view likely("0123456789-+. \x14\x15\0\xFF", 19);
      spoilt[at] = random() % 2 ? static_cast<char>(random()) : likely[random() % likely.size()];
    }
    if (random() % 8 == 0) spoilt.resize(random() % spoilt.size());
    (answer(folder.with("a.edf", spoilt)) == "read" ? read : refused) += 1;
  }
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace unguard
