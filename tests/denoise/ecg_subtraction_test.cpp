// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG alone, as late as the output, through the same band-pass; seeds fixed beforehand.
#include "unguard/denoise/ecg_subtraction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "denoise/heart_quality.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/denoise/trunk_band.hpp"

namespace unguard {
namespace {

static_assert(Filter<LiveFilter<EcgSubtraction>>);

StreamFormat format_of(const hearts::Mix& m) { return {.rate = m.rate, .channels = Channels::unnamed(m.channels)}; }

std::vector<double> subtracted(const std::vector<double>& x, const hearts::Mix& m, const EcgSubtraction& spec = {}) {
  auto live = start(spec, format_of(m));
  std::vector<double> y(x.size());
  const auto frames = static_cast<std::int64_t>(x.size()) / m.channels;
  EXPECT_EQ(live.process({x.data(), frames, m.channels}, {y.data(), frames, m.channels}), Status::ok);
  return y;
}
std::vector<double> high_passed(const std::vector<double>& x, Hertz at, const hearts::Mix& m) {
  Bandpass band = trunk_band();
  band.low = at;
  auto live = start(band, format_of(m));
  std::vector<double> y(x.size());
  const auto frames = static_cast<std::int64_t>(x.size()) / m.channels;
  live.process({x.data(), frames, m.channels}, {y.data(), frames, m.channels});
  return y;
}
std::vector<double> one_channel(const std::vector<double>& x, int channel, int channels) {
  std::vector<double> y;
  for (std::size_t i = static_cast<std::size_t>(channel); i < x.size(); i += static_cast<std::size_t>(channels))
    y.push_back(x[i]);
  return y;
}
std::vector<double> later(std::vector<double> x, std::int64_t by) {
  x.insert(x.begin(), static_cast<std::size_t>(by), 0.0);
  x.resize(x.size() - static_cast<std::size_t>(by));
  return x;
}

using hearts::quality;
using hearts::Quality;

// The worst channel.
Quality quality(const std::vector<double>& y, const std::vector<double>& emg, const hearts::Mix& m) {
  Quality worst;
  for (int c = 0; c < m.channels; ++c) {
    const Quality q = quality(one_channel(y, c, m.channels), one_channel(emg, c, m.channels), m.rate);
    worst.error = std::max(worst.error, q.error);
    worst.lost = std::max(worst.lost, q.lost);
  }
  return worst;
}
Quality treated(const hearts::Mixed& mixed, const hearts::Mix& m, const EcgSubtraction& spec = {}) {
  const auto delay = samples_in(spec.look_ahead, m.rate) * m.channels;
  return quality(hearts::in_band(subtracted(mixed.x, m, spec), m.channels, m.rate),
                 hearts::in_band(later(mixed.emg, delay), m.channels, m.rate), m);
}

// Irregular rhythm, every twenty-fifth beat ectopic.
TEST(EcgSubtraction, LeavesTheMuscle) {
  const double ratios[] = {10, 0, -10};
  const double bars[2][3] = {{5, 8, 12}, {3, 5, 8}};
  const Microvolts levels[] = {{2.5}, {20}};
  for (int l = 0; l < 2; ++l)
    for (int r = 0; r < 3; ++r) {
      Quality worst, none, hp30, hp60;
      for (std::uint64_t seed = 501; seed <= 504; ++seed) {
        const hearts::Mix m{
            .emg_over_ecg_dB = ratios[r], .emg = levels[l], .variability = 0.15, .ectopic = 0.04, .seed = seed};
        const auto mixed = hearts::mix(m);
        const auto keep_worst = [](Quality& w, const Quality& q) {
          w.error = std::max(w.error, q.error);
          w.lost = std::max(w.lost, q.lost);
        };
        keep_worst(worst, treated(mixed, m));
        keep_worst(none, quality(hearts::in_band(mixed.x, 1, m.rate), hearts::in_band(mixed.emg, 1, m.rate), m));
        for (auto* hp : {&hp30, &hp60}) {
          const Hertz at{hp == &hp30 ? trunk_band().low : Hertz{60}};
          const auto band = hearts::in_band(mixed.emg, 1, m.rate), high = high_passed(mixed.emg, at, m);
          Quality q = quality(high_passed(mixed.x, at, m), high, m);
          q.lost = 100 * (1 - hearts::power(high) / hearts::power(band));
          keep_worst(*hp, q);
        }
      }
      std::printf(
          "[ MEASURED ] EMG %g uV, EMG:ECG %+g dB, worst of 4: error of 250 ms RMS %.1f %% (EMG lost %.1f %%); no "
          "treatment %.0f %%; 30 Hz high-pass %.0f %% (%.0f %% lost); 60 Hz %.0f %% (%.0f %% lost)\n",
          levels[l].value, ratios[r], worst.error, worst.lost, none.error, hp30.error, hp30.lost, hp60.error,
          hp60.lost);
      EXPECT_LE(worst.error, bars[l][r]) << levels[l].value << " uV, " << ratios[r] << " dB";
      EXPECT_LE(worst.lost, 5) << levels[l].value << " uV, " << ratios[r] << " dB";
    }
}

TEST(EcgSubtraction, WorksInManyChannelsAndAtAnyRate) {
  for (const auto& [rate, channels] : {std::pair{250.0, 1}, {1000.0, 2}, {1024.0, 1}, {2000.0, 4}, {4000.0, 1}}) {
    const hearts::Mix m{.rate = {rate}, .emg_over_ecg_dB = 0, .channels = channels, .seed = 511};
    const Quality q = treated(hearts::mix(m), m);
    std::printf("[ MEASURED ] %g Hz, %d channels, 0 dB: error %.1f %%, EMG lost %.1f %%\n", rate, channels, q.error,
                q.lost);
    EXPECT_LE(q.error, 5) << rate;
    EXPECT_LE(q.lost, 5) << rate;
  }
}

TEST(EcgSubtraction, TakesBeatsFromALeadAndLeavesItAsItIs) {
  // In the muscle's channels alone this heart would not be believed.
  hearts::Mix m{.emg_over_ecg_dB = 14, .channels = 2, .seed = 512};
  auto mixed = hearts::mix(m);
  const auto lead = hearts::mix({.emg_over_ecg_dB = -20, .seed = 512});
  for (std::size_t i = 0; i < lead.x.size(); ++i) mixed.x[2 * i + 1] = lead.x[i];
  const EcgSubtraction spec{.lead = "channel 2"};
  const auto y = subtracted(mixed.x, m, spec);
  EXPECT_EQ(one_channel(y, 1, 2), one_channel(later(mixed.x, 240), 1, 2));
  const auto in_band = [&](const std::vector<double>& x) { return one_channel(hearts::in_band(x, 2, m.rate), 0, 2); };
  const Quality q = quality(in_band(y), in_band(later(mixed.emg, 240)), m.rate);
  const Quality none = quality(in_band(mixed.x), in_band(mixed.emg), m.rate);
  std::printf("[ MEASURED ] with a lead, +14 dB: error %.1f %%, untreated %.1f %%, EMG lost %.1f %%\n", q.error,
              none.error, q.lost);
  EXPECT_LE(q.error, 3);
  EXPECT_LT(q.error, none.error);
}

TEST(EcgSubtraction, TakesNothingOffWhereThereIsNoHeart) {
  const hearts::Mix m{.duration = {60}, .channels = 2, .seed = 513};
  const auto mixed = hearts::mix(m);
  const auto y = subtracted(mixed.emg, m), x = later(mixed.emg, 240);
  long touched = 0;
  for (std::size_t i = 0; i < x.size(); ++i) touched += y[i] != x[i];
  EXPECT_LE(touched, static_cast<long>(x.size()) / 100);
}

TEST(EcgSubtraction, LeavesMuscleThatBegins) {
  // Bursts ten times the rest, a second long: what begins suddenly may be taken for a beat, but not for a heart's.
  hearts::Mix m{.emg_over_ecg_dB = 0, .emg = {2.5}, .seed = 514};
  auto mixed = hearts::mix(m);
  for (std::size_t i = 0; i < mixed.emg.size(); ++i)
    if (i % 8000 < 2000) {
      mixed.x[i] += 9 * mixed.emg[i];
      mixed.emg[i] *= 10;
    }
  const auto y = hearts::in_band(subtracted(mixed.x, m), 1, m.rate);
  const auto emg = hearts::in_band(later(mixed.emg, 120), 1, m.rate);
  double first = 0, of = 0;
  for (std::size_t i = 64000; i + 8000 < y.size(); i += 8000)
    for (std::size_t k = i + 120; k < i + 620; ++k) {
      first += y[k] * emg[k];
      of += emg[k] * emg[k];
    }
  const Quality q = quality(y, emg, m.rate);
  std::printf("[ MEASURED ] bursts: EMG lost %.1f %%, in their first 250 ms %.1f %%; error %.1f %%\n", q.lost,
              100 * (1 - first * first / (of * of)), q.error);
  EXPECT_LE(100 * (1 - first * first / (of * of)), 15);
  EXPECT_LE(q.lost, 10);
}

TEST(EcgSubtraction, StandsOnOffsetsAndWander) {
  hearts::Mix m{.emg_over_ecg_dB = 0, .emg = {2.5}, .seed = 515};
  auto mixed = hearts::mix(m);
  for (std::size_t i = 0; i < mixed.x.size(); ++i) {
    const double t = static_cast<double>(i) / 2000;
    mixed.x[i] += 12000 + 60 * std::sin(1.9 * t) + 30 * std::sin(7.1 * t);
  }
  const Quality q = treated(mixed, m);
  std::printf("[ MEASURED ] 12 mV offset, 60 uV wander: error %.1f %%, EMG lost %.1f %%\n", q.error, q.lost);
  EXPECT_LE(q.error, 8);
}

TEST(EcgSubtraction, GivesTheSameBitsInAnyCutAndFromASavedState) {
  const hearts::Mix m{.duration = {70}, .emg_over_ecg_dB = -5, .channels = 2, .ectopic = 0.1, .seed = 516};
  auto mixed = hearts::mix(m);
  // Turned over, so that R is looked for once more.
  for (std::size_t i = 2 * 35 * 2000; i < mixed.x.size(); ++i) mixed.x[i] = 2 * mixed.emg[i] - mixed.x[i];
  const auto whole = subtracted(mixed.x, m);
  EXPECT_NE(whole, later(mixed.x, 240)) << "no beat was taken off";
  auto live = start(EcgSubtraction{}, format_of(m));
  std::vector<double> y(mixed.x.size());
  const std::int64_t pieces[] = {1, 7, 64, 0, 501, 3};
  std::size_t piece = 0;
  for (std::int64_t done = 0; done < mixed.frames;) {
    const std::int64_t n = std::min(pieces[piece++ % std::size(pieces)], mixed.frames - done);
    live.process({mixed.x.data() + 2 * done, n, 2}, {y.data() + 2 * done, n, 2});
    done += n;
    if (piece % 97 != 0) continue;
    auto next = start(EcgSubtraction{}, format_of(m));
    ASSERT_EQ(next.load(live.save()), Status::ok);
    live = std::move(next);
  }
  EXPECT_EQ(std::memcmp(whole.data(), y.data(), y.size() * sizeof(double)), 0);
  live.reset();
  live.process({mixed.x.data(), mixed.frames, 2}, {y.data(), mixed.frames, 2});
  EXPECT_EQ(std::memcmp(whole.data(), y.data(), y.size() * sizeof(double)), 0) << "reset";
  live.begin_at({(std::int64_t{1} << 53) - 20000});
  live.process({mixed.x.data(), mixed.frames, 2}, {y.data(), mixed.frames, 2});
  EXPECT_EQ(std::memcmp(whole.data(), y.data(), y.size() * sizeof(double)), 0) << "late in a long stream";
}

TEST(EcgSubtraction, RefusesWhatCannotBe) {
  const auto fault = [](const EcgSubtraction& spec, double rate) {
    const auto tried = try_start(spec, {.rate = {rate}, .channels = Channels{"a", "b"}});
    return tried ? std::string() : message(tried.fault());
  };
  EXPECT_EQ(fault({.lead = "b"}, 250), "");
  EXPECT_NE(fault({}, 200).find("at least 250 Hz"), std::string::npos);
  EXPECT_NE(fault({.lead = "c"}, 2000).find("the name of a channel"), std::string::npos);
}

}  // namespace
}  // namespace unguard
