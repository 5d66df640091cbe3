// SPDX-License-Identifier: Apache-2.0
// Truth: Gaussian EMG of a known spectrum over white noise of a known level, both through the band-pass; and the
// statistical bandwidths of both. Whitening is learnt from 10 s of each, not from the truth.
#include "unguard/envelope/whitened_rms.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/gated.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr double rate = 2000;
StreamFormat stream(int channels) { return {.rate = {rate}, .channels = Channels::unnamed(channels)}; }

// EMG of 50 uV times `effort` after the band-pass, over noise of 5 uV there: 20 dB at effort 1.
class Muscle {
 public:
  Muscle(CarrierPreset preset, int channels, std::uint64_t seed)
      : channels_(channels), band_(start(Bandpass{}, stream(channels))) {
    const auto emg = carrier_sections(corners(preset), {rate}), band = *design(Bandpass{}, {rate});
    double power = 0, white = 0;
    for (double f = 0.25; f < rate / 2; f += 0.5) {
      power += std::norm(response(emg, {f}, {rate}) * response(band, {f}, {rate})) / rate;
      white += std::norm(response(band, {f}, {rate})) / rate;
    }
    emg_uV_ = 50 / std::sqrt(power);
    noise_uV_ = 5 / std::sqrt(white);
    for (int c = 0; c < channels; ++c) {
      carriers_.emplace_back(corners(preset), Hertz{rate}, RandomStream(seed, "emg", static_cast<std::uint64_t>(c)));
      noise_.emplace_back(seed, "noise", static_cast<std::uint64_t>(c));
    }
  }
  std::vector<double> next(std::int64_t frames, double effort) {
    std::vector<double> x(static_cast<std::size_t>(frames * channels_));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t c = i % static_cast<std::size_t>(channels_);
      x[i] = effort * emg_uV_ * carriers_[c].next() + noise_uV_ * noise_[c].normal();
    }
    EXPECT_EQ(band_.process({x.data(), frames, channels_}, {x.data(), frames, channels_}), Status::ok);
    return x;
  }

 private:
  int channels_;
  LiveFilter<Bandpass> band_;
  double emg_uV_, noise_uV_;
  std::vector<Carrier> carriers_{};
  std::vector<RandomStream> noise_{};
};

WhiteningCalibration calibrated(CarrierPreset preset, int channels, std::uint64_t seed = 5) {
  Muscle muscle(preset, channels, seed);
  muscle.next(2000, 0);
  const auto rest = muscle.next(20000, 0);
  muscle.next(2000, 1);
  const auto hold = muscle.next(20000, 1);
  auto made = try_calibrate_whitening(WhiteningCalibrator{}, {hold.data(), 20000, channels},
                                      {rest.data(), 20000, channels}, stream(channels), "20-450 Hz order 4, causal");
  EXPECT_TRUE(made) << why(made);
  return made ? *made : WhiteningCalibration{};
}

struct Steadiness {
  double mean = 0, snr = 0;
};
// Of levels taken a window apart, their noise subtracted in power where asked: 2 mean / deviation of the power is the
// SNR of its root, and is not touched by what lies below 0.
template <class S>
Steadiness of(const S& spec, CarrierPreset preset, double snr_dB, double noise_uV, int channels = 1,
              int count = 20000) {
  Muscle muscle(preset, channels, 77);
  auto live = start(spec, stream(channels));
  const std::int64_t window = samples_in(spec.window, {rate});
  const double effort = std::pow(10, (snr_dB - 20) / 20);
  double sum = 0, squares = 0;
  for (int i = -20; i < count; ++i) {
    auto x = muscle.next(window, effort);
    live.process({x.data(), window, channels}, {x.data(), window, channels});
    if (i < 0) continue;
    const double last = x[x.size() - static_cast<std::size_t>(channels)];
    const double power = last * last - noise_uV * noise_uV;
    sum += power;
    squares += power * power;
  }
  const double mean = sum / count;
  return {std::sqrt(mean), 2 * mean / std::sqrt(squares / count - mean * mean)};
}

// The statistical bandwidth after the band-pass, and of white noise there.
double bandwidth(CarrierPreset preset, bool white) {
  const auto emg = carrier_sections(corners(preset), {rate}), band = *design(Bandpass{}, {rate});
  double area = 0, squares = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5) {
    const double p = std::norm(response(band, {f}, {rate})) * (white ? 1 : std::norm(response(emg, {f}, {rate})));
    area += p * 0.5;
    squares += p * p * 0.5;
  }
  return area * area / squares;
}

// The gain in SNR of the reading, against the root of the ratio of the bandwidths: white over the band that the filters
// leave.
TEST(WhitenedRms, IsSteadierByNineTenthsOfTheRatioOfTheBandwidths) {
  for (const auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    const auto w = calibrated(preset, 1);
    const double theory = std::sqrt(bandwidth(preset, true) / bandwidth(preset, false));
    const double plain = of(Rms{.window = 250_ms}, preset, 20, 0).snr;
    const auto fixed = of(WhitenedRms{.window = 250_ms, .kind = WhiteningKind::fixed, .whitening = w}, preset, 20, 0);
    std::printf(
        "[ measured ] whitening %s at 20 dB: SNR %.2f, plain %.2f, gain %.3f, theory %.3f, share %.3f; reads %.2f uV "
        "of 50.25\n",
        to_text(preset).c_str(), fixed.snr, plain, fixed.snr / plain, theory, fixed.snr / plain / theory, fixed.mean);
    EXPECT_GE(fixed.snr / plain, 0.9 * theory);
    EXPECT_NEAR(fixed.mean / 50.25, 1, 0.03);
  }
}

// What any estimator of the EMG's own amplitude can come to at that noise: (int W^2 df)^(1/2), W the Wiener gain;
// within the band.
double best_gain(CarrierPreset preset, double snr_dB) {
  const auto emg = carrier_sections(corners(preset), {rate}), band = *design(Bandpass{}, {rate});
  double e = 0, n = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5) {
    const double b = std::norm(response(band, {f}, {rate}));
    e += b * std::norm(response(emg, {f}, {rate}));
    n += b;
  }
  const double ratio = std::pow(10, snr_dB / 10) / e * n;
  double wiener = 0, square = 0, own = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5) {
    const double b = std::norm(response(band, {f}, {rate})), s = ratio * std::norm(response(emg, {f}, {rate}));
    if (b > 1e-3) wiener += s * s / ((s + 1) * (s + 1));
    own += b * s;
    square += b * b * (s + 1) * (s + 1);
  }
  return std::sqrt(wiener / (own * own / square));
}

// The SNR of the EMG's own amplitude, the noise subtracted in power; against the plain RMS with the same done to it.
TEST(WhitenedRms, AdaptiveIsNeverLessSteadyThanPlainRms) {
  for (const auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    const auto w = calibrated(preset, 1);
    for (const double snr_dB : {0.0, 10.0, 20.0, 30.0}) {
      const Seconds window = snr_dB > 0 ? 250_ms : 500_ms;
      const int count = snr_dB > 0 ? 8000 : 20000;  // two per cent are to be told apart at 0 dB
      const auto plain = of(Rms{.window = window}, preset, snr_dB, 5, 1, count);
      const auto adaptive = of(WhitenedRms{.window = window, .whitening = w}, preset, snr_dB, 0, 1, count);
      const auto fixed =
          of(WhitenedRms{.window = window, .kind = WhiteningKind::fixed, .whitening = w}, preset, snr_dB, 0, 1, 1000);
      const double gain = adaptive.snr / plain.snr, uV = 50 * std::pow(10, (snr_dB - 20) / 20);
      std::printf(
          "[ measured ] adaptive %s at %g dB: SNR %.2f, plain %.2f, gain %.3f, best possible %.3f; reads %.2f uV of "
          "%.2f; "
          "fixed reads %.2f\n",
          to_text(preset).c_str(), snr_dB, adaptive.snr, plain.snr, gain, best_gain(preset, snr_dB), adaptive.mean, uV,
          fixed.mean);
      EXPECT_GE(gain, 0.98) << snr_dB;
      EXPECT_NEAR(adaptive.mean / uV, 1, 0.05) << snr_dB;
      if (snr_dB >= 20) {
        EXPECT_GE(gain, 0.9 * best_gain(preset, snr_dB));
      }
    }
  }
}

// Silence reads 0 half of the time, and never much.
TEST(WhitenedRms, AdaptiveReadsNoMuscleAsNone) {
  const auto w = calibrated(CarrierPreset::trunk, 1);
  Muscle muscle(CarrierPreset::trunk, 1, 78);
  auto live = start(WhitenedRms{.window = 250_ms, .whitening = w}, stream(1));
  int zeros = 0;
  for (int i = -4; i < 2000; ++i) {
    auto x = muscle.next(500, 0);
    live.process({x.data(), 500, 1}, {x.data(), 500, 1});
    if (i < 0) continue;
    zeros += x.back() == 0;
    ASSERT_LT(x.back(), 5);
  }
  EXPECT_GT(zeros, 600);
  EXPECT_LT(zeros, 1400);
}

TEST(WhiteningCalibrator, RefusesWhatItCannotLearnFrom) {
  Muscle muscle(CarrierPreset::trunk, 2, 6);
  muscle.next(2000, 0);
  const auto rest = muscle.next(10000, 0), hold = muscle.next(10000, 1);
  const auto made = [&](const std::vector<double>& h, const std::vector<double>& r, std::int64_t frames = 10000,
                        const Marks* marks = nullptr) {
    return why(try_calibrate_whitening(WhiteningCalibrator{}, {h.data(), frames, 2, const_cast<Marks*>(marks)},
                                       {r.data(), frames, 2}, stream(2), "20-450 Hz"));
  };
  EXPECT_EQ(made(hold, rest), "accepted");
  EXPECT_EQ(made(hold, rest, 2000),
            "contraction is 1 s unmarked in channel \"channel 1\": expected unmarked signal of at "
            "least 2 s (WhiteningCalibrator.contraction)");
  EXPECT_EQ(made(rest, hold).substr(0, 15), "contraction is ");
  EXPECT_NE(made(rest, hold).find("expected an RMS of at least 2 times that of the rest"), std::string::npos);
  std::vector<double> silent(20000, 3.0);
  EXPECT_EQ(made(hold, silent),
            "rest is flat or a pure tone in channel \"channel 1\": expected a signal that is not "
            "known from its past (WhiteningCalibrator.rest)");
  auto clipped = hold;
  for (std::size_t i = 0; i < clipped.size(); i += 30) clipped[i] = default_full_scale.value;
  EXPECT_NE(made(clipped, rest).find("unmarked"), std::string::npos);
  std::vector<Marks> marks(20000);
  std::fill_n(marks.begin(), 8000, mark::motion);
  EXPECT_EQ(
      made(hold, rest, 10000, marks.data()),
      "contraction is 0.4 marked, clipped or between marks in channel \"channel 1\": expected a share of at most 0.2 "
      "(WhiteningCalibrator.contraction)");
}

TEST(WhiteningCalibrator, RefusesWhatIsNoSteadyContraction) {
  Muscle muscle(CarrierPreset::trunk, 1, 7);
  muscle.next(2000, 0);
  const auto rest = muscle.next(20000, 0), hold = muscle.next(20000, 1);
  const auto spoilt = [&](std::vector<double> x, auto by) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = by(x[i], static_cast<double>(i) / rate);
    return why(
        try_calibrate_whitening(WhiteningCalibrator{}, {x.data(), 20000, 1}, {rest.data(), 20000, 1}, stream(1), ""));
  };
  constexpr double turn = 2 * std::numbers::pi;
  EXPECT_EQ(spoilt(hold, [](double x, double) { return x; }), "accepted");
  const char* narrow = "EMG without hum, movement and offset";
  for (const auto& refused : {spoilt(rest, [](double x, double t) { return x + 85 * std::sin(turn * 50 * t); }),
                              spoilt(rest, [](double x, double) { return x + 50; }),
                              spoilt(rest, [](double x, double t) { return x + 300 * std::sin(turn * 0.3 * t); })})
    EXPECT_NE(refused.find(narrow), std::string::npos) << refused;
  const auto spikes = spoilt(rest, [](double x, double t) { return std::fmod(t, 1) < 0.0004 ? 2000 : x; });
  EXPECT_NE(spikes.find("EMG without spikes and heartbeats"), std::string::npos) << spikes;
  const auto half = spoilt(hold, [](double x, double t) { return t < 5 ? x : 0.1 * x; });
  EXPECT_NE(half.find("a steady effort"), std::string::npos) << half;
}

TEST(WhitenedRms, RefusesWhatDoesNotFitTheStream) {
  EXPECT_EQ(why(try_start(WhitenedRms{}, stream(1))),
            "whitening is none: expected what a WhiteningCalibrator makes of a contraction and a rest "
            "(WhitenedRms.whitening)");
  auto w = calibrated(CarrierPreset::trunk, 2);
  EXPECT_EQ(why(try_start(WhitenedRms{.whitening = w}, stream(3))),
            "whitening.level is 2 channels: expected one value for each of 3 channels (WhitenedRms.whitening.level)");
  w.rate = 1000_Hz;
  EXPECT_EQ(why(try_start(WhitenedRms{.whitening = w}, stream(2))),
            "whitening.rate is 1000 Hz: expected that of the stream, 2000 Hz (WhitenedRms.whitening.rate)");
  w.rate = 2000_Hz;
  w.coefficients[2] = 7;
  EXPECT_NE(why(try_start(WhitenedRms{.whitening = w}, stream(2))), "accepted");
}

// Truth: what was put in. At rest there is nothing but noise, and every reading says that it is not the muscle.
TEST(WhitenedRms, SaysSoWhereItIsMostlyNoise) {
  for (const CarrierPreset preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    const WhitenedRms spec{.whitening = calibrated(preset, 1)};
    const auto share_marked = [&](const auto& of, double effort) {
      Muscle muscle(preset, 1, 78);
      auto live = start(of, stream(1));
      std::vector<double> y(2000);
      std::vector<Marks> marks(2000);
      int low = 0, zero = 0, other = 0;
      for (int second = -2; second < 60; ++second) {
        const auto x = muscle.next(2000, effort);
        EXPECT_EQ(live.process({x.data(), 2000, 1}, {y.data(), 2000, 1, marks.data()}), Status::ok);
        for (std::size_t i = 0; second >= 0 && i < y.size(); ++i) {
          low += marks[i] == mark::low_snr;
          other += marks[i] != mark::none && marks[i] != mark::low_snr;
          zero += y[i] == 0;
          EXPECT_TRUE(y[i] > 0 || marks[i] == mark::low_snr);
        }
      }
      EXPECT_EQ(other, 0);
      std::printf("[ measured ] %s, effort %g: %.3f low_snr, %.3f at 0\n", std::string(to_text(preset)).c_str(), effort,
                  low / 120000.0, zero / 120000.0);
      return low / 120000.0;
    };
    EXPECT_GE(share_marked(spec, 0), 0.999);
    EXPECT_GE(share_marked(Gated<WhitenedRms>{spec, 0.5, {}}, 0), 0.999);
    EXPECT_GE(share_marked(RuntimeChain{{spec}}, 0), 0.999);
    EXPECT_EQ(share_marked(spec, 1), 0);       // 20 dB
    EXPECT_LE(share_marked(spec, 0.2), 0.01);  // 6 dB
    WhitenedRms fixed = spec;
    fixed.kind = WhiteningKind::fixed;
    EXPECT_EQ(share_marked(fixed, 0), 0);  // it reads all that comes in
  }
}

}  // namespace
}  // namespace unguard
