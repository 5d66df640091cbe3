// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG alone, as late as the output, through the same band-pass and an RMS without a gate; seeds
// fixed beforehand, others than those by which the gate's width was chosen.
#include "unguard/denoise/heart_gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/trunk_band.hpp"
#include "unguard/envelope/gated_rms.hpp"

namespace unguard {
namespace {

static_assert(Filter<LiveHeartGate>);

StreamFormat format_of(const hearts::Mix& m) { return {.rate = m.rate, .channels = Channels::unnamed(m.channels)}; }

struct Marked {
  std::vector<double> x{};
  std::vector<Marks> marks{};
};
Marked gated(const std::vector<double>& x, const hearts::Mix& m, const HeartGate& spec = {}) {
  auto live = start(spec, format_of(m));
  Marked out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  const auto frames = static_cast<std::int64_t>(x.size()) / m.channels;
  EXPECT_EQ(live.process({x.data(), frames, m.channels}, {out.x.data(), frames, m.channels, out.marks.data()}),
            Status::ok);
  return out;
}
std::vector<double> later(std::vector<double> x, std::int64_t by) {
  x.insert(x.begin(), static_cast<std::size_t>(by), 0.0);
  x.resize(x.size() - static_cast<std::size_t>(by));
  return x;
}
// From 30 s on.
double blanked(const Marked& y) {
  const auto marked = std::count_if(y.marks.begin() + 60000, y.marks.end(), [](Marks m) { return m & mark::heart; });
  return 100.0 * static_cast<double>(marked) / static_cast<double>(y.marks.size() - 60000);
}

// The level of one channel behind a band, by the gate's marks.
Marked level_of(const Marked& y, const Bandpass& band, const hearts::Mix& m) {
  const auto n = static_cast<std::int64_t>(y.x.size());
  Marked level{std::vector<double>(y.x.size()), std::vector<Marks>(y.x.size())};
  std::vector<double> clean(y.x.size());
  auto filter = start(band, format_of(m));
  filter.process({y.x.data(), n, 1}, {clean.data(), n, 1});
  auto rms = start(GatedRms{.wait = {0}, .before = {0}}, format_of(m));
  rms.process(std::array<ConstBlock, 2>{ConstBlock{clean.data(), n, 1}, ConstBlock{y.x.data(), n, 1, y.marks.data()}},
              {level.x.data(), n, 1, level.marks.data()});
  return level;
}
struct Quality {
  double error = 0;     // of readings, percent, from 30 s on
  double no_value = 0;  // of the time, percent
};
Quality compare(const Marked& level, const Marked& truth) {
  double errors = 0, values = 0;
  const std::size_t n = level.x.size() - 60000;
  for (std::size_t i = 60000; i < level.x.size(); ++i) {
    if (level.marks[i] & mark::withholding) continue;
    const double off = level.x[i] / truth.x[i] - 1;
    errors += off * off;
    ++values;
  }
  return {100 * std::sqrt(errors / values), 100 * (1 - values / static_cast<double>(n))};
}
Marked unmarked(std::vector<double> x) {
  std::vector<Marks> none(x.size());
  return {std::move(x), std::move(none)};
}
void keep_worst(Quality& worst, const Quality& q) {
  worst.error = std::max(worst.error, q.error);
  worst.no_value = std::max(worst.no_value, q.no_value);
}

// What is no muscle outside the gates, behind the band-pass: its RMS, in percent of the muscle's, from 30 s on.
double left_between(const hearts::Mixed& mixed, const Marked& y, const hearts::Mix& m) {
  std::vector<double> other(mixed.x.size());
  for (std::size_t i = 0; i < other.size(); ++i) other[i] = mixed.x[i] - mixed.emg[i];
  const auto heart = hearts::in_band(later(std::move(other), 120), 1, m.rate),
             emg = hearts::in_band(mixed.emg, 1, m.rate);
  double sum = 0, count = 0;
  for (std::size_t i = 60000; i < heart.size(); ++i) {
    if (std::any_of(y.marks.begin() + static_cast<std::ptrdiff_t>(i) - 10,
                    y.marks.begin() + static_cast<std::ptrdiff_t>(i) + 1, [](Marks k) { return k != mark::none; }))
      continue;
    sum += heart[i] * heart[i];
    ++count;
  }
  return 100 * std::sqrt(sum / count / hearts::power(emg));
}

// Irregular rhythm, every twenty-fifth beat ectopic. No level over fewer samples is nearer than chance: with a seventh
// of them left out, 5 %.
TEST(HeartGate, LeavesTheHeartOutOfReadings) {
  const double bars[3] = {7, 7, 12};
  const double ratios[] = {10, 0, -10};
  for (const Microvolts emg : {Microvolts{2.5}, Microvolts{20}})
    for (int r = 0; r < 3; ++r) {
      Quality gate, narrow, subtraction, none, nothing_to_leave_out;
      double lost = 0, left = 0;
      for (std::uint64_t seed = 501; seed <= 504; ++seed) {
        const hearts::Mix m{
            .emg_over_ecg_dB = ratios[r], .emg = emg, .variability = 0.15, .ectopic = 0.04, .seed = seed};
        const auto mixed = hearts::mix(m);
        const Marked y = gated(mixed.x, m);
        lost = std::max(lost, blanked(y));
        const Marked alone = unmarked(later(mixed.emg, 120));
        const Marked truth = level_of(alone, Bandpass{}, m);
        keep_worst(gate, compare(level_of(y, Bandpass{}, m), truth));
        keep_worst(narrow, compare(level_of(y, trunk_band(), m), level_of(alone, trunk_band(), m)));
        keep_worst(none, compare(level_of(unmarked(later(mixed.x, 120)), Bandpass{}, m), truth));
        keep_worst(nothing_to_leave_out, compare(level_of({alone.x, y.marks}, Bandpass{}, m), truth));
        left = std::max(left, left_between(mixed, y, m));
        auto off = start(EcgSubtraction{}, format_of(m));
        Marked taken = unmarked(mixed.x);
        off.process({taken.x.data(), mixed.frames, 1}, {taken.x.data(), mixed.frames, 1});
        keep_worst(subtraction, compare(level_of(taken, Bandpass{}, m), truth));
      }
      std::printf(
          "[ MEASURED ] gate, EMG %g uV, EMG:ECG %+g dB, worst of 4: error of 250 ms RMS %.1f %% (left out %.1f %% of "
          "the time, no value %.1f %%), behind 30 Hz %.1f %%; of EMG alone as gated %.1f %%; subtraction %.1f %%; no "
          "treatment %.0f %%; P and T waves and what rings between gates %.1f %% of the EMG's RMS\n",
          emg.value, ratios[r], gate.error, lost, gate.no_value, narrow.error, nothing_to_leave_out.error,
          subtraction.error, none.error, left);
      EXPECT_LE(gate.error, bars[r]) << emg.value << " uV, " << ratios[r] << " dB";
      EXPECT_LE(narrow.error, 7) << emg.value << " uV, " << ratios[r] << " dB";
      EXPECT_LE(lost, 15);
      EXPECT_LE(gate.no_value, 1);
    }
}

// Truth: the rhythm. The gate itself, and what GatedRms leaves out for it.
TEST(HeartGate, LeavesOutNoMoreThan15PercentAt75BeatsAMinute) {
  const hearts::Mix m{.emg_over_ecg_dB = -5, .emg = {2.5}, .beats_per_minute = 75, .seed = 521};
  const Marked y = gated(hearts::mix(m).x, m);
  const double tail = 100 * 0.005 * 75 / 60;
  std::printf("[ MEASURED ] gate, at 75 beats a minute %.2f %% marked, %.2f %% left out of a level\n", blanked(y),
              blanked(y) + tail);
  EXPECT_LE(blanked(y) + tail, 15);
  EXPECT_GE(blanked(y), 14);
}

// Truth: the peaks that were put in.
TEST(HeartGate, MarksWhatLiesAroundEveryBeatAndNothingElse) {
  const hearts::Mix m{.emg_over_ecg_dB = -5, .emg = {2.5}, .seed = 522};
  const auto mixed = hearts::mix(m);
  const Marked y = gated(mixed.x, m);
  std::vector<bool> near(y.marks.size()), at(y.marks.size());
  for (const double r : mixed.r_peaks)
    for (double k = std::ceil(r + 120 - 60); k < r + 120 + 230; ++k) {
      if (k < 0 || k >= static_cast<double>(near.size())) continue;
      near[static_cast<std::size_t>(k)] = true;
      if (k > r + 120 - 20 && k < r + 120 + 168) at[static_cast<std::size_t>(k)] = true;
    }
  long missed = 0, wrong = 0;
  for (std::size_t i = 60000; i < near.size(); ++i) {
    missed += at[i] && !y.marks[i];
    wrong += !near[i] && y.marks[i];
  }
  EXPECT_EQ(missed, 0);
  EXPECT_EQ(wrong, 0);
}

TEST(HeartGate, GivesTheSamplesAsTheyWereWithTheirMarks) {
  const hearts::Mix m{.duration = {45}, .emg_over_ecg_dB = -5, .channels = 2, .seed = 523};
  const auto mixed = hearts::mix(m);
  EXPECT_EQ(gated(mixed.x, m).x, later(mixed.x, 240));
  auto broken = mixed.x;
  std::vector<Marks> in(broken.size()), marks(broken.size());
  broken[70000] = std::numeric_limits<double>::quiet_NaN();
  broken[70002] = 1e9;
  in[70005] = mark::jump;
  in[70006] = mark::missing;
  auto live = start(HeartGate{}, format_of(m));
  std::vector<double> y(broken.size());
  live.process({broken.data(), mixed.frames, 2, in.data()}, {y.data(), mixed.frames, 2, marks.data()});
  const auto at = [&](std::size_t i) { return static_cast<Marks>(marks[i + 240] & ~mark::heart); };
  EXPECT_EQ(at(70000), mark::non_finite | mark::missing);
  EXPECT_EQ(y[70240], mixed.x[69998]);
  EXPECT_EQ(at(70002), mark::out_of_range | mark::missing);
  EXPECT_EQ(at(70005), mark::jump);
  EXPECT_EQ(y[70245], mixed.x[70005]);
  EXPECT_EQ(at(70006), mark::missing);
  EXPECT_EQ(at(70007), mark::none);
  EXPECT_EQ(live.replaced_non_finite(), 1);
  EXPECT_EQ(live.replaced_out_of_range(), 1);
}

TEST(HeartGate, TakesBeatsFromALead) {
  // In the muscle's channel alone this heart would not be believed.
  const hearts::Mix m{.emg_over_ecg_dB = 14, .channels = 2, .seed = 524};
  auto mixed = hearts::mix(m);
  const auto lead = hearts::mix({.emg_over_ecg_dB = -20, .seed = 524});
  for (std::size_t i = 0; i < lead.x.size(); ++i) mixed.x[2 * i + 1] = lead.x[i];
  const double with = blanked(gated(mixed.x, m, {.lead = "channel 2"})), without = [&] {
    std::vector<double> one;
    for (std::size_t i = 0; i < mixed.x.size(); i += 2) one.push_back(mixed.x[i]);
    return blanked(gated(one, {.seed = 524}));
  }();
  EXPECT_GE(with, 11);
  EXPECT_LT(without, 6);
}

TEST(HeartGate, MarksNothingWhereThereIsNoHeart) {
  const hearts::Mix m{.duration = {60}, .channels = 2, .seed = 513};
  const Marked y = gated(hearts::mix(m).emg, m);
  const auto marked = std::count_if(y.marks.begin(), y.marks.end(), [](Marks k) { return k != mark::none; });
  EXPECT_LE(marked, static_cast<std::ptrdiff_t>(y.marks.size()) / 100);
}

TEST(HeartGate, GivesTheSameBitsAndMarksInAnyCutAndFromASavedState) {
  const hearts::Mix m{.duration = {45}, .emg_over_ecg_dB = -5, .channels = 2, .ectopic = 0.1, .seed = 516};
  const auto mixed = hearts::mix(m);
  const Marked whole = gated(mixed.x, m);
  EXPECT_GT(std::count(whole.marks.begin(), whole.marks.end(), mark::heart), 2000) << "no beat was left out";
  auto live = start(HeartGate{}, format_of(m));
  Marked y{std::vector<double>(mixed.x.size()), std::vector<Marks>(mixed.x.size())};
  const std::int64_t pieces[] = {1, 7, 64, 0, 501, 3};
  std::size_t piece = 0;
  for (std::int64_t done = 0; done < mixed.frames;) {
    const std::int64_t n = std::min(pieces[piece++ % std::size(pieces)], mixed.frames - done);
    live.process({mixed.x.data() + 2 * done, n, 2}, {y.x.data() + 2 * done, n, 2, y.marks.data() + 2 * done});
    done += n;
    if (piece % 97 == 0) {
      auto next = start(HeartGate{}, format_of(m));
      ASSERT_EQ(next.load(live.save()), Status::ok);
      live = std::move(next);
    } else if (piece % 41 == 0) {
      live.change(start(HeartGate{}, format_of(m)));
    }
  }
  EXPECT_EQ(whole.x, y.x);
  EXPECT_EQ(whole.marks, y.marks);
  live.reset();
  live.process({mixed.x.data(), mixed.frames, 2}, {y.x.data(), mixed.frames, 2, y.marks.data()});
  EXPECT_EQ(whole.marks, y.marks) << "reset";
  live.begin_at({(std::int64_t{1} << 53) - 20000});
  live.process({mixed.x.data(), mixed.frames, 2}, {y.x.data(), mixed.frames, 2, y.marks.data()});
  EXPECT_EQ(whole.marks, y.marks) << "late in a long stream";
}

TEST(HeartGate, RefusesWhatCannotBe) {
  const auto fault = [](const HeartGate& spec, double rate) {
    const auto tried = try_start(spec, {.rate = {rate}, .channels = Channels{"a", "b"}});
    return tried ? std::string() : message(tried.fault());
  };
  EXPECT_EQ(fault({.lead = "b"}, 250), "");
  EXPECT_NE(fault({}, 200).find("at least 250 Hz"), std::string::npos);
  EXPECT_NE(fault({.lead = "c"}, 2000).find("the name of a channel"), std::string::npos);
  EXPECT_EQ(fault({.before = {0.07}}, 2000),
            "before is 0.07 s: expected no more than look_ahead, 0.06 s (HeartGate.before)");
}

}  // namespace
}  // namespace unguard
