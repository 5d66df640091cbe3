// SPDX-License-Identifier: Apache-2.0
// What the detector does when there is nothing: false alarms per hour on calibrated noise, and whether confidence is
// what it says.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/noise_tail.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using streams::format;
using streams::in;
using streams::rate;

enum class Noise { white, limb, trunk };
constexpr const char* name(Noise n) { return n == Noise::white ? "white" : n == Noise::limb ? "limb" : "trunk"; }

// Stationary noise behind the band-pass, a minute at a time.
class NoiseStream {
 public:
  NoiseStream(Noise noise, std::uint64_t seed)
      : noise_(noise),
        carrier_(corners(noise == Noise::limb ? CarrierPreset::limb : CarrierPreset::trunk), {rate},
                 RandomStream(seed, "carrier", 0)),
        random_(seed, "white", 0),
        band_(start(Bandpass{}, format())),
        minute_(static_cast<std::size_t>(in(60))) {
    next();
  }
  ConstBlock next() {
    for (auto& v : minute_) v = noise_ == Noise::white ? 3 * random_.normal() : 2 * carrier_.next();
    const auto n = static_cast<std::int64_t>(minute_.size());
    band_.process({minute_.data(), n, 1}, {minute_.data(), n, 1});
    return {minute_.data(), n, 1};
  }

 private:
  Noise noise_;
  Carrier carrier_;
  RandomStream random_;
  LiveFilter<Bandpass> band_;
  std::vector<double> minute_;
};

// Exact 95 % interval of a Poisson mean, by bisection.
struct PoissonInterval {
  double low, high;
};
PoissonInterval poisson_interval(int count) {
  const auto at_most = [](int n, double mean) {
    double term = std::exp(-mean), sum = term;
    for (int i = 1; i <= n; ++i) sum += term *= mean / i;
    return sum;
  };
  const auto solve = [](auto above) {
    double low = 0, high = 1000;
    for (int i = 0; i < 100; ++i) {
      const double middle = (low + high) / 2;
      (above(middle) ? high : low) = middle;
    }
    return (low + high) / 2;
  };
  return {count == 0 ? 0 : solve([&](double m) { return 1 - at_most(count - 1, m) > 0.025; }),
          solve([&](double m) { return at_most(count, m) < 0.025; })};
}

// Truth: the stated bars, in events per hour of calibrated noise, margin off. In declared rest the trunk's resting EMG
// is the worst case: its fast envelope has the longest tail.
TEST(SpasmDetectorNoise, FalseAlarmsPerHourAreAsStated) {
  const struct {
    Noise noise;
    bool rest;
    double most_opens, most_closes;
  } bars[] = {{Noise::white, true, 1, 1},  {Noise::limb, true, 5, 2},  {Noise::trunk, true, 20, 8},
              {Noise::white, false, 1, 1}, {Noise::limb, false, 1, 1}, {Noise::trunk, false, 1, 1}};
  constexpr int hours = 4;
  for (const auto& bar : bars) {
    NoiseStream noise(bar.noise, 31);
    SpasmDetector spec;
    spec.rest = calibrate_rest({}, noise.next(), format(), "20-450 Hz order 4");
    spec.all_rest = bar.rest;
    spec.margin = {0};
    auto detector = start(spec, format());
    Sink<Event> sink(10000);
    for (int minute = 0; minute < 60 * hours; ++minute)
      ASSERT_EQ(detector.process(noise.next(), sink).status, Status::ok);
    int opens = 0, closes = 0;
    for (const Event& e : sink.items()) {
      opens += e.report == Report::open;
      closes += e.report == Report::close;
    }
    const auto o = poisson_interval(opens), c = poisson_interval(closes);
    std::printf("[ measured ] %s noise, %s: OPEN %.2f [%.2f, %.2f], CLOSE %.2f [%.2f, %.2f] per hour (%d h)\n",
                name(bar.noise), bar.rest ? "declared rest" : "no context", 1.0 * opens / hours, o.low / hours,
                o.high / hours, 1.0 * closes / hours, c.low / hours, c.high / hours, hours);
    EXPECT_LT(o.high / hours, bar.most_opens);
    EXPECT_LT(c.high / hours, bar.most_closes);
  }
}

// Truth: closed forms. Q(1, x) = exp(-x); Q(1/2, x) = erfc(sqrt(x)); Gamma(1/2) = sqrt(pi).
TEST(NoiseTail, AgreesWithClosedForms) {
  EXPECT_NEAR(tail_detail::log_gamma(0.5), std::log(std::sqrt(std::numbers::pi)), 1e-12);
  EXPECT_NEAR(tail_detail::log_gamma(11), std::log(3628800.0), 1e-12);
  for (const double x : {3.0, 10.0, 50.0, 400.0}) {
    EXPECT_NEAR(tail_detail::log_gamma_tail(1, x), -x, 1e-11 * x);
    EXPECT_NEAR(tail_detail::log_gamma_tail(0.5, x), std::log(std::erfc(std::sqrt(x))), 1e-9);
  }
  EXPECT_EQ(stays_below(1, 2, 0.1, 10), 0);
  EXPECT_NEAR(stays_below(1e9, 2, 0.1, 10), 1, 1e-12);
}

// Truth: in a share 1 - c of stretches of rest as long as `exposure`, some event has a confidence of c or more. With
// thresholds low enough that noise crosses them all the time.
TEST(SpasmDetectorNoise, ConfidenceIsOneMinusTheChanceOfAFalseAlarm) {
  constexpr double levels[] = {0.5, 0.8, 0.9, 0.95};
  for (const Noise kind : {Noise::white, Noise::limb, Noise::trunk}) {
    NoiseStream noise(kind, 41);
    SpasmDetector spec;
    spec.rest = calibrate_rest({}, noise.next(), format(), "");
    spec.all_rest = true;
    spec.slow_spreads = spec.fast_spreads = 1.5;
    spec.rise = 0;
    spec.margin = {0};
    spec.shortest = {0};
    spec.join = spec.tonic_join = {0};
    spec.tracking = 0;  // looks between events only, which are most of the time here
    spec.exposure = {10};
    auto detector = start(spec, format());
    Sink<Event> sink(1000000);
    constexpr int minutes = 120, stretches = minutes * 6;
    for (int minute = 0; minute < minutes; ++minute) ASSERT_EQ(detector.process(noise.next(), sink).status, Status::ok);
    std::vector<double> best(stretches + 1);
    for (const Event& e : sink.items())
      if (e.report == Report::close || e.report == Report::cancel) {
        auto& b = best[static_cast<std::size_t>(std::min<std::int64_t>(stretches, e.decided.value / in(10)))];
        b = std::max(b, e.confidence);
      }
    std::printf("[ measured ] confidence, %s noise:", name(kind));
    for (const double c : levels) {
      const auto n = std::count_if(best.begin(), best.end(), [&](double b) { return b >= c; });
      const double share = static_cast<double>(n) / stretches;
      std::printf("  1 - %.2f -> %.3f", c, share);
      EXPECT_LT(share, 1.5 * (1 - c) + 0.03) << c;
      EXPECT_GT(share, (1 - c) / 4) << c;
    }
    std::printf("\n");
  }
}

}  // namespace
}  // namespace unguard
