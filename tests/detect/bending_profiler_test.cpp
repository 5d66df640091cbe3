// SPDX-License-Identifier: Apache-2.0
// Truth: a known process times a known level at each angle, on fixed seeds, and what the messages have to name.
#include "unguard/detect/bending_profiler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "detect/known_process.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels = 2) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }

// Trials of 4 s from 0 to 100 degrees with 1 s between them, then as many holds of 2 s, in two channels.
struct Record {
  std::vector<double> emg{}, degrees{};
  std::vector<BendingTrial> trials{}, holds{};

  static double level(int channel, double degrees) { return channel == 0 ? 10 + 0.3 * degrees : 40 - 0.3 * degrees; }
  static constexpr double hold = 5;

  explicit Record(int n, std::uint64_t seed = 1) {
    const known::Process& p = known::processes[0];
    const std::size_t frames = static_cast<std::size_t>(n) * (10000 + 6000);
    const std::vector<double> even[2] = {known::samples(p, 1, frames, seed), known::samples(p, 1, frames, seed + 1000)};
    for (int k = 0; k < 2 * n; ++k) {
      const bool holding = k >= n;
      const std::int64_t length = holding ? 4000 : 8000, first = std::ssize(degrees);
      (holding ? holds : trials).push_back({first, first + length});
      for (std::int64_t i = 0; i < length + 2000; ++i) {
        const double at = holding ? 100 : 100 * std::min(1.0, static_cast<double>(i) / 8000);
        for (int c = 0; c < 2; ++c)
          emg.push_back(even[c][degrees.size()] * (i >= length ? 1 : holding ? hold : level(c, at)));
        degrees.push_back(at);
      }
    }
  }
  ConstBlock block(const std::vector<Marks>* marks = nullptr) const {
    return {emg.data(), std::ssize(degrees), 2, marks ? marks->data() : nullptr};
  }
};

// Truth: the level put in, with spikes of three times it and 0.15 s in a third of the trials; n = 9 trials. Each level
// is the median of some 130 windows of some 40 degrees of freedom: SD 1.3 %.
TEST(BendingProfiler, RecoversTheLevelAtEachAngleThroughSpikesInAThirdOfTheTrials) {
  Record record(9);
  for (std::size_t t = 0; t < 9; t += 3)
    for (const std::int64_t at : {2500, 5500})
      for (std::int64_t i = 0; i < 300; ++i)
        for (int c = 0; c < 2; ++c)
          record.emg[static_cast<std::size_t>(2 * (record.trials[t].first + at + i) + c)] *= 3;
  const auto made =
      try_profile_bending({}, record.block(), record.degrees, record.trials, record.holds, format(), "as made");
  ASSERT_TRUE(made);
  const BendingProfile& profile = *made;
  ASSERT_EQ(profile.angles.size(), 8u);
  double worst = 0;
  for (int c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_NEAR(profile.angles[i], 6.25 + 12.5 * static_cast<double>(i), 0.1);
      const double ratio = profile.level(c, profile.angles[i]) / Record::level(c, profile.angles[i]);
      worst = std::max(worst, std::fabs(ratio - 1));
      EXPECT_NEAR(ratio, 1, 0.1) << "channel " << c << " at " << profile.angles[i];
    }
  std::printf("[ MEASURED ] levels of bending: off by %.1f %% at most\n", 100 * worst);
  EXPECT_EQ(profile.movement.order, 12);
  EXPECT_EQ(profile.movement.level.how, "as made; 9 trials");
  EXPECT_FALSE(refuse_profile<BendingProfiler>(profile, 2, {2000}));
  // Holds: their RMS, and spreads no smaller than a tenth, as these nearly are alike.
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_NEAR(profile.holds[c], Record::hold, 0.1 * Record::hold);
    EXPECT_EQ(profile.spreads[c], 0.1);
  }
}

// Truth: the process, whose level has been divided out. n = 72,000 samples a channel: SD of a coefficient 0.4 %.
TEST(BendingProfiler, RecoversTheSpectrumBeneathTheLevel) {
  const Record record(9, 5);
  const auto profile =
      try_profile_bending({.order = 2}, record.block(), record.degrees, record.trials, {}, format(), "").take();
  for (int c = 0; c < 2; ++c) {
    EXPECT_NEAR(profile.movement.of(c)[0], known::processes[0].a1, 0.02);
    EXPECT_NEAR(profile.movement.of(c)[1], known::processes[0].a2, 0.02);
    EXPECT_EQ(profile.movement.level.per_channel[static_cast<std::size_t>(c)].value, 1);
  }
  EXPECT_TRUE(profile.holds.empty());
}

// Truth: geometric mean and standard deviation of the logarithm, of holds at 4, 8 and 16 uV.
TEST(BendingProfiler, HoldsAreTheGeometricMeanAndTheSpreadOfTheLogarithm) {
  Record record(3);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::int64_t i = record.holds[t].first; i < record.holds[t].last; ++i)
      for (int c = 0; c < 2; ++c)
        record.emg[static_cast<std::size_t>(2 * i + c)] =
            (i % 2 ? 1 : -1) * std::pow(2.0, 2.0 + static_cast<double>(t));
  const auto profile =
      try_profile_bending({}, record.block(), record.degrees, record.trials, record.holds, format(), "").take();
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_NEAR(profile.holds[c], 8, 1e-9);
    EXPECT_NEAR(profile.spreads[c], std::log(2.0), 1e-9);
  }
}

// Truth: the trials without their angles: the median over all of them. A level that does not depend on the angle.
TEST(BendingProfiler, NeedsNoAngleWhereOneLevelIsAskedFor) {
  Record record(4);
  for (std::size_t k = 0; k < record.emg.size(); ++k)
    record.emg[k] /= Record::level(static_cast<int>(k % 2), record.degrees[k / 2]) / 20;
  const auto profile = try_profile_bending({.angles = 1}, record.block(), {}, record.trials, {}, format(), "").take();
  ASSERT_EQ(profile.angles.size(), 1u);
  EXPECT_NEAR(profile.level(0, 50), 20, 1);
  EXPECT_NEAR(profile.level(1, 50), 20, 1);
}

// Truth: what each message has to name.
TEST(BendingProfiler, RefusesByNameWhatIsNoProfile) {
  const Record good(3);
  const auto refused = [](const Record& r, BendingProfiler spec = {}, int channels = 2,
                          const std::vector<Marks>* marks = nullptr) {
    const auto made = try_profile_bending(spec, r.block(marks), r.degrees, r.trials, r.holds, format(channels), "");
    return made ? std::string("accepted") : message(made.fault());
  };
  const auto with = [&](auto change) {
    Record r = good;
    change(r);
    return refused(r);
  };
  const auto names = [](const std::string& text, const char* what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  EXPECT_EQ(refused(good), "accepted");
  names(refused(good, {}, 3), "a block of the stream's 3 channels (BendingProfiler.emg)");
  names(refused(good, {.angles = 0}), "(BendingProfiler.angles)");
  names(with([](auto& r) { r.trials.resize(1); }), "1 trials: expected at least 2 (BendingProfiler.trials)");
  names(with([](auto& r) { r.trials[1].last = 1 << 30; }), "stretches within the record's");
  names(with([](auto& r) { r.trials[1] = {-1, 100}; }), "(BendingProfiler.trials)");
  names(with([](auto& r) { r.trials[1].last = r.trials[1].first; }), "(BendingProfiler.trials)");
  names(with([](auto& r) { r.degrees[100] = std::nan(""); }), "finite numbers (BendingProfiler.degrees)");
  names(with([](auto& r) { r.degrees.assign(r.degrees.size(), 30); }), "more than 5 degrees, or one angle");
  names(with([](auto& r) { r.holds.resize(1); }), "none, or at least 2 (BendingProfiler.holds)");
  names(with([](auto& r) { r.holds[0].last = 1 << 30; }), "(BendingProfiler.holds)");
  names(with([](auto& r) { r.emg.assign(r.emg.size(), 0); }), "(BendingProfiler.trials)");
  std::vector<Marks> marks(good.emg.size());
  for (const BendingTrial& t : good.trials)
    for (std::int64_t i = 2 * (t.first + 3000); i < 2 * (t.first + 6000); ++i)
      marks[static_cast<std::size_t>(i)] = mark::motion;
  names(refused(good, {}, 2, &marks), "less than three windows of signal at");
  const auto lonely = try_profile_bending({}, good.block(), {}, good.trials, {}, format(), "");
  ASSERT_FALSE(lonely);
  names(message(lonely.fault()), "(BendingProfiler.degrees)");
}

}  // namespace
}  // namespace unguard
