// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "unguard/io/read.hpp"

namespace unguard {
namespace {

// A file of the collection and what Python's unguard.io.read gives for it, to the last bit.
struct Expected {
  std::string file;
  std::vector<std::string> wanted;  // channels by name; none: all
  FileKind kind;
  double rate;
  std::vector<std::string> channels;
  std::int64_t frames;
  double first;
  double last;
  std::size_t annotations;
  std::vector<std::string> repairs{};
};

const std::vector<Expected>& loaded() {
  static const std::vector<Expected> all{
      {"plux/supine_1min.edf",
       {},
       FileKind::edf_plus,
       1000,
       {"ECG"},
       60000,
       -224.80452894680624,
       10.901516769920956,
       0},
      {"formats/test_subsecond.edf",
       {},
       FileKind::edf_plus,
       128,
       {"Fp1"},
       89344,
       6.247302967879759,
       -0.13292133974212253,
       4},
      {"formats/test_subsecond.bdf",
       {},
       FileKind::bdf_plus,
       128,
       {"Fp1"},
       89344,
       6.247302967879759,
       -0.13292133974212253,
       4},
      {"formats/duplicate_channel_labels.edf",
       {},
       FileKind::edf_plus,
       250,
       {"EEG F1-Ref", "EEG F2-Ref", "EEG F1-Ref#2"},
       2500,
       44.599999999999994,
       -10.799999999999999,
       0},
      {"formats/test_bdf_stim_channel.bdf",
       {},
       FileKind::bdf,
       500,
       {"C3", "C4", "Cz", "Status"},
       5000,
       9081.948608872211,
       1835008.0,
       0},
      {"formats/bids_emg_CustomBipolar_emg.edf",
       {},
       FileKind::edf,
       2000,
       {"EMG1"},
       2000,
       0.002699820248721932,
       -0.3908548690012972,
       0},
      {"formats/bids_emg_MultiBodyParts_emg.edf",
       {},
       FileKind::edf,
       2000,
       {"EMG1", "EMG2"},
       1000,
       0.0010732325932707718,
       -0.32253281007095447,
       0},
      {"formats/short_psg.edf",
       {"EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal"},
       FileKind::edf,
       100,
       {"EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal"},
       30000,
       5.016849816849817,
       -230.87496947496948,
       0},
      {"formats/short_psg.edf",
       {"EMG submental"},
       FileKind::edf,
       1,
       {"EMG submental"},
       300,
       3.552,
       3.3120000000000003,
       0},
      {"formats/test_generator.bdf",
       {"sine 5Hz"},
       FileKind::bdf_plus,
       1000,
       {"sine 5Hz"},
       30000,
       31.410636389889834,
       0.00017881394531738047,
       0},
      {"formats/test_generator.bdf",
       {"white noise"},
       FileKind::bdf_plus,
       999,
       {"white noise"},
       29970,
       -627.7998463988209,
       -622.3799957263464,
       0},
      // Mended, as the defect lets the samples be told, in Python's words.
      {"malformed/edf_records_minus_one.edf",
       {},
       FileKind::edf_plus,
       128,
       {"Fp1"},
       89344,
       6.247302967879759,
       -0.13292133974212253,
       4,
       {"the number of data records is -1 (the recording was not closed): 698 counted from the size"}},
      {"malformed/edf_truncated_mid_record.edf",
       {},
       FileKind::edf_plus,
       128,
       {"Fp1"},
       25600,
       6.247302967879759,
       -5.7156176089112689,
       4,
       {"the header states 698 data records, the file holds 200: it was cut off",
        "the last data record is incomplete (33 of 296 bytes): it is dropped"}},
  };
  return all;
}

// Files that are refused as they stand, and the reason.
const std::map<std::string, std::string>& refused() {
  static const std::map<std::string, std::string> all{
      // As in Python: several rates stay apart, a scale of nothing is none.
      {"formats/short_psg.edf", "the sampling rate is not one (100 Hz: EEG Fpz-Cz, EEG Pz-Oz, EOG horizontal; 1 Hz:"},
      {"formats/test_generator.bdf", "the sampling rate is not one (1000 Hz: sine 5Hz; 800 Hz: square 13Hz;"},
      {"malformed/edf_physmin_equals_physmax.edf", "physical minimum of signal 1 is 0, equal to the physical maximum"},
  };
  return all;
}

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("UNGUARD_REAL_DATA");
    const char* required = std::getenv("UNGUARD_REAL_DATA_REQUIRED");
    root_ = root ? root : "";
    if (root && std::filesystem::is_regular_file(root_ / "MANIFEST.csv")) return;
    const std::string why = "UNGUARD_REAL_DATA names no folder with MANIFEST.csv (it is \"" + root_.string() + "\")";
    if (required && std::string(required) == "1") FAIL() << why;
    GTEST_SKIP() << why;
  }

  std::filesystem::path root_{};
};

// Truth: Python's reader (edfio) on the same files, whose rates are those of MANIFEST.csv.
TEST_F(RealFiles, LoadAsInPython) {
  for (const Expected& e : loaded()) {
    SCOPED_TRACE(e.file);
    const Recording r = read_recording(root_ / e.file, {.channels = e.wanted});
    EXPECT_EQ(r.kind, e.kind);
    EXPECT_EQ(r.format.rate, Hertz{e.rate});
    std::vector<std::string> names;
    for (const Channel& channel : r.format.channels) names.push_back(channel.name);
    EXPECT_EQ(names, e.channels);
    ASSERT_EQ(r.frames(), e.frames);
    EXPECT_EQ(r.data.front(), e.first);
    EXPECT_EQ(r.data.back(), e.last);
    EXPECT_EQ(r.annotations.size(), e.annotations);
    EXPECT_EQ(r.repairs, e.repairs);
  }
}

// Truth: Python's reader: onsets are counted from the first sample, though the recording starts within a second.
TEST_F(RealFiles, HaveTheirAnnotationsWhereTheyWere) {
  for (const char* file : {"formats/test_subsecond.edf", "formats/test_subsecond.bdf"}) {
    const auto all = read_recording(root_ / file).annotations;
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0], (Annotation{Seconds{1.9511719}, Seconds{0}, "XLSpike"}));
    EXPECT_EQ(all[3], (Annotation{Seconds{583.5722656}, Seconds{0}, "XLSpike"}));
  }
}

// Truth: the whole file. What is left of one that was cut off is its beginning, bit for bit.
TEST_F(RealFiles, KeepTheirBeginningWhenTheyAreCutOff) {
  const auto whole = read_recording(root_ / "formats/test_subsecond.edf").data;
  const auto left = read_recording(root_ / "malformed/edf_truncated_mid_record.edf").data;
  ASSERT_EQ(left.size(), 25'600u);
  EXPECT_TRUE(std::equal(left.begin(), left.end(), whole.begin()));
  EXPECT_EQ(read_recording(root_ / "malformed/edf_records_minus_one.edf").data, whole);
}

// Truth: two formats of one recording; 24 bits hold what 16 held.
TEST_F(RealFiles, AreTheSameInEdfAndBdf) {
  EXPECT_EQ(read_recording(root_ / "formats/test_subsecond.edf").data,
            read_recording(root_ / "formats/test_subsecond.bdf").data);
}

// Truth: the defects that MANIFEST.csv and the folders' READMEs state.
TEST_F(RealFiles, AreRefusedForTheirStatedDefect) {
  for (const auto& [file, reason] : refused()) {
    try {
      read_recording(root_ / file);
      ADD_FAILURE() << file << " loads";
    } catch (const FormatError& error) {
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
    }
  }
}

// Truth: the folder. A file nobody has looked at is a failure, not a silence.
TEST_F(RealFiles, AreAllAccountedFor) {
  std::set<std::string> known;
  for (const Expected& e : loaded()) known.insert(e.file);
  for (const auto& [file, reason] : refused()) known.insert(file);
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
    const auto extension = entry.path().extension();
    if (extension == ".edf" || extension == ".bdf")
      found.insert(std::filesystem::relative(entry.path(), root_).generic_string());
  }
  EXPECT_EQ(found, known);
}

}  // namespace
}  // namespace unguard
