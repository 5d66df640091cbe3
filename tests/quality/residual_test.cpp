// SPDX-License-Identifier: Apache-2.0
// Truth: hum of known size put under simulated EMG; seeds fixed beforehand.
#include "unguard/quality/residual.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>

#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

// Samples until the mark, from the hum's beginning; -1 where none comes within two seconds.
std::int64_t found_after(double emg_uV, double hum_uV, double f, int n) {
  auto band = start(Chain{Bandpass{}}, format);
  auto live = start(Residual{}, format);
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(95, "emg", n));
  for (std::int64_t i = -4000; i < 4000; ++i) {
    double x = emg_uV * carrier.next();
    if (i >= 0) x += hum_uV * std::numbers::sqrt2 * std::sin(2 * std::numbers::pi * f * static_cast<double>(i) / 2000);
    Marks marks = mark::none;
    band.process({&x, 1, 1}, {&x, 1, 1, &marks});
    live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
    if (marks & mark::hum) return i;
  }
  return -1;
}

TEST(Residual, HumIsFoundWithinAFifthOfASecond) {
  int missed = 0;
  std::int64_t latest = 0;
  for (int n = 0; n < 200; ++n) {
    RandomStream random(95, "hum", n);
    const double emg = random.log_uniform(1, 20), f = (n % 2 ? 50 : 60) + random.uniform(-0.2, 0.2);
    const std::int64_t after = found_after(emg, emg * random.uniform(4, 20), f, n);
    EXPECT_GE(after, -1) << "before there was any";
    missed += after < 0;
    latest = std::max(latest, after);
  }
  std::printf("[ MEASURED ] hum of 4 to 20 times the EMG: %d of 200 missed, latest %.0f ms\n", missed,
              static_cast<double>(latest) / 2);
  EXPECT_EQ(missed, 0);
  EXPECT_LE(latest, 400);
}

// None in 4 h of EMG bounds the rate below 0.75/h (95 %, Poisson).
TEST(Residual, NeitherIsSeenInEmg) {
  long alarms = 0;
  for (const CarrierPreset preset : {CarrierPreset::trunk, CarrierPreset::between}) {
    auto band = start(Chain{Bandpass{}}, format);
    auto live = start(Residual{}, format);
    Carrier carrier(corners(preset), format.rate, RandomStream(96, "emg"));
    for (std::int64_t i = 0; i < 2 * 3600 * 2000; ++i) {
      double x = (i % 8000 < 2000 ? 30 : 3) * carrier.next();
      Marks marks = mark::none;
      band.process({&x, 1, 1}, {&x, 1, 1, &marks});
      live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
      alarms += marks != mark::none;
    }
  }
  EXPECT_EQ(alarms, 0);
}

// A dead input that is not flat: amplifier noise, drift, codes that flicker, and what is left of hum.
TEST(Residual, ADeadInputIsFoundWithinHalfASecond) {
  int missed = 0;
  std::int64_t latest = 0;
  for (int n = 0; n < 200; ++n) {
    RandomStream random(98, "dead", n);
    auto band = start(Chain{Bandpass{}}, format);
    auto live = start(Residual{}, format);
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(98, "emg", n));
    const double noise = random.uniform(0, 0.5), drift = random.uniform(-2000, 2000), emg = random.log_uniform(1, 40);
    std::int64_t after = -1;
    for (std::int64_t i = -4000; i < 4000 && after < 0; ++i) {
      const double t = static_cast<double>(i) / 2000;
      double x = i < 0 ? emg * carrier.next() : noise * random.normal() + drift * t;
      Marks marks = mark::none;
      band.process({&x, 1, 1}, {&x, 1, 1, &marks});
      live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
      if (marks & mark::flat) after = i;
      if (i < 0) {
        ASSERT_FALSE(marks & mark::flat);
      }
    }
    missed += after < 0;
    latest = std::max(latest, after);
  }
  std::printf("[ MEASURED ] dead inputs with noise up to 0.5 uV and drift: %d of 200 missed, latest %.0f ms\n", missed,
              static_cast<double>(latest) / 2);
  EXPECT_EQ(missed, 0);
  EXPECT_LE(latest, 1200);  // half a second, and what the filter still remembers of an electrode that went
}

// None in 3 h each of the least rest there is bounds the rate below 1/h (95 %, Poisson), by converters of 12 and 16
// bits.
TEST(Residual, TheLeastRestIsNotTooQuiet) {
  for (const double step : {0.977, 0.305}) {
    auto band = start(Chain{Bandpass{}}, format);
    auto live = start(Residual{}, format);
    Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(99, "emg"));
    long alarms = 0;
    for (std::int64_t i = 0; i < 3 * 3600 * 2000; ++i) {
      double x = step * std::round(carrier.next() / step);
      Marks marks = mark::none;
      band.process({&x, 1, 1}, {&x, 1, 1, &marks});
      live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
      alarms += (marks & mark::flat) != 0;
    }
    EXPECT_EQ(alarms, 0) << step;
  }
}

// Truth: a reading of noise of the converter alone is not one of the skin, too.
TEST(Residual, KnowsTheNoiseOfTheConverter) {
  auto noisy = format;
  noisy.converter.noise = Microvolts{0.8};
  for (const bool connected : {false, true}) {
    auto band = start(Chain{Bandpass{}}, noisy);
    auto live = start(Residual{}, noisy);
    Carrier carrier(corners(CarrierPreset::trunk), noisy.rate, RandomStream(100, "emg"));
    RandomStream random(100, "converter");
    long flat = 0;
    for (std::int64_t i = 0; i < 600 * 2000; ++i) {
      // White up to half the rate: in band a little less than half of its power.
      double x = 0.8 / std::sqrt(0.43) * random.normal() + (connected ? 1.0 * carrier.next() : 0);
      Marks marks = mark::none;
      band.process({&x, 1, 1}, {&x, 1, 1, &marks});
      live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
      flat += i > 4000 && (marks & mark::flat);
    }
    if (connected)
      EXPECT_EQ(flat, 0);
    else
      EXPECT_GT(flat, 0.95 * 600 * 2000);
  }
}

// Cable tugs of 0.5 to 10 mV, half sines of 50 to 300 ms, two a second apart at least, under rest of 2 uV. What is let
// through where the level is more than half too high is the beginning of each.
TEST(Residual, MovementIsFoundSoonAfterItBegins) {
  auto band = start(Chain{Bandpass{}}, format), alone = band;
  auto live = start(Residual{}, format);
  Carrier carrier(corners(CarrierPreset::trunk), format.rate, RandomStream(97, "emg"));
  RandomStream random(97, "tugs");
  double power = 0, clean_power = 0;
  long tugs = 0, seen = 0;
  std::int64_t latest = 0, begin = 4000, length = 0, first_high = -1;
  double height = 0;
  bool found = false;
  for (std::int64_t i = 0; i < 600 * 2000; ++i) {
    const double emg = 2 * carrier.next();
    if (i == begin + 4000) {
      tugs += first_high >= 0;
      seen += found && first_high >= 0;
      begin = i + samples_in({random.uniform(0, 1)}, format.rate);
      found = false;
      first_high = -1;
    }
    if (i == begin) {
      length = samples_in({random.uniform(0.05, 0.3)}, format.rate);
      height = random.log_uniform(500, 10000);
    }
    const bool on = i >= begin && i < begin + length;
    double x = emg, y = emg;
    if (on) x += height * std::sin(std::numbers::pi * static_cast<double>(i - begin) / static_cast<double>(length));
    Marks marks = mark::none, none = mark::none;
    band.process({&x, 1, 1}, {&x, 1, 1, &marks});
    live.process({&x, 1, 1, &marks}, {&x, 1, 1, &marks});
    alone.process({&y, 1, 1}, {&y, 1, 1, &none});
    power += (x * x - power) / 200;
    clean_power += (y * y - clean_power) / 200;
    const bool high = i >= begin && power > 2.25 * clean_power;
    if (high && first_high < 0) first_high = i;
    if (marks & mark::motion) {
      if (!found && first_high >= 0) latest = std::max(latest, i - first_high);
      found = true;
    }
  }
  std::printf("[ MEASURED ] tugs: %ld of %ld found, at the latest %.0f ms after the level is half too high\n", seen,
              tugs, static_cast<double>(latest) / 2);
  EXPECT_GT(tugs, 100);
  EXPECT_GE(static_cast<double>(seen), 0.99 * static_cast<double>(tugs));
  EXPECT_LE(latest, 200);
}

}  // namespace
}  // namespace unguard
