// SPDX-License-Identifier: Apache-2.0
// What no field can say for itself: edges against each other and against the rate, windows against the sample, lists
// against the channels, records against what is asked of them. Truth: the sentences, word for word.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/quietest_rest.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/zero_phase.hpp"
#include "unguard/simulate/onset_record.hpp"
#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

StreamFormat format(double rate = 2000, int channels = 1) {
  return {.rate = {rate}, .channels = Channels::unnamed(channels)};
}
template <class S>
std::string refusal(const S& spec, double rate = 2000, int channels = 1) {
  return why(try_start(spec, format(rate, channels)));
}

TEST(Refusals, SwappedEdges) {
  EXPECT_EQ(refusal(Bandpass{.low = 450_Hz, .high = 20_Hz}),
            "low is 450 Hz: expected below high, 20 Hz (Bandpass.low)");
  EXPECT_EQ(refusal(Bandpass{.low = 20_Hz, .high = 20_Hz}), "low is 20 Hz: expected below high, 20 Hz (Bandpass.low)");
  EXPECT_EQ(refusal(Bandstop{.low = 55_Hz, .high = 45_Hz}), "low is 55 Hz: expected below high, 45 Hz (Bandstop.low)");
}

TEST(Refusals, CutoffAtOrAboveHalfTheRate) {
  EXPECT_EQ(refusal(Lowpass{.cutoff = 1000_Hz}),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (Lowpass.cutoff)");
  EXPECT_EQ(refusal(Highpass{.cutoff = 600_Hz}, 1000),
            "cutoff is 600 Hz: expected below half the sampling rate, 500 Hz (Highpass.cutoff)");
  EXPECT_EQ(refusal(Bandpass{}, 900), "high is 450 Hz: expected below half the sampling rate, 450 Hz (Bandpass.high)");
  EXPECT_EQ(refusal(Bandstop{.high = 1001_Hz}),
            "high is 1001 Hz: expected below half the sampling rate, 1000 Hz (Bandstop.high)");
  EXPECT_EQ(refusal(Notch{}, 100),
            "frequency is 50 Hz: expected below half the sampling rate, 50 Hz (Notch.frequency)");
}

TEST(Refusals, OrderZeroAndNinetyNine) {
  for (const int order : {0, 99, -1}) {
    const std::string is = "order is " + std::to_string(order) + ": expected 1 to 12 (";
    EXPECT_EQ(refusal(Lowpass{.order = order}), is + "Lowpass.order)");
    EXPECT_EQ(refusal(Highpass{.order = order}), is + "Highpass.order)");
    EXPECT_EQ(refusal(Bandpass{.order = order}), is + "Bandpass.order)");
    EXPECT_EQ(refusal(Bandstop{.order = order}), is + "Bandstop.order)");
  }
}

TEST(Refusals, NoRateAndNoChannels) {
  const auto rate = [](const char* found) {
    return "rate is " + std::string(found) +
           " Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)";
  };
  const std::string none = "channels is 0 channels: expected 1 to 1024 channels (StreamFormat.channels)";
  const auto all = [&](const auto& spec) {
    EXPECT_EQ(refusal(spec, 0), rate("0"));
    EXPECT_EQ(refusal(spec, -2000), rate("-2000"));
    EXPECT_EQ(refusal(spec, nan), rate("nan"));
    EXPECT_EQ(refusal(spec, HUGE_VAL), rate("inf"));
    EXPECT_EQ(refusal(spec, 1e300), rate("1e+300"));
    EXPECT_EQ(refusal(spec, 2000, 0), none);
  };
  all(Lowpass{});
  all(Rms{});
  all(TwoPole{});
  all(Chain{Priming{}, Bandpass{}});
  all(RuntimeChain{{Notch{}}});
  all(Levels{});
  all(SpasmDetector{});
}

TEST(Refusals, WindowsShorterThanASample) {
  EXPECT_EQ(refusal(Rms{.window = 0.2_ms}), "window is 0.0002 s: expected at least one sample, 0.0005 s (Rms.window)");
  EXPECT_EQ(refusal(Rms{.window = 0.25_ms}), "accepted") << "half a sample rounds up";
  EXPECT_EQ(refusal(Arv{.window = 0.2_ms}), "window is 0.0002 s: expected at least one sample, 0.0005 s (Arv.window)");
  EXPECT_EQ(refusal(TwoPole{.window = 0.4_ms}),
            "window is 0.0004 s: expected at least one sample, 0.0005 s (TwoPole.window)");
  EXPECT_EQ(refusal(Levels{.interval = 0.2_ms}),
            "interval is 0.0002 s: expected at least one sample, 0.0005 s (Levels.interval)");
  EXPECT_EQ(refusal(SpasmDetector{}, 50),
            "fast is 0.025 s: expected at least two samples, 0.04 s (SpasmDetector.fast)");
}

TEST(Refusals, NotchByWidthOrByQ) {
  EXPECT_EQ(refusal(Notch{.width = 2_Hz, .q = 30.0}), "q is 30: expected width or q, not both (Notch.q)");
  EXPECT_EQ(refusal(Notch{.width = 1000_Hz}),
            "width is 1000 Hz: expected below half the sampling rate, 1000 Hz (Notch.width)");
  EXPECT_EQ(refusal(Notch{.q = 0.05}),
            "q is 0.05: expected above 0.05, a width below half the sampling rate (Notch.q)");
}

TEST(Refusals, SectionsOfTheWrongLengthScaleOrStability) {
  EXPECT_EQ(refusal(Sos{}), "rows is 0 numbers: expected six numbers a section, at least one section (Sos.rows)");
  EXPECT_EQ(refusal(Sos{{1, 0, 0, 1, 0}}),
            "rows is 5 numbers: expected six numbers a section, at least one section (Sos.rows)");
  EXPECT_EQ(refusal(Sos{{1, 0, 0, 2, 0, 0}}),
            "rows is [1, 0, 0, 2, 0, 0]: expected a0, the fourth of six, to be 1 in every section (Sos.rows)");
  EXPECT_EQ(refusal(Sos{{1, 0, 0, 1, 0, 0, 1, 0, 0, 1, -2, 1}}),
            "rows is [1, 0, 0, 1, -2, 1]: expected sections with both poles inside the unit circle (Sos.rows)");
}

TEST(Refusals, DetectorRulesThatContradictEachOther) {
  using D = SpasmDetector;
  EXPECT_EQ(refusal(D{.slow = 20_ms}), "fast is 0.025 s: expected below slow, 0.02 s (SpasmDetector.fast)");
  EXPECT_EQ(refusal(D{.shortest = 300_ms}), "shortest is 0.3 s: expected below burst, 0.25 s (SpasmDetector.shortest)");
  EXPECT_EQ(refusal(D{.burst = 2_s}), "burst is 2 s: expected below tonic, 2 s (SpasmDetector.burst)");
  EXPECT_EQ(refusal(D{.tonic_join = 100_ms}),
            "tonic_join is 0.1 s: expected at least join, 0.2 s (SpasmDetector.tonic_join)");
  StreamFormat millivolts = format();
  millivolts.channels = Channels(std::vector<Channel>{{.name = "L4", .unit = "mV"}});
  EXPECT_EQ(why(try_start(D{}, millivolts)),
            "channels is \"L4\" in mV: expected channels in uV (StreamFormat.channels)");
}

TEST(Refusals, EventRulesThatContradictEachOther) {
  using D = EventDetector;
  EXPECT_EQ(refusal(D{.burst = 15_ms}),
            "burst is 0.015 s: expected above activity.shortest, 0.015 s (EventDetector.burst)");
  EXPECT_EQ(refusal(D{.burst = 2_s}), "burst is 2 s: expected below tonic, 2 s (EventDetector.burst)");
  EXPECT_EQ(refusal(D{.tonic_join = 100_ms}),
            "tonic_join is 0.1 s: expected at least join, 0.2 s (EventDetector.tonic_join)");
  EXPECT_EQ(refusal(D{.episode_gap = 200_ms}),
            "episode_gap is 0.2 s: expected above join, 0.2 s (EventDetector.episode_gap)");
  EXPECT_EQ(refusal(D{.activity = {.look = 150_ms}}),
            "activity.look is 0.15 s: expected below 0.15 s, within which artefacts are taken back "
            "(EventDetector.activity.look)");
}

TEST(Refusals, ARestThatDoesNotFitTheDetector) {
  using D = SpasmDetector;
  const auto rest = [](double level, std::size_t channels) {
    return rest_calibration(std::vector<RestNoise>(channels, {level, 0.1, 2, 0.2}), 100_ms, 25_ms,
                            {CalibrationSource::declared, 40000, 2000_Hz, "as given"});
  };
  EXPECT_EQ(refusal(D{.rest = rest(2, 2)}, 2000, 2), "accepted");
  EXPECT_EQ(refusal(D{.rest = rest(2, 2)}, 2000, 3),
            "rest.level is 2 channels: expected one value for each of 3 channels (SpasmDetector.rest.level)");
  EXPECT_EQ(refusal(D{.rest = rest(nan, 1)}),
            "rest.level is nan: expected a finite number above 0 uV (SpasmDetector.rest.level)");
  EXPECT_EQ(refusal(D{.rest = rest(2, 1), .slow = 200_ms}),
            "slow is 0.2 s: expected the window the rest was calibrated with, 0.1 s (SpasmDetector.slow)");
  auto in_mV = rest(2, 1);
  in_mV.spread.unit = "mV";
  EXPECT_EQ(refusal(D{.rest = in_mV}),
            "rest.spread is in mV: expected a calibration in uV (SpasmDetector.rest.spread)");
}

TEST(Refusals, RecordsTooShortForWhatIsAskedOfThem) {
  const std::vector<double> x(100000, 1.0);
  const auto zero = [&](auto spec, std::int64_t frames) {
    return why(zero_phase(spec, {x.data(), frames, 1}, format()));
  };
  EXPECT_EQ(zero(Bandpass{}, 27),
            "frames is 27: expected more than 27 for this filter's zero-phase padding (record.frames)");
  EXPECT_EQ(zero(Bandpass{}, 28), "accepted");
  EXPECT_EQ(zero(Bandpass{}, 0),
            "frames is 0: expected more than 27 for this filter's zero-phase padding (record.frames)");
  const auto calibrated = [&](RestCalibrator spec, std::int64_t frames) {
    return why(try_calibrate_rest(spec, {x.data(), frames, 1}, format(), "raw"));
  };
  EXPECT_EQ(calibrated({}, 0), "stretch is 0 s: expected unmarked signal of at least 2 s (RestCalibrator.stretch)");
  EXPECT_EQ(calibrated({}, 2000), "stretch is 1 s: expected unmarked signal of at least 2 s (RestCalibrator.stretch)");
  EXPECT_EQ(calibrated({.slow = 9_s}, 10000), "slow is 9 s: expected at most the stretch, 5 s (RestCalibrator.slow)");
  EXPECT_EQ(why(try_calibrate_quietest_offline({}, {x.data(), 1000, 1}, format(), "raw")),
            "record is 0.5 s: expected unmarked windows that add up to 2 s (RestCalibrator.record)");
}

TEST(Refusals, RecordsThatAreNotWhatTheyShouldBe) {
  std::vector<double> x(8000, 1.0);
  EXPECT_EQ(why(zero_phase(Bandpass{}, {x.data(), 4000, 2}, format())),
            "channels is 2: expected 1 as in the format (record.channels)");
  EXPECT_EQ(why(zero_phase(Rms{}, {x.data(), 8000, 1}, format())),
            "stages is Rms{window = 0.125 s}: expected linear filters only: an envelope has no frequency response "
            "(Chain.stages)");
  EXPECT_EQ(why(try_calibrate_rest({}, {x.data(), 8000, 1}, format(), "raw")),
            "stretch is flat in channel \"channel 1\": expected a signal: at least half of it not constant "
            "(RestCalibrator.stretch)");
  EXPECT_EQ(why(try_calibrate_rest({}, {x.data(), 4000, 2}, format(), "raw")),
            "stretch is 2 channels: expected a block of the stream's 1 channels (RestCalibrator.stretch)");
  EXPECT_EQ(why(try_calibrate_rest({.slow = 20_ms}, {x.data(), 8000, 1}, format(), "raw")),
            "fast is 0.025 s: expected below slow, 0.02 s (RestCalibrator.fast)");
  x[5000] = nan;
  EXPECT_EQ(why(zero_phase(Bandpass{}, {x.data(), 8000, 1}, format())),
            "data is not finite or beyond full scale: expected finite values; bridge gaps first (record.data)");
}

TEST(Refusals, SimulationsThatCannotBe) {
  const auto simulated = [](auto change) {
    Paraspinal spec;
    change(spec);
    return why(try_simulator(spec));
  };
  using P = Paraspinal;
  EXPECT_EQ(simulated([](P& p) {
              p.resting = {1_uV, 2_uV};
            }),
            "resting is [1 uV, 2 uV]: expected one value, or one for each of the 4 channels (Paraspinal.resting)");
  EXPECT_EQ(simulated([](P& p) {
              p.ecg = EcgArtefact{.r_peak = {1_uV, 2_uV, 3_uV}};
            }),
            "r_peak is [1 uV, 2 uV, 3 uV]: expected one value, or one for each of the 4 channels (EcgArtefact.r_peak)");
  EXPECT_EQ(simulated([](P& p) { p.rest_events.highest_snr_dB = 5; }),
            "highest_snr_dB is 5: expected at least lowest_snr_dB, 10 (RestEvents.highest_snr_dB)");
  EXPECT_EQ(simulated([](P& p) { p.rest_events.mean_gap = 0.5_s; }),
            "mean_gap is 0.5 s: expected at least shortest_gap, 0.8 s (RestEvents.mean_gap)");
  EXPECT_EQ(simulated([](P& p) { p.digitiser = Digitiser{.low_rail = 0_uV, .high_rail = 0_uV}; }),
            "high_rail is 0 uV: expected above low_rail, 0 uV (Digitiser.high_rail)");
  EXPECT_EQ(simulated([](P& p) {
              p.task = ParaspinalTask::bending;
              p.duration = 20_s;
            }),
            "duration is 20 s: expected rest and at least one bending cycle, 37.6 s or more (Paraspinal.duration)");
  EXPECT_EQ(simulated([](P& p) {
              p.resting_units = RestingUnits{.height = {1_uV, 2_uV}};
            }),
            "height is [1 uV, 2 uV]: expected one value, or one for each of the 4 channels (RestingUnits.height)");
  EXPECT_EQ(simulated([](P& p) { p.resting_units = RestingUnits{.slowest = 13_Hz}; }),
            "fastest is 12 Hz: expected at least slowest, 13 Hz (RestingUnits.fastest)");
  EXPECT_EQ(simulated([](P& p) { p.resting_units = RestingUnits{.shortest = 30_s}; }),
            "longest is 20 s: expected at least shortest, 30 s (RestingUnits.longest)");
  EXPECT_EQ(why(try_simulate_onset({.shape = OnsetShape::ramp, .rise = 2_s})),
            "active is 1 s: expected at least rise, 2 s (OnsetTrial.active)");
  EXPECT_EQ(why(try_simulate_onset({.shape = OnsetShape::trapezoid, .rise = 0.75_s, .fall = 0.5_s})),
            "active is 1 s: expected at least rise and fall together, 1.25 s (OnsetTrial.active)");
  EXPECT_EQ(why(try_onset_noise({}, 0_s)), "duration is 0 s: expected above 0 to 604800 s (OnsetNoise.duration)");
  EXPECT_EQ(why(try_scenario("sleep", 60_s, 1)),
            "name is \"sleep\": expected one of \"rest\", \"healthy\", \"guarded\", \"contaminated\" (scenario.name)");
}

}  // namespace
}  // namespace unguard
