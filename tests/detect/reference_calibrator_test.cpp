// SPDX-License-Identifier: Apache-2.0
// Truth: the amplitude that was simulated, around which the efforts of a person vary; closed forms; what a refusal has
// to name. Seeds fixed beforehand.
#include "unguard/detect/reference_calibrator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using streams::format;
using streams::in;
using streams::rate;

// An endless stream of band-passed trunk EMG of RMS 1: the slowest, and so the least sure of its power.
class TrunkEmg {
 public:
  explicit TrunkEmg(std::uint64_t seed)
      : carrier_(corners(CarrierPreset::trunk), {rate}, RandomStream(seed, "trunk", 0)),
        band_(start(Bandpass{}, format())) {
    take(1);
  }
  std::vector<double> take(double seconds) {
    std::vector<double> x(static_cast<std::size_t>(in(seconds)));
    for (auto& v : x) v = carrier_.next() / left;
    band_.process({x.data(), in(seconds), 1}, {x.data(), in(seconds), 1});
    return x;
  }

 private:
  static constexpr double left = 0.94314;  // of the RMS, by the band-pass: see ItsTrunkEmgHasARootMeanSquareOf1

  Carrier carrier_;
  LiveFilter<Bandpass> band_;
};

// Holds with a pause before each, on a floor, and their ranges.
struct Session {
  std::vector<double> x{};
  std::vector<Hold> holds{};
  std::vector<Marks> marks{};

  std::int64_t frames() const { return static_cast<std::int64_t>(x.size()); }
  ConstBlock block() const { return {x.data(), frames(), 1, marks.empty() ? nullptr : marks.data()}; }
};
Session session(TrunkEmg& emg, TrunkEmg& floor, const std::vector<double>& levels, double floor_level,
                double seconds = 3, double between = 1) {
  Session s;
  for (const double level : levels) {
    for (const double v : floor.take(between)) s.x.push_back(floor_level * v);
    const Hold hold{s.frames(), s.frames() + in(seconds)};
    const auto muscle = emg.take(seconds), under = floor.take(seconds);
    for (std::size_t i = 0; i < muscle.size(); ++i) s.x.push_back(level * muscle[i] + floor_level * under[i]);
    s.holds.push_back(hold);
  }
  return s;
}
Session three_holds(std::uint64_t seed = 31, std::vector<double> levels = {20, 21, 22}) {
  TrunkEmg emg(seed), floor(seed + 1);
  return session(emg, floor, levels, 2.5);
}
RestCalibration rest_of(TrunkEmg& floor, double level, double seconds = 20) {
  auto x = floor.take(seconds);
  for (auto& v : x) v *= level;
  return calibrate_rest({}, {x.data(), in(seconds), 1}, format(), "20-450 Hz");
}

std::string refusal(const Result<ReferenceCalibration>& result) {
  return result.has_value() ? "accepted" : message(result.fault());
}
std::string refused(const Session& s, const ReferenceCalibrator& spec = {}, const RestCalibration* rest = nullptr) {
  return refusal(try_calibrate_reference(spec, s.block(), format(), s.holds, "20-450 Hz", rest));
}

TEST(ReferenceCalibrator, ItsTrunkEmgHasARootMeanSquareOf1) {
  TrunkEmg emg(30);
  double power = 0;
  for (int i = 0; i < 600; ++i)
    for (const double v : emg.take(2)) power += v * v;
  EXPECT_NEAR(std::sqrt(power / (1200 * rate)), 1, 0.005);  // 3 deviations of 1 / (2 sqrt(B_s T))
}

struct Coverage {
  const char* what;
  int holds;
  double variation;  // of the efforts
  double floor;      // uV, under holds of 20
};
// Truth: the mean effort. 1,000 references each; a perfect interval covers 92 to 98 % of them with more than 0.9999.
TEST(ReferenceCalibrator, ItsIntervalsCoverTheTruthAsOftenAsTheySayAndItIsNotBiased) {
  for (const Coverage& c : {Coverage{"one hold", 1, 0, 0},
                            {"one hold on a floor", 1, 0, 5},
                            {"3 holds alike", 3, 0, 0},
                            {"3 holds that vary by 4 %", 3, 0.04, 2.5},
                            {"3 holds that vary by 12 % on a floor", 3, 0.12, 5},
                            {"2 holds", 2, 0.08, 2.5},
                            {"5 holds", 5, 0.08, 2.5}}) {
    TrunkEmg emg(41), floor(42), resting(43);
    RandomStream efforts(44, "efforts");
    int covered = 0;
    double sum = 0, width = 0;
    constexpr int count = 1000;
    for (int i = 0; i < count; ++i) {
      std::vector<double> levels;
      for (int k = 0; k < c.holds; ++k) levels.push_back(20 * (1 + c.variation * efforts.normal()));
      const Session s = session(emg, floor, levels, c.floor, 2, 0.25);
      std::optional<RestCalibration> rest;
      if (c.floor > 0) rest = rest_of(resting, c.floor, 5);
      // What chance has drawn apart is not refused here: choosing would narrow what is measured.
      const auto made = calibrate_reference({.shortest = {2}, .most_variation = 1, .most_by_peaks = 1, .most_trend = 1},
                                            s.block(), format(), s.holds, "20-450 Hz", rest ? &*rest : nullptr);
      const Estimate& e = made.level.per_channel[0];
      covered += e.low <= 20 && 20 <= e.high;
      sum += e.value / count;
      width += (e.high - e.low) / 2 / 20 / count;
    }
    std::printf(
        "[ MEASURED ] reference, %s: 95 %% interval covers %.1f %% of %d, bias %+.2f %%, half as wide as %.1f %%\n",
        c.what, 100.0 * covered / count, count, 100 * (sum / 20 - 1), 100 * width);
    EXPECT_GE(covered, 920) << c.what;
    EXPECT_LE(covered, 980) << c.what;
    EXPECT_NEAR(sum / 20, 1, 0.01) << c.what;
  }
}

// Truth: closed form: a, with random signs, has that RMS; the first and last half second do not count.
TEST(ReferenceCalibrator, TakesTheMiddleOfEachHoldAndTheMeanOfAll) {
  Session s;
  RandomStream signs(45, "signs");
  for (const double level : {10.0, 12.0}) {
    const Hold hold{s.frames(), s.frames() + in(3)};
    for (std::int64_t i = 0; i < in(3); ++i)
      s.x.push_back((signs.uniform() < 0.5 ? -1 : 1) * (i < in(0.5) || i >= in(2.5) ? 1000 : level));
    s.holds.push_back(hold);
  }
  const auto made = calibrate_reference({}, s.block(), format(), s.holds, "as made");
  EXPECT_DOUBLE_EQ(made.level.per_channel[0].value, 11);
  EXPECT_NEAR(made.variation[0], std::sqrt(2.0) / 11, 1e-12);
  // Student's t of one degree of freedom, closed form tan(0.475 pi).
  EXPECT_NEAR(made.level.per_channel[0].high - 11, std::tan(0.475 * std::numbers::pi), 1e-9);
  EXPECT_EQ(made.holds, 2);
  EXPECT_EQ(made.level.samples, in(4));
  EXPECT_EQ(made.level.duration, Seconds{4});
  EXPECT_EQ(made.level.source, CalibrationSource::holds);
  EXPECT_EQ(made.level.quantity, "submaximal reference");
  EXPECT_EQ(made.level.how, "as made; RMS of the middle 2 s of 2 holds");
  EXPECT_TRUE(made.rest.per_channel.empty());
  EXPECT_EQ(calibrate_reference({.effort = Effort::maximal}, s.block(), format(), s.holds, "").level.quantity,
            "maximal reference");
}

// Truth: the rest calibration, corrected from the median of an RMS to the root of the mean power, by the power itself.
TEST(ReferenceCalibrator, TakesTheRestOffInPower) {
  TrunkEmg floor(51);
  const auto rest = rest_of(floor, 5, 60);
  TrunkEmg emg(52), under(53);
  const Session s = session(emg, under, {12, 12, 12, 12, 12, 12, 12, 12}, 5, 20);
  const ReferenceCalibrator spec{.shortest = {20}, .middle = {15}};
  const auto with = calibrate_reference(spec, s.block(), format(), s.holds, "", &rest);
  const auto without = calibrate_reference(spec, s.block(), format(), s.holds, "");
  EXPECT_NEAR(with.level.per_channel[0].value, 12, 0.12);
  EXPECT_NEAR(without.level.per_channel[0].value, 13, 0.13);
  EXPECT_NEAR(with.rest.per_channel[0].value, 5, 0.05);
  EXPECT_LT(rest.level.per_channel[0].value, with.rest.per_channel[0].value);
  EXPECT_EQ(with.level.how, "; RMS of the middle 15 s of 8 holds; rest taken off in power");
}

// Truth: the formula.
TEST(PercentOf, TakesTheRestOffBothInPower) {
  ReferenceCalibration reference;
  reference.level.per_channel = {{8, 7, 9}, {20, 19, 21}};
  EXPECT_DOUBLE_EQ(percent_of(reference, 0, 4), 50);
  EXPECT_DOUBLE_EQ(percent_of(reference, 1, 4), 20);
  reference.rest.per_channel = {{3, 3, 3}, {0.5, 0.5, 0.5}};
  EXPECT_DOUBLE_EQ(percent_of(reference, 0, 5), 50);  // 3, 4, 5
  EXPECT_DOUBLE_EQ(percent_of(reference, 0, std::sqrt(73.0)), 100);
  EXPECT_EQ(percent_of(reference, 0, 3), 0);
  EXPECT_EQ(percent_of(reference, 0, 0), 0);
  EXPECT_TRUE(std::isnan(percent_of(reference, 0, std::nan(""))));
  EXPECT_EQ(unit_of(Effort::submaximal), "%RVE");
  EXPECT_EQ(unit_of(Effort::maximal), "%MVC");
}

TEST(ReferenceCalibrator, RefusesAHoldTooShortMarkedClippedOrFlatByName) {
  Session s = three_holds();
  EXPECT_EQ(refused(s), "accepted");
  auto changed = s;
  changed.holds[1].end -= 2;
  EXPECT_EQ(refused(changed),
            "hold 2 is 2.999 s in all channels: expected held for at least 3 s (ReferenceCalibrator.hold 2)");
  changed = s;
  changed.marks.resize(s.x.size());
  const auto third = static_cast<std::size_t>(s.holds[2].begin + in(1));
  for (std::size_t i = third; i < third + 1000; ++i) changed.marks[i] = mark::jump;
  EXPECT_EQ(refused(changed),
            "hold 3 is 0.25 marked in channel \"channel 1\": expected a share of marked samples of at most 0.2 "
            "(ReferenceCalibrator.hold 3)");
  EXPECT_EQ(refused(changed, {.most_marked = 0.25}), "accepted");
  // Before the middle nothing matters.
  changed.marks.assign(s.x.size(), mark::none);
  for (std::int64_t i = 0; i < in(0.5); ++i)
    changed.marks[static_cast<std::size_t>(s.holds[0].begin + i)] = mark::clipped;
  EXPECT_EQ(refused(changed), "accepted");
  for (const std::size_t i : {third, third + 1, third + 9}) changed.marks[i] = mark::clipped;
  EXPECT_EQ(refused(changed),
            "hold 3 is clipped at 3 samples of its middle in channel \"channel 1\": expected no sample at the "
            "converter's rail (ReferenceCalibrator.hold 3)");
  changed = s;
  std::fill(changed.x.begin() + s.holds[0].begin, changed.x.begin() + s.holds[0].end, 7.0);
  EXPECT_EQ(refused(changed),
            "hold 1 is 7 uV worth 2 values in channel \"channel 1\": expected EMG, worth more than 20 independent "
            "values: no constant and no hum (ReferenceCalibrator.hold 1)");
  changed = s;
  for (std::size_t i = third; i < third + 1200; ++i) changed.x[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(refused(changed).find("hold 3 is 0.3 marked"), std::string::npos);
}

TEST(ReferenceCalibrator, RefusesAHoldThatIsNotAboveRestAndHoldsThatDisagreeByName) {
  TrunkEmg floor(61);
  const auto rest = rest_of(floor, 2.5);
  EXPECT_EQ(refused(three_holds(), {}, &rest), "accepted");
  const auto weak = refused(three_holds(62, {20, 3, 21}), {.most_variation = 1}, &rest);
  EXPECT_TRUE(weak.starts_with("hold 2 is 3.8")) << weak;
  EXPECT_NE(weak.find(" uV in channel \"channel 1\": expected at least 2 times the rest of 2.49 uV"), std::string::npos)
      << weak;
  EXPECT_EQ(refused(three_holds(62, {20, 3, 21}), {.most_variation = 1}), "accepted") << "no rest, nothing to be above";
  const auto apart = refused(three_holds(63, {20, 21, 40}), {}, &rest);
  EXPECT_TRUE(apart.starts_with("hold 3 is ")) << apart;
  EXPECT_NE(apart.find(" uV in channel \"channel 1\", the mean of all "), std::string::npos) << apart;
  EXPECT_NE(apart.find("expected holds that agree to a coefficient of variation of at most 0.2"), std::string::npos)
      << apart;
  EXPECT_EQ(refused(three_holds(63, {20, 21, 40}), {.most_variation = 0.6}), "accepted");
}

TEST(ReferenceCalibrator, RefusesWhatCannotBeDeclared) {
  const Session s = three_holds();
  const auto with = [&](std::vector<Hold> holds) {
    Session changed = s;
    changed.holds = std::move(holds);
    return refused(changed);
  };
  EXPECT_EQ(with({}), "holds is 0 holds: expected 1 to 1000 holds (ReferenceCalibrator.holds)");
  EXPECT_EQ(with({{0, 8000}, {7000, 14000}}),
            "hold 2 is 7000 to 14000: expected a hold that begins behind hold 1, which ends at 8000 "
            "(ReferenceCalibrator.hold 2)");
  EXPECT_NE(with({{-1, 8000}}).find("hold 1 is -1 to 8000: expected samples of the block, 0 to 24000"),
            std::string::npos);
  EXPECT_NE(with({{0, 24001}}).find("hold 1 is 0 to 24001"), std::string::npos);
  EXPECT_NE(with({{8000, 100}}).find("the first one first"), std::string::npos);
  EXPECT_NE(refused(s, {.shortest = {1}}).find("middle is 2 s: expected no longer than shortest, 1 s"),
            std::string::npos);
  EXPECT_NE(refusal(try_calibrate_reference({}, s.block(), format(2), s.holds, "")).find("2 channels"),
            std::string::npos);
  EXPECT_THROW(calibrate_reference({}, s.block(), format(), {}, ""), ConfigError);
  TrunkEmg floor(64);
  auto rest = rest_of(floor, 2.5);
  rest.level.unit = "mV";
  EXPECT_NE(refused(s, {}, &rest).find("rest.level is in mV"), std::string::npos);
  rest.level.per_channel.push_back({});
  EXPECT_NE(refused(s, {}, &rest).find("rest.level is 2 channels"), std::string::npos);
}

// Truth: each channel by itself; the weakest names itself.
TEST(ReferenceCalibrator, LooksAtEveryChannel) {
  const Session a = three_holds(), b = three_holds(33, {50, 60, 55});
  std::vector<double> both;
  for (std::size_t i = 0; i < a.x.size(); ++i) both.insert(both.end(), {a.x[i], b.x[i]});
  StreamFormat two = format(2);
  two.channels = Channels{"longissimus L", "longissimus R"};
  const ConstBlock block{both.data(), a.frames(), 2};
  const auto made = calibrate_reference({}, block, two, a.holds, "");
  EXPECT_EQ(made.level.per_channel[0], calibrate_reference({}, a.block(), format(), a.holds, "").level.per_channel[0]);
  EXPECT_EQ(made.level.per_channel[1], calibrate_reference({}, b.block(), format(), a.holds, "").level.per_channel[0]);
  EXPECT_NE(refusal(try_calibrate_reference({.most_variation = 0.06}, block, two, a.holds, ""))
                .find("in channel \"longissimus R\""),
            std::string::npos);
}

}  // namespace
}  // namespace unguard
