// SPDX-License-Identifier: Apache-2.0
// Truth: R peaks of simulated hearts; what a live detector finds once it knows the heart.
#include "unguard/denoise/record_beats.hpp"

#include <gtest/gtest.h>

#include "denoise/offline_heart.hpp"

namespace unguard {
namespace {

// The share of the true beats within 20 ms of one that was found, and of those found that are true.
std::pair<double, double> shares(const std::vector<double>& found, const std::vector<double>& truth, double within) {
  const auto near = [&](double at, const std::vector<double>& others) {
    return std::any_of(others.begin(), others.end(), [&](double o) { return std::fabs(o - at) <= within; });
  };
  const auto share = [&](const std::vector<double>& some, const std::vector<double>& others) {
    const auto n = std::count_if(some.begin(), some.end(), [&](double at) { return near(at, others); });
    return static_cast<double>(n) / static_cast<double>(some.size());
  };
  return {share(truth, found), share(found, truth)};
}

TEST(RecordBeats, AreFoundFromTheBeginningOn) {
  for (const double seconds : {20.0, 60.0}) {
    const hearts::Mix m{.duration = {seconds}, .emg_over_ecg_dB = 0, .seed = 531};
    const auto mixed = hearts::mix(m);
    const auto found = beats_of_record({mixed.x.data(), mixed.frames, 1}, hearts::format_of(m.rate, 1)).take();
    auto truth = hearts::inside(mixed.r_peaks, mixed.frames - 200);
    truth.erase(truth.begin());  // may lie on the seam
    const auto [sensitivity, precision] = shares(found, truth, 40);
    EXPECT_GE(sensitivity, 0.98) << seconds;
    EXPECT_GE(precision, 0.95) << seconds;
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  }
}

TEST(RecordBeats, AreNoneWhereThereIsNoHeart) {
  const hearts::Mix m{.duration = {60}, .seed = 532};
  const auto mixed = hearts::mix(m);
  EXPECT_TRUE(beats_of_record({mixed.emg.data(), mixed.frames, 1}, hearts::format_of(m.rate, 1)).take().empty());
  EXPECT_TRUE(beats_of_record({mixed.emg.data(), 0, 1}, hearts::format_of(m.rate, 1)).take().empty());
}

TEST(RecordBeats, OfNoSuchRecordAreRefused) {
  const std::vector<double> x(4000);
  const auto told = [&](double rate, int channels) {
    const auto tried = beats_of_record({x.data(), 2000, 2}, hearts::format_of({rate}, channels));
    return tried ? std::string() : message(tried.fault());
  };
  EXPECT_EQ(told(1000, 2), "");
  EXPECT_NE(told(200, 2).find("at least 250 Hz"), std::string::npos);
  EXPECT_NE(told(1000, 3).find("channels is 2: expected 3 as in the format"), std::string::npos);
}

}  // namespace
}  // namespace unguard
