// SPDX-License-Identifier: Apache-2.0
// Truth: the waves that are put in; seeds fixed beforehand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include "unguard/core/state.hpp"
#include "unguard/quality/beat_shape.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/ecg_artefact.hpp"

namespace unguard {
namespace {

using namespace literals;

// Learns every beat 0.3 s behind R, as a session does.
double brief(Hertz rate, const std::vector<double>& x, const std::vector<double>& beats) {
  BeatShape shape(rate, 1, 100_ms);
  std::size_t next = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    shape.take(&x[i]);
    if (next == beats.size() || static_cast<double>(i) < beats[next] + 0.3 * rate.value) continue;
    if (beats[next] > rate.value) shape.learn(static_cast<std::int64_t>(beats[next]), 0);
    ++next;
  }
  return shape.brief(0);
}

TEST(BeatShape, AHeartIsBriefAtEveryRateAndAStrikeIsNot) {
  for (const Hertz rate : {250_Hz, 360_Hz, 500_Hz, 1000_Hz, 2000_Hz, 2148_Hz, 4000_Hz}) {
    const auto n = static_cast<std::size_t>(40 * rate.value);
    const EcgArtefact ecg{.beats_per_minute = 70};
    const auto beats = draw_r_peaks(ecg, RandomStream(591, "rhythm"), {static_cast<std::int64_t>(n)}, rate);
    EcgPlayer player(ecg, beats, rate);
    RandomStream random(591, "noise");
    std::vector<double> heart(n), strikes(n);
    for (double& v : heart) v = 12000 + 100 * player.next() + random.normal();
    for (std::size_t i = 0; i < n; ++i) strikes[i] = 12000 + random.normal();
    for (const double at : beats)
      for (std::size_t i = 0; i < static_cast<std::size_t>(rate.value); ++i) {
        const double from = std::ceil(at) + static_cast<double>(i), s = (from - at) / rate.value;
        if (from < 0 || from >= static_cast<double>(n)) continue;
        strikes[static_cast<std::size_t>(from)] += 100 * std::exp(-s / 0.08) * std::sin(2 * std::numbers::pi * 12 * s);
      }
    const double of_heart = brief(rate, heart, beats), of_strike = brief(rate, strikes, beats);
    std::printf("[ MEASURED ] within 60 ms of R at %.0f Hz: a heart %.3f, a strike %.3f\n", rate.value, of_heart,
                of_strike);
    EXPECT_GT(of_heart, 0.9) << rate.value;
    EXPECT_LT(of_strike, 0.75) << rate.value;
  }
}

TEST(BeatShape, OfWhatHasNotBeenHeardNothingIsKnown) {
  BeatShape shape(2000_Hz, 2, 100_ms);
  EXPECT_EQ(shape.brief(0), 0);
  const double frame[2] = {1, 2};
  for (int i = 0; i < 400; ++i) shape.take(frame);
  shape.learn(100, 0);
  shape.learn(-100000, 1);
  EXPECT_EQ(shape.brief(0), 0);
  EXPECT_EQ(shape.brief(1), 0);
}

}  // namespace
}  // namespace unguard
