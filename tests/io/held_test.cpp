// SPDX-License-Identifier: Apache-2.0
// Values that are held: their marks survive writing and reading, and nobody else's remark becomes one.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "io/edf_bytes.hpp"
#include "unguard/io/read.hpp"
#include "unguard/io/write.hpp"

namespace unguard {
namespace {

using namespace edf_bytes;

Recording recording(double rate, std::int64_t frames) {
  Recording r;
  r.format = {.rate = Hertz{rate}, .channels = Channels{"a", "b"}};
  for (std::int64_t i = 0; i < 2 * frames; ++i) r.data.push_back(static_cast<double>(i % 50));
  return r;
}

// An EDF+ file of one record, 1 s at 10 Hz, with one annotation, as Python's write_bdf has it.
File with_annotation(const std::string& list) {
  File file;
  file.reserved = "EDF+C";
  file.signals = {Signal{.label = "EMG", .samples = "10"}, Signal{.label = "other", .samples = "10"},
                  edf_bytes::annotations(false, 60)};
  std::string text = std::string("+0\x14\x14\0", 5) + list + std::string(1, '\0');
  text.resize(120, '\0');
  file.data = little_endian(std::vector<int>(20, 7), 2) + text;
  return file;
}

std::string refusal(const Recording& r) {
  const Folder folder;
  try {
    write_recording(folder / "a.bdf", r, FileKind::bdf_plus);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

// Truth: what was put in. Up to 5 kHz the tenths of a millisecond that EDFlib writes tell every sample.
TEST(Held, MarksComeBackFromEveryFile) {
  const Folder folder;
  for (FileKind kind : {FileKind::edf_plus, FileKind::bdf_plus})
    for (double rate : {100.0, 1000.0, 2000.0, 34 / 0.027, 5000.0}) {
      Recording r = recording(rate, 3001);
      r.marks.resize(r.data.size());
      for (std::size_t frame : {0u, 1u, 2u, 700u, 1999u, 2000u, 3000u}) r.marks[2 * frame + 1] = mark::missing;
      for (std::size_t frame = 800; frame < 900; ++frame) r.marks[2 * frame] = mark::missing;
      write_recording(folder / "a", r, kind);
      const Recording back = read_recording(folder / "a");
      EXPECT_EQ(back.marks, r.marks) << rate;
      EXPECT_TRUE(back.annotations.empty()) << "they are marks now";
      ASSERT_GE(back.remarks.size(), 2u);
      EXPECT_EQ(back.remarks[back.remarks.size() - 2],
                "a: 100 values are held and marked, as the file's own annotations say");
      EXPECT_EQ(read_recording(folder / "a", {.channels = {"b"}}).marks[1400 / 2], mark::missing)
          << "of one channel alone";
    }
}

// Truth: a value that was held never becomes a measured one, however coarse the time is that EDFlib writes.
TEST(Held, MarksGrowByATenthOfAMillisecondAtMost) {
  const Folder folder;
  for (double rate : {10'000.0, 20'000.0, 50'000.0}) {
    Recording r = recording(rate, 4000);
    r.marks.resize(r.data.size());
    for (std::size_t frame = 1003; frame < 1018; ++frame) r.marks[2 * frame] = mark::non_finite;
    write_recording(folder / "a", r, FileKind::bdf_plus);
    const auto back = read_recording(folder / "a").marks;
    ASSERT_EQ(back.size(), r.marks.size());
    const auto reach = static_cast<std::size_t>(1e-4 * rate);
    for (std::size_t i = 0; i < back.size(); ++i) {
      EXPECT_TRUE(back[i] || !r.marks[i]) << i;
      if (back[i]) {
        EXPECT_TRUE(i % 2 == 0 && i / 2 + reach >= 1003 && i / 2 < 1018 + reach) << i;
      }
    }
  }
}

// Truth: the annotation as Python writes it, by hand: 0.2 to 0.5 s at 10 Hz are the samples 2, 3 and 4. Blocks of any
// size have the same marks.
TEST(Held, BlocksHaveTheMarksThatPythonWrote) {
  const Folder folder;
  const auto path = folder.with("a.edf", bytes(with_annotation("+0.2\x15"
                                                               "0.3\x14held: other\x14")));
  const std::vector<Marks> expected{0, 0, 1, 1, 1, 0, 0, 0, 0, 0};
  RecordingReader reader(path);
  EXPECT_TRUE(reader.holds_values());
  EXPECT_TRUE(reader.annotations().empty());
  for (std::int64_t size : {1, 3, 10}) {
    reader.seek({0});
    std::vector<double> data(20);
    std::vector<Marks> marks(20, mark::hum);
    for (std::int64_t at = 0; at < 10; at += size)
      reader.read({data.data() + 2 * at, std::min(size, 10 - at), 2, marks.data() + 2 * at});
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(marks[2 * i], mark::none);
      EXPECT_EQ(marks[2 * i + 1], expected[i] ? mark::missing : mark::none) << i;
    }
  }
}

// Truth: by hand: no channel of that name, or no duration: a person's remark, which stays one.
TEST(Held, OtherRemarksStayAnnotations) {
  const Folder folder;
  for (const char* list : {"+0.2\x15"
                           "0.3\x14held: breath\x14",
                           "+0.2\x14held: EMG\x14",
                           "+0.2\x15"
                           "0.3\x14held:EMG\x14"}) {
    const Recording r = read_recording(folder.with("a.edf", bytes(with_annotation(list))));
    EXPECT_EQ(r.annotations.size(), 1u) << list;
    EXPECT_TRUE(r.marks.empty());
  }
}

// Truth: what the readers would make of it.
TEST(Held, TheWriterRefusesWhatWouldBeTakenForIt) {
  Recording text = recording(100, 10);
  text.annotations = {Annotation{Seconds{0}, Seconds{1}, "held: a"}};
  EXPECT_EQ(refusal(text),
            "annotations is \"held: a\": expected texts that do not tell of held values or padding on reading "
            "(write_recording.annotations)");
  text.annotations = {Annotation{Seconds{0}, Seconds{1}, "unguard: padding"}};
  EXPECT_EQ(refusal(text).substr(0, 33), "annotations is \"unguard: padding\"");
  text.annotations = {Annotation{Seconds{0}, Seconds{1}, "held: breath"}};
  EXPECT_EQ(refusal(text), "");
  Recording marks = recording(100, 10);
  marks.marks.resize(3);
  EXPECT_EQ(refusal(marks).substr(0, 16), "marks is 3 marks");
  marks.marks.resize(20);
  marks.marks[5] = mark::clipped | mark::missing;
  EXPECT_EQ(
      refusal(marks),
      "marks is clipped at sample 2 of b: expected gap, non_finite, out_of_range, missing, of which a file can tell "
      "(write_recording.marks)");
}

}  // namespace
}  // namespace unguard
