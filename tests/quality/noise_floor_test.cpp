// SPDX-License-Identifier: Apache-2.0
// Truth: white noise of known size under simulated EMG; the closed form of its spectrum. Seeds fixed beforehand.
#include "unguard/quality/noise_floor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat one_channel(Hertz rate) { return {.rate = rate, .channels = Channels::unnamed(1)}; }

// White noise up to half the rate of which so much RMS lies in 20 to 450 Hz.
double white(double in_band, Hertz rate) { return in_band * std::sqrt(rate.value / 2 / 430); }

// Bursts of half a second to two, in a rest that is a tenth of them but no less than 1 uV; a pause of a second between
// two at least.
class Bursts {
 public:
  Bursts(double loud, CarrierPreset preset, Hertz rate, int n)
      : loud_(loud),
        rate_(rate),
        carrier_(corners(preset), rate, RandomStream(201, "emg", n)),
        random_(201, "bursts", n) {}
  double next() {
    if (left_-- <= 0) {
      on_ = !on_;
      left_ = samples_in({on_ ? random_.uniform(0.5, 2) : random_.uniform(1.1, 3)}, rate_);
    }
    const double rest = std::min(loud_, std::max(1.0, loud_ / 10));
    return (on_ ? loud_ : rest) * carrier_.next();
  }

 private:
  double loud_;
  Hertz rate_;
  Carrier carrier_;
  RandomStream random_;
  bool on_ = false;
  std::int64_t left_ = 0;
};

TEST(NoiseFloor, IsMeasuredUnderBursts) {
  for (const Hertz rate : {1000_Hz, 2000_Hz, 2048_Hz, 4000_Hz, 10000_Hz}) {
    double least = 1e9, most = 0;
    int tried = 0;
    for (int n = 0; n < 60; ++n) {
      RandomStream random(202, "floors", n);
      const double floor = random.log_uniform(0.5, 20), emg = random.log_uniform(1, 50);
      auto live = start(NoiseFloor{}, one_channel(rate));
      Bursts bursts(emg, CarrierPreset::trunk, rate, n);
      RandomStream noise(202, "noise", n);
      for (std::int64_t i = 0; i < samples_in(20_s, rate); ++i) {
        const double x = bursts.next() + white(floor, rate) * noise.normal();
        live.listen({&x, 1, 1});
      }
      // What leaks in of the rest between bursts is in the measure.
      const double leaked = std::max(1.0, emg / 10) * LiveNoiseFloor::leak(
                                                          [](Hertz f) {
                                                            return carrier_power({{30}, {60}}, f);
                                                          },
                                                          rate);
      if (leaked > 0.15 * floor) continue;
      ++tried;
      const auto found = live.floor(0);
      ASSERT_TRUE(found) << floor << " under " << emg << " at " << rate.value;
      least = std::min(least, found->value / floor);
      most = std::max(most, found->value / floor);
    }
    std::printf("[ MEASURED ] floors of 0.5 to 20 uV at %.0f Hz: %.3f to %.3f of the truth\n", rate.value, least, most);
    EXPECT_GE(tried, 20);
    EXPECT_GE(least, 0.85);
    EXPECT_LE(most, 1.2);
  }
}

TEST(NoiseFloor, MoreThanThereShouldBeIsFoundWithinTheBound) {
  for (const Hertz rate : {1000_Hz, 2000_Hz}) {
    int missed = 0, early = 0;
    double latest = 0;
    for (int n = 0; n < 300; ++n) {
      RandomStream random(203, "floors", n);
      const double floor = random.log_uniform(5, 20), emg = random.log_uniform(1, 50);
      auto live = start(NoiseFloor{}, one_channel(rate));
      Bursts bursts(emg, n % 2 ? CarrierPreset::trunk : CarrierPreset::between, rate, n);
      RandomStream noise(203, "noise", n);
      const std::int64_t begins = samples_in({random.uniform(15, 20)}, rate);
      const std::int64_t bound = samples_in(live.within(), rate);
      std::int64_t found = -1;
      for (std::int64_t i = 0; i < begins + bound && found < 0; ++i) {
        const double x = bursts.next() + white(i < begins ? 0.7 : floor, rate) * noise.normal();
        live.listen({&x, 1, 1});
        if (!live.noisy(0)) continue;
        early += i < begins;
        found = i - begins;
      }
      missed += found < 0;
      latest = std::max(latest, static_cast<double>(found) / rate.value);
    }
    std::printf("[ MEASURED ] noise of 5 to 20 uV at %.0f Hz: %d of 300 missed, latest %.2f s, %d early\n", rate.value,
                missed, latest, early);
    EXPECT_EQ(missed, 0);
    EXPECT_EQ(early, 0);
  }
}

// None in an hour each bounds the rate below 3/h (95 %, Poisson); of all together below 0.5/h.
TEST(NoiseFloor, HalfOfWhatThereMayBeIsNoAlarm) {
  long alarms = 0;
  double hours = 0;
  for (const Hertz rate : {1000_Hz, 2000_Hz})
    for (const CarrierPreset preset : {CarrierPreset::trunk, CarrierPreset::between, CarrierPreset::limb}) {
      auto live = start(NoiseFloor{}, StreamFormat{.rate = rate, .channels = Channels::unnamed(4)});
      std::vector<Bursts> bursts;
      // A muscle that does not rest, too.
      Carrier tonic(corners(preset), rate, RandomStream(204, "tonic"));
      for (int c = 0; c < 3; ++c) bursts.emplace_back(c == 0 ? 1.0 : c == 1 ? 10.0 : 50.0, preset, rate, c);
      RandomStream noise(204, "noise");
      for (std::int64_t i = 0; i < samples_in({3600}, rate); ++i) {
        double x[4];
        for (std::size_t c = 0; c < 3; ++c) x[c] = bursts[c].next() + white(2.5, rate) * noise.normal();
        x[3] = 50 * tonic.next() + white(2.5, rate) * noise.normal();
        live.listen({x, 1, 4});
        for (int c = 0; c < 4; ++c) alarms += live.noisy(c);
      }
      hours += 4;
    }
  std::printf("[ MEASURED ] noise of 2.5 uV under EMG of 1 to 50 uV: %ld samples marked in %.0f channel hours\n",
              alarms, hours);
  EXPECT_EQ(alarms, 0);
}

// Truth: the closed form of the EMG's spectrum (simulate/carrier.hpp).
TEST(NoiseFloor, SaysHowMuchEmgItTakesForNoise) {
  const auto of = [](CarrierPreset preset, Hertz rate) {
    return LiveNoiseFloor::leak([=](Hertz f) { return carrier_power(corners(preset), f); }, rate);
  };
  EXPECT_NEAR(of(CarrierPreset::trunk, 2000_Hz), 0.033, 0.001);
  EXPECT_NEAR(of(CarrierPreset::between, 2000_Hz), 0.049, 0.001);
  EXPECT_NEAR(of(CarrierPreset::limb, 2000_Hz), 0.088, 0.001);
  EXPECT_NEAR(of(CarrierPreset::trunk, 1000_Hz), 0.129, 0.002);
  // EMG alone that never rests: not called a floor, for it is not flat, whatever leaks in.
  for (const CarrierPreset preset : {CarrierPreset::trunk, CarrierPreset::between, CarrierPreset::limb})
    for (const Hertz rate : {1000_Hz, 2000_Hz}) {
      auto live = start(NoiseFloor{}, one_channel(rate));
      Carrier carrier(corners(preset), rate, RandomStream(205, "emg"));
      long known = 0;
      for (std::int64_t i = 0; i < samples_in(300_s, rate); ++i) {
        const double x = 300 * carrier.next();
        live.listen({&x, 1, 1});
        known += live.standing(0) == FloorState::known || live.noisy(0);
      }
      EXPECT_EQ(known, 0);
      EXPECT_EQ(live.standing(0), FloorState::falling);
    }
}

// Truth: noise of 10 uV that a device has low-passed below the band it is measured in.
TEST(NoiseFloor, IsUnknownByNameWhereTheDeviceFiltersOrTheRateIsTooLow) {
  const auto after = [](auto filter, Hertz rate, std::optional<Microvolts> step) {
    auto format = one_channel(rate);
    format.converter.step = step;
    auto live = start(NoiseFloor{}, format);
    auto device = start(Chain{filter}, format);
    RandomStream noise(206, "noise");
    for (std::int64_t i = 0; i < samples_in(30_s, rate); ++i) {
      double x = white(10, rate) * noise.normal();
      device.process({&x, 1, 1}, {&x, 1, 1});
      if (step) x = step->value * std::round(x / step->value);
      live.listen({&x, 1, 1});
      EXPECT_FALSE(live.floor(0));
      EXPECT_FALSE(live.noisy(0));
    }
    return live.standing(0);
  };
  EXPECT_EQ(after(Lowpass{.cutoff = 450_Hz, .order = 4}, 2000_Hz, std::nullopt), FloorState::falling);
  EXPECT_EQ(after(Lowpass{.cutoff = 500_Hz, .order = 4}, 2000_Hz, std::nullopt), FloorState::falling);
  EXPECT_EQ(after(Lowpass{.cutoff = 300_Hz, .order = 12}, 2000_Hz, std::nullopt), FloorState::filtered);
  EXPECT_EQ(after(Lowpass{.cutoff = 300_Hz, .order = 12}, 2000_Hz, 1.5_uV), FloorState::filtered);
  EXPECT_EQ(after(Lowpass{.cutoff = 300_Hz, .order = 4}, 500_Hz * 1.9, std::nullopt), FloorState::rate_too_low);
  const auto bounds = start(NoiseFloor{}, one_channel(500_Hz)).bounds();
  ASSERT_EQ(bounds.size(), 2u);
  EXPECT_TRUE(std::isinf(bounds[0].within.value));
  EXPECT_EQ(bounds[0].of, "nothing: rates below 1000 Hz have no band for it");
}

// Truth: the stream without losses and steps.
TEST(NoiseFloor, LeavesOutWhatIsMarked) {
  auto live = start(NoiseFloor{}, one_channel(2000_Hz)), clean = live;
  RandomStream noise(207, "noise");
  for (std::int64_t i = 0; i < 120000; ++i) {
    const double x = 1e5 + white(2, 2000_Hz) * noise.normal();
    double spoilt = x + (i % 1400 < 700 ? 4000 : 0);
    const Marks marks = i % 100 < 5 || i % 700 < 3 ? mark::missing : mark::none;
    if (marks) spoilt = 1e6;
    live.listen({&spoilt, 1, 1, &marks});
    clean.listen({&x, 1, 1});
  }
  ASSERT_TRUE(clean.floor(0));
  EXPECT_NEAR(clean.floor(0)->value, 2, 0.2);
  // A loss every 50 ms leaves a sixth of the time: it takes as much longer.
  ASSERT_TRUE(live.floor(0));
  EXPECT_NEAR(live.floor(0)->value, 2, 0.2);
}

TEST(NoiseFloor, RefusesByName) {
  EXPECT_EQ(why(try_start(NoiseFloor{.most = 0_uV}, one_channel(2000_Hz))),
            "most is 0 uV: expected 0.1 to 1000000 uV (NoiseFloor.most)");
  EXPECT_NE(why(try_start(NoiseFloor{.snr_share = 2}, one_channel(2000_Hz))).find("NoiseFloor.snr_share"),
            std::string::npos);
}

}  // namespace
}  // namespace unguard
