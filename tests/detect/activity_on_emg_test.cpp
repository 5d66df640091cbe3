// SPDX-License-Identifier: Apache-2.0
// Truth: the onsets, offsets, beats and firings of simulated EMG on fixed seeds, behind 20-450 Hz of order 2.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

#include "detect/emg_trials.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

using emg::rate;

double milliseconds(double samples) { return 1000 * samples / rate.value; }

struct Found {
  int missed = 0, early = 0;            // no event at the onset; others before it
  std::vector<double> latencies, late;  // ms behind the onset: decided, and named
  std::vector<double> ends;             // ms behind the offset
  double area = 0;                      // mean, uV s
};
double mean(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}
double deviation(const std::vector<double>& v) {
  double sum = 0;
  for (const double m = mean(v); const double x : v) sum += (x - m) * (x - m);
  return std::sqrt(sum / static_cast<double>(v.size() - 1));
}
double middle(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

// Trials of one kind, each by its own seed, through a detector of one calibration.
Found run(const ActivityDetector& spec, OnsetTrial trial, int trials) {
  auto live = start(spec, emg::format());
  Sink<Event> sink(1000);
  Found found;
  for (int i = 0; i < trials; ++i) {
    trial.seed = i + 1;
    const OnsetRecord record = simulate_onset(trial);
    const auto x = emg::filtered(record.data);
    live.reset();
    sink.clear();
    live.process(emg::block(x), sink);
    live.finish(sink);
    std::optional<Event> event;
    for (const Event& e : sink.items()) {
      if (e.report == Report::open) {
        if (event) continue;
        // Named a little early is found; decided before is not.
        if (e.decided < record.onset)
          ++found.early;
        else
          event = e;
      } else if (event && e.id == event->id) {
        event = e;
      }
    }
    if (!event) {
      ++found.missed;
      continue;
    }
    found.latencies.push_back(milliseconds(static_cast<double>(event->decided - record.onset)));
    found.late.push_back(milliseconds(static_cast<double>(event->onset - record.onset)));
    found.ends.push_back(milliseconds(static_cast<double>(event->offset - record.offset)));
    found.area += event->area_uV_s / trials;
  }
  return found;
}

OnsetTrial trial_of(CarrierPreset preset, double snr_dB) {
  return {.carrier = preset, .baseline = {0.5}, .active = {0.4}, .tail = {0.3}, .snr_dB = snr_dB};
}

// Truth: issue 7's bars: |bias| at most 5 and 3 ms, SD at most 15 and 5 ms at 5 and 10 dB; Merlo 2003's halves at 2 dB.
// n = 400 trials (2 dB: 200); the mean's own SD is a twentieth of the SD, so that one on its bar would still pass as
// measured here by far.
TEST(ActivityOnEmg, StepsAreFoundSoonAndNamedToTheMillisecond) {
  for (const CarrierPreset preset : {CarrierPreset::limb, CarrierPreset::trunk}) {
    ActivityDetector spec;
    spec.calibration = emg::calibrated(trial_of(preset, 10));
    const struct {
      double dB, latency, bias, spread;
      int trials;
    } bars[] = {{2, 60, 20, 30, 200}, {5, 25, 5, 15, 400}, {10, 9, 3, 5, 400}};
    for (const auto& bar : bars) {
      const Found f = run(spec, trial_of(preset, bar.dB), bar.trials);
      std::printf(
          "[ MEASURED ] %s, step of %g dB: decided after %.1f ms (median), named %.1f +- %.1f ms late, ended %.1f +- "
          "%.1f ms late (median %.1f); %d missed, %d early\n",
          preset == CarrierPreset::limb ? "limb" : "trunk", bar.dB, middle(f.latencies), mean(f.late),
          deviation(f.late), mean(f.ends), deviation(f.ends), middle(f.ends), f.missed, f.early);
      EXPECT_LE(middle(f.latencies), bar.latency);
      EXPECT_LE(std::fabs(mean(f.late)), bar.bias);
      EXPECT_LE(deviation(f.late), bar.spread);
      // An alarm of noise that comes just before goes on through the step.
      EXPECT_LE(f.missed, bar.dB > 4 ? f.early : 4);
      EXPECT_LE(f.early, 2);
    }
  }
}

// Truth: where the EMG ends, and its power: 10 uV^2 above 1 of the noise for 1 s. n = 100 trials; the area's SD of a
// trial, some 8 %, makes one of 0.8 %.
TEST(ActivityOnEmg, EndsWhereTheEmgEndsAndHasItsArea) {
  OnsetTrial trial = trial_of(CarrierPreset::limb, 10);
  trial.active = {1};
  trial.noise = {1};
  ActivityDetector spec;
  spec.calibration = emg::calibrated(trial);
  EXPECT_NEAR(spec.calibration.level.per_channel[0].value, 1, 0.05);
  const Found f = run(spec, trial, 100);
  std::printf("[ MEASURED ] step of 10 dB for 1 s: ended %.1f +- %.1f ms late, area %.3f of the true\n", mean(f.ends),
              deviation(f.ends), f.area / (std::sqrt(11) - 1));
  EXPECT_NEAR(middle(f.ends), 0, 5);
  EXPECT_NEAR(mean(f.ends), 0, 10);
  EXPECT_NEAR(f.area / (std::sqrt(11) - 1), 1, 0.1);
  trial.snr_dB = 20;
  const Found strong = run(spec, trial, 100);
  std::printf("[ MEASURED ] step of 20 dB for 1 s: ended %.1f +- %.1f ms late\n", mean(strong.ends),
              deviation(strong.ends));
  EXPECT_NEAR(mean(strong.ends), 0, 5);
  EXPECT_LE(deviation(strong.ends), 8);
}

// Truth: the number asked for. n = 1 h of the same noise, 60 expected: a third and half as much again are five and four
// SDs of a count away; the calibration is from 20 s of it.
TEST(ActivityOnEmg, OpensAsOftenInAnHourOfNoiseAsWasAskedFor) {
  OnsetTrial trial = trial_of(CarrierPreset::trunk, 10);
  ActivityDetector spec;
  spec.false_alarms = 60;
  spec.calibration = emg::calibrated(trial, spec);
  auto live = start(spec, emg::format());
  Sink<Event> sink(10000);
  auto noise = start_onset_noise(trial, {3601});
  OneChannelSections band(design(onset_band(rate), rate).take());
  std::vector<double> second(2000);
  for (int i = 0; i < 3601; ++i) {
    noise.generate(second);
    for (double& v : second) v = band.step(v);
    if (i > 0) live.process(emg::block(second), sink);
  }
  int opens = 0, soon = 0;
  for (const Event& e : sink.items()) {
    opens += e.report == Report::open;
    soon += e.report == Report::cancel;
  }
  std::printf("[ MEASURED ] 60 false alarms an hour asked for: %d OPENs in an hour, %d of them cancelled\n", opens,
              soon);
  EXPECT_GE(opens, 20);
  EXPECT_LE(opens, 90);
}

// Truth: the beats. A heart as loud as the noise, 0 dB in the band, 10 min; what is calibrated with its R peaks is
// quiet while it beats. At most a tenth of some 650 beats, and not one of the openings may live.
TEST(ActivityOnEmg, BeatsOfAHeartThatWasCalibratedOpenNothing) {
  OnsetTrial trial = trial_of(CarrierPreset::trunk, 10);
  trial.emg_over_ecg_dB = 10;
  ActivityDetector spec;
  spec.calibration = emg::calibrated(trial);
  // Beats are left out of the level, and are in the noise: as loud again.
  EXPECT_NEAR(spec.calibration.level.per_channel[0].value, 2, 0.1);
  EXPECT_GT(spec.calibration.noise.level.per_channel[0].value, 2.5);
  const emg::Rest beating = emg::rest(trial, 600);
  auto live = start(spec, emg::format());
  Sink<Event> sink(10000);
  live.process(emg::block(beating.x), sink);
  std::size_t opened = 0, lived = 0;
  for (const Event& e : sink.items()) {
    opened += e.report == Report::open;
    lived += e.report == Report::close;
  }
  std::printf("[ MEASURED ] a heart at 0 dB: %zu of %zu beats open, %zu events live\n", opened, beating.r_peaks.size(),
              lived);
  ASSERT_GT(beating.r_peaks.size(), 600u);
  EXPECT_LE(opened, beating.r_peaks.size() / 10);
  EXPECT_LE(lived, 1u);
  // EMG of 10 dB among the beats is still found, later than without them. n = 100.
  const Found f = run(spec, trial, 100);
  std::printf(
      "[ MEASURED ] step of 10 dB with that heart: decided after %.1f ms (median), named %.1f +- %.1f ms late\n",
      middle(f.latencies), mean(f.late), deviation(f.late));
  EXPECT_LE(f.missed, 0);
  EXPECT_LE(middle(f.latencies), 30);
}

// Truth: the firings and the drift of the simulator. A single unit of 12 uV in a rest that drifts by 3 dB in two
// minutes, 12 min of one channel: events that live and last at most a few an hour; what a unit opens is cancelled
// within 150 ms.
TEST(ActivityOnEmg, SingleUnitsAndDriftAreTakenBackOrNotSaid) {
  Paraspinal scene = scenario("rest", {740}, 12);
  scene.rest_events.spikes = scene.rest_events.bursts = scene.rest_events.tonics = 0;
  scene.resting_units = RestingUnits{.after = {21}};
  scene.level_drift = LevelDrift{};
  Simulator simulator = start_simulator(scene);
  std::vector<double> one;
  OneChannelSections band(design(onset_band(rate), rate).take());
  std::vector<double> frames(4 * 2000);
  for (int i = 0; i < 740; ++i) {
    simulator.generate({frames.data(), 2000, 4});
    for (std::size_t k = 0; k < frames.size(); k += 4) one.push_back(band.step(frames[k]));
  }
  int firings = 0;
  for (const TrueTrain& t : simulator.truth().trains) firings += t.channel == 0 ? t.firings : 0;
  ActivityDetector spec;
  spec.calibration = calibrate_activity({}, {one.data() + 2000, 2000 * 19, 1}, {}, emg::format(), "20-450 Hz order 2");
  auto live = start(spec, emg::format());
  Sink<Event> sink(100000);
  live.process({one.data() + 2000 * 20, 2000 * 720, 1}, sink);
  int opens = 0, lived = 0, soon = 0;
  for (const Event& e : sink.items()) {
    opens += e.report == Report::open;
    lived += e.report == Report::close;
    soon += e.report == Report::cancel && e.offset - e.decided <= samples_in({0.15}, rate);
  }
  std::printf(
      "[ MEASURED ] single units and drift, 0.2 h: %d firings, %d OPENs, %d cancelled within 150 ms, %d events live\n",
      firings, opens, soon, lived);
  EXPECT_GT(firings, 500);
  EXPECT_LE(lived, 2);
  EXPECT_GE(soon, opens - 2);
}

// Truth: nothing but rest, which drifts by 4 dB up and down in two minutes, also while it is calibrated; streams that
// begin where it ended, and do not say so. As if it had ended where it settles, every third of them took the difference
// for activity. A muscle that is on from the start is none of the rest that is learnt.
TEST(ActivityOnEmg, ABeginningElsewhereThanWhereTheRestSettlesIsNoActivity) {
  int alarms = 0, alarms_if_known = 0, starts = 0, found = 0;
  for (const int seed : {31000002, 31000003, 31000004, 31000006}) {
    Paraspinal scene{.seed = seed, .duration = {60}};
    scene.rest_events.spikes = scene.rest_events.bursts = scene.rest_events.tonics = 0;
    scene.level_drift = LevelDrift{};
    const Simulated s = simulate(scene);
    std::vector<double> x(s.data.size());
    auto band = start(Bandpass{}, s.format);
    band.process({s.data.data(), s.frames, paraspinal_channels}, {x.data(), s.frames, paraspinal_channels});
    const auto part = [&](double from, double to) -> ConstBlock {
      const std::int64_t first = samples_in({from}, rate);
      return {x.data() + first * paraspinal_channels, samples_in({to}, rate) - first, paraspinal_channels};
    };
    ActivityDetector spec{.false_alarms = 2};
    spec.calibration =
        calibrate_activity({}, part(20, 40), {nullptr, 0, paraspinal_channels}, s.format, "20-450 Hz", spec);
    const auto lived = [&](ConstBlock stream) {
      auto live = start(spec, s.format);
      Sink<Event> sink(1000);
      live.process(stream, sink);
      int n = 0;
      for (const Event& e : sink.items()) n += e.report == Report::close;
      return n;
    };
    alarms += lived(part(40, 60));
    starts += paraspinal_channels;
    // 10 dB above that rest for 0.3 s, 0.2 s after the start.
    std::vector<double> loud(part(40, 42).data, part(40, 42).data + 4000 * paraspinal_channels);
    RandomStream muscle(static_cast<std::uint64_t>(seed), "muscle");
    for (std::size_t i = 400; i < 1000; ++i)
      for (std::size_t c = 0; c < 4; ++c)
        loud[4 * i + c] += 3.2 * spec.calibration.level.per_channel[c].value * muscle.normal();
    found += lived({loud.data(), 4000, paraspinal_channels});
    spec.calibration.end_dB.assign(4, 0);
    alarms_if_known += lived(part(40, 60));
  }
  std::printf("[ MEASURED ] %d starts elsewhere: %d alarms, %d if the rest ended where it settles; %d muscles found\n",
              starts, alarms, alarms_if_known, found);
  EXPECT_LE(alarms, 1);
  EXPECT_GE(alarms_if_known, 6);
  EXPECT_EQ(found, starts);
}

// Truth: the events of the simulator, 10 to 20 dB above a rest that drifts by 3 dB in two minutes; bursts and tonics of
// 0.25 to 8 s. Each is one event, and none goes on in the next.
TEST(ActivityOnEmg, AnEventEndsThoughRestHasRisenBeneathIt) {
  int events = 0, found = 0;
  double longest = 0;
  for (const std::int64_t seed : {21, 22, 23}) {
    Paraspinal scene = scenario("rest", {160}, seed);
    scene.rest_events.quiet = {40};
    scene.rest_events.spikes = 0;
    scene.level_drift = LevelDrift{};
    const Simulated s = simulate(scene);
    OneChannelSections band(design(onset_band(rate), rate).take());
    std::vector<double> one;
    for (std::size_t k = 0; k < s.data.size(); k += 4) one.push_back(band.step(s.data[k]));
    const std::int64_t from = 2000 * 20, to = 2000 * 40;
    ActivityDetector spec{.continues = true};
    spec.calibration =
        calibrate_activity({}, {one.data() + from, to - from, 1}, {}, emg::format(), "20-450 Hz order 2");
    auto live = start(spec, emg::format());
    Sink<Event> sink(10000);
    live.process({one.data() + to, static_cast<std::int64_t>(one.size()) - to, 1}, sink);
    for (const Event& e : sink.items())
      if (e.report == Report::close) longest = std::max(longest, static_cast<double>(e.offset - e.onset) / 2000);
    for (const TrueEvent& t : s.truth.events) {
      if (t.channel != 0) continue;
      ++events;
      found += std::any_of(sink.items().begin(), sink.items().end(), [&](const Event& e) {
        const auto near = [](std::int64_t a, std::int64_t b) { return std::llabs(a - b) <= 200; };
        return e.report == Report::close && near(e.onset.value, t.onset.value - to) &&
               near(e.offset.value, t.offset.value - to);
      });
    }
  }
  std::printf("[ MEASURED ] 10 dB and more on a drifting rest: %d of %d from onset to offset, longest %.1f s\n", found,
              events, longest);
  EXPECT_GT(events, 50);
  EXPECT_GE(found, 0.95 * events);
  EXPECT_LT(longest, 8.5);
}

// Truth: activities of 400 ms that are there, contraction and spectrum unknown: taken back are few, and those open
// again. n = 100 trials each: at 10 dB and more all live; at 3 dB nine of ten, and
// of 5 % 8 is two SDs above what was found.
TEST(ActivityOnEmg, WhatIsThereIsNotTakenBack) {
  for (const CarrierPreset preset : {CarrierPreset::limb, CarrierPreset::trunk})
    for (const double dB : {3.0, 5.0, 10.0, 20.0}) {
      OnsetTrial trial = trial_of(preset, dB);
      OnsetTrial other = trial;
      other.seed += 9000000;
      const auto still = emg::rest(other, 20);
      ActivityDetector spec;
      spec.calibration = calibrate_activity({}, emg::block(still.x), {}, emg::format(), "20-450 Hz order 2");
      auto live = start(spec, emg::format());
      Sink<Event> sink(1000);
      int cancelled = 0, gone = 0;
      for (int i = 0; i < 100; ++i) {
        trial.seed = i + 1;
        const auto x = emg::filtered(simulate_onset(trial).data);
        live.reset();
        sink.clear();
        live.process(emg::block(x), sink);
        live.finish(sink);
        int lived = 0;
        for (const Event& e : sink.items()) {
          cancelled += e.report == Report::cancel;
          lived += e.report == Report::close;
        }
        gone += lived == 0;
      }
      std::printf("[ MEASURED ] %s, 400 ms of %g dB, spectrum unknown: %d of 100 gone, %d CANCELs\n",
                  preset == CarrierPreset::limb ? "limb" : "trunk", dB, gone, cancelled);
      EXPECT_LE(gone, dB < 4 ? 8 : dB < 8 ? 2 : 0);
      EXPECT_LE(cancelled, dB < 4 ? 45 : dB < 8 ? 20 : 2);
    }
}

// Truth: short activities that are there, 20 dB above rest. One of 30 ms is as long as the shortest that is told of, so
// that some are measured shorter; n = 200 each.
TEST(ActivityOnEmg, ShortOnesLive) {
  OnsetTrial trial = trial_of(CarrierPreset::trunk, 20);
  trial.tail = {0.5};
  OnsetTrial other = trial;
  other.seed += 9000000;
  ActivityDetector spec;
  spec.calibration = calibrate_activity({}, emg::block(emg::rest(other, 20).x), {}, emg::format(), "20-450 Hz order 2");
  for (const double seconds : {0.03, 0.04, 0.05, 0.06, 0.08, 0.1}) {
    trial.active = {seconds};
    auto live = start(spec, emg::format());
    Sink<Event> sink(1000);
    int lived = 0;
    for (int i = 0; i < 200; ++i) {
      trial.seed = i + 1;
      live.reset();
      sink.clear();
      live.process(emg::block(emg::filtered(simulate_onset(trial).data)), sink);
      live.finish(sink);
      lived += std::any_of(sink.items().begin(), sink.items().end(),
                           [](const Event& e) { return e.report == Report::close; });
    }
    std::printf("[ MEASURED ] %.0f ms of 20 dB: %d of 200 live\n", 1000 * seconds, lived);
    EXPECT_GE(lived, seconds < 0.035 ? 170 : 198) << seconds;
  }
}

}  // namespace
}  // namespace unguard
