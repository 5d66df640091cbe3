// SPDX-License-Identifier: Apache-2.0
// Truth: bmc/emg_headerless.csv, 3.4 s at 1 kHz, three contractions that anybody sees: from 0.40 to 0.91 (it
// fades), 1.39 to 1.90 and 2.39 to 2.99 s, within 0.1 s, and a twitch at 2.2 s that may be found. Every published
// detector finds these and nothing else, with thresholds a little above their defaults, which so short a rest, 0.25 s,
// does not bear.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/detect/abbink.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bayesian_change_point.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/integrated_profile.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace unguard {
namespace {

constexpr ActiveStretch truth[] = {{{400}, {910}}, {{1390}, {1900}}, {{2390}, {2990}}};
constexpr ActiveStretch twitch{{2180}, {2280}};
constexpr std::int64_t tolerance = 100;

class PublishedOnsets : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("UNGUARD_REAL_DATA");
    const std::filesystem::path file = std::filesystem::path(root ? root : "") / "bmc/emg_headerless.csv";
    if (!std::filesystem::is_regular_file(file)) {
      const char* required = std::getenv("UNGUARD_REAL_DATA_REQUIRED");
      const std::string reason = "UNGUARD_REAL_DATA names no folder with bmc/emg_headerless.csv";
      if (required && std::string(required) == "1") FAIL() << reason;
      GTEST_SKIP() << reason;
    }
    std::ifstream in(file);
    // The unit is not stated; a thousand of it look like microvolts.
    for (std::string row; std::getline(in, row);) x_.push_back(1000 * std::stod(row.substr(row.find(',') + 1)));
    ASSERT_EQ(x_.size(), 3360u);
  }

  // Begins and ends within the tolerance, in pieces where it paused; and nothing elsewhere.
  static void expect_the_three(std::vector<ActiveStretch> found, const std::string& name) {
    std::string all;
    for (const ActiveStretch& f : found)
      all += " " + std::to_string(f.onset.value) + "-" + std::to_string(f.offset.value);
    std::printf("[ MEASURED ] %s:%s\n", name.c_str(), all.c_str());
    std::erase_if(found, [](const ActiveStretch& f) { return f.onset >= twitch.onset && f.offset <= twitch.offset; });
    std::size_t at = 0;
    for (const ActiveStretch& t : truth) {
      ASSERT_LT(at, found.size()) << name;
      EXPECT_NEAR(static_cast<double>(found[at].onset.value), static_cast<double>(t.onset.value), tolerance) << name;
      while (at + 1 < found.size() && found[at + 1].onset < t.offset) ++at;
      EXPECT_NEAR(static_cast<double>(found[at].offset.value), static_cast<double>(t.offset.value), tolerance) << name;
      ++at;
    }
    EXPECT_EQ(at, found.size()) << name;
  }
  template <class S>
  void live(S spec) const {
    spec.learn = {0.25};
    spec.leave_for = {0.1};
    std::vector<ActiveStretch> found;
    for (const Event& e : onsets::events(spec, x_, rate)) found.push_back({e.onset, e.offset});
    expect_the_three(found, std::string(info_of<S>().name));
  }

  static constexpr Hertz rate{1000};
  std::vector<double> x_;
};

TEST_F(PublishedOnsets, LiveOnesFindThreeContractions) {
  live(HodgesBui{.spreads = 5});
  live(TkeoOnset{.spreads = 10});
  live(Lidierth{.spreads = 6});
  live(MerloWavelet{.spreads = 7});
  live(Aglr{});
  live(Bonato{});
  live(SampleEntropyOnset{});
  live(GaussianMixtureOnset{});
}

TEST_F(PublishedOnsets, OfflineOnesFindThreeContractions) {
  expect_the_three(abbink(Abbink{.spreads = 6}, x_, rate, std::span(x_).first(350)).take(), "Abbink");
  expect_the_three(bayesian_change_points(BayesianChangePoint{}, x_, rate).take(), "BayesianChangePoint");
  // One burst a record.
  const auto first = integrated_profile(IntegratedProfile{}, std::span(x_).first(1300)).take();
  ASSERT_TRUE(first.has_value());
  EXPECT_NEAR(static_cast<double>(first->onset.value), 400, tolerance);
  EXPECT_NEAR(static_cast<double>(first->offset.value), 910, tolerance);
}

}  // namespace
}  // namespace unguard
